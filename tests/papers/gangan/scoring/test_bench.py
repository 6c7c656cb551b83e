"""What a GAN gets for its digits and its discriminator."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from torch import Tensor

from gangan.core import rowfile
from gangan.data import idx
from gangan.measure import judge
from gangan.measure.metrics import frechet, moments
from gangan.measure.moments import read
from gangan.papers.gangan import networks
from gangan.papers.gangan.scoring import bench as scores
from gangan.papers.gangan.scoring.bench import Bench, spread
from support.scoring import EVALUATION, GAN, LAYOUT, random_rows
from support.trainings import CPU


def test_a_gan_is_scored_by_the_features_of_its_images_against_the_test_digits(
    bench: Bench, judges: tuple[Path, Path], digits: Path
) -> None:
    row = random_rows(1)
    scored = bench.scores(GAN, row, [True])
    line = scored.table.iloc[0]
    eyes, others = judge.read(judges[0], "deep", CPU), judge.read(judges[1], "flat", CPU)
    for part, column in scores.PARTS.items():
        images = networks.draw(GAN, row, LAYOUT, bench.noise(part, 3))[0]
        features, logits = judge.judged(eyes, images)
        real = judge.judged(eyes, idx.read_part(digits, part).images)
        assert line[column] == pytest.approx(frechet(moments(features), moments(real[0])).item())
        if part == "test":
            mean, covariance = moments(features)
            assert torch.equal(scored.moments.mean[0], mean)
            assert torch.equal(scored.moments.covariance[0], covariance)
            second, real_second = (
                moments(judge.judged(others, some)[0]) for some in (images, idx.read_part(digits, part).images)
            )
            assert line["frechet_second"] == pytest.approx(frechet(second, real_second).item())
            counts = np.bincount(logits.argmax(1), minlength=10)
            assert line["confidence"] == pytest.approx(logits.softmax(1).max(1).values.mean().item())
            shares, real_shares = counts / 60, np.bincount(real[1].argmax(1), minlength=10) / 1000
    assert [line[f"class_{digit}"] for digit in range(10)] == pytest.approx(shares)
    seen = shares > 0
    assert line["divergence"] == pytest.approx((shares[seen] * np.log(shares[seen] / real_shares[seen])).sum())
    assert line["judge"] == judge.digest(judges[0])


def test_digits_that_the_judge_learned_are_not_scaled_to_score_others(
    judges: tuple[Path, Path], digits: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, scaled = [], idx.scaled

    def counted(pixels: Tensor) -> Tensor:
        asked.append(len(pixels))
        return scaled(pixels)

    monkeypatch.setattr(idx, "scaled", counted)
    Bench(*judges, digits, EVALUATION, 0, CPU)
    assert asked == [1000, 1000]  # of 5,000: the test digits and the validation digits


def test_validation_and_test_have_noise_of_their_own_which_all_gans_share(bench: Bench) -> None:
    assert not torch.equal(bench.noise("test", 3), bench.noise("validation", 3))
    assert bench.noise("test", 3) is bench.noise("test", 3)
    assert bench.scores(GAN, random_rows(1)[[0, 0]], [False, False]).table["frechet"].nunique() == 1


def test_a_discriminator_is_tried_on_real_digits_and_on_its_own_generators(bench: Bench) -> None:
    tensors = LAYOUT.unflatten(torch.zeros(1, LAYOUT.size))
    # One unit lets the first pixel through, which is black in every digit; the generator draws white ones.
    tensors["discriminator.input.weight"][0, 0, 0] = 1
    tensors["discriminator.hidden.weight"][0, 0, 0] = 1
    tensors["discriminator.output.weight"][0, 0, 0] = -1
    tensors["generator.output.bias"][:] = 5
    row = LAYOUT.flatten(tensors)
    line = bench.scores(GAN, row, [True]).table.iloc[0]
    assert (line["discriminator_real"], line["discriminator_made"], line["discriminator"]) == (1, 1, 1)
    tensors["generator.output.bias"][:] = -5  # as black as the digits
    line = bench.scores(GAN, LAYOUT.flatten(tensors), [True]).table.iloc[0]
    assert (line["discriminator_real"], line["discriminator_made"], line["discriminator"]) == (1, 0, 0.5)


def test_every_row_is_scored_and_every_few_wholly(
    bench: Bench, rows: Path, judges: tuple[Path, Path], digits: Path, tmp_path: Path
) -> None:
    files = tmp_path / "scores.csv", tmp_path / "scores.safetensors"
    scores.score_gans(EVALUATION, 0, rows, *judges, digits, *files, CPU)
    table = pd.read_csv(tmp_path / "scores.csv")
    assert table[["gan", "epoch"]].to_numpy().tolist() == [[gan, epoch] for gan in range(3) for epoch in range(4)]
    assert table["frechet"].notna().all()
    for column in ("kernel", "precision", "recall", "density", "coverage", "discriminator"):
        best = table["frechet_validation"] == table.groupby("gan")["frechet_validation"].transform("min")
        assert table[column].notna().equals(table["epoch"].isin([0, 3]) | best)
    alone = bench.scores(GAN, rowfile.rows(rows, [1], [2]), [False])
    place = table.query("gan == 1 and epoch == 2").index[0]
    assert table.loc[place, "frechet"] == pytest.approx(alone.table["frechet"][0], rel=1e-5)
    kept = read(files[1]).of(torch.tensor([place]))
    torch.testing.assert_close(kept.mean, alone.moments.mean, rtol=1e-5, atol=1e-6)
    torch.testing.assert_close(kept.covariance, alone.moments.covariance, rtol=1e-4, atol=1e-5)


def test_the_floor_is_far_below_any_noise(bench: Bench) -> None:
    kinds, scored = bench.floor()
    floor = scored.table.set_index(kinds)
    noise = bench.scores(GAN, random_rows(1), [True]).table.iloc[0]
    assert floor.loc["real-training", "frechet"] < noise["frechet"] / 5
    assert floor.loc["real-test", "frechet"] < floor.loc["real-training", "frechet"]
    assert floor.loc["real-training", "kernel"] < noise["kernel"] / 5


def test_few_of_many_are_evenly_spaced() -> None:
    assert spread(torch.arange(10), 4).tolist() == [0, 3, 6, 9]
    assert spread(torch.arange(3), 5).tolist() == [0, 1, 2]


def test_speckle_has_more_energy_than_digits_and_a_generator_that_saturates_is_told(bench: Bench) -> None:
    row = random_rows(1)[0]
    half = LAYOUT.part("generator")[0]
    row[half] = 0.5
    row[half][:10] = -1
    line = bench.scores(GAN, [row], [False]).table.iloc[0]
    weights = row[half]
    assert line["norm"] == pytest.approx(weights.norm().item())
    assert line["saturated"] == pytest.approx(10 / len(weights))
    floor = bench.floor()[1].table["energy"]
    speckle = torch.rand(60, 28, 28, generator=torch.Generator().manual_seed(0)).round() * 2 - 1
    assert bench.line({"test": speckle, "validation": speckle}, False)[0]["energy"] > 2 * floor.max()
