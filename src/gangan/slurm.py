"""What Snakemake's SLURM executor needs so that a study outlives an absent slurmctld."""

import logging
import sys
from collections.abc import Callable

log = logging.getLogger(__name__)
EXECUTOR = "snakemake_executor_plugin_slurm"
ASK = "get_min_job_age"  # a function of the plugin's own, not of its interface


def keep_to_squeue() -> None:
    """Let the executor remember how long slurmctld keeps ended jobs (MinJobAge).

    Each time before it looks at jobs it asks slurmctld for that. Where slurmctld is away it takes the silence for an
    age of nothing and turns from ``squeue`` to ``sacct``, which without slurmdbd never answers, and does not turn back.
    A plugin that no longer has that function is left as it is, with a warning.
    """
    if executor := sys.modules.get(EXECUTOR):
        if ask := vars(executor).get(ASK):
            vars(executor)[ASK] = remembered(ask)
        else:
            log.warning("%s has no %s: an absent slurmctld may end the study's watch over its jobs", EXECUTOR, ASK)


def remembered(ask: Callable[[], int | None]) -> Callable[[], int | None]:
    """A function that asks, and repeats the last answer where there is none now."""
    last: int | None = None

    def answer() -> int | None:
        nonlocal last
        last = now if (now := ask()) is not None else last
        return last

    return answer
