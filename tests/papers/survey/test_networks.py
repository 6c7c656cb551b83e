"""The networks have the published numbers of weights and operations, and padding is what it says."""

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from gangan.papers.survey.config import Dcgan, Generators, Infogan
from gangan.papers.survey.drawing import networks as drawing
from gangan.papers.survey.players import count, initialise
from gangan.papers.survey.toy import networks as toy
from gangan.papers.survey.translation import networks as translation
from gangan.papers.survey.translation.cost import cost, operations
from support.survey import CONFIG

FUSED = Generators(kind="fused", width=32, blocks=6)
PUBLISHED = [
    (drawing.infogan_generator, 6_640_193),
    (drawing.infogan_discriminator, 6_559_169),
    (lambda: drawing.dcgan_generator(3, 64, 64), 3_576_704),
    (lambda: drawing.dcgan_discriminator(3, 64, 64, 0.02), 2_765_568),
    (lambda: translation.generator(64, 6), 7_837_699),
    (lambda: translation.generator(64, 9), 11_378_179),
    (lambda: translation.discriminator(1), 2_764_737),
    (lambda: translation.encoder(32, 3), 982_592),
    (lambda: translation.decoder(32, 3), 982_467),
    (lambda: nn.ModuleDict(translation.translators(FUSED).modules), 2_947_526),
    (lambda: translation.discriminator(3), 2_764_737),
    # The fused model at the width of CycleGAN, and the toy networks of four units.
    (lambda: nn.ModuleDict(translation.translators(FUSED.model_copy(update={"width": 64})).modules), 11_756_422),
    (lambda: toy.generator(1, 4), 13),
    (lambda: toy.discriminator(1, 4), 169),
]


@pytest.mark.parametrize(("network", "weights"), PUBLISHED, ids=[str(weights) for _, weights in PUBLISHED])
def test_a_network_has_the_published_number_of_weights(network, weights: int) -> None:
    with torch.device("meta"):
        assert count(network()) == weights


@pytest.mark.parametrize(("width", "gmac"), [(64, 8.76), (32, 2.27)])
def test_a_pass_at_the_papers_size_takes_the_operations_that_its_layers_have(width: int, gmac: float) -> None:
    with torch.device("meta"):
        generator, image = translation.generator(width, 6), torch.zeros(1, 3, 128, 128)
    assert operations(lambda: generator(image)) == pytest.approx(gmac, abs=0.005)


def test_sharing_saves_weights_and_no_operation() -> None:
    def of(kind: str) -> dict[str, float]:
        return cost(CONFIG.translation.model_copy(update={"generators": Generators(kind=kind, width=4, blocks=2)}))

    two, fused = of("two"), of("fused")
    assert two["gmac_step"] == fused["gmac_step"]
    assert two["parameters"] > fused["parameters"]
    # Six passes forward and, with the loss of identity, twice as much backward, beside the discriminators.
    assert two["gmac_step"] > 6 * 2.5 * two["gmac_pass"]


def test_a_pass_of_a_small_generator_takes_the_operations_counted_by_hand() -> None:
    with torch.device("meta"):
        generator, image = translation.generator(2, 2), torch.zeros(1, 3, 32, 32)
    ends = 2 * 32 * 32 * 3 * 2 * 49
    halves = 16 * 16 * 2 * 4 * 9 + 8 * 8 * 4 * 8 * 9
    doubles = 8 * 8 * 8 * 4 * 9 + 16 * 16 * 4 * 2 * 9
    residual = 2 * 2 * 8 * 8 * 8 * 8 * 9
    assert operations(lambda: generator(image)) * 1e9 == pytest.approx(ends + halves + doubles + residual)


@pytest.mark.parametrize("width", [1, 3])
def test_padding_by_flips_is_reflection_and_so_is_its_derivative(width: int) -> None:
    x = torch.randn(2, 3, 5, 7)
    found, expected = (x.clone().requires_grad_() for _ in range(2))
    with torch.enable_grad():
        one = translation.Reflect(width)(found)
        other = F.pad(expected, (width,) * 4, "reflect")
    assert one.equal(other)
    weight = torch.randn_like(one)
    one.backward(weight)
    other.backward(weight)
    torch.testing.assert_close(found.grad, expected.grad)


def test_translated_images_have_the_shape_and_range_of_the_input() -> None:
    for kind in ("two", "fused"):
        both = translation.translators(Generators(kind=kind, width=2, blocks=2))
        for module in both.modules.values():
            initialise(module, torch.Generator().manual_seed(0), "uniform")
        images = torch.rand(2, 3, 24, 24) * 2 - 1
        assert both.to_b(images).shape == images.shape
        assert both.to_a(images).abs().max() <= 1
    assert translation.discriminator(1)(torch.rand(2, 3, 24, 24)).shape == (2,)


def test_fresh_weights_are_as_published() -> None:
    for network, spread in ((Infogan(kind="infogan"), 0), (Dcgan(kind="dcgan", side=32, width=8, slope=0.2), 0.02)):
        streams = {name: torch.Generator().manual_seed(1) for name in ("generator", "discriminator")}
        kind = drawing.fresh(network, 1, streams)
        for layer in [*kind.generator, *kind.discriminator]:
            if isinstance(layer, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
                assert layer.weight.std().item() == pytest.approx(0.02, rel=0.3)
                assert layer.bias is None or not layer.bias.any()
            elif isinstance(layer, nn.BatchNorm2d):
                assert layer.weight.std().item() == pytest.approx(spread, rel=0.6)
    module = translation.fresh(translation.encoder(4, 1), torch.Generator().manual_seed(1))
    first = next(layer for layer in module if isinstance(layer, nn.Conv2d))
    assert first.weight.std().item() == pytest.approx(0.02, rel=0.2)
    assert 0 < first.bias.abs().max() <= (3 * 49) ** -0.5


def test_digits_get_a_border_where_a_network_wants_more_and_images_keep_their_pixels() -> None:
    pixels = torch.randint(0, 256, (2, 1, 28, 28), dtype=torch.uint8)
    for network in (Infogan(kind="infogan"), Dcgan(kind="dcgan", side=32, width=2, slope=0.2)):
        kind = drawing.of(network, 1)
        border = (kind.shape[1] - 28) // 2
        shown = kind.pixels(kind.images(pixels))
        assert shown.shape == (2, *kind.shape)
        assert shown[:, :, border : border + 28, border : border + 28].equal(pixels)
        assert shown.sum() == pixels.sum()
        assert kind.generator(kind.noise(torch.empty(2, kind.latent), torch.Generator())).shape == (2, *kind.shape)
        assert kind.discriminator(kind.images(pixels)).shape == (2, 1)
