"""A whole study: its blocks, what must fit between them, and reading it from YAML."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import Field, ValidationError, model_validator

from gangan.config import (
    FAITHFUL,
    Arm,
    Block,
    Data,
    Evaluation,
    Figures,
    GanGan,
    Jobs,
    Judge,
    Measured,
    MeasuredArm,
    Name,
    Read,
    Rows,
    Shown,
    Zoo,
    job_names,
)
from gangan.files import UserError
from gangan.mistakes import home, said


class Study(Block):
    """A whole study."""

    study: Name
    seed: Annotated[int, Field(ge=0, lt=2**63), Read]  # a zoo keeps it in 64 bits
    data: Data
    jobs: Jobs
    zoos: Annotated[dict[Name, Zoo], Field(min_length=1)]
    gangan: GanGan
    arms: Annotated[list[Arm], Field(min_length=1)]
    judge: Judge
    evaluation: Evaluation
    figures: Figures

    @model_validator(mode="after")
    def _consistent(self) -> "Study":
        if self.study in ("bench", "reference"):
            raise ValueError(f"study: {self.study}; allowed: any other name, results/{self.study}/ is no study's")
        _refuse_repetition("arms", [arm.name for arm in self.arms])
        _refuse_repetition("figures.snapshots", self.figures.snapshots)
        for arm in self.arms:
            here = f"arms.{arm.name}"
            if arm.zoo not in self.zoos:
                raise ValueError(f"{here}.zoo: no zoo {arm.zoo!r}; allowed: {', '.join(self.zoos)}")
            zoo = self.zoos[arm.zoo]
            if arm.runs is not None and (not arm.runs or max(arm.runs) >= zoo.runs):
                raise ValueError(f"{here}.runs: {arm.runs}; allowed: a list of 0 … {zoo.runs - 1}")
            if max(self.evaluation.averages) > zoo.epochs:
                raise ValueError(
                    f"evaluation.averages: {max(self.evaluation.averages)}; allowed: 1 … {zoo.epochs} "
                    f"(epochs of zoo {arm.zoo})"
                )
            for key in ("runs", "seeds"):
                _refuse_repetition(f"{here}.{key}", getattr(arm, key) or [])
            if arm.from_epoch >= zoo.epochs:
                raise ValueError(f"{here}.from_epoch: {arm.from_epoch}; allowed: 0 … {zoo.epochs - 1}")
            rows = self.rows(arm)
            if rows.gangan.contradiction:
                raise ValueError(f"{here}.gangan.{rows.gangan.contradiction}")
            if rows.gangan.align and zoo.network != "mlp":
                raise ValueError(f"{here}.gangan.align: true; allowed with a zoo of {zoo.network}s: false")
            for key, block in (("gangan", rows.gangan), ("draws", arm.draws)):
                if block.renormalise and zoo.network != "mlp":
                    raise ValueError(f"{here}.{key}.renormalise: true; allowed with a zoo of {zoo.network}s: false")
            distinct = len(rows.runs) * (zoo.epochs - rows.from_epoch)
            if rows.gangan.rows_per_step > distinct * rows.repeat:
                raise ValueError(
                    f"{here}: a batch of {rows.gangan.rows_per_step} needs as many rows; {arm.zoo} gives "
                    f"{distinct * rows.repeat}"
                )
            if (rows.gangan.components or 0) > distinct:
                raise ValueError(
                    f"{here}.gangan.components: {rows.gangan.components}; allowed: 1 … {distinct}, the rows it reads"
                )
            if max(self.figures.snapshots) >= zoo.epochs:
                raise ValueError(
                    f"figures.snapshots: {max(self.figures.snapshots)}; "
                    f"allowed: 0 … {zoo.epochs - 1} (epochs of zoo {arm.zoo})"
                )
        if self.evaluation.neighbours >= self.evaluation.neighbour_images:
            raise ValueError(
                f"evaluation.neighbours: {self.evaluation.neighbours}; "
                f"allowed: below evaluation.neighbour_images ({self.evaluation.neighbour_images})"
            )
        if self.data.name != "mnist-5k" and not self.data.mirrors.get(self.data.name):
            raise ValueError(f"data.mirrors: no mirror for {self.data.name}")
        return self

    def rows(self, arm: Arm) -> Rows:
        """What the GAN-GAN of an arm reads and how it is trained."""
        try:
            gangan = GanGan.model_validate({**self.gangan.model_dump(), **arm.gangan})
        except ValidationError as error:
            raise ValueError(f"arms.{arm.name}.gangan.{said(error.errors()[0], GanGan)}") from None
        runs = arm.runs if arm.runs is not None else list(range(self.zoos[arm.zoo].runs))
        return Rows(runs=runs, from_epoch=arm.from_epoch, repeat=arm.repeat, gangan=gangan)

    def arm(self, name: str) -> Arm:
        """The arm of that name."""
        return next(arm for arm in self.arms if arm.name == name)

    def trained_by(self, arm: str) -> Arm:
        """The first arm with the same GAN-GANs: arms that differ in their draws alone share what is trained."""
        rows = self.rows(self.arm(arm))
        return next(other for other in self.arms if (other.zoo, self.rows(other)) == (self.arm(arm).zoo, rows))

    @property
    def shown(self) -> Shown:
        """Zoos in use and arms, for the tables."""
        zoos = {name: self.zoos[name] for name in self.used_zoos}
        return Shown(zoos=zoos, arms={arm.name: (arm.zoo, self.rows(arm), arm.draws) for arm in self.arms})

    def measured(self, zoos: Sequence[str], arms: Sequence[Arm]) -> Measured:
        """Some zoos and arms of them, as scored."""

        def of(arm: Arm) -> MeasuredArm:
            rows = self.rows(arm).model_copy(update={"runs": arm.runs or []})
            return MeasuredArm(
                zoo=arm.zoo, network=self.zoos[arm.zoo].network, rows=rows, draws=arm.draws, seeds=arm.seeds
            )

        counts = {zoo: self.zoos[zoo].runs for zoo in zoos}
        return Measured(zoos=counts, per_job=self.jobs.per_job, arms={arm.name: of(arm) for arm in arms})

    def series(self, arm: str, key: str) -> list[Arm]:
        """The arms that are like one but for a key of ``gangan``, that one included."""
        measured = self.measured([], self.arms).arms
        return [other for other in self.arms if measured[arm].alike_but(key, measured[other.name])]

    def curves(self, zoo: str) -> list[Arm]:
        """The arms that the figure of a zoo's weight space shows: the paper's own, or all where they read another."""
        readers = [arm for arm in self.arms if arm.zoo == zoo]
        return [arm for arm in readers if arm.name in FAITHFUL] or readers

    @property
    def used_zoos(self) -> list[str]:
        """Zoos that an arm reads, in the order of the configuration."""
        return [zoo for zoo in self.zoos if any(arm.zoo == zoo for arm in self.arms)]

    def subsets(self, zoo: str) -> list[list[int]]:
        """Sets of runs that arms read of a zoo, the largest first, each once."""
        sets = {tuple(self.rows(arm).runs) for arm in self.arms if arm.zoo == zoo}
        return [list(runs) for runs in sorted(sets, key=lambda runs: (-len(runs), runs))]

    def jobs_of(self, zoo: str) -> dict[str, int]:
        """The training jobs of a zoo, see ``job_names``."""
        return job_names(self.zoos[zoo].runs, self.jobs.per_job)


def _refuse_repetition(key: str, values: Sequence[int | str]) -> None:
    if len(set(values)) < len(values):
        raise ValueError(f"{key}: {', '.join(map(str, values))}; allowed: each once")


def load(config: dict[str, Any], files: Sequence[Path], command_line: Mapping[str, Any]) -> Study:
    """Validate a merged configuration.

    Args:
        config: what Snakemake merged.
        files: the YAML files it was merged from, in order, and
        command_line: what ``--config`` set after them, to say where a mistake stands.

    Raises:
        UserError: one line per mistake: file, key, what is wrong, what is allowed.
    """
    try:
        return Study.model_validate(config)
    except ValidationError as error:
        here = Path.cwd()
        shown = {file: file.relative_to(here) if file.is_relative_to(here) else file for file in files}
        sources: dict[str, Any] = {str(shown[file]): yaml.safe_load(file.read_text()) for file in files}
        sources["the command line (--config)"] = command_line
        lines = [f"{home(mistake, sources)}: {said(mistake, Study)}" for mistake in error.errors()]
        raise UserError("\n".join(dict.fromkeys(lines))) from None


def editor_schema() -> str:
    """The JSON Schema of a study's file for editors (``config/schema.json``).

    A file holds only what it changes of ``paper.yaml``, so nothing is required but in arms, a list replaced whole.
    """
    schema = Study.model_json_schema()
    for block in (schema, *(block for name, block in schema["$defs"].items() if name != "Arm")):
        block.pop("required", None)
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
