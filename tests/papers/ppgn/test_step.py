"""The penalty worked by hand, and one update of each network against one that is written anew."""

from collections.abc import Mapping

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from gangan.papers.ppgn.step import Players, gradient_penalty
from support.ppgn import FILTERS, FULL, fresh, objective

Weights = dict[str, Tensor]


def test_the_penalty_is_of_each_samples_own_norm() -> None:
    # 3 a + 4 b² has the slope (3, 8 b). At b = 0 its norm is 3, at b = ½ it is 5: (4 + 16) / 2 = 10. Over the whole
    # batch at once it would be √34, and the penalty 23.3.
    real, made = torch.tensor([[0.0, 0.0], [0.0, 1.0]]), torch.zeros(2, 2)
    mix = torch.tensor([0.3, 0.5])
    with torch.enable_grad():
        found = gradient_penalty(lambda x: 3 * x[:, 0] + 4 * x[:, 1].square(), real, made, mix)
    assert found.item() == pytest.approx(10)


def test_the_norm_of_images_is_over_all_of_their_pixels() -> None:
    with torch.enable_grad():
        found = gradient_penalty(
            lambda x: x.sum((1, 2, 3)), torch.ones(3, 1, 4, 4), torch.zeros(3, 1, 4, 4), torch.rand(3)
        )
    assert found.item() == pytest.approx((4 - 1) ** 2)  # √16 pixels of slope 1


def test_the_penalty_at_a_zero_gradient_is_one_and_its_own_gradient_finite() -> None:
    scale = torch.zeros((), requires_grad=True)
    with torch.enable_grad():
        found = gradient_penalty(lambda x: (x * scale).sum(1), torch.rand(4, 5), torch.rand(4, 5), torch.rand(4))
        found.backward()
    assert found.item() == 1
    assert scale.grad is not None
    assert scale.grad.item() == 0


def named(network: torch.nn.Module) -> Weights:
    return {name: weights.detach().clone() for name, weights in network.state_dict().items()}


def convolved(x: Tensor, w: Mapping[str, Tensor], layers: str, pooled: str) -> Tensor:
    for i in layers:
        x = F.conv2d(x, w[f"conv{i}.weight"], w[f"conv{i}.bias"])
        x = (F.max_pool2d(x, 2) if i in pooled else x).relu()
    return x.flatten(1)


def linear(x: Tensor, w: Mapping[str, Tensor], name: str = "fc1") -> Tensor:
    return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]


def encode(x: Tensor, w: Weights) -> Tensor:
    return linear(convolved(x, w, "123", "23"), w).relu()


def generate(h: Tensor, w: Weights) -> Tensor:
    x = linear(h, w).relu().view(len(h), -1, 5, 5)
    for i in "2345":
        x = F.conv_transpose2d(x, w[f"deconv{i}.weight"], w[f"deconv{i}.bias"])
        x = x if i == "5" else x.relu()
    return x


def criticise(space: str, x: Tensor, w: Weights) -> Tensor:
    layers, pooled = ("1234", "234") if space == "x" else ("123", "23")
    return linear(convolved(x.view(len(x), 1, 8, 8) if space == "fc1" else x, w, layers, pooled), w)


def adam(before: Weights, gradients: Weights, rate: float) -> Weights:
    """Its first step by the formula: m = g / 2 and v = g² / 10, each divided by what it lacks, leave g and g²."""
    return {name: before[name] - rate * g / (g.abs() + 1e-8) for name, g in gradients.items()}


@pytest.fixture
def players() -> Players:
    made = {name: fresh(name, filters, 3) for name, filters in FILTERS.items()}
    reader = fresh("encoder", [3, 4, 16], 5).requires_grad_(False)
    return Players(made.pop("generator"), made, reader, objective(), 1e-3, 10.0, 2)


def batch(players: Players) -> tuple[Tensor, Tensor]:
    digits = torch.randn(4, 1, 28, 28)
    return digits, players.encoder.code(digits)


def leaves(weights: Weights) -> Weights:
    return {name: one.clone().requires_grad_() for name, one in weights.items()}


@pytest.mark.parametrize("space", ["x", "fc1"])
def test_a_critics_update_is_that_of_a_loop_over_samples(players: Players, space: str) -> None:
    digits, codes = batch(players)
    g, e, w = (named(one) for one in (players.generator.network, players.encoder.code, players.critics[space].network))
    image = generate(codes, g)
    real, made = (digits, image) if space == "x" else (codes, encode(image, e))
    mix = torch.rand(4)
    ours = leaves(w)
    with torch.enable_grad():
        penalty = torch.zeros(())
        for i in range(4):  # by sample, as a norm of each is meant
            point = (mix[i] * real[i : i + 1] + (1 - mix[i]) * made[i : i + 1]).requires_grad_()
            (slope,) = torch.autograd.grad(criticise(space, point, ours).sum(), point, create_graph=True)
            penalty = penalty + (slope.square().sum().sqrt() - 1) ** 2 / 4
        told = [criticise(space, some, ours).mean() for some in (real, made)]
        loss = told[1] - told[0] + 10 * penalty
        gradients = dict(zip(ours, torch.autograd.grad(loss, [*ours.values()]), strict=True))
    pairs = {name: points for name, *points in players.pairs(digits, codes, ["x", "fc1"])}
    found = players.turns[space].step((*pairs[space], mix))
    assert found.item() == pytest.approx(loss.item(), rel=1e-4)
    place = ["x", "fc1"].index(space)
    assert players.latest[place].item() == pytest.approx((told[0] - told[1]).item(), rel=1e-3, abs=1e-6)
    compare(players.critics[space].network, adam(w, gradients, 1e-3), gradients)


def compare(network: torch.nn.Module, expected: Weights, gradients: Weights) -> None:
    """Weights are as expected, but where Adam's first step, which goes by the gradient's sign, is about rounding."""
    for name, weights in network.state_dict().items():
        clear = gradients[name].abs() > 1e-5
        torch.testing.assert_close(weights[clear], expected[name][clear], rtol=1e-4, atol=1e-6)
    assert sum(one.abs().gt(1e-5).sum() for one in gradients.values()) > 30


@pytest.mark.parametrize("judges", [["x", "fc1"], ["x"], ["fc1"], []], ids=str)
def test_the_generators_update_sums_its_terms_each_with_a_pass_of_its_own(players: Players, judges: list[str]) -> None:
    digits, codes = batch(players)
    g, e = named(players.generator.network), named(players.encoder.code)
    critics = {space: named(one.network) for space, one in players.critics.items()}
    ours = leaves(g)
    terms = {
        f"gan_{s}": lambda y, s=s: -criticise(s, y if s == "x" else encode(y, e), critics[s]).mean() for s in judges
    }
    terms["image"] = lambda y: 2 * (y - digits).square().mean()
    terms["code"] = lambda y: 0.1 * (encode(y, e) - codes).square().mean()
    sizes: dict[str, float] = {}
    gradients = {name: torch.zeros_like(one) for name, one in g.items()}
    for name, term in terms.items():
        with torch.enable_grad():
            value = term(generate(codes, ours))
        sizes[name] = value.item()
        for weights, part in zip(ours, torch.autograd.grad(value, [*ours.values()], allow_unused=True), strict=True):
            gradients[weights] += 0 if part is None else part
    found = players.turns["generator"].step((digits, codes, judges, 1))
    assert found.item() == pytest.approx(sum(sizes.values()), rel=1e-4)
    compare(players.generator.network, adam(g, gradients, 1e-3), gradients)
    for space, before in critics.items():  # they and the encoder stay as they are
        assert all(one.equal(before[name]) for name, one in players.critics[space].network.state_dict().items())
    course = dict(zip(players.columns, players.course[1].tolist(), strict=True))
    assert {name: course[f"term_{name}"] for name in sizes} == pytest.approx(sizes, rel=1e-3, abs=1e-6)
    assert players.course[0].isnan().all()


def test_a_term_without_weight_is_none(players: Players) -> None:
    alone = objective(["fc1"], FULL | {"image": 0, "code": 0})
    critic = {"fc1": players.critics["fc1"].network}
    only = Players(players.generator.network, critic, players.encoder, alone, 1e-3, 10.0, 1)
    assert only.columns == ["estimate_fc1", "term_gan_fc1"]
    only.turns["generator"].step((*batch(players), ["fc1"], 0))
    assert only.course[0].isfinite().tolist() == [False, True]
