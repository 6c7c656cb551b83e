"""What surrounds a job, and judges that learned for one epoch."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gangan.measure import judge
from support.job import prepared


@pytest.fixture(autouse=True, scope="module")
def _as_in_a_job() -> Iterator[None]:
    """One thread, and no autograd but where somebody asks for it."""
    with prepared():
        yield


@pytest.fixture(scope="session")
def judges(digits: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The weights of both judges."""
    folder = tmp_path_factory.mktemp("judge")
    with prepared() as device:
        for shape in judge.SHAPES:
            judge.train(shape, 1, 100, 0.003, 0, digits, folder / shape, folder / "table", device)
    return folder / "deep", folder / "flat"
