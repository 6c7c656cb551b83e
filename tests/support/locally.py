"""The tiny study on this machine, up to the GAN-GANs of the paper's arms: what no fault may change."""

import subprocess
from pathlib import Path

import pytest

from support.clone import TINY, Clone
from support.faults import RESULTS, separate
from support.faults import started as started_with

GANGANS = (
    "as-described/0/weights.safetensors",
    "as-described/1/weights.safetensors",
    "as-released/0/weights.safetensors",
)
MADE = tuple(str(RESULTS / "gangans" / path) for path in GANGANS)
COMMAND = ("--profile", "workflow/profiles/local", "--cores", "2", "--configfile", TINY)


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """A fresh clone."""
    return separate(tmp_path / "clone")


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    """A clone whose study met no fault."""
    clone = separate(tmp_path_factory.mktemp("undisturbed") / "clone")
    clone.snakemake(*MADE)
    return clone


def started(clone: Clone, *words: str) -> subprocess.Popen[str]:
    """Snakemake on that much of the study; ``words`` come after the profile's."""
    return started_with(clone, *COMMAND, *words, "--", *MADE)
