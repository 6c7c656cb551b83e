"""Figures of made-up scores."""

from pathlib import Path

import pandas as pd
import pytest

from gangan.papers.gangan.config import Arm, ArmRows
from gangan.papers.gangan.reporting import charts
from support.measured import measured

SEEDS = {0: [80.0, 400, 1000], 1: [50.0, 900, 920], 100: [1.0, 1, 1]}


def near(path: str, table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(l2_gan=3, l2_epoch=1) if path.startswith("gangans/") else table


def test_a_figure_shows_the_seeds_that_are_reported_and_a_key_on_its_logarithm(tmp_path: Path) -> None:
    arms = {"as-described": ({}, SEEDS), "latent-8": ({"latent": 8}, SEEDS)}
    made = measured(tmp_path, arms, change=near)
    figure = made.drawn(charts.along_z, arm="as-described")
    seen = [text.get_text() for text in figure.legends[0].get_texts() if text.get_text().startswith("seed")]
    assert seen == ["seed 0", "seed 1"]
    quality, runs, epochs = figure.axes
    lines = {line.get_label(): line for line in quality.lines}
    assert lines["seed 0"].get_xydata().tolist() == [[0, 80], [1, 400], [2, 1000]]
    assert [{y for line in panel.lines for y in line.get_ydata()} for panel in (runs, epochs)] == [{3}, {2}]
    (axes,) = made.drawn(charts.series, arm="as-described", key="latent").axes
    assert axes.get_xticks().tolist() == [0, 3]
    dots = [line.get_xydata().tolist() for line in axes.lines[:2]]
    assert dots == [[[0, 400], [0, 900]], [[3, 400], [3, 900]]]  # medians of seeds


def test_arms_in_a_row_are_held_against_the_mean_of_what_each_seed_could_read(tmp_path: Path) -> None:
    def own(arm: Arm) -> Arm:
        return arm.model_copy(update={"rows": ArmRows(own_run=True)})

    seeds = {1: [400.0], 4: [900.0]}
    made = measured(tmp_path, {"as-described": ({}, seeds), "latent-8": ({"latent": 8}, seeds)}, arm=own)
    (axes,) = made.drawn(charts.series, arm="as-described", key="latent").axes
    (level,) = (line.get_ydata()[0] for line in axes.lines if line.get_label() == "best row it learned from")
    assert level == (200 + 500) / 2  # the ends of runs 1 and 4


def test_no_two_of_twenty_seeds_look_alike_nor_like_what_they_are_held_against(tmp_path: Path) -> None:
    arms = {"as-described": ({}, {seed: [100.0, 200, 300] for seed in range(20)})}
    made = measured(tmp_path, arms, change=near)
    quality, *nearest = made.drawn(charts.along_z, arm="as-described").axes
    looks = [(line.get_color(), line.get_linestyle()) for line in quality.lines if len(line.get_xdata())]
    assert len(looks) == 22
    assert len(set(looks)) == 22
    for panel in nearest:
        assert len({(line.get_color(), line.get_marker()) for line in panel.lines}) == 20


def test_draws_without_a_line_are_in_the_order_of_their_validation_distance(tmp_path: Path) -> None:
    made = measured(tmp_path, {"two": ({"latent": 2}, {0: [300.0, 100, 200]})}, change=near)
    quality = made.drawn(charts.along_z, arm="two").axes[0]
    (line,) = (line for line in quality.lines if line.get_label() == "seed 0")
    assert line.get_xydata().tolist() == [[1, 100], [2, 200], [3, 300]]


@pytest.mark.parametrize("run", [0, 9])
def test_a_zoos_quality_is_drawn_by_epochs_trained(tmp_path: Path, run: int) -> None:
    (axes,) = measured(tmp_path, {"as-described": ({}, SEEDS)}).drawn(charts.epochs, zoo="mlp").axes
    curves = [line.get_xydata().tolist() for line in axes.lines[:10]]
    assert curves[run] == [[epoch + 1, 100.0 * (run + 1) * (4 - epoch)] for epoch in range(4)]
