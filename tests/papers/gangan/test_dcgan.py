"""The small DCGAN against PyTorch's own layers; stacked and alone; and as rows of a zoo."""

from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from gangan.core import rowfile
from gangan.core.checkpoint import Checkpoint
from gangan.core.layout import Layout
from gangan.papers.gangan import networks
from gangan.papers.gangan.networks import DCGAN, Convolutions
from gangan.papers.gangan.reporting.figures import schematic
from gangan.papers.gangan.scoring.bench import discrimination
from gangan.papers.gangan.training.gans import of_network
from gangan.papers.gangan.training.step import Adam, Batch
from support.mortal import killed
from support.studies import study
from support.trainings import digest, gan, train_gans

PAPER = DCGAN(latent=16, hidden=4)
SMALL = DCGAN(latent=3, hidden=2)
SETTINGS = gan(network={"kind": "dcgan", "latent": 3, "hidden": 1})


def flat(network: Convolutions, count: int) -> Tensor:
    """Weights (count, size) in double precision, larger than fresh ones and no bias zero, so that all matters."""
    size = Layout.of(net=network.shapes()).size
    return torch.randn(count, size, generator=torch.Generator().manual_seed(0)).double() * 0.2


def named(network: Convolutions, weights: Tensor) -> list[Tensor]:
    return list(Layout.of(net=network.shapes()).unflatten(weights).values())


def plain(network: Convolutions, weights: Tensor) -> nn.Sequential:
    """The network as PyTorch users write it, in training, with one GAN's weights (size)."""
    layers: list[nn.Module] = []
    for i, (inputs, outputs) in enumerate(zip(network.widths, network.widths[1:], strict=False)):
        ends = i == (0 if network.transposed else 3)  # where 1 × 1 meets 4 × 4
        kind = nn.ConvTranspose2d if network.transposed else nn.Conv2d
        layers.append(kind(inputs, outputs, 4, 1 if ends else 2, 0 if ends else 1))
        if i < 3 and (network.transposed or i > 0):
            layers.append(nn.BatchNorm2d(outputs))
        layers += [] if i == 3 else [nn.ReLU() if network.transposed else nn.LeakyReLU(0.2)]
    made = nn.Sequential(*layers).double().train()
    nn.utils.vector_to_parameters(weights.clone(), made.parameters())
    return made


def test_it_has_the_parameters_of_the_papers() -> None:
    counts = [Layout.of(net=net.shapes()).size for net in (PAPER.generator, PAPER.discriminator)]
    assert (*counts, PAPER.layout().size) == (18_729, 2_957, 21_686)
    for network, count in zip((PAPER.generator, PAPER.discriminator), counts, strict=True):
        assert sum(p.numel() for p in plain(network, flat(network, 1)[0]).parameters()) == count


def test_a_rows_layout_is_d_then_g_weight_before_bias() -> None:
    names = [name for name, _ in PAPER.layout().shapes]
    assert names[:4] == [
        f"discriminator.{name}" for name in ("input.weight", "input.bias", "hidden1.weight", "hidden1.bias")
    ]
    assert names[4:6] == ["discriminator.hidden1.norm.weight", "discriminator.hidden1.norm.bias"]
    assert PAPER.layout().offsets()["generator.input.weight"] == 2_957


def test_initial_weights_are_dcgans() -> None:
    streams = [torch.Generator().manual_seed(seed) for seed in (0, 1)]
    weights = Layout.of(net=PAPER.generator.shapes()).unflatten(PAPER.generator.initial(streams))
    assert not weights["net.input.weight"][0].equal(weights["net.input.weight"][1])
    for name, tensor in weights.items():
        if name.endswith("bias"):
            assert not tensor.any()
        else:
            assert tensor.mean().item() == pytest.approx(1 if "norm" in name else 0, abs=0.01)
            assert tensor.std().item() == pytest.approx(0.02, rel=0.4)


def test_each_of_a_stack_generates_and_judges_as_plain_pytorch_modules_do() -> None:
    g, d = flat(SMALL.generator, 2), flat(SMALL.discriminator, 2)
    z = torch.randn(2, 6, 3).double()
    images = SMALL.generate(named(SMALL.generator, g), z)
    logits = SMALL.discriminate(named(SMALL.discriminator, d), images)
    assert images.shape == (2, 6, 32 * 32)
    assert logits.shape == (2, 6, 1)
    for i in range(2):
        expected = plain(SMALL.generator, g[i])(z[i, :, :, None, None]).tanh()
        torch.testing.assert_close(images[i].view(6, 1, 32, 32), expected)
        judged = plain(SMALL.discriminator, d[i])(images[i].view(6, 1, 32, 32))
        torch.testing.assert_close(logits[i], judged.flatten(1))


def test_losses_and_gradients_of_each_of_a_stack_are_those_of_plain_pytorch_modules(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    g, d = flat(SMALL.generator, 2), flat(SMALL.discriminator, 2)
    z, real = torch.randn(2, 2, 6, 3).double(), torch.rand(2, 6, 1024).double() * 2 - 1
    batch = Batch([torch.cat([real, torch.full_like(real, torch.nan)], 1)], (z[0], z[1]))
    found: list[Tensor] = []  # in place of an update, which would change what the next turn reads
    monkeypatch.setattr(Adam, "step", lambda _, gradients: found.extend(whole for (whole,) in gradients))
    made = of_network(SMALL, g, d, 1e-3, "probabilities").turns
    turns = [made[network].step(batch) for network in ("generator", "discriminator")]
    one, zero = torch.ones(6, 1).double(), torch.zeros(6, 1).double()
    for i in range(2):
        with torch.enable_grad():
            plain_g, plain_d = plain(SMALL.generator, g[i]), plain(SMALL.discriminator, d[i])

            def judged(images: Tensor, network: nn.Sequential = plain_d) -> Tensor:
                return network(images).flatten(1)

            fakes = [plain_g(noise[i, :, :, None, None]).tanh() for noise in z]
            loss_g = F.binary_cross_entropy_with_logits(judged(fakes[0]), one)
            loss_d = F.binary_cross_entropy_with_logits(judged(real[i].view(6, 1, 32, 32)), one)
            loss_d = loss_d + F.binary_cross_entropy_with_logits(judged(fakes[1].detach()), zero)
            expected = [
                (loss, torch.autograd.grad(loss, network.parameters()))
                for loss, network in ((loss_g, plain_g), (loss_d, plain_d))
            ]
        for losses, gradients, (loss, parts) in zip(turns, found, expected, strict=True):
            torch.testing.assert_close(losses[i], loss.detach())
            torch.testing.assert_close(gradients[i], nn.utils.parameters_to_vector(parts), rtol=1e-6, atol=1e-12)


def test_a_zoo_of_dcgans_is_trained_and_a_killed_training_ends_in_the_same_bytes(digits: Path, tmp_path: Path) -> None:
    def train(name: str, checkpoint: Checkpoint | None = None) -> Path:
        (tmp_path / name).mkdir(exist_ok=True)
        return train_gans(tmp_path / name, SETTINGS, digits, checkpoint=checkpoint)

    whole = train("whole")
    killed(lambda checkpoint: train("killed", checkpoint), tmp_path / "killed/checkpoint", 2)
    resumed = Checkpoint(tmp_path / "killed/checkpoint", "identity", 0)
    assert digest(train("killed", resumed)) == digest(whole)
    assert [attempt["resumed_at"] for attempt in resumed.attempts] == [0, 2]
    assert rowfile.layout_of(whole) == DCGAN(3, 1).layout()
    assert networks.of(rowfile.network_of(whole)) == DCGAN(3, 1)
    rows = rowfile.rows(whole)
    assert rows.shape == (2 * 4, DCGAN(3, 1).layout().size)
    assert not rows[0].equal(rows[4])
    losses = rowfile.columns(whole)
    assert np.isfinite([losses["loss_generator"], losses["loss_discriminator"]]).all()
    assert (losses["loss_discriminator"][[3, 7]] < losses["loss_discriminator"][[0, 4]]).all()  # it learns something


def test_digits_are_drawn_without_their_border() -> None:
    rows = torch.randn(70, SMALL.layout().size, generator=torch.Generator().manual_seed(0)) * 0.2
    z = torch.randn(5, 3)
    digits = networks.draw(SMALL, rows, SMALL.layout(), z)
    assert digits.shape == (70, 5, 28, 28)
    assert -1 <= digits.min() < digits.max() <= 1
    for i in (0, 69):
        generator = plain(SMALL.generator, rows[i, SMALL.layout().offsets()["generator.input.weight"] :].double())
        whole = generator(z.double()[:, :, None, None]).tanh()[:, 0]
        torch.testing.assert_close(digits[i], whole[:, 2:-2, 2:-2].float(), rtol=0, atol=1e-5)


def test_a_discriminator_sees_digits_with_a_black_border_and_whole_fakes() -> None:
    row = torch.randn(1, SMALL.layout().size, generator=torch.Generator().manual_seed(0)) * 0.2
    real, z = torch.rand(50, 28, 28) * 2 - 1, torch.randn(50, 3)
    told = discrimination(SMALL, row, real, z)
    start = SMALL.layout().offsets()["generator.input.weight"]
    discriminator, generator = (
        plain(SMALL.discriminator, row[0, :start].double()),
        plain(SMALL.generator, row[0, start:].double()),
    )
    framed = torch.full((50, 1, 32, 32), -1.0).double()
    framed[:, 0, 2:-2, 2:-2] = real
    fakes = generator(z.double()[:, :, None, None]).tanh()
    assert told["discriminator_real"] == (discriminator(framed) > 0).double().mean().item()
    assert told["discriminator_made"] == 1 - (discriminator(fakes) > 0).double().mean().item()


def test_the_first_figure_of_a_study_of_dcgans_shows_their_channels() -> None:
    config = study().gangan
    network = config.zoos["mlp"].gan.network.model_copy(update={"kind": "dcgan", "latent": 16, "hidden": 4})
    settings = config.zoos["mlp"].gan.model_copy(update={"network": network})
    (axes,) = schematic(gan=settings, runs=35, training=config.training).axes
    shown = "\n".join(text.get_text() for text in axes.texts)
    for words in ("16 → 32 → 16 → 8 → 1", "1 → 4 → 8 → 16 → 1", "row of weights\n21,686", "21,686 → 8 → 8 → 1"):
        assert words in shown
