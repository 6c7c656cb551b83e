"""Losses and written-out gradients of a step, against numbers by hand and autograd."""

import math

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from gangan.papers.gangan import layers
from gangan.papers.gangan.layers import parts
from gangan.papers.gangan.networks import GAN, MLP
from gangan.papers.gangan.training import bce
from gangan.papers.gangan.training.step import Adversaries, Batch


def networks(gan: GAN, gans: int) -> list[Tensor]:
    """Generators and discriminators (gans, size), in double precision so that gradients can be compared closely."""
    streams = [torch.Generator().manual_seed(i) for i in range(gans)]
    return [network.initial(streams).double() for network in (gan.generator, gan.discriminator)]


def turns(
    gan: GAN, generator: Tensor, discriminator: Tensor, batch: Batch, of: bce.Of = "probabilities"
) -> list[tuple[Tensor, Tensor]]:
    """Loss (gans,) and gradient (gans, size) of G's turn and of D's."""
    found = []
    for network in ("generator", "discriminator"):
        made = Adversaries(gan, generator, discriminator, of)
        training = made.training(0.1)
        turn = training.turns[network]
        scores, groups = getattr(made, f"{network}_step")(batch)
        gradients = [tensor.clone() for group in groups for tensor in group]
        for weight, gradient in zip(turn.weights, gradients, strict=True):
            weight.copy_(gradient)  # in the weights' places gradients come out under their names
        rows = gan.layout().flatten(training.weights())
        found.append((turn.losses(scores.unsqueeze(0))[0], rows[:, gan.layout().part(network)[0]]))
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


def of_sigmoid(scores: Tensor, wanted: Tensor) -> Tensor:
    return F.binary_cross_entropy(scores.sigmoid(), wanted)


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
@pytest.mark.parametrize("of", ["probabilities", "logits"])
def test_the_gradients_are_autograds(
    output: str, gans: int, whole: bool, of: bce.Of, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Scores beyond ±16 among them."""
    gan = GAN(latent=3, width=70, generator_hidden=4, discriminator_hidden=2, output=output)
    monkeypatch.setattr(layers, "PART", 70 if whole else 30)
    assert len(parts(torch.empty(70), 0)) == (1 if whole else 5)
    generator, discriminator = networks(gan, gans)
    z, real = torch.randn(gans, 6, 3).double(), torch.randn(gans, 6, 70).double() * 3000
    with torch.no_grad():
        (_, by_hand_g), (_, by_hand_d) = turns(gan, generator, discriminator, batch(z, real), of)
    one, zero = torch.ones(6, 1).double(), torch.zeros(6, 1).double()
    entropy = F.binary_cross_entropy_with_logits if of == "logits" else of_sigmoid
    largest, rounding = 0.0, 1e-11 * real.abs().max().item()
    for i in range(gans):
        with torch.enable_grad():
            g, d = generator[i].clone().requires_grad_(), discriminator[i].clone().requires_grad_()
            fake = plain(gan.generator, g, z[i])
            fake = fake.tanh() if output == "tanh" else fake
            judged, judged_real = plain(gan.discriminator, d, fake), plain(gan.discriminator, d, real[i])
            loss_g = entropy(judged, one)
            loss_d = entropy(judged_real, one) + entropy(judged, zero)
            largest = max(largest, judged_real.abs().max().item())
            (expected_g,) = torch.autograd.grad(loss_g, g, retain_graph=True)
            (expected_d,) = torch.autograd.grad(loss_d, d)
        torch.testing.assert_close(by_hand_g[i], expected_g, rtol=1e-8, atol=rounding)
        torch.testing.assert_close(by_hand_d[i], expected_d, rtol=1e-8, atol=rounding)
    assert largest > 16
