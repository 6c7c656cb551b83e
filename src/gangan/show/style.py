"""How figures look, and how they are written: one style, colours with one meaning, a lineage and no date."""

import inspect
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from gangan.core.files import LINEAGE, atomic

mpl.use("Agg")
plt.style.use(Path(__file__).with_suffix(".mplstyle"))
COLUMN = 3.4  # inches, of a paper's column
PAGE = 7.0
REAL, FAKE, GREY = "#0072B2", "#D55E00", "#777777"


def save(figure: Figure, outputs: Sequence[Path], lineage: str) -> None:
    """Write a figure in the format each name asks for, with its lineage (PNG text, PDF info) and without a date, so
    that the same chain gives the same bytes."""
    for path in outputs:
        kind = path.suffix.lstrip(".")
        metadata = {"Keywords": f"{LINEAGE}{lineage}"} | ({"CreationDate": None} if kind == "pdf" else {})
        with atomic(path) as partial:
            figure.savefig(partial, format=kind, metadata=metadata)


def figure_job(draw: Callable[..., Figure]) -> Callable[..., None]:
    """A job that draws: what a function returns is written to ``outputs``, with the ``lineage`` of the job."""

    @wraps(draw)
    def job(*, outputs: list[Path], lineage: str, **given: Any) -> None:
        figure = draw(**given)
        save(figure, outputs, lineage)
        plt.close(figure)

    own = [inspect.signature(job, follow_wrapped=False).parameters[name] for name in ("outputs", "lineage")]
    signature = inspect.signature(draw)
    job.__signature__ = signature.replace(parameters=[*signature.parameters.values(), *own])  # type: ignore[attr-defined]
    return job
