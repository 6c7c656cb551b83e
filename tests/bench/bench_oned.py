"""Runs of the one-dimensional GAN side by side, against the products that they cannot do without (with the minibatch
layer also the arithmetic of its pairs), against a plain loop of single runs; and the memory of a stack.
``PYTHONPATH=src:tests:tests/bench python tests/bench/bench_oned.py``"""

import resource
from collections.abc import Callable

import torch
from torch import Tensor
from workloads import side_by_side

from gangan.core.device import prepare
from gangan.papers.oned.networks import DIMENSIONS, KERNELS, Networks
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


def pairs(runs: int, batch: int) -> Callable[[], object]:
    """What the minibatch layer does with each pair of points in one step, on numbers that stay in the processor's
    cache.

    The pairs of three batches: real and made ones for the discriminator, made ones for the generator. Forward a
    distance for each kernel and what it adds to two points, backward what it adds to the gradients of both.
    """
    kernels = runs * 3 * batch * (batch - 1) // 2 * KERNELS
    chunk = 2**14
    one, other, signs = torch.randn(3, DIMENSIONS, chunk)
    near, sums = torch.randn(2, chunk)

    def part() -> None:
        torch.sub(one, other, out=signs)
        torch.sum(signs.abs_(), 0, out=near)
        near.neg_().exp_()
        sums.add_(near)
        sums.add_(near)
        near.mul_(sums)
        signs.sign_().mul_(near)
        one.add_(signs)
        other.sub_(signs)

    return lambda: [part() for _ in range(round(kernels / chunk))]


def steps(minibatch: str, runs: int) -> Callable[[], object]:
    """Each call trains so many runs for STEPS steps."""
    of = shape(minibatch, steps=10 * STEPS, pretraining=0)
    stack = Stack(of, [(ADAM, seed) for seed in range(runs)], 0, STEPS, CPU)

    def some() -> None:
        with tiny_is_zero():
            stack.together(0)

    return some


def repeated(work: Callable[[], object]) -> Callable[[], object]:
    """The work of STEPS steps."""
    return lambda: [work() for _ in range(STEPS)]


def main() -> None:
    """Print the ratios."""
    prepare(1)
    batch, runs = CONFIG.presets["early"].batch, CONFIG.stacked
    for minibatch in ("none", "apart"):
        ours, alone, multiply, compare = side_by_side(
            5,
            steps(minibatch, runs),
            steps(minibatch, 1),
            repeated(products(Networks.of(shape(minibatch)), runs, batch)),
            repeated(pairs(runs, batch)),
        )
        each = ours / STEPS / runs * 1e6
        print(f"{minibatch:6} {runs} runs side by side: {each:.1f} µs a step and run", end="; ")
        print(f"{ours / multiply:.1f} × its products", end="" if minibatch != "none" else "\n")
        if minibatch != "none":
            print(f", {ours / (multiply + compare):.1f} × products and pairs")
        print(f"{minibatch:6} a loop of single runs / side by side: {alone * runs / ours:.0f} ×")
    print(f"memory, at most: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


if __name__ == "__main__":
    main()
