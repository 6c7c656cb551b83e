"""The networks (docs/papers/ppgn.md, section 1): encoder, generator, and critics of images and of codes. None of them
has a normalising layer."""

import json
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Generator as Random
from torch import Tensor, nn

from gangan.core.files import UserError, write_tensors

CODE = 64  # numbers in a code
CLASSES = 10
SIDE = 28


class Encoder(nn.Module):
    """``code`` (n, 1, 28, 28) → (n, 64), never below 0, then ``classes`` → logits (n, 10)."""

    def __init__(self, filters: Sequence[int]) -> None:
        super().__init__()
        first, second, third = filters
        self.code = _layers(
            conv1=nn.Conv2d(1, first, 7),  # 22 × 22
            relu1=nn.ReLU(),
            conv2=nn.Conv2d(first, second, 7),  # 16 × 16
            pool2=nn.MaxPool2d(2),  # 8 × 8
            relu2=nn.ReLU(),
            conv3=nn.Conv2d(second, third, 7),  # 2 × 2
            pool3=nn.MaxPool2d(2),  # 1 × 1
            relu3=nn.ReLU(),
            flat=nn.Flatten(),
            fc1=nn.Linear(third, CODE),
            relu4=nn.ReLU(),
        )
        self.classes = nn.Linear(CODE, CLASSES)

    def forward(self, images: Tensor) -> Tensor:
        """Logits of normalised images (n, 1, 28, 28)."""
        logits: Tensor = self.classes(self.code(images))
        return logits


def generator(filters: Sequence[int]) -> nn.Sequential:
    """Codes (n, 64) → normalised images (n, 1, 28, 28), without bounds."""
    first, second, third, fourth = filters
    return _layers(
        fc1=nn.Linear(CODE, first * 5 * 5),
        relu1=nn.ReLU(),
        image=nn.Unflatten(1, (first, 5, 5)),
        deconv2=nn.ConvTranspose2d(first, second, 5),  # 9 × 9
        relu2=nn.ReLU(),
        deconv3=nn.ConvTranspose2d(second, third, 5),  # 13 × 13
        relu3=nn.ReLU(),
        deconv4=nn.ConvTranspose2d(third, fourth, 7),  # 19 × 19
        relu4=nn.ReLU(),
        deconv5=nn.ConvTranspose2d(fourth, 1, 10),  # 28 × 28
    )


def image_critic(filters: Sequence[int]) -> nn.Sequential:
    """Normalised images (n, 1, 28, 28) → scores (n, 1)."""
    first, second, third, fourth = filters
    return _layers(
        conv1=nn.Conv2d(1, first, 3),  # 26 × 26
        relu1=nn.ReLU(),
        conv2=nn.Conv2d(first, second, 3),  # 24 × 24
        pool2=nn.MaxPool2d(2),  # 12 × 12
        relu2=nn.ReLU(),
        conv3=nn.Conv2d(second, third, 3),  # 10 × 10
        pool3=nn.MaxPool2d(2),  # 5 × 5
        relu3=nn.ReLU(),
        conv4=nn.Conv2d(third, fourth, 3),  # 3 × 3
        pool4=nn.MaxPool2d(2),  # 1 × 1
        relu4=nn.ReLU(),
        flat=nn.Flatten(),
        fc1=nn.Linear(fourth, 1),
    )


def code_critic(filters: Sequence[int]) -> nn.Sequential:
    """Codes (n, 64), as images of 8 × 8 → scores (n, 1)."""
    first, second, third = filters
    return _layers(
        image=nn.Unflatten(1, (1, 8, 8)),
        conv1=nn.Conv2d(1, first, 2),  # 7 × 7
        relu1=nn.ReLU(),
        conv2=nn.Conv2d(first, second, 2),  # 6 × 6
        pool2=nn.MaxPool2d(2),  # 3 × 3
        relu2=nn.ReLU(),
        conv3=nn.Conv2d(second, third, 2),  # 2 × 2
        pool3=nn.MaxPool2d(2),  # 1 × 1
        relu3=nn.ReLU(),
        flat=nn.Flatten(),
        fc1=nn.Linear(third, 1),
    )


BUILD: dict[str, Callable[[Sequence[int]], nn.Module]] = {
    "encoder": Encoder,
    "generator": generator,
    "x": image_critic,
    "fc1": code_critic,
}


def _layers(**layers: nn.Module) -> nn.Sequential:
    return nn.Sequential(OrderedDict(layers))


def fresh(name: str, filters: Sequence[int], random: Random) -> nn.Module:
    """A network with PyTorch's default initial weights, drawn from a stream: uniform within 1 / √(inputs of a unit)."""
    network = BUILD[name](filters)
    for layer in network.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            bound = layer.weight[0].numel() ** -0.5
            for weights in layer.parameters():
                nn.init.uniform_(weights, -bound, bound, generator=random)
    return network


def size(network: nn.Module) -> int:
    """How many weights."""
    return sum(weights.numel() for weights in network.parameters())


def write(path: Path, networks: Mapping[str, nn.Module], filters: Mapping[str, Sequence[int]]) -> None:
    """Write networks as one safetensors file, whose header says how many filters each has."""
    tensors = {
        f"{name}.{key}": tensor.cpu() for name, one in networks.items() for key, tensor in one.state_dict().items()
    }
    write_tensors(path, tensors, {"filters": {name: list(filters[name]) for name in networks}})


def read(path: Path, device: torch.device) -> dict[str, Any]:
    """The networks of a file by name, whose weights no gradient is taken of.

    Raises:
        UserError: the file is damaged.
    """
    try:
        with safe_open(path, "pt") as file:
            filters = json.loads(file.metadata()["facts"])["filters"]
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 # not a mapping
    except SafetensorError as error:
        raise UserError(f"{path}: {error}; delete the file and run again") from None
    networks = {name: BUILD[name](of) for name, of in filters.items()}
    for name, network in networks.items():
        own = {key.removeprefix(f"{name}."): one for key, one in tensors.items() if key.startswith(f"{name}.")}
        network.load_state_dict(own)
        network.eval().requires_grad_(False).to(device)
    return networks


def summary(network: nn.Module, sample: Tensor) -> list[dict[str, Any]]:
    """A line for each layer of a network, run on a sample (1, …): its kind, the shape it makes of it, its weights."""
    lines = []
    layers = [*network.code.named_children(), ("fc2", network.classes)] if isinstance(network, Encoder) else None
    for name, layer in layers or network.named_children():
        sample = layer(sample)
        shape = " × ".join(map(str, sample.shape[1:]))
        lines.append({"layer": name, "kind": type(layer).__name__, "output": shape, "weights": size(layer)})
    return lines
