"""What Snakemake's SLURM executor needs so that a study outlives an absent slurmctld."""

import sys
from collections.abc import Callable

EXECUTOR = "snakemake_executor_plugin_slurm"


def keep_to_squeue() -> None:
    """Let the executor remember how long slurmctld keeps ended jobs (MinJobAge).

    Each time before it looks at jobs it asks slurmctld for that. Where slurmctld is away it takes the silence for an
    age of nothing and turns from ``squeue`` to ``sacct``, which without slurmdbd never answers, and does not turn back.
    """
    if executor := sys.modules.get(EXECUTOR):
        vars(executor)["get_min_job_age"] = remembered(vars(executor)["get_min_job_age"])


def remembered(ask: Callable[[], int | None]) -> Callable[[], int | None]:
    """What was answered last, where now there is no answer."""
    last: int | None = None

    def answer() -> int | None:
        nonlocal last
        last = now if (now := ask()) is not None else last
        return last

    return answer
