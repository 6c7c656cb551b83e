"""A step is plain PyTorch's, a kill loses nothing, and critics take the steps that papers say."""

import copy
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from safetensors.torch import load_file
from torch import Tensor

from gangan.core.files import UserError
from gangan.papers.survey.config import Gan, Wasserstein
from gangan.papers.survey.drawing import figures, losses, networks
from gangan.papers.survey.drawing.probing import probe
from gangan.papers.survey.drawing.training import Players
from support.mortal import killed
from support.survey import CONFIG, CPU, WASSERSTEIN, draw, drawing, kept

RMSPROP = {"kind": "rmsprop", "learning_rate": 5e-5}
KINDS: list[dict[str, Any]] = [
    {},
    {"network": {"kind": "infogan"}},
    {"loss": WASSERSTEIN | {"sigmoid": True, "critic_steps": 1}},
    {"loss": WASSERSTEIN, "optimizer": RMSPROP},
]


@pytest.mark.parametrize("changes", KINDS)
def test_two_steps_are_those_of_a_loop_by_the_book(changes: dict[str, Any]) -> None:
    training = drawing(changes)
    streams = {name: torch.Generator().manual_seed(1) for name in ("generator", "discriminator")}
    kind = networks.fresh(training.network, 1, streams)
    for module in kind.modules.values():  # where float32 rounds a gradient of nothing, Adam makes a step of it
        module.double()
    generator, discriminator = copy.deepcopy(kind.generator), copy.deepcopy(kind.discriminator)
    make: Any = torch.optim.RMSprop if training.optimizer.kind == "rmsprop" else torch.optim.Adam
    more = {} if training.optimizer.kind == "rmsprop" else {"betas": (0.5, 0.999)}
    for_g, for_d = (
        make(module.parameters(), lr=training.optimizer.learning_rate, **more) for module in (generator, discriminator)
    )
    loss, players = training.loss, Players(kind, training, 2)

    def said(logits: Tensor) -> Tensor:
        return logits.sigmoid() if isinstance(loss, Gan) or loss.sigmoid else logits

    for _ in range(2):
        pixels = torch.randint(0, 256, (4, 1, 28, 28), dtype=torch.uint8)
        z = kind.noise(torch.empty(4, kind.latent), torch.Generator().manual_seed(3)).double()
        real = kind.images(pixels).double()
        found = [players.turns["discriminator"].step((real, z, 1)), players.turns["generator"].step(z)]
        with torch.enable_grad():
            made = generator(z)
            for_real, for_made = said(discriminator(real)), said(discriminator(made.detach()))
            ones, zeros = torch.ones(4, 1).double(), torch.zeros(4, 1).double()
            if isinstance(loss, Gan):
                telling = F.binary_cross_entropy(for_real, ones) + F.binary_cross_entropy(for_made, zeros)
            else:
                telling = for_made.mean() - for_real.mean()
            for_d.zero_grad()
            telling.backward()
            for_d.step()
            if isinstance(loss, Wasserstein):
                for weight in discriminator.parameters():
                    weight.data.clamp_(-loss.clip, loss.clip)
            again = said(discriminator(made))
            fooling = F.binary_cross_entropy(again, ones) if isinstance(loss, Gan) else -again.mean()
            for_g.zero_grad()
            fooling.backward()
            for_g.step()
        assert [one.item() for one in found] == pytest.approx([telling.item(), fooling.item()], rel=1e-6, abs=1e-9)
    for module, other in ((kind.generator, generator), (kind.discriminator, discriminator)):
        for one, two in zip(module.state_dict().values(), other.state_dict().values(), strict=True):
            torch.testing.assert_close(one, two, rtol=1e-5, atol=1e-9)
    assert players.lost["loss_generator"][1].item() == pytest.approx(fooling.item(), rel=1e-3, abs=1e-6)


def test_a_critic_takes_five_steps_and_a_hundred_at_first_and_at_each_five_hundredth() -> None:
    paper = Wasserstein(**(WASSERSTEIN | {"critic_steps": 5, "bursts": True}))
    turns = [count for epoch in losses.critic_steps(paper, 1000, 6) for count in epoch]
    assert turns[:25] == [100] * 25
    assert turns[25:500] == [5] * 475
    assert turns[500] == 100
    assert [sum(epoch) for epoch in losses.critic_steps(paper, 93, 5)] == [93] * 5
    assert losses.critic_steps(Gan(kind="gan"), 3, 2) == [[1, 1, 1]] * 2


def test_a_generator_s_loss_in_both_forms() -> None:
    logits = torch.tensor([[0.3], [-2.0]])
    p = logits.sigmoid()
    gan, critic = Gan(kind="gan"), Wasserstein(**WASSERSTEIN)
    torch.testing.assert_close(losses.of_generator(gan, logits), -p.log().mean())
    torch.testing.assert_close(losses.of_generator(gan, logits, saturating=True), (1 - p).log().mean())
    torch.testing.assert_close(losses.of_generator(critic, logits), -logits.mean())


@pytest.mark.parametrize(("epochs", "changes"), [(0, KINDS[0]), (1, KINDS[0]), (2, KINDS[3])])
def test_a_killed_run_goes_on_to_the_same_bytes(
    epochs: int, changes: dict[str, Any], digits: Path, tmp_path: Path
) -> None:
    whole = [path.read_bytes() for path in draw(tmp_path / "whole", digits, changes)]
    folder = tmp_path / "killed"
    killed(lambda checkpoint: draw(folder, digits, changes, checkpoint=checkpoint), folder / "checkpoint", epochs)
    last = kept(folder)
    assert [path.read_bytes() for path in draw(folder, digits, changes, checkpoint=last)] == whole
    assert [attempt["resumed_at"] for attempt in last.attempts] == ([0, epochs] if epochs else [0])


def test_a_run_keeps_what_it_drew_after_each_epoch_and_every_loss(digits: Path, tmp_path: Path) -> None:
    _, drawn = draw(tmp_path / "one", digits, {"loss": WASSERSTEIN, "optimizer": RMSPROP})
    held = load_file(drawn)
    assert held["images"].shape == (3, 6, 1, 32, 32)
    assert held["images"].dtype == torch.uint8
    assert held["loss_generator"].shape == (3,)  # two steps of the critic to one
    torch.testing.assert_close(held["mean_loss_generator"].float(), held["loss_generator"])
    torch.testing.assert_close(held["mean_loss_discriminator"].float(), held["loss_discriminator"])
    _, other = draw(tmp_path / "other", digits, {"loss": WASSERSTEIN, "optimizer": RMSPROP}, run=1)
    assert other.read_bytes() != drawn.read_bytes()


def test_a_run_is_followed_to_a_square_at_its_last_epoch(tmp_path: Path) -> None:
    runs = [
        {"arm": arm, "seed": seed, "frechet": 210.0 + 100 * epoch, "loss_discriminator": 1.0 - epoch / 10 + seed}
        for arm in ("gan", "wgan")
        for seed in range(2)
        for epoch in range(4)
    ]
    pd.DataFrame(runs).to_csv(tmp_path / "runs.csv", index=False)
    figure = figures.tracking(tmp_path / "runs.csv", ["gan", "wgan"])
    figure.draw_without_rendering()
    for axes in figure.axes:
        ends = [line.get_xydata().tolist() for line in axes.lines if line.get_marker() == "s"]
        assert ends == [[[510, pytest.approx(0.7)]], [[510, pytest.approx(1.7)]]]
        low, high = axes.get_xlim()
        written = [tick for tick in axes.xaxis.get_ticklocs() if low <= tick <= high]
        assert 2 <= len(written) <= 4  # more have no room, and one says nothing


def test_a_critic_s_weights_are_clipped(digits: Path, tmp_path: Path) -> None:
    weights, _ = draw(tmp_path / "run", digits, {"loss": WASSERSTEIN | {"clip": 0.003}})
    held = load_file(weights)
    of_critic = [t for name, t in held.items() if name.startswith("discriminator") and "running" not in name]
    assert max(tensor.abs().max() for tensor in of_critic) == pytest.approx(0.003)


def test_images_that_fill_no_batch_are_one_line(digits: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"^8 images do not fill a batch of 10; choose a smaller batch$"):
        draw(tmp_path / "run", digits, {"batch": 10})


def test_a_probe_holds_the_generator_and_takes_both_forms_of_a_gan_s_loss(digits: Path, tmp_path: Path) -> None:
    scoring = CONFIG.scoring.model_copy(update={"probe_steps": 4, "probe_every": 2})
    for changes, forms in (({}, ["saturating", "non-saturating"]), ({"loss": WASSERSTEIN}, ["critic"])):
        weights, _ = draw(tmp_path / forms[0], digits, changes)
        before = weights.read_bytes()
        probe(drawing(changes), scoring, "mnist-5k", 0, 0, digits, weights, tmp_path / "probed.csv", CPU)
        table = pd.read_csv(tmp_path / "probed.csv")
        assert table["step"].tolist() == [step for step in (0, 2, 4) for _ in forms]
        assert table["form"].tolist() == forms * 3
        assert (table["gradient"] > 0).all()
        assert weights.read_bytes() == before
        assert table["loss"].iloc[-1] < table["loss"].iloc[0]  # the discriminator has learned
