"""The command line, run in this process in a folder of its own."""

import logging
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gangan.cli import main
from support.job import restored

Run = Callable[..., tuple[int, list[str]]]
Mistake = Callable[..., str]


@pytest.fixture
def gangan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line in a folder of its own; exit code and lines of stderr."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str | Path | int) -> tuple[int, list[str]]:
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["gangan", *map(str, words)])
            patch.setattr(logging.getLogger(), "handlers", [])  # not pytest's
            with pytest.raises(SystemExit) as end, restored():
                main()
        return end.value.code or 0, capsys.readouterr().err.splitlines()

    return run


@pytest.fixture
def mistake(gangan: Run) -> Mistake:
    """The one line of a run that exits 1."""

    def run(*words: str | Path | int) -> str:
        code, lines = gangan(*words)
        assert code == 1, lines
        assert len(lines) == 1, lines
        return lines[0].split("error: ", 1)[1]

    return run
