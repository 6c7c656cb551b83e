"""The table of generators on made-up GANs: points on a line, whose Fréchet distance is their distance squared."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from gangan.measure import moments, stats
from gangan.measure.moments import Moments
from gangan.papers.gangan import arms
from gangan.papers.gangan.reporting import results
from gangan.papers.gangan.reporting.generators import generators
from support.measured import CLAIMS, EPOCHS, measured, seen

HELD_OUT = [0.25, 1.25, 2.25, 3.25, 10.25]  # where the last rows of the runs that nobody read stand
DRAWS = [9.0, 5, 0.5]


def place(path: str, table: pd.DataFrame) -> list[float]:
    """Where each line's GAN stands: run r at r at the end, and 100 away before it."""
    if "zoo-held-out" in path:
        return [at for last in HELD_OUT for at in (last + 100, last)]
    if path.startswith("zoo-"):
        return [run + 100.0 * (epoch < EPOCHS - 1) for run, epoch in zip(table["gan"], table["epoch"], strict=True)]
    if path.startswith("gangans/"):
        return [*DRAWS[: len(table) // 2], *[99.0] * (len(table) // 2)]  # its line is elsewhere
    return [0.25 * i for i in range(len(table))]


def test_coverage_novelty_and_the_energy_test_by_hand(tmp_path: Path) -> None:
    held_out = seen(pd.DataFrame({"gan": np.repeat(range(5), 2), "epoch": [0, 1] * 5, "frechet": 100.0}))

    def change(path: str, table: pd.DataFrame) -> pd.DataFrame:
        if not path.startswith("baselines"):
            return table
        halfway = table.iloc[-1:].assign(kind="line", runs="0+1", t=0.5)
        return pd.concat([table.replace({"runs": {"0-9": "5-7"}}), halfway])

    trained = {
        "as-described": ({"epochs": 2}, {0: [500.0, 600, 550], 4: [500.0, 500, 500]}),
        "as-released": ({}, {0: [500.0, 500]}),
    }
    made = measured(tmp_path, trained, others={"held-out": held_out}, runs=[2, 7], change=change)
    kept = []
    for path in arms.moments(results.keys(made.scored)).values():
        table = pd.read_csv((tmp_path / "metrics" / path).with_suffix(".csv"))
        kept.append(tmp_path / "metrics" / path)
        at = torch.tensor(place(path, table), dtype=torch.float64).view(-1, 1)
        moments.write(kept[-1], Moments(at, torch.zeros(len(at), 1, 1, dtype=torch.float64)))
    timing = []
    names = ["as-described/0", "as-described/4", "as-released/0"]
    for number, seed in enumerate((0, 4, 0)):
        timing.append(tmp_path / f"{number}.csv")
        epochs = pd.DataFrame({"epoch": [0, 1, 2], "seconds": [1.0, 2.0 + seed, 99]})  # drawn from as it was after two
        epochs.to_csv(timing[-1], index=False)
    claims = CLAIMS.model_copy(update={"held_out": "held-out"})
    table = made.table(generators, moments=kept, timing=timing, names=names, claims=claims).set_index("generator")
    line = table.loc["as-described"]
    # The bar is the median GAN at the end, 550: seed 0 has a draw above it.
    assert (line["works"], line["n"], line["seconds"]) == (pytest.approx(5 / 6, rel=1e-3), 2, 5)
    assert (line["epochs_classes"], line["epochs_fidelity"]) == (3.5, 3.5)  # the median GAN has 2200 … 550
    of_both = sorted([100.0 * (run + 1) * left for run in (2, 7) for left in (1, 2, 3, 4)])
    assert line["worse_rows_classes"] == np.mean([row > draw for row in of_both for draw in (550, 500)])
    assert line["works_rows"] == np.mean([row <= 550 for row in of_both])
    # The third nearest of held-out runs are 3, 2, 2, 3 and 9 away. 9 is nearer to the last, 5 to the last two, 0.5 to
    # all but the last. Two draws count, as `as-released` has no more; the Gaussian's one has no coverage and no say.
    assert (line["covered_by"], line["coverage"]) == (2, 0.4)
    assert (table.loc["as-released", "covered_by"], table.loc["as-released", "coverage"]) == (2, 0.4)
    assert table.loc["gaussian 5-7", ["covered_by", "coverage"]].isna().all()
    # Late rows of runs 2 and 7 are at 2 and 7: draws are 2, 2 and 1.5 away, held-out runs 1.75, 0.75, 0.25, 1.25, 3.25.
    assert line["novelty"] == pytest.approx(2**2 / 1.25**2, rel=1e-3)
    for name, draws in (("as-described", DRAWS), ("as-released", DRAWS[:2])):
        points = np.array([*draws, *HELD_OUT])
        expected = stats.energy_test(abs(points[:, None] - points), len(draws))
        assert table.loc[name, ["energy_distance", "energy_p"]].tolist() == pytest.approx(expected, rel=1e-3)
    assert table.loc["gaussian 5-7", ["energy_distance", "energy_p"]].isna().all()  # one draw has no test
    # A Gaussian of runs 5 to 7 stands in the list of what needs no training; averages of rows do not. It draws a GAN
    # at 3, 2 from run 5; held-out runs are 4.75, 3.75, 2.75, 1.75 and 3.25 from the nearest of the three.
    assert table.index.tolist() == ["gaussian 5-7", "line at 0.5", "as-described", "as-released"]
    assert table.loc["gaussian 5-7", "novelty"] == pytest.approx(2**2 / 3.25**2, rel=1e-3)
    assert table.loc["gaussian 5-7", "works_rows"] == 0  # the best of them ends at 600
    assert table.loc["line at 0.5", "works_rows"] == 0.5  # it begins with last rows, of which runs 0 to 4 are below 550
    assert np.isnan(table.loc["gaussian 5-7", "seconds"])


def test_without_a_zoo_held_out_there_is_nothing_to_cover(tmp_path: Path) -> None:
    made = measured(tmp_path, {"as-described": ({}, {0: [500.0]})})
    kept = [tmp_path / "metrics" / path for path in arms.moments(results.keys(made.scored)).values()]
    for path in kept:
        lines = len(pd.read_csv(path.with_suffix(".csv")))
        moments.write(path, Moments(torch.zeros(lines, 1), torch.zeros(lines, 1, 1)))
    (tmp_path / "timing.csv").write_text("epoch,seconds\n0,1\n")
    given = {"moments": kept, "timing": [tmp_path / "timing.csv"], "names": ["as-described/0"]}
    table = made.table(generators, claims=CLAIMS.model_copy(update={"held_out": None}), **given)
    assert table["coverage"].isna().all()
    assert table["works"].notna().all()
