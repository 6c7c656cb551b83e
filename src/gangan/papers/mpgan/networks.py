"""The networks (docs/papers/mpgan.md, section 1), with what Keras does unasked stated where it stands."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Generator as Random
from torch import Tensor, nn

from gangan.core.layout import Layout

LATENT = 100  # numbers in the noise of a GAN of digits
SLOPE = 0.3  # Keras's leaky ReLU
MOMENTUM, EPSILON = 0.01, 1e-3  # Keras's batch norm: 0.99 of its averages stays
DROPPED = 0.4


class Dropout(nn.Module):
    """In training mode each number is 0 with a chance of ``DROPPED``, and else divided by the rest of it. The numbers
    of an epoch come from its own stream, ``random``, so that a run can go on where it was."""

    random: Random | None = None

    def forward(self, x: Tensor) -> Tensor:
        """Some of x, of any shape."""
        if not self.training:
            return x
        kept = torch.empty_like(x).bernoulli_(1 - DROPPED, generator=self.random)
        return x * kept.div_(1 - DROPPED)


def discriminator(filters: int, normalisation: str) -> nn.Sequential:
    """Images (n, 1, 28, 28) → logits (n, 1). ``filters`` of each convolution; between them ``dropout``, or
    ``batch-norm`` in its place."""

    def between() -> nn.Module:
        return Dropout() if normalisation == "dropout" else nn.BatchNorm2d(filters, EPSILON, MOMENTUM)

    layers = {
        "conv1": nn.Conv2d(1, filters, 3, stride=2),  # 13 × 13: without the padding that was asked for
        "relu1": nn.LeakyReLU(SLOPE),
        "between1": between(),
        "conv2": nn.Conv2d(filters, filters, 3, stride=2, padding=1),  # 7 × 7
        "relu2": nn.LeakyReLU(SLOPE),
        "between2": between(),
        "flat": nn.Flatten(),
        "output": nn.Linear(filters * 7 * 7, 1),
    }
    return nn.Sequential(OrderedDict(layers))


def generator() -> nn.Sequential:
    """Noise (n, 100) → images (n, 1, 28, 28) in [0, 1]. Batch norm follows the activation, but in the last of the three
    places it comes before."""
    layers = {
        "input": nn.Linear(LATENT, 128 * 7 * 7, bias=False),
        "relu1": nn.LeakyReLU(SLOPE),
        "norm1": nn.BatchNorm1d(128 * 7 * 7, EPSILON, MOMENTUM),
        "image": nn.Unflatten(1, (128, 7, 7)),
        "deconv1": nn.ConvTranspose2d(128, 128, 4, stride=2, padding=1, bias=False),  # 14 × 14
        "relu2": nn.LeakyReLU(SLOPE),
        "norm2": nn.BatchNorm2d(128, EPSILON, MOMENTUM),
        "deconv2": nn.ConvTranspose2d(128, 128, 4, stride=2, padding=1, bias=False),  # 28 × 28
        "norm3": nn.BatchNorm2d(128, EPSILON, MOMENTUM),
        "relu3": nn.LeakyReLU(SLOPE),
        "output": nn.Conv2d(128, 1, 7, padding=3, bias=False),
        "sigmoid": nn.Sigmoid(),
    }
    return nn.Sequential(OrderedDict(layers))


def perceptron(inputs: int, hidden: int, outputs: int) -> nn.Sequential:
    """Either network of a GAN of lines of a table: two hidden layers."""
    layers = {
        "input": nn.Linear(inputs, hidden),
        "relu1": nn.LeakyReLU(SLOPE),
        "hidden": nn.Linear(hidden, hidden),
        "relu2": nn.LeakyReLU(SLOPE),
        "output": nn.Linear(hidden, outputs),
    }
    return nn.Sequential(OrderedDict(layers))


@dataclass(frozen=True)
class GAN:
    """Both networks, and their weights as a row."""

    latent: int
    generator: nn.Sequential
    discriminator: nn.Sequential

    def to(self, device: torch.device) -> "GAN":
        """Both on a device, images in the memory order in which their convolutions are fastest."""
        for module in (self.generator, self.discriminator):
            module.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        return self

    @property
    def state(self) -> dict[str, Tensor]:
        """Weights and the averages of batch norm by name, discriminator first: the tensors themselves."""
        return {
            f"{name}.{key}": tensor
            for name in ("discriminator", "generator")
            for key, tensor in tensors(getattr(self, name)).items()
        }

    @property
    def layout(self) -> Layout:
        """Of a row."""
        return Layout(tuple((name, tuple(tensor.shape)) for name, tensor in self.state.items()))

    def row(self) -> Tensor:
        """The state as a row (1, width)."""
        return self.layout.flatten({name: tensor.unsqueeze(0) for name, tensor in self.state.items()})

    def load(self, row: Tensor, network: str = "") -> None:
        """Take the state from a row (width), or one network's from its part of a row."""
        layout = self.layout.part(network)[1] if network else self.layout
        for name, tensor in layout.unflatten(row.unsqueeze(0)).items():
            self.state[name].copy_(tensor[0])

    @torch.no_grad()
    def draw(self, z: Tensor) -> Tensor:
        """What the generator makes of noise (n, latent), by the averages of its batch norms."""
        self.generator.eval()
        made: Tensor = self.generator(z)
        return made


def tensors(module: nn.Module) -> dict[str, Tensor]:
    """What decides what a module computes; batch norm's count of batches does not."""
    return {name: one for name, one in module.state_dict().items() if not name.endswith("num_batches_tracked")}


def of(network: Mapping[str, Any]) -> GAN:
    """A GAN by what a file of rows says of it: ``digits`` with filters and normalisation, or ``table`` with columns,
    latent and hidden."""
    match network:
        case {"kind": "digits", "filters": filters, "normalisation": normalisation}:
            return GAN(LATENT, generator(), discriminator(filters, normalisation))
        case {"kind": "table", "columns": columns, "latent": latent, "hidden": hidden}:
            return GAN(latent, perceptron(latent, hidden, columns), perceptron(columns, hidden, 1))
    raise ValueError(f"no network of MP-GAN: {dict(network)}")


def initialise(module: nn.Module, random: Random) -> None:
    """Fresh weights, as Keras and the published code have them: He's uniform for linear layers, Glorot's for
    convolutions, biases 0; batch norm as PyTorch leaves it, which is the same."""
    for layer in module.modules():
        if isinstance(layer, nn.Linear):
            nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu", generator=random)
        elif isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.xavier_uniform_(layer.weight, generator=random)
        if isinstance(layer, nn.Linear | nn.Conv2d) and layer.bias is not None:
            nn.init.zeros_(layer.bias)


def summary(module: nn.Sequential, sample: Tensor) -> list[dict[str, Any]]:
    """A line for each layer of a network, run on a sample (1, …): its kind, the shape it makes of it, its numbers."""
    lines = []
    for name, layer in module.eval().named_children():
        sample = layer(sample)
        trained = sum(weights.numel() for weights in layer.parameters())
        lines.append(
            {
                "layer": name,
                "kind": type(layer).__name__,
                "output": " × ".join(map(str, sample.shape[1:])),
                "trainable": trained,
                "fixed": sum(tensor.numel() for tensor in tensors(layer).values()) - trained,
            }
        )
    return lines
