"""A SLURM for these tests, the clone in which faults happen, and the one in which none did."""

from support.cluster import clone, cluster, undisturbed  # noqa: F401
