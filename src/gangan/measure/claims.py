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
    test: Callable[[Sequence[float], float], stats.Estimate] | None = stats.mean  # None: described, not tested
    joint: str = ""  # claims of one name stand or fall together: one test, whose p is the largest, or 1 if sides differ


@dataclass(frozen=True)
class Answer:
    """The numbers that a study has for a claim; ``of`` says of what, as columns of the table."""

    claim: Claim
    of: Mapping[str, object]
    numbers: Numbers


def tested(answers: Sequence[Answer]) -> pd.DataFrame:
    """A line for each answer, all one family of tests; what stands or falls together is one of them."""
    estimates = [_estimate(a) for a in answers]
    together: dict[object, list[int]] = {}
    for i, answer in enumerate(answers):
        key = (answer.claim.joint, *answer.of.values()) if answer.claim.joint else i
        together.setdefault(key, []).append(i)
    ps = [_joint([(answers[i].claim, one) for i in those if (one := estimates[i])]) for those in together.values()]
    corrected = [np.nan] * len(answers)
    for those, p in zip(together.values(), stats.holm(ps), strict=True):
        for i in those:
            corrected[i] = p
    verdicts = [
        verdict(answer.claim, answer.numbers, estimate, p)
        for answer, estimate, p in zip(answers, estimates, corrected, strict=True)
    ]
    for those in together.values():
        if len({verdicts[i] for i in those}) > 1:
            for i in those:
                verdicts[i] = "inconclusive"
    lines = []
    for answer, estimate, p, said in zip(answers, estimates, corrected, verdicts, strict=True):
        claim = answer.claim
        found = estimate or stats.Estimate(np.nan, np.nan, np.nan, 0, np.nan)
        lines.append(
            {
                "claim": claim.name,
                "says": claim.says,
                **answer.of,
                "measure": claim.measure,
                **found._asdict(),
                "supported_if": _supported_if(claim),
                "p_holm": p,
                "verdict": said,
            }
        )
    table = pd.DataFrame(lines)
    order = [name for name in table if name not in ("p", "p_holm", "verdict")]
    return table[[*order, "p", "p_holm", "verdict"]]


def _estimate(answer: Answer) -> stats.Estimate | None:
    if not answer.numbers:
        return None
    if answer.claim.test is None:
        return stats.mean(answer.numbers)._replace(p=np.nan)
    return answer.claim.test(answer.numbers, answer.claim.threshold)


def _supported_if(claim: Claim) -> str:
    side = f"{'above' if claim.above else 'below'} {claim.threshold:g}"
    return f"{side} in both" if claim.joint else side if claim.test else ""


def _joint(tests: Sequence[tuple[Claim, stats.Estimate]]) -> float:
    """The p of tests that stand or fall together; where their estimates are on different sides, none is shown."""
    ps = [estimate.p for _, estimate in tests if not np.isnan(estimate.p)]
    agree = len({_beyond(claim, estimate) for claim, estimate in tests}) == 1
    return max(ps) if ps and agree else 1.0 if ps else np.nan


def _beyond(claim: Claim, estimate: stats.Estimate) -> bool:
    """Is an estimate on the claim's side of its threshold?"""
    return estimate.estimate > claim.threshold if claim.above else estimate.estimate < claim.threshold


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
    if claim.test is None:
        return "described"
    decided = p < stats.LEVEL or (np.isnan(p) and len(set(numbers)) == 1)
    if estimate.n < FEWEST or not np.isfinite(estimate.estimate) or not decided:
        return "inconclusive"
    return "supported" if _beyond(claim, estimate) else "not supported"
