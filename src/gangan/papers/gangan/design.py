"""Arms that are a factorial design: each of some settings of the training at two levels, each with each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gangan.papers.gangan.config import Arm


@dataclass(frozen=True)
class Factor:
    """Settings that change together, and at which of their two levels arms have them."""

    name: str  # what the second level is less the first
    high: frozenset[str]  # arms at the second level


def leaves(block: dict[str, Any], prefix: str = "") -> dict[str, object]:
    """A block's values by their place, as ``generator.hidden``."""
    found: dict[str, object] = {}
    for key, value in block.items():
        found |= leaves(value, f"{prefix}{key}.") if isinstance(value, dict) else {prefix + key: value}
    return found


def factors(arms: Sequence[Arm]) -> list[Factor]:
    """What arms differ in, where they are a full design of at least two factors; else none."""
    settings = {arm.name: leaves(arm.training.model_dump(mode="json")) for arm in arms if arm.training}
    keys = sorted({key for one in settings.values() for key in one})
    together: dict[tuple[frozenset[str], frozenset[str]], list[str]] = {}
    for key in keys:
        levels = sorted({one.get(key) for one in settings.values()}, key=lambda level: (str(type(level)), level))
        if len(levels) > 2:
            return []
        if len(levels) == 2:
            low, high = (frozenset(name for name, one in settings.items() if one.get(key) == level) for level in levels)
            known = (high, low) if (high, low) in together else (low, high)
            together.setdefault(known, []).append(key)
    found = []
    for (low, high), changed in together.items():
        first, second = (", ".join(str(settings[min(side)].get(key)) for key in changed) for side in (low, high))
        found.append(Factor(f"{', '.join(changed)}: {second} − {first}", high))
    cells = {frozenset(factor.name for factor in found if arm.name in factor.high) for arm in arms}
    return found if len(found) > 1 and len(cells) == len(arms) == 2 ** len(found) else []
