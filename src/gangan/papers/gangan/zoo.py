"""The zoo: the rows of all GANs in one file (paper, algorithm 1)."""

from pathlib import Path

from gangan.core import rowfile
from gangan.papers.gangan.config import Gan


def pack(gan: Gan, first: int, runs: int, rows: list[Path], timing: list[Path], zoo: Path, timings: Path) -> None:
    """Concatenate the files of all jobs, rows and times, of GANs ``first`` … ``first + runs − 1``.

    Raises:
        UserError: as ``rowfile.pack``.
    """
    rowfile.pack(rows, gan.model_dump(mode="json"), range(first, first + runs), zoo)
    rowfile.pack_timings(timing, timings)
