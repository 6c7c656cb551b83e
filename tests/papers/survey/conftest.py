"""What surrounds a job."""

from collections.abc import Iterator

import pytest

from support.job import prepared


@pytest.fixture(autouse=True, scope="module")
def _as_in_a_job() -> Iterator[None]:
    """One thread, and no autograd but where somebody asks for it."""
    with prepared():
        yield
