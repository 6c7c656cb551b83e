"""The networks have the published numbers of weights and shapes, and what Keras does unasked is done."""

import math

import pytest
import torch
from torch import nn

from gangan.papers.mpgan import networks
from gangan.papers.mpgan.networks import GAN, Dropout

DIGITS = {"kind": "digits", "filters": 64, "normalisation": "dropout"}
TABLE = {"kind": "table", "columns": 13, "latent": 32, "hidden": 64}


def numbers(module: nn.Module) -> tuple[int, int]:
    trained = sum(weights.numel() for weights in module.parameters())
    return trained, sum(tensor.numel() for tensor in networks.tensors(module).values())


def test_the_numbers_of_weights_are_those_of_the_published_summaries() -> None:
    assert numbers(networks.discriminator(64, "dropout")) == (40_705, 40_705)
    assert numbers(networks.discriminator(128, "dropout")) == (155_137, 155_137)
    assert numbers(networks.generator()) == (1_170_816, 1_183_872)
    assert networks.of(DIGITS).layout.size == 40_705 + 1_183_872


@pytest.mark.parametrize(
    ("module", "sample", "shapes"),
    [
        (
            networks.generator(),
            (1, 100),
            ["6272"] * 3 + ["128 × 7 × 7"] + ["128 × 14 × 14"] * 3 + ["128 × 28 × 28"] * 3 + ["1 × 28 × 28"] * 2,
        ),
        (
            networks.discriminator(64, "dropout"),
            (1, 1, 28, 28),
            ["64 × 13 × 13"] * 3 + ["64 × 7 × 7"] * 3 + ["3136", "1"],
        ),
    ],
    ids=["generator", "discriminator"],
)
def test_every_layer_makes_the_published_shape(
    module: nn.Sequential, sample: tuple[int, ...], shapes: list[str]
) -> None:
    lines = networks.summary(module, torch.zeros(sample))
    assert [line["output"] for line in lines] == shapes
    assert sum(line["trainable"] for line in lines) == numbers(module)[0]
    assert sum(line["fixed"] for line in lines) == numbers(module)[1] - numbers(module)[0]


def test_a_leaky_unit_lets_three_tenths_through() -> None:
    units = [layer for layer in networks.generator() if isinstance(layer, nn.LeakyReLU)]
    assert [unit(torch.tensor(-1.0)).item() for unit in units] == [pytest.approx(-0.3)] * 3


def test_batch_norm_keeps_99_hundredths_of_its_averages_and_adds_a_thousandth_to_the_variance() -> None:
    (norm,) = (layer for name, layer in networks.generator().named_children() if name == "norm1")
    batch = torch.zeros(3, 6272)
    batch[:, 0] = torch.tensor([1.0, 2.0, 6.0])  # mean 3, variance 14/3, unbiased 7
    made = norm.train()(batch)
    assert norm.running_mean[0].item() == pytest.approx(0.01 * 3)
    assert norm.running_var[0].item() == pytest.approx(0.99 * 1 + 0.01 * 7)
    assert made[0, 0].item() == pytest.approx((1 - 3) / math.sqrt(14 / 3 + 0.001))


def test_initial_weights_are_hes_and_glorots_uniform_and_biases_zero() -> None:
    gan = networks.of(DIGITS)
    random = torch.Generator().manual_seed(0)
    networks.initialise(gan.generator, random)
    networks.initialise(gan.discriminator, random)
    bounds = {
        "generator.input.weight": math.sqrt(6 / 100),
        "generator.deconv1.weight": math.sqrt(6 / (16 * 256)),
        "generator.output.weight": math.sqrt(6 / (49 * 129)),
        "discriminator.conv1.weight": math.sqrt(6 / (9 * 65)),
        "discriminator.conv2.weight": math.sqrt(6 / (9 * 128)),
        "discriminator.output.weight": math.sqrt(6 / 3136),
    }
    for name, bound in bounds.items():
        weights = gan.state[name]
        assert weights.abs().max().item() == pytest.approx(bound, rel=0.02)
        assert weights.abs().max().item() <= bound
        assert weights.std().item() == pytest.approx(bound / math.sqrt(3), rel=0.05)
    assert not any(tensor.any() for name, tensor in gan.state.items() if name.endswith(("bias", "mean")))


def test_dropout_drops_four_tenths_and_keeps_the_mean_and_only_in_training() -> None:
    layer, x = Dropout(), torch.ones(100_000)
    layer.random = torch.Generator().manual_seed(0)
    made = layer.train()(x)
    assert made.unique().tolist() == [0.0, pytest.approx(1 / 0.6)]
    assert (made == 0).float().mean().item() == pytest.approx(0.4, abs=0.01)
    assert layer.eval()(x) is x


def filled(network: dict[str, object], seed: int) -> GAN:
    gan = networks.of(network)
    for tensor in gan.state.values():
        tensor.copy_(torch.rand(tensor.shape, generator=torch.Generator().manual_seed(seed)))
    return gan


@pytest.mark.parametrize("network", [DIGITS, DIGITS | {"normalisation": "batch-norm"}, TABLE])
def test_a_row_holds_all_that_decides_what_a_gan_draws_and_says(network: dict[str, object]) -> None:
    gan, other = filled(network, 1).to(torch.device("cpu")), networks.of(network)
    other.load(gan.row()[0])
    assert gan.row().equal(other.row())
    z = torch.rand(2, gan.latent)
    assert gan.draw(z).allclose(other.draw(z), atol=1e-5)
    said = [one.discriminator.eval()(gan.draw(z)) for one in (gan, other)]
    assert said[0].allclose(said[1], rtol=1e-4)
    assert next(iter(gan.state)).startswith("discriminator.")
    part = filled(network, 2)
    part.load(gan.row()[0, gan.layout.part("discriminator")[0]], "discriminator")
    for name, tensor in part.state.items():
        assert tensor.equal(gan.state[name]) == name.startswith("discriminator.")


def test_what_is_no_network_is_refused() -> None:
    with pytest.raises(ValueError, match="no network of MP-GAN"):
        networks.of({"kind": "mlp"})
