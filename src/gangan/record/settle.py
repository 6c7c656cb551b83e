"""What would settle a claim that its test left open, in a sentence."""

import math
from collections.abc import Mapping, Sequence

FEWEST = 3  # seeds that decide anything
Line = Mapping[str, str]


def settles(line: Line, target: str, together: Sequence[Line] = ()) -> str:
    """Why a line of a table of claims is open, and what would settle it; empty if it is decided.

    Args:
        line: with ``verdict``, ``n``, ``estimate``, ``low``, ``high``, ``supported_if``, ``p`` and ``p_holm``.
        target: of Snakemake, which runs what the claim compares in the default study.
        together: the lines that must hold together, this one among them.
    """
    if line["verdict"] in ("supported", "not supported"):
        return ""
    if line["verdict"] == "described":
        return "It is described and not tested, as was fixed beforehand: no number settles it."
    if line["verdict"] == "not run":
        return f"`snakemake --cores all {target}`, without a configuration file, runs what it compares."
    if int(line["n"]) < FEWEST:
        return f"{line['n']} of the {FEWEST} seeds that a verdict needs at least."
    needed = seeds(line)
    tested = [one for one in together if one["p"]]
    if len({_holds(one) for one in tested if float(one["p"]) < 0.05}) > 1:
        return "Each endpoint is clear, but those that must agree do not: more seeds do not settle that."
    if len({_holds(one) for one in tested}) > 1 and needed and needed <= int(line["n"]):
        return "It is clear, but the endpoint that must agree with it is open, and on the other side: more seeds."
    if needed is None:
        return "Its seeds give no interval, or an estimate at the threshold: how many would settle it is not known."
    if needed <= int(line["n"]):
        return "The threshold is outside of its interval, but not after correction for the other tests: more seeds."
    return (
        f"If the estimate stays, about {needed} seeds put the threshold outside of its interval, before correction; it "
        f"would then be {'supported' if _holds(line) else 'not supported'}."
    )


def _holds(line: Line) -> bool:
    """Is the estimate on the claim's side of its threshold?"""
    side, threshold, *_ = line["supported_if"].split()
    return (float(line["estimate"]) > float(threshold)) == (side == "above")


def seeds(line: Line) -> int | None:
    """How many seeds narrow an interval until it ends at the threshold: its width falls as one over their root."""
    if not line["low"]:
        return None
    estimate, low, high = (float(line[name]) for name in ("estimate", "low", "high"))
    threshold = float(line["supported_if"].split()[1])
    half = estimate - low if estimate > threshold else high - estimate
    away = abs(estimate - threshold)
    return math.ceil(int(line["n"]) * (half / away) ** 2) if away else None
