"""What verbs of the command line have in common, those of papers too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Protocol

import typer

ConfigFiles = Annotated[
    list[Path] | None,
    typer.Option("--configfile", help="The study's configuration, as given to Snakemake; else config/STUDY.yaml."),
]
Target = Annotated[str, typer.Option(help="What of a study must be whole: all, or one paper.")]
Study = Annotated[str, typer.Argument(help="A study with results here.")]


class Run(Protocol):
    """Does a job by hand: its function, settings and files."""

    def __call__(self, call: str, settings: Mapping[str, Any], files: Mapping[str, Any], /) -> None: ...  # noqa: D102


class Make(Protocol):
    """Makes files of a study that rules make, and on the way those that begin with ``among``, from what is there."""

    def __call__(  # noqa: D102
        self, study: str, configfiles: Sequence[Path] | None, files: Sequence[str], among: str, without: str, /
    ) -> None: ...


@dataclass(frozen=True)
class Jobs:
    """What a paper's verbs are given, as papers know neither jobs nor records."""

    run: Run
    make: Make
