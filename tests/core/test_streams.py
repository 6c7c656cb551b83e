"""Random numbers are a function of what they are for (core.streams)."""

import hashlib

import torch

from gangan.core.streams import stream

CPU = torch.device("cpu")


def draw(seed: int, kind: str, run: int, epoch: int) -> list[float]:
    numbers: list[float] = torch.rand(4, generator=stream(seed, kind, run, epoch, CPU)).tolist()
    return numbers


def test_each_run_epoch_and_purpose_has_its_own_numbers_whatever_was_drawn_before() -> None:
    first = draw(0, "gan-noise", 3, 7)
    others = [draw(1, "gan-noise", 3, 7), draw(0, "gan-order", 3, 7), draw(0, "gan-noise", 4, 7)]
    others.append(draw(0, "gan-noise", 3, 8))
    assert first not in others
    assert draw(0, "gan-noise", 3, 7) == first
    assert len({tuple(draw(*name)) for name in ((11, "a", 1, 1), (1, "a", 11, 1), (1, "a", 1, 11))}) == 3


def test_a_stream_is_seeded_by_the_digest_of_its_name() -> None:
    digest = hashlib.sha256(b"5/judge/2/9").digest()
    seed = int.from_bytes(digest[:8], "little") // 2  # a seed has 63 bits
    expected = torch.rand(4, generator=torch.Generator().manual_seed(seed)).tolist()
    assert draw(5, "judge", 2, 9) == expected
