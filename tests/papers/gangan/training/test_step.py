"""The optimizer of a step against PyTorch's own."""

import pytest
import torch
from torch import Tensor

from gangan.papers.gangan.training.step import Adam, by_autograd


@pytest.mark.parametrize("betas", [(0.9, 0.999), (0.0, 0.9)])
def test_adam_is_pytorchs_however_the_weights_stand_in_memory(betas: tuple[float, float]) -> None:
    torch.manual_seed(0)
    start, gradients = torch.randn(2, 4, 3), [torch.randn(2, 4, 3) for _ in range(5)]

    def by_columns(tensor: Tensor) -> Tensor:
        return tensor.mT.contiguous().mT

    ours, theirs = [start[0].clone(), by_columns(start[1])], start.clone().requires_grad_()
    adam = Adam([ours[:1], ours[1:]], 1e-3, betas, average=0.5)
    reference = torch.optim.Adam([theirs], lr=1e-3, betas=betas)
    average = start
    for gradient in gradients:
        adam.step(group for group in ([gradient[0].clone()], [by_columns(gradient[1])]))
        theirs.grad = gradient.clone()
        reference.step()
        average = (average + theirs.detach()) / 2
    torch.testing.assert_close(torch.stack(ours), theirs.detach(), rtol=1e-6, atol=1e-7)
    torch.testing.assert_close(torch.stack([adam.made(weight) for weight in ours]), average, rtol=1e-6, atol=1e-7)


def test_what_training_makes_of_a_weight_without_an_average_is_the_weight() -> None:
    weight = torch.ones(2, 3)
    assert Adam([[weight]], 1e-3).made(weight) is weight


def test_the_turn_of_a_network_names_all_that_its_optimizer_goes_on_from() -> None:
    """Copied into a fresh one after three steps, it makes the fourth the same."""
    torch.manual_seed(0)
    start, gradients = torch.randn(2, 3), torch.randn(4, 2, 3)

    def adam() -> tuple[Tensor, Adam]:
        weight = start.clone()
        return weight, Adam([[weight]], 1e-3, average=0.5)

    def turn(optimizer: Adam):  # type: ignore[no-untyped-def]
        return optimizer.turn("critic", lambda gradient: (gradient.sum(1), [[gradient.clone()]]))

    (weight, one), (again, other) = adam(), adam()
    first, second = turn(one), turn(other)
    assert (first.name, len(first.weights), first.weights[0] is weight) == ("critic", 1, True)
    for gradient in gradients[:3]:
        assert torch.equal(first.step(gradient), gradient.sum(1))
    for name, tensor in second.state.items():
        tensor.copy_(first.state[name])
    first.step(gradients[3])
    second.step(gradients[3])
    assert torch.equal(weight, again)
    assert torch.equal(one.made(weight), other.made(again))
    assert not torch.equal(weight, one.made(weight))


def test_the_gradient_by_autograd_is_that_by_hand_for_each_gan() -> None:
    weights = torch.tensor([[1.0, 2.0], [3.0, -1.0]])
    losses, ((gradient,),) = by_autograd(lambda leaf: leaf.square().sum(1), weights)
    assert losses.tolist() == [5, 10]
    assert gradient.tolist() == [[2, 4], [6, -2]]
    assert not weights.requires_grad
