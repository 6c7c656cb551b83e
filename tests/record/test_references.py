"""The kept references are still this version's: README says that their figures can be audited here."""

import contextlib
import re
from pathlib import Path

import pytest

from gangan.core.files import file_digest
from gangan.record import ledger
from gangan.record.code import code
from gangan.record.targets import investigate
from gangan.record.text import as_text
from support.clone import PARTS, ROOT, Clone

OLD = {"ppgn", "widths"}  # audited by the code that made them
LEDGERS = sorted(path.parent for path in ROOT.glob("reference/*/ledger.json"))
README = " ".join((ROOT / "README.md").read_text("utf-8").split())
NOW = [folder.name for folder in LEDGERS if folder.name not in OLD]


def test_readme_names_them() -> None:
    (named,) = re.findall(r"The figures of (.{,80}?) are this version's", README)
    assert sorted(re.findall(r"`([a-z]+)`", named)) == NOW


@pytest.mark.parametrize("name", NOW)
def test_the_code_behind_each_of_their_figures_is_that_of_this_clone(name: str) -> None:
    folder = ROOT / "reference" / name
    _, records = ledger.read(folder / "ledger.json")
    (results,) = {path.partition("/figures/")[0] for path in records.makers if path.endswith(".png")}
    figures = sorted(folder.glob("figures/*.png"))
    assert figures
    waiting, seen = [f"{results}/figures/{figure.name}" for figure in figures], set[str]()
    for figure, path in zip(figures, waiting, strict=True):
        assert records.kept[records.makers[path]].made[path].sha256 == file_digest(figure), figure
    while waiting:
        place = records.makers[waiting.pop()]
        if place not in seen:
            seen.add(place)
            record = records.kept[place]
            assert record.code == code(record.call.rpartition(".")[0]), place
            waiting += [entry.path for entry in record.inputs.values()]


@pytest.mark.parametrize("name", NOW)
def test_an_audit_against_its_ledger_verifies_a_figure(name: str, tmp_path: Path) -> None:
    here = Path("reference", name)
    clone = Clone(tmp_path / "clone", (*PARTS, str(here)))
    figure = min((clone.folder / here / "figures").glob("*.png")).relative_to(clone.folder)
    with contextlib.chdir(clone.folder):
        found = investigate(Path.cwd(), [str(figure)], [here / "config.yaml"], here / "ledger.json", require_data=False)
    assert found.audit.verified, as_text(found.audit, name)
