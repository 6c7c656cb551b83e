"""The paper's claims on made-up scores whose answers are known."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from gangan.papers.gangan.config import Arm, Claims, Rows
from gangan.papers.gangan.reporting import claims
from gangan.papers.gangan.reporting.results import chosen
from support.measured import CLAIMS, Arms, Measured, measured

WIDE = {"discriminator": {"hidden": 64}}
Study = Callable[..., Measured]


@pytest.fixture
def study(tmp_path: Path) -> Study:
    def made(arms: Arms, runs: list[int] | None = None, **more: object) -> Measured:
        return measured(tmp_path, arms, runs, **more)

    return made


def answers(made: Measured, arm: str = "as-described", of: Claims = CLAIMS) -> pd.DataFrame:
    table = made.table(claims.claims, claims=of)
    return table[table["arm"] == arm].set_index("claim")


def test_each_claims_number_by_hand(study: Study) -> None:
    scores = study(
        {
            "as-described": ({}, {0: [80, 400, 1000, 2000], 1: [50, 900, 920, 910], 100: [1, 1, 1, 1]}),
            "wide": (WIDE, {0: [100, 100, 100, 100], 1: [100, 100, 100, 100]}),
            "latent-4": ({"latent": 4}, {0: [700, 700, 100, 0], 1: [5, 5, 5, 5]}),
            "half": ({"epochs": 125}, {0: [900, 900, 900, 900], 1: [905, 905, 905, 905]}),
        }
    ).scores
    arm = scores.arms["as-described"]
    # Nine in ten finished GANs have at most 910 = 900 + 0.1 × 100. Of the 40 rows 25 do: 9, 7 − … counted below.
    rows = sum(100 * (run + 1) * (4 - epoch) <= 910 for run in range(10) for epoch in range(4))
    assert claims.works(scores, arm) == pytest.approx([(2 / 4) / (rows / 40), (3 / 4) / (rows / 40)])
    assert claims.ordered(scores, arm) == pytest.approx([1, 0.8])
    assert claims.beats_rows(scores, arm) == [80 - 100, 50 - 100]
    assert claims.beats_averages(scores, arm) == [80 - 90, 50 - 90]
    assert claims.narrow(CLAIMS)(scores, arm) == [700 - 100, 905 - 100]
    assert claims.wider_latent(scores, arm) == pytest.approx([(400 - 700) / 2, (5 - 905) / 2])
    assert claims.medians(scores, arm) == [700, 905]
    assert claims.speed(scores, arm) == pytest.approx([700 - 900, 0])


def test_the_claims_about_dcgans_by_hand(study: Study) -> None:
    # Three DCGANs of two epochs end at 500, 600 and 700, all rows' median is 800; the MLPs are at 300, 600 and 900.
    small = pd.DataFrame({"gan": [0, 0, 1, 1, 2, 2], "epoch": [0, 1] * 3, "frechet": [900.0, 500, 900, 600, 900, 700]})
    small = small.assign(frechet_validation=small["frechet"], judge="j")
    arms = {"as-described": ({}, {0: [800.0], 1: [1600.0]}), "on-dcgans": ({}, {0: [2400.0], 1: [3200.0]})}
    zoos = {"networks": {"small": "dcgan"}, "zoos": {"small": small}}

    def on_small(arm: Arm) -> Arm:
        return arm.model_copy(update={"zoo": "small"}) if arm.name == "on-dcgans" else arm

    made = study(arms, arm=on_small, **zoos)
    scores, arm = made.scores, made.scores.arms["as-described"]
    assert claims.better_dcgans(scores, arm) == [500 - 300, 600 - 600, 700 - 900]
    rows = np.median([100.0 * (run + 1) * (4 - epoch) for run in range(10) for epoch in range(4)])
    expected = [(2400 / 800) / (800 / rows), (3200 / 800) / (1600 / rows)]
    assert claims.harder_dcgans(scores, arm) == pytest.approx(expected)
    assert answers(made).loc["S0-C6, quality", ["verdict", "n"]].tolist() == ["inconclusive", 3]

    def of_other_rows(arm: Arm) -> Arm:
        return on_small(arm).model_copy(update={"rows": Rows(repeat=2)}) if arm.name == "on-dcgans" else arm

    scores = study(arms, arm=of_other_rows, **zoos).scores
    arm = scores.arms["as-described"]
    assert claims.better_dcgans(scores, arm) is claims.harder_dcgans(scores, arm) is None


def test_the_best_is_chosen_by_validation_and_reported_by_test() -> None:
    table = pd.DataFrame({"frechet_validation": [3, 1, 2], "frechet": [10.0, 30, 20]})
    assert chosen(table) == 30


def test_only_what_an_arm_read_is_what_it_must_beat(study: Study) -> None:
    scores = study({"as-released": ({}, {0: [150.0, 300]})}, [1]).scores
    assert claims.beats_rows(scores, scores.arms["as-released"]) == [150 - 200]
    assert claims.beats_averages(scores, scores.arms["as-released"]) == [150 - 180]


def test_arms_of_a_shorter_training_are_held_against_the_faithful_arm_at_that_time(study: Study) -> None:
    table = answers(
        study(
            {
                "as-described": ({}, {0: [80, 81, 82, 83]}),
                "short": ({"epochs": 25}, {0: [500, 500, 500, 500]}),
                "shorter": ({"epochs": 5}, {0: [900, 900, 900, 900]}),
                "shorter-wide": ({"epochs": 5, **WIDE}, {0: [700, 700, 700, 700]}),
                "short-latent-4": ({"epochs": 25, "latent": 4}, {0: [300, 300, 300, 300]}),
                "longer-latent-8": ({"epochs": 500, "latent": 8}, {0: [0, 0, 0, 0]}),
            }
        )
    )
    assert table.loc["S0-C4", ["estimate", "epochs"]].tolist() == [900 - 700, 5]
    assert table.loc["S0-C5", ["estimate", "epochs"]].tolist() == [(300 - 500) / 2, 25]
    assert table.loc["S0-C3, best row", ["estimate", "epochs"]].tolist() == [80 - 100, 250]


@pytest.mark.parametrize(
    ("ends", "verdict"),
    [
        ([100.0, 300, 200], "supported"),
        ([480.0, 530, 490], "inconclusive"),  # a spread as large, of a speed that may be none
        ([200.0, 200.001, 200.002], "not supported"),
    ],
)
def test_a_claim_about_the_spread_of_speeds_needs_a_speed(study: Study, ends: list[float], verdict: str) -> None:
    shorter = {seed: [500.0, 501, 501, 502] for seed in range(3)}
    arms = {
        "as-described": ({}, {seed: [end, end + 1, end + 1, end + 2] for seed, end in enumerate(ends)}),
        "half": ({"epochs": 125}, shorter),
    }
    assert answers(study(arms)).loc["S0-C7, speed", "verdict"] == verdict


SAME = {seed: [80.0 + seed, 90, 95, 99 + seed] for seed in range(5)}


def test_verdicts_for_what_is_clear_what_is_not_and_what_is_missing(study: Study) -> None:
    table = answers(study({"as-described": ({}, SAME)}))
    assert table["verdict"].to_dict() == {
        "S0-C1": "supported",
        "S0-C2": "supported",
        "S0-C3, best row": "supported",
        "S0-C3, best weight average": "supported",
        "S0-C4": "not run",
        "S0-C5": "not run",
        "S0-C6, quality": "not run",
        "S0-C6, GAN-GAN": "not run",
        "S0-C7, quality": "not supported",  # the seeds are much alike
        "S0-C7, speed": "not run",
    }
    assert table["n"].tolist() == [5, 5, 5, 5, 0, 0, 0, 0, 5, 0]
    assert table.loc["S0-C3, best row", "estimate"] == pytest.approx(-18)
    assert set(table["judge"]) == {"j"}


def test_claims_are_asked_of_the_arms_of_their_group_alone_and_only_of_those_that_are_there(study: Study) -> None:
    arms = {"as-described": ({}, SAME), "wide": (WIDE, SAME), "as-released": ({"epochs": 9}, SAME)}
    table = study(arms).table(claims.claims, claims=CLAIMS)
    assert table.groupby("arm").size().to_dict() == {"as-described": 10, "as-released": 10}
    others = CLAIMS.model_copy(update={"group": "more"})
    assert set(study(arms).table(claims.claims, claims=others)["arm"]) == {"wide"}


def test_the_names_and_the_two_widths_of_the_claims_are_the_configurations(study: Study) -> None:
    arms = {"as-described": ({}, SAME), "wide": ({"discriminator": {"hidden": 16}}, SAME)}
    table = answers(study(arms), of=CLAIMS.model_copy(update={"prefix": "X", "wide": 16}))
    assert table.index[0] == "X-C1"
    assert table.loc["X-C4", ["measure", "n"]].tolist() == ["Δ median Fréchet distance, 8 − 16", 5]
    assert answers(study(arms), of=CLAIMS.model_copy(update={"prefix": ""})).index[0] == "C1"


def test_one_seed_or_two_decide_nothing_and_a_spread_around_the_threshold_neither(study: Study) -> None:
    def best_row(seeds: dict[int, list[float]], runs: list[int] | None = None) -> pd.Series:
        return answers(study({"as-described": ({}, seeds)}, runs)).loc["S0-C3, best row"]

    assert best_row({0: [80, 90, 95, 99]})[["verdict", "n"]].tolist() == ["inconclusive", 1]
    two = {0: [80.0, 90, 95, 99], 1: [80.0, 90, 95, 99]}
    assert best_row(two)[["verdict", "n"]].tolist() == ["inconclusive", 2]
    both = {seed: [100.0 + (-1) ** seed * 10, 200, 300, 400] for seed in range(4)}
    assert best_row(both)["verdict"] == "inconclusive"
    worse = {seed: [500.0 + seed, 600, 700, 800] for seed in range(4)}
    assert best_row(worse, [0])["verdict"] == "not supported"


def test_all_claims_of_all_arms_are_one_family_of_tests(study: Study) -> None:
    arms = {"as-described": ({}, SAME), "as-released": ({"epochs": 9}, SAME)}
    table = study(arms).table(claims.claims, claims=CLAIMS)
    tested = table["p"].notna()
    assert tested.sum() > answers(study({"as-described": ({}, SAME)}))["p"].notna().sum()
    smallest = table["p"].idxmin()
    assert table.loc[smallest, "p_holm"] == pytest.approx(table.loc[smallest, "p"] * tested.sum(), rel=1e-3)
