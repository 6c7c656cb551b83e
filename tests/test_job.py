"""The one runner of all rules: what it is told is checked before anything is made, and each mistake is one line."""

import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gangan.cli import main
from gangan.core.files import UserError
from gangan.job import run
from support.clone import ROOT
from support.job import restored

FETCH, TRAIN, SCORE = (
    "data.idx.fetch",
    "papers.gangan.training.gans.train_gans",
    "papers.gangan.scoring.bench.score_gans",
)
GAN = {
    "epochs": 1,
    "batch": 500,
    "learning_rate": 2e-4,
    "network": {"kind": "mlp", "latent": 2, "hidden": 2},
    "loss": {"kind": "gan", "of": "probabilities"},
    "shared_initialisation": False,
}
EVALUATION = {
    "images": 2,
    "neighbour_images": 2,
    "neighbours": 1,
    "every": 1,
    "ema": 0.5,
    "lines": 1,
    "probes": 1,
}
Mistake = Callable[..., str]


@pytest.fixture
def mistake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Mistake:
    """The one line of a job that fails, in a folder of its own, but for that in which a training says where it runs."""
    monkeypatch.chdir(tmp_path)

    def fail(call: str, settings: Any, files: Any, *words: str) -> str:
        given = [value if isinstance(value, str) else json.dumps(value) for value in (settings, files)]
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["gangan", "job", call, "--settings", given[0], "--files", given[1], *words])
            patch.setattr(logging.getLogger(), "handlers", [])  # not pytest's
            with pytest.raises(SystemExit) as end, restored():
                main()
        lines = [line for line in capsys.readouterr().err.splitlines() if not re.search(r" process \d+ on ", line)]
        assert (end.value.code, len(lines)) == (1, 1), lines
        return lines[0].split("error: ", 1)[1]

    return fail


def output(**paths: str) -> dict[str, Any]:
    return {"output": paths}


TOLD = {
    "no module": (FETCH.replace("idx", "idy"), {}, output(digits="x"), "there is no module gangan.data.idy"),
    "no function": (FETCH + "ed", {}, output(digits="x"), "gangan.data.idx has no function fetched"),
    "no module named": ("fetch", {}, output(digits="x"), "there is no module gangan."),
    "what is no function": ("data.idx.ARCHIVES", {}, output(digits="x"), "gangan.data.idx has no function ARCHIVES"),
    "a missing setting": (FETCH, {}, output(digits="x"), f"{FETCH}: name: missing"),
    "an unknown setting": (
        FETCH,
        {"name": "mnist-5k", "mirror": []},
        output(digits="x"),
        f"{FETCH}: mirror: unknown key; allowed: name",
    ),
    "what the runner gives": (
        FETCH,
        {"name": "mnist-5k", "mirrors": []},
        output(digits="x"),
        f"{FETCH}: mirrors: unknown key; allowed: name",
    ),
    "a wrong setting": (
        FETCH,
        {"name": 5},
        output(digits="x"),
        f"{FETCH}: name: Input should be a valid string, not 5",
    ),
    "a wrong block": (
        TRAIN,
        {"gan": {**GAN, "epochs": 0}, "seed": 0, "first": 0, "count": 1},
        {"input": {"digits": "d"}, **output(rows="x", timing="t")},
        f"{TRAIN}: gan.epochs: Input should be greater than 0, not 0",
    ),
    "settings that are a list": (FETCH, [], output(digits="x"), f"{FETCH}: Input should be an object, not []"),
    "an unknown output": (
        FETCH,
        {"name": "mnist-5k"},
        output(digit="x"),
        f"{FETCH}: no file named digit; allowed: name, mirrors, digits",
    ),
    "an unknown input": (
        FETCH,
        {"name": "mnist-5k"},
        {"input": {"raw": "x"}, **output(digits="x")},
        f"{FETCH}: no file named raw; allowed: name, mirrors, digits",
    ),
    "a missing file": (FETCH, {"name": "mnist-5k"}, {"input": {}}, "files: output: missing"),
    "no output": (FETCH, {"name": "mnist-5k"}, output(), "files: output: Dictionary should have at least 1 item"),
    "a path that is a number": (
        FETCH,
        {},
        {"output": {"digits": 3}},
        "files: output.digits: Input should be a valid s",
    ),
    "files that are a list": (FETCH, {}, [], "files: Input should be a valid dictionary"),
    "another kind of files": (FETCH, {}, {"inputs": {}}, "files: output: missing"),
    "no JSON of settings": (FETCH, "{", output(digits="x"), "--settings: no JSON: "),
    "no JSON of files": (FETCH, {}, "{'output'}", "--files: no JSON: "),
    "a file of settings that is missing": (FETCH, "@gone", output(digits="x"), "cannot read gone: No such file"),
    "a file of files that is missing": (FETCH, {}, "@gone", "cannot read gone: No such file or directory"),
    "a folder": (FETCH, {}, "@.", "cannot read .: Is a directory"),
}


@pytest.mark.parametrize("what", TOLD)
def test_what_is_no_job_is_said_in_one_line_and_nothing_is_made(what: str, mistake: Mistake, tmp_path: Path) -> None:
    call, settings, files, said = TOLD[what]
    assert mistake(call, settings, files).startswith(said)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"{", b"\xff{}"], ids=["empty", "cut short", "no text"])
def test_a_file_that_is_no_json_is_named(content: bytes, mistake: Mistake, tmp_path: Path) -> None:
    (tmp_path / "settings").write_bytes(content)
    assert mistake(FETCH, "@settings", output(digits="x")).startswith("settings: no JSON: ")


def test_a_mistake_in_the_environment_is_named(mistake: Mistake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANGAN_MIRRORS", "{")
    assert mistake(FETCH, {"name": "mnist"}, output(digits="x")).startswith("GANGAN_MIRRORS: no JSON: ")


@pytest.mark.parametrize("fault", [AttributeError("numpy.no_such"), ModuleNotFoundError(name="gangan.measure.absent")])
def test_a_fault_inside_a_module_is_not_a_missing_one(fault: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: str) -> None:
        raise fault

    monkeypatch.setattr("gangan.job.import_module", fail)
    with pytest.raises(type(fault)):
        run(FETCH, {"name": "mnist-5k"}, output(digits="x"))


def test_a_job_says_where_it_runs_before_anything_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the only writer of its output, and its log begins with that, before it asks for a GPU."""

    def set_up(*_: Any) -> None:
        raise RuntimeError(f"held: {(tmp_path / '.x.lease').exists()}")

    monkeypatch.setattr("gangan.job._set_up", set_up)
    with pytest.raises(RuntimeError, match="held: True"):
        run(FETCH, {"name": "mnist-5k"}, output(digits=str(tmp_path / "x")))


def test_a_missing_input_is_named_in_one_line_and_nothing_is_made(mistake: Mistake, tmp_path: Path) -> None:
    settings = {"gan": GAN, "seed": 0, "first": 0, "count": 1}
    files = {"input": {"digits": "absent"}, **output(rows="0.h5", timing="0.csv")}
    assert mistake(TRAIN, settings, files) == "cannot read absent: No such file or directory"
    assert list(tmp_path.iterdir()) == []


def test_what_scoring_cannot_read_is_one_line(mistake: Mistake, tmp_path: Path) -> None:
    read = dict.fromkeys(("rows", "judge", "second", "digits"), "damaged")
    files = {"input": read, **output(scores="x.csv", moments="x")}
    wrong = mistake(SCORE, {"evaluation": {}, "seed": 0}, files)
    assert wrong == f"{SCORE}: evaluation.images: missing"
    settings = {"evaluation": EVALUATION, "seed": 0}
    assert mistake(SCORE, settings, files) == "cannot read damaged: No such file or directory"
    (tmp_path / "damaged").write_bytes(b"no tensors")
    line = mistake(SCORE, settings, files)
    assert line.startswith("damaged: ")
    assert line.endswith("; delete the file and run again")


def test_a_job_that_would_write_over_what_it_reads_is_refused_by_whatever_names(
    mistake: Mistake, tmp_path: Path, digits: Path
) -> None:
    for name in ("digits", "rows.h5.json"):
        (tmp_path / name).write_bytes(digits.read_bytes())
    (tmp_path / "link").symlink_to("digits")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    settings = {"gan": GAN, "seed": 0, "first": 0, "count": 1}
    for read, rows, timing, said in (
        ("digits", "digits", "t", "digits"),
        ("link", "rows.h5", "./digits", "digits"),
        ("digits", "rows.h5", "link", "link"),
        ("rows.h5.json", "rows.h5", "t", "rows.h5.json"),  # the record
    ):
        line = mistake(TRAIN, settings, {"input": {"digits": read}, **output(rows=rows, timing=timing)})
        assert line == f"{said} would be written, and is read; name another file"
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_an_unwritable_output_or_log_is_named_in_one_line(mistake: Mistake, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    fetched = {"name": "mnist-5k"}
    unwritable = tmp_path / "file" / "digits.safetensors"
    assert mistake(FETCH, fetched, output(digits=str(unwritable))).startswith(f"cannot write {unwritable.parent}/")
    log = tmp_path / "file" / "log"
    assert mistake(FETCH, fetched, output(digits="x"), "--log", str(log)).startswith(f"cannot write {log}: ")
    assert not (tmp_path / "x").exists()


def test_a_mistake_stands_in_the_log_too(mistake: Mistake, tmp_path: Path) -> None:
    line = mistake(FETCH, {}, output(digits="x"), "--log", "logs/log")
    assert (tmp_path / "logs/log").read_text().rstrip().endswith(f"error: {line}")


def test_settings_and_files_may_stand_in_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "settings.json").write_text('{"name": "mnist-5k"}')
    (tmp_path / "files.json").write_text(json.dumps(output(digits="out/digits.safetensors")))
    words = ["gangan", "job", FETCH, "--settings", "@settings.json", "--files", "@files.json"]
    monkeypatch.setattr(sys, "argv", words)
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    with pytest.raises(SystemExit) as end, restored():
        main()
    assert not end.value.code, capsys.readouterr().err
    record = json.loads((tmp_path / "out/digits.safetensors.json").read_text())
    assert (record["call"], record["settings"]) == (FETCH, {"name": "mnist-5k"})
    assert record["argv"] == words


def test_a_setting_takes_the_type_of_its_parameter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module of the package that is written for this test, and imported by its name as any other."""
    module = type(sys)("gangan.told")
    exec(
        "from pathlib import Path\n"
        "def write(count: int, share: float = 0.5, out: Path = Path('x'), texts: list[str] | None = None) -> None:\n"
        "    out.write_text(repr((count, share, texts)))\n",
        vars(module),
    )
    monkeypatch.setitem(sys.modules, "gangan.told", module)
    monkeypatch.setattr("gangan.record.record.code", lambda *_: {})
    monkeypatch.chdir(tmp_path)
    run("told.write", {"count": 3, "texts": ["a"]}, output(out="out"))
    assert (tmp_path / "out").read_text() == "(3, 0.5, ['a'])"
    for wrong in ("3", 3.5, True, None):
        with pytest.raises(UserError, match=r"told\.write: count: "):
            run("told.write", {"count": wrong}, output(out="out"))
    with pytest.raises(UserError, match="share"):
        run("told.write", {"count": 3, "share": "half"}, output(out="out"))


def test_a_job_leaves_its_output_its_times_a_record_and_no_state_of_training(tmp_path: Path, digits: Path) -> None:
    settings = {"gan": GAN, "seed": 0, "first": 2, "count": 1}
    files = {"input": {"digits": str(digits)}, **output(rows="2.h5", timing="2.csv"), "wildcards": {"first": "02"}}
    words = ["job", TRAIN, "--settings", json.dumps(settings), "--files", json.dumps(files), "--rule", "gangan_train"]
    command = [sys.executable, "-m", "gangan", *words]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "GAN 2: epoch 1/1, losses: generator" in done.stderr  # plain lines where there is no terminal
    kept = ".2.h5.checkpoint"  # second names of the outputs, for a retry that deletes the first
    assert {path.name for path in tmp_path.iterdir()} == {"2.h5", "2.csv", "2.h5.json", kept}
    assert not list((tmp_path / kept).glob("state.*"))
    record = json.loads((tmp_path / "2.h5.json").read_text())
    assert (record["rule"], record["wildcards"], record["settings"]) == ("gangan_train", {"first": "02"}, settings)
    (attempt,) = record["attempts"]
    assert (attempt["resumed_at"], attempt["steps"]) == (0, 10)
