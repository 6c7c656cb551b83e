"""A judge that learned for one epoch, and a zoo to score."""

from pathlib import Path

import pytest

from gangan.measure import judge
from gangan.papers.gangan.scoring.bench import Bench
from support.job import prepared
from support.scoring import EVALUATION, LAYOUT, NETWORK, drifting_rows
from support.trainings import write_zoo


@pytest.fixture(scope="session")
def trained(digits: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The weights of a judge."""
    folder = tmp_path_factory.mktemp("judge")
    with prepared() as device:
        judge.train(1, 100, 0.003, 0, digits, folder / "judge", folder / "table", device)
    return folder / "judge"


@pytest.fixture(scope="session")
def bench(trained: Path, digits: Path) -> Bench:
    with prepared() as device:
        return Bench(trained, digits, EVALUATION, 0, device)


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """A zoo of three runs of four epochs."""
    return write_zoo(tmp_path / "zoo.h5", LAYOUT, drifting_rows(3, 4), NETWORK)
