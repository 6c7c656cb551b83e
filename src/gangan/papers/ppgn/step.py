"""One update of a critic and of the generator (docs/papers/ppgn.md, section 2)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from gangan.core.train import Turn
from gangan.papers.ppgn.config import Objective

BETAS = (0.5, 0.9)


class Learner:
    """A network and its Adam, whose state is there before the first step, so that a checkpoint can fill it."""

    def __init__(self, network: nn.Module, rate: float):
        self.network, self.weights = network, list(network.parameters())
        self._adam = torch.optim.Adam(self.weights, rate, BETAS, fused=True)
        for weight in self.weights:
            self._adam.state[weight] = {
                "step": torch.zeros((), device=weight.device),
                "exp_avg": torch.zeros_like(weight),
                "exp_avg_sq": torch.zeros_like(weight),
            }

    @property
    def state(self) -> dict[str, Tensor]:
        """All that a kill must not lose, by name: the tensors themselves."""
        moments = {
            f"{name}{i}": one for i, weight in enumerate(self.weights) for name, one in self._adam.state[weight].items()
        }
        return self.network.state_dict() | moments

    def descend(self, loss: Tensor) -> None:
        """One step down the gradient of a loss."""
        self._adam.zero_grad()
        loss.backward(inputs=self.weights)  # type: ignore[no-untyped-call]
        self._adam.step()


def gradient_penalty(critic: Callable[[Tensor], Tensor], real: Tensor, made: Tensor, mix: Tensor) -> Tensor:
    """Mean over samples of (‖∇ critic‖ − 1)² at points between real and made ones, (n, …) each; ``mix`` (n) is the
    share of the real one. The norm is each sample's own, over all of its numbers; at 0 its gradient is taken for 0."""
    share = mix.view(-1, *[1] * (real.dim() - 1))
    points = (share * real + (1 - share) * made).requires_grad_()
    (slopes,) = torch.autograd.grad(critic(points).sum(), points, create_graph=True)
    norms: Tensor = torch.linalg.vector_norm(slopes.flatten(1), dim=1)
    return (norms - 1).square().mean()


class Players:
    """All networks in training.

    ``turns`` has each critic's, which reads real points, made ones and how they are mixed; and the generator's, which
    reads digits, their codes, the critics that judge it, and the number of its update. Each counts with all of its
    state that a kill must not lose.

    ``course`` (updates of the generator, columns) is what each update of the generator met: by critic its estimate of
    Wasserstein's distance at its last batch, mean score of real points − of made ones, and the terms of the loss, each
    with its weight; NaN where there was none. ``columns`` names them.
    """

    def __init__(
        self,
        generator: nn.Module,
        critics: Mapping[str, nn.Module],
        encoder: Any,
        objective: Objective,
        rate: float,
        penalty: float,
        updates: int,
    ):
        self.encoder, self.weights, self.penalty = encoder, objective.weights, penalty
        self.generator, device = Learner(generator, rate), next(generator.parameters()).device
        self.critics = {space: Learner(critic, rate) for space, critic in critics.items()}
        terms = [f"gan_{space}" for space in critics]
        terms += [name for name in ("image", "code") if getattr(self.weights, name)]
        self.columns = [*(f"estimate_{space}" for space in critics), *(f"term_{name}" for name in terms)]
        self.course = torch.full((updates, len(self.columns)), torch.nan, device=device)
        self.latest = torch.full((len(critics),), torch.nan, device=device)  # estimates
        own = {"course": self.course, "latest": self.latest}
        self.turns = {
            "generator": Turn("generator", self._generate, self.generator.state | own, self.generator.weights)
        }
        for place, (space, learner) in enumerate(self.critics.items()):
            self.turns[space] = Turn(f"critic_{space}", self._criticism(place, learner), learner.state, learner.weights)

    def pairs(self, digits: Tensor, codes: Tensor, spaces: Sequence[str]) -> Iterator[tuple[str, Tensor, Tensor]]:
        """For each of some critics real points and made ones, of digits (n, 1, 28, 28) and their codes (n, 64)."""
        if not spaces:
            return
        made = self.generator.network(codes)
        for space in spaces:
            if space == "x":
                yield space, digits, made
            else:
                yield space, codes, self.encoder.code(made)

    def _criticism(self, place: int, learner: Learner) -> Callable[[Any], Tensor]:
        critic = learner.network

        def step(batch: tuple[Tensor, Tensor, Tensor]) -> Tensor:
            real, made, mix = batch
            with torch.enable_grad():
                of_real, of_made = critic(torch.cat([real, made])).view(2, -1).mean(1)
                loss = of_made - of_real + self.penalty * gradient_penalty(critic, real, made, mix)
                learner.descend(loss)
            self.latest[place] = (of_real - of_made).detach()
            found: Tensor = loss.detach().view(1)
            return found

        return step

    def _generate(self, batch: tuple[Tensor, Tensor, Sequence[str], int]) -> Tensor:
        digits, codes, judges, number = batch
        with torch.enable_grad():
            made = self.generator.network(codes)
            seen = {"x": made}
            if self.weights.code or "fc1" in judges:
                seen["fc1"] = self.encoder.code(made)
            terms = {
                f"gan_{space}": -self.weights.adversarial * self.critics[space].network(seen[space]).mean()
                for space in judges
            }
            if self.weights.image:
                terms["image"] = self.weights.image * F.mse_loss(seen["x"], digits)
            if self.weights.code:
                terms["code"] = self.weights.code * F.mse_loss(seen["fc1"], codes)
            loss = torch.stack([*terms.values()]).sum()
            self.generator.descend(loss)
        met = dict(zip(self.columns, self.latest, strict=False)) | {f"term_{name}": one for name, one in terms.items()}
        for column, value in met.items():
            self.course[number, self.columns.index(column)] = value.detach()
        return loss.detach().view(1)
