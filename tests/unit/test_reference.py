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
    said = re.findall(r"\*\*(\d[\d.]*)\*\*", answers)
    folder = ROOT / "results/reference/paper/tables"
    quality = pd.read_csv(folder / "quality.csv").set_index(["what", "of"])["frechet"]
    verdicts = pd.read_csv(folder / "claims.csv").set_index(["claim", "arm"]).sort_index()
    attempts = pd.read_csv(folder / "attempts.csv").set_index("arm")
    best, distances = attempts.loc["best"], attempts["frechet"]
    faithful = ("as-described", "as-released")
    zoo = [quality[f"GANs after {epochs} epochs", "mlp"] for epochs in (1, 100)]
    claimed = [
        verdicts["estimate"][f"S0-{claim}", arm] for claim in ("C3, best row", "C2", "C4", "C5") for arm in faithful
    ]
    halfway = [quality[f"{line} at 0.5", "mlp"] for line in ("line", "aligned-line", "aligned-line-renormalised")]
    lost = [distances[f"best-without-{part}"] for part in ("digits", "packs", "alignment", "choice", "renormalising")]
    numbers = [
        *zoo, *best[["best_row", "best_average"]],
        *set(verdicts["estimate"]["S0-C1"]), *claimed,
        *halfway, *distances[["aligned-standardised", "aligned-wasserstein"]],
        *best[["frechet", "low", "high", "recall", "best_row_recall", "nearest", "neighbour"]],
        *lost,
    ]  # fmt: skip
    assert said == [
        f"{abs(number):.{len(text.partition('.')[2])}f}" for number, text in zip(numbers, said, strict=True)
    ]
    assert best["runs"] == 1
    expected = {"not supported": {"C1", "C3"}, "supported": {"C7, speed"}, "not run": {"C6"}}
    expected["inconclusive"] = {"C2", "C4", "C5", "C7, quality"}
    for verdict, names in expected.items():
        given = verdicts.index[verdicts["verdict"] == verdict].get_level_values("claim").str.removeprefix("S0-")
        assert {name if name.startswith("C7") else name[:2] for name in given} == names


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
