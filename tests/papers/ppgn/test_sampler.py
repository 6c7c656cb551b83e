"""A step of a walk against numbers worked by hand, and chains that do not know of each other."""

from typing import Any

import pytest
import torch
from torch import Tensor

from gangan.papers.ppgn.config import Steps
from gangan.papers.ppgn.sampler import walk
from gangan.papers.ppgn.scoring import draw
from support.ppgn import CONFIG, CPU, FILTERS, fresh

SAMPLERS = {one.name: one for one in CONFIG.scoring.samplers}


def still(_: int) -> Tensor:
    return torch.zeros(())


class Reader:
    """An encoder whose code of an image is half of it, and whose logits are the code's first two numbers."""

    @staticmethod
    def code(images: Tensor) -> Tensor:
        return images / 2

    @staticmethod
    def classes(code: Tensor) -> Tensor:
        return code[:, :2]


def step(start: Tensor, classes: list[int], added: Any = still, iterations: range = range(1), **sizes: float) -> Tensor:
    steps = Steps.model_validate({"reconstruction": 0.1, "condition": 1.0, "noise": 0.0} | sizes)
    return walk(lambda h: 3 * h, Reader, start, torch.tensor(classes), steps, added, iterations)


def test_a_step_is_the_text_s_formula() -> None:
    # The image is 3 h, its code 1.5 h; with h = (0, 0, 1) logits are 0, 0, and of class 0 the log-probability has the
    # slope 1 − ½ in the first logit, −½ in the second, each times 1.5.
    found = step(torch.tensor([[0.0, 0.0, 1.0]]), [0], reconstruction=0.1, condition=0.4)
    expected = [0.4 * 0.75, 0.4 * -0.75, 1 + 0.1 * 0.5]
    assert found[0].tolist() == pytest.approx(expected)
    noisy = step(torch.zeros(1, 3), [1], lambda _: torch.tensor([[1.0, 2.0, 3.0]]), noise=0.01, condition=1.0)
    assert noisy[0].tolist() == pytest.approx([-0.75 + 0.01, 0.75 + 0.02, 0.03])


def test_a_walk_can_be_continued_and_its_noise_is_a_function_of_the_iteration() -> None:
    def noise(iteration: int) -> Tensor:
        return torch.randn(2, 3, generator=torch.Generator().manual_seed(iteration))

    start = torch.randn(2, 3)
    whole = step(start, [0, 1], noise, range(6), noise=0.5)
    first = step(start, [0, 1], noise, range(2), noise=0.5)
    assert step(first, [0, 1], noise, range(2, 6), noise=0.5).equal(whole)


def test_chains_do_not_know_of_each_other() -> None:
    reader, generator = fresh("encoder", [3, 4, 16]).requires_grad_(False), fresh("generator", FILTERS["generator"])
    steps, classes = SAMPLERS["text"].steps, torch.tensor([3, 8])
    start = torch.randn(2, 64)
    both = walk(generator, reader, start, classes, steps, still, range(3))
    for i in range(2):
        alone = walk(generator, reader, start[i : i + 1], classes[i : i + 1], steps, still, range(3))
        torch.testing.assert_close(both[i : i + 1], alone, rtol=1e-4, atol=1e-5)


def test_the_texts_noise_is_swallowed_by_float32_and_ours_is_not() -> None:
    reader, generator = fresh("encoder", [3, 4, 16]).requires_grad_(False), fresh("generator", FILTERS["generator"])
    scoring = CONFIG.scoring.model_copy(update={"classes": [3, 8], "chains": 3, "iterations": 4})

    def end(name: str, **changes: float) -> Tensor:
        steps = SAMPLERS[name].steps.model_copy(update=changes)
        return draw(generator, reader, scoring, steps, 0, CPU)[1]

    assert end("text").equal(end("text", noise=0.0))
    assert not end("noise").equal(end("text"))
    assert end("text").shape == (2, 3, 1, 28, 28)


def test_what_is_drawn_halfway_is_the_end_of_half_a_walk() -> None:
    reader, generator = fresh("encoder", [3, 4, 16]).requires_grad_(False), fresh("generator", FILTERS["generator"])
    scoring = CONFIG.scoring.model_copy(update={"classes": [3], "chains": 2, "iterations": 6})
    steps = SAMPLERS["noise"].steps
    halfway, _ = draw(generator, reader, scoring, steps, 0, CPU)
    _, end = draw(generator, reader, scoring.model_copy(update={"iterations": 3}), steps, 0, CPU)
    assert halfway.equal(end)


def test_the_samplers_values_are_the_published_ones() -> None:
    assert SAMPLERS["text"].steps == Steps(reconstruction=1e-2, condition=1, noise=1e-15)
    assert SAMPLERS["original"].steps == Steps(reconstruction=1e-5, condition=1, noise=1e-17)
    assert (CONFIG.scoring.iterations, CONFIG.scoring.classes) == (200, [*range(10)])
