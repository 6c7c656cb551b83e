"""The paper's claims (docs/papers/gangan.md, section 5), each as a number of a seed. docs/claims/gangan.md explains them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from gangan.measure.claims import Answer, Claim, Numbers, tested
from gangan.measure.stats import variation
from gangan.papers.gangan.config import Claims
from gangan.papers.gangan.reporting.results import ArmScores, Measurements, Scored, alike, chosen, read, trained_less
from gangan.show.tables import rounded, table_job

WORKING = 0.9  # of the zoo's last rows are no better than the worst GAN that works
Numbering = Callable[[Measurements, ArmScores], Numbers]


def works(scores: Measurements, arm: ArmScores) -> Numbers:
    """Share of working draws ÷ share of working training rows."""
    zoo = scores.zoos[arm.zoo]
    bar = zoo.loc[zoo["epoch"] == zoo["epoch"].max(), "frechet"].quantile(WORKING)
    of_rows = (arm.rows["frechet"] <= bar).mean()
    if not of_rows:
        return None
    draws = arm.of_points("draws")
    shares = (draws["frechet"] <= bar).groupby(draws["seed"]).mean()
    return [share / of_rows for share in shares]


def ordered(_: Measurements, arm: ArmScores) -> Numbers:
    """|Spearman's ρ| of z and quality along the line."""
    lines = arm.of_points("line").groupby("seed")
    found = [abs(stats.spearmanr(line["z"], line["frechet"]).statistic) for _, line in lines]
    return found or None


def beats_rows(_: Measurements, arm: ArmScores) -> Numbers:
    """Quality at the best z, minus that of the best training row."""
    return _beats(arm, arm.rows)


def beats_averages(_: Measurements, arm: ArmScores) -> Numbers:
    """Quality at the best z, minus that of the best weight average."""
    return _beats(arm, arm.averages)


def _beats(arm: ArmScores, others: pd.DataFrame) -> Numbers:
    lines = arm.of_points("line").groupby("seed")
    found = [chosen(line) - chosen(others) for _, line in lines]
    return found or None


def narrow(claims: Claims) -> Numbering:
    """Median quality of the draws with a discriminator of the narrow width, minus that with the wide one."""

    def numbers(scores: Measurements, arm: ArmScores) -> Numbers:
        arms = alike(scores, arm, "discriminator_hidden")
        if not {claims.narrow, claims.wide} <= arms.keys():
            return None
        return (arms[claims.narrow].medians() - arms[claims.wide].medians()).dropna().tolist() or None

    return numbers


def wider_latent(scores: Measurements, arm: ArmScores) -> Numbers:
    """Slope of the draws' median quality over log₂ of the latent."""
    return _slopes(alike(scores, arm, "latent"))


def _slopes(arms: dict[int, ArmScores]) -> Numbers:
    """By seed the slope of the draws' median quality over log₂ of what tells the arms apart."""
    if len(arms) < 2:
        return None
    medians = pd.DataFrame({np.log2(value): arm.medians() for value, arm in arms.items()}).dropna()
    return [stats.linregress(medians.columns, line).slope for line in medians.to_numpy()] or None


def speed(scores: Measurements, arm: ArmScores) -> Numbers:
    """Slope of the draws' median quality over log₂ of the epochs trained."""
    return _slopes(alike(scores, arm, "epochs"))


def better_dcgans(scores: Measurements, arm: ArmScores) -> Numbers:
    """Quality of each DCGAN in its last row, minus that of an MLP at that epoch, one for each."""
    other = on_dcgans(scores, arm)
    if other is None:
        return None
    ours, theirs = scores.zoos[arm.zoo], scores.zoos[other.zoo]
    epoch = min(ours["epoch"].max(), theirs["epoch"].max())
    dcgans, mlps = (zoo[zoo["epoch"] == epoch].set_index("gan")["frechet"] for zoo in (theirs, ours))
    return (dcgans - mlps).dropna().tolist() or None


def harder_dcgans(scores: Measurements, arm: ArmScores) -> Numbers:
    """Median quality of the draws ÷ that of the training rows, on DCGANs, divided by the same on this arm's GANs."""
    other = on_dcgans(scores, arm)
    if other is None:
        return None
    ours, theirs = (one.medians() / one.rows["frechet"].median() for one in (arm, other))
    return (theirs / ours).dropna().tolist() or None


def on_dcgans(scores: Measurements, arm: ArmScores) -> ArmScores | None:
    """The arm that is like one on MLPs but that its zoo is of DCGANs; of several the first by name."""
    others = (
        other
        for other in scores.arms.values()
        if (scores.networks[arm.zoo], scores.networks[other.zoo]) == ("mlp", "dcgan")
        and (other.arm.rows, other.training) == (arm.arm.rows, arm.training)
    )
    return next(others, None)


def medians(_: Measurements, arm: ArmScores) -> Numbers:
    """Median quality of the draws."""
    return arm.medians().tolist() or None


def asked(claims: Claims) -> Iterator[tuple[Claim, Numbering]]:
    """The claims, each with how a study answers it."""
    delta, quality, widths = "Δ Fréchet distance", "median Fréchet distance", f"{claims.narrow} − {claims.wide}"
    on_rows, dcgans = "the best samples beat the training GANs", "DCGAN ÷ MLP"
    share, doubling = "deviation ÷ mean", "per doubling"
    name = f"{claims.prefix}-C".removeprefix("-")
    learns = "a GAN learns a distribution over GAN weights"
    yield Claim(f"{name}1", learns, "working draws ÷ working rows", 0.5, True), works
    yield Claim(f"{name}2", "samples along z are ordered by quality", "size of Spearman's ρ", 0.7, True), ordered
    yield Claim(f"{name}3, best row", on_rows, delta, 0, False), beats_rows
    yield Claim(f"{name}3, best weight average", "… and averages of them", delta, 0, False), beats_averages
    stabilises = f"a discriminator of {claims.narrow} stabilises"
    yield Claim(f"{name}4", stabilises, f"Δ {quality}, {widths}", 0, False), narrow(claims)
    yield Claim(f"{name}5", "a larger latent improves", f"{quality} {doubling}", 0, False), wider_latent
    yield Claim(f"{name}6, quality", "a small DCGAN is better", f"{delta}, DCGAN − MLP", 0, False), better_dcgans
    yield Claim(f"{name}6, GAN-GAN", "… and harder for the GAN-GAN", f"draws ÷ rows, {dcgans}", 1, True), harder_dcgans
    yield Claim(f"{name}7, quality", "quality varies with the seed", share, 0.1, True, variation), medians
    speeds = f"{share}, {doubling} of epochs"
    yield Claim(f"{name}7, speed", "so does speed", speeds, 0.1, True, variation), speed


def answer(numbers: Numbering, scores: Measurements, arm: ArmScores) -> tuple[Numbers, str]:
    """A claim's numbers for an arm, and after how many epochs of training. Where the arms that it is compared with were
    trained for fewer epochs, the numbers are those of the arm after as many."""
    for one in trained_less(scores, arm):
        if found := numbers(scores, one):
            return found, str(one.training.epochs)
    return None, ""


@table_job
def claims(scores: list[Path], scored: Scored, claims: Claims) -> pd.DataFrame:
    """Each claim for each arm whose claims are tested, a line each."""
    found = read(scored, scores)
    arms = [found.arms[arm.name] for arm in scored.arms if arm.group == claims.group]
    answers = []
    for claim, numbers in asked(claims):
        for arm in arms:
            given, epochs = answer(numbers, found, arm)
            answers.append(Answer(claim, {"arm": arm.arm.name, "epochs": epochs}, given))
    return rounded(tested(answers).assign(judge=found.judge))
