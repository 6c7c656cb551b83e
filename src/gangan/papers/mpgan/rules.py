"""What ``workflow/mpgan.smk`` asks of the configuration: which runs there are, what they read, and where files are.

No job imports this: what it says reaches a job as settings and paths.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from gangan.core.outputs import everything
from gangan.papers.mpgan.config import Arm, Comparison, Config, Development

TARGET = "class"  # the column of classes of a table that comes with a package


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

    def rows(self, arm: str, seed: int) -> str:
        """The file of a run's rows."""
        return f"{self.folder}/rows/{arm}/{seed}.h5"

    def of_runs(self, pattern: str) -> list[str]:
        """A file for each run, by a pattern with ``arm`` and ``seed``."""
        return [f"{self.folder}/{pattern.format(**run)}" for run in self.runs]

    def pretrained(self, arm: str, seed: int) -> list[str]:
        """The rows that hold the discriminator with which a run starts, if it does."""
        start = self.arms[arm].training.start
        return [self.rows(start.arm, seed + start.shift)] if start.kind == "pretrained" else []

    def first(self, arm: str) -> str:
        """The rows of an arm's first seed, which figures show."""
        return self.rows(arm, self.arms[arm].seeds[0])

    def scores(self, arm: str) -> str:
        """The scores of the same run."""
        return f"{self.folder}/metrics/runs/{arm}/{self.arms[arm].seeds[0]}.csv"

    @property
    def filters(self) -> list[int]:
        """Those of all discriminators, and of the default one."""
        trainings = [self.config.training, *(arm.training for arm in self.config.arms)]
        return sorted({training.discriminator.filters for training in trainings})

    @cached_property
    def comparisons(self) -> dict[str, Comparison]:
        """By name."""
        return {figure.name: figure for figure in self.config.figures.comparisons}

    @cached_property
    def developments(self) -> dict[str, Development]:
        """By name."""
        return {figure.name: figure for figure in self.config.figures.developments}

    @property
    def compared(self) -> list[str]:
        """The arms that the claims are about, those that there are, each once."""
        named = self.config.claims
        wanted = (named.scratch, named.trained, named.frozen, named.adam, named.sgd, named.batch_norm)
        return [arm for arm in dict.fromkeys(wanted) if arm in self.arms]

    @cached_property
    def sources(self) -> dict[str, Any]:
        """Tables by name."""
        return {source.name: source for source in self.config.tables.sources}

    def table(self, source: str) -> str:
        """The CSV of a table."""
        found = self.sources[source]
        return str(found.path) if found.kind == "file" else f"resources/tables/{source}.csv"

    def target(self, source: str) -> str:
        """Its column of classes."""
        found = self.sources[source]
        return str(found.target) if found.kind == "file" else TARGET

    @property
    def packaged(self) -> list[str]:
        """The tables that come with a package."""
        return [name for name, source in self.sources.items() if source.kind == "packaged"]

    @property
    def of_tables(self) -> list[tuple[str, int]]:
        """Every run of every table."""
        return [(source, seed) for source in self.sources for seed in self.config.tables.seeds]

    @property
    def unnamed(self) -> dict[str, bool]:
        """The figures but those that a study names, and whether they show anything."""
        planes = [f"planes-{arm}" for arm in self.config.figures.planes]
        of_tables = [f"{kind}-{source}" for source in self.sources for kind in ("histograms", "correlations")]
        of_claims = dict.fromkeys(("courses", "classes", "norms"), bool(self.compared))
        return dict.fromkeys(planes, True) | of_claims | dict.fromkeys(of_tables, True)

    def figures(self) -> list[str]:
        """The names of all figures."""
        return [*self.developments, *self.comparisons, *(name for name, shown in self.unnamed.items() if shown)]

    def tables(self) -> list[str]:
        """The names of all tables."""
        return [
            "summaries",
            *(("quality", "claims") if self.config.arms else ()),
            *(("tabular",) if self.sources else ()),
        ]

    @property
    def everything(self) -> list[str]:
        """All files that the paper's target makes, each with what it was made from."""
        return everything(self.folder, self.figures(), self.tables(), bool(self.arms))
