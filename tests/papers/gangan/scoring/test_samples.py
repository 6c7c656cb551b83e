"""Scores of a GAN-GAN's GANs: which are scored, and against which rows they are held."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import torch

from gangan.core import rowfile
from gangan.measure.moments import read
from gangan.papers.gangan.config import Draws, Rows, Samples
from gangan.papers.gangan.scoring.bench import Bench
from gangan.papers.gangan.scoring.samples import score_gangan
from gangan.papers.gangan.spaces.frames import align_zoo, aligned, frames_of
from gangan.papers.gangan.training import sample
from support.scoring import EVALUATION, GAN, LAYOUT, gangan_weights, write_gangan
from support.trainings import CPU, LINEAR, gangan

NARROW = {"generator": {"hidden": 2}, "discriminator": {"hidden": 2}}
Scored = Callable[..., pd.DataFrame]


@pytest.fixture
def scored(rows: Path, judges: tuple[Path, Path], digits: Path) -> Scored:
    """The table of a GAN-GAN's scores."""

    def table(weights: Path, count: int, draws: Draws, alignment: Path | None = None) -> pd.DataFrame:
        scores, moments = rows.with_name("scores.csv"), rows.with_name("scores.safetensors")
        samples = Samples(count=count, extent=1.5)
        score_gangan(EVALUATION, samples, draws, 0, weights, rows, *judges, digits, scores, moments, CPU, alignment)
        found = pd.read_csv(scores)
        assert len(read(moments).mean) == len(found)
        return found

    return table


@pytest.mark.parametrize("aligns", [False, True])
def test_a_gangan_that_read_late_epochs_is_held_against_them_alone(
    rows: Path, scored: Scored, tmp_path: Path, aligns: bool
) -> None:
    frames = tmp_path / "alignment.h5"
    align_zoo(rows, frames)
    brought = rowfile.rows(rows, [1])
    if aligns:
        brought = aligned(brought, LAYOUT, frames_of(frames, [1])[0])
    training = gangan(space=LINEAR | {"align": aligns}, **NARROW)
    weights = gangan_weights(training, scale=0)
    weights["generator.output.bias"] = brought[0]  # whatever z is, it draws the first row of run 1, which it never read
    late = Rows(runs=[0, 1], from_epoch=2)
    file = write_gangan(tmp_path / "weights", training, weights, late)
    table = scored(file, 2, Draws(), frames if aligns else None)
    assert table[["l2_gan", "l2_epoch"]].to_numpy().tolist() == [[1, 2]] * 4
    halves = brought.double()[:, LAYOUT.offsets()["generator.input.weight"] :]
    assert table["l2"].tolist() == pytest.approx([(halves[2] - halves[0]).norm().item()] * 4, rel=1e-5)
    assert set(table["rms_epoch"]) <= {2, 3}


@pytest.mark.parametrize("latent", [1, 2])
def test_a_gangan_is_scored_at_draws_and_if_it_has_one_along_its_line(
    bench: Bench, scored: Scored, tmp_path: Path, latent: int
) -> None:
    training = gangan(latent=latent, **NARROW)
    file = write_gangan(tmp_path / "weights", training, gangan_weights(training), Rows(runs=[0, 2]))
    candidates, table = (scored(file, 6 // best, Draws(truncation=0.5, best_of=best)) for best in (1, 2))
    assert candidates["number"].tolist()[:6] == [0, 1, 2, 3, 4, 5]
    distances = candidates["frechet_validation"]
    assert table["number"].tolist()[:3] == [min(pair, key=distances.get) for pair in ((0, 1), (2, 3), (4, 5))]
    assert table["frechet_validation"].tolist()[:3] == pytest.approx(distances[table["number"][:3]].tolist())
    assert table["points"].tolist() == ["draws"] * 3 + ["line"] * (3 if latent == 1 else 0)
    assert set(table["l2_gan"]) <= {0, 2}
    assert table["kernel"].notna().all()
    # what is scored is what is drawn at those z
    z = sample.candidates(0, 6, latent, Draws(truncation=0.5))
    expected = bench.scores(GAN, sample.read(file).sample(z[[4]]), [False]).table["frechet"].item()
    assert candidates["frechet"][4] == pytest.approx(expected, rel=1e-4)
    assert table["z"].isna().all() == (latent == 2)
    if latent == 1:
        assert candidates["z"].tolist()[:6] == pytest.approx(z[:, 0].tolist(), rel=1e-5)
        assert table.loc[3:, "z"].tolist() == [-1.5, 0, 1.5]
        sampled = sample.read(file).sample(torch.tensor([[1.5]]))
        expected = bench.scores(GAN, sampled, [False]).table["frechet"].item()
        assert table["frechet"][5] == pytest.approx(expected, rel=1e-4)


def test_draws_that_are_to_be_renormalised_are_scored_so(bench: Bench, scored: Scored, tmp_path: Path) -> None:
    training = gangan(latent=2, **NARROW)
    file = write_gangan(tmp_path / "weights", training, gangan_weights(training))
    plain, mended = (scored(file, 2, Draws(renormalise=renormalise)) for renormalise in (False, True))
    z = sample.candidates(0, 2, 2, Draws())
    expected = bench.scores(GAN, sample.read(file).sample(z, True), [False] * 2).table["frechet"].tolist()
    assert mended["frechet"].tolist() == pytest.approx(expected, rel=1e-4)
    assert mended["frechet"].tolist() != pytest.approx(plain["frechet"].tolist(), rel=1e-4)
