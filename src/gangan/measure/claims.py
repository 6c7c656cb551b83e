"""Claims tested on numbers, one of each independent seed: an estimate, its test, Holm's correction, and a verdict."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gangan.measure import stats

FEWEST = 3  # seeds that decide anything
Numbers = Sequence[float] | None  # one a seed; None: what the claim needs was not run


@dataclass(frozen=True)
class Claim:
    """What is claimed, and from which side of a threshold on a measure supports it."""

    name: str
    says: str
    measure: str
    threshold: float
    above: bool  # the side of the threshold on which it is supported
    test: Callable[[Sequence[float], float], stats.Estimate] = stats.mean


@dataclass(frozen=True)
class Answer:
    """The numbers that a study has for a claim; ``of`` says of what, as columns of the table."""

    claim: Claim
    of: Mapping[str, object]
    numbers: Numbers


def tested(answers: Sequence[Answer]) -> pd.DataFrame:
    """A line for each answer, all one family of tests."""
    estimates = [a.claim.test(a.numbers, a.claim.threshold) if a.numbers else None for a in answers]
    corrected = stats.holm([estimate.p if estimate else np.nan for estimate in estimates])
    lines = []
    for answer, estimate, p in zip(answers, estimates, corrected, strict=True):
        claim = answer.claim
        found = estimate or stats.Estimate(np.nan, np.nan, np.nan, 0, np.nan)
        lines.append(
            {
                "claim": claim.name,
                "says": claim.says,
                **answer.of,
                "measure": claim.measure,
                **found._asdict(),
                "supported_if": f"{'above' if claim.above else 'below'} {claim.threshold:g}",
                "p_holm": p,
                "verdict": verdict(claim, answer.numbers, estimate, p),
            }
        )
    table = pd.DataFrame(lines)
    order = [name for name in table if name not in ("p", "p_holm", "verdict")]
    return table[[*order, "p", "p_holm", "verdict"]]


def verdict(claim: Claim, numbers: Numbers, estimate: stats.Estimate | None, p: float) -> str:
    """The verdict of the test, at 5 % after correction. Where all seeds gave one number there is nothing to test, and
    that number decides. Numbers that differ but have no test (p is NaN), or an estimate that is not finite, decide
    nothing.

    Args:
        claim: what is claimed.
        numbers: one a seed.
        estimate: the test of the numbers; None where there are none.
        p: of that test, corrected for being one of several.
    """
    if numbers is None or estimate is None:
        return "not run"
    decided = p < stats.LEVEL or len(set(numbers)) == 1
    if estimate.n < FEWEST or not np.isfinite(estimate.estimate) or not decided:
        return "inconclusive"
    return "supported" if (estimate.estimate > claim.threshold) == claim.above else "not supported"
