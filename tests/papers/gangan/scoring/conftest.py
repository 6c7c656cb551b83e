"""A bench, and a zoo to score."""

from pathlib import Path

import pytest

from gangan.papers.gangan.scoring.bench import Bench
from support.job import prepared
from support.scoring import EVALUATION, LAYOUT, NETWORK, drifting_rows
from support.trainings import write_zoo


@pytest.fixture(scope="session")
def bench(judges: tuple[Path, Path], digits: Path) -> Bench:
    with prepared() as device:
        return Bench(*judges, digits, EVALUATION, 0, device)


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """A zoo of three runs of four epochs."""
    return write_zoo(tmp_path / "zoo.h5", LAYOUT, drifting_rows(3, 4), NETWORK)
