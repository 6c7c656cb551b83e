"""The paper's claims (docs/papers/gangan.md, section 5), each as a number of a seed (docs/claims/gangan.md)."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from gangan.measure.claims import Answer, Claim, Numbers, tested
from gangan.measure.stats import less, share
from gangan.papers.gangan.config import Claims
from gangan.papers.gangan.reporting.results import (
    ArmScores,
    Measurements,
    Scored,
    alike,
    chosen,
    equivalent_epochs,
    read,
    trained_less,
    yardstick,
)
from gangan.show.tables import rounded, table_job

AXES = {"classes": "divergence", "fidelity": "energy"}  # what a person sees: which digits, and how much like digits
ENDPOINTS = {"distance": "frechet", "nearness": "l2"}  # of claims C4 and C5, which must agree
Numbering = Callable[[Measurements, ArmScores], Numbers]


def good(table: pd.DataFrame, zoo: pd.DataFrame, after: int) -> pd.Series:
    """Which GANs are no worse than the median GAN of a zoo after so many epochs, on both axes."""
    bar = zoo[zoo["epoch"] == min(after - 1, zoo["epoch"].max())][[*AXES.values()]].median()
    found: pd.Series = (table[[*AXES.values()]] <= bar).all(axis=1)
    return found


def reasonable(claims: Claims) -> Numbering:
    """Whether at least half of the GANs along the line are good: 1 or 0."""

    def numbers(scores: Measurements, arm: ArmScores) -> Numbers:
        return _reasonable(scores, arm, claims).tolist() or None

    return numbers


def _reasonable(scores: Measurements, arm: ArmScores, claims: Claims) -> "pd.Series[float]":
    """The same, by seed."""
    line = arm.of_points("line")
    shares = good(line, yardstick(scores, arm.zoo), claims.reasonable_after).groupby(line["seed"]).mean()
    return (shares >= 0.5).astype(float)


def ordered(claims: Claims) -> Numbering:
    """|Spearman's ρ| of z and energy, of the lines with a good GAN and a twofold range of equivalent epochs."""

    def numbers(scores: Measurements, arm: ArmScores) -> Numbers:
        found, zoo = [], yardstick(scores, arm.zoo)
        for _, line in arm.of_points("line").groupby("seed"):
            epochs = equivalent_epochs(line["energy"], "energy", zoo)
            if good(line, zoo, claims.reasonable_after).any() and epochs.max() >= 2 * max(epochs.min(), 1):
                found.append(abs(stats.spearmanr(line["z"], line["energy"]).statistic))
        return found or None

    return numbers


def beats_rows(_: Measurements, arm: ArmScores) -> Numbers:
    """Quality at the best z, minus that of the best training row."""
    return _beats(arm, arm.best_rows())


def beats_averages(_: Measurements, arm: ArmScores) -> Numbers:
    """Quality at the best z, minus that of the best weight average."""
    return _beats(arm, arm.best_averages())


def _beats(arm: ArmScores, others: pd.DataFrame) -> Numbers:
    lines = arm.of_points("line")
    by_seed = {seed: lines[lines["seed"] == seed] for seed in arm.arm.seeds}
    return [chosen(line) - others["frechet"][seed] for seed, line in by_seed.items() if len(line)] or None


def medians(arm: ArmScores, column: str) -> pd.Series:
    """By seed the median of its draws; of distances to the nearest row the logarithm."""
    found = arm.of_points("draws").groupby("seed")[column].median()
    return np.log(found) if column == "l2" else found


def narrow(claims: Claims, column: str) -> Numbering:
    """The draws' median with a discriminator of the narrow width, minus that with the wide one."""

    def numbers(scores: Measurements, arm: ArmScores) -> Numbers:
        arms = alike(scores, arm, "discriminator_hidden")
        if not {claims.narrow, claims.wide} <= arms.keys():
            return None
        return (medians(arms[claims.narrow], column) - medians(arms[claims.wide], column)).dropna().tolist() or None

    return numbers


def wider_latent(column: str) -> Numbering:
    """By seed the slope of the draws' median over log₂ of the latent."""

    def numbers(scores: Measurements, arm: ArmScores) -> Numbers:
        arms = alike(scores, arm, "latent")
        if len(arms) < 2:
            return None
        table = pd.DataFrame({np.log2(value): medians(one, column) for value, one in arms.items()}).dropna()
        return [stats.linregress(table.columns, line).slope for line in table.to_numpy()] or None

    return numbers


def course(claims: Claims) -> Numbering:
    """The share of the looks at a GAN-GAN in the course of its training at which it is reasonable."""

    def numbers(scores: Measurements, arm: ArmScores) -> Numbers:
        arms = alike(scores, arm, "epochs")
        found = [_reasonable(scores, one, claims) for one in arms.values()]
        return pd.DataFrame(found).dropna(axis=1).mean().tolist() or None if len(arms) > 1 else None

    return numbers


def better_dcgans(scores: Measurements, arm: ArmScores) -> Numbers:
    """For each DCGAN the share of MLPs that are worse, both after as many epochs."""
    other = on_dcgans(scores, arm)
    if other is None:
        return None
    ours, theirs = scores.zoos[arm.zoo], scores.zoos[other.zoo]
    epoch = min(ours["epoch"].max(), theirs["epoch"].max())
    dcgans, mlps = (zoo.loc[zoo["epoch"] == epoch, "frechet"] for zoo in (theirs, ours))
    return [(mlps > dcgan).mean() for dcgan in dcgans]


def harder_dcgans(scores: Measurements, arm: ArmScores) -> Numbers:
    """The share of rows that are worse than the median draw, on DCGANs, minus the same on this arm's GANs."""
    other = on_dcgans(scores, arm)
    if other is None:
        return None
    return (percentiles(other) - percentiles(arm)).dropna().tolist() or None


def percentiles(arm: ArmScores, column: str = "frechet") -> pd.Series:
    """By seed the share of the rows it learned from that are worse than its median draw."""
    found = arm.of_points("draws").groupby("seed")[column].median()
    return pd.Series(
        {seed: (arm.rows_of(seed)[column] > found[seed]).mean() for seed in arm.arm.seeds if seed in found}
    )


def on_dcgans(scores: Measurements, arm: ArmScores) -> ArmScores | None:
    """The arm that is like one on MLPs but that its zoo is of DCGANs; of several the first by name."""
    others = (
        other
        for other in scores.arms.values()
        if (scores.networks[arm.zoo], scores.networks[other.zoo]) == ("mlp", "dcgan")
        and (other.arm.rows, other.training) == (arm.arm.rows, arm.training)
    )
    return next(others, None)


class Asked(NamedTuple):
    """A claim, and how a study answers it."""

    claim: Claim
    numbers: Numbering
    compares: bool = False  # an arm with others, which may have been trained for fewer epochs


def asked(claims: Claims) -> Iterator[Asked]:
    """The claims, each with how a study answers it."""
    name = f"{claims.prefix}-C".removeprefix("-")
    learns, share_of = "a GAN learns a distribution over GAN weights", "share of reasonable runs"
    yield Asked(Claim(f"{name}1", learns, share_of, 0.5, True, share), reasonable(claims))
    order = "size of Spearman's ρ, of lines with digits"
    yield Asked(Claim(f"{name}2", "samples along z are ordered by quality", order, 0, True, None), ordered(claims))
    best, delta = "the best samples beat the training GANs", "Δ Fréchet distance"
    yield Asked(Claim(f"{name}3, best row", best, delta, 0, False, None), beats_rows)
    averages = "… and averages of them"
    yield Asked(Claim(f"{name}3, best weight average", averages, delta, 0, False, None), beats_averages)
    stabilises, widths = f"a discriminator of {claims.narrow} stabilises", f"{claims.narrow} − {claims.wide}"
    improves, doubling = "a larger latent improves", "per doubling"
    measures = {"distance": "median Fréchet distance", "nearness": "log of the distance to the nearest row"}
    for end, column in ENDPOINTS.items():
        four = Claim(f"{name}4, {end}", stabilises, f"Δ {measures[end]}, {widths}", 0, False, joint="C4")
        yield Asked(four, narrow(claims, column), compares=True)
    for end, column in ENDPOINTS.items():
        five = Claim(f"{name}5, {end}", improves, f"{measures[end]} {doubling}", 0, False, joint="C5")
        yield Asked(five, wider_latent(column), compares=True)
    yield Asked(Claim(f"{name}6, quality", "a small DCGAN is better", "share of MLPs worse", 0.5, True), better_dcgans)
    harder = "share of rows worse than a draw, DCGAN − MLP"
    six = Claim(f"{name}6, GAN-GAN", "… and harder for the GAN-GAN", harder, 0, False)
    yield Asked(six, harder_dcgans, compares=True)
    looks = "share of looks in training at which a run is reasonable"
    yield Asked(Claim(f"{name}7", "quality varies with the seed", looks, 0, True, None), course(claims))


def trained_on(prefix: str, scores: Measurements, arm: ArmScores) -> Answer:
    """Claim B: the draws' median by seed, against GANs trained on."""
    zoo = scores.others[arm.arm.against or ""]
    last = zoo.loc[zoo["epoch"] == zoo["epoch"].max(), "frechet"].tolist()
    claim = Claim(
        f"{prefix}-B".removeprefix("-"),
        f"GANs drawn are better than GANs of zoo {arm.arm.against}",
        "median Fréchet distance, less theirs",
        0,
        False,
        partial(less, others=last),
    )
    return Answer(claim, {"arm": arm.arm.name, "epochs": str(arm.training.epochs)}, arm.medians().tolist())


def answer(asked: Asked, scores: Measurements, arm: ArmScores) -> tuple[Numbers, str]:
    """A claim's numbers for an arm, and after how many epochs of training. Where the arms that it is compared with were
    trained for fewer epochs, the numbers are those of the arm after as many."""
    for one in trained_less(scores, arm) if asked.compares else [arm]:
        if found := asked.numbers(scores, one):
            return found, str(one.training.epochs)
    return None, ""


@table_job
def claims(scores: list[Path], scored: Scored, claims: Claims) -> pd.DataFrame:
    """Each claim for each arm whose claims are tested, a line each; other arms may be asked the first, or be held
    against GANs trained on."""
    found = read(scored, scores)
    answers = []
    for i, one in enumerate(asked(claims)):
        for arm in scored.arms:
            if arm.group == claims.group or (i == 0 and arm.name in claims.also):
                given, epochs = answer(one, found, found.arms[arm.name])
                answers.append(Answer(one.claim, {"arm": arm.name, "epochs": epochs}, given))
    answers += [trained_on(claims.prefix, found, found.arms[arm.name]) for arm in scored.arms if arm.against]
    return rounded(tested(answers).assign(judge=found.judge))
