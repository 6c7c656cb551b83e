"""How figures look, and how they are written: one style, colours with one meaning, a lineage and no date."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from gangan.core.files import LINEAGE, atomic

mpl.use("Agg")
plt.style.use(["default", Path(__file__).with_suffix(".mplstyle")])  # whatever a matplotlibrc says
COLUMN = 3.4  # inches, of a paper's column
PAGE = 7.0
Draw = TypeVar("Draw", bound=Callable[..., Figure])
REAL, FAKE, GREY = "#0072B2", "#D55E00", "#777777"


def save(figure: Figure, outputs: Sequence[Path], lineage: str) -> None:
    """Write a figure in the format each name asks for, with its lineage (PNG text, PDF info) and without a date, so
    that the same chain gives the same bytes."""
    for path in outputs:
        kind = path.suffix.lstrip(".")
        metadata = {"Keywords": f"{LINEAGE}{lineage}"} | ({"CreationDate": None} if kind == "pdf" else {})
        with atomic(path) as partial:
            figure.savefig(partial, format=kind, metadata=metadata)


def figure_job(draw: Draw) -> Draw:
    """Mark a function as a job that draws: the figure it returns is saved as the job's outputs."""
    draw.save = save  # type: ignore[attr-defined]  # which the job runner calls
    return draw
