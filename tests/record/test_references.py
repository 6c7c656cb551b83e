"""The kept references are still this version's: README says that their figures can be audited here."""

import re

import pytest

from gangan.core.files import file_digest
from gangan.record import ledger
from gangan.record.code import code
from support.clone import ROOT

LEDGERS = sorted(path.parent for path in ROOT.glob("reference/*/ledger.json"))
README = " ".join((ROOT / "README.md").read_text("utf-8").split())
OLD = {"paper", "widths"}  # audited by the code that made them


def test_readme_names_them() -> None:
    (named,) = re.findall(r"The figures of (.{,80}?) are this version's", README)
    assert {*re.findall(r"`([a-z]+)`", named)} == {folder.name for folder in LEDGERS} - OLD


@pytest.mark.parametrize("name", [folder.name for folder in LEDGERS if folder.name not in OLD])
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
