"""What the repository says of the reference studies is what the metrics committed beside it say."""

import json
import re
from pathlib import Path

import jsonschema
import pandas as pd
import pytest
import yaml

from gangan import study as whole
from gangan.measure import stats
from gangan.measure.judge import SHAPES
from gangan.papers.gangan.reporting import claims, quality
from gangan.papers.gangan.reporting.results import Scored
from gangan.papers.gangan.rules import Plan
from gangan.show import tables
from support.clone import ROOT
from support.studies import study

REFERENCE = ROOT / "reference"
PAPER = REFERENCE / "paper"
STUDIES = sorted(path.parents[1] for path in REFERENCE.glob("*/tables/attempts.csv"))


@pytest.fixture(autouse=True)
def rows_of_the_author(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Arms that read the published rows are part of a study where these are at hand."""
    rows = tmp_path / "here/resources/gan0.h5"
    rows.parent.mkdir(parents=True)
    rows.touch()
    monkeypatch.chdir(tmp_path / "here")


def answers() -> str:
    """What the page of results says of version 0.1.0's study."""
    return (ROOT / "docs/results/gangan.md").read_text("utf-8").split("## Version 0.1.0")[1]


def table(name: str, *index: str) -> pd.DataFrame:
    return pd.read_csv(PAPER / f"tables/{name}.csv").set_index(list(index)).sort_index()


def numbers() -> dict[str, float]:
    """The page's bold numbers, in its order, each by a name of its own."""
    of, attempts = table("quality", "what", "of"), table("attempts", "arm")
    frechet, discriminator = of["frechet"], of["discriminator"]
    best, distance = attempts.loc["best"], attempts["frechet"]
    compared = ("alignment", "selection", "renormalising")
    without = {name: f"best-without-{name}" for name in ("digits", "packs", "choice", "truncation", "alignment")}
    from_rows = [name for name in attempts.index if not name.startswith("best") or name == without["digits"]]
    medians = {
        seed: pd.read_csv(PAPER / f"metrics/gangans/best/{seed}.csv").query("points == 'draws'")["frechet"].median()
        for seed in (3, 4)
    }
    zoo = pd.concat(map(pd.read_csv, PAPER.glob("metrics/zoo-mlp/*.csv")))
    seeds = [pd.read_csv(path).query("points == 'draws'") for path in PAPER.glob("metrics/gangans/best/*.csv")]
    interval = stats.mean([draws["frechet"].median() for draws in seeds])  # tables are rounded already
    return {
        "GANs after 1 epoch": frechet["GANs after 1 epochs", "mlp"],
        "GANs after 100 epochs": zoo.loc[zoo["epoch"] == 99, "frechet"].mean(),
        "the best row of all": best["best_row"],
        "the best row of GAN 0": attempts.loc["as-released", "best_row"],
        "the best average": best["best_average"],
        "halfway between two runs": frechet["line at 0.5", "mlp"],
        "halfway, aligned": frechet["aligned-line at 0.5", "mlp"],
        "halfway, aligned and renormalised": frechet["aligned-line-renormalised at 0.5", "mlp"],
        "the best of arms that learn from rows alone": distance[from_rows].min(),
        "`best`": interval.estimate,
        "`best`: low": interval.low,
        "`best`: high": interval.high,
        "`best`: recall": best["recall"],
        "the best row's recall": best["best_row_recall"],
        **{f"`best`: {column}": best[column] for column in ("nearest", "neighbour")},
        "what discriminators of `best` tell": discriminator["GAN-GAN, draws (median)", "best"],
        "what discriminators of finished GANs tell": discriminator["GANs after 100 epochs", "mlp"],
        **{f"`best`, seed {seed}": median for seed, median in medians.items()},
        **{f"`best` without {name}, {end}": value for name in compared for end, value in apart(name).items()},
        **{f"`best` without {name}": distance[arm] for name, arm in without.items()},
        "`best` without selection": distance["best-without-selection"],
        "`best` without renormalising": distance["best-without-renormalising"],
    }


def apart(name: str) -> dict[str, float]:
    """The interval over seeds of the distance of `best` without an ingredient, less its own."""

    def medians(arm: str) -> pd.Series:
        files = {int(path.stem): pd.read_csv(path) for path in (PAPER / f"metrics/gangans/{arm}").glob("*.csv")}
        return pd.Series({seed: one[one["points"] == "draws"]["frechet"].median() for seed, one in files.items()})

    interval = stats.mean((medians(f"best-without-{name}") - medians("best")).dropna().tolist())
    return {"low": interval.low, "high": interval.high}


def test_every_number_in_the_pages_answers_stands_in_the_tables() -> None:
    said = re.findall(r"(−?)\*\*(\d[\d.]*)\*\*", answers())
    cells = numbers()
    for (name, number), (sign, digits) in zip(cells.items(), said, strict=False):
        written = f"{number:.{len(digits.partition('.')[2])}f}".replace("-", "−")
        assert sign + digits == written, f"{name}: the page has {sign}{digits}, the tables {number:g}"
    assert len(said) == len(cells), f"{len(said)} bold numbers, and {len(cells)} that the tables are asked for"


def test_all_samples_of_the_best_arm_sit_near_a_single_run() -> None:
    assert "All its samples sit near a single training run" in " ".join(answers().split())
    assert table("attempts", "arm").loc["best", "runs"] == 1


# Tables of version 0.1.0's study are made again by that version's code.
@pytest.mark.parametrize("name", ["claims", "quality", "attempts"])
@pytest.mark.parametrize("reference", [path for path in STUDIES if path != PAPER], ids=lambda path: path.name)
def test_the_tables_are_made_again_from_the_metrics(reference: Path, name: str, tmp_path: Path) -> None:
    plan = Plan(study(None, reference / "config.yaml").gangan, str(reference), "digits")
    everything = plan.whole(plan.groups[-1])  # which shows the arms of claims too
    files = [Path(path) for path in plan.scores(*everything)]
    given = {"scores": files, "scored": Scored.model_validate(plan.scored(*everything))}
    made = claims.claims(**given, claims=plan.config.claims) if name == "claims" else getattr(quality, name)(**given)
    tables.save(made, [tmp_path / f"{name}.csv"])
    assert (tmp_path / f"{name}.csv").read_text() == (reference / "tables" / f"{name}.csv").read_text()


@pytest.mark.parametrize("reference", STUDIES, ids=lambda path: path.name)
def test_the_metrics_of_a_reference_study_are_those_that_its_configuration_makes(reference: Path) -> None:
    content = yaml.safe_load((reference / "config.yaml").read_text())
    jsonschema.validate(content, json.loads(whole.editor_schema()))
    plan = Plan(study(None, reference / "config.yaml").gangan, str(reference), "digits")
    arms = list(plan.arms.values())
    of_judges = {str(path) for path in (reference / "metrics").glob("*.csv") if path.stem in ("judge", *SHAPES)}
    assert len(of_judges) == (1 if reference == PAPER else 2)
    kept = {str(path) for path in (reference / "metrics").rglob("*.csv")}
    zoos = plan.zoos(arms)
    named = {*content["gangan"].get("zoos", {}), *(arm.against for arm in arms if arm.against)}
    others = [zoo for zoo in plan.config.zoos if zoo in named and zoo not in zoos]  # which no arm reads
    assert kept == {*plan.scores(zoos, arms, others), *of_judges}


def test_the_demo_that_is_kept_is_the_one_that_is_run() -> None:
    kept, run = (
        yaml.safe_load(path.read_text()) for path in (REFERENCE / "demo/config.yaml", ROOT / "config/demo.yaml")
    )
    assert kept == run


def test_the_claims_page_has_the_gates_table() -> None:
    section = (ROOT / "docs/claims/gangan.md").read_text("utf-8").split("\n## The gate")[1].split("\n## ")[0]
    lines = re.findall(r"^\| [a-zF].* to .* \|$", section, re.MULTILINE)
    gate = pd.read_csv(REFERENCE / "published/gate.csv").set_index("measure")
    assert len(lines) == len(gate)
    for line, measure in zip(lines, gate.index, strict=True):
        _, ours, published, interval = (cell.strip() for cell in line.strip("|").split("|"))
        kept = dict(zip(("ours", "published", "low", "high"), (ours, published, *interval.split(" to ")), strict=True))
        for column, shown in kept.items():
            places = len(shown.partition(".")[2])
            assert f"{gate.loc[measure, column]:.{places}f}".replace("-", "−") == shown, (measure, column)
    outside = gate.index[(gate["low"] > 0) | (gate["high"] < 0)]
    assert list(outside) == ["divergence"]
    seeds = pd.read_csv(REFERENCE / "published/gate-seeds.csv").groupby("way").mean()
    assert seeds.loc["ours", list(gate.index)].tolist() == pytest.approx(gate["ours"].tolist(), rel=1e-3)
