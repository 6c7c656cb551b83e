"""The training loop: turns in the order a schedule says, what a kill must not lose, and when a training stops."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from gangan.core.checkpoint import Checkpoint
from gangan.core.files import UserError
from gangan.core.streams import stream
from gangan.core.train import Schedule, Turn, run_epoch, train
from support.mortal import killed

CPU = torch.device("cpu")
EPOCHS = 5
NAMES = ["run 0", "run 1"]


def turn(name: str, step: Callable[[Any], Tensor]) -> Turn:
    """A turn of a network that has no weights."""
    return Turn(name, step, {}, [torch.zeros(len(NAMES))])


def test_turns_run_in_the_order_of_the_schedule_and_each_network_has_a_loss_for_each_of_its_steps() -> None:
    done: list[tuple[str, int]] = []

    def step(name: str) -> Callable[[int], Tensor]:
        def does(batch: int) -> Tensor:
            done.append((name, batch))
            return torch.tensor([batch, -batch])

        return does

    critic, generator = turn("critic", step("critic")), turn("generator", step("generator"))
    losses = run_epoch(
        pair for batch in (10, 20) for pair in [*((critic, batch + i) for i in range(3)), (generator, batch)]
    )
    assert done == [
        *(("critic", 10), ("critic", 11), ("critic", 12), ("generator", 10)),
        *(("critic", 20), ("critic", 21), ("critic", 22), ("generator", 20)),
    ]
    assert losses["loss_critic"].tolist() == [[10, -10], [11, -11], [12, -12], [20, -20], [21, -21], [22, -22]]
    assert losses["loss_generator"].tolist() == [[10, -10], [20, -20]]


def test_scores_become_losses_once_an_epoch() -> None:
    asked = []

    def losses(scores: Tensor) -> Tensor:  # (steps, runs, batch) → (steps, runs)
        asked.append(tuple(scores.shape))
        return scores.mean(2)

    scored = Turn("critic", lambda batch: torch.full((2, 3), float(batch)), {}, [], losses)
    assert run_epoch((scored, batch) for batch in range(4))["loss_critic"].tolist() == [[0, 0], [1, 1], [2, 2], [3, 3]]
    assert asked == [(4, 2, 3)]


class Game:
    """A critic and a generator of one weight each, two runs side by side, with every kind of state that a training has:
    momentum, a running mean as batch normalisation keeps it, and a pool of past samples that the critic learns from."""

    def __init__(self) -> None:
        runs = len(NAMES)
        self.critic = {name: torch.zeros(runs) for name in ("weight", "momentum", "mean")}
        self.critic |= {"pool": torch.zeros(runs, 3), "count": torch.zeros((), dtype=torch.int64)}
        self.generator = {"weight": torch.ones(runs), "momentum": torch.zeros(runs)}
        self.turns = {
            "critic": Turn("critic", self.critic_step, self.critic, [self.critic["weight"]]),
            "generator": Turn("generator", self.generator_step, self.generator, [self.generator["weight"]]),
        }

    def critic_step(self, noise: Tensor) -> Tensor:
        of, made = self.critic, self.generator["weight"] + noise
        place = int(of["count"]) % 3
        past = of["pool"][:, place].clone()
        of["pool"][:, place] = made
        of["count"] += 1
        of["mean"].lerp_(made + past, 0.1)
        return self._updated(of, of["weight"] - of["mean"])

    def generator_step(self, noise: Tensor) -> Tensor:
        return self._updated(self.generator, self.critic["weight"] - self.critic["mean"] + 0.1 * noise)

    def _updated(self, of: dict[str, Tensor], gradient: Tensor) -> Tensor:
        of["weight"].sub_(of["momentum"].mul_(0.9).add_(gradient), alpha=0.1)
        return gradient.square()

    def rows(self) -> Tensor:
        return torch.stack([self.critic["weight"], self.generator["weight"]], 1)


def noise(epoch: int) -> Iterator[Tensor]:
    """Six batches (runs,), each run's from its own stream."""
    streams = [stream(0, "noise", run, epoch, CPU) for run in range(len(NAMES))]
    return iter(torch.stack([torch.randn(6, generator=one) for one in streams], 1))


def alternating(game: Game) -> Schedule:
    return lambda epoch: ((game.turns[name], z) for z in noise(epoch) for name in ("generator", "critic"))


def five_critic_steps(game: Game) -> Schedule:
    def schedule(epoch: int) -> Iterator[tuple[Turn, Tensor]]:
        for i, z in enumerate(noise(epoch)):
            yield game.turns["generator" if i == 5 else "critic"], z

    return schedule


def coin_flipped_critic(game: Game) -> Schedule:
    def schedule(epoch: int) -> Iterator[tuple[Turn, Tensor]]:
        coin = stream(0, "coin", 0, epoch, CPU)
        for z in noise(epoch):
            if torch.rand((), generator=coin) < 0.5:
                yield game.turns["critic"], z
            yield game.turns["generator"], z

    return schedule


def bursts(game: Game) -> Schedule:
    """The critic alone in the first epoch and the fourth, and then the generator alone."""
    return lambda epoch: ((game.turns["generator" if epoch % 3 else "critic"], z) for z in noise(epoch))


SCHEDULES = [alternating, five_critic_steps, coin_flipped_critic, bursts]
Scheduled = Callable[[Game], Schedule]


def play(checkpoint: Checkpoint, scheduled: Scheduled, forgotten: str = "") -> Game:
    """Train a game from its checkpoint; its critic may forget to name one of its tensors."""
    game = Game()
    critic = game.turns["critic"]
    named = {name: tensor for name, tensor in critic.state.items() if name != forgotten}
    game.turns["critic"] = Turn("critic", critic.step, named, critic.weights)
    checkpoint.row_bytes = game.rows().numel() * 4
    for _ in train(list(game.turns.values()), scheduled(game), EPOCHS, NAMES, 1, checkpoint):
        checkpoint.append(game.rows())
    return game


def left(checkpoint: Checkpoint) -> tuple[bytes, dict[str, bytes]]:
    """The rows and losses of a training."""
    return checkpoint.rows(2).tobytes(), {name: losses.tobytes() for name, losses in checkpoint.means().items()}


@pytest.mark.parametrize("scheduled", SCHEDULES)
def test_a_training_is_its_turns_steps_one_after_another(scheduled: Scheduled, tmp_path: Path) -> None:
    checkpoint = Checkpoint(tmp_path, "game")
    play(checkpoint, scheduled)
    game, rows = Game(), []
    schedule, losses = scheduled(game), {f"loss_{name}": np.full((EPOCHS, 2), np.nan) for name in game.turns}
    for epoch in range(EPOCHS):
        found: dict[str, list[Tensor]] = {}
        for turn, batch in schedule(epoch):
            found.setdefault(turn.name, []).append(turn.step(batch))
        for name, steps in found.items():
            losses[f"loss_{name}"][epoch] = sum(steps) / len(steps)
        rows.append(game.rows().numpy())
    assert np.array_equal(checkpoint.rows(2), np.stack(rows))
    assert checkpoint.means().keys() == losses.keys()
    for name, expected in losses.items():  # not a number where a network had no turn
        np.testing.assert_allclose(checkpoint.means()[name], expected, rtol=1e-6)


@pytest.mark.parametrize("scheduled", SCHEDULES)
def test_a_training_that_was_killed_ends_in_the_bytes_of_one_that_was_not(scheduled: Scheduled, tmp_path: Path) -> None:
    undisturbed, last = (Checkpoint(tmp_path / name, "game", 0) for name in ("whole", "resumed"))
    whole = play(undisturbed, scheduled)
    for epochs in (1, 2):
        killed(lambda checkpoint: play(checkpoint, scheduled), tmp_path / "resumed", epochs, "game")
    resumed = play(last, scheduled)
    assert left(last) == left(undisturbed)
    for turn, again in zip(whole.turns.values(), resumed.turns.values(), strict=True):
        assert all(torch.equal(tensor, again.state[name]) for name, tensor in turn.state.items())
    assert [attempt["resumed_at"] for attempt in last.attempts] == [0, 1, 3]


@pytest.mark.parametrize("forgotten", ["weight", "momentum", "mean", "pool", "count"])
def test_what_a_turn_does_not_name_is_lost_in_a_kill(forgotten: str, tmp_path: Path) -> None:
    undisturbed, last = (Checkpoint(tmp_path / name, "game", 0) for name in ("whole", "resumed"))
    play(undisturbed, five_critic_steps)
    killed(lambda checkpoint: play(checkpoint, five_critic_steps, forgotten), tmp_path / "resumed", 2, "game")
    play(last, five_critic_steps, forgotten)
    assert left(last) != left(undisturbed)


def test_an_attempt_counts_the_steps_of_the_first_network_and_ends_where_all_is_done(tmp_path: Path) -> None:
    def attempts() -> list[tuple[int, int]]:
        checkpoint = Checkpoint(tmp_path, "game", 0)
        play(checkpoint, five_critic_steps)
        return [(attempt["resumed_at"], attempt["steps"]) for attempt in checkpoint.attempts]

    killed(lambda checkpoint: play(checkpoint, five_critic_steps), tmp_path, 2, "game")
    assert attempts() == [(0, 2 * 5), (2, 3 * 5)]
    assert attempts() == [(0, 2 * 5), (2, 3 * 5), (5, 0)]


def test_the_checkpoint_of_another_training_is_not_resumed(tmp_path: Path) -> None:
    killed(lambda checkpoint: play(checkpoint, alternating), tmp_path / "run", 2, "game")
    fresh, other = Checkpoint(tmp_path / "fresh", "another"), Checkpoint(tmp_path / "run", "another")
    for checkpoint in (fresh, other):
        play(checkpoint, five_critic_steps)
    assert left(other) == left(fresh)
    assert [attempt["resumed_at"] for attempt in other.attempts] == [0]


def diverging(tmp_path: Path, turns: list[Turn], batches: int) -> None:
    """Three epochs of each turn on each batch; batches are numbered on."""
    checkpoint = Checkpoint(tmp_path / "checkpoint", "test")

    def schedule(epoch: int) -> Iterator[tuple[Turn, int]]:
        return ((turn, epoch * batches + batch) for batch in range(batches) for turn in turns)

    for _ in train(turns, schedule, 3, ["GAN 4", "GAN 5"], 1, checkpoint):
        pass


def fails_at(bad: int) -> Callable[[int], Tensor]:
    """The loss of the second run is none from a batch on."""
    return lambda batch: torch.tensor([0.5, float("nan") if batch >= bad else 0.5])


def test_a_loss_that_is_not_finite_stops_the_run_naming_gan_epoch_and_step(tmp_path: Path) -> None:
    message = r"^GAN 5, epoch 1, step 2: the generator's loss is nan; lower the learning rate$"
    with pytest.raises(UserError, match=message):
        diverging(tmp_path, [turn("generator", fails_at(5 + 2))], 5)


def test_of_several_losses_that_are_not_finite_the_first_is_named(tmp_path: Path) -> None:
    turns = [turn("generator", fails_at(3)), turn("critic", fails_at(2))]
    message = r"^GAN 5, epoch 0, step 2: the critic's loss is nan; lower the learning rate$"
    with pytest.raises(UserError, match=message):
        diverging(tmp_path, turns, 5)


@pytest.mark.parametrize("runs", [1, 2])
def test_a_weight_that_is_not_finite_stops_the_run_even_where_its_losses_are(runs: int, tmp_path: Path) -> None:
    weights = torch.ones(2, 3) if runs == 2 else torch.ones(3)  # of one run alone there is no axis of runs

    def step(_: int) -> Tensor:
        weights[..., 1].view(-1)[-1] = float("inf")
        return torch.zeros(runs)

    sound = Turn("generator", lambda _: torch.zeros(runs), {}, [torch.zeros(runs)])
    broken = Turn("discriminator", step, {}, [weights])
    turns = [sound, *[broken] * 3]  # of the discriminator's steps the last is named
    message = r"^GAN 5, epoch 0, step 2: a weight of the discriminator is not finite; lower the learning rate$"
    with pytest.raises(UserError, match=message):
        list(
            train(
                [sound, broken],
                lambda _: ((turn, 0) for turn in turns),
                3,
                ["GAN 4", "GAN 5"][-runs:],
                1,
                Checkpoint(tmp_path, "test"),
            )
        )
