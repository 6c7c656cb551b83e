"""The paper's claims (facts.md 0.5): for each the number of a seed, its test, and the verdict (docs/claims.md)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from gangan import inference
from gangan.config import FAITHFUL
from gangan.measurements import ArmScores, Measurements, alike, chosen, trained_less

WORKING = 0.9  # of the zoo's last rows are no better than the worst GAN that works
COLUMNS = [
    "claim", "says", "arm", "epochs", "measure", "estimate", "low", "high", "n",
    "supported_if", "p", "p_holm", "verdict", "judge",
]  # fmt: skip
FEWEST = 3  # seeds that decide anything

Numbers = Sequence[float] | None  # one a seed; None: what the claim needs is not in the study


@dataclass(frozen=True)
class Claim:
    """One claim, and how a study answers it."""

    name: str
    says: str
    measure: str
    threshold: float
    above: bool  # the side of the threshold on which it is supported
    numbers: Callable[[Measurements, ArmScores], Numbers]
    test: Callable[[Sequence[float], float], inference.Estimate] = inference.mean


def works(scores: Measurements, arm: ArmScores) -> Numbers:
    """Share of working draws ÷ share of working training rows."""
    zoo = scores.zoos[arm.arm.zoo]
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


def narrow(scores: Measurements, arm: ArmScores) -> Numbers:
    """Median quality of the draws with a discriminator of width 8, minus that with 64."""
    arms = alike(scores, arm, "discriminator_hidden")
    if not {8, 64} <= arms.keys():
        return None
    return (arms[8].medians() - arms[64].medians()).dropna().tolist() or None


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
    ours, theirs = scores.zoos[arm.arm.zoo], scores.zoos[other.arm.zoo]
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
        if (arm.arm.network, other.arm.network) == ("mlp", "dcgan") and other.arm.rows == arm.arm.rows
    )
    return next(others, None)


def medians(_: Measurements, arm: ArmScores) -> Numbers:
    """Median quality of the draws."""
    return arm.medians().tolist() or None


CLAIMS = (
    Claim("C1", "a GAN learns a distribution over GAN weights", "working draws ÷ working rows", 0.5, True, works),
    Claim("C2", "samples along z are ordered by quality", "size of Spearman's ρ", 0.7, True, ordered),
    Claim("C3, best row", "the best samples beat the training GANs", "Δ Fréchet distance", 0, False, beats_rows),
    Claim("C3, best weight average", "… and averages of them", "Δ Fréchet distance", 0, False, beats_averages),
    Claim("C4", "a discriminator of 8 stabilises", "Δ median Fréchet distance, 8 − 64", 0, False, narrow),
    Claim("C5", "a larger latent improves", "median Fréchet distance per doubling", 0, False, wider_latent),
    Claim("C6, quality", "a small DCGAN is better", "Δ Fréchet distance, DCGAN − MLP", 0, False, better_dcgans),
    Claim("C6, GAN-GAN", "… and harder for the GAN-GAN", "draws ÷ rows, DCGAN ÷ MLP", 1, True, harder_dcgans),
    Claim("C7, quality", "quality varies with the seed", "deviation ÷ mean", 0.1, True, medians, inference.variation),
    Claim(
        "C7, speed", "so does speed", "deviation ÷ mean, per doubling of epochs", 0.1, True, speed, inference.variation
    ),
)


def answer(claim: Claim, scores: Measurements, name: str) -> tuple[Numbers, str]:
    """A claim's numbers for an arm, and the epochs it was trained for where they could be found: where the arms that it
    is compared with were trained for fewer, so is the arm."""
    for arm in trained_less(scores, scores.arms[name]) if name in scores.arms else []:
        if numbers := claim.numbers(scores, arm):
            return numbers, str(arm.arm.rows.gangan.epochs)
    return None, ""


def table(scores: Measurements) -> pd.DataFrame:
    """Each claim for each faithful arm of a study, a line each."""
    lines: list[dict[str, object]] = []
    numbers_of: list[Numbers] = []
    estimates = []
    for claim in CLAIMS:
        for name in FAITHFUL:
            numbers, epochs = answer(claim, scores, name)
            numbers_of.append(numbers)
            estimates.append(claim.test(numbers, claim.threshold) if numbers else None)
            of = {"claim": f"S0-{claim.name}", "says": claim.says, "arm": name, "epochs": epochs}
            lines.append({**of, "measure": claim.measure})
    corrected = inference.holm([e.p if e else np.nan for e in estimates])
    for i, (line, estimate, p) in enumerate(zip(lines, estimates, corrected, strict=True)):
        claim = CLAIMS[i // len(FAITHFUL)]
        side = f"{'above' if claim.above else 'below'} {claim.threshold:g}"
        line |= estimate._asdict() if estimate else {"n": 0}
        said = verdict(claim, numbers_of[i], estimate, p)
        line |= {"p_holm": p, "supported_if": side, "verdict": said, "judge": scores.judge}
    return pd.DataFrame(lines, columns=COLUMNS)


def verdict(claim: Claim, numbers: Numbers, estimate: inference.Estimate | None, p: float) -> str:
    """What the test says, at 5 % after correction; where all seeds gave one number, and nothing is left to test, what
    that number says. Without a test (p of NaN) of numbers that differ, or of one that is not finite, nothing is said.

    Args:
        claim: what is asked.
        numbers: one a seed.
        estimate: the test of the numbers; None where there are none.
        p: of that test, corrected for being one of several.
    """
    if numbers is None or estimate is None:
        return "not run"
    decided = p < inference.LEVEL or len(set(numbers)) == 1
    if estimate.n < FEWEST or not np.isfinite(estimate.estimate) or not decided:
        return "inconclusive"
    return "supported" if (estimate.estimate > claim.threshold) == claim.above else "not supported"
