"""A network in training: its weights, its optimizer, and all that a kill must not lose."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Literal

import torch
from torch import Tensor, nn

BETAS = (0.5, 0.999)


class Player:
    """One or several modules that one optimizer updates together: Adam (``adam``) or RMSprop (``rmsprop``).

    Args:
        modules: by name.
        optimizer: which.
        betas: of Adam.
    """

    def __init__(self, modules: Mapping[str, nn.Module], optimizer: str = "adam", betas: tuple[float, float] = BETAS):
        self.modules = modules
        self.weights = [weight for module in modules.values() for weight in module.parameters()]
        self.optimizer: torch.optim.Optimizer
        kept: tuple[str, ...]
        if optimizer == "rmsprop":
            self.optimizer, kept = torch.optim.RMSprop(self.weights), ("square_avg",)
        else:
            self.optimizer = torch.optim.Adam(self.weights, betas=betas, fused=True)
            kept = ("exp_avg", "exp_avg_sq")
        for weight in self.weights:  # what its first step would make, so that a checkpoint can fill it before
            step = torch.zeros((), device=weight.device if optimizer == "adam" else "cpu")
            self.optimizer.state[weight] = {"step": step, **{name: torch.zeros_like(weight) for name in kept}}

    @cached_property
    def state(self) -> dict[str, Tensor]:
        """Weights, averages of batch norm, and what the optimizer keeps, by name: the tensors themselves."""
        moments = {
            f"optimizer.{i}.{key}": tensor
            for i, weight in enumerate(self.weights)
            for key, tensor in self.optimizer.state[weight].items()
        }
        return named(self.modules) | moments

    def update(self, loss: Callable[[], Tensor], rate: float) -> Tensor:
        """One step down the gradient of a loss: of one run, or of several (runs,), whose weights are apart. The loss
        (runs,) before the step."""
        self.optimizer.zero_grad()
        with torch.enable_grad():
            value = loss().reshape(-1)
            value.sum().backward(inputs=self.weights)  # type: ignore[no-untyped-call]
        self.optimizer.param_groups[0]["lr"] = rate
        self.optimizer.step()
        return value.detach()


def tensors(module: nn.Module) -> dict[str, Tensor]:
    """What decides what a module computes, by name; batch norm's count of batches does not."""
    return {name: one for name, one in module.state_dict().items() if not name.endswith("num_batches_tracked")}


def named(modules: Mapping[str, nn.Module]) -> dict[str, Tensor]:
    """The tensors of several modules, ``<module>.<name>``."""
    return {f"{name}.{key}": tensor for name, module in modules.items() for key, tensor in tensors(module).items()}


def load(modules: Mapping[str, nn.Module], held: Mapping[str, Tensor]) -> None:
    """Give modules the tensors ``<module>.<name>`` that a file holds.

    Raises:
        KeyError: one is not there.
    """
    for name, tensor in named(modules).items():
        tensor.copy_(held[name])


def count(*modules: nn.Module) -> int:
    """How many weights are trained."""
    return sum(weight.numel() for module in modules for weight in module.parameters())


def initialise(
    module: nn.Module, random: torch.Generator, biases: Literal["zero", "uniform"] = "zero", batch_norm: float = 0.0
) -> None:
    """Fresh weights N(0, 0.02); biases 0, or uniform as PyTorch has them; of batch norm 1, or N(1, ``batch_norm``)."""
    for layer in module.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            layer.weight.normal_(0, 0.02, generator=random)
            if layer.bias is not None:
                bound = layer.weight[0].numel() ** -0.5 if biases == "uniform" else 0.0
                layer.bias.uniform_(-bound, bound, generator=random)
        elif isinstance(layer, nn.BatchNorm2d) and batch_norm:
            layer.weight.normal_(1, batch_norm, generator=random)
