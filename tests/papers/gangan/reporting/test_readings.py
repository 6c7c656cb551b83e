"""The table of readings, on made-up scores whose answers are known."""

from pathlib import Path

from gangan.papers.gangan.reporting.readings import readings
from support.measured import measured


def test_percentile_and_epochs_stand_with_their_intervals(tmp_path: Path) -> None:
    # Of 40 rows, 100 (run + 1) after 4 epochs and 4, 3, 2 times as much before, 36 are worse than 250 and 39 than 150.
    table = measured(tmp_path, {"as-described": ({}, {0: [150.0], 1: [250.0]}), "poor": ({}, {0: [9e9]})}).table(
        readings
    )
    lines = table.set_index(["arm", "reading"])
    share = lines.loc[("as-described", "share of the rows read that are worse, by classes")]
    assert (share["estimate"], share["n"]) == ((worse(150) + worse(250)) / 2, 2)
    assert share["low"] < min(worse(150), worse(250)) <= share["estimate"] < share["high"]
    epochs = lines.loc[("as-described", "epochs until the median GAN is as good, by fidelity")]
    assert (epochs["estimate"], epochs["n"]) == (4, 2)  # the median run ends at 550
    poor = lines.loc["poor"]
    assert poor["estimate"].tolist() == [0, 0, 0, 0]
    assert set(table["judge"]) == {"j"}


def worse(distance: float) -> float:
    ends = [100 * (run + 1) * times for run in range(10) for times in (4, 3, 2, 1)]
    return sum(end > distance for end in ends) / len(ends)
