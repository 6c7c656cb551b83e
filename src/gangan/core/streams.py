"""Random numbers as a function: a generator for each purpose, run and epoch."""

import hashlib

import torch


def stream(seed: int, kind: str, run: int, epoch: int, device: torch.device) -> torch.Generator:
    """The random generator of one purpose in one epoch of one run: a function of its arguments, no state.

    So a run does not depend on what is trained beside it, and resuming needs no generator state.
    """
    digest = hashlib.sha256(f"{seed}/{kind}/{run}/{epoch}".encode()).digest()
    return torch.Generator(device).manual_seed(int.from_bytes(digest[:8], "little") >> 1)
