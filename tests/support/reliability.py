"""The table of faults tried: tests say what they did with ``survived``, ``--reliability FILE`` writes it down."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from support.faults import end_all

HEAD = """# Faults tried

Written by `make faults`. Each line is a fault that a test causes while a small study runs, how many times, and which of
the study's results then are damaged, missing, or not byte for byte those of the same study undisturbed.

| fault | where | times | lost |
|---|---|---:|---|
"""

Survived = Callable[[str, str, int, Sequence[object]], None]
table = pytest.StashKey[list[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--reliability", type=Path, help="write the table of faults to this file if every test passes")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[table] = []


@pytest.fixture
def survived(request: pytest.FixtureRequest) -> Iterator[Survived]:
    """Enter a fault, where, how often, and what was lost into the table; something lost fails the test."""

    def enter(fault: str, where: str, times: int, lost: Sequence[object]) -> None:
        assert not lost, f"{fault}: lost {', '.join(map(str, lost))}"
        request.config.stash[table].append(f"| {fault} | {where} | {times} | nothing |\n")

    yield enter
    end_all()


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    path = session.config.getoption("--reliability")
    if not path or exitstatus or not session.config.stash[table]:
        return
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or reporter.stats.get("skipped"):
        return  # a table of half the faults would say too much
    path.write_text(HEAD + "".join(session.config.stash[table]))
