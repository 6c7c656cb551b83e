"""Tables of numbers by the same training, and what is measured of them."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_breast_cancer, load_wine

from gangan.core import rowfile
from gangan.core.checkpoint import Checkpoint
from gangan.core.files import UserError
from gangan.data.tabular import FEWEST, fetch, read
from gangan.papers.mpgan.tabular import figures, scoring
from gangan.papers.mpgan.tabular.lines import split
from gangan.papers.mpgan.tabular.training import train_lines
from support.mortal import killed
from support.mpgan import CONFIG, CPU

TRAINING = CONFIG.tables.training.model_copy(update={"epochs": 3, "steps": 5})


@pytest.fixture(scope="module")
def wine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tables") / "wine.csv"
    fetch("wine", "class", path)
    return path


def trained(folder: Path, table: Path, checkpoint: Checkpoint | None = None) -> Path:
    folder.mkdir(exist_ok=True)
    checkpoint = checkpoint or Checkpoint(folder / "checkpoint", "identity", 0)
    rows, timing = folder / "rows.h5", folder / "timing.csv"
    train_lines(TRAINING, "class", 0.3, 0, 1, table, rows, timing, CPU, checkpoint)
    return rows


@pytest.mark.parametrize(("name", "load"), [("wine", load_wine), ("breast-cancer", load_breast_cancer)])
def test_a_packaged_table_is_scikit_learns(name: str, load: object, tmp_path: Path) -> None:
    fetch(name, "class", tmp_path / "table.csv")
    table, expected = read(tmp_path / "table.csv", "class"), load()  # type: ignore[operator]
    np.testing.assert_allclose(table.values, expected.data)
    assert table.classes.tolist() == expected.target.tolist()
    assert table.columns == list(expected.feature_names)


@pytest.mark.parametrize("held_out", [0.2, 0.5])
def test_the_smallest_table_that_is_read_has_lines_of_each_class_on_both_sides(held_out: float, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    lines = [{"a": i, "b": i * i, "class": i % 3} for i in range(3 * FEWEST)]
    pd.DataFrame(lines).to_csv(table, index=False)
    for run in range(5):
        both = split(table, "class", held_out, run)
        assert {*both.learned_classes} == {*both.held_out_classes} == {0, 1, 2}


def test_lines_are_standardised_by_those_that_are_learned_and_classes_keep_their_shares(wine: Path) -> None:
    lines = split(wine, "class", 0.3, 0)
    assert (len(lines.learned), len(lines.held_out)) == (124, 54)
    np.testing.assert_allclose(lines.learned.mean(0), 0, atol=1e-9)
    np.testing.assert_allclose(lines.learned.std(0), 1)
    assert np.bincount(lines.held_out_classes).tolist() == [18, 21, 15]
    assert lines.samples.shape == (124, 13 + 3)
    values, classes = lines.told(lines.samples)
    np.testing.assert_allclose(values, lines.learned, rtol=1e-6)
    assert classes.tolist() == lines.learned_classes.tolist()
    assert not np.array_equal(split(wine, "class", 0.3, 1).held_out, lines.held_out)


def test_a_gan_of_lines_is_trained_and_a_kill_loses_nothing(wine: Path, tmp_path: Path) -> None:
    rows = trained(tmp_path / "whole", wine)
    assert rowfile.network_of(rows) == {"kind": "table", "columns": 16, "latent": 32, "hidden": 64}
    folder = tmp_path / "killed"
    killed(lambda checkpoint: trained(folder, wine, checkpoint), folder / "checkpoint", 1)
    last = Checkpoint(folder / "checkpoint", "identity", 0)
    assert trained(folder, wine, last).read_bytes() == rows.read_bytes()
    assert len(last.attempts) == 2


def test_measures_are_those_worked_another_way(wine: Path) -> None:
    lines = split(wine, "class", 0.3, 0)
    count = len(lines.held_out)
    values, classes = lines.learned[:count], lines.learned_classes[:count]
    found = scoring.measures((values, classes), lines)
    apart = np.abs(np.sort(values, 0) - np.sort(lines.held_out, 0)).mean(0)  # as many lines of each
    assert [found["wasserstein", name] for name in lines.columns] == pytest.approx(apart)
    assert found["wasserstein", "mean"] == pytest.approx(apart.mean())
    both = [pd.DataFrame(some).corr().to_numpy() for some in (values, lines.held_out)]
    error = np.abs(both[0] - both[1])[~np.eye(13, dtype=bool)].mean()
    assert found["correlation", "mean error"] == pytest.approx(error)
    assert found["accuracy", "held out"] > 0.8


def test_a_gan_that_draws_one_line_and_one_class_is_measured_too(wine: Path) -> None:
    lines = split(wine, "class", 0.3, 0)
    found = scoring.measures((np.zeros((20, 13)), np.ones(20, int)), lines)
    assert found["accuracy", "held out"] == pytest.approx(21 / 54)
    assert np.isfinite(list(found.values())).all()


def test_scores_stand_beside_those_of_learned_lines_and_are_tabulated(wine: Path, tmp_path: Path) -> None:
    rows = trained(tmp_path / "run", wine)
    scores = [tmp_path / f"{i}.csv" for i in (0, 1)]
    for path in scores:
        scoring.score_lines("class", 0.3, 0, 1, wine, rows, path)
    table = pd.read_csv(scores[0])
    lines = split(wine, "class", 0.3, 1)
    real = scoring.measures((lines.learned, lines.learned_classes), lines)
    assert table["real"].tolist() == pytest.approx(list(real.values()), rel=1e-4)
    assert scores[0].read_bytes() == scores[1].read_bytes()
    found = scoring.tabulate(scores, ["wine", "wine"])
    assert (len(found), set(found["n"])) == (13 + 3, {2})
    assert float(found.iloc[0]["drawn"]) == pytest.approx(table["made"][0], rel=1e-3)


def test_figures_show_every_column_and_both_matrices(wine: Path, tmp_path: Path) -> None:
    rows = trained(tmp_path / "run", wine)
    figure = figures.histograms(wine, rows, "class", 0.3, 10, 0, 1)
    shown = [axes for axes in figure.axes if axes.axison]
    assert len(shown) == 13
    for axes in shown:
        heights = [sum(bar.get_height() for bar in bars) for bars in axes.containers]
        assert heights == [124, 124]  # nothing is left out
    figure = figures.matrices(wine, rows, "class", 0.3, 0, 1)
    np.testing.assert_allclose(
        np.asarray(figure.axes[0].images[0].get_array()),
        np.corrcoef(split(wine, "class", 0.3, 1).learned, rowvar=False),
    )


GOOD = {"a": [1.0, 2, 3, 4, 5] * 2, "b": [5.0, 4, 3, 2, 2] * 2, "class": ["x"] * 5 + ["y"] * 5}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (dict.fromkeys(GOOD, ()), "no line under its header"),
        ({"a": ["red"] * 10}, "column a holds words, as 'red'; turn them into numbers or drop it"),
        (
            {"a": [1.0, None, 3, 4, None] * 2},
            "column a has 4 missing values, the first in line 3; fill or drop them",
        ),
        (
            {"class": ["x"] * 5 + [None] * 5},
            "column class has 5 missing values, the first in line 7; fill or drop them",
        ),
        ({"a": [np.inf, 2, 3, 4, 5] * 2}, "column a holds an infinite number; drop the line"),
        ({"a": [1.0] * 10}, "column a is the same in every line; drop it"),
        (
            {"class": ["x"] * 8 + ["y"] * 2},
            "class y has 2 lines of 10; a table needs 2 classes of 5 lines or more",
        ),
    ],
)
def test_a_table_that_is_none_of_numbers_is_one_line(changes: dict[str, object], said: str, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    pd.DataFrame(GOOD).to_csv(path, index=False)
    assert read(path, "class").names == ["x", "y"]
    pd.DataFrame(GOOD | changes).to_csv(path, index=False)
    with pytest.raises(UserError, match=f"^{re.escape(f'{path}: {said}')}$"):
        read(path, "class")


def test_a_table_that_is_not_there_or_lacks_the_column_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    with pytest.raises(UserError, match=r"no such file$"):
        read(path, "class")
    pd.DataFrame(GOOD).to_csv(path, index=False)
    with pytest.raises(UserError, match=r"no column kind; allowed: a, b, class$"):
        read(path, "kind")
    path.write_text("")
    with pytest.raises(UserError, match=r"not a readable CSV file"):
        read(path, "class")
