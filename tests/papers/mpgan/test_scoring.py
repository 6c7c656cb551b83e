"""What a run is scored by, against other ways of computing it."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from gangan.core import rowfile
from gangan.data import idx
from gangan.measure import judge
from gangan.measure.metrics import frechet, moments
from gangan.papers.mpgan import charts, figures, latent, tables
from gangan.papers.mpgan.config import Selection
from gangan.papers.mpgan.scoring import Bench, drawn, score_run
from support.mpgan import CONFIG, CPU, train

SCORING = CONFIG.scoring.model_copy(
    update={"looks": [1], "images": 40, "neighbour_images": 20, "neighbours": 2, "norms": [0.0, 10.0], "directions": 3}
)
EIGHTS = Selection(digit=8, first=None)


@pytest.fixture(scope="module")
def judges(digits: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("judges")
    paths = folder / "deep", folder / "flat"
    for shape, path in zip(judge.SHAPES, paths, strict=True):
        judge.train(shape, 1, 500, 0.01, 0, digits, path, folder / "table", CPU)
    return paths


@pytest.fixture(scope="module")
def rows(digits: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train(tmp_path_factory.mktemp("run"), digits)


def test_a_run_is_scored_at_its_looks_and_at_its_end(
    rows: Path, judges: tuple[Path, Path], digits: Path, tmp_path: Path
) -> None:
    scores, places = tmp_path / "scores.csv", tmp_path / "places.csv"
    timing = rows.with_name("timing.csv")
    score_run(SCORING, EIGHTS, 0, rows, timing, *judges, digits, scores, places, CPU)
    table = pd.read_csv(scores)
    assert table["after"].tolist() == [1, 2]
    assert table["seconds"].tolist() == pytest.approx(pd.read_csv(timing)["seconds"].cumsum().tolist(), rel=1e-4)
    assert set(table["judge"]) == {judge.digest(judges[0])}
    gan = figures.gan_of(rows, 2)
    bench = Bench(SCORING, 8, 0, *judges, digits, CPU)
    images = drawn(gan, bench.noise)
    real = idx.read_part(digits, "test")
    eyes = judge.read(judges[0], "deep", CPU)
    (ours, logits), (theirs, real_logits) = (
        judge.judged(eyes, some) for some in (images, real.images[real.labels == 8])
    )
    line = table.iloc[1]
    assert line["frechet"] == pytest.approx(frechet(moments(ours), moments(theirs)).item(), rel=1e-4)
    shares, real_shares = (np.bincount(some.argmax(1), minlength=10) / len(some) for some in (logits, real_logits))
    assert [line[f"class_{digit}"] for digit in range(10)] == pytest.approx(shares)
    common = real_shares >= 0.01
    assert line["scarcest"] == pytest.approx((shares[common] / real_shares[common]).min())
    said = gan.discriminator.eval()(gan.draw(bench.noise))
    assert line["discriminator_made"] == pytest.approx((said <= 0).float().mean().item())


def test_places_are_grids_and_spheres_of_the_last_generator(
    rows: Path, judges: tuple[Path, Path], digits: Path, tmp_path: Path
) -> None:
    scores, places = tmp_path / "scores.csv", tmp_path / "places.csv"
    score_run(SCORING, EIGHTS, 0, rows, rows.with_name("timing.csv"), *judges, digits, scores, places, CPU)
    found = pd.read_csv(places, dtype={"of": str}).set_index(["what", "of"])["value"]
    assert len(found) == 2 * 2 + 2 * 2
    plane, gan = SCORING.planes[0], figures.gan_of(rows, 2)
    images = drawn(gan, latent.grid(plane).flatten(0, 1)).view(10, 10, 784).double().numpy()
    apart = [
        np.linalg.norm(images[i, j] - images[k, m])
        for i, j, k, m in np.ndindex(10, 10, 10, 10)
        if (k, m) in ((i + 1, j), (i, j + 1))
    ]
    assert found["neighbours", plane.name] == pytest.approx(np.mean(apart), rel=1e-4)
    centre = drawn(gan, torch.zeros(1, 100))
    confidence = judge.judged(judge.read(judges[0], "deep", CPU), centre)[1].softmax(1).max().item()
    assert found["confidence", "0"] == pytest.approx(confidence, rel=1e-4)


def test_the_published_plane_is_the_texts() -> None:
    z = latent.grid(CONFIG.scoring.planes[0])
    assert z.shape == (10, 10, 100)
    assert z[:, 0, 41].tolist() == pytest.approx([-11, -10.1, -9.2, -8.3, -7.4, -6.5, -5.6, -4.7, -3.8, -2.9])
    assert z[0, [0, 9], 42].tolist() == pytest.approx([-10, 5.3])
    assert (z != 0).sum() <= 200
    norms = z.norm(dim=2)
    assert (norms.min(), norms.max()) == (pytest.approx(2.9, abs=0.1), pytest.approx(14.9, abs=0.1))


def test_points_of_a_sphere_have_its_norm() -> None:
    directions = torch.randn(5, 100)
    assert latent.sphere(directions, 3).norm(dim=1).tolist() == pytest.approx([3.0] * 5)


def test_distances_of_a_grid_worked_by_hand() -> None:
    images = torch.tensor([[[0.0], [1.0]], [[3.0], [7.0]]])
    assert sorted(latent.neighbours(images).tolist()) == [1, 3, 4, 6]
    assert sorted(latent.pairs(images).tolist()) == [1, 2, 3, 4, 6, 7]


def test_a_figures_gan_is_the_row_of_that_epoch(rows: Path) -> None:
    held = rowfile.rows(rows)
    assert [figures.gan_of(rows, after).row()[0].equal(held[after - 1]) for after in (1, 2)] == [True, True]


def test_a_comparison_shows_what_each_run_draws_above_digits_that_it_learned(rows: Path, digits: Path) -> None:
    figure = figures.comparison([rows, rows], digits, ["a", "b"], [EIGHTS, EIGHTS], 2, 3, "mnist-5k", 0)
    sheet = np.asarray(figure.axes[0].images[0].get_array())
    assert sheet.shape == (2 * 28, 3 * 28)
    first = figures.gan_of(rows, 2).draw(figures.noise(0, 3))[0, 0]
    np.testing.assert_allclose(sheet[:28, :28], 1 - 2 * first, atol=1e-5)
    shown = {sheet[28:, i * 28 : (i + 1) * 28].tobytes() for i in range(3)}
    assert shown <= {(1 - 2 * image.float() / 255).numpy().tobytes() for image in idx.images(digits)}
    assert figure.axes[1].get_title() == "b, 2 epochs"
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["drawn", "learned"]


def test_a_grid_in_the_latent_space_says_its_coordinates(rows: Path) -> None:
    plane = SCORING.planes[1]
    (axes,) = figures.planes(rows, [plane]).axes
    assert [label.get_text() for label in axes.get_yticklabels()] == [str(value) for value in range(-10, 10, 2)]
    assert axes.get_xlabel() == "coordinate 1 of z, all others 0"


def test_a_slow_run_does_not_move_the_mean_of_its_arm(tmp_path: Path) -> None:
    lines = [
        (seed, after, after * (40 if seed == 2 else 1), 7.0 - after + seed) for seed in range(3) for after in (1, 2)
    ]
    table = pd.DataFrame(lines, columns=["seed", "after", "seconds", "frechet"]).assign(arm="x")
    table.to_csv(tmp_path / "runs.csv")
    by_epoch, by_second = charts.courses(tmp_path / "runs.csv", ["x"]).axes
    for axes in (by_epoch, by_second):
        mean = axes.lines[-1]
        assert (list(mean.get_xdata()), list(mean.get_ydata())) == ([1, 2], [7, 6])


def test_summaries_count_the_published_numbers() -> None:
    table = tables.summaries([64, 128])
    whole = table[table["layer"] == "all"].set_index("network")
    assert whole["trainable"].to_dict() == {
        "generator": 1_170_816,
        "discriminator, 64 filters": 40_705,
        "discriminator, 128 filters": 155_137,
    }
    assert whole["fixed"].tolist() == [13_056, 0, 0]
