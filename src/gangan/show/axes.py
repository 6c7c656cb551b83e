"""Axes whose numbers a person reads at once."""

from collections.abc import Sequence

from matplotlib.axis import Axis
from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter


def logarithmic(axis: Axis, digits: Sequence[float]) -> None:
    """Write the numbers of a logarithmic axis out, as 300 and not 3 × 10²: those that begin with these digits."""
    axis.set_major_locator(LogLocator(subs=digits, numticks=99))
    axis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axis.set_minor_formatter(NullFormatter())
