"""Claims computed from a table whose runs are made up, against numbers worked by hand."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from gangan.papers.oned.claims import claims, rates
from gangan.papers.oned.config import Setting
from support.oned import CONFIG

SEEDS = range(20)
MEASURES = ("distance", "ks", "shift", "loss_discriminator", "loss_generator", "noise_discriminator", "noise_generator")


def lines(fits: Any, **more: Any) -> list[dict[str, Any]]:
    """Runs of a setting: a seed fits if ``fits`` says so; functions of the seed are measures, other words changes."""
    changes = {name: value for name, value in more.items() if name in Setting.model_fields}
    measured = {name: value for name, value in more.items() if name not in changes}
    setting = CONFIG.setting.model_copy(update=changes).model_dump()
    default = dict.fromkeys(MEASURES, 0.0) | {"spread": 1.0, "within": 1, "steps": 100, "collapsed": 0, "diverged": 0}
    return [
        setting
        | {"seed": seed, "fits": int(fits(seed))}
        | default
        | {name: value(seed) for name, value in measured.items()}
        for seed in SEEDS
    ]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    found = [
        *lines(
            lambda seed: seed < 10, collapsed=lambda seed: int(seed >= 4), steps=lambda seed: 100 if seed < 9 else ""
        ),
        *lines(lambda seed: seed < 4, optimizer="gd"),
        *lines(lambda seed: seed < 12, minibatch="apart", spread=lambda seed: 1.0 if seed else 3.0),
        *lines(lambda seed: seed < 10, width=5),
        *lines(lambda seed: seed < 2, width=8),
        *lines(lambda seed: seed == 0, optimizer="gd", distribution="bimodal"),
        *lines(lambda seed: seed < 3, distribution="sigma-2", loss_generator=lambda _: float("inf")),
        *lines(lambda seed: seed < 19, distribution="sigma-055", steps=lambda seed: 600 if seed < 18 else 700),
    ]
    path = tmp_path / "runs.csv.gz"
    pd.DataFrame(found).to_csv(path, index=False)
    return path


def asked(table: Path) -> pd.DataFrame:
    return claims(table, CONFIG.setting, CONFIG.claims, 1200).set_index(["claim", "of"])


@pytest.mark.parametrize(
    ("claim", "of", "estimate", "verdict"),
    [
        ("C1", "early", 0.3, "supported"),
        ("C2, collapse", "early", 0.8, "supported"),
        ("C2, less", "early", -0.8, "supported"),
        ("C2, spread", "early", 0.95, "supported"),
        ("C4, failures", "early", 0.5, "supported"),
        ("C4, rescued", "early", 0.2, "inconclusive"),  # seeds 10 and 11 of the ten that fail
        ("C4, on the whole", "early", 0.1, "inconclusive"),
        ("C5, best", "without the layer", 0.2, "supported"),  # 0.5 less the mean of 0.5 and 0.1
        ("C5, small, below", "without the layer", 0, "supported"),
        ("C6, fails", "gradient descent", 0.05, "supported"),
        ("C6, fails", "Adam", "", "not run"),
        ("C7, good", "", 0.95, "supported"),
        ("C7, fast", "", 0.9, "supported"),
        ("C7, only", "", 0.15, "supported"),
        ("C7, fails", "", "", "not run"),
    ],
)
def test_a_claim_is_the_number_worked_by_hand(
    table: Path, claim: str, of: str, estimate: float | str, verdict: str
) -> None:
    found = asked(table).loc[(claim, of)]
    assert found["estimate"] == (estimate if estimate == "" else f"{estimate:.4g}")
    assert found["verdict"] == verdict


def test_every_claim_of_the_document_is_tested_and_no_other(table: Path) -> None:
    text = Path(__file__).parents[3].joinpath("docs/claims/oned.md").read_text()
    documented = {line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| C")}
    made = {claim.removesuffix(", below").removesuffix(", above") for claim, _ in asked(table).index}
    made = {"C7, noisier discriminator, generator" if claim.startswith("C7, noisier") else claim for claim in made}
    assert made == documented


def test_rates_count_the_runs_of_each_setting(table: Path) -> None:
    found = rates(table)
    first = found.iloc[0]
    assert (first["n"], first["fits"], first["collapsed"], first["diverged"]) == (20, "0.5", "0.8", "0")
    assert float(first["fits_low"]) < 0.5 < float(first["fits_high"])
    assert (first["median steps"], first["converged"]) == ("100", 9)
    assert len(found) == 8
