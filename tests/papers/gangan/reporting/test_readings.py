"""The table of readings, on made-up scores whose answers are known."""

from pathlib import Path

from gangan.papers.gangan.reporting.readings import readings
from support.measured import measured


def test_percentile_and_epochs_stand_with_the_lowest_and_the_highest_seed(tmp_path: Path) -> None:
    # The rows are 100 (run + 1) after 4 epochs, and 4, 3, 2 times as much before.
    arms = {"as-described": ({}, {0: [150.0], 1: [250.0], 2: [1700.0]}), "poor": ({}, {0: [9e9]})}
    table = measured(tmp_path, arms).table(readings)
    lines = table.set_index(["arm", "reading"])
    share = lines.loc[("as-described", "share of the rows read that are worse, by classes")]
    assert share[["estimate", "low", "high", "n"]].tolist() == [worse(250), worse(1700), worse(150), 3]
    epochs = lines.loc[("as-described", "epochs after which the median GAN is worse, by fidelity")]
    assert epochs[["estimate", "low", "high"]].tolist() == [4, 1, 4]  # the median run has 2200, 1650, 1100, 550
    poor = lines.loc["poor"]
    assert poor["estimate"].tolist() == [0, 0, 0, 0]
    assert set(table["judge"]) == {"j"}


def worse(distance: float) -> float:
    ends = [100 * (run + 1) * times for run in range(10) for times in (4, 3, 2, 1)]
    return sum(end > distance for end in ends) / len(ends)
