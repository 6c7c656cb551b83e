"""Losses and written-out gradients of a step, against numbers by hand and autograd; and the initial weights."""

import math

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from gangan import adversaries
from gangan.adversaries import Adversaries, Batch, parts
from gangan.networks import GAN, MLP, tanh
from gangan.weights import Layout


def networks(gan: GAN, gans: int) -> list[Tensor]:
    """Generators and discriminators (gans, size), in double precision so that gradients can be compared closely."""
    streams = [torch.Generator().manual_seed(i) for i in range(gans)]
    return [network.initial(streams).double() for network in (gan.generator, gan.discriminator)]


def turns(gan: GAN, generator: Tensor, discriminator: Tensor, step: Batch) -> list[tuple[Tensor, Tensor]]:
    """Loss (gans,) and gradient (gans, size) of G's turn and of D's."""
    found = []
    for phase in Adversaries(gan, generator, discriminator).phases(0.1):
        scores, groups = phase.gradient(step)
        gradient = [tensor for group in groups for tensor in group]
        found.append((phase.losses(scores.unsqueeze(0))[0], phase.flat(gradient, len(generator))))
    return found


def batch(z: Tensor, real: Tensor) -> Batch:
    return Batch(parts(torch.cat([real, torch.full_like(real, float("nan"))], 1), -1), (z, z))


def plain(network: MLP, flat: Tensor, x: Tensor) -> Tensor:
    """One network's logits, written with PyTorch's own layers; its flat weights taken apart by counting."""
    h = x
    for i, (inputs, outputs) in enumerate(
        [(network.inputs, network.hidden), (network.hidden, network.hidden), (network.hidden, network.outputs)]
    ):
        weight, bias, flat = flat.split([inputs * outputs, outputs, len(flat) - (inputs + 1) * outputs])
        h = F.linear(h, weight.view(outputs, inputs), bias)
        h = h if i == 2 else F.leaky_relu(h, 0.2)
    return h


SMALL = GAN(latent=3, width=5, generator_hidden=4, discriminator_hidden=2)


def test_losses_of_an_undecided_discriminator_are_log_2_and_2_log_2() -> None:
    generator, discriminator = networks(SMALL, 2)
    discriminator[:, -3:] = 0  # of its last layer: D(x) = 1/2 everywhere
    step = batch(torch.randn(2, 7, 3).double(), torch.randn(2, 7, 5).double())
    (loss_g, _), (loss_d, _) = turns(SMALL, generator, discriminator, step)
    assert loss_g.tolist() == pytest.approx([math.log(2)] * 2)
    assert loss_d.tolist() == pytest.approx([2 * math.log(2)] * 2)


def test_loss_values_by_hand() -> None:
    # Every layer is one weight of 1 without bias: for z, x > 0, G(z) = tanh(z) and D's logit of x is x.
    gan = GAN(latent=1, width=1, generator_hidden=1, discriminator_hidden=1)
    ones = torch.tensor([[1.0, 0, 1, 0, 1, 0]])
    z, real = 0.5, 2.0
    step = batch(torch.full((1, 1, 1), z), torch.full((1, 1, 1), real))
    (loss_g, _), (loss_d, _) = turns(gan, ones, ones, step)
    judged_real, judged_fake = 1 / (1 + math.exp(-real)), 1 / (1 + math.exp(-math.tanh(z)))
    assert loss_g.item() == pytest.approx(-math.log(judged_fake), abs=1e-6)
    assert loss_d.item() == pytest.approx(-math.log(judged_real) - math.log(1 - judged_fake), abs=1e-6)


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("gans", [1, 3])
@pytest.mark.parametrize("output", ["tanh", "linear"])
def test_the_gradients_are_autograds(output: str, gans: int, whole: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    gan = GAN(latent=3, width=70, generator_hidden=4, discriminator_hidden=2, output=output)
    monkeypatch.setattr(adversaries, "PART", 70 if whole else 30)
    assert len(parts(torch.empty(70), 0)) == (1 if whole else 5)
    generator, discriminator = networks(gan, gans)
    z, real = torch.randn(gans, 6, 3).double(), torch.randn(gans, 6, 70).double()
    with torch.no_grad():
        (_, by_hand_g), (_, by_hand_d) = turns(gan, generator, discriminator, batch(z, real))
    one, zero = torch.ones(6, 1).double(), torch.zeros(6, 1).double()
    for i in range(gans):
        with torch.enable_grad():
            g, d = generator[i].clone().requires_grad_(), discriminator[i].clone().requires_grad_()
            fake = plain(gan.generator, g, z[i])
            fake = fake.tanh() if output == "tanh" else fake
            judged = plain(gan.discriminator, d, fake).sigmoid()
            loss_g = F.binary_cross_entropy(judged, one)
            judged_real = plain(gan.discriminator, d, real[i]).sigmoid()
            loss_d = F.binary_cross_entropy(judged_real, one) + F.binary_cross_entropy(judged, zero)
            (expected_g,) = torch.autograd.grad(loss_g, g, retain_graph=True)
            (expected_d,) = torch.autograd.grad(loss_d, d)
        torch.testing.assert_close(by_hand_g[i], expected_g, rtol=1e-9, atol=1e-12)
        torch.testing.assert_close(by_hand_d[i], expected_d, rtol=1e-9, atol=1e-12)


def test_the_parts_of_a_row_are_even_and_make_it_up_again() -> None:
    row = torch.arange(113_745).unsqueeze(0)
    *even, rest = parts(row, 1)
    assert {part.shape[1] for part in even} == {8112}  # 507 lines of 16
    assert rest.shape[1] < 8112
    assert torch.cat([*even, rest], dim=1).equal(row)
    assert [part.shape[1] for part in parts(row[:, :784], 1)] == [784]


def test_what_a_generator_makes_is_what_its_plain_layers_make() -> None:
    generator, _ = networks(SMALL, 2)
    z = torch.randn(2, 6, 3).double()
    tensors = list(Layout.of(g=SMALL.generator.shapes()).unflatten(generator).values())
    made = SMALL.generate(tensors, z)
    for i in range(2):
        torch.testing.assert_close(made[i], plain(SMALL.generator, generator[i], z[i]).tanh())


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
