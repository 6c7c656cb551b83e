"""The import graph is the rebuild graph: what each kind of result depends on, by name, so that it grows knowingly."""

import ast
import re
import shutil
from pathlib import Path

import pytest

from gangan.core.files import UserError
from gangan.record.code import PACKAGE, code, code_digest
from gangan.study import PAPERS


def modules(*names: str, package: Path = PACKAGE) -> set[str]:
    """The modules behind some, without data files."""
    return {name for name in code(*names, package=package) if "/" not in name}


HERE = "papers.gangan"
RESULTS = {f"{HERE}.arms", f"{HERE}.reporting.results"}
ONED = "papers.oned"
ONED_RUNS = {"core.layout", f"{ONED}.networks", f"{ONED}.trained"}
NETWORKS = {"core.layout", "core.streams", f"{HERE}.layers", f"{HERE}.networks"}
PINNED = {
    "data.idx": set(),
    "measure.judge": {"core.streams", "data.idx"},
    f"{HERE}.training.gans": {"core.rowfile", "core.train", "data.idx", f"{HERE}.training.bce", f"{HERE}.training.step"}
    | NETWORKS,
    f"{HERE}.reporting.charts": {"show.axes", "show.style"} | RESULTS,
    f"{HERE}.reporting.claims": {"measure.claims", "measure.stats", "show.tables"} | RESULTS,
    f"{HERE}.reporting.quality": {"measure.stats", "show.tables"} | RESULTS,
    f"{HERE}.reporting.losses": {"core.layout", "core.rowfile", "show.style"},
    f"{ONED}.training": {"core.layout", "core.streams"}
    | {f"{ONED}.{name}" for name in ("distributions", "networks", "step")},
    f"{ONED}.scoring": {"measure.onedim"} | ONED_RUNS,
    f"{ONED}.pictures": {"show.style", f"{ONED}.results"} | ONED_RUNS,
    f"{ONED}.charts": {"measure.stats", "show.style", f"{ONED}.results"},
    f"{ONED}.claims": {"measure.claims", "measure.runs", "measure.stats", "show.tables", f"{ONED}.results"},
}
MPGAN = "papers.mpgan"
MPGAN_RUN = {"core.layout", f"{MPGAN}.networks"}
MPGAN_TRAINING = {"core.rowfile", "core.streams", "core.train", "data.selection", f"{MPGAN}.step"} | MPGAN_RUN
PINNED |= {
    f"{MPGAN}.training": MPGAN_TRAINING,
    f"{MPGAN}.charts": {"show.axes", "show.style"},
    f"{MPGAN}.claims": {"measure.claims", "measure.runs", "measure.stats", "show.tables", f"{MPGAN}.results"},
    f"{MPGAN}.tabular.training": {"data.tabular", f"{MPGAN}.tabular.lines", f"{MPGAN}.training"} | MPGAN_TRAINING,
}
PPGN = "papers.ppgn"
PPGN_DIGITS = {"core.streams", "data.idx", f"{PPGN}.digits", f"{PPGN}.networks"}
PINNED |= {
    f"{PPGN}.encoder": PPGN_DIGITS,
    f"{PPGN}.training": {"core.train", f"{PPGN}.schedule", f"{PPGN}.step"} | PPGN_DIGITS,
    f"{PPGN}.charts": {"show.style"},
    f"{PPGN}.claims": {"measure.claims", "measure.runs", "measure.stats", "show.tables", f"{PPGN}.results"},
}
SURVEY = "papers.survey"
SURVEY_TRAINING = {"core.streams", "core.train", f"{SURVEY}.players"}
PINNED |= {
    f"{SURVEY}.toy.training": {f"{SURVEY}.toy.densities", f"{SURVEY}.toy.networks"} | SURVEY_TRAINING,
    f"{SURVEY}.drawing.training": {"data.selection", f"{SURVEY}.drawing.losses", f"{SURVEY}.drawing.networks"}
    | SURVEY_TRAINING,
    f"{SURVEY}.translation.training": {f"{SURVEY}.translation.networks", f"{SURVEY}.translation.pool"}
    | SURVEY_TRAINING,
    f"{SURVEY}.claims": {"measure.claims", "measure.runs", "measure.stats", "show.tables"},
}


@pytest.mark.parametrize("name", PINNED)
def test_what_a_result_depends_on_is_this_and_no_more(name: str) -> None:
    assert modules(name) == PINNED[name] | {name}


def test_figures_and_tables_depend_on_few() -> None:
    assert len(modules(f"{HERE}.reporting.charts")) <= 5
    assert len(modules(f"{HERE}.reporting.claims")) <= 6
    assert len(modules(f"{HERE}.training.gans")) <= 10


EVERY = sorted(".".join(path.relative_to(PACKAGE).with_suffix("").parts) for path in PACKAGE.rglob("*.py"))
EVERY = [name.removesuffix(".__init__") for name in EVERY if name != "__init__"]


@pytest.mark.parametrize("paper", PAPERS)
def test_no_paper_is_behind_another(paper: str) -> None:
    own = f"papers.{paper}"
    inside = [name for name in EVERY if f"{name}.".startswith(f"{own}.")]
    assert len(inside) > 2
    behind = {other for other in modules(*inside) if other.startswith("papers.")}
    assert {other for other in behind if not f"{other}.".startswith(f"{own}.")} == set()


def test_no_paper_is_behind_what_papers_share() -> None:
    shared = [name for name in EVERY if name.split(".")[0] in ("core", "data", "measure", "show", "record")]
    assert len(shared) > 20
    assert {name for name in modules(*shared) if name.startswith("papers")} == set()


def test_a_reworded_error_changes_no_digest(tmp_path: Path) -> None:
    package = tmp_path / "gangan"
    shutil.copytree(PACKAGE, package)
    for name in (
        "core/rowfile",
        "core/layout",
        "core/train",
        "data/idx",
        "measure/judge",
        "papers/gangan/training/gans",
    ):
        module = package / f"{name}.py"
        text, count = re.subn(r'(raise \w+Error\(\s*f?")', r"\1Reworded: ", module.read_text())
        assert count, module
        module.write_text(text)
    for name in (f"{HERE}.training.gans", f"{HERE}.training.gangans", "measure.judge", f"{HERE}.scoring.bench"):
        assert code(name, package=package) == code(name)


def test_a_module_that_moves_is_followed_and_one_left_behind_is_named(tmp_path: Path) -> None:
    training = f"{HERE}.training.gans"
    with pytest.raises(UserError, match=r"imports gangan\.core\.streams"):
        code(training, package=moved(tmp_path / "half", rewrite=False))
    before, after = code(training), code(training, package=moved(tmp_path / "whole"))
    assert after.keys() == {*before, "core.random.seeded"} - {"core.streams"}
    assert after["core.random.seeded"] == before["core.streams"]
    changed = code(training, package=moved(tmp_path / "changed", more="EXTRA = 1"))
    assert {name for name in changed if changed[name] != after[name]} == {"core.random.seeded"}


def moved(folder: Path, rewrite: bool = True, more: str = "") -> Path:
    """A copy of the package in which a module stands in a folder of its own, with ``more`` at its end."""
    package = folder / "gangan"
    shutil.copytree(PACKAGE, package)
    (package / "core/random").mkdir()
    (package / "core/random/__init__.py").touch()
    text = (package / "core/streams.py").read_text()
    (package / "core/streams.py").unlink()
    (package / "core/random/seeded.py").write_text(f"{text}\n{more}\n")
    for module in package.rglob("*.py") if rewrite else ():
        module.write_text(module.read_text().replace("gangan.core.streams import", "gangan.core.random.seeded import"))
    return package


def test_every_rule_of_every_paper_names_a_function_whose_code_counts() -> None:
    """What a rule calls: its module is the code of its results (``job`` in common.smk)."""
    calls: set[str] = set()
    for path in (PACKAGE.parents[1] / "workflow").rglob("*.smk"):
        calls |= set(re.findall(r'\*\*job\(\s*"([\w.]+)"', path.read_text()))
    assert len(calls) > 20
    for call in calls:
        module, _, name = call.rpartition(".")
        tree = ast.parse(PACKAGE.joinpath(*module.split(".")).with_suffix(".py").read_text())
        assert name in [node.name for node in tree.body if isinstance(node, ast.FunctionDef)], call
        assert re.fullmatch("[0-9a-f]{16}", code_digest(module))
