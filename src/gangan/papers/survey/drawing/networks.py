"""The networks that draw (docs/papers/survey.md, sections 2 and 3): InfoGAN's, and DCGAN's for images of two sizes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn

from gangan.papers.survey.config import Dcgan, Infogan
from gangan.papers.survey.players import initialise

DEPTHS = {32: 3, 64: 4}  # layers by the side of an image; each halves it, down to 4


def infogan_generator() -> nn.Sequential:
    """Noise (n, 62) → images (n, 1, 28, 28) in [0, 1]: 6,640,193 weights."""
    return nn.Sequential(
        nn.Linear(62, 1024),
        nn.BatchNorm1d(1024),
        nn.ReLU(),
        nn.Linear(1024, 128 * 7 * 7),
        nn.BatchNorm1d(128 * 7 * 7),
        nn.ReLU(),
        nn.Unflatten(1, (128, 7, 7)),
        nn.ConvTranspose2d(128, 64, 4, stride=2, padding=1),  # 14 × 14
        nn.BatchNorm2d(64),
        nn.ReLU(),
        nn.ConvTranspose2d(64, 1, 4, stride=2, padding=1),  # 28 × 28
        nn.Sigmoid(),
    )


def infogan_discriminator() -> nn.Sequential:
    """Images (n, 1, 28, 28) → logits (n, 1): 6,559,169 weights."""
    return nn.Sequential(
        nn.Conv2d(1, 64, 4, stride=2, padding=1),  # 14 × 14
        nn.LeakyReLU(0.2),
        nn.Conv2d(64, 128, 4, stride=2, padding=1),  # 7 × 7
        nn.BatchNorm2d(128),
        nn.LeakyReLU(0.2),
        nn.Flatten(),
        nn.Linear(128 * 7 * 7, 1024),
        nn.BatchNorm1d(1024),
        nn.LeakyReLU(0.2),
        nn.Linear(1024, 1),
    )


def dcgan_generator(channels: int, side: int, width: int) -> nn.Sequential:
    """Noise (n, 100) → images (n, channels, side, side) in [−1, 1]: 3,576,704 weights for 3, 64 and 64."""
    widths = [width * 2**i for i in reversed(range(DEPTHS[side]))]
    layers: list[nn.Module] = [nn.Unflatten(1, (100, 1, 1)), nn.ConvTranspose2d(100, widths[0], 4, bias=False)]
    for before, after in pairwise([*widths, channels]):
        layers += [nn.BatchNorm2d(before), nn.ReLU()]
        layers.append(nn.ConvTranspose2d(before, after, 4, stride=2, padding=1, bias=False))
    return nn.Sequential(*layers, nn.Tanh())


def dcgan_discriminator(channels: int, side: int, width: int, slope: float) -> nn.Sequential:
    """Images (n, channels, side, side) → logits (n, 1): 2,765,568 weights for 3, 64 and 64."""
    widths = [width * 2**i for i in range(DEPTHS[side])]
    layers: list[nn.Module] = [nn.Conv2d(channels, widths[0], 4, stride=2, padding=1, bias=False), nn.LeakyReLU(slope)]
    for before, after in pairwise(widths):
        layers += [nn.Conv2d(before, after, 4, stride=2, padding=1, bias=False), nn.BatchNorm2d(after)]
        layers.append(nn.LeakyReLU(slope))
    return nn.Sequential(*layers, nn.Conv2d(widths[-1], 1, 4, bias=False), nn.Flatten())


@dataclass(frozen=True)
class Kind:
    """What a pair of networks needs to know of noise and images."""

    generator: nn.Sequential
    discriminator: nn.Sequential
    latent: int
    noise: Callable[[Tensor, torch.Generator], Tensor]  # fills a tensor
    shape: tuple[int, int, int]  # of an image
    centred: bool  # images in [−1, 1], else in [0, 1]

    @property
    def modules(self) -> dict[str, nn.Module]:
        """Both, by name."""
        return {"generator": self.generator, "discriminator": self.discriminator}

    def to(self, device: torch.device) -> "Kind":
        """Both on a device, images in the memory order in which their convolutions are fastest."""
        for module in self.modules.values():
            module.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        return self

    def images(self, pixels: Tensor) -> Tensor:
        """Pixels uint8 (n, c, h, w) as the discriminator sees them: digits get a black border where it wants more."""
        border = (self.shape[1] - pixels.shape[2]) // 2
        scaled = nn.functional.pad(pixels, (border,) * 4).float().div_(255)
        return scaled.mul_(2).sub_(1) if self.centred else scaled

    def pixels(self, images: Tensor) -> Tensor:
        """The inverse, for what the generator makes; nothing is cut off."""
        scaled = (images + 1) / 2 if self.centred else images
        return scaled.mul(255).round_().to(torch.uint8)


def of(network: Infogan | Dcgan, channels: int) -> Kind:
    """The networks of a kind, for images of so many channels."""
    if isinstance(network, Infogan):
        return Kind(
            infogan_generator(),
            infogan_discriminator(),
            62,
            lambda z, random: z.uniform_(generator=random),
            (1, 28, 28),
            centred=False,
        )
    return Kind(
        dcgan_generator(channels, network.side, network.width),
        dcgan_discriminator(channels, network.side, network.width, network.slope),
        100,
        lambda z, random: z.normal_(generator=random),
        (channels, network.side, network.side),
        centred=True,
    )


def fresh(network: Infogan | Dcgan, channels: int, streams: Mapping[str, torch.Generator]) -> Kind:
    """The same with fresh weights, from a stream for each network."""
    kind = of(network, channels)
    for name, module in kind.modules.items():
        initialise(module, streams[name], batch_norm=0.02 if isinstance(network, Dcgan) else 0.0)
    return kind
