"""Every claims table in the repository is what the metrics committed beside it say."""

import json
import re
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
import yaml
from snakemake.utils import update_config

from conftest import ROOT
from gangan import claims, measurements, summary, tables
from gangan.study import load

PAPER = ROOT / "config" / "paper.yaml"
DISCRIMINATORS = [("GAN-GAN, draws (median)", "best"), ("GANs after 100 epochs", "mlp")]
PARTS = ("digits", "packs", "choice", "truncation", "alignment", "selection", "renormalising")
REFERENCES = sorted(path.parents[1] for path in ROOT.glob("results/reference/*/tables/claims.csv"))


def test_every_number_in_the_readmes_answers_stands_in_the_tables() -> None:
    answers = (ROOT / "README.md").read_text().split("## What came out")[1].split("\n## ")[0]
    said = re.findall(r"\*\*(\d[\d.]*)\*\*", answers)
    reference = ROOT / "results/reference/paper"
    quality, verdicts, attempts = (
        pd.read_csv(reference / f"tables/{name}.csv") for name in ("quality", "claims", "attempts")
    )
    quality, attempts = quality.set_index(["what", "of"]), attempts.set_index("arm")
    verdicts = verdicts.set_index(["claim", "arm"]).sort_index()
    estimate, frechet, distances, best = (
        verdicts["estimate"],
        quality["frechet"],
        attempts["frechet"],
        attempts.loc["best"],
    )
    faithful = ("as-described", "as-released")
    numbers = [
        *(frechet[f"GANs after {epochs} epochs", "mlp"] for epochs in (1, 100)),
        *best[["best_row", "best_average"]],
        *set(estimate["S0-C1"]),
        *attempts.loc[list(faithful), "best_row"],
        *(estimate["S0-C3, best row", arm] for arm in faithful),
        estimate["S0-C6, GAN-GAN", "as-released"],
        *(estimate[f"S0-{claim}", arm] for claim in ("C2", "C4", "C5") for arm in faithful),
        estimate["S0-C6, quality", "as-released"],
        *(frechet[f"{line} at 0.5", "mlp"] for line in ("line", "aligned-line", "aligned-line-renormalised")),
        *(distances[f"aligned-{kind}"] for kind in ("standardised", "wasserstein", "conditioned", "renormalised")),
        *best[["frechet", "low", "high", "recall", "best_row_recall", "nearest", "neighbour"]],
        *(quality["discriminator"][line] for line in DISCRIMINATORS),
        *(pd.read_csv(reference / f"metrics/gangans/best/{seed}.csv")["frechet"].median() for seed in (3, 4)),
        *(distances[f"best-without-{part}"] for part in PARTS),
    ]
    assert said == [
        f"{abs(number):.{len(text.partition('.')[2])}f}" for number, text in zip(numbers, said, strict=True)
    ]
    assert best["runs"] == 1
    records = json.loads((reference / "ledger.json").read_text())["records"].values()
    ended, started = (sum(datetime.fromisoformat(r[at]).timestamp() for r in records) for at in ("ended", "started"))
    assert f"Its {len(records)} jobs took {(ended - started) / 3600:.0f} hours of one CPU core" in answers
    expected = {"not supported": {"C1", "C3"}, "supported": {"C6, GAN-GAN"}}
    expected["inconclusive"] = {"C2", "C4", "C5", "C6, quality", "C7, quality", "C7, speed"}
    ran = verdicts[verdicts["verdict"] != "not run"]
    for verdict, names in expected.items():
        given = ran.index[ran["verdict"] == verdict].get_level_values("claim").str.removeprefix("S0-")
        assert {name if name[:2] in ("C6", "C7") else name[:2] for name in given} == names
    assert set(verdicts.index.difference(ran.index)) == {
        (f"S0-C6, {what}", "as-described") for what in ("quality", "GAN-GAN")
    }


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
