"""Claims computed from tables that are made up, against numbers worked by hand."""

import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from gangan.measure.runs import Run
from gangan.papers.ppgn.claimed import CLAIMED
from gangan.papers.ppgn.claims import claims
from gangan.papers.ppgn.results import gather
from gangan.papers.ppgn.rules import Plan
from gangan.papers.ppgn.tables import quality, trainings
from support.clone import ROOT
from support.ppgn import CONFIG

SEEDS = range(3)
OTHERS = dict.fromkeys(("accuracy_second", "recall", "precision"), 0.5)
FALLING = {f"estimate_fc1_{i}": value for i, value in ((1, 10.0), (3, 4.0), (10, 2.0))}


def grown(value: float, by: float, seed: int) -> float:
    """What a seed makes of a value: less of it, as much, or more, so that the mean logarithm is the value's own."""
    return value * math.exp((seed - 1) * by / 1000)


def run(arm: str, seconds: float, parameters: int, **more: float) -> list[dict[str, Any]]:
    """Runs of an arm; each column of each arm has a spread of its own."""
    line = {"updates": 4, "reconstruction": 0.3, "code_error": 0.2, "seconds": seconds} | more
    return [
        {"arm": arm, "seed": seed, "parameters": parameters}
        | {name: grown(value, len(arm + name), seed) for name, value in line.items()}
        for seed in SEEDS
    ]


def drawn(
    arm: str, frechet: float, accuracy: float, sampler: str = "text", across: float = 8.0
) -> list[dict[str, Any]]:
    """Digits 3 and 8 of an arm's runs; eights are read half as often."""
    spread = len(arm + sampler)
    return [
        {"arm": arm, "seed": seed, "sampler": sampler, "class": digit, "frechet": grown(frechet, spread, seed)}
        | {"accuracy": grown(accuracy * share, spread, seed)}
        | {"across": grown(across, spread, seed), "along": grown(across / 2, spread, seed)}
        | OTHERS
        for seed in SEEDS
        for digit, share in ((3, 1), (8, 0.5))
    ]


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    start = {"start_gan_x": -0.5, "start_image": 3.0, "start_code": 0.2}
    runs = [
        *run("vanilla", 100, 98, **start),
        *run("fc1", 50, 82, **FALLING),
        *run("combined", 150, 106, estimate_x_1=3.0, estimate_x_10=-1.0),
        *run("random", 120, 106),
    ]
    digits = [
        *drawn("vanilla", 20, 0.8),
        *drawn("vanilla", 24, 0.8, "noise", across=9.0),
        *drawn("vanilla", 30, 0.8, "original"),
        *drawn("fc1-adversarial", 60, 0.2),
        *drawn("fc1", 30, 0.6),
        *drawn("no-adversarial", 40, 0.6),
        *drawn("random", 30, 0.6),
    ]
    folder = tmp_path_factory.mktemp("tables")
    paths = folder / "runs.csv", folder / "drawn.csv"
    for path, table in zip(paths, (runs, digits), strict=True):
        pd.DataFrame(table).to_csv(path, index=False)
    return paths


@pytest.fixture(scope="module")
def answers(tables: tuple[Path, Path]) -> pd.DataFrame:
    return claims(*tables, CONFIG.claims).set_index(["claim", "of"])


@pytest.mark.parametrize(
    ("claim", "of", "estimate", "verdict"),
    [
        ("S3-C1, inadequate", "", 0.15, "supported"),
        ("S3-C1, shapes", "", 0.10, "inconclusive"),
        ("S3-C2", "", math.log(0.5), "supported"),
        ("S3-C3, inferior", "", math.log(4 / 3), "supported"),
        ("S3-C3, somewhat", "", math.log(4 / 3), "supported"),
        ("S3-C4, positive", "fc1", 2, "supported"),
        ("S3-C4, falls", "fc1", -8, "supported"),
        ("S3-C4, quickly", "fc1", 0.75, "supported"),
        ("S3-C5", "", math.log(0.5), "supported"),
        ("S3-C6, positive", "x", -1, "not supported"),
        ("S3-C6, falls", "x", -4, "supported"),
        ("S3-C6, falls", "fc1", "", "not run"),
        ("S3-C6, slowest", "against fc1", math.log(3), "supported"),
        ("S3-C6, largest", "against vanilla", math.log(106 / 98), "supported"),
        ("S3-C6, converges", "", "", "not run"),
        ("S3-C7, quality", "", math.log(1.5), "not supported"),
        ("S3-C7, time", "against vanilla", math.log(1.2), "not supported"),
        ("S3-C7, time", "against combined", math.log(0.8), "supported"),
        ("S3-C8, diversity", "between chains", 1.0, "supported"),
        ("S3-C8, diversity", "within a chain", 0.5, "supported"),
        ("S3-C8, ε₁", "", math.log(2 / 3), "supported"),
        ("S3-C9", "", math.log10(15), "not supported"),
    ],
)
def test_a_claim_is_the_number_worked_by_hand(
    answers: pd.DataFrame, claim: str, of: str, estimate: float | str, verdict: str
) -> None:
    found = answers.loc[(claim, of)]
    assert found["verdict"] == verdict
    if estimate == "":
        assert found["estimate"] == ""
    else:
        assert float(found["estimate"]) == pytest.approx(estimate, rel=2e-3, abs=1e-9)


def test_an_estimate_that_rises_has_no_share_of_a_fall(tables: tuple[Path, Path], tmp_path: Path) -> None:
    runs = pd.read_csv(tables[0])
    rising = (runs["arm"] == "fc1") & (runs["seed"] == 1)
    runs.loc[rising, ["estimate_fc1_1", "estimate_fc1_3", "estimate_fc1_10"]] = [1.0, 2.0, 3.0]
    runs.to_csv(tmp_path / "runs.csv", index=False)
    found = claims(tmp_path / "runs.csv", tables[1], CONFIG.claims).set_index("claim").loc["S3-C4, quickly"]
    assert (found["n"], float(found["estimate"])) == (2, pytest.approx(0.75, rel=1e-3))


def test_every_claim_of_the_document_is_tested_and_no_other(answers: pd.DataFrame) -> None:
    text = (ROOT / CLAIMED.tests).read_text()
    documented = {line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| S3-C")}
    assert {claim for claim, _ in answers.index} == documented


def test_runs_are_gathered_with_their_arms_and_seeds(tmp_path: Path) -> None:
    for kind in ("scores", "samples"):
        for i in (0, 1):
            pd.DataFrame({"value": [i, i + 10]}).to_csv(tmp_path / f"{kind}-{i}.csv", index=False)
    files = [[tmp_path / f"{kind}-{i}.csv" for i in (0, 1)] for kind in ("scores", "samples")]
    runs = [Run(arm="a", seed=7), Run(arm="b", seed=3)]
    gather(runs, *files, tmp_path / "runs.csv", tmp_path / "drawn.csv")
    found = pd.read_csv(tmp_path / "runs.csv")
    assert found.to_dict("list") == {"arm": [*"aabb"], "seed": [7, 7, 3, 3], "value": [0, 10, 1, 11]}
    assert (tmp_path / "drawn.csv").read_bytes() == (tmp_path / "runs.csv").read_bytes()


def test_tables_have_means_over_seeds_of_means_over_classes(tables: tuple[Path, Path]) -> None:
    line = quality(tables[1]).set_index(["arm", "sampler"]).loc[("fc1", "text")]
    assert (line["n"], float(line["frechet"])) == (3, pytest.approx(30, rel=1e-3))
    half = 4.3027 * 30 * math.sinh(0.007) / math.sqrt(3)  # Student's t of 2 degrees; seeds go 0.7 % up and down
    assert float(line["frechet_high"]) == pytest.approx(30 + half, rel=1e-3)
    assert float(line["accuracy"]) == pytest.approx(0.45, rel=1e-3)
    found = trainings(tables[0]).set_index("arm")
    assert float(found.loc["fc1", "estimate_fc1_10"]) == pytest.approx(2, rel=1e-3)
    assert found.loc["vanilla", "estimate_fc1_10"] == ""


def test_pages_of_claims_quote_their_documents_and_show_figures_that_are_made() -> None:
    made = Plan(CONFIG, "x").figures()
    pages = {page["name"]: page for page in CLAIMED.settings(ROOT / CLAIMED.tests, ROOT / CLAIMED.facts, made)}
    assert [*pages] == [f"S3-C{i}" for i in range(1, 10)]
    assert "which float32 swallows" in pages["S3-C8"]["tested"][2]
    assert {figure for page in pages.values() for figure in page["figures"]} == {*CLAIMED.figures(made)}
    assert {figure for _, figures in CLAIMED.pages.values() for figure in figures} <= {*made}
