"""A step is plain PyTorch's, a kill loses nothing, and none of the published code's faults is repeated."""

import copy
import itertools
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from safetensors.torch import load_file
from torch import Tensor, nn

from gangan.core.streams import stream
from gangan.papers.survey.config import Generators
from gangan.papers.survey.players import load
from gangan.papers.survey.translation import networks, strokes
from gangan.papers.survey.translation.pool import SIZE, Pool
from gangan.papers.survey.translation.scoring import error, loaded, translated
from gangan.papers.survey.translation.training import Players, cut, falling, fresh, scaled, steps_of
from support.mortal import killed
from support.survey import CPU, domains, kept, translate, translation

FUSED = {"generators": {"kind": "fused", "width": 2, "blocks": 2}, "identity": 0, "padding": 3}


class Plain:
    """The step written anew, with PyTorch's own padding and Adam, and a list for each pool."""

    def __init__(self, modules: dict[str, nn.Module], identity: float):
        self.modules, self.identity = {name: copy.deepcopy(module) for name, module in modules.items()}, identity
        for module in self.modules.values():
            for parent in module.modules():
                for name, child in list(parent.named_children()):
                    if isinstance(child, networks.Reflect):
                        setattr(parent, name, nn.ReflectionPad2d(child.width))
        generating = [module for name, module in self.modules.items() if not name.startswith("disc")]
        weights = itertools.chain(*(module.parameters() for module in generating))
        self.for_g = torch.optim.Adam(weights, 2e-4, (0.5, 0.999))
        self.for_d = {
            domain: torch.optim.Adam(self.modules[f"discriminator_{domain}"].parameters(), 2e-4, (0.5, 0.999))
            for domain in "ab"
        }

    def to(self, domain: str, images: Tensor) -> Tensor:
        encoder = self.modules.get("encoder")
        return self.modules[f"to_{domain}"](encoder(images) if encoder else images)

    @torch.enable_grad()
    def step(self, a: Tensor, b: Tensor) -> list[float]:
        score_a, score_b = (self.modules[f"discriminator_{domain}"] for domain in "ab")
        fake_b, fake_a = self.to("b", a), self.to("a", b)
        one = torch.ones(len(a))
        loss = F.mse_loss(score_b(fake_b), one) + F.mse_loss(score_a(fake_a), one)
        loss = loss + 10 * (F.l1_loss(self.to("a", fake_b), a) + F.l1_loss(self.to("b", fake_a), b))
        if self.identity:
            loss = loss + self.identity * (F.l1_loss(self.to("b", b), b) + F.l1_loss(self.to("a", a), a))
        self.for_g.zero_grad()
        loss.backward()
        self.for_g.step()
        found = [loss.item()]
        for domain, score, real, fake in (("a", score_a, a, fake_a), ("b", score_b, b, fake_b)):
            told = 0.5 * (F.mse_loss(score(real), one) + F.mse_loss(score(fake.detach()), 0 * one))
            self.for_d[domain].zero_grad()
            told.backward()
            self.for_d[domain].step()
            found.append(told.item())
        return found


@pytest.mark.parametrize("changes", [{}, FUSED], ids=["two", "fused"])
def test_two_steps_are_those_of_a_loop_by_the_book(changes: dict[str, Any]) -> None:
    training = translation(changes | {"batch": 2})
    modules = fresh(training, 0, 0, CPU)
    plain, players = Plain(modules, training.identity), Players(training, modules, 32)
    for _ in range(2):
        a, b = torch.rand(2, 2, 3, 32, 32) * 2 - 1
        found = [players.turns["generators"].step((a, b))]
        found += [players.turns[f"discriminator_{domain}"].step(real) for domain, real in (("a", a), ("b", b))]
        assert [loss.item() for loss in found] == pytest.approx(plain.step(a, b), rel=1e-4)
    # Biases before instance norm have no gradient but for rounding, which Adam makes large.
    for name, module in modules.items():
        for (key, one), other in zip(module.named_parameters(), plain.modules[name].parameters(), strict=True):
            if key.endswith("weight"):
                torch.testing.assert_close(one, other, rtol=1e-3, atol=1e-4)


def test_a_pool_fills_and_then_shows_old_images_half_of_the_time() -> None:
    pool, random = Pool((1,), CPU), torch.Generator().manual_seed(0)
    images = torch.arange(1, 1001.0).view(-1, 1)
    shown = torch.cat([pool.swap(image.view(1, 1), random) for image in images]).flatten()
    assert shown[:SIZE].equal(images[:SIZE].flatten())
    later = shown[SIZE:] != images[SIZE:].flatten()
    assert later.double().mean().item() == pytest.approx(0.5, abs=0.05)
    # What is not the newest was made before, and left the pool when it was shown.
    assert (shown[SIZE:][later] < images[SIZE:].flatten()[later]).all()
    assert len(set(shown[SIZE:][later].tolist())) == int(later.sum())
    held = pool.state["pool"].flatten()
    assert len(set(held.tolist())) == SIZE
    assert not set(held.tolist()) & set(shown[SIZE:].tolist())


def test_the_rate_is_constant_and_then_falls_in_a_straight_line_to_nothing() -> None:
    assert [falling(epoch, 200, 100) for epoch in (0, 99, 100, 150, 199)] == [1, 1, 1, 0.5, pytest.approx(0.01)]


@pytest.mark.parametrize(("epochs", "changes"), [(0, {}), (1, {}), (2, FUSED)])
def test_a_killed_run_goes_on_to_the_same_bytes_with_its_pools(
    epochs: int, changes: dict[str, Any], digits: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The state itself is read on going on, not a path to it."""
    monkeypatch.setattr("gangan.papers.survey.translation.pool.SIZE", 2)  # so that old images are shown
    images = domains(tmp_path, digits)
    whole = translate(tmp_path / "whole", images, changes)
    folder = tmp_path / "killed"
    killed(lambda checkpoint: translate(folder, images, changes, checkpoint=checkpoint), folder / "checkpoint", epochs)
    if epochs:
        with_pools = load_file(folder / "checkpoint/state.safetensors")
        assert with_pools["discriminator_a.pool"].any()
        assert int(with_pools["discriminator_b.held"]) == 2
    last = kept(folder)
    again = translate(folder, images, changes, checkpoint=last)
    assert again.read_bytes() == whole.read_bytes()
    assert (folder / "losses.csv").read_bytes() == (tmp_path / "whole/losses.csv").read_bytes()
    assert [attempt["resumed_at"] for attempt in last.attempts] == ([0, epochs] if epochs else [0])


@pytest.mark.parametrize("changes", [{}, FUSED], ids=["two", "fused"])
def test_all_networks_are_in_one_file_under_the_names_that_they_are_read_by(
    changes: dict[str, Any], digits: Path, tmp_path: Path
) -> None:
    images = domains(tmp_path, digits)
    held = load_file(weights := translate(tmp_path / "run", images, changes))
    training = translation(changes)
    modules = fresh(training, 0, 1, CPU)
    assert {name.split(".")[0] for name in held} == {*modules}
    load(modules, held)  # each by its own name, or a KeyError
    for name, module in modules.items():
        for key, tensor in module.state_dict().items():
            assert tensor.equal(held[f"{name}.{key}"])
    tested = load_file(images)["testA"][:3]
    found = translated(loaded(training, weights, CPU), "b", tested)
    by_hand = networks.Translators(modules).to_b(scaled(tested))
    assert error(found, by_hand.add(1).mul(127.5)) < 0.005


def test_the_history_of_a_discriminator_is_its_own_loss(digits: Path, tmp_path: Path) -> None:
    images, changes = domains(tmp_path, digits), {"epochs": 2, "steps": 1, "cycle": 1000}
    translate(tmp_path / "run", images, changes)
    table = pd.read_csv(tmp_path / "run/losses.csv")
    assert [*table] == ["epoch", "loss_generators", "loss_discriminator_a", "loss_discriminator_b"]
    held, order = load_file(images), stream(0, "survey-order", 0, 0, CPU)
    a, b = (scaled(held[f"train{domain}"][torch.randperm(4, generator=order)[:1]]) for domain in "AB")
    plain = Plain(fresh(translation(changes), 0, 0, CPU), 5)
    _, told_a, told_b = plain.step(a, b)
    assert table.iloc[0, 2:].tolist() == pytest.approx([told_a, told_b], rel=1e-3)
    assert table["loss_generators"][0] > 100  # the cycle's


def test_an_epoch_shows_each_image_of_the_larger_domain_once(digits: Path, tmp_path: Path) -> None:
    held = load_file(domains(tmp_path, digits))
    assert steps_of(translation({"steps": None}), held) == 4
    assert steps_of(translation({"steps": None}), {"trainA": torch.zeros(3), "trainB": torch.zeros(7)}) == 7


def test_random_parts_are_of_the_image_and_half_of_them_flipped() -> None:
    images = torch.arange(36, dtype=torch.uint8).view(1, 1, 6, 6).expand(200, 3, 6, 6)
    parts = cut(images, 4, torch.Generator().manual_seed(0))
    flipped = parts[:, 0, 0, 0] > parts[:, 0, 0, 1]
    assert flipped.double().mean().item() == pytest.approx(0.5, abs=0.1)
    plain = torch.where(flipped.view(-1, 1, 1, 1), parts.flip(3), parts)
    assert set(plain[:, 0, 0, 0].tolist()) == {0, 1, 2, 6, 7, 8, 12, 13, 14}
    assert (plain[:, 0, 3, 3] - plain[:, 0, 0, 0] == 21).all()
    assert cut(images, 4, None)[0, 0, 0, 0] == 7
    assert cut(images, None, None) is images


def test_the_domains_share_no_digit_and_their_test_images_are_pairs(digits: Path, tmp_path: Path) -> None:
    held = load_file(domains(tmp_path, digits, first=8))
    learned = load_file(digits)["train.images"][:8]
    assert held["trainA"][:, 1, 2:-2, 2:-2].equal(learned[::2])
    assert held["trainB"].equal(strokes.true(F.pad(learned[1::2], (2,) * 4).unsqueeze(1).repeat(1, 3, 1, 1)))
    assert held["testB"].equal(strokes.true(held["testA"]))
    assert len(held["testA"]) == 1000


def test_the_true_mapping_widens_a_stroke_by_a_pixel_and_its_digits_can_be_read() -> None:
    image = torch.zeros(1, 3, 32, 32, dtype=torch.uint8)
    image[:, :, 10, 12] = 255
    mapped = strokes.true(image)
    dark = (mapped[0].permute(1, 2, 0) == torch.tensor(strokes.STROKE, dtype=torch.uint8)).all(2)
    light = (mapped[0].permute(1, 2, 0) == torch.tensor(strokes.GROUND, dtype=torch.uint8)).all(2)
    assert dark.nonzero().tolist() == [[row, column] for row in (9, 10, 11) for column in (11, 12, 13)]
    assert light.sum() == 32 * 32 - 9
    read = strokes.digits_of(mapped, "B")
    assert read[0, 8, 10].item() == pytest.approx(1, abs=1e-3)
    assert read.min() == -1
    assert strokes.digits_of(image, "A")[0, 8, 10] == 1


def test_an_error_is_a_share_of_the_range() -> None:
    black, white = (torch.full((1, 3, 2, 2), value, dtype=torch.uint8) for value in (0, 255))
    assert error(black, white) == 1
    assert error(black, black) == 0


def test_sharing_is_what_the_fused_model_does() -> None:
    both = networks.translators(Generators(kind="fused", width=2, blocks=2))
    assert [*both.modules] == ["encoder", "to_b", "to_a"]
    assert [*networks.translators(Generators(kind="two", width=2, blocks=2)).modules] == ["to_b", "to_a"]
