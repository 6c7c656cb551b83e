"""The command line. Exit codes: 0 done; 1 a mistake, reported in one line; 2 wrong usage. A traceback is a bug."""

import io
import logging
import signal
import sys
from collections.abc import Sequence
from graphlib import TopologicalSorter
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from gangan import job as jobs
from gangan.core import surroundings
from gangan.core.commands import ConfigFiles, Jobs, Study, Target
from gangan.core.files import UserError, atomic, writing
from gangan.study import PAPERS

app = typer.Typer(no_args_is_help=True, add_completion=False)
ledger_app = typer.Typer(no_args_is_help=True, help="Ledgers: the records of a study in one file to commit.")
app.add_typer(ledger_app, name="ledger")


@app.callback()
def start() -> None:
    """GANs, and GANs drawn by a GAN: what Snakemake runs, and what people ask of its results."""


@app.command()
def job(
    call: Annotated[str, typer.Argument(help="The function, as papers.gangan.training.gans.train_gans.")],
    settings: Annotated[str, typer.Option(help="Its settings as JSON, or @FILE of JSON.")],
    files: Annotated[str, typer.Option(help="As JSON, or @FILE: input and output by name, and the rule's wildcards.")],
    rule: Annotated[str | None, typer.Option(help="The rule that runs it.")] = None,
    threads: Annotated[int, typer.Option(help="CPU threads to use.", min=1)] = 1,
    log: Annotated[Path | None, typer.Option(help="Also write progress and errors here.")] = None,
) -> None:
    """Run one job of a rule. Long work shows a bar on a terminal, and plain lines elsewhere."""
    surroundings.settle(threads)  # before a library is loaded that reads them
    handlers: list[logging.Handler] = []
    if log or not sys.stderr.isatty():
        handlers.append(logging.StreamHandler())
    if log:
        with writing(log):
            log.parent.mkdir(parents=True, exist_ok=True)
            handlers.append(logging.FileHandler(log, "w", "utf-8"))
    if handlers:
        logging.raiseExceptions = False  # a disk too full for a line of the log: stderr has the line too
        logging.basicConfig(format="%(asctime)s %(message)s", handlers=handlers)
        logging.getLogger("gangan").setLevel(logging.INFO)
    jobs.run(call, jobs.given(settings, "--settings"), jobs.given(files, "--files"), rule, threads)


@app.command()
def audit(
    targets: Annotated[list[str] | None, typer.Argument(help="Files, copies of files, or a study.")] = None,
    configfile: ConfigFiles = None,
    against: Annotated[Path | None, typer.Option(help="Trust the records in this ledger, not those here.")] = None,
    require_data: Annotated[
        bool, typer.Option("--require-data", help="With --against: all files must be here.")
    ] = False,
    target: Target = "all",
    replay: Annotated[bool, typer.Option("--replay", help="Make the files again and compare their bytes.")] = False,
    epochs: Annotated[int | None, typer.Option(help="Replay a training only so far.", min=1)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check which bytes, code, parameters and machines made a file. Exit code 0 only when all is verified."""
    from gangan.record import text
    from gangan.record.targets import investigate

    if epochs and not replay:
        raise UserError("--epochs goes with --replay")
    found = investigate(Path.cwd(), targets or [], configfile or [], against, require_data, target)
    asked = " ".join(targets or [found.study])
    if replay:
        from gangan.record.replay import replay as again

        found.audit.said += again(Path.cwd(), found.audit, epochs)
    typer.echo((text.as_json if as_json else text.as_text)(found.audit, asked))
    if not found.audit.verified:
        raise typer.Exit(1)


@ledger_app.command()
def write(
    study: Study,
    configfile: ConfigFiles = None,
    output: Annotated[Path | None, typer.Option(help="The file to write; else reference/STUDY/ledger.json.")] = None,
    target: Target = "all",
) -> None:
    """Put the records of a study, which must be verified, in one file to commit; prints its root digest."""
    from gangan.record import ledger
    from gangan.record.targets import verified

    output = output or Path("reference", study, "ledger.json")
    typer.echo(ledger.write(verified(Path.cwd(), study, configfile or [], target), study, output))


@app.command()
def crate(
    study: Study,
    output: Annotated[Path, typer.Option(help="The folder to make.")],
    configfile: ConfigFiles = None,
    target: Target = "all",
) -> None:
    """Export a study, which must be verified, as a Workflow Run RO-Crate."""
    from gangan.record import crate as export
    from gangan.record.targets import verified

    export.export(Path.cwd(), study, verified(Path.cwd(), study, configfile or [], target), output)


@app.command()
def site(study: Study) -> None:
    """Build a study's site, a folder of pages to open from disk; prints where."""
    from gangan.record import ledger
    from gangan.show import site as pages

    ledger.refuse_unknown(Path.cwd(), study)
    folder = Path("results", study, "site")
    pages.build(Path.cwd(), study, import_module("gangan").__version__, ledger.collect(Path.cwd(), study).root, folder)
    typer.echo(folder / "index.html")


@app.command()
def schema(output: Annotated[Path, typer.Argument(help="The JSON Schema file to write.")]) -> None:
    """Write the JSON Schema of a study's configuration, for editors."""
    from gangan import study

    with atomic(output) as partial:
        partial.write_text(study.editor_schema(), "utf-8")


def make(study: str, configfiles: Sequence[Path] | None, files: Sequence[str], among: str, without: str) -> None:
    """Do the jobs that make files of a study, and on the way those whose files begin with ``among``; all else is there.

    Raises:
        UserError: the study is no name, or has no such files, being ``without`` what they show, or something they need
            is not there.
    """
    from gangan.record.plan import plan
    from gangan.record.targets import configuration

    if study != Path(study).name:
        raise UserError(f"{study!r}: name a study alone, without its folder")
    planned = plan(Path.cwd(), configuration(Path.cwd(), study, configfiles or []), files)
    own = {job.place: job for job in planned if job.makes[0].startswith(among)}
    makers = {path: place for place, job in own.items() for path in job.makes}
    if not makers.keys() >= {*files}:
        if not any(job.place.startswith(f"results/{study}/") for job in planned):
            raise UserError(f"no config/{study}.yaml: name the configuration of study {study} with --configfile")
        raise UserError(f"study {study} has no {without}")
    needed = {path for job in own.values() for path in job.reads.values() if path not in makers}
    if absent := sorted(path for path in needed if not Path(path).exists()):
        raise UserError(f"{absent[0]}: not there yet, and {len(absent) - 1} more; `snakemake {files[0]}` makes all")
    before = {place: {makers[path] for path in job.reads.values() if path in makers} for place, job in own.items()}
    for place in TopologicalSorter(before).static_order():
        job = own[place]
        told = {"input": job.inputs, "output": job.outputs, "wildcards": job.wildcards}
        jobs.run(job.call, job.settings, told, job.rule)


for paper in PAPERS:  # one may have verbs of its own
    if find_spec(f"gangan.papers.{paper}.command"):
        import_module(f"gangan.papers.{paper}.command").register(app, Jobs(jobs.run, make))


def main() -> None:
    """Run the command line; a mistake of the user's or the machine's is one line on stderr and in the log."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal may have no sign for a tree's branches
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # leave no lease or half a file behind
    surroundings.settle()  # some commands do jobs in this process; before a library is loaded
    try:
        app()
    except (UserError, OSError) as error:
        if isinstance(error, OSError):
            if error.errno is None:  # not the machine's word
                raise
            error = UserError(f"{error.filename}: {error.strerror}" if error.filename else str(error))
        if not logging.getLogger().handlers:  # the mistake came before the handlers did
            logging.basicConfig(format="%(message)s")
        logging.getLogger(__name__).error("error: %s", error)
        sys.exit(1)
