"""What discriminators, critics and generators minimise, on logits (docs/papers/survey.md, sections 2 to 4)."""

from torch import Tensor
from torch.nn.functional import softplus

from gangan.papers.survey.config import Gan, Wasserstein


def of_discriminator(loss: Gan | Wasserstein, real: Tensor, made: Tensor) -> Tensor:
    """Of logits (n, 1) of real and of drawn images. A critic's is the negative of its estimate of the distance."""
    if isinstance(loss, Gan):
        return softplus(-real).mean() + softplus(made).mean()
    return _said(loss, made).mean() - _said(loss, real).mean()


def of_generator(loss: Gan | Wasserstein, made: Tensor, saturating: bool = False) -> Tensor:
    """Of logits (n, 1) of drawn images; ``saturating`` is the first form of the GAN's."""
    if isinstance(loss, Gan):
        return -softplus(made).mean() if saturating else softplus(-made).mean()
    return -_said(loss, made).mean()


def _said(loss: Wasserstein, logits: Tensor) -> Tensor:
    return logits.sigmoid() if loss.sigmoid else logits


def critic_steps(loss: Gan | Wasserstein, batches: int, epochs: int) -> list[list[int]]:
    """By epoch the steps of the discriminator before each step of the generator. An epoch ends with its batches, each
    of which the discriminator sees once; what is left at its end is a shorter turn."""
    if isinstance(loss, Gan):
        return [[1] * batches] * epochs
    found: list[list[int]] = []
    done = 0
    for _ in range(epochs):
        left, turns = batches, []
        while left:
            burst = loss.bursts and (done < 25 or done % 500 == 0)
            turns.append(min(left, 100 if burst else loss.critic_steps))
            left -= turns[-1]
            done += 1
        found.append(turns)
    return found
