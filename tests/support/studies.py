"""The default study, as the Snakefile reads it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gangan import study as studies
from support.clone import ROOT

FILES = [ROOT / "config/study.yaml", *(ROOT / f"config/{paper}.yaml" for paper in studies.PAPERS)]


def study(over: Mapping[str, Any] | None = None, *files: Path) -> Any:
    """The default study, changed by files and last by the command line."""
    return studies.load([*FILES, *files], over or {})
