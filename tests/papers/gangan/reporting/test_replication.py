"""What README and the page of results say of the study on two cores is made again from the scores of its reference."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, binomtest, linregress, spearmanr, ttest_1samp

from support.clone import ROOT
from support.reference import README, bar, document, percent, reach, row

FOLDER = ROOT / "reference/gangan"
ZOO = pd.concat(pd.read_csv(path) for path in (FOLDER / "metrics/zoo-mlp").glob("*.csv"))
CLAIMS = pd.read_csv(FOLDER / "tables/claims.csv").set_index(["claim", "arm"])
LATENTS = ("released-25-epochs", "released-latent-8", "released-latent-64")  # 2 to the power of 0, 3 and 6
WIDTHS = ("released-25-epochs", "released-wide-discriminator")
ENDS = ("distance", "nearness")
BAR = bar(ZOO)
PAGE = document("docs/results/gangan.md")


def seeds(arm: str) -> list[int]:
    return sorted(int(path.stem) for path in (FOLDER / f"metrics/gangans/{arm}").glob("*.csv"))


def scores(arm: str, seed: int, points: str) -> pd.DataFrame:
    table = pd.read_csv(FOLDER / f"metrics/gangans/{arm}/{seed}.csv")
    return table[table["points"] == points]


def endpoints(arm: str, seed: int) -> list[float]:
    """Of the median draw: Fréchet distance, and the logarithm of the distance to the nearest row."""
    draws = scores(arm, seed, "draws")
    return [draws["frechet"].median(), float(np.log(draws["l2"].median()))]


def width(seed: int) -> list[float]:
    """The endpoints with a discriminator of 8, less those with one of 64."""
    narrow, wide = (endpoints(arm, seed) for arm in WIDTHS)
    return [one - other for one, other in zip(narrow, wide, strict=True)]


def latent(seed: int) -> list[float]:
    """What a doubling of the latent adds to each endpoint."""
    measured = np.array([endpoints(arm, seed) for arm in LATENTS])
    return [linregress((0, 3, 6), column).slope for column in measured.T]


def signed(value: float, digits: int) -> str:
    return f"{value:.{digits}f}".replace("-", "−")


@pytest.mark.parametrize(("claim", "numbers"), [("C4", width), ("C5", latent)])
def test_the_two_endpoints_disagree(claim: str, numbers: Callable[[int], list[float]]) -> None:
    lines = [CLAIMS.loc[(f"S0-{claim}, {end}", "as-released")] for end in ENDS]
    measured = np.array([numbers(seed) for seed in range(3, 15)]).T
    shown = []
    for line, values, digits in zip(lines, measured, (0, 2), strict=True):
        tested = ttest_1samp(values, 0)
        interval = tested.confidence_interval()
        expected = [values.mean(), interval.low, interval.high, tested.pvalue]
        assert line[["estimate", "low", "high", "p"]].tolist() == pytest.approx(expected, rel=2e-3)
        assert (line["n"], line["epochs"], line["verdict"]) == (12, 25, "inconclusive")
        bounds = " to ".join(signed(value, digits) for value in (interval.low, interval.high))
        shown.append(f"**{signed(values.mean(), digits)}** ({bounds})")
    assert lines[0]["estimate"] * lines[1]["estimate"] < 0
    assert {line["p_holm"] for line in lines} == {1}  # no side is shown where endpoints disagree
    assert all(text in row(claim) for text in shown)
    assert "| 12 | inconclusive |" in row(claim)


def told(runs: int) -> str:
    """What README says of so many runs of which none is reasonable."""
    high = f"{binomtest(0, runs).proportion_ci().high:.0%}".replace("%", " %")
    return f"reasonable runs: **0 %** (0 to {high}) | {runs} | inconclusive |"


def test_of_twelve_runs_as_released_none_is_reasonable_and_one_has_good_gans() -> None:
    good = {seed: round(32 * reach(scores("as-released", seed, "line"), BAR)) for seed in range(3, 15)}
    assert seeds("as-released") == list(good)
    assert max(good.values()) < 16
    tested = binomtest(0, 12, 0.5)
    line = CLAIMS.loc[("S0-C1", "as-released")]
    assert line[["estimate", "n", "verdict"]].tolist() == [0, 12, "not supported"]
    assert line[["high", "p"]].tolist() == pytest.approx([tested.proportion_ci().high, tested.pvalue], rel=1e-3)
    assert told(12).replace("inconclusive", "not supported") in row("C1, again")
    assert "and again **0 of 12** on a second zoo (the same seeds, " in README
    (one,) = (seed for seed, count in good.items() if count)
    assert f"if not by the digits drawn, and **{good[one]}** GANs of 32 are good ones" in README
    assert f"**Trained as the paper's code trains, {2 * 12 + 6 - 2} of 30 GAN-GANs have not one GAN among 32" in README
    assert f"of the twelve on two cores one has **{good[one]}**, and the others none" in PAGE
    assert f"fig3-as-released-{one}.png" in README
    line = scores("as-released", one, "line")
    rows = line["l2_epoch"] + 1
    assert rows.is_monotonic_increasing
    assert f"rows by weights go from epoch **{rows.iloc[0]}** to epoch **{rows.iloc[-1]}**, in order" in PAGE
    drawn = line["rms_epoch"] + 1
    assert f"drawn from **{drawn.iloc[0]}** to **{drawn.max()}** and back to **{drawn.iloc[-1]}**" in PAGE
    shares = pd.Series({run: reach(ZOO[ZOO["gan"] == run], BAR) for run in range(3, 15)})
    assert shares.idxmin() == one
    assert f"reads GAN {one} of the two cores' zoo, of whose own rows {percent(shares[one])} reach the bar" in PAGE
    own = bar(pd.read_csv(FOLDER / "metrics/zoo-published/00.csv"))
    assert f"as that is, this line has **{round(32 * reach(line, own))}** good GANs" in PAGE
    share = binomtest(1, 24).proportion_ci()
    assert (
        f"One such run of **24** is a share of {percent(1 / 24)} (0 to {share.high:.0%}, if".replace("%,", " %,")
        in PAGE
    )


def test_how_many_of_the_rows_reach_the_bar() -> None:
    shares = pd.Series([reach(ZOO[ZOO["gan"] == run], BAR) for run in range(3, 15)])
    mean, low, high = (percent(share) for share in (shares.mean(), shares.min(), shares.max()))
    assert f"{mean} ({low} to {high}), so" in PAGE
    assert round(binom.sf(15, 32, shares).sum(), 1) == 5
    assert "would be reasonable in 6 or 7 and in 5 of 12 runs" in PAGE
    at_50 = ZOO[ZOO["epoch"] == 49]
    assert f"and **{len(at_50) * reach(at_50, BAR):.0f}** on two cores" in PAGE


def test_a_run_as_released_is_reasonable_at_no_look() -> None:
    looks = {
        after: [reach(scores(f"released-{after}-epochs", seed, "line"), BAR) for seed in range(3, 15)]
        for after in (10, 25, 50, 100, 150, 200)
    }
    assert max(map(max, looks.values())) < 0.5
    line = CLAIMS.loc[("S0-C7", "as-released")]
    assert line[["estimate", "n", "verdict"]].tolist() == [0, 12, "described"]
    assert "share of seven looks in training at which a run is reasonable: " in row("C7")


def test_no_run_on_the_rows_of_all_gans_is_reasonable() -> None:
    shares = [reach(scores("as-described", seed, "line"), BAR) for seed in seeds("as-described")]
    assert seeds("as-described") == list(range(3, 3 + len(shares)))
    assert max(shares) == 0
    line = CLAIMS.loc[("S0-C1", "as-described")]
    assert line[["estimate", "n", "verdict"]].tolist() == [0, len(shares), "inconclusive"]
    assert told(len(shares)) in row("C1, text")


def test_no_run_on_the_authors_rows_is_reasonable() -> None:
    """By the bar of the zoo on two cores, and by his own GAN."""
    own = bar(pd.read_csv(FOLDER / "metrics/zoo-published/00.csv"))
    lines = [scores("as-published", seed, "line") for seed in seeds("as-published")]
    assert seeds("as-published") == list(range(3, 9))
    good = [round(32 * reach(line, BAR)) for line in lines]
    assert sorted(good) == [0, 0, 0, 0, 0, 4]
    assert f"One of the others has **{max(good)}** GANs of 32 on its line that reach the bar" in PAGE
    assert {reach(line, own) for line in lines} == {0}
    assert (own < BAR).all()
    line = CLAIMS.loc[("S0-C1", "as-published")]
    assert line[["estimate", "n", "verdict"]].tolist() == [0, len(lines), "inconclusive"]
    assert told(len(lines)) in row("C1, his rows")


def test_two_lines_have_an_order() -> None:
    sizes = []
    for arm in ("as-released", "as-published"):
        (seed,) = (seed for seed in seeds(arm) if reach(scores(arm, seed, "line"), BAR))
        line = scores(arm, seed, "line")
        sizes.append(abs(spearmanr(line["z"], line["energy"]).statistic))
        assert CLAIMS.loc[("S0-C2", arm), ["estimate", "n"]].tolist() == [pytest.approx(sizes[-1], rel=1e-3), 1]
    assert "size of ρ of z and energy **{:.2f}** and **{:.2f}**".format(*sizes) in row("C2")


def lost_of(arm: str) -> list[int]:
    """The seeds whose generator's loss is above 60 at the end."""
    losses = {seed: pd.read_csv(FOLDER / f"gangans/{arm}/{seed}/losses.csv") for seed in seeds(arm)}
    return [seed for seed, table in losses.items() if table["loss_generator"].iloc[-1] > 60]


def test_runs_as_released_that_have_lost_are_farther_from_the_rows() -> None:
    lost = lost_of("as-released")
    assert f"and **{len(lost)}** of the second twelve end so" in README
    others = [FOLDER / f"gangans/as-released/{seed}/losses.csv" for seed in range(3, 15)]
    others += [ROOT / f"reference/h100/losses/as-released-{seed}.csv" for seed in range(3, 15)]
    courses = [course for path in others if (course := pd.read_csv(path)["loss_generator"]).iloc[-1] <= 60]
    back = sum(course.max() > 60 for course in courses)
    assert f"Of the others **{back}** of {len(courses)} had lost in this way for a while" in README
    away = {seed: scores("as-released", seed, "draws")["l2"].median() for seed in seeds("as-released")}
    assert min(away[seed] for seed in lost) > max(away[seed] for seed in away if seed not in lost)


def test_the_same_seeds_end_lost_in_several_arms() -> None:
    elsewhere = {
        arm: [
            pd.read_csv(ROOT / f"reference/h100/losses/{arm}-{seed}.csv")["loss_generator"].iloc[-1]
            for seed in range(3, 9)
        ]
        for arm in ("as-published", "as-released")
    }
    sets = [[seed for seed, loss in enumerate(losses, 3) if loss > 60] for losses in elsewhere.values()]
    assert [lost_of("as-described"), lost_of("as-published"), *sets] == [[3, 6, 7]] * 4
    assert [seed for seed in lost_of("as-released") if seed < 9] == [5, 6, 7]
    assert (
        "it is seeds 3, 6 and 7 each time, of 3 to 8, and of `as-released` on the H100 too, but 5, 6 and 7 of" in PAGE
    )


@pytest.mark.parametrize(("arm", "said"), [("as-described", "**{}** end with"), ("as-published", "**{}** end so too")])
def test_how_many_runs_end_with_a_generator_that_has_lost(arm: str, said: str) -> None:
    lost = lost_of(arm)
    assert said.format({3: "three"}[len(lost)]) in PAGE.split(f"`{arm}`, ")[1][:80]
    if arm == "as-described":
        nearest = max(scores(arm, seed, "line")["l2_epoch"].max() for seed in seeds(arm) if seed not in lost)
        assert f"their nearest rows are of the first **{nearest + 1}** epochs" in PAGE


def test_a_wide_discriminator_trained_for_as_long_as_the_papers() -> None:
    counts = [round(32 * reach(scores("wide-discriminator-long", seed, "line"), BAR)) for seed in (3, 4, 5)]
    assert (
        "**{}**, **{}** and **{}** GANs of 32 on their lines reach the bar, so the first, with 16 needed, is".format(
            *counts
        )
        in PAGE
    )
    assert [count >= 16 for count in counts] == [True, False, False]
    low, high = binomtest(1, 3).proportion_ci()
    assert f"(1 of 3: {low:.0%} to {high:.0%})".replace("%", " %") in PAGE
    assert "reasonable after 100 epochs, and **1** of three on the other zoo, barely, after all 250" in README


def test_a_wide_discriminator_on_all_gans_and_on_the_authors_rows() -> None:
    counts = {
        rows: sorted(round(32 * reach(scores(f"{rows}-wide-discriminator", seed, "line"), BAR)) for seed in (3, 4, 5))
        for rows in ("described", "published")
    }
    assert counts["described"] == [0, 0, 0]
    assert "no GAN on a line reaches the bar on all 35 GANs" in PAGE
    assert "on the author's rows **{}**, **{}** and **{}** of 32 do".format(*counts["published"]) in PAGE


GAUSSIANS = [f"gaussian-pca {gan}" for gan in range(3, 15)]
NEAR_HELD_OUT = {
    "last rows, and noise as long as the change in their last epoch": ("gangan", ["noise"]),
    "a quarter of the way between two GANs, aligned and renormalised": (
        "gangan",
        ["aligned-line-renormalised at 0.25"],
    ),
    "the same from the other of the two": ("gangan", ["aligned-line-renormalised at 0.75"]),
    "halfway, aligned and renormalised": ("gangan", ["aligned-line-renormalised at 0.5"]),
    "a Gaussian with the covariance of one GAN's rows (12 GANs)": ("gangan", GAUSSIANS),
    "a Gaussian with the variances of one GAN's rows alone (12 GANs)": (
        "gangan",
        [f"gaussian {gan}" for gan in range(3, 15)],
    ),
    "`as-described`": ("gangan", ["as-described"]),
    "`as-released`": ("gangan", ["as-released"]),
    "`as-published`": ("gangan", ["as-published"]),
    "`released-wide-discriminator`": ("gangan", ["released-wide-discriminator"]),
    "`narrow-generator`": ("narrow", ["narrow-generator"]),
    "`best`": ("best", ["best"]),
}


def compared(reference: str, generators: list[str]) -> pd.DataFrame:
    """Lines of a table of generators; of the noise that to the zoo of 35 GANs, which comes first."""
    table = pd.read_csv(ROOT / f"reference/{reference}/tables/generators.csv")
    found = table.drop_duplicates("generator").set_index("generator").loc[generators]
    assert (found["covered_by"] == 17).all()
    return found


@pytest.mark.parametrize("said", NEAR_HELD_OUT)
def test_how_near_draws_come_to_gans_that_were_held_out(said: str) -> None:
    shown = compared(*NEAR_HELD_OUT[said])[["coverage", "novelty", "energy_distance"]].mean()
    assert f"| {said} | " + " | ".join(f"**{value:.2f}**" for value in shown) + " |" in PAGE
    assert "; **17** draws of each generator count" in PAGE


def test_the_energy_test_tells_all_but_copies_and_near_mixtures_from_held_out_gans() -> None:
    ps = [compared(*one)["energy_p"] for one in NEAR_HELD_OUT.values()]
    assert f"does not tell the noise (p = **{ps[0].item():.2f}**)" in PAGE
    assert f"a quarter of the way from the first GAN (p = **{ps[1].item():.2f}**)" in PAGE
    assert f"from the other GAN it does (p = **{ps[2].item():.3f}**)" in PAGE
    assert {p for of in ps[3:] for p in of} == {1 / 1000}
    covered = compared("gangan", GAUSSIANS)["coverage"]
    ends = percent(covered.min()), percent(covered.max())
    assert "of the twelve GANs {} to {}.".format(*ends) in PAGE
    assert "(over the twelve GANs {} to {})".format(*ends) in README


def of_rows(tables: list[pd.DataFrame]) -> list[float]:
    """Of rows of the zoo: how many tables, the share that works, and after how many epochs the median GAN is worse than
    their median, by classes and by fidelity: the mean and the medians over tables."""
    courses = ZOO.groupby("epoch")[[*BAR.index]].median().cummin()
    after = [(courses > one[[*BAR.index]].median()).sum() for one in tables]
    return [len(tables), np.mean([reach(one, BAR) for one in tables]), *pd.DataFrame(after).median()]


GENERATORS = {
    "**the last rows of 35 GANs**": of_rows([ZOO[ZOO["epoch"] == 99]]),
    "… and noise as long as the change in their last epoch": ("gangan", ["noise"]),
    "… the mean of two, as they are": ("gangan", ["line at 0.5"]),
    "… the mean of two, aligned": ("gangan", ["aligned-line at 0.5"]),
    "… the mean of two, aligned and renormalised": ("gangan", ["aligned-line-renormalised at 0.5"]),
    "**all rows of one GAN**": of_rows([ZOO[ZOO["gan"] == gan] for gan in range(3, 15)]),
    "… a Gaussian with their covariance": ("gangan", GAUSSIANS),
    "… `as-released`": ("gangan", ["as-released"]),
    "… `released-wide-discriminator`, 25 epochs": ("gangan", ["released-wide-discriminator"]),
    "… `narrow-generator`, of other GANs": ("narrow", ["narrow-generator"]),
    "**all rows of 35 GANs**": of_rows([ZOO]),
    "… `as-described`": ("gangan", ["as-described"]),
    "… late ones and digits: `best`": ("best", ["best"]),
}


@pytest.mark.parametrize("name", GENERATORS)
def test_readme_has_the_table_of_generators(name: str) -> None:
    found, cells = GENERATORS[name], [cell.strip() for cell in row(name).split("|")[2:-1]]
    if isinstance(found, list):
        n, works, *after = found
        rest = ["", "", ""]
    else:
        lines = compared(*found)
        means = lines[["works", "coverage", "novelty", "seconds"]].mean()
        works, after = means["works"], lines[["epochs_classes", "epochs_fidelity"]].median()
        n = lines["n"].sum()
        seconds = "" if np.isnan(means["seconds"]) else f"**{means['seconds']:.0f}**"
        rest = [f"**{means['coverage']:.2f}**", f"**{means['novelty']:.2f}**", seconds]
    assert cells == [str(n), f"**{works:.2f}**", *(f"**{epochs:.0f}**" for epochs in after), *rest]


def test_readme_sets_draws_beside_what_needs_no_training() -> None:
    gaussians, noise = (percent(compared("gangan", some)["coverage"].mean()) for some in (GAUSSIANS, ["noise"]))
    assert f"the rows that `as-released` reads comes near {gaussians} (over" in README
    assert f"copies of finished GANs with a little noise near {noise}." in README


def test_by_classes_no_median_gan_is_between_the_first_and_the_32nd_epoch() -> None:
    course = ZOO.groupby("epoch")["divergence"].median()
    assert course.gt(course[0]).idxmin() == 0
    assert course[1:].lt(course[0]).idxmax() == 32
    assert "no GAN is between 0 and 32" in README


def test_what_a_larger_latent_does() -> None:
    means = [np.mean([[*endpoints(arm, s), energy(arm, s)] for s in range(3, 15)], axis=0) for arm in LATENTS]
    frechet, nearness, energies = zip(*means, strict=True)
    nearest = "**{:.0f}**, **{:.0f}** and **{:.0f}**".format(*np.exp(nearness))
    assert f"the distance to the nearest row is {nearest}, and the other " in PAGE
    assert "the other **{:.0f}**, **{:.0f}** and **{:.0f}**".format(*frechet) in PAGE
    assert "does a little of the same: **{:.2f}**, **{:.2f}** and **{:.2f}**".format(*energies) in PAGE


def energy(arm: str, seed: int) -> float:
    """Of the median draw."""
    return float(scores(arm, seed, "draws")["energy"].median())


def test_what_one_sees_of_a_narrow_and_a_wide_discriminator() -> None:
    narrow, wide = (
        pd.DataFrame([scores(arm, seed, "draws")[["energy", "l2"]].median() for seed in range(3, 15)]) for arm in WIDTHS
    )
    times = np.exp(np.log(narrow["l2"]).mean() - np.log(wide["l2"]).mean())
    assert f"the draw lies **{times:.1f}** times as far from the nearest row" in PAGE
    energies = (
        f"energy is **{wide['energy'].mean():.2f}**, and **{narrow['energy'].mean():.2f}** with a discriminator of 8"
    )
    assert energies in PAGE
    shares = [reach(scores(arm, seed, "line"), BAR) for arm in WIDTHS for seed in range(3, 15)]
    assert max(shares) < 0.5
    assert "None of these runs is reasonable" in PAGE
