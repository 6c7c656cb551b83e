"""Every bad value is one line: where it stands, which key, what is allowed."""

import re
from typing import Any

import pytest

from gangan.core.files import UserError
from gangan.papers.oned.claimed import CLAIMED
from gangan.papers.oned.config import Sweep
from gangan.papers.oned.rules import Plan
from gangan.papers.oned.sweeps import settings, settings_of
from support.clone import ROOT
from support.oned import CONFIG
from support.studies import study

HALF = {"mean": 0, "sigma": 1, "weight": 0.5}
MISTAKES = [
    (
        {"distributions": {"normal": [{"mean": 4, "sigma": 0, "weight": 1}]}},
        "oned.distributions.normal.0.sigma: Input should be greater than 0, not 0",
    ),
    (
        {"distributions": {"normal": [{"mean": 4, "sigma": -1, "weight": 1}]}},
        "oned.distributions.normal.0.sigma: Input should be greater than 0, not -1",
    ),
    ({"distributions": {"normal": [HALF]}}, "oned.distributions.normal: weights sum to 0.5; allowed: 1"),
    (
        {"distributions": {"normal": [HALF | {"weight": 0.3}, HALF | {"weight": 0.7}]}},
        "oned.sweeps.optimizer.distribution: normal; allowed: weights that divide a batch of 12",
    ),
    ({"setting": {"optimizer": "sgd"}}, "oned.setting.optimizer: Input should be 'gd' or 'adam', not 'sgd'"),
    ({"epoch": 25}, "oned.epoch: Input should be a multiple of 10, not 25"),
    ({"sweeps": []}, "oned.sweeps: List should have at least 1 item after validation, not 0, not []"),
    (
        {"sweeps": [{"name": "x", "width": []}]},
        "oned.sweeps.x.width: List should have at least 1 item after validation, not 0, not []",
    ),
    ({"sweeps": [{"name": "x", "width": [4, 4]}]}, "oned.sweeps.x.width: 4, 4; allowed: each once"),
    (
        {"sweeps": [{"name": "x", "optimizer": ["adam", "rmsprop"]}]},
        "oned.sweeps.x.optimizer.1: Input should be 'gd' or 'adam', not 'rmsprop'",
    ),
    (
        {"sweeps": [{"name": "x", "preset": ["late"]}]},
        "oned.sweeps.x.preset: late; allowed: early, first-commit, rewrite",
    ),
    (
        {"sweeps": [{"name": "x", "distribution": ["flat"]}]},
        "oned.sweeps.x.distribution: flat; allowed: normal, sigma-055, sigma-1, sigma-2, sigma-3, bimodal",
    ),
    (
        {"presets": {"early": {"steps": 1250}}},
        "oned.presets.early.steps: 1250; allowed: a multiple of epoch (100)",
    ),
    (
        {"panels": [{"name": "x", "runs": [{"width": 9, "seed": 0}]}]},
        "oned.panels.x.runs: width 9, seed 0; allowed: a run of some sweep",
    ),
    (
        {"panels": [{"name": "x", "runs": [{"seed": 200}]}]},
        "oned.panels.x.runs: seed 200; allowed: a run of some sweep",
    ),
    (
        {"galleries": [{"name": "x", "depth": 9}]},
        "oned.galleries.x: depth 9; allowed: a setting of some sweep",
    ),
]


@pytest.mark.parametrize(("changes", "line"), MISTAKES, ids=[line for _, line in MISTAKES])
def test_a_mistake_is_one_line(changes: dict[str, Any], line: str) -> None:
    with pytest.raises(UserError, match=f"{re.escape(line)}$"):
        study({"oned": changes})


def test_a_sweep_is_all_combinations_and_a_setting_runs_once() -> None:
    sweep = Sweep(name="x", width=[3, 4], minibatch=["none", "apart"])
    found = [(one.minibatch, one.width, one.optimizer) for one in settings_of(sweep, CONFIG.setting)]
    assert found == [("none", 3, "adam"), ("none", 4, "adam"), ("apart", 3, "adam"), ("apart", 4, "adam")]
    twice = CONFIG.model_copy(update={"sweeps": [sweep, sweep]})
    assert settings(twice) == settings_of(sweep, CONFIG.setting)


def test_the_paper_is_about_25_jobs_of_200_seeds_a_setting() -> None:
    plan = Plan(CONFIG, "results/papers/oned")
    assert CONFIG.seeds >= 200
    assert len(plan.stacks) == 27
    assert len(settings(CONFIG)) == sum(map(len, plan.stacks.values())) == 43
    for name, some in plan.stacks.items():
        shapes = {(one.preset, one.minibatch, one.width, one.depth) for one in some}
        assert len(shapes) == 1, name


def test_one_more_value_in_a_sweep_is_one_more_job_and_changes_no_other() -> None:
    sweeps = [*CONFIG.sweeps, Sweep(name="wide", width=[16])]
    before, after = (Plan(config, "x") for config in (CONFIG, CONFIG.model_copy(update={"sweeps": sweeps})))
    new = "early-none-width-16-depth-1"
    assert after.stacks.keys() - before.stacks.keys() == {new}
    assert all(
        (after.shape(name), after.arms(name)) == (before.shape(name), before.arms(name)) for name in before.stacks
    )


def test_the_versions_are_those_of_the_published_code() -> None:
    early, rewrite = CONFIG.presets["early"], CONFIG.presets["rewrite"]
    assert (early.activation, early.batch, early.steps, early.pretraining) == ("tanh", 12, 1200, 1000)
    assert (early.learning_rate, early.learning_rate_minibatch, early.floor) == (0.03, 0.005, 0)
    assert early.decay is not None
    assert (early.decay.factor, early.decay.every) == (0.95, 150)
    assert (rewrite.activation, rewrite.batch, rewrite.steps, rewrite.pretraining) == ("relu", 8, 5000, 0)
    assert (rewrite.learning_rate, rewrite.decay, rewrite.floor) == (0.001, None, 1e-5)


def test_losses_are_drawn_of_runs_that_galleries_show_where_there_are_any() -> None:
    assert "losses" in Plan(CONFIG, "x").figures()
    without = Plan(study({"oned": {"galleries": []}}).oned, "x")
    assert not any(name.startswith(("losses", "gallery")) for name in without.figures())


def test_pages_of_claims_quote_their_documents_and_show_figures_that_are_made() -> None:
    made = Plan(CONFIG, "x").figures()
    pages = {page["name"]: page for page in CLAIMED.settings(ROOT / CLAIMED.tests, ROOT / CLAIMED.facts, made)}
    assert [*pages] == [f"C{i}" for i in range(1, 8)]
    assert pages["C2"]["tested"][1].count("\n") == 4  # a head, and collapse, less and spread
    assert "**With the minibatch layer**" in pages["C2"]["differences"]["section 1, item 3"]
    assert all(page["figures"] for page in pages.values())
    assert {figure for page in pages.values() for figure in page["figures"]} == {*CLAIMED.figures(made)}
    assert CLAIMED.settings(ROOT / CLAIMED.tests, ROOT / CLAIMED.facts, ["losses"])[0]["figures"] == []
