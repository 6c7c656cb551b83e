"""Every bad value is one line: where it stands, which key, what is allowed."""

import re
from typing import Any

import pytest

from gangan.core.files import UserError
from gangan.papers.ppgn.rules import Plan
from support.clone import ROOT
from support.ppgn import ALL, CONFIG, EACH_BATCH, EACH_UPDATE, FULL
from support.studies import study

NOTHING = {"adversarial": 1, "image": 0, "code": 0}


def arm(critics: list[str], weights: dict[str, float], choice: dict[str, str]) -> dict[str, Any]:
    """Changes of a study: one arm."""
    objective = {"critics": critics, "weights": weights, "choice": choice}
    one = {"name": "x", "seeds": [0], "objective": objective}
    samplers = [{"name": "text", "arms": None, "steps": STEPS}]
    return {"arms": [one], "figures": {"estimates": []}, "scoring": {"samplers": samplers}}


STEPS = {"reconstruction": 0.01, "condition": 1, "noise": 0}


def sampler(arms: list[str] | None = None, **steps: float) -> dict[str, Any]:
    """Changes of a study: one sampler."""
    return {"scoring": {"samplers": [{"name": "text", "arms": arms, "steps": STEPS | steps}]}}


MISTAKES = [
    (
        arm([], NOTHING, ALL),
        "ppgn.arms.x.objective: no loss; allowed: a critic, or a weight of image or code above 0",
    ),
    (
        arm(["x"], FULL, EACH_UPDATE),
        "ppgn.arms.x.objective.choice: random; allowed: all, as there are not two critics",
    ),
    (arm(["x", "x"], FULL, ALL), "ppgn.arms.x.objective.critics: x, x; allowed: each once"),
    (arm(["fc2"], FULL, ALL), "ppgn.arms.x.objective.critics.0: Input should be 'x' or 'fc1', not 'fc2'"),
    (
        arm(["x"], FULL | {"adversarial": 0}, ALL),
        "ppgn.arms.x.objective.weights.adversarial: Input should be greater than 0, not 0",
    ),
    (
        arm(["x"], FULL, {"kind": "all", "each": "batch"}),
        "ppgn.arms.x.objective.choice.each: unknown key; allowed: kind",
    ),
    ({"scoring": {"classes": [10]}}, "ppgn.scoring.classes.0: Input should be less than or equal to 9, not 10"),
    (
        sampler(reconstruction=0),
        "ppgn.scoring.samplers.text.steps.reconstruction: Input should be greater than 0, not 0",
    ),
    (sampler(condition=-1), "ppgn.scoring.samplers.text.steps.condition: Input should be greater than 0, not -1"),
    (
        sampler(noise=-1),
        "ppgn.scoring.samplers.text.steps.noise: Input should be greater than or equal to 0, not -1",
    ),
    (
        sampler(["none"]),
        "ppgn.scoring.samplers.text.arms: none; allowed: vanilla, fc1-adversarial, fc1, no-adversarial, combined, "
        "random, random-as-released",
    ),
    (
        sampler(["vanilla", "fc1"]),
        "ppgn.scoring.samplers: none draws of fc1-adversarial; allowed: one or more for each arm",
    ),
    (sampler([]), "ppgn.scoring.samplers.text.arms: List should have at least 1 item after validation, not 0, not []"),
    (
        {"scoring": {"samplers": [{"name": "text-as-saved", "arms": None, "steps": STEPS}]}},
        "ppgn.scoring.samplers: text-as-saved; allowed: a name without -as-saved, which a figure's has",
    ),
    ({"scoring": {"chains": 5}}, "ppgn.scoring.neighbours: 5; allowed: below scoring.chains (5)"),
    (
        {"scoring": {"chains": 200, "neighbours": 100}},
        "ppgn.scoring.neighbours: Input should be less than 100, not 100",
    ),
    ({"figures": {"columns": 101}}, "ppgn.figures.columns: 101; allowed: 1 … 100, the chains"),
    ({"encoder": {"bar": 1}}, "ppgn.encoder.bar: Input should be less than 1, not 1"),
    ({"training": {"updates": {"every": 0}}}, "ppgn.training.updates.every: Input should be greater than 0, not 0"),
]


@pytest.mark.parametrize(("changes", "line"), MISTAKES, ids=[line for _, line in MISTAKES])
def test_a_mistake_is_one_line(changes: dict[str, Any], line: str) -> None:
    with pytest.raises(UserError, match=f"{re.escape(line)}$"):
        study({"ppgn": changes})


def test_arms_are_the_text_s_six_and_the_code_s_choice() -> None:
    objectives = {one.name: one.objective.model_dump() for one in CONFIG.arms}
    full, none = FULL, FULL | {"image": 0, "code": 0}
    assert objectives == {
        "vanilla": {"critics": ["x"], "weights": full, "choice": ALL},
        "fc1-adversarial": {"critics": ["fc1"], "weights": none, "choice": ALL},
        "fc1": {"critics": ["fc1"], "weights": full, "choice": ALL},
        "no-adversarial": {"critics": [], "weights": full, "choice": ALL},
        "combined": {"critics": ["x", "fc1"], "weights": full, "choice": ALL},
        "random": {"critics": ["x", "fc1"], "weights": full, "choice": EACH_UPDATE},
        "random-as-released": {"critics": ["x", "fc1"], "weights": full, "choice": EACH_BATCH},
    }


def test_the_training_is_the_published_one() -> None:
    training = CONFIG.training
    assert (training.epochs, training.batch, training.learning_rate, training.penalty) == (15, 32, 1e-4, 10)
    encoder = CONFIG.encoder
    assert (encoder.epochs, encoder.batch, encoder.learning_rate, encoder.momentum) == (5, 64, 0.01, 0.5)
    assert encoder.bar == 0.985


def test_the_narrow_study_has_the_same_losses_and_the_text_s_arms() -> None:
    narrow = study({}, ROOT / "config/ppgn-small.yaml").ppgn
    assert narrow.arms == [one.model_copy(update={"seeds": [0, 1, 2]}) for one in CONFIG.arms[:6]]
    same = {"batch": 32, "first": None, "filters": CONFIG.training.filters}
    assert narrow.training.model_copy(update=same) == CONFIG.training


def test_figures_show_the_arms_that_a_sampler_draws_of() -> None:
    plan = Plan(CONFIG, "x")
    assert plan.sampled("fig3-noise") == ["vanilla"]
    assert plan.sampled("fig3-text") == plan.sampled("fig3-text-as-saved") == [*plan.arms]
    assert [one.name for one in plan.samplers("vanilla")] == ["text", "noise", "original"]
    assert [one.name for one in plan.samplers("fc1")] == ["text"]


def test_a_study_without_arms_has_the_table_of_networks_alone() -> None:
    samplers = [{"name": "text", "arms": None, "steps": STEPS}]
    plan = Plan(
        study({"ppgn": {"arms": [], "figures": {"estimates": []}, "scoring": {"samplers": samplers}}}).ppgn, "x"
    )
    assert (plan.figures(), plan.tables()) == ([], ["summaries"])
