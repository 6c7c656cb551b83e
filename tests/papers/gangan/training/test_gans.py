"""Training GANs against a training written with PyTorch's modules and optimizers."""

from itertools import chain
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from gangan.core.checkpoint import Checkpoint
from gangan.core.files import UserError
from gangan.core.train import run_epoch
from gangan.papers.gangan import networks
from gangan.papers.gangan.config import Gan
from gangan.papers.gangan.training import gans

CPU = torch.device("cpu")
SETTINGS = Gan.model_validate(
    {
        "epochs": 2,
        "batch": 16,
        "learning_rate": 2e-4,
        "network": {"kind": "mlp", "latent": 64, "hidden": 64},
        "loss": {"kind": "gan", "of": "probabilities"},
        "shared_initialisation": False,
    }
)
GAN = networks.of(SETTINGS.network.model_dump())


def pictures(count: int) -> Tensor:
    return torch.randint(0, 256, (count, 784), generator=torch.Generator().manual_seed(0)).float() / 127.5 - 1


def trained(runs: range, images: Tensor) -> tuple[Tensor, Tensor, dict[str, Tensor]]:
    """Generators and discriminators (gans, size), and losses (steps, gans) by column after one epoch."""
    training = gans.of_network(GAN, *gans.initial(GAN, 0, "gan", runs, CPU), SETTINGS.learning_rate, SETTINGS.loss.of)
    losses = run_epoch(gans.generator_first(training, gans.digit_batches(SETTINGS, 0, runs, images))(0))
    layout = GAN.layout()
    rows = layout.flatten(training.weights())
    generator, discriminator = (rows[:, layout.part(network)[0]] for network in ("generator", "discriminator"))
    return generator, discriminator, losses


def plain_network(flat: Tensor, inputs: int, outputs: int, last: nn.Module) -> nn.Sequential:
    """A network as PyTorch users write it, holding a copy of the first GAN's weights."""
    first, second, third = nn.Linear(inputs, 64), nn.Linear(64, 64), nn.Linear(64, outputs)
    network = nn.Sequential(first, nn.LeakyReLU(0.2), second, nn.LeakyReLU(0.2), third, last)
    nn.utils.vector_to_parameters(flat[0].clone(), network.parameters())
    return network


def test_ten_steps_equal_those_of_plain_pytorch_modules_bce_and_adam_g_before_d_with_fresh_noise() -> None:
    steps, images = 10, pictures(160)
    generator, discriminator, losses = trained(range(1), images)
    start_g, start_d = gans.initial(GAN, 0, "gan", range(1), CPU)
    batches = [
        (batch.pairs[0][0, :16].clone(), *(noise[0] for noise in batch.noise))
        for batch in gans.digit_batches(SETTINGS, 0, range(1), images)(0)
    ]
    assert len(batches) == steps
    with torch.enable_grad():
        g, d = plain_network(start_g, 64, 784, nn.Tanh()), plain_network(start_d, 784, 1, nn.Sigmoid())
        adam_g, adam_d = (torch.optim.Adam(net.parameters(), lr=2e-4) for net in (g, d))
        bce, one, zero = nn.BCELoss(), torch.ones(16, 1), torch.zeros(16, 1)
        expected: dict[str, list[list[float]]] = {"generator": [], "discriminator": []}
        for real, noise_g, noise_d in batches:
            assert not torch.equal(noise_g, noise_d)
            adam_g.zero_grad()
            loss_g = bce(d(g(noise_g)), one)
            loss_g.backward()
            adam_g.step()
            adam_d.zero_grad()
            loss_d = bce(d(real), one) + bce(d(g(noise_d).detach()), zero)
            loss_d.backward()
            adam_d.step()
            expected["generator"].append([loss_g.item()])
            expected["discriminator"].append([loss_d.item()])
    assert list(losses) == ["loss_generator", "idle_generator", "loss_discriminator"]
    assert not losses["idle_generator"].any()
    for network, by_hand in expected.items():
        torch.testing.assert_close(losses[f"loss_{network}"], torch.tensor(by_hand), rtol=1e-5, atol=1e-6)
    for ours, network in ((generator, g), (discriminator, d)):
        theirs = nn.utils.parameters_to_vector(network.parameters())
        # Adam divides by the gradient's size, so where a gradient is nearly 0 rounding decides; 1 % of a step's length.
        torch.testing.assert_close(ours[0], theirs.detach(), rtol=1e-5, atol=2e-6)


def test_stacked_gans_equal_single_ones_to_rounding_in_the_first_steps() -> None:
    images = pictures(64)
    *stacked, losses = trained(range(3), images)
    for run in range(3):
        *single, loss = trained(range(run, run + 1), images)
        for column in ("loss_generator", "loss_discriminator"):
            torch.testing.assert_close(losses[column][:, run], loss[column][:, 0], rtol=1e-5, atol=1e-6)
        for together, alone in zip(stacked, single, strict=True):
            torch.testing.assert_close(together[run], alone[0], rtol=1e-5, atol=1e-5)


def test_an_epoch_drops_the_last_short_batch_and_shows_each_digit_at_most_once() -> None:
    images = torch.arange(50.0).unsqueeze(1).expand(50, 784)
    seen = [b.pairs[0][0, :16, 0].tolist() for b in gans.digit_batches(SETTINGS, 0, range(1), images)(0)]
    flat = list(chain(*seen))
    assert [len(batch) for batch in seen] == [16, 16, 16]
    assert len(set(flat)) == 48
    assert flat != sorted(flat)
    assert gans.steps_per_epoch(128, 60_000) == 468
    assert gans.steps_per_epoch(32, 3_500) == 109


def test_too_few_digits_for_a_batch_are_refused() -> None:
    with pytest.raises(UserError, match=r"^10 examples do not fill a batch of 16; choose a smaller batch$"):
        trained(range(1), pictures(10))


def test_a_real_run_with_an_absurd_learning_rate_stops_naming_gan_epoch_and_step(tmp_path: Path, digits: Path) -> None:
    network = {"kind": "mlp", "latent": 4, "hidden": 8}
    absurd = SETTINGS.model_dump() | {"epochs": 3, "batch": 500, "learning_rate": 1e38, "network": network}
    outputs = tmp_path / "rows.h5", tmp_path / "timing.csv"
    with pytest.raises(UserError, match=r"^GAN 2, epoch \d, step \d: .* lower the learning rate$"):
        gans.train_gans(
            Gan.model_validate(absurd), 0, 2, 1, digits, *outputs, CPU, Checkpoint(tmp_path / "checkpoint", "test")
        )
    assert not any(path.exists() for path in outputs)
