"""The paper's GAN as a row: its order, against rows built by hand, and its size, against published numbers."""

import json

import torch

from gangan.core.layout import Layout
from gangan.papers.gangan.networks import GAN

PAPER = GAN(latent=64, width=784, generator_hidden=64, discriminator_hidden=64)


def test_a_row_is_d_then_g_input_hidden_output_weight_before_bias_row_major() -> None:
    latent, width, hidden = 2, 3, 2
    layers = [  # of D, then of G: (out, in)
        *((hidden, width), (hidden, hidden), (1, hidden)),
        *((hidden, latent), (hidden, hidden), (width, hidden)),
    ]
    names = [f"{net}.{layer}" for net in ("discriminator", "generator") for layer in ("input", "hidden", "output")]
    tensors, by_hand, count = {}, [], 0.0
    for name, (outputs, inputs) in zip(names, layers, strict=True):
        weight = [[count + o * inputs + i for i in range(inputs)] for o in range(outputs)]
        bias = [-1.0 - count - o for o in range(outputs)]
        tensors[f"{name}.weight"], tensors[f"{name}.bias"] = torch.tensor([weight]), torch.tensor([bias])
        by_hand += [w for line in weight for w in line] + bias
        count += 100
    row = GAN(latent, width, hidden, hidden).layout().flatten(tensors)
    assert row.tolist() == [by_hand]


def test_the_papers_row_has_113745_weights_and_its_generator_starts_at_54465() -> None:
    layout = PAPER.layout()
    assert layout.size == 113_745
    assert layout.offsets()["generator.input.weight"] == 54_465
    assert layout.offsets()["generator.output.bias"] == 113_745 - 784
    half, generator = layout.part("generator")
    assert (half, generator.size) == (slice(54_465, 113_745), 59_280)
    assert generator.shapes == layout.shapes[6:]
    first, second, *_ = json.loads(layout.to_json())
    assert first == {"name": "discriminator.input.weight", "shape": [64, 784], "offset": 0}
    assert second == {"name": "discriminator.input.bias", "shape": [64], "offset": 64 * 784}


def test_the_papers_networks_have_the_published_parameter_counts() -> None:
    def count(shapes: dict[str, tuple[int, ...]]) -> int:
        return Layout.of(net=shapes).size

    gangan = GAN(latent=1, width=113_745, generator_hidden=64, discriminator_hidden=8)
    assert count(PAPER.discriminator.shapes()) == 54_465
    assert count(PAPER.generator.shapes()) == 59_280
    assert count(gangan.generator.shapes()) == 7_397_713
    assert count(gangan.discriminator.shapes()) == 910_049
    assert gangan.layout().size == 8_307_762
