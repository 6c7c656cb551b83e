"""Runs of the one-dimensional GAN side by side, against the products that they cannot do without and against a plain
loop of single runs; and the memory of a stack. ``PYTHONPATH=src:tests:tests/bench python tests/bench/bench_oned.py``"""

import resource
from collections.abc import Callable

import torch
from torch import Tensor
from workloads import side_by_side

from gangan.core.device import prepare
from gangan.papers.oned.networks import Networks
from gangan.papers.oned.training import Stack, tiny_is_zero
from support.oned import ADAM, CONFIG, CPU, shape

STEPS = 20


def products(networks: Networks, runs: int, batch: int) -> Callable[[], object]:
    """The matrix products of one step in their shapes, of a discriminator's update and a generator's: each layer's
    output, and the gradients of its weights and of its input where they are asked for."""
    pairs: list[tuple[Tensor, Tensor]] = []

    def layers(of: str, points: int, weights: bool, inputs: bool) -> None:
        shapes = [one for _, one in getattr(networks, of).shapes if len(one) == 2]
        for i, (after, before) in enumerate(shapes):
            x, w, g = (
                torch.randn(runs, points, before),
                torch.randn(runs, before, after),
                torch.randn(runs, points, after),
            )
            pairs.append((x, w))
            pairs.extend([(x.mT, g)] if weights else [])
            pairs.extend([(g, w.mT)] if inputs or i else [])

    for points, update in ((2 * batch, True), (batch, False)):
        shapes = [one for _, one in networks.generator.shapes if len(one) == 2]
        if update:  # numbers for the discriminator
            pairs.extend((torch.randn(runs, batch, b), torch.randn(runs, b, a)) for a, b in shapes)
            layers("discriminator", points, weights=True, inputs=False)
        else:
            layers("generator", points, weights=True, inputs=False)
            layers("discriminator", points, weights=False, inputs=True)
    return lambda: [torch.bmm(a, b) for a, b in pairs]


def steps(minibatch: str, runs: int) -> Callable[[], object]:
    """Each call trains so many runs for STEPS steps."""
    of = shape(minibatch, steps=10 * STEPS, pretraining=0)
    stack = Stack(of, [(ADAM, seed) for seed in range(runs)], 0, STEPS, CPU)

    def some() -> None:
        with tiny_is_zero():
            stack.together(0)

    return some


def main() -> None:
    """Print the ratios."""
    prepare(1)
    batch, runs = CONFIG.presets["early"].batch, CONFIG.stacked
    for minibatch in ("none", "apart"):
        multiply = products(Networks.of(shape(minibatch)), runs, batch)
        ours, alone, floor = side_by_side(
            5, steps(minibatch, runs), steps(minibatch, 1), lambda multiply=multiply: [multiply() for _ in range(STEPS)]
        )
        each = ours / STEPS / runs * 1e6
        print(
            f"{minibatch:6} {runs} runs side by side: {each:.1f} µs a step and run; {ours / floor:.1f} × its products"
        )
        print(f"{minibatch:6} a loop of single runs / side by side: {alone * runs / ours:.0f} ×")
    print(f"memory, at most: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


if __name__ == "__main__":
    main()
