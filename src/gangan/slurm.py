"""What Snakemake's SLURM executor needs so that a study outlives an absent slurmctld and needs no accounting tools."""

import logging
import sys
from collections.abc import Callable
from typing import Any

log = logging.getLogger(__name__)
EXECUTOR = "snakemake_executor_plugin_slurm"


def mend_executor() -> None:
    """Replace three functions of the plugin's own, not of its interface, where it is loaded.

    Each time before it looks at jobs it asks slurmctld how long that keeps ended jobs (MinJobAge). Where slurmctld is
    away it takes the silence for an age of nothing and turns from ``squeue`` to ``sacct``, which without slurmdbd never
    answers, and does not turn back: here it repeats the last answer. To guess or to check an account it runs ``sacct``,
    ``sacctmgr`` and ``sshare``, and ends with ``[Errno 2]`` where these are not installed: here it has no answer then.
    A plugin that no longer has one of them is left as it is, with a warning.
    """
    if executor := sys.modules.get(EXECUTOR):
        for name, mended in MENDED.items():
            if ask := vars(executor).get(name):
                vars(executor)[name] = mended(ask)
            else:
                log.warning("%s has no %s: see docs/dependencies.md", EXECUTOR, name)


def remembered(ask: Callable[[], int | None]) -> Callable[[], int | None]:
    """A function that asks, and repeats the last answer where there is none now."""
    last: int | None = None

    def answer() -> int | None:
        nonlocal last
        last = now if (now := ask()) is not None else last
        return last

    return answer


def unless_missing(ask: Callable[..., Any]) -> Callable[..., Any]:
    """A function that asks a program, and answers None where that is not installed."""

    def answer(*words: Any) -> Any:
        try:
            return ask(*words)
        except FileNotFoundError:
            return None

    return answer


MENDED: dict[str, Callable[[Callable[..., Any]], Callable[..., Any]]] = {
    "get_min_job_age": remembered,
    "get_account": unless_missing,
    "validate_account": unless_missing,
}
