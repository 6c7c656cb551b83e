"""The networks have the published numbers of weights and shapes, and start as PyTorch's own do."""

import math
import re
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from gangan.core.files import UserError
from gangan.papers.ppgn import networks
from gangan.papers.ppgn.digits import learned, normalised, restored
from support.ppgn import CONFIG, CPU, FILTERS, encoder, fresh

FULL = {"encoder": CONFIG.encoder.filters, **CONFIG.training.filters.model_dump()}
IMAGE, CODE = torch.zeros(1, 1, 28, 28), torch.zeros(1, 64)


@pytest.mark.parametrize(
    ("name", "sample", "weights", "sides"),
    [
        ("encoder", IMAGE, 2_027_722, [22, 16, 8, 2, 1]),
        ("generator", CODE, 7_437_889, [5, 9, 13, 19, 28]),
        ("x", IMAGE, 2_363_393, [26, 24, 12, 10, 5, 3, 1]),
        ("fc1", CODE, 788_993, [8, 7, 6, 3, 2, 1]),
    ],
)
def test_numbers_of_weights_and_sides_of_images_are_the_published_ones(
    name: str, sample: torch.Tensor, weights: int, sides: list[int]
) -> None:
    network = networks.BUILD[name](FULL[name])
    assert networks.size(network) == weights
    lines = networks.summary(network, sample)
    assert sum(line["weights"] for line in lines) == weights
    found = [int(line["output"].split(" × ")[-1]) for line in lines if line["output"].count(" × ") == 2]
    assert list(dict.fromkeys(found)) == sides


def test_relu_follows_every_layer_but_the_last() -> None:
    of_encoder = fresh("encoder", [2, 2, 2]).code
    for network, others in ((of_encoder, 0), *((fresh(name, of), 1) for name, of in FILTERS.items())):
        kinds = [type(layer) for layer in network]
        weighted = sum(kind in (nn.Conv2d, nn.ConvTranspose2d, nn.Linear) for kind in kinds)
        assert kinds.count(nn.ReLU) == weighted - others


@pytest.mark.parametrize("kind", [nn.Linear, nn.Conv2d, nn.ConvTranspose2d])
def test_initial_weights_have_the_bounds_of_pytorchs_own(kind: Any) -> None:
    layer = kind(7, 11) if kind is nn.Linear else kind(7, 11, 3)
    bound = layer.weight[0].numel() ** -0.5
    assert max(one.abs().max().item() for one in layer.parameters()) <= bound
    assert layer.weight.abs().max().item() > 0.95 * bound


def test_a_stream_decides_the_initial_weights_and_each_layer_has_its_own_bound() -> None:
    one, same, other = (fresh("generator", FILTERS["generator"], seed).state_dict() for seed in (0, 0, 1))
    assert all(one[name].equal(same[name]) for name in one)
    assert not any(one[name].equal(other[name]) for name in one)
    assert 0.9 / math.sqrt(64) < one["fc1.weight"].abs().max() <= 1 / math.sqrt(64)
    assert 0.9 / math.sqrt(5 * 25) < one["deconv2.weight"].abs().max() <= 1 / math.sqrt(5 * 25)


def test_networks_are_read_as_they_were_written_and_a_damaged_file_is_one_line(tmp_path: Path) -> None:
    file = encoder(tmp_path)
    (read,) = networks.read(file, CPU).values()
    digits = torch.randn(3, 1, 28, 28)
    torch.testing.assert_close(read(digits), fresh("encoder", [3, 4, 16])(digits))
    assert not any(weights.requires_grad for weights in read.parameters())
    file.write_bytes(file.read_bytes()[:1000])
    with pytest.raises(UserError, match=rf"^{re.escape(str(file))}: .*; delete the file and run again$"):
        networks.read(file, CPU)


def test_pixels_are_normalised_as_in_the_code_and_brought_back(digits: Path) -> None:
    pixels = torch.tensor([-1.0, 0, 1]).view(3, 1, 1).expand(3, 28, 28)
    made = normalised(pixels)
    assert made[:, 0, 0, 0].tolist() == pytest.approx([-0.4242, 1.1987, 2.8215], abs=1e-4)
    torch.testing.assert_close(restored(made), pixels)
    assert restored(made * 10).unique().tolist() == [-1, 1]
    known = learned(digits)
    assert known.labels.bincount().tolist() == [400] * 10  # of 5,000, of which every fifth is kept for tests
    assert known.images.shape == (4000, 28, 28)
