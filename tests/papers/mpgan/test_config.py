"""Every bad value is one line: where it stands, which key, what is allowed."""

import re
from typing import Any

import pytest

from gangan.core.files import UserError
from gangan.papers.mpgan.rules import Plan
from support.mpgan import CONFIG
from support.studies import study

PRETRAINED = {"kind": "pretrained", "arm": "scratch", "shift": 5, "after": 50, "frozen": True}


def arm(**training: Any) -> dict[str, Any]:
    """Changes of a study: one arm from scratch, and one with these changes."""
    arms = [{"name": "scratch", "seeds": [5]}, {"name": "x", "seeds": [0], "training": training}]
    return {"arms": arms, "figures": {"developments": [], "comparisons": [], "planes": []}}


MISTAKES = [
    (
        {"training": {"selection": {"digit": 10}}},
        "mpgan.training.selection.digit: Input should be less than or equal to 9, not 10",
    ),
    (
        arm(selection={"digit": 10}),
        "mpgan.arms.x.training.selection.digit: Input should be less than or equal to 9, not 10",
    ),
    (arm(batch=7), "mpgan.arms.x.training.batch: 7; allowed: an even number, half of a batch is real"),
    (
        arm(start=PRETRAINED | {"after": 51}),
        "mpgan.arms.x.training.start.after: 51; allowed: 1 … 50, the epochs of scratch",
    ),
    (arm(start=PRETRAINED | {"arm": "y"}), "mpgan.arms.x.training.start.arm: y; allowed: scratch"),
    (arm(start=PRETRAINED | {"arm": "x"}), "mpgan.arms.x.training.start.arm: x; allowed: scratch"),
    (
        arm(start=PRETRAINED, discriminator={"filters": 128}),
        "mpgan.arms.x.training.start.arm: scratch; allowed: an arm whose discriminator is of the same shape",
    ),
    (
        arm(start=PRETRAINED | {"shift": 4}),
        "mpgan.arms.x.training.start.shift: 4; allowed: one that gives seeds of scratch, not 4",
    ),
    (arm(start={"kind": "scratch", "frozen": True}), "mpgan.arms.x.training.start.frozen: unknown key; allowed: kind"),
    ({"claims": {"early": 11}}, "mpgan.claims.early: 11; allowed: one of scoring.looks"),
    ({"claims": {"norms": [0, 9, 20]}}, "mpgan.claims.norms: 9; allowed: one of scoring.norms"),
    (
        {"scoring": {"neighbours": 20, "neighbour_images": 20}},
        "mpgan.scoring.neighbours: 20; allowed: below scoring.neighbour_images (20)",
    ),
    ({"scoring": {"images": 3}}, "mpgan.scoring.neighbours: 5; allowed: below scoring.images (3)"),
    ({"scoring": {"neighbours": 100}}, "mpgan.scoring.neighbours: Input should be less than 100, not 100"),
    *(
        (
            {"figures": {"developments": [{"name": name, "arm": "sgd", "after": [1]}]}},
            f"mpgan.figures.developments: {name}; allowed: a name that no other figure has",
        )
        for name in ("courses", "classes", "norms", "planes-scratch", "histograms-wine", "correlations-wine")
    ),
    (
        {"figures": {"comparisons": [{"name": "norms", "arms": ["sgd"], "after": 1}]}},
        "mpgan.figures.comparisons: norms; allowed: a name that no other figure has",
    ),
    (
        {"figures": {"planes": ["none"]}},
        "mpgan.figures.planes: none; allowed: scratch, sgd, adam-decay, sgd-decay, saturating, pretrained, frozen, "
        "batch-norm, big, big-pretrained, big-frozen, eights, first-512",
    ),
    (
        {"figures": {"comparisons": [{"name": "x", "arms": ["sgd"], "after": 50}]}},
        "mpgan.figures.comparisons: sgd after 50 epochs; allowed: 1 … 10",
    ),
    (
        {"tables": {"held_out": 0.01}},
        "mpgan.tables.held_out: Input should be greater than or equal to 0.2, not 0.01",
    ),
    ({"tables": {"held_out": 0.999}}, "mpgan.tables.held_out: Input should be less than or equal to 0.5, not 0.999"),
    (
        {"tables": {"sources": [{"kind": "packaged", "name": "iris"}]}},
        "mpgan.tables.sources.iris.name: Input should be 'wine' or 'breast-cancer', not 'iris'",
    ),
]


@pytest.mark.parametrize(("changes", "line"), MISTAKES, ids=[line for _, line in MISTAKES])
def test_a_mistake_is_one_line(changes: dict[str, Any], line: str) -> None:
    with pytest.raises(UserError, match=f"{re.escape(line)}$"):
        study({"mpgan": changes})


def test_a_run_with_a_pretrained_discriminator_reads_the_rows_of_another_seed() -> None:
    plan = Plan(CONFIG, "results/x/mpgan")
    assert plan.pretrained("pretrained", 3) == ["results/x/mpgan/rows/scratch/8.h5"]
    assert plan.pretrained("scratch", 3) == []
    assert len(plan.runs) == 10 + 5 * 5 + 2 * 5 + 6 + 2 * 3 + 5 + 3


def test_claims_have_five_seeds_or_more() -> None:
    arms = {one.name: set(one.seeds) for one in CONFIG.arms}
    named = CONFIG.claims
    for name in (named.adam, named.sgd, named.trained, named.frozen, named.batch_norm):
        assert len(arms[named.scratch] & arms[name]) >= 5


def test_an_arm_says_only_what_differs() -> None:
    arms = {one.name: one.training for one in CONFIG.arms}
    assert arms["sgd"] == CONFIG.training.model_copy(update={"epochs": 10, "optimizer": "sgd"})


def test_a_study_without_arms_makes_tables_of_numbers_alone() -> None:
    none = {"arms": [], "figures": {"developments": [], "comparisons": [], "planes": []}}
    plan = Plan(study({"mpgan": none}).mpgan, "x")
    assert set(plan.tables()) == {"summaries", "tabular"}
    assert all(name.startswith(("histograms", "correlations")) for name in plan.figures())
