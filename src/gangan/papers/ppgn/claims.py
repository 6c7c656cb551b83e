"""The text's claims, each as a number of each seed (docs/claims/ppgn.md)."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import numpy as np
import pandas as pd

from gangan.measure.claims import Answer, Claim, Numbers, tested
from gangan.measure.runs import ratio, some
from gangan.papers.ppgn.config import Claims
from gangan.papers.ppgn.results import Scores
from gangan.show.tables import rounded, table_job

DISTANCE = "log ratio of Fréchet distances"
ACCURACY = "share that the judge reads as its class"
SECONDS = "log ratio of seconds"
Asked = Iterator[tuple[Claim, str, Numbers]]  # the claim, of what, and a number of each seed


def of_quality(scores: Scores, claims: Claims) -> Asked:
    """C1 to C3, C7 and C8: the digits that are drawn."""

    def drawn(arm: str, column: str, sampler: str = claims.sampler) -> pd.Series:
        return scores.mean(arm, sampler, column)

    def further(arm: str, other: str) -> Numbers:
        return ratio(drawn(arm, "frechet"), drawn(other, "frechet"))

    short = Claim(
        "S3-C1, inadequate", "the adversarial loss alone gives no adequate samples", ACCURACY, claims.adequate, False
    )
    yield short, "", some(drawn(claims.adversarial, "accuracy"))
    least = scores.by_class(claims.adversarial, claims.sampler, "accuracy").min(axis=1)
    measure = "the same of the class where it is least"
    shapes = Claim("S3-C1, shapes", "… but all digits' shapes", measure, claims.chance, True)
    yield shapes, "", some(least)
    better = Claim("S3-C2", "the full loss gives better samples", DISTANCE, 0, False)
    yield better, "", further(claims.full, claims.adversarial)
    inferior = Claim("S3-C3, inferior", "without the adversarial loss they are inferior", DISTANCE, 0, True)
    yield inferior, "", further(claims.unopposed, claims.full)
    little = Claim("S3-C3, somewhat", "… somewhat", DISTANCE, np.log1p(claims.somewhat), False)
    yield little, "", further(claims.unopposed, claims.full)
    alike = Claim("S3-C7, quality", "a critic chosen at random is as good", DISTANCE, np.log1p(claims.near), False)
    yield alike, "", further(claims.random, claims.vanilla)
    for what, column in (("between chains", "across"), ("within a chain", "along")):
        wider = Claim("S3-C8, diversity", "noise gives more diverse samples", "Δ distance of images", 0, True)
        noisy, plain = (drawn(claims.vanilla, column, sampler) for sampler in (claims.noisy, claims.sampler))
        yield wider, what, some(noisy - plain)
    generic = Claim("S3-C8, ε₁", "a larger ε₁ gives better samples", DISTANCE, 0, False)
    distances = (drawn(claims.vanilla, "frechet", sampler) for sampler in (claims.sampler, claims.original))
    yield generic, "", ratio(*distances)


def of_training(scores: Scores, claims: Claims) -> Asked:
    """C4 to C7 and C9: estimates, time, weights and terms."""

    def seconds(arm: str) -> pd.Series:
        return scores.of(arm, "seconds")

    tenths = [scores.of(claims.full, f"estimate_fc1_{i}") for i in (1, 3, 10)]
    yield from _of_estimates("S3-C4", "fc1", tenths[0], tenths[2])
    measure = "share of the fall after three tenths"
    flat = Claim("S3-C4, quickly", "… and flattens quickly", measure, claims.quickly, True)
    fall = (tenths[0] - tenths[2]).where(lambda whole: whole > 0)  # of what does not fall there is no share
    yield flat, "fc1", some((tenths[0] - tenths[1]) / fall)
    for space in ("x", "fc1"):
        ends = (scores.of(claims.combined, f"estimate_{space}_{i}") for i in (1, 10))
        yield from _of_estimates("S3-C6", space, *ends)
    faster = Claim("S3-C5", "with a critic of codes alone training is faster", SECONDS, 0, False)
    yield faster, "", ratio(seconds(claims.full), seconds(claims.vanilla))
    others = (claims.vanilla, claims.full)
    slowest = Claim("S3-C6, slowest", "with both critics it is slowest", SECONDS, 0, True)
    most = Claim("S3-C6, largest", "… and has the most weights", "log ratio of weights", 0, True)
    for other in others:
        yield slowest, f"against {other}", ratio(seconds(claims.combined), seconds(other))
        weights = (scores.of(arm, "parameters") for arm in (claims.combined, other))
        yield most, f"against {other}", ratio(*weights)
    converges = Claim("S3-C6, converges", "… and converges", ACCURACY, claims.adequate, True)
    yield converges, "", some(scores.mean(claims.combined, claims.sampler, "accuracy"))
    for other in (claims.vanilla, claims.combined):
        less = Claim("S3-C7, time", "a critic chosen at random takes less time", SECONDS, 0, False)
        yield less, f"against {other}", ratio(seconds(claims.random), seconds(other))
    starts = [scores.of(claims.vanilla, f"start_{name}").abs() for name in ("gan_x", "image", "code")]
    sizes = pd.concat(starts, axis=1)
    same = Claim("S3-C9", "the terms start in one order of magnitude", "log₁₀ of largest ÷ smallest term", 1, False)
    yield same, "", some(pd.Series(np.log10(sizes.max(axis=1) / sizes.min(axis=1))))


def _of_estimates(name: str, space: str, first: pd.Series, last: pd.Series) -> Asked:
    positive = Claim(f"{name}, positive", "the estimate is positive", "estimate in the last tenth", 0, True)
    yield positive, space, some(last)
    yield Claim(f"{name}, falls", "… and falls", "Δ estimate, last tenth − first", 0, False), space, some(last - first)


@table_job
def claims(runs: Path, drawn: Path, claims: Claims) -> pd.DataFrame:
    """Every claim with its test, all one family.

    Args:
        runs: the table of runs.
        drawn: the table of digits that they draw.
        claims: what the claims name.
    """
    scores = Scores.read(runs, drawn)
    asked = chain(of_quality(scores, claims), of_training(scores, claims))
    return rounded(tested([Answer(claim, {"of": of}, numbers) for claim, of, numbers in asked]))
