"""Steps of PPGN-h against a plain PyTorch loop of the same modules, in turns, on one thread; the double backward of its
penalty against its floor; layouts and libraries of convolutions; and the memory of it all.
``PYTHONPATH=src:tests:tests/bench python tests/bench/bench_ppgn.py [STUDY.yaml]``"""

import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn
from workloads import side_by_side

from gangan.core.device import prepare
from gangan.papers.ppgn import networks
from gangan.papers.ppgn.config import Config, Objective
from gangan.papers.ppgn.step import Players, gradient_penalty
from support.studies import study

CRITICS = 5  # steps of each before one of the generator
FULL = {"critics": ["x", "fc1"], "weights": {"adversarial": 1, "image": 2, "code": 0.1}, "choice": {"kind": "all"}}


def made(config: Config) -> dict[str, Any]:
    """Fresh networks as PyTorch makes them."""
    filters = config.training.filters.model_dump() | {"encoder": config.encoder.filters}
    found = {name: build(filters[name]) for name, build in networks.BUILD.items()}
    found["encoder"].requires_grad_(False)
    return found


def ours(config: Config, digits: Tensor) -> Callable[[], object]:
    """Five steps of both critics and one of the generator, as the study does them."""
    of = made(config)
    critics = {space: of[space] for space in ("x", "fc1")}
    objective = Objective.model_validate(FULL)
    players = Players(of["generator"], critics, of["encoder"], objective, 1e-4, 10, 100)
    codes = of["encoder"].code(digits)  # once a training

    def step() -> None:
        for _ in range(CRITICS):
            for space, *points in players.pairs(digits, codes, ["x", "fc1"]):
                players.turns[space].step((*points, torch.rand(len(digits))))
        players.turns["generator"].step((digits, codes, ["x", "fc1"], 0))

    return step


def plain(config: Config, digits: Tensor) -> Callable[[], object]:
    """The same by the book: each term its own pass, codes of every batch, PyTorch's Adam."""
    of = made(config)
    generator, encoder = of["generator"], of["encoder"]
    adams = {name: torch.optim.Adam(of[name].parameters(), 1e-4, (0.5, 0.9)) for name in ("generator", "x", "fc1")}

    def criticise(space: str) -> None:
        with torch.no_grad():
            codes = encoder.code(digits)
            image = generator(codes)
            real, fake = (digits, image) if space == "x" else (codes, encoder.code(image))
        adams[space].zero_grad()
        critic = of[space]
        mix = torch.rand(len(digits), *[1] * (real.dim() - 1))
        points = (mix * real + (1 - mix) * fake).requires_grad_()
        told = critic(points)
        (slopes,) = torch.autograd.grad(told, points, torch.ones_like(told), create_graph=True)
        penalty = ((slopes.flatten(1).norm(dim=1) - 1) ** 2).mean()
        (critic(fake).mean() - critic(real).mean() + 10 * penalty).backward()
        adams[space].step()

    @torch.enable_grad()
    def step() -> None:
        for _ in range(CRITICS):
            criticise("x")
            criticise("fc1")
        adams["generator"].zero_grad()
        codes = encoder.code(digits)
        (-of["x"](generator(codes)).mean()).backward()
        (-of["fc1"](encoder.code(generator(codes))).mean()).backward()
        (2 * F.mse_loss(generator(codes), digits)).backward()
        (0.1 * F.mse_loss(encoder.code(generator(codes)), codes)).backward()
        adams["generator"].step()

    return step


def twice(critic: nn.Module, real: Tensor, fake: Tensor) -> Callable[[], object]:
    """The penalty and its gradient: forward, backward to the points, and back through both."""
    weights = list(critic.parameters())

    @torch.enable_grad()
    def step() -> None:
        torch.autograd.grad(gradient_penalty(critic, real, fake, torch.rand(len(real))), weights, allow_unused=True)

    return step


def floor(critic: nn.Module, real: Tensor) -> Callable[[], object]:
    """What it cannot do without: one forward and backward pass to weights and points, and the same again, as going back
    through a backward pass takes as much as that pass and a forward pass."""
    weights = list(critic.parameters())

    @torch.enable_grad()
    def step() -> None:
        for _ in range(2):
            points = real.clone().requires_grad_()
            torch.autograd.grad(critic(points).sum(), [points, *weights], allow_unused=True)

    return step


def main() -> None:
    """Print the ratios."""
    prepare(1)
    config: Config = study({}, *map(Path, sys.argv[1:])).ppgn
    digits = torch.randn(batch := config.training.batch, 1, networks.SIDE, networks.SIDE)
    mine, book = side_by_side(5, ours(config, digits), plain(config, digits))
    print(f"batch {batch}: {mine:.3f} s for {CRITICS} steps of both critics and one of the generator;")
    print(f"{mine / book:.2f} × a plain loop of the same modules")
    for space, points in (("x", digits), ("fc1", torch.rand(batch, networks.CODE))):
        critic, by_pixels = (made(config)[space] for _ in range(2))
        by_pixels.to(memory_format=torch.channels_last)
        works = [
            twice(critic, points, torch.rand_like(points)),
            floor(critic, points),
            twice(by_pixels, points, points),
        ]
        double, least, pixels = side_by_side(5, *works)
        print(f"critic of {space}: double backward {1000 * double:.0f} ms, {double / least:.2f} × its floor,")
        with torch.backends.mkldnn.flags(enabled=False):
            (without,) = side_by_side(5, works[0])
        print(f"  {pixels / double:.2f} × as long by pixels (channels last), {without / double:.2f} × without oneDNN")
    print(f"memory of all, at most: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


if __name__ == "__main__":
    main()
