"""Networks: initial weights, what generators make, and digits drawn; those of DCGANs stand in ``test_dcgan``."""

import math
from itertools import pairwise

import pytest
import torch
from torch import Tensor, nn

from gangan.core.layout import Layout
from gangan.papers.gangan import networks
from gangan.papers.gangan.networks import DCGAN, GAN, MLP, tanh
from support.trainings import SMALL, gan, rows


def plain(network: MLP, flat: Tensor) -> nn.Sequential:
    """The network as PyTorch users write it, with one GAN's weights (size)."""
    linear = [nn.Linear(inputs, outputs) for inputs, outputs in pairwise(network.widths)]
    made = nn.Sequential(linear[0], nn.LeakyReLU(0.2), linear[1], nn.LeakyReLU(0.2), linear[2]).to(flat.dtype)
    nn.utils.vector_to_parameters(flat.clone(), made.parameters())
    return made


def test_settings_and_files_name_the_papers_gan_and_the_small_dcgan() -> None:
    paper = networks.of({"kind": "mlp", "latent": 64, "hidden": 64})
    assert paper == GAN(latent=64, width=784, generator_hidden=64, discriminator_hidden=64)
    assert paper.layout().size == 113_745
    assert networks.of({"kind": "dcgan", "latent": 16, "hidden": 4}) == DCGAN(latent=16, hidden=4)
    assert networks.of(gan().network.model_dump()) == GAN(4, 784, 8, 8)


def test_what_a_generator_makes_is_what_its_plain_layers_make() -> None:
    generator = SMALL.generator.initial([torch.Generator().manual_seed(seed) for seed in (0, 1)]).double()
    z = torch.randn(2, 6, SMALL.latent).double()
    tensors = list(Layout.of(g=SMALL.generator.shapes()).unflatten(generator).values())
    made = SMALL.generate(tensors, z)
    for i in range(2):
        torch.testing.assert_close(made[i], plain(SMALL.generator, generator[i])(z[i]).tanh())


def test_tanh_is_pytorchs_to_two_ulps_of_one() -> None:
    x = torch.cat([torch.linspace(-20, 20, 20_001), torch.tensor([-1e30, 1e30, math.inf])])
    expected = x.double().tanh().float()
    torch.testing.assert_close(tanh(x.clone()), expected, rtol=0, atol=2**-22)
    assert tanh(torch.tensor([math.nan])).isnan()


def test_the_initial_weights_are_those_of_linear_uniform_within_one_over_root_fan_in() -> None:
    network = MLP(inputs=100, hidden=50, outputs=400)
    weights = Layout.of(net=network.shapes()).unflatten(network.initial([torch.Generator().manual_seed(0)])).values()
    for weight, fan in zip(weights, (100, 100, 50, 50, 50, 50), strict=True):
        bound = fan**-0.5
        assert weight.abs().max() <= bound
        if weight.numel() > 1000:  # enough to judge: U(±b) has standard deviation b/√3
            assert weight.std().item() == pytest.approx(bound / math.sqrt(3), rel=0.05)


def test_digits_are_drawn_of_whole_rows_and_of_their_generators_half_alike() -> None:
    paper = GAN(latent=3, width=784, generator_hidden=5, discriminator_hidden=6)
    many = torch.randn(70, paper.layout().size, generator=torch.Generator().manual_seed(0)) * 0.2  # more than AT_ONCE
    z = torch.randn(4, 3)
    digits = networks.draw(paper, many, paper.layout(), z)
    assert digits.shape == (70, 4, 28, 28)
    columns, half = paper.layout().part("generator")
    assert networks.draw(paper, many[:, columns], half, z).equal(digits)
    for i in (0, 69):
        expected = plain(paper.generator, many[i, columns])(z).tanh().view(4, 28, 28)
        torch.testing.assert_close(digits[i], expected, rtol=0, atol=1e-5)


def test_the_tensors_of_one_network_are_those_of_its_part_of_a_row() -> None:
    many = rows(2)
    for network in ("discriminator", "generator"):
        part, layout = SMALL.layout().part(network)
        found = networks.weights(many, SMALL.layout(), network)
        assert torch.cat([tensor.flatten(1) for tensor in found], 1).equal(many[:, part])
        assert [tuple(tensor.shape[1:]) for tensor in found] == [shape for _, shape in layout.shapes]
