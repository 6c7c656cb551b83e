"""Two runs of a study compared: a shift larger than the seeds' spread is found, and other judges are no comparison."""

import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from support.clone import ROOT

SCORES = {"steady": [100.0, 102.0, 104.0], "shifted": [200.0, 202.0, 204.0]}


def study(folder: Path, shift: float, judge: str = "j") -> Path:
    for arm, scores in SCORES.items():
        (folder / "gangans" / arm).mkdir(parents=True)
        for seed, score in enumerate(scores):
            middle = score + shift * (arm == "shifted")
            draws = pd.DataFrame({"points": ["draws"] * 3 + ["line"], "frechet": [0.0, middle, 9e9, 9e9]})
            draws.assign(judge=judge).to_csv(folder / "gangans" / arm / f"{seed}.csv", index=False)
    (folder / "zoo-mlp").mkdir()
    for gan, last in enumerate(SCORES["steady"]):
        rows = pd.DataFrame({"gan": gan, "epoch": [0, 1], "frechet": [9e9, last + shift], "judge": judge})
        rows.to_csv(folder / "zoo-mlp" / f"{gan:02d}.csv", index=False)
    return folder


def compared(*folders: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, ROOT / "tests/bench/bench_agreement.py", *folders]
    return subprocess.run(command, env=os.environ | {"PYTHONPATH": str(ROOT / "src")}, text=True, capture_output=True)


def test_a_shift_of_one_arm_or_of_a_zoos_last_rows_is_told_from_none(tmp_path: Path) -> None:
    before, after = study(tmp_path / "before", 0), study(tmp_path / "after", 50)
    (after / "gangans/steady/3.csv").write_text((after / "gangans/steady/0.csv").read_text())  # no such seed before
    table = pd.read_csv(io.StringIO(compared(before, after).stdout), index_col="arm")
    assert table["n"].tolist() == [3, 3, 3]
    assert table["difference"].to_dict() == {"steady": 0, "shifted": 50, "zoo-mlp": 50}
    # both variances are 4, so the standard error is √(4/3 + 4/3) and Welch's degrees of freedom are 4: t is 2.776
    half = 2.776 * np.sqrt(8 / 3)
    assert table["low"].to_dict() == pytest.approx(
        {"steady": -half, "shifted": 50 - half, "zoo-mlp": 50 - half}, rel=1e-3
    )
    assert table.loc["shifted", "p"] < 0.001
    assert table.loc["steady", "p"] == 1


def test_scores_that_do_not_compare_are_refused(tmp_path: Path) -> None:
    done = compared(study(tmp_path / "before", 0), study(tmp_path / "after", 0, judge="other"))
    assert done.returncode == 1
    assert "same judge" in done.stderr
    assert "no scores of GANs or GAN-GANs" in compared(tmp_path, tmp_path).stderr
