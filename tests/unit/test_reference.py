"""Every claims table in the repository is what the metrics committed beside it say."""

import re
from pathlib import Path

import pandas as pd
import pytest
import yaml
from snakemake.utils import update_config

from conftest import ROOT
from gangan import claims, measurements, summary, tables
from gangan.study import load

PAPER = ROOT / "config" / "paper.yaml"
REFERENCES = sorted(path.parents[1] for path in ROOT.glob("results/reference/*/tables/claims.csv"))


def test_every_number_in_the_readmes_answers_stands_in_the_tables() -> None:
    answers = (ROOT / "README.md").read_text().split("## What came out")[1].split("\n## ")[0]
    said = re.findall(r"\*\*([\d.]+)\*\*", answers)
    folder = ROOT / "results/reference/paper/tables"
    quality, verdicts = (pd.read_csv(folder / f"{name}.csv") for name in ("quality", "claims"))
    known = {f"{value:.0f}" for column in ("frechet", "best") for value in quality[column].dropna()}
    known |= {f"{value:.2f}" for value in verdicts["estimate"].dropna()}
    assert said
    assert set(said) <= known


@pytest.mark.parametrize("reference", REFERENCES, ids=lambda path: path.name)
def test_the_tables_are_made_again_from_the_metrics(reference: Path, tmp_path: Path) -> None:
    values = yaml.safe_load(PAPER.read_text())
    update_config(values, yaml.safe_load((reference / "config.yaml").read_text()))
    study = load(values, [PAPER], {})
    scores = measurements.read(study.measured(study.used_zoos, study.arms), reference / "metrics")
    made = {"claims": claims.table, "quality": summary.table, "attempts": summary.attempts}
    for name, table in made.items():
        tables.save(tables.rounded(table(scores)), [tmp_path / f"{name}.csv"])
        assert (tmp_path / f"{name}.csv").read_text() == (reference / "tables" / f"{name}.csv").read_text()
