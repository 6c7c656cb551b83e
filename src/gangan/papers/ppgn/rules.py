"""What ``workflow/ppgn.smk`` asks of the configuration: which runs there are, what they read, and where files are.

No job imports this: what it says reaches a job as settings and paths.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from gangan.core.outputs import everything
from gangan.papers.ppgn.config import Arm, Config, Sampler

SAVED = "-as-saved"


@dataclass(frozen=True)
class Plan:
    """The paper's part of a study."""

    config: Config
    folder: str  # of its results

    @cached_property
    def arms(self) -> dict[str, Arm]:
        """By name."""
        return {arm.name: arm for arm in self.config.arms}

    @property
    def runs(self) -> list[dict[str, Any]]:
        """Every run of every arm."""
        return [{"arm": arm.name, "seed": seed} for arm in self.config.arms for seed in arm.seeds]

    def of_runs(self, pattern: str) -> list[str]:
        """A file for each run, by a pattern with ``arm`` and ``seed``."""
        return [f"{self.folder}/{pattern.format(**run)}" for run in self.runs]

    def samplers(self, arm: str) -> list[Sampler]:
        """Those by which the runs of an arm draw."""
        return [one for one in self.config.scoring.samplers if one.arms is None or arm in one.arms]

    @cached_property
    def samples(self) -> dict[str, str]:
        """The sampler of each figure of digits, by its name."""
        by_sampler = {f"fig3-{one.name}": one.name for one in self.config.scoring.samplers}
        as_saved = {f"{name}{SAVED}": one for name, one in by_sampler.items() if one == self.config.claims.sampler}
        return by_sampler | as_saved if self.arms else {}

    def sampled(self, figure: str) -> list[str]:
        """The arms that a figure of digits shows."""
        sampler = self.samples[figure]
        return [arm for arm in self.arms if sampler in [one.name for one in self.samplers(arm)]]

    def first(self, arm: str) -> str:
        """What an arm's first seed drew."""
        return f"{self.folder}/metrics/drawn/{arm}/{self.arms[arm].seeds[0]}.safetensors"

    @property
    def estimated(self) -> list[dict[str, Any]]:
        """The runs whose critics' estimates are shown."""
        return [run for arm in self.config.figures.estimates for run in self.runs if run["arm"] == arm]

    def figures(self) -> list[str]:
        """The names of all figures."""
        estimates = ["fig4"] if self.estimated else []
        return [*self.samples, *estimates, *(("arms", "classes", "terms") if self.arms else ())]

    def tables(self) -> list[str]:
        """The names of all tables."""
        return ["summaries", *(("quality", "trainings", "claims") if self.arms else ())]

    @property
    def everything(self) -> list[str]:
        """All files that the paper's target makes, each with what it was made from."""
        return everything(self.folder, self.figures(), self.tables(), bool(self.arms))
