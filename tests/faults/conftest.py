"""The clone in which faults happen, and the one in which none did."""

from support.locally import clone, undisturbed  # noqa: F401
