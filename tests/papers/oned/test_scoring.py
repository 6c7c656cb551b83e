"""What is measured of a run, on generators whose output is known."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from torch import Tensor

from gangan.papers.oned.config import Scoring, Setting
from gangan.papers.oned.networks import Networks
from gangan.papers.oned.scoring import converged, drawn, measures, quantiles, score_runs
from gangan.papers.oned.trained import Stored, Trained
from support.oned import ADAM, BIMODAL, CONFIG, CPU, GD, NORMAL, mode, shape, train

SCORING = Scoring(samples=2000, samples_in_training=500, fits=0.25, collapsed=0.5)


def test_perfect_numbers_have_no_distance() -> None:
    for modes in (NORMAL, BIMODAL):
        found = drawn(quantiles(modes, 2000)[None], modes)
        assert found["distance"] == pytest.approx(0)
        assert found["ks"] == pytest.approx(0, abs=1e-3)
        assert found["shift"] == pytest.approx(0, abs=1e-3)
        assert found["spread"] == pytest.approx(1, abs=0.01)
        assert found["within"] == 1
        assert found["mode_1"] == pytest.approx(0.954 if len(modes) == 1 else 0.477, abs=2e-3)


@pytest.mark.parametrize(("shift", "scale"), [(0.25, 1.0), (0, 0.69), (0, 1.31)])
def test_the_bounds_of_a_fit_are_those_that_the_document_gives(shift: float, scale: float) -> None:
    at = quantiles([mode(4 + 0.5 * shift, 0.5 * scale)], 10_000)[None]
    assert drawn(at, NORMAL)["distance"] == pytest.approx(0.25, abs=0.003)


def test_a_wide_or_shifted_sample_is_not_within_bounds() -> None:
    for numbers in (mode(4, 2), mode(6, 0.5)):
        assert drawn(quantiles([numbers], 1000)[None], NORMAL)["within"] == 0
    assert drawn(np.full((1, 100), 4.0), NORMAL)["within"] == 1


def line(slope: float, at: float) -> Tensor:
    """A generator's weights that draw about ``at + slope × z``: softplus is z itself, far from zero."""
    return torch.tensor([1.0, 50.0, slope, at - 50 * slope])


def of_lines(*looks: list[Tensor], losses: Tensor | None = None) -> Trained:
    """Runs whose generators are lines: looks of runs."""
    runs = len(looks[0])
    weights = Networks(1, 1, "none", "tanh").discriminator.size
    losses = torch.zeros(8, runs, 2) if losses is None else losses
    return Trained(
        shape(width=1), torch.stack([torch.stack(look) for look in looks]), torch.zeros(runs, weights), losses
    )


WIDE, THIN, AWAY, BROKEN = line(0.108, 4), line(0.01, 4), line(0.108, 7), torch.full((4,), math.nan)


def test_a_run_fits_collapses_or_diverges() -> None:
    found = measures(of_lines([WIDE] * 4, [WIDE, THIN, AWAY, BROKEN]), NORMAL, SCORING)
    assert found["fits"].tolist() == [1, 0, 0, 0]
    assert found["collapsed"].tolist() == [0, 1, 0, 0]
    assert found["diverged"].tolist() == [0, 0, 0, 1]
    assert found["shift"][2] == pytest.approx(6, abs=0.01)
    assert found["seed"].tolist() == [0, 1, 2, 3]


def test_a_run_converged_at_the_look_from_which_it_fits_to_the_end() -> None:
    trained = of_lines([WIDE] * 3, [AWAY, WIDE, AWAY], [WIDE, WIDE, AWAY])
    steps = converged(trained, NORMAL, SCORING)  # 20 steps and two looks after the first: one each ten
    assert steps[:2].tolist() == [20, 0]
    assert np.isnan(steps[2])


def test_losses_are_those_of_the_last_quarter() -> None:
    losses = torch.arange(16.0).view(8, 1, 2)
    found = measures(of_lines([WIDE], [WIDE], losses=losses), NORMAL, SCORING).iloc[0]
    assert (found["loss_discriminator"], found["loss_generator"]) == (13, 14)
    assert (found["noise_discriminator"], found["noise_generator"]) == (1, 1)


def test_the_table_has_a_line_for_each_run_and_the_same_bytes_again(tmp_path: Path) -> None:
    of = shape()
    path = train(tmp_path, of, [GD, ADAM])
    settings = [
        Setting(preset="early", optimizer=name, minibatch="none", width=4, depth=1, distribution="normal")
        for name in ("gd", "adam")
    ]
    stored = [Stored(shape=of, settings=settings)]
    for name in ("a", "b"):
        score_runs([path], stored, CONFIG.distributions, SCORING, tmp_path / name / "runs.csv.gz", CPU)
    assert (tmp_path / "a/runs.csv.gz").read_bytes() == (tmp_path / "b/runs.csv.gz").read_bytes()
    table = pd.read_csv(tmp_path / "a/runs.csv.gz", keep_default_na=False)
    assert table[["optimizer", "seed"]].to_numpy().tolist() == [[o, s] for o in ("gd", "adam") for s in range(3)]
    assert set(table["minibatch"]) == {"none"}
