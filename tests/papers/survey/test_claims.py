"""Claims computed from tables that are made up, against numbers worked by hand."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from gangan.measure.runs import Run
from gangan.papers.survey.claimed import CLAIMED
from gangan.papers.survey.claims import Factor, claims, pairs
from gangan.papers.survey.drawing.tables import quality
from gangan.papers.survey.results import gather
from gangan.papers.survey.rules import Plan
from gangan.papers.survey.translation.tables import factorial
from support.clone import ROOT
from support.survey import CONFIG

SEEDS = range(3)
PLAN = Plan(CONFIG, "x", "digits")
FACTORS = [Factor(**one) for one in PLAN.factors]


def write(folder: Path, name: str, lines: list[dict[str, Any]]) -> Path:
    path = folder / f"{name}.csv"
    pd.DataFrame(lines).to_csv(path, index=False)
    return path


@pytest.fixture
def tables(tmp_path: Path) -> dict[str, Path]:
    toys = [
        {"arm": arm, "seed": seed, "misses": int(seed < missing), "spot": int(seed < on_a_spot)}
        for arm, missing, on_a_spot in (
            ("three-normals", 18, 0),
            ("three-normals-balanced", 9, 0),
            ("two-uniforms", 20, 2),
            ("two-uniforms-balanced", 20, 0),
        )
        for seed in range(20)
    ]
    course = {  # by arm the losses of discriminator and generator, and the distances
        "infogan": ([1.0, 2.0, 3.0, 4.0], [4.0, 3.0, 1.0, 2.0]),
        "dcgan": ([1.0, 1.0, 1.0, 1.0], [4.0, 3.0, 2.0, 1.0]),
        "wgan": ([-4.0, -3.0, -2.0, -1.0], [4.0, 3.0, 2.0, 1.0]),
        "wgan-released": ([-1.0, -2.0, -3.0, -4.0], [4.0, 3.0, 2.0, 1.0]),
    }
    drawings = [
        {"arm": arm, "seed": seed, "after": i + 1, "loss_discriminator": loss, "loss_generator": -loss}
        | {"frechet": distance + seed / 100, "scarcest": {"wgan": 0.5, "dcgan": 0.3}.get(arm, 0.1) + seed / 100 * i}
        for arm, (losses, distances) in course.items()
        for seed in SEEDS
        for i, (loss, distance) in enumerate(zip(losses, distances, strict=True))
    ]
    probed = [
        {"arm": arm, "seed": seed, "form": form, "step": step, "gradient": gradient * (1 + 0.01 * seed * step)}
        for arm, form, last in (
            ("wgan", "critic", 2.0),
            ("dcgan", "saturating", 1e-4),
            ("dcgan", "non-saturating", 10.0),
        )
        for seed in SEEDS
        for step, gradient in ((0, 1.0), (1, last))
    ]
    translations, costs = [], []
    for one in FACTORS:
        weights = (16 if one.width == 64 else 4) * (0.75 if one.fused else 1)
        operations = (4 if one.width == 64 else 1) * (1.5 if one.identity else 1)
        costs.append({"arm": one.arm, "parameters": weights, "gmac_pass": operations, "gmac_step": operations})
        for seed in SEEDS:
            errors = {f"error_to_{to}": (0.2 if one.fused else 0.1) * (1 + seed / 100) for to in "ab"}
            others = dict.fromkeys(("cycle_a", "cycle_b", "frechet_to_a", "frechet_to_b"), 1.0)
            translations.append({"arm": one.arm, "seed": seed, "seconds": operations * 0.5} | errors | others)
    made = {"toys": toys, "drawings": drawings, "probed": probed, "translations": translations, "costs": costs}
    return {name: write(tmp_path, name, lines) for name, lines in made.items()}


def asked(tables: Mapping[str, Path]) -> pd.DataFrame:
    return claims(FACTORS, CONFIG.claims, **tables).set_index(["claim", "of"])


@pytest.mark.parametrize(
    ("claim", "of", "estimate", "verdict"),
    [
        ("S1-C1", "three-normals", 0.9, "supported"),
        ("S1-C1, than balanced", "three-normals − three-normals-balanced", 0.45, "supported"),
        ("S1-C2", "two-uniforms", 0.1, "not supported"),
        ("S1-C2, than balanced", "two-uniforms − two-uniforms-balanced", 0.1, "inconclusive"),
        ("S1-C3", "infogan, generator", 0.8, "not supported"),
        ("S1-C3", "infogan, discriminator", 0.8, "not supported"),
        ("S1-C4", "wgan", 1, "supported"),  # its estimate is 4, 3, 2, 1
        ("S1-C4", "wgan-released", -1, "not supported"),
        ("S1-C5", "wgan − dcgan", 0.2, "supported"),
        ("S1-C5", "wgan-released − dcgan", -0.2, "not supported"),
        ("S1-C6", "wgan", sum(math.log10(2 * (1 + 0.01 * s)) for s in SEEDS) / 3, "supported"),
        ("S1-C6, discriminator", "dcgan", sum(-4 + math.log10(1 + 0.01 * s) for s in SEEDS) / 3, "supported"),
        ("S1-C7", "as reported", math.log(16 / 3), "supported"),
        ("S1-C7", "sharing", math.log(4 / 3), "not supported"),
        ("S1-C7", "width", math.log(4), "supported"),
        ("S1-C7", "identity", 0, "not supported"),
        ("S1-C8", "as reported", math.log(6), "supported"),
        ("S1-C8", "sharing", 0, "not supported"),
        ("S1-C8, operations", "identity", math.log(1.5), "not supported"),
        ("S1-C9, to B", "as reported", -math.log(2), "supported"),
        ("S1-C9, to A", "sharing", -math.log(2), "supported"),
    ],
)
def test_a_claim_is_the_number_worked_by_hand(
    tables: dict[str, Path], claim: str, of: str, estimate: float, verdict: str
) -> None:
    found = asked(tables).loc[(claim, of)]
    assert float(found["estimate"]) == pytest.approx(estimate, rel=2e-3, abs=1e-9)
    assert found["verdict"] == verdict


def test_every_claim_of_the_document_is_tested_and_no_other(tables: dict[str, Path]) -> None:
    text = (ROOT / "docs/claims/survey.md").read_text()
    documented = {line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| S1-C")}
    assert {claim for claim, _ in asked(tables).index} == documented


def test_what_is_not_in_a_study_is_not_run(tables: dict[str, Path]) -> None:
    found = claims([], CONFIG.claims, toys=tables["toys"])
    of_toys = found["claim"].str.startswith(("S1-C1", "S1-C2"))
    assert set(found[~of_toys]["verdict"]) == {"not run"}
    assert "not run" not in set(found[of_toys]["verdict"])


def test_each_factor_has_four_pairs_that_differ_in_it_alone() -> None:
    found = pairs(FACTORS)
    assert {name: len(those) for name, those in found.items()} == {"sharing": 4, "width": 4, "identity": 4}
    assert ("fused-half-none", "two-half-none") in found["sharing"]
    assert ("two-half-none", "two-full-none") in found["width"]
    assert ("two-full-none", "two-full-identity") in found["identity"]


def test_the_table_of_the_factorial_has_a_row_for_each_of_its_eight_arms(tables: dict[str, Path]) -> None:
    found = factorial(tables["translations"], tables["costs"], CONFIG.factorial)
    assert found["arm"].tolist() == CONFIG.factorial
    assert set(found["n"]) == {3}
    line = found.set_index("arm").loc["fused-half-none"]
    assert (line["parameters"], float(line["gmac_step"]), float(line["seconds"])) == (3, 1, 0.5)
    assert float(line["error_to_b"]) == pytest.approx(0.202)
    assert float(line["error_to_b_low"]) < 0.2 < float(line["error_to_b_high"])


def test_the_table_of_quality_shows_the_last_epoch(tmp_path: Path) -> None:
    columns = ("frechet_second", "scarcest", "precision", "recall", "loss_generator", "loss_discriminator", "seconds")
    lines = [
        {"arm": "x", "seed": seed, "after": after, "frechet": 10 * after + seed} | dict.fromkeys(columns, after)
        for seed in SEEDS
        for after in (1, 2)
    ]
    ((_, found),) = quality(write(tmp_path, "runs", lines)).iterrows()
    assert (found["epochs"], found["n"], float(found["frechet"])) == (2, 3, 21)


def test_runs_are_gathered_with_their_arms_and_seeds(tmp_path: Path) -> None:
    files = [write(tmp_path, f"run-{i}", [{"value": i}, {"value": i + 10}]) for i in (0, 1)]
    gather([Run(arm="a", seed=7), Run(arm="b", seed=3)], files, tmp_path / "table.csv")
    found = pd.read_csv(tmp_path / "table.csv").to_dict("list")
    assert found == {"arm": [*"aabb"], "seed": [7, 7, 3, 3], "value": [0, 10, 1, 11]}


def test_pages_of_claims_quote_their_documents_and_show_figures_that_are_made() -> None:
    made = PLAN.figures()
    pages = {page["name"]: page for page in CLAIMED.settings(ROOT / CLAIMED.tests, ROOT / CLAIMED.facts, made)}
    assert [*pages] == [f"S1-C{i}" for i in range(1, 10)]
    assert {figure for _, figures in CLAIMED.pages.values() for figure in figures} <= {*made}
    assert "11,756,422" in pages["S1-C7"]["differences"]["section 8, item 5"]
