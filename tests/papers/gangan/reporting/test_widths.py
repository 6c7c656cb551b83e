"""What the page of results says of the factorial is made again from scores and losses, by least squares."""

from functools import cache
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t as student
from scipy.stats import ttest_1samp

from support.clone import ROOT
from support.reference import bar, document, percent, reach

FOLDER = ROOT / "reference/widths"
SEEDS = range(3, 8)
ARMS = sorted(path.name for path in (FOLDER / "gangans").iterdir())
FACTORS = {  # the second level in an arm's name → the table's words, and the page's
    "d64": ("discriminator.hidden: 64 − 8", "a discriminator of 64 instead of 8"),
    "g64": ("generator.hidden: 64 − 16", "a generator of 64 instead of 16"),
    "small": ("batch, epochs, learning_rate: 32, 14, 0.0002 − 16, 7, 0.0005", "small steps instead of large ones"),
    "probabilities": ("loss.of: probabilities − logits", "a loss on probabilities instead of logits"),
}
ZOO = pd.concat(pd.read_csv(path) for path in (FOLDER / "metrics/zoo-mlp").glob("*.csv"))
BAR = bar(ZOO)
PAGE = document("docs/results/gangan.md")


def scores(arm: str, seed: int, points: str) -> pd.DataFrame:
    table = pd.read_csv(FOLDER / f"metrics/gangans/{arm}/{seed}.csv")
    return table[table["points"] == points]


@cache
def measured(arm: str, seed: int) -> dict[str, float]:
    losses = pd.read_csv(FOLDER / f"gangans/{arm}/{seed}/losses.csv")
    medians = scores(arm, seed, "draws")[["saturated", "energy", "l2", "divergence"]].median()
    return {
        "idle_generator": losses["idle_generator"].mean(),
        "lost": (losses["loss_generator"] > 60).mean(),
        "saturated": medians["saturated"],
        "energy": medians["energy"],
        "log_l2": np.log(medians["l2"]),
        "divergence": medians["divergence"],
    }


SIGNS = pd.DataFrame({level: [1.0 if level in arm.split("-") else -1.0 for arm in ARMS] for level in FACTORS})
PAIRS = [*combinations(FACTORS, 2)]
EFFECTS = pd.read_csv(FOLDER / "tables/effects.csv").set_index(["measure", "effect"])


def named(*levels: str) -> str:
    """An effect in the table, whose order of two factors may be the other."""
    one, *other = (FACTORS[level][0] for level in levels)
    names = [one] if not other else [f"({one}) × ({other[0]})", f"({other[0]}) × ({one})"]
    (found,) = {*names} & {*EFFECTS.index.get_level_values("effect")}
    return found


def test_the_table_of_effects_is_a_linear_models() -> None:
    assert (len(ARMS), len(EFFECTS)) == (16, 5 * 10)
    columns = [*(SIGNS[level] for level in FACTORS), *(SIGNS[one] * SIGNS[other] for one, other in PAIRS)]
    design = np.column_stack([*columns, np.ones(16)])
    by_seed = []
    for seed in SEEDS:
        table = pd.DataFrame([measured(arm, seed) for arm in ARMS]).drop(columns="divergence")
        by_seed.append(2 * np.linalg.lstsq(design, table.to_numpy(), rcond=None)[0][:-1])
    effects = [named(level) for level in FACTORS] + [named(*pair) for pair in PAIRS]
    mean, reach = np.mean(by_seed, 0), student.ppf(0.975, 4) * np.std(by_seed, 0, ddof=1) / 5**0.5
    for i, measure in enumerate(table):
        given = EFFECTS.loc[measure].loc[effects]
        np.testing.assert_allclose(given["estimate"], mean[:, i], rtol=1e-3, atol=1e-6)
        np.testing.assert_allclose((given["high"] - given["low"]) / 2, reach[:, i], rtol=2e-3, atol=1e-6)


def effect(measure: str, *levels: str) -> str:
    """As the page writes it, in a table's cell."""
    line = EFFECTS.loc[(measure, named(*levels))]
    return f"**{line.estimate:.2f}** ({line.low:.2f} to {line.high:.2f})".replace("-", "−")


@pytest.mark.parametrize("level", FACTORS)
def test_the_page_has_the_effect_of_each_setting(level: str) -> None:
    cells = (FACTORS[level][1], *(effect(measure, level) for measure in ("energy", "log_l2", "lost")))
    assert f"| {' | '.join(cells)} |" in PAGE


def reasonable(least: pd.Series) -> dict[str, int]:
    """By arm the runs of which half of the line is no worse than a bar, where there are any."""
    found = {arm: sum(reach(scores(arm, seed, "line"), least) >= 0.5 for seed in SEEDS) for arm in ARMS}
    return {arm: count for arm, count in found.items() if count}


def test_the_page_counts_the_reasonable_runs_by_two_bars() -> None:
    logits, probabilities = "short-d64-g16-large-logits", "short-d64-g16-large-probabilities"
    assert reasonable(BAR) == {logits: 3, probabilities: 1}
    assert "3 of 5 runs are reasonable of the arm with a discriminator of 64, a generator of 16, large steps" in PAGE
    assert "1 of 5 of the same arm with a loss on probabilities, and none of the 70 runs of the other fourteen" in PAGE
    of_35 = bar(pd.concat(pd.read_csv(path) for path in (ROOT / "reference/narrow/metrics/zoo-mlp").glob("*.csv")))
    assert reasonable(of_35) == {logits: 1, probabilities: 1}
    assert "By the bar of 35 GANs it is 1 of 5 of each" in PAGE
    assert f"a divergence of **{BAR.divergence:.2f}**, where that of 35 GANs is **{of_35.divergence:.2f}**" in PAGE


def means(measure: str, *levels: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """By seed, over the arms that have all levels named."""
    arms = [arm for arm in ARMS if {*levels} <= {*arm.split("-")}]
    return np.array([np.mean([measured(arm, seed)[measure] for arm in arms]) for seed in SEEDS])


def between(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> str:
    """A difference by seed as the page writes it."""
    tested = ttest_1samp(one - other, 0)
    low, high = tested.confidence_interval()
    return f"**{(one - other).mean():.2f}**, {low:.2f} to {high:.2f}".replace("-", "−")


def test_the_page_says_how_settings_interact() -> None:
    narrow, wide = (between(means("log_l2", d, "g64"), means("log_l2", d, "g16")) for d in ("d8", "d64"))
    assert f"with a discriminator of 8 ({narrow}) and hardly with one of 64 ({wide})" in PAGE
    large, small = (
        between(means("energy", steps, "probabilities"), means("energy", steps, "logits"))
        for steps in ("large", "small")
    )
    assert f"to energy with large steps ({large}) and not with small ones ({small})" in PAGE


def test_the_page_says_when_classes_are_learned_by_large_steps() -> None:
    large, small = (means("divergence", "g16", steps).mean() for steps in ("large", "small"))
    assert f"(mean divergence **{large:.2f}**, with small steps **{small:.2f}**" in PAGE
    wide = between(*(means("divergence", "g16", "d64", steps) for steps in ("large", "small")))
    assert f"five seeds do not tell them apart, {wide})" in PAGE


def test_the_page_says_when_runs_are_lost() -> None:
    lost = {arm: [measured(arm, seed)["lost"] for seed in SEEDS] for arm in ARMS}
    assert all(max(shares) == 0 for arm, shares in lost.items() if "small" in arm or "logits" in arm)
    wide, narrow = (percent(means("lost", d, "large", "probabilities").mean()) for d in ("d64", "d8"))
    said = f"by then in {wide} of epochs with a discriminator of 64 and in {narrow} with one of 8"
    assert f"Runs are lost with large steps on probabilities alone: {said}" in PAGE
