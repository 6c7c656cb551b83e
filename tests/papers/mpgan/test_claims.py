"""Claims computed from tables that are made up, against numbers worked by hand."""

import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from gangan.measure.runs import Run
from gangan.papers.mpgan.claimed import CLAIMED
from gangan.papers.mpgan.claims import claims
from gangan.papers.mpgan.results import gather
from gangan.papers.mpgan.rules import Plan
from gangan.papers.mpgan.tables import quality
from support.clone import ROOT
from support.mpgan import CONFIG

SEEDS = range(5)
COLUMNS = ("frechet_second", "precision", "recall", "energy", "confidence", "discriminator_real", "discriminator_made")


def lines(arm: str, after: int, frechet: float, seconds: float, scarcest: float = 0.9) -> list[dict[str, Any]]:
    """Runs of an arm at a look; a seed adds a hundredth to its distance and to its scarcest class."""
    return [
        {"arm": arm, "seed": seed, "after": after, "frechet": frechet * (1 + seed / 100), "seconds": seconds + seed}
        | {"scarcest": scarcest + seed / 100}
        | dict.fromkeys(COLUMNS, 0.5)
        for seed in SEEDS
    ]


@pytest.fixture
def tables(tmp_path: Path) -> tuple[Path, Path]:
    runs = [
        *lines("scratch", 10, 100, 100),
        *lines("scratch", 50, 52, 500, scarcest=0.2),
        *lines("sgd", 10, 400, 90),
        *lines("pretrained", 10, 80, 110, scarcest=0.7),
        *lines("pretrained", 50, 50, 500, scarcest=0.7),
        *lines("frozen", 10, 120, 80),
        *lines("frozen", 50, 100, 400),
    ]
    places = [
        {"arm": "scratch", "seed": seed, "what": what, "of": of, "value": value + seed / 100}
        for seed in SEEDS
        for what, of, value in (
            ("neighbours", "right", 2.0),
            ("pairs", "right", 8.0),
            ("confidence", "0", 0.5),
            ("confidence", "10", 0.9),
            ("confidence", "20", 0.95),
        )
    ]
    paths = tmp_path / "runs.csv", tmp_path / "places.csv"
    for path, table in zip(paths, (runs, places), strict=True):
        pd.DataFrame(table).to_csv(path, index=False)
    return paths


def asked(tables: tuple[Path, Path]) -> pd.DataFrame:
    return claims(*tables, CONFIG.claims).set_index(["claim", "of"])


@pytest.mark.parametrize(
    ("claim", "of", "estimate", "verdict"),
    [
        ("S2-C1", "", -300 * 1.02, "supported"),
        ("S2-C2", "trained on", -20 * 1.02, "supported"),
        ("S2-C2", "frozen", 20 * 1.02, "not supported"),
        ("S2-C3", "trained on", math.log(52 / 50), "supported"),
        ("S2-C3", "frozen", math.log(0.52), "supported"),
        ("S2-C4", "from scratch", 0.22, "supported"),
        ("S2-C4", "trained on", 0.72, "not supported"),
        ("S2-C5, shorter", "", 1 - sum((400 + s) / (500 + s) for s in SEEDS) / 5, "supported"),
        ("S2-C5, by little", "", 1 - sum((400 + s) / (500 + s) for s in SEEDS) / 5, "supported"),
        # The mean distance from scratch is 102: trained on reaches it at 10 epochs; frozen at 50, seeds 0 to 2 alone.
        ("S2-C5, quality", "after 10 epochs", 290, "described"),
        ("S2-C6", "right", sum((2 + s / 100) / (8 + s / 100) for s in SEEDS) / 5, "supported"),
        ("S2-C7, near 0", "z of length 0 against 10", -0.4, "supported"),
        ("S2-C7, far away", "z of length 20 against 10", 0.05, "not supported"),
        ("S2-C7, near 0, energy", "z of length 0 against 10", "", "not run"),
        ("S2-C8", "", "", "not run"),
    ],
)
def test_a_claim_is_the_number_worked_by_hand(
    tables: tuple[Path, Path], claim: str, of: str, estimate: float | str, verdict: str
) -> None:
    found = asked(tables).loc[(claim, of)]
    assert found["verdict"] == verdict
    if estimate == "":
        assert found["estimate"] == ""
    else:
        assert float(found["estimate"]) == pytest.approx(estimate, rel=2e-3, abs=1e-9)


def test_every_claim_of_the_document_is_tested_and_no_other(tables: tuple[Path, Path]) -> None:
    text = Path(__file__).parents[3].joinpath("docs/claims/mpgan.md").read_text()
    documented = {line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| S2-C")}
    assert {claim for claim, _ in asked(tables).index} == documented


def test_runs_are_gathered_with_their_arms_and_seeds(tmp_path: Path) -> None:
    for kind in ("scores", "places"):
        for i in (0, 1):
            pd.DataFrame({"value": [i, i + 10]}).to_csv(tmp_path / f"{kind}-{i}.csv", index=False)
    files = [[tmp_path / f"{kind}-{i}.csv" for i in (0, 1)] for kind in ("scores", "places")]
    runs = [Run(arm="a", seed=7), Run(arm="b", seed=3)]
    gather(runs, *files, tmp_path / "runs.csv", tmp_path / "places.csv")
    found = pd.read_csv(tmp_path / "runs.csv")
    assert found.to_dict("list") == {"arm": [*"aabb"], "seed": [7, 7, 3, 3], "value": [0, 10, 1, 11]}
    assert (tmp_path / "places.csv").read_bytes() == (tmp_path / "runs.csv").read_bytes()


def test_the_table_of_quality_shows_the_looks_asked_for_and_the_last(tables: tuple[Path, Path]) -> None:
    found = quality(tables[0], [10]).set_index(["arm", "epochs"])
    assert [index for index in found.index if index[0] == "scratch"] == [("scratch", 10), ("scratch", 50)]
    line = found.loc[("scratch", 10)]
    assert (line["n"], float(line["frechet"])) == (5, pytest.approx(102))
    half = 2.7764 * math.sqrt(2.5) / math.sqrt(5)  # Student's t of 4 degrees; the seeds' deviation is √2.5
    assert float(line["high"]) == pytest.approx(102 + half, rel=1e-3)


def test_pages_of_claims_quote_their_documents_and_show_figures_that_are_made() -> None:
    made = Plan(CONFIG, "x").figures()
    pages = {page["name"]: page for page in CLAIMED.settings(ROOT / CLAIMED.tests, ROOT / CLAIMED.facts, made)}
    assert [*pages] == [f"S2-C{i}" for i in range(1, 9)]
    assert "The text contradicts itself" in pages["S2-C7"]["tested"][2]
    assert pages["S2-C4"]["tested"][1:] == [one for one in pages["S2-C4"]["tested"] if "partial collapse" in one]
    assert {figure for page in pages.values() for figure in page["figures"]} == {*CLAIMED.figures(made)}
    assert {figure for _, figures in CLAIMED.pages.values() for figure in figures} <= {*made}
