"""The adversarial loop against a training written with PyTorch's modules and optimizers."""

from itertools import chain
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from gangan import gans
from gangan.adversaries import Adversaries
from gangan.checkpoint import Checkpoint
from gangan.config import Gan
from gangan.files import UserError
from gangan.training import Adam, Phase, prepare, run_epoch, stream, train

CPU = torch.device("cpu")
SETTINGS = Gan(epochs=2, batch=16, learning_rate=2e-4, network="mlp", latent=64, hidden=64, shared_initialisation=False)


def pictures(count: int) -> Tensor:
    return torch.randint(0, 256, (count, 784), generator=torch.Generator().manual_seed(0)).float() / 127.5 - 1


def trained(runs: range, images: Tensor, settings: Gan = SETTINGS) -> tuple[Tensor, Tensor, Tensor]:
    """Generators and discriminators (gans, size), and losses (steps, phases, gans) after one epoch."""
    gan = gans.architecture(settings)
    with torch.no_grad():
        generator, discriminator = gans.initial(gan, 0, "gan", runs, CPU)
        phases = Adversaries(gan, generator, discriminator).phases(settings.learning_rate)
        losses = run_epoch(phases, gans.digit_batches(settings, 0, runs, images)(0))
    generator, discriminator = (phase.flat(phase.optimizer.weights, len(runs)) for phase in phases)
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
    with torch.no_grad():
        start_g, start_d = gans.initial(gans.architecture(SETTINGS), 0, "gan", range(1), CPU)
    batches = [
        (batch.pairs[0][0, :16].clone(), *(noise[0] for noise in batch.noise))
        for batch in gans.digit_batches(SETTINGS, 0, range(1), images)(0)
    ]
    assert len(batches) == steps
    with torch.enable_grad():
        g, d = plain_network(start_g, 64, 784, nn.Tanh()), plain_network(start_d, 784, 1, nn.Sigmoid())
        adam_g, adam_d = (torch.optim.Adam(net.parameters(), lr=2e-4) for net in (g, d))
        bce, one, zero = nn.BCELoss(), torch.ones(16, 1), torch.zeros(16, 1)
        expected = []
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
            expected.append([[loss_g.item()], [loss_d.item()]])
    torch.testing.assert_close(losses, torch.tensor(expected), rtol=1e-5, atol=1e-6)
    for ours, network in ((generator, g), (discriminator, d)):
        theirs = nn.utils.parameters_to_vector(network.parameters())
        # Adam divides by the gradient's size, so where a gradient is nearly 0 rounding decides; 1 % of a step's length.
        torch.testing.assert_close(ours[0], theirs.detach(), rtol=1e-5, atol=2e-6)


@pytest.mark.parametrize("betas", [(0.9, 0.999), (0.0, 0.9)])
def test_adam_is_pytorchs_however_the_weights_stand_in_memory(betas: tuple[float, float]) -> None:
    torch.manual_seed(0)
    start, gradients = torch.randn(2, 4, 3), [torch.randn(2, 4, 3) for _ in range(5)]

    def by_columns(tensor: Tensor) -> Tensor:
        return tensor.mT.contiguous().mT

    ours, theirs = [start[0].clone(), by_columns(start[1])], start.clone().requires_grad_()
    adam = Adam([ours[:1], ours[1:]], 1e-3, betas, average=0.5)
    reference = torch.optim.Adam([theirs], lr=1e-3, betas=betas)
    average = start
    for gradient in gradients:
        adam.step(group for group in ([gradient[0].clone()], [by_columns(gradient[1])]))
        theirs.grad = gradient.clone()
        reference.step()
        average = (average + theirs.detach()) / 2
    torch.testing.assert_close(torch.stack(adam.weights), theirs.detach(), rtol=1e-6, atol=1e-7)
    torch.testing.assert_close(torch.stack(adam.made), average, rtol=1e-6, atol=1e-7)


def test_stacked_gans_equal_single_ones_to_rounding_in_the_first_steps() -> None:
    images = pictures(64)
    *stacked, losses = trained(range(3), images)
    for run in range(3):
        *single, loss = trained(range(run, run + 1), images)
        torch.testing.assert_close(losses[:, :, run], loss[:, :, 0], rtol=1e-5, atol=1e-6)
        for together, alone in zip(stacked, single, strict=True):
            torch.testing.assert_close(together[run], alone[0], rtol=1e-5, atol=1e-5)


def test_each_run_epoch_and_purpose_has_its_own_numbers_whatever_was_drawn_before() -> None:
    def draw(*names: int | str) -> list[float]:
        return torch.rand(4, generator=stream(*names, CPU)).tolist()

    first = draw(0, "gan-noise", 3, 7)
    others = [draw(1, "gan-noise", 3, 7), draw(0, "gan-order", 3, 7), draw(0, "gan-noise", 4, 7)]
    others.append(draw(0, "gan-noise", 3, 8))
    assert first not in others
    assert draw(0, "gan-noise", 3, 7) == first


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


def diverging(tmp_path: Path, phases: list[Phase], batches: int) -> None:
    checkpoint = Checkpoint(tmp_path / "checkpoint", "test")
    for _ in train(phases, lambda _: range(batches), 3, ["GAN 4", "GAN 5"], 1, checkpoint):
        pass


def test_a_loss_that_is_not_finite_stops_the_run_naming_gan_epoch_and_batch(tmp_path: Path) -> None:
    weight, calls = torch.ones(2, 1), iter(range(100))

    def loss(_: object) -> tuple[Tensor, list[list[Tensor]]]:
        bad = next(calls) == 5 + 2  # epoch 1, batch 2
        return torch.tensor([0.5, float("nan") if bad else 0.5]), [[torch.zeros(2, 1)]]

    phases = [Phase("generator", Adam([[weight]], 1e-3), loss)]
    message = r"^GAN 5, epoch 1, batch 2: the generator's loss is nan; lower the learning rate$"
    with pytest.raises(UserError, match=message):
        diverging(tmp_path, phases, 5)


def test_a_weight_that_is_not_finite_stops_the_run_even_where_its_losses_are(tmp_path: Path) -> None:
    weight = torch.ones(2, 1)
    gradient = torch.tensor([[0.0], [float("inf")]])
    phases = [Phase("discriminator", Adam([[weight]], 1e-3), lambda _: (torch.zeros(2), [[gradient]]))]
    message = r"^GAN 5, epoch 0, batch 2: a weight of the discriminator is not finite; lower the learning rate$"
    with pytest.raises(UserError, match=message):
        diverging(tmp_path, phases, 3)


def test_a_real_run_with_an_absurd_learning_rate_stops_with_that_error(tmp_path: Path, digits: Path) -> None:
    settings = Gan(
        epochs=3, batch=500, learning_rate=1e38, network="mlp", latent=4, hidden=8, shared_initialisation=False
    )
    checkpoint = Checkpoint(tmp_path / "checkpoint", "test")
    outputs = tmp_path / "rows.h5", tmp_path / "timing.csv"
    with pytest.raises(UserError, match=r"^GAN 2, epoch \d, batch \d: .* lower the learning rate$"):
        gans.train_runs(settings, 0, range(2, 3), digits, *outputs, checkpoint, 1)
    assert not any(path.exists() for path in outputs)


def test_float32_is_never_less_than_that() -> None:
    torch.set_float32_matmul_precision("high")
    prepare(1)
    assert not torch.backends.cudnn.allow_tf32  # PyTorch allows it
    assert torch.get_float32_matmul_precision() == "highest"


def test_a_gpu_that_was_given_and_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def init() -> None:
        raise RuntimeError("The driver is too old.\nMore of this.")

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.cuda, "init", init)
    for none in ("", "-1", "NoDevFiles"):
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", none)
        assert prepare(1) == CPU
    assert not caplog.messages
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3")
    assert prepare(1) == CPU
    assert caplog.messages == ["GPU 3 was given, but this runs on the CPU: The driver is too old."]
