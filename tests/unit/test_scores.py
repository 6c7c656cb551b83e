"""Scores: what a GAN gets for its digits and its discriminator, what baselines are, and what is near to what."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
import yaml
from torch import Tensor

from conftest import ROOT
from gangan import (
    alignment,
    baselines,
    data,
    figures,
    gangans,
    gans,
    judge,
    likeness,
    repair,
    scores,
    walk_scores,
    walks,
    zoo,
)
from gangan.config import Draws, Evaluation, Figures, Gan, Judge
from gangan.files import write_tensors
from gangan.metrics import frechet, moments
from gangan.scores import Bench, spread
from gangan.study import load

PAPER = ROOT / "config" / "paper.yaml"
GAN = Gan(epochs=4, batch=2, learning_rate=1e-3, network="mlp", latent=3, hidden=5, shared_initialisation=False)
LAYOUT = gans.architecture(GAN).layout()
SETTINGS = Evaluation(images=60, neighbour_images=20, neighbours=3, every=3, averages=[2], ema=0.5, lines=5, probes=6)
RUNS = 3


def random_rows(count: int, seed: int = 0) -> Tensor:
    return torch.randn(count, LAYOUT.size, generator=torch.Generator().manual_seed(seed)) * 0.3


@pytest.fixture(scope="module")
def trained(digits: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("judge")
    judge.train(Judge(epochs=1, batch=100, learning_rate=0.003), 0, digits, folder / "judge", folder / "table", 1)
    return folder / "judge"


@pytest.fixture(scope="module")
def bench(trained: Path, digits: Path) -> Bench:
    return Bench(trained, digits, SETTINGS, 0, threads=1)


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """A zoo of three runs of four epochs: run r's weights drift away from its own start."""
    path = tmp_path / "zoo.h5"
    start = random_rows(RUNS)
    drift = torch.stack([start + 0.01 * epoch * random_rows(RUNS, seed=9) for epoch in range(GAN.epochs)])
    zoo.write_runs(path, LAYOUT, GAN.as_json(), range(RUNS), 0, drift.numpy(), np.zeros((GAN.epochs, 2, RUNS), "f4"))
    return path


def test_a_gan_is_scored_by_the_features_of_its_images_against_the_test_digits(
    bench: Bench, trained: Path, digits: Path
) -> None:
    row = random_rows(1)
    line = bench.table(row, LAYOUT, [True]).iloc[0]
    eyes = judge.read(trained, torch.device("cpu"))
    for part, column in scores.PARTS.items():
        images = gans.draw(row, LAYOUT, bench.noise(part, 3))[0]
        features, logits = judge.judged(eyes, images)
        real = judge.judged(eyes, judge.read_part(digits, part).images)
        assert line[column] == pytest.approx(frechet(moments(features), moments(real[0])).item())
        if part == "test":
            counts = np.bincount(logits.argmax(1), minlength=10)
            assert line["confidence"] == pytest.approx(logits.softmax(1).max(1).values.mean().item())
            shares, real_shares = counts / 60, np.bincount(real[1].argmax(1), minlength=10) / 1000
    assert [line[f"class_{digit}"] for digit in range(10)] == pytest.approx(shares)
    seen = shares > 0
    assert line["divergence"] == pytest.approx((shares[seen] * np.log(shares[seen] / real_shares[seen])).sum())
    assert line["judge"] == judge.digest(trained)


def test_digits_that_the_judge_learned_are_not_scaled_to_score_others(
    trained: Path, digits: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, scaled = [], data.scaled

    def counted(pixels: Tensor) -> Tensor:
        asked.append(len(pixels))
        return scaled(pixels)

    monkeypatch.setattr(data, "scaled", counted)
    Bench(trained, digits, SETTINGS, 0, threads=1)
    assert asked == [1000, 1000]  # of 5,000: the test digits and the validation digits


def test_validation_and_test_have_noise_of_their_own_which_all_gans_share(bench: Bench) -> None:
    assert not torch.equal(bench.noise("test", 3), bench.noise("validation", 3))
    assert bench.noise("test", 3) is bench.noise("test", 3)
    assert bench.table(random_rows(1)[[0, 0]], LAYOUT, [False, False])["frechet"].nunique() == 1


def test_a_discriminator_is_tried_on_real_digits_and_on_its_own_generators(bench: Bench) -> None:
    tensors = LAYOUT.unflatten(torch.zeros(1, LAYOUT.size))
    # One unit lets the first pixel through, which is black in every digit; the generator draws white ones.
    tensors["discriminator.input.weight"][0, 0, 0] = 1
    tensors["discriminator.hidden.weight"][0, 0, 0] = 1
    tensors["discriminator.output.weight"][0, 0, 0] = -1
    tensors["generator.output.bias"][:] = 5
    row = LAYOUT.flatten(tensors)
    line = bench.table(row, LAYOUT, [True]).iloc[0]
    assert (line["discriminator_real"], line["discriminator_made"], line["discriminator"]) == (1, 1, 1)
    tensors["generator.output.bias"][:] = -5  # as black as the digits
    line = bench.table(LAYOUT.flatten(tensors), LAYOUT, [True]).iloc[0]
    assert (line["discriminator_real"], line["discriminator_made"], line["discriminator"]) == (1, 0, 0.5)


def test_every_row_is_scored_and_every_few_wholly(bench: Bench, rows: Path, tmp_path: Path) -> None:
    scores.score_gans(bench, rows, tmp_path / "scores.csv")
    table = pd.read_csv(tmp_path / "scores.csv")
    assert table[["gan", "epoch"]].to_numpy().tolist() == [[gan, epoch] for gan in range(3) for epoch in range(4)]
    assert table["frechet"].notna().all()
    for column in ("kernel", "precision", "recall", "density", "coverage", "discriminator"):
        best = table["frechet_validation"] == table.groupby("gan")["frechet_validation"].transform("min")
        assert table[column].notna().equals(table["epoch"].isin([0, 3]) | best)
    alone = bench.table(zoo.rows(rows, [1], [2]), LAYOUT, [False]).iloc[0]
    assert table.query("gan == 1 and epoch == 2")["frechet"].item() == pytest.approx(alone["frechet"], rel=1e-5)


def test_the_floor_is_far_below_any_noise(bench: Bench) -> None:
    floor = bench.floor().set_index("kind")
    noise = bench.table(random_rows(1), LAYOUT, [True]).iloc[0]
    assert floor.loc["real-training", "frechet"] < noise["frechet"] / 5
    assert floor.loc["real-test", "frechet"] < floor.loc["real-training", "frechet"]
    assert floor.loc["real-training", "kernel"] < noise["kernel"] / 5


def test_few_of_many_are_evenly_spaced() -> None:
    assert spread(torch.arange(10), 4).tolist() == [0, 3, 6, 9]
    assert spread(torch.arange(3), 5).tolist() == [0, 1, 2]


def test_averages_of_a_run_and_noise_as_long_as_its_last_step() -> None:
    rows = torch.tensor([[1.0], [2], [4], [8]]) * torch.ones(1, 10_000)
    made = {b.kind: b.row for b in baselines.of_run(7, rows, SETTINGS, torch.Generator().manual_seed(0))}
    assert made["last-2"].unique().tolist() == [6]
    assert made["ema"].unique().tolist() == [((1 / 2 + 2 / 2) / 2 + 4 / 2) / 2 + 8 / 2]
    assert (made["noise"] - 8).norm().item() == pytest.approx((rows[3] - rows[2]).norm().item(), rel=0.05)


def test_gaussians_have_the_mean_and_the_covariance_of_the_rows() -> None:
    generator = torch.Generator().manual_seed(0)
    rows = torch.randn(5, 3, generator=generator) * torch.tensor([1.0, 2, 3]) + 10
    drawn = list(baselines.gaussians([0], rows, 40_000, generator))
    whole, each = (torch.stack([b.row for b in drawn if b.kind == kind]) for kind in ("gaussian-pca", "gaussian"))
    torch.testing.assert_close(whole.T.cov(), rows.T.cov(), atol=0.15, rtol=0.05)
    torch.testing.assert_close(each.T.cov(), rows.T.cov().diag().diag(), atol=0.15, rtol=0.05)
    for samples in (whole, each):
        torch.testing.assert_close(samples.mean(0), rows.mean(0), atol=0.1, rtol=0)


def test_lines_join_each_run_to_one_other_and_the_mean_is_of_all() -> None:
    last = torch.arange(5.0).view(5, 1) ** 2
    mean, *lines = baselines.across_runs(last, SETTINGS, "aligned-")
    assert (mean.kind, list(mean.runs), mean.row.item()) == ("aligned-mean-of-runs", [0, 1, 2, 3, 4], 6)
    assert {b.kind for b in lines} == {"aligned-line"}
    found = [(b.runs, b.t, b.row.item()) for b in lines]
    assert found == [([0, 1], t, t) for t in (0.25, 0.5, 0.75)] + [([2, 3], t, 4 + 5 * t) for t in (0.25, 0.5, 0.75)]


def test_baselines_and_floor_are_scored_in_one_table(bench: Bench, rows: Path, tmp_path: Path) -> None:
    alignment.align_zoo(rows, tmp_path / "alignment.h5")
    baselines.score_baselines(bench, rows, tmp_path / "alignment.h5", [[0, 1, 2], [1]], 4, tmp_path / "scores.csv")
    table = pd.read_csv(tmp_path / "scores.csv", dtype={"runs": str}).fillna({"runs": ""})
    assert table.groupby(["kind", "runs"], sort=False).size().reset_index().to_numpy().tolist() == [
        ["real-training", "", 1], ["real-test", "", 1],
        *([kind, str(run), 1] for run in range(3) for kind in ("last-2", "ema", "noise")),
        ["mean-of-runs", "0-2", 1], ["line", "0+1", 3],
        ["aligned-mean-of-runs", "0-2", 1], ["aligned-line", "0+1", 3],
        ["aligned-mean-of-runs-renormalised", "0-2", 1], ["aligned-line-renormalised", "0+1", 3],
        *([kind, runs, 4] for runs in ("0-2", "1") for kind in ("gaussian", "gaussian-pca")),
    ]  # fmt: skip
    assert table["frechet"].notna().all()
    assert table["kernel"].notna().equals(~table["kind"].str.contains("line"))
    ema = zoo.rows(rows, [2])
    ema = ((ema[0] / 2 + ema[1] / 2) / 2 + ema[2] / 2) / 2 + ema[3] / 2
    expected = bench.table([ema], LAYOUT, [False])["frechet"].item()
    assert table.query("kind == 'ema' and runs == '2'")["frechet"].item() == pytest.approx(expected, rel=1e-4)
    frames = alignment.frames_of(tmp_path / "alignment.h5", [0, 1, 2])
    last = [alignment.aligned(zoo.rows(rows, [run])[-1:], LAYOUT, of) for run, of in enumerate(frames)]
    expected = bench.table(torch.cat(last).mean(0, keepdim=True), LAYOUT, [False])["frechet"].item()
    assert table.query("kind == 'aligned-mean-of-runs'")["frechet"].item() == pytest.approx(expected, rel=1e-4)


def test_another_set_of_runs_leaves_the_gaussians_of_the_others_as_they_were(
    bench: Bench, rows: Path, tmp_path: Path
) -> None:
    alignment.align_zoo(rows, tmp_path / "alignment.h5")

    def drawn(subsets: list[list[int]]) -> pd.DataFrame:
        baselines.score_baselines(bench, rows, tmp_path / "alignment.h5", subsets, 2, tmp_path / "scores.csv")
        table = pd.read_csv(tmp_path / "scores.csv", dtype={"runs": str})
        return table[table["kind"].str.startswith("gaussian") & (table["runs"] == "1")].reset_index(drop=True)

    alone = drawn([[1]])
    assert len(alone) == 4
    pd.testing.assert_frame_equal(drawn([[0, 1, 2], [0, 2], [1]]), alone)


def test_runs_in_a_word() -> None:
    assert [baselines.name(runs) for runs in ([3], [3, 4], [0, 1, 2], [0, 2, 5])] == ["3", "3+4", "0-2", "0+2+5"]


def permuted(row: Tensor) -> Tensor:
    """The same GAN with the hidden units of its generator in another order."""
    tensors = LAYOUT.unflatten(row)
    order = torch.tensor([4, 0, 3, 1, 2])
    for name in ("input.weight", "input.bias", "hidden.weight", "hidden.bias"):
        tensors[f"generator.{name}"] = tensors[f"generator.{name}"][:, order]
    for name in ("hidden.weight", "output.weight"):
        tensors[f"generator.{name}"] = tensors[f"generator.{name}"][:, :, order]
    return LAYOUT.flatten(tensors)


def test_a_copy_has_no_distance_a_copy_in_disguise_only_in_weights_and_a_new_gan_both(rows: Path) -> None:
    row = zoo.rows(rows, [1], [2])
    samples = torch.cat([row, permuted(row), random_rows(1, seed=5)])
    near = likeness.novelty(samples, rows, [0, 1, 2], SETTINGS, 0, torch.device("cpu"))
    assert near["l2"].tolist()[0] == near["rms"].tolist()[0] == 0
    assert (near["l2_gan"][0], near["l2_epoch"][0], near["rms_gan"][0], near["rms_epoch"][0]) == (1, 2, 1, 2)
    assert near["l2"][1] > 1
    assert near["rms"][1] == pytest.approx(0, abs=1e-3)
    assert near["l2"][2] > 1
    assert near["rms"][2] > 0.01
    start = LAYOUT.offsets()["generator.input.weight"]
    others = zoo.rows(rows)[:, start:].double()
    expected = (others - samples[2, start:].double()).norm(dim=1).min().item()
    assert near["l2"][2] == pytest.approx(expected, rel=1e-6)
    assert near["rms_sibling"].tolist()[:2] == pytest.approx([0, 0], abs=1e-3)
    images = gans.draw(samples, LAYOUT, torch.zeros(1, 3))  # any noise: siblings one and two draw the same
    torch.testing.assert_close(images[0], images[1])


def test_samples_in_another_frame_are_compared_there(rows: Path) -> None:
    def in_frame(run: int) -> Tensor:
        return torch.cat([permuted(row) for row in zoo.rows(rows, [run]).split(1)])

    sample, device = permuted(zoo.rows(rows, [1], [2])), torch.device("cpu")
    near = likeness.novelty(sample, rows, [0, 1, 2], SETTINGS, 0, device, in_frame)
    assert near.loc[0, ["l2", "l2_gan", "l2_epoch", "rms"]].tolist() == [0, 1, 2, 0]


@pytest.mark.parametrize("aligns", [False, True])
def test_a_gangan_that_read_late_epochs_is_held_against_them_alone(
    bench: Bench, rows: Path, tmp_path: Path, aligns: bool
) -> None:
    frames = tmp_path / "alignment.h5"
    alignment.align_zoo(rows, frames)
    brought = zoo.rows(rows, [1])
    if aligns:
        brought = alignment.aligned(brought, LAYOUT, alignment.frames_of(frames, [1])[0])
    study = load(yaml.safe_load(PAPER.read_text()), [PAPER], {})
    changes = {"output": "linear", "generator_hidden": 2, "discriminator_hidden": 2}
    settings = study.gangan.model_copy(update=changes)
    layout = gangans.architecture(settings, LAYOUT.size).layout()
    weights = layout.unflatten(torch.zeros(1, layout.size))
    weights["generator.output.bias"] = brought[
        :1
    ]  # whatever z is, it draws the first row of run 1, which it never read
    read = study.rows(study.arms[0]).model_copy(update={"runs": [0, 1], "from_epoch": 2, "gangan": settings})
    facts = {"settings": read.as_json(), "layout": LAYOUT.to_json()}
    write_tensors(tmp_path / "weights", {name: tensor[0] for name, tensor in weights.items()}, facts)
    of_zoo = frames if aligns else None
    walk_scores.score_gangan(bench, tmp_path / "weights", rows, of_zoo, 2, 1.5, Draws(), tmp_path / "scores.csv")
    table = pd.read_csv(tmp_path / "scores.csv")
    assert table[["l2_gan", "l2_epoch"]].to_numpy().tolist() == [[1, 2]] * 4
    halves = brought.double()[:, LAYOUT.offsets()["generator.input.weight"] :]
    assert table["l2"].tolist() == pytest.approx([(halves[2] - halves[0]).norm().item()] * 4, rel=1e-5)
    assert set(table["rms_epoch"]) <= {2, 3}


def test_rows_are_held_against_other_runs_and_their_own_neighbours(rows: Path, tmp_path: Path) -> None:
    frames = tmp_path / "alignment.h5"
    alignment.align_zoo(rows, frames)
    likeness.compare_rows(rows, frames, SETTINGS, 0, 1, tmp_path / "distances.csv")
    table = pd.read_csv(tmp_path / "distances.csv")
    asked = [[gan, epoch] for gan in range(3) for epoch in (0, 3)]
    runs = [zoo.rows(rows, [run]) for run in range(3)]
    brought = map(alignment.aligned, runs, [LAYOUT] * 3, alignment.frames_of(frames, [0, 1, 2]))
    for frame, many in {"own": runs, "aligned": list(brought)}.items():
        here = table[table["frame"] == frame]
        assert here[["gan", "epoch"]].to_numpy().tolist() == asked
        halves = torch.stack(list(many)).double()[:, :, LAYOUT.offsets()["generator.input.weight"] :]
        line = here.query("gan == 1 and epoch == 3").iloc[0]
        assert line["l2_own"] == pytest.approx((halves[1, 3] - halves[1, 2]).norm().item(), rel=1e-5)
        other = (halves[[0, 2]] - halves[1, 3]).norm(dim=2)
        assert line["l2"] == pytest.approx(other.min().item(), rel=1e-5)
        assert line["l2_gan"] == (0, 2)[int(other.min(1).values.argmin())]


def test_a_lone_run_has_no_other_to_be_near_to(tmp_path: Path) -> None:
    rows = random_rows(4).unsqueeze(1).numpy()
    zoo.write_runs(tmp_path / "zoo.h5", LAYOUT, GAN.as_json(), range(1), 0, rows, np.zeros((4, 2, 1), "f4"))
    alignment.align_zoo(tmp_path / "zoo.h5", tmp_path / "alignment.h5")
    likeness.compare_rows(tmp_path / "zoo.h5", tmp_path / "alignment.h5", SETTINGS, 0, 1, tmp_path / "distances.csv")
    table = pd.read_csv(tmp_path / "distances.csv")
    assert table[["l2", "l2_gan", "rms", "rms_epoch"]].isna().all(axis=None)
    assert (table["l2_own"] > 0).all()


@pytest.mark.parametrize("latent", [1, 2])
def test_a_gangan_is_scored_at_draws_and_if_it_has_one_along_its_line(
    bench: Bench, rows: Path, tmp_path: Path, latent: int
) -> None:
    study = load(yaml.safe_load(PAPER.read_text()), [PAPER], {})
    settings = study.gangan.model_copy(update={"latent": latent, "generator_hidden": 2, "discriminator_hidden": 2})
    gan = gangans.architecture(settings, LAYOUT.size)
    weights = gan.layout().unflatten(torch.randn(1, gan.layout().size, generator=torch.Generator().manual_seed(0)))
    read = study.rows(study.arms[0]).model_copy(update={"runs": [0, 2], "gangan": settings})
    facts = {"settings": read.as_json(), "layout": LAYOUT.to_json()}
    write_tensors(tmp_path / "weights", {name: tensor[0] for name, tensor in weights.items()}, facts)
    half, chosen = Draws(truncation=0.5), Draws(truncation=0.5, best_of=2)
    walk_scores.score_gangan(bench, tmp_path / "weights", rows, None, 6, 1.5, half, tmp_path / "all.csv")
    walk_scores.score_gangan(bench, tmp_path / "weights", rows, None, 3, 1.5, chosen, tmp_path / "scores.csv")
    candidates, table = (pd.read_csv(tmp_path / name) for name in ("all.csv", "scores.csv"))
    assert candidates["number"].tolist()[:6] == [0, 1, 2, 3, 4, 5]
    distances = candidates["frechet_validation"]
    assert table["number"].tolist()[:3] == [min(pair, key=distances.get) for pair in ((0, 1), (2, 3), (4, 5))]
    assert table["points"].tolist() == ["draws"] * 3 + ["line"] * (3 if latent == 1 else 0)
    assert set(table["l2_gan"]) <= {0, 2}
    assert table["kernel"].notna().all()
    look = Figures(snapshots=[0], panel=1, walk_rows=3, walk_columns=2, walk_extent=1.5)
    ordered = figures.walk(tmp_path / "weights", look, 0, chosen, tmp_path / "scores.csv" if latent > 1 else None)
    (axes,) = ordered.axes
    top = torch.from_numpy(axes.images[0].get_array().data)[:28, :28]
    best = distances[:6].argmin()
    assert walks.candidates(0, 3, 2, chosen).equal(walks.candidates(0, 6, 2, Draws()) / 2)
    centre, away = torch.zeros(1, latent), torch.ones(2, latent)
    plain, mended = (
        walks.sample(tmp_path / "weights", torch.cat([centre, away]), wanted)[0] for wanted in (False, True)
    )
    moments = repair.moments(mended, LAYOUT)
    torch.testing.assert_close(moments, repair.moments(plain[:1], LAYOUT).expand_as(moments), rtol=0, atol=1e-4)
    assert not plain[1:].equal(mended[1:])
    z = walks.candidates(0, 3, 2, chosen)[[best]] if latent == 2 else torch.tensor([[-1.5]])
    noise = figures._noise(0, 2, 3)
    torch.testing.assert_close(top, gans.draw(gangans.sample(tmp_path / "weights", z)[0], LAYOUT, noise)[0, 0])
    assert ("best of 2 draws of z ~ N(0, 0.5² I), 2-d, best validation distance first" in axes.get_ylabel()) == (
        latent == 2
    )
    if latent == 1:
        assert table.loc[3:, "z"].tolist() == [-1.5, 0, 1.5]
        sampled = gangans.sample(tmp_path / "weights", torch.tensor([[1.5]]))[0]
        expected = bench.table(sampled, LAYOUT, [False])["frechet"].item()
        assert table["frechet"][5] == pytest.approx(expected, rel=1e-4)
