"""The verbs `zoo` and `card`: what they write, and mistakes in one line."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from gangan.core import rowfile
from support.commandline import Mistake, Run
from support.scoring import LAYOUT, NETWORK, drifting_rows
from support.trainings import write_zoo


@pytest.fixture
def zoo(tmp_path: Path) -> Path:
    """A zoo of two GANs of three epochs."""
    return write_zoo(tmp_path / "zoo.h5", LAYOUT, drifting_rows(2, 3), NETWORK)


def done(gangan: Run, *words: str | Path | int) -> None:
    assert gangan(*words) == (0, [])


def test_rows_go_out_as_state_dicts_and_come_back_as_a_zoo(zoo: Path, tmp_path: Path, gangan: Run) -> None:
    done(gangan, "zoo", "export", zoo, "--run", 1, "--output", "run")
    assert sorted(path.name for path in (tmp_path / "run").glob("*.safetensors")) == [
        f"{epoch:03d}.safetensors" for epoch in range(3)
    ]
    record = json.loads((tmp_path / "run/000.safetensors.json").read_text())
    assert (record["call"], len(record["outputs"])) == ("papers.gangan.sharing.states.export", 3)
    done(gangan, "zoo", "import", "run", "--output", "again.h5")
    assert torch.equal(rowfile.rows(tmp_path / "again.h5"), rowfile.rows(zoo, [1]))
    read = json.loads((tmp_path / "again.h5.json").read_text())["inputs"]
    assert {one["path"] for one in read.values()} == {f"run/{epoch:03d}.safetensors" for epoch in range(3)}


def test_one_row_or_an_average_is_one_file(zoo: Path, tmp_path: Path, gangan: Run) -> None:
    done(gangan, "zoo", "export", zoo, "--row", 5, "--output", "row.safetensors")
    done(gangan, "zoo", "export", zoo, "--run", 1, "--average", 1, "--output", "mean.safetensors")
    row, mean = (load_file(tmp_path / f"{name}.safetensors") for name in ("row", "mean"))
    assert all(torch.equal(row[name], mean[name]) for name, _ in LAYOUT.shapes)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["info", "absent.h5"], "absent.h5: no such file"),
        (["export", "absent.h5", "--row", 0, "--output", "x"], "absent.h5: no such file"),
        (["export", "zoo.h5", "--row", 0], "--output: missing; it names "),
        (["export", "tiny", "--average", 2], "--output: missing; it names "),
        (["export", "zoo.h5"], "zoo.h5: of a zoo's file name rows, --row or --run, and --output; else name a study"),
        (["export", "results/tiny/zoo.h5"], "results/tiny/zoo.h5: of a zoo's file name rows, --row or --run, and"),
        (["export", "results/tiny"], "'results/tiny': name a study alone, without its folder"),
        (["info", "his"], "his: no file; name a zoo.h5, or one job's file"),
        (["info", ""], ".: no file; name a zoo.h5, or one job's file"),
        (["export", "his", "--row", 0, "--output", "x"], "his: no file; name a zoo.h5, or one job's file"),
        (["export", "tiny"], "no Snakefile in "),
        (["import", "absent", "--output", "x.h5"], "absent: no such folder"),
        (["import", "his", "--output", "x.h5"], "his/0.pt: not read: damaged, or more than tensors; wanted: "),
        (["import", "his", "--output", "his/0.pt"], "his/0.pt would be written, and is read; name another file"),
        (["export", "zoo.h5", "--row", 0, "--output", "zoo.h5"], "zoo.h5 would be written, and is read; name another"),
        (["import", "his", "--output", "x.h5", "--rename", "D"], "--rename: D; allowed: OLD=NEW"),
    ],
)
@pytest.mark.usefixtures("zoo")
def test_a_mistake_is_one_line_and_nothing_is_made(
    tmp_path: Path, mistake: Mistake, words: list[str | int], said: str
) -> None:
    (tmp_path / "his").mkdir()
    (tmp_path / "his/0.pt").write_text("no weights")
    before = {path: path.is_file() and path.read_bytes() for path in tmp_path.rglob("*")}
    assert mistake("zoo", *words).startswith(said)
    assert {path: path.is_file() and path.read_bytes() for path in tmp_path.rglob("*")} == before
