"""The networks that translate (docs/papers/survey.md, sections 5 and 6): CycleGAN's two generators, and one encoder
that two decoders share."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from gangan.papers.survey.config import Generators
from gangan.papers.survey.players import initialise

SLOPE = 0.2


class Reflect(nn.Module):
    """Reflection padding by flips: the library's own has no deterministic derivative on a GPU."""

    def __init__(self, width: int):
        super().__init__()
        self.width = width

    def forward(self, x: Tensor) -> Tensor:
        """Images (n, c, h, w), padded on all four sides."""
        for axis in (3, 2):
            size, width = x.shape[axis], self.width
            before, after = x.narrow(axis, 1, width), x.narrow(axis, size - 1 - width, width)
            x = torch.cat([before.flip(axis), x, after.flip(axis)], axis)
        return x


class Residual(nn.Module):
    """x + two convolutions of it."""

    def __init__(self, width: int):
        super().__init__()
        self.inside = nn.Sequential(
            *(Reflect(1), nn.Conv2d(width, width, 3), nn.InstanceNorm2d(width), nn.ReLU()),
            *(Reflect(1), nn.Conv2d(width, width, 3), nn.InstanceNorm2d(width)),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Of the same shape."""
        found: Tensor = x + self.inside(x)
        return found


def encoder(width: int, blocks: int) -> nn.Sequential:
    """Images (n, 3, s, s) in [−1, 1] → (n, 4 × width, s / 4, s / 4)."""
    layers: list[nn.Module] = [Reflect(3), nn.Conv2d(3, width, 7), nn.InstanceNorm2d(width), nn.ReLU()]
    for inside in (width, 2 * width):
        layers += [nn.Conv2d(inside, 2 * inside, 3, stride=2, padding=1), nn.InstanceNorm2d(2 * inside), nn.ReLU()]
    return nn.Sequential(*layers, *(Residual(4 * width) for _ in range(blocks)))


def decoder(width: int, blocks: int) -> nn.Sequential:
    """The way back to images."""
    layers: list[nn.Module] = [Residual(4 * width) for _ in range(blocks)]
    for inside in (4 * width, 2 * width):
        layers.append(nn.ConvTranspose2d(inside, inside // 2, 3, stride=2, padding=1, output_padding=1))
        layers += [nn.InstanceNorm2d(inside // 2), nn.ReLU()]
    return nn.Sequential(*layers, Reflect(3), nn.Conv2d(width, 3, 7), nn.Tanh())


def generator(width: int, blocks: int) -> nn.Sequential:
    """CycleGAN's: 7,837,699 weights for 64 and 6."""
    return nn.Sequential(*encoder(width, blocks), *decoder(width, 0))


def discriminator(padding: int) -> nn.Sequential:
    """Images (n, 3, s, s) → scores (n), the mean over patches: 2,764,737 weights. ``padding`` is that of the last two
    convolutions."""
    layers: list[nn.Module] = [nn.Conv2d(3, 64, 4, stride=2, padding=1), nn.LeakyReLU(SLOPE)]
    for inside, stride, around in ((64, 2, 1), (128, 2, 1), (256, 1, padding)):
        layers.append(nn.Conv2d(inside, 2 * inside, 4, stride=stride, padding=around))
        layers += [nn.InstanceNorm2d(2 * inside), nn.LeakyReLU(SLOPE)]
    patches = nn.Conv2d(512, 1, 4, padding=padding)
    return nn.Sequential(*layers, patches, nn.AdaptiveAvgPool2d(1), nn.Flatten(0))


@dataclass(frozen=True)
class Translators:
    """From domain A to domain B and back: by name the modules that make it up."""

    modules: Mapping[str, nn.Module]

    def to_b(self, images: Tensor) -> Tensor:
        """Images of A as images of B."""
        return self._through("b", images)

    def to_a(self, images: Tensor) -> Tensor:
        """Images of B as images of A."""
        return self._through("a", images)

    def _through(self, to: str, images: Tensor) -> Tensor:
        if (shared := self.modules.get("encoder")) is not None:
            images = shared(images)
        made: Tensor = self.modules[f"to_{to}"](images)
        return made


def translators(generators: Generators) -> Translators:
    """Two generators, or an encoder and two decoders with half of the residual blocks each."""
    width, blocks = generators.width, generators.blocks
    if generators.kind == "fused":
        half = blocks // 2
        parts: dict[str, nn.Module] = {"encoder": encoder(width, half)}
        return Translators(parts | {name: decoder(width, half) for name in ("to_b", "to_a")})
    return Translators({name: generator(width, blocks) for name in ("to_b", "to_a")})


def fresh(module: nn.Module, random: torch.Generator) -> nn.Module:
    """With fresh weights."""
    initialise(module, random, biases="uniform")
    return module
