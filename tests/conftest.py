"""What tests of several folders are given: digits, and clones of the project, one with a finished study."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
import torch

from gangan.data import idx
from support.clone import Clone

pytest_plugins = ("support.browser", "support.commandline", "support.parallel", "support.reliability")

hypothesis.settings.load_profile("ci")  # the same examples in every run, and no clock


@pytest.fixture(autouse=True)
def figures_closed() -> Iterator[None]:
    """No figure outlives its test."""
    yield
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")


@pytest.fixture(autouse=True)
def same_numbers() -> None:
    """What a test draws without a generator of its own is the same in every run: a tolerance holds always or never."""
    torch.manual_seed(0)


@pytest.fixture(scope="session")
def digits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The embedded digits as the pipeline keeps them."""
    path = tmp_path_factory.mktemp("digits") / "mnist-5k.safetensors"
    idx.fetch("mnist-5k", [], path)
    return path


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """A fresh clone."""
    return Clone(tmp_path / "clone")


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    """A clone whose tiny study is done. Shared: a test that changes files copies it first (``copied``)."""
    clone = Clone(tmp_path_factory.mktemp("finished") / "clone")
    clone.snakemake("all", "gangan_more", "--cores", str(max(2, os.cpu_count() or 2)))
    return clone


@pytest.fixture
def copied(finished: Clone, tmp_path: Path) -> Clone:
    """A copy of the finished clone, with its results and Snakemake's records, to change at will."""
    shutil.copytree(finished.folder, tmp_path / "copied", symlinks=True)
    return Clone(tmp_path / "copied", parts=())
