"""The paper's claims on made-up scores whose answers are known."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats as scipy_stats

from gangan.papers.gangan.config import Arm, ArmRows, Claims
from gangan.papers.gangan.reporting import claims
from gangan.papers.gangan.reporting.results import chosen
from support.measured import CLAIMS, Arms, Measured, measured, seen

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
            "as-described": ({}, {0: [80, 1000, 400, 2000], 1: [600, 900, 920, 540]}),
            "wide": (WIDE, {0: [100, 100, 100, 100], 1: [100, 100, 100, 100]}),
            "latent-4": ({"latent": 4}, {0: [700, 700, 100, 0], 1: [5, 5, 5, 5]}),
            "half": ({"epochs": 125}, {0: [900, 500, 500, 900], 1: [905, 905, 905, 905]}),
        }
    ).scores
    arm = scores.arms["as-described"]
    # Nobody trained 50 epochs: the bar is the median GAN at the end, 550. The median GAN has 2200, 1650, 1100, 550.
    assert claims.reasonable(CLAIMS)(scores, arm) == [1, 0]
    assert claims.ordered(CLAIMS)(scores, arm) == pytest.approx([0.8])  # two neighbours changed places
    assert claims.beats_rows(scores, arm) == [80 - 100, 540 - 100]
    assert claims.beats_averages(scores, arm) == [80 - 90, 540 - 90]
    assert claims.narrow(CLAIMS, "frechet")(scores, arm) == [700 - 100, 750 - 100]
    assert claims.narrow(CLAIMS, "l2")(scores, arm) == pytest.approx([np.log(7), np.log(7.5)])
    assert claims.wider_latent("frechet")(scores, arm) == pytest.approx([(400 - 700) / 2, (5 - 750) / 2])
    assert claims.course(CLAIMS)(scores, arm) == [1, 0]  # at half time, and at the end
    half = scores.arms["half"]
    backwards = replace(half, arm=half.arm.model_copy(update={"seeds": [1, 0]}))
    assert claims.course(CLAIMS)(replace(scores, arms=scores.arms | {"half": backwards}), arm) == [1, 0]
    assert claims.percentiles(arm).to_dict() == {
        seed: np.mean([100 * (run + 1) * (4 - epoch) > of for run in range(10) for epoch in range(4)])
        for seed, of in ((0, 700), (1, 750))
    }


def test_a_good_gan_is_good_by_classes_and_by_fidelity(study: Study) -> None:
    def worse(path: str, table: pd.DataFrame) -> pd.DataFrame:
        return table.assign(energy=9999.0) if path.endswith("0.csv") and "gangans" in path else table

    arms = {"as-described": ({}, {0: [80.0, 90], 1: [80.0, 90]})}
    scores = study(arms, change=worse).scores
    assert claims.reasonable(CLAIMS)(scores, scores.arms["as-described"]) == [0, 1]


def test_a_seed_that_reads_its_own_run_is_held_against_that(study: Study) -> None:
    def own(arm: Arm) -> Arm:
        return arm.model_copy(update={"rows": ArmRows(own_run=True)})

    scores = study({"as-released": ({}, {1: [150.0, 350], 3: [150.0, 350]})}, arm=own).scores
    arm = scores.arms["as-released"]
    assert claims.beats_rows(scores, arm) == [150 - 200, 150 - 400]
    assert claims.beats_averages(scores, arm) == [150 - 180, 150 - 360]
    assert claims.percentiles(arm).to_dict() == {1: 3 / 4, 3: 1}  # of 200 … 800 and 400 … 1600, worse than 250


def test_the_claims_about_dcgans_by_hand(study: Study) -> None:
    # Three DCGANs of two epochs end at 500, 600 and 700, all rows' median is 800; the MLPs are then at 300, 600, 900 …
    small = pd.DataFrame({"gan": [0, 0, 1, 1, 2, 2], "epoch": [0, 1] * 3, "frechet": [900.0, 500, 900, 600, 900, 700]})
    small = seen(small)
    arms = {"as-described": ({}, {0: [800.0], 1: [1600.0]}), "on-dcgans": ({}, {0: [2400.0], 1: [3200.0]})}
    zoos = {"networks": {"small": "dcgan"}, "zoos": {"small": small}}

    def on_small(arm: Arm) -> Arm:
        return arm.model_copy(update={"zoo": "small"}) if arm.name == "on-dcgans" else arm

    made = study(arms, arm=on_small, **zoos)
    scores, arm = made.scores, made.scores.arms["as-described"]
    at_epoch_1 = [300.0 * (run + 1) for run in range(10)]
    assert claims.better_dcgans(scores, arm) == [np.mean([mlp > end for mlp in at_epoch_1]) for end in (500, 600, 700)]
    rows = [100.0 * (run + 1) * (4 - epoch) for run in range(10) for epoch in range(4)]
    expected = [0 - np.mean([row > draw for row in rows]) for draw in (800, 1600)]
    assert claims.harder_dcgans(scores, arm) == pytest.approx(expected)
    assert answers(made).loc["S0-C6, quality", ["verdict", "n"]].tolist() == ["supported", 3]

    def of_other_rows(arm: Arm) -> Arm:
        return on_small(arm).model_copy(update={"rows": ArmRows(repeat=2)}) if arm.name == "on-dcgans" else arm

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
    assert table.loc["S0-C4, distance", ["estimate", "epochs"]].tolist() == [900 - 700, 5]
    assert table.loc["S0-C5, distance", ["estimate", "epochs"]].tolist() == [(300 - 500) / 2, 25]
    assert table.loc["S0-C3, best row", ["estimate", "epochs"]].tolist() == [80 - 100, 250]


def test_a_claim_that_compares_no_arms_is_not_asked_of_an_earlier_epoch(study: Study) -> None:
    noise, line = {0: [5000.0, 5001, 5002, 5003]}, {0: [80.0, 400, 1000, 2000]}
    table = answers(study({"as-described": ({}, noise), "earlier": ({"epochs": 25}, line)}))
    assert table.loc["S0-C2", "verdict"] == "not run"


SAME = {seed: [80.0 + seed, 90, 95, 99 + seed] for seed in range(7)}


def test_verdicts_for_what_is_clear_what_is_not_and_what_is_missing(study: Study) -> None:
    table = answers(study({"as-described": ({}, SAME)}))
    assert table["verdict"].to_dict() == {
        "S0-C1": "supported",
        "S0-C2": "not run",  # all GANs on the line are as good as GANs get
        "S0-C3, best row": "described",
        "S0-C3, best weight average": "described",
        "S0-C4, distance": "not run",
        "S0-C4, nearness": "not run",
        "S0-C5, distance": "not run",
        "S0-C5, nearness": "not run",
        "S0-C6, quality": "not run",
        "S0-C6, GAN-GAN": "not run",
        "S0-C7": "not run",
    }
    assert table["n"].tolist() == [7, 0, 7, 7, *[0] * 7]
    assert table.loc["S0-C3, best row", "estimate"] == pytest.approx(-17)
    assert set(table["judge"]) == {"j"}


def test_claims_are_asked_of_the_arms_of_their_group_and_the_first_of_some_others(study: Study) -> None:
    arms = {"as-described": ({}, SAME), "wide": (WIDE, SAME), "as-released": ({"epochs": 9}, SAME)}
    table = study(arms).table(claims.claims, claims=CLAIMS)
    assert table.groupby("arm").size().to_dict() == {"as-described": 11, "as-released": 11}
    also = study(arms).table(claims.claims, claims=CLAIMS.model_copy(update={"also": ["wide"]}))
    assert also.loc[also["arm"] == "wide", "claim"].tolist() == ["S0-C1"]
    others = CLAIMS.model_copy(update={"group": "more"})
    assert set(study(arms).table(claims.claims, claims=others)["arm"]) == {"wide"}


def test_the_names_and_the_two_widths_of_the_claims_are_the_configurations(study: Study) -> None:
    arms = {"as-described": ({}, SAME), "wide": ({"discriminator": {"hidden": 16}}, SAME)}
    table = answers(study(arms), of=CLAIMS.model_copy(update={"prefix": "X", "wide": 16}))
    assert table.index[0] == "X-C1"
    assert table.loc["X-C4, distance", ["measure", "n"]].tolist() == ["Δ median Fréchet distance, 8 − 16", 7]
    assert answers(study(arms), of=CLAIMS.model_copy(update={"prefix": ""})).index[0] == "C1"


def test_an_arm_is_held_against_gans_trained_on(study: Study) -> None:
    def against(arm: Arm) -> Arm:
        return arm.model_copy(update={"against": "trained-on"})

    longer = seen(pd.DataFrame({"gan": [0, 0, 1, 1, 2, 2], "epoch": [0, 1] * 3, "frechet": [9.0, 1, 9, 2, 9, 3]}))
    arms = {"best": ({}, {seed: [5.0 + seed, 6 + seed, 9 + seed] for seed in range(4)})}
    made = study(arms, arm=against, others={"trained-on": longer})
    line = answers(made, arm="best").loc["S0-B"]
    expected = scipy_stats.ttest_ind([6.0, 7, 8, 9], [1.0, 2, 3], equal_var=False)
    assert (line["estimate"], line["n"], line["verdict"]) == (7.5 - 2, 4, "not supported")
    assert line["p"] == pytest.approx(expected.pvalue, rel=1e-3)


def test_all_claims_of_all_arms_are_one_family_of_tests(study: Study) -> None:
    arms = {"as-described": ({}, SAME), "as-released": ({"epochs": 9}, SAME)}
    table = study(arms).table(claims.claims, claims=CLAIMS)
    tested = table["p"].notna()
    assert tested.sum() == 2
    smallest = table["p"].idxmin()
    assert table.loc[smallest, "p_holm"] == pytest.approx(table.loc[smallest, "p"] * tested.sum(), rel=1e-3)
