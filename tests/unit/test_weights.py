"""The order of a row, checked against rows built by hand."""

import json

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gangan.networks import GAN
from gangan.weights import Layout

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


def test_the_papers_networks_have_the_published_parameter_counts() -> None:
    def count(shapes: dict[str, tuple[int, ...]]) -> int:
        return Layout.of(net=shapes).size

    gangan = GAN(latent=1, width=113_745, generator_hidden=64, discriminator_hidden=8)
    assert count(PAPER.discriminator.shapes()) == 54_465
    assert count(PAPER.generator.shapes()) == 59_280
    assert count(gangan.generator.shapes()) == 7_397_713
    assert count(gangan.discriminator.shapes()) == 910_049
    assert gangan.layout().size == 8_307_762


shapes = st.lists(st.lists(st.integers(1, 4), min_size=1, max_size=3).map(tuple), min_size=1, max_size=5)


@given(shapes, st.integers(1, 3))
@settings(deadline=None)
def test_flatten_undoes_unflatten_and_json_undoes_json(shapes: list[tuple[int, ...]], gans: int) -> None:
    layout = Layout.of(net={f"t{i}": shape for i, shape in enumerate(shapes)})
    rows = torch.randn(gans, layout.size)
    tensors = layout.unflatten(rows)
    assert [tuple(t.shape) for t in tensors.values()] == [(gans, *shape) for shape in shapes]
    assert torch.equal(layout.flatten(tensors), rows)
    assert Layout.from_json(layout.to_json()) == layout


def test_the_layout_in_a_file_names_every_tensor_its_shape_and_where_it_starts() -> None:
    entries = json.loads(PAPER.layout().to_json())
    assert entries[0] == {"name": "discriminator.input.weight", "shape": [64, 784], "offset": 0}
    assert entries[1] == {"name": "discriminator.input.bias", "shape": [64], "offset": 64 * 784}


def test_rows_of_another_width_are_refused() -> None:
    with pytest.raises(ValueError, match=r"rows of 5 weights do not fit a layout of 113745"):
        PAPER.layout().unflatten(torch.zeros(1, 5))
