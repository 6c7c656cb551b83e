"""The loss on probabilities is PyTorch's BCELoss of a sigmoid, and that on logits is the stable form of the same."""

import math

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from gangan.papers.gangan.training import bce

SCORES = torch.tensor([0.0, 0.3, 5, 10, 15, 16.7, 20, 27.6, 28, 30, 40, 60, 90, 104, 200]).repeat(2)
SCORES[: len(SCORES) // 2] *= -1


@torch.enable_grad()
def published(scores: Tensor, real: bool) -> tuple[Tensor, Tensor]:
    """BCELoss on a sigmoid, by PyTorch, and its gradient."""
    leaf = scores.clone().requires_grad_()
    losses = F.binary_cross_entropy(leaf.sigmoid(), torch.full_like(scores, float(real)), reduction="none")
    losses.sum().backward()
    return losses.detach(), leaf.grad


@torch.enable_grad()
@pytest.mark.parametrize("real", [True, False])
def test_on_probabilities_values_and_gradients_are_bcelosss_saturated_scores_included(real: bool) -> None:
    losses, gradients = published(SCORES, real)
    assert torch.equal(bce.loss(SCORES, real, "probabilities"), losses)
    assert torch.equal(bce.slope(SCORES, real, "probabilities"), gradients)
    leaf = SCORES.clone().requires_grad_()
    bce.loss(leaf, real, "probabilities").sum().backward()
    assert torch.equal(leaf.grad, gradients)


@pytest.mark.parametrize("real", [True, False])
def test_on_logits_values_and_gradients_are_the_exact_ones(real: bool) -> None:
    sign = -1 if real else 1
    for score in SCORES.tolist():
        one = torch.tensor(score)
        exact = max(sign * score, 0) + math.log1p(math.exp(-abs(score)))
        assert bce.loss(one, real, "logits").item() == pytest.approx(exact, rel=1e-6)
        assert bce.slope(one, real, "logits").item() == pytest.approx(sign / (1 + math.exp(-sign * score)), rel=1e-5)


def test_where_the_two_part() -> None:
    """A generator's gradient fades below −27.6; above 16.6 a sigmoid is 1 and nothing has a gradient."""
    scores = torch.tensor([-10.0, -28, -30, -40, 20])
    ours = bce.slope(scores, True, "probabilities")
    torch.testing.assert_close(ours[:4], torch.tensor([-1.0, -0.69, -0.094, -4.2e-6]), rtol=0.02, atol=1e-7)
    assert ours[4] == 0 == bce.slope(scores[4:], False, "probabilities")
    assert (bce.slope(scores[:4], True, "logits") < -0.9999).all()
    assert bce.slope(scores[4:], False, "logits") == 1


def test_a_score_that_is_not_a_number_has_a_loss_that_is_not_one() -> None:
    for of in ("probabilities", "logits"):
        assert bce.loss(torch.tensor(math.nan), True, of).isnan()
