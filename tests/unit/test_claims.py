"""Claims and their verdicts on made-up scores whose answers are known, and the statistics against numbers by hand."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import yaml
from scipy import stats

from conftest import ROOT
from gangan import charts, claims, inference, summary
from gangan.config import Draws, MeasuredArm
from gangan.measurements import ArmScores, Measurements, chosen
from gangan.study import load

PAPER = ROOT / "config" / "paper.yaml"
STUDY = load(yaml.safe_load(PAPER.read_text()), [PAPER], {})
ROWS = STUDY.rows(STUDY.arms[0])


def zoo() -> pd.DataFrame:
    """Ten runs of four epochs: run r ends at 100 (r + 1), after 4, 3 and 2 times as much."""
    lines = [
        {"gan": run, "epoch": epoch, "frechet": 100.0 * (run + 1) * (4 - epoch)}
        for run in range(10)
        for epoch in range(4)
    ]
    return pd.DataFrame(lines).assign(frechet_validation=lambda t: t["frechet"], judge="j")


def baselines() -> pd.DataFrame:
    kinds = [{"kind": "last-10", "runs": str(run), "frechet": 90.0 * (run + 1)} for run in range(10)]
    kinds += [{"kind": "real-test", "frechet": 4.0}, {"kind": "real-training", "frechet": 9.0}]
    kinds += [{"kind": "gaussian", "runs": "0-9", "frechet": 10.0}]
    return pd.DataFrame(kinds).assign(frechet_validation=lambda t: t["frechet"], judge="j", t=np.nan)


def scored(arms: dict[str, tuple[dict[str, int], dict[int, list[float]]]], runs: list[int]) -> Measurements:
    """Arms by name: what each changes, and by seed the quality of its draws and of its line, at z = 0, 1, …"""
    made = {}
    for name, (changes, seeds) in arms.items():
        rows = ROWS.model_copy(update={"runs": runs, "gangan": ROWS.gangan.model_copy(update=changes)})
        samples = pd.DataFrame(
            [
                {"points": points, "z": z, "frechet": quality, "frechet_validation": quality, "seed": seed}
                for seed, line in seeds.items()
                for points in ("draws", "line")
                for z, quality in enumerate(line)
            ]
        ).assign(judge="j")
        of = zoo()[zoo()["gan"].isin(runs)]
        averages = baselines().query("kind == 'last-10'")
        averages = averages[averages["runs"].isin([str(run) for run in runs])]
        made[name] = ArmScores(
            MeasuredArm(zoo="mlp", network="mlp", rows=rows, draws=Draws(), seeds=list(seeds)), samples, of, averages
        )
    distances = pd.DataFrame({"gan": [0, 0], "epoch": [0, 3], "l2": [5.0, 6], "rms": [0.5, 0.6]})
    distances[["l2_own", "rms_own"]] = 1.0
    brought = distances.assign(l2=3.0, frame="aligned")
    frames = pd.concat([distances.assign(frame="own"), brought], ignore_index=True)
    return Measurements({"mlp": zoo()}, {"mlp": baselines()}, {"mlp": frames}, made)


def answers(scores: Measurements, arm: str = "as-described") -> pd.DataFrame:
    table = claims.table(scores)
    return table[table["arm"] == arm].set_index("claim")


def test_each_claims_number_by_hand() -> None:
    scores = scored(
        {
            "as-described": ({}, {0: [80, 400, 1000, 2000], 1: [50, 900, 920, 910], 100: [1, 1, 1, 1]}),
            "wide": ({"discriminator_hidden": 64}, {0: [100, 100, 100, 100], 1: [100, 100, 100, 100]}),
            "latent-4": ({"latent": 4}, {0: [700, 700, 100, 0], 1: [5, 5, 5, 5]}),
            "half": ({"epochs": 125}, {0: [900, 900, 900, 900], 1: [905, 905, 905, 905]}),
        },
        list(range(10)),
    )
    arm = scores.arms["as-described"]
    # Nine in ten finished GANs have at most 910 = 900 + 0.1 × 100. Of the 40 rows 25 do: 9, 7 − … counted below.
    rows = sum(100 * (run + 1) * (4 - epoch) <= 910 for run in range(10) for epoch in range(4))
    assert claims.works(scores, arm) == pytest.approx([(2 / 4) / (rows / 40), (3 / 4) / (rows / 40)])
    assert claims.ordered(scores, arm) == pytest.approx([1, 0.8])
    assert claims.beats_rows(scores, arm) == [80 - 100, 50 - 100]
    assert claims.beats_averages(scores, arm) == [80 - 90, 50 - 90]
    assert claims.narrow(scores, arm) == [700 - 100, 905 - 100]
    assert claims.wider_latent(scores, arm) == pytest.approx([(400 - 700) / 2, (5 - 905) / 2])
    assert claims.medians(scores, arm) == [700, 905]
    assert claims.speed(scores, arm) == pytest.approx([700 - 900, 0])


def test_the_claims_about_dcgans_by_hand() -> None:
    scores = scored({"as-described": ({}, {0: [800.0], 1: [1600.0]})}, list(range(10)))
    arm = scores.arms["as-described"]
    # Three DCGANs of two epochs end at 500, 600 and 700, all rows' median is 800; the MLPs are at 300, 600 and 900.
    dcgans = pd.DataFrame({"gan": [0, 0, 1, 1, 2, 2], "epoch": [0, 1] * 3, "frechet": [900.0, 500, 900, 600, 900, 700]})
    samples = arm.samples.assign(frechet=[2400, 2400, 3200, 3200])
    on_dcgans = replace(arm, arm=arm.arm.model_copy(update={"zoo": "small", "network": "dcgan"}), samples=samples)
    made = replace(scores, zoos=scores.zoos | {"small": dcgans.assign(judge="j")})
    made.arms["on-dcgans"] = replace(on_dcgans, rows=dcgans)
    assert claims.better_dcgans(made, arm) == [500 - 300, 600 - 600, 700 - 900]
    rows = np.median([100.0 * (run + 1) * (4 - epoch) for run in range(10) for epoch in range(4)])
    expected = [(2400 / 800) / (800 / rows), (3200 / 800) / (1600 / rows)]
    assert claims.harder_dcgans(made, arm) == pytest.approx(expected)
    table = answers(made)
    assert table.loc["S0-C6, quality", ["verdict", "n"]].tolist() == ["inconclusive", 3]
    other = on_dcgans.arm.rows.model_copy(update={"repeat": 2})
    made.arms["on-dcgans"] = replace(on_dcgans, arm=on_dcgans.arm.model_copy(update={"rows": other}))
    assert claims.better_dcgans(made, arm) is claims.harder_dcgans(made, arm) is None


def test_a_figure_shows_the_seeds_that_are_reported_and_a_key_on_its_logarithm() -> None:
    seeds = {0: [80.0, 400, 1000], 1: [50.0, 900, 920], 100: [1.0, 1, 1]}
    scores = scored({"as-described": ({}, seeds), "latent-8": ({"latent": 8}, seeds)}, list(range(10)))
    for arm in scores.arms.values():
        arm.samples[["l2_gan", "l2_epoch"]] = 3, 1
    legend = charts.along_z(scores, "as-described").legends[0]
    seen = [text.get_text() for text in legend.get_texts() if text.get_text().startswith("seed")]
    assert seen == ["seed 0", "seed 1"]
    (axes,) = charts.series(scores, "as-described", "latent").axes
    assert axes.get_xticks().tolist() == [0, 3]


def test_the_best_is_chosen_by_validation_and_reported_by_test() -> None:
    table = pd.DataFrame({"frechet_validation": [3, 1, 2], "frechet": [10.0, 30, 20]})
    assert chosen(table) == 30


def test_only_what_an_arm_read_is_what_it_must_beat() -> None:
    scores = scored({"as-released": ({}, {0: [150.0, 300]})}, [1])
    assert claims.beats_rows(scores, scores.arms["as-released"]) == [150 - 200]
    assert claims.beats_averages(scores, scores.arms["as-released"]) == [150 - 180]


def test_arms_of_a_shorter_training_are_held_against_the_faithful_arm_at_that_time() -> None:
    scores = scored(
        {
            "as-described": ({}, {0: [80, 81, 82, 83]}),
            "short": ({"epochs": 25}, {0: [500, 500, 500, 500]}),
            "shorter": ({"epochs": 5}, {0: [900, 900, 900, 900]}),
            "shorter-wide": ({"epochs": 5, "discriminator_hidden": 64}, {0: [700, 700, 700, 700]}),
            "short-latent-4": ({"epochs": 25, "latent": 4}, {0: [300, 300, 300, 300]}),
            "longer-latent-8": ({"epochs": 500, "latent": 8}, {0: [0, 0, 0, 0]}),
        },
        list(range(10)),
    )
    table = answers(scores)
    assert table.loc["S0-C4", ["estimate", "epochs"]].tolist() == [900 - 700, "5"]
    assert table.loc["S0-C5", ["estimate", "epochs"]].tolist() == [(300 - 500) / 2, "25"]
    assert table.loc["S0-C3, best row", ["estimate", "epochs"]].tolist() == [80 - 100, "250"]


def test_a_claim_about_the_spread_of_speeds_needs_a_speed() -> None:
    def studied(ends: list[float]) -> str:
        shorter = {seed: [500.0, 501, 501, 502] for seed in range(3)}
        arms = {
            "as-described": ({}, {seed: [end, end + 1, end + 1, end + 2] for seed, end in enumerate(ends)}),
            "half": ({"epochs": 125}, shorter),
        }
        return str(answers(scored(arms, list(range(10)))).loc["S0-C7, speed", "verdict"])

    assert studied([100.0, 300, 200]) == "supported"
    assert studied([480.0, 530, 490]) == "inconclusive"  # a spread as large, of a speed that may be none
    assert studied([200.0, 200.001, 200.002]) == "not supported"


SAME = {seed: [80.0 + seed, 90, 95, 99 + seed] for seed in range(5)}


def test_verdicts_for_what_is_clear_what_is_not_and_what_is_missing() -> None:
    table = answers(scored({"as-described": ({}, SAME)}, list(range(10))))
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
    assert (table["n"] == [5, 5, 5, 5, 0, 0, 0, 0, 5, 0]).all()
    assert table.loc["S0-C3, best row", "estimate"] == pytest.approx(-18)
    assert set(table["judge"]) == {"j"}
    other = answers(scored({"as-described": ({}, SAME)}, list(range(10))), "as-released")
    assert set(other["verdict"]) == {"not run"}


def test_one_seed_or_two_decide_nothing_and_a_spread_around_the_threshold_neither() -> None:
    one = answers(scored({"as-described": ({}, {0: [80, 90, 95, 99]})}, list(range(10))))
    assert one.loc["S0-C3, best row", ["verdict", "n"]].tolist() == ["inconclusive", 1]
    two = answers(scored({"as-described": ({}, {0: [80, 90, 95, 99], 1: [80, 90, 95, 99]})}, list(range(10))))
    assert two.loc["S0-C3, best row", ["verdict", "n"]].tolist() == ["inconclusive", 2]
    both = {seed: [100.0 + (-1) ** seed * 10, 200, 300, 400] for seed in range(4)}
    spread = answers(scored({"as-described": ({}, both)}, list(range(10))))
    assert spread.loc["S0-C3, best row", "verdict"] == "inconclusive"
    worse = {seed: [500.0 + seed, 600, 700, 800] for seed in range(4)}
    assert answers(scored({"as-described": ({}, worse)}, [0])).loc["S0-C3, best row", "verdict"] == "not supported"


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("C6, GAN-GAN", [math.inf, 1.0, 1.1], "inconclusive"),
        ("C5", [math.inf, 1.0, 1.1], "inconclusive"),
        ("C5", [-math.inf] * 3, "inconclusive"),
        ("C5", [math.nan, -2.0, -2.0], "inconclusive"),
        ("C5", [1e-200, -1e-200, 0.0], "inconclusive"),  # a variance too small to be divided by: no p
        ("C7, quality", [math.inf, 1.0, 1.1], "inconclusive"),
        ("C5", [-2.0, -2.0, -2.0], "supported"),
        ("C5", [2.0, 2.0, 2.0], "not supported"),
        ("C5", [-2.0, -2.1, -1.9], "supported"),
    ],
)
def test_there_is_no_verdict_without_a_test_unless_all_seeds_gave_one_finite_number(
    monkeypatch: pytest.MonkeyPatch, name: str, values: list[float], expected: str
) -> None:
    claim = next(claim for claim in claims.CLAIMS if claim.name == name)
    monkeypatch.setattr(claims, "CLAIMS", (replace(claim, numbers=lambda *_: values),))
    assert answers(scored({"as-described": ({}, SAME)}, list(range(10)))).loc[f"S0-{name}", "verdict"] == expected


def test_the_mean_its_interval_and_its_p_by_the_formulas() -> None:
    values = [1.0, 2, 4, 5]
    found = inference.mean(values, 1.5)
    error = np.std(values, ddof=1) / 2
    half = stats.t.ppf(0.975, 3) * error
    assert found == pytest.approx((3, 3 - half, 3 + half, 4, 2 * stats.t.sf(1.5 / error, 3)))
    for values in ([2.0], [2.0, 2.0]):
        assert inference.mean(values, 1) == pytest.approx((2, math.nan, math.nan, len(values), math.nan), nan_ok=True)


def test_the_spread_as_a_share_of_the_mean_and_its_test_by_simulation() -> None:
    values = [90.0, 100, 110, 104, 96]
    found = inference.variation(values, 0.2)
    assert found.estimate == pytest.approx(math.sqrt((100 + 100 + 16 + 16) / 4) / 100)
    spreads = np.random.default_rng(0).normal(100, 20, (100_000, 5)).std(1, ddof=1) / 100
    assert found.p == pytest.approx(2 * (spreads < found.estimate).mean(), abs=0.01)
    ends = [np.random.default_rng(1).normal(0, end, (100_000, 5)).std(1, ddof=1) for end in (found.low, found.high)]
    assert [(end > found.estimate).mean() for end in ends] == pytest.approx([0.025, 0.975], abs=0.005)


def test_a_mean_that_may_be_zero_has_no_spread_as_a_share_of_it() -> None:
    for values in ([-36.0, 73, 12], [0.0, 0, 0]):
        assert math.isnan(inference.variation(values, 0.1).estimate)
        assert math.isnan(inference.variation(values, 0.1).p)
    assert inference.variation([60.0, 73, 62], 0.1).p > 0


def test_holms_correction_of_a_worked_example() -> None:
    # Sorted .005, .01, .03, .04 times 4, 3, 2, 1, never falling; a claim without a test is not counted.
    assert inference.holm([0.01, 0.04, math.nan, 0.03, 0.005]) == pytest.approx(
        [0.03, 0.06, math.nan, 0.06, 0.02], nan_ok=True
    )
    assert inference.holm([0.9, 0.8]) == [1, 1]


def test_the_table_of_quality_has_a_line_for_everything_measured_the_same_way() -> None:
    scores = scored({"as-described": ({}, {0: [80.0, 400, 900], 1: [50.0, 60, 100]})}, list(range(10)))
    for arm in scores.arms.values():
        arm.samples[list(summary.OTHERS)] = 1.0
    for table in (*scores.zoos.values(), *scores.baselines.values()):
        table[list(summary.OTHERS)] = 2.0
    table = summary.table(scores).set_index(["what", "of"])
    assert table.loc[("real digits: test", ""), "frechet"] == 4
    assert table.loc[("GANs after 4 epochs", "mlp"), ["n", "frechet", "best", "l2"]].tolist() == [10, 550, 100, 6]
    assert table.loc[("GANs after 4 epochs, aligned", "mlp"), ["n", "frechet", "l2"]].tolist() == [10, 550, 3]
    assert table.loc[("the best row", "mlp"), "frechet"] == 100
    assert table.loc[("last-10", "mlp"), ["n", "frechet", "best"]].tolist() == [10, 495, 90]
    assert table.loc[("gaussian", "mlp 0-9"), "frechet"] == 10
    assert table.loc[("GAN-GAN, line (median)", "as-described"), ["n", "frechet"]].tolist() == [2, (400 + 60) / 2]
    assert table.loc[("GAN-GAN, line (best)", "as-described"), ["frechet", "best"]].tolist() == [65, 50]


def test_an_attempt_is_held_against_what_it_learned_from() -> None:
    seeds = {0: [80.0, 90, 900], 1: [60.0, 70, 900]}
    scores = scored({"as-described": ({}, seeds), "brought": ({"align": True}, seeds)}, list(range(10)))
    for arm in scores.arms.values():
        arm.samples[["recall", "l2", "l2_sibling"]] = 0.4, 0.5, 0.25
        arm.samples["l2_gan"] = [i % (2 + seed) for seed in seeds for i in range((arm.samples["seed"] == seed).sum())]
        arm.rows["recall"] = arm.rows["frechet"].eq(100) * 0.4
    table = summary.attempts(scores).set_index("arm")
    assert table.loc["as-described", ["n", "frechet", "best_row", "best_average"]].tolist() == [2, 80, 100, 90]
    assert table.loc["as-described", ["nearest", "sibling", "neighbour", "other_run"]].tolist() == [0.5, 0.25, 1, 6]
    assert table.loc["as-described", "runs"] == 2.5  # two of the first seed, three of the second
    assert table.loc["brought", "other_run"] == 3
    assert table.loc["as-described", "aims_met"] == "3 of 4"  # nearer to a row than its neighbours: a copy
