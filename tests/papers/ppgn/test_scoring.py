"""What a run is scored by, against other ways of computing it; and what figures show of it."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from gangan.core.files import read_tensors
from gangan.data import idx
from gangan.measure import judge
from gangan.measure.metrics import frechet, moments
from gangan.papers.ppgn import figures, networks, tables
from gangan.papers.ppgn.config import Sampler
from gangan.papers.ppgn.digits import normalised, restored
from gangan.papers.ppgn.scoring import in_training, score_run
from support.ppgn import CONFIG, CPU, train

SCORING = CONFIG.scoring.model_copy(update={"classes": [8, 3], "chains": 6, "iterations": 4, "neighbours": 2})
TEXT = CONFIG.scoring.samplers[0]
SAMPLERS: list[Sampler] = [TEXT, CONFIG.scoring.samplers[1]]


@pytest.fixture(scope="module")
def scored(digits: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that was scored, with the judges."""
    folder = tmp_path_factory.mktemp("scored")
    for shape in judge.SHAPES:
        judge.train(shape, 1, 500, 0.01, 0, digits, folder / shape, folder / "table", CPU)
    weights = train(folder, digits)
    read = [weights, *(folder / name for name in ("course.csv", "timing.csv", "encoder.safetensors", "deep", "flat"))]
    made = [folder / name for name in ("scores.csv", "samples.csv", "drawn.safetensors")]
    score_run(SCORING, SAMPLERS, 0, *read, digits, *made, CPU)
    return folder


def test_digits_of_a_class_are_scored_by_the_independent_judge(scored: Path, digits: Path) -> None:
    lines = pd.read_csv(scored / "samples.csv").set_index(["sampler", "class"])
    assert [*lines.index] == [(one.name, digit) for one in SAMPLERS for digit in (8, 3)]
    drawn = read_tensors(scored / "drawn.safetensors")["text"]
    assert drawn.shape == (2, 6, 28, 28)
    eights = (drawn[0] * 0.3081 + 0.1307).clamp(0, 1) * 2 - 1
    real = idx.read_part(digits, "test")
    line = lines.loc[("text", 8)]
    for column, shape in (("accuracy", "deep"), ("accuracy_second", "flat")):
        eyes = judge.read(scored / shape, shape, CPU)
        assert line[column] == pytest.approx((eyes(eights.unsqueeze(1)).argmax(1) == 8).float().mean().item(), abs=1e-5)
    eyes = judge.read(scored / "deep", "deep", CPU)
    ours, theirs = (judge.judged(eyes, some)[0] for some in (eights, real.images[real.labels == 8]))
    assert line["frechet"] == pytest.approx(frechet(moments(ours), moments(theirs)).item(), rel=1e-3)
    apart = [(one - other).norm().item() for one, other in combinations(eights, 2)]
    assert line["across"] == pytest.approx(np.mean(apart), rel=1e-3)


def test_a_run_is_told_by_its_weights_time_inversion_and_course(scored: Path, digits: Path) -> None:
    (line,) = pd.read_csv(scored / "scores.csv").to_dict("records")
    trained, reader = (
        networks.read(scored / "weights.safetensors", CPU),
        networks.read(scored / "encoder.safetensors", CPU),
    )
    assert line["parameters"] == sum(map(networks.size, trained.values()))
    assert line["seconds"] == pytest.approx(pd.read_csv(scored / "timing.csv")["seconds"].sum(), rel=1e-4)
    assert line["judge"] == judge.digest(scored / "deep")
    images = normalised(idx.read_part(digits, "test").images)
    codes = reader["encoder"].code(images)
    made = trained["generator"](codes)
    assert line["reconstruction"] == pytest.approx((made - images).square().mean().item(), rel=1e-3)
    assert line["code_error"] == pytest.approx((reader["encoder"].code(made) - codes).square().mean().item(), rel=1e-3)
    course = pd.read_csv(scored / "course.csv")
    assert line["updates"] == len(course) == 8
    assert line["start_image"] == pytest.approx(course["term_image"][0], rel=1e-4)


def test_estimates_are_told_by_tenths_of_the_updates() -> None:
    found = in_training(pd.DataFrame({"epoch": 0, "estimate_x": np.arange(20.0), "term_code": [7.0, *[0.0] * 19]}))
    assert [found[f"estimate_x_{i}"] for i in (1, 2, 10)] == [0.5, 2.5, 18.5]
    assert (found["updates"], found["start_code"]) == (20, 7)
    few = in_training(pd.DataFrame({"estimate_x": [5.0, 1.0]}))
    assert few["estimate_x_1"] == 5
    assert np.isnan(few["estimate_x_10"])


def test_a_figure_of_digits_shows_them_as_pixels_or_as_the_code_saved_them(scored: Path, digits: Path) -> None:
    files, drawn = [scored / "drawn.safetensors"] * 2, read_tensors(scored / "drawn.safetensors")["text"]
    figure = figures.samples(files, digits, ["a", "b"], "text", [8, 3], 2, as_saved=False)
    sheet = np.asarray(figure.axes[0].images[0].get_array())
    assert sheet.shape == (2 * 28, 2 * 28)
    np.testing.assert_allclose(sheet[28:, :28], restored(drawn[1, :1].unsqueeze(1))[0], atol=1e-5)
    test = idx.read_part(digits, "test")
    real = np.asarray(figure.axes[2].images[0].get_array())
    np.testing.assert_array_equal(real[:28, :28], test.images[test.labels == 8][0])
    assert [axes.get_title() for axes in figure.axes] == ["a", "b", "real digits"]
    saved = figures.samples(files, digits, ["a", "b"], "text", [8, 3], 2, as_saved=True)
    sheet = np.asarray(saved.axes[0].images[0].get_array())
    np.testing.assert_allclose(sheet[:28, 28:], drawn[0, 1].clamp(0, 1) * 2 - 1, atol=1e-6)
    assert len(saved.axes) == 2


def test_a_figure_of_estimates_has_a_line_for_each_run_and_critic(scored: Path) -> None:
    courses = [scored / "course.csv"] * 3
    figure = figures.estimates(courses, ["a", "b", "b"])
    drawn = [[line.get_ydata() for line in axes.lines[:-1]] for axes in figure.axes]
    assert [len(lines) for lines in drawn] == [2, 4]
    table = pd.read_csv(courses[0])
    np.testing.assert_array_equal(drawn[0][1], table["estimate_fc1"])


def test_the_table_of_networks_has_the_published_numbers() -> None:
    table = tables.summaries(CONFIG.encoder.filters, CONFIG.training.filters)
    whole = table[table["layer"] == "all"].set_index("network")["weights"].to_dict()
    assert whole == {
        "encoder": 2_027_722, "generator": 7_437_889, "critic of x": 2_363_393, "critic of fc1": 788_993,
    }  # fmt: skip
    assert torch.get_num_threads() == 1
