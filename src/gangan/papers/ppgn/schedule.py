"""When which network is updated (docs/papers/ppgn.md, section 2): pure functions."""

from collections.abc import Sequence

from gangan.papers.ppgn.config import Updates


def burst(updates: Updates, number: int) -> bool:
    """Whether the critics have a burst of batches before the generator's update of a number, from 0."""
    return number < updates.first or number % updates.every == 0


def groups(updates: Updates, batches: int, epochs: int) -> list[list[int]]:
    """For each epoch, and in it for each update of the generator, how many batches the critics have before it. The end
    of an epoch, which has so many batches, cuts its last group short."""
    planned: list[list[int]] = []
    number = 0
    for _ in range(epochs):
        left, sizes = batches, []
        while left:
            sizes.append(min(left, updates.burst if burst(updates, number) else updates.usual))
            left -= sizes[-1]
            number += 1
        planned.append(sizes)
    return planned


def before(planned: Sequence[Sequence[int]], epoch: int) -> int:
    """How many updates of the generator there were when an epoch begins."""
    return sum(map(len, planned[:epoch]))
