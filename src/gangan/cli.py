"""The command line: one verb per rule, parsing and nothing else. Exit codes: 0 done, 1 a mistake said in one line,
2 wrong usage, any other traceback a bug."""

import json
import logging
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from gangan import cli_audit, cli_render, cli_score, config, provenance
from gangan.code import code
from gangan.files import UserError, atomic, writing
from gangan.lease import held
from gangan.provenance import recorded

app = typer.Typer(no_args_is_help=True, add_completion=False)
app.add_typer(cli_render.figure_app, name="figure")
app.add_typer(cli_render.table_app, name="table")
app.add_typer(cli_audit.ledger_app, name="ledger")
app.add_typer(cli_score.score_app, name="score")
for verb in (cli_audit.audit, cli_audit.crate, cli_audit.chain, cli_score.train_judge):
    app.command()(verb)
zoo_app = typer.Typer(no_args_is_help=True, help="Zoos: trained GANs as rows of an HDF5 file.")
app.add_typer(zoo_app, name="zoo")

Settings = Annotated[str, typer.Option(help="The settings that decide the result, as JSON.")]
Seed = Annotated[int, typer.Option(help="The study's seed.", min=0)]
Output = Annotated[Path, typer.Option(help="The file to write; its record is written beside it.")]
Timing = Annotated[Path, typer.Option(help="CSV to write: the time each epoch took.")]
Threads = Annotated[int, typer.Option(help="CPU threads to use.", min=1)]
Every = Annotated[
    float, typer.Option(envvar="GANGAN_CHECKPOINT_EVERY", help="Seconds between checkpoints; 0: each epoch.", min=0)
]
ZooFile = Annotated[Path, typer.Argument(help="A zoo.h5, or one job's file.")]


@app.callback()
def start(
    log: Annotated[Path | None, typer.Option(help="Also write progress and errors here.")] = None,
) -> None:
    """GANs drawn by a GAN. Long work shows a bar on a terminal, and plain lines elsewhere."""
    handlers: list[logging.Handler] = []
    if log or not sys.stderr.isatty():
        handlers.append(logging.StreamHandler())
    if log:
        with writing(log):
            log.parent.mkdir(parents=True, exist_ok=True)
            handlers.append(logging.FileHandler(log, "w"))
    if handlers:
        logging.raiseExceptions = False  # a disk too full for a line of the log: stderr has the line too
        logging.basicConfig(format="%(asctime)s %(message)s", handlers=handlers)
        logging.getLogger("gangan").setLevel(logging.INFO)


@app.command()
def fetch(
    name: Annotated[config.Dataset, typer.Argument(help="Which dataset.")],
    output: Output,
    mirrors: Annotated[
        str, typer.Option(envvar="GANGAN_MIRRORS", help="By dataset, the folders to try in turn, as JSON.")
    ] = "{}",
) -> None:
    """Download or unpack a dataset, verify it, and write it as one file."""
    from gangan import data

    addresses = config.parsed(config.Mirrors, mirrors).root.get(name, [])
    with recorded(("data",), {"name": name}, {}, {"digits": output}) as record:
        record["mirrors"] = addresses  # no setting: the content is verified, wherever it came from
        data.fetch(name, addresses, output)


@app.command()
def train_gan(
    settings: Settings,
    seed: Seed,
    first: Annotated[int, typer.Option(help="The first GAN of this job.", min=0)],
    count: Annotated[int, typer.Option(help="How many GANs, trained side by side.", min=1)],
    digits: Annotated[Path, typer.Option(help="The dataset file.")],
    output: Output,
    timing: Timing,
    threads: Threads = 1,
    checkpoint_every: Every = 30.0,
) -> None:
    """Train MNIST GANs and write every epoch's weights as a row."""
    from gangan import gans

    gan = config.parsed(config.Gan, settings)
    runs = range(first, first + count)
    parameters = {"gan": gan.model_dump(), "seed": seed, "first": first, "count": count}
    _train(
        ("gans",),
        parameters,
        {"digits": digits},
        {"rows": output, "timing": timing},
        checkpoint_every,
        lambda checkpoint: gans.train_runs(gan, seed, runs, digits, output, timing, checkpoint, threads),
    )


@app.command()
def train_gangan(
    settings: Settings,
    seed: Seed,
    run: Annotated[int, typer.Option(help="The GAN-GAN's own seed, one of the arm's.", min=0)],
    zoo: Annotated[Path, typer.Option(help="The packed zoo.")],
    output: Output,
    losses: Annotated[Path, typer.Option(help="CSV to write: mean losses by epoch.")],
    timing: Timing,
    alignment: Annotated[Path | None, typer.Option(help="The zoo's alignment, for an arm that aligns.")] = None,
    digits: Annotated[Path | None, typer.Option(help="The dataset file, for an arm with a critic of digits.")] = None,
    threads: Threads = 1,
    checkpoint_every: Every = 30.0,
) -> None:
    """Train one GAN-GAN on the rows of a zoo."""
    from gangan import gangans

    rows = config.parsed(config.Rows, settings)
    for name, path, wanted in (("alignment", alignment, rows.gangan.align), ("digits", digits, rows.gangan.digits > 0)):
        if wanted != (path is not None):
            raise UserError(f"--{name}: {'missing; these settings ask for it' if wanted else 'not asked for'}")
    inputs = {"zoo": zoo, "alignment": alignment, "digits": digits}
    _train(
        ("gangans",),
        {"rows": rows.model_dump(), "seed": seed, "run": run},
        {name: path for name, path in inputs.items() if path},
        {"weights": output, "losses": losses, "timing": timing},
        checkpoint_every,
        lambda checkpoint: gangans.train_gangan(
            rows, seed, run, zoo, alignment, digits, output, losses, timing, checkpoint, threads
        ),
    )


def _train(
    rooms: tuple[str, ...],
    parameters: dict[str, Any],
    inputs: dict[str, Path],
    outputs: dict[str, Path],
    every: float,
    training: Callable[[Any], None],
) -> None:
    """A training with its record and its checkpoint, which goes only once the record stands."""
    from gangan.checkpoint import Checkpoint

    files = list(outputs.values())
    output = files[0]
    with held(output) as lease:
        with recorded(rooms, parameters, inputs, outputs) as record:
            read = [entry["sha256"] for entry in record["inputs"].values()]
            identity = provenance.text_digest(json.dumps([parameters, read, code(*rooms)]))
            checkpoint = Checkpoint(output.with_name(f".{output.name}.checkpoint"), identity, every, lease)
            if not checkpoint.take_kept(files):
                training(checkpoint)
            record["attempts"] = checkpoint.attempts
        checkpoint.keep(files)


@zoo_app.command()
def pack(
    settings: Settings,
    folder: Annotated[Path, typer.Option(help="Where the jobs' files {first}.h5 and {first}.csv are.")],
    runs: Annotated[int, typer.Option(help="Number of GANs.", min=1)],
    per_job: Annotated[int, typer.Option(help="GANs in one file; the last may hold fewer.", min=1)],
    output: Output,
    timing: Timing,
) -> None:
    """Concatenate the files of all jobs into one zoo."""
    from gangan import zoo

    jobs = config.job_names(runs, per_job)
    gan = config.parsed(config.Gan, settings)
    files = {f"rows.{name}": folder / f"{name}.h5" for name in jobs}
    timings = {f"timing.{name}": folder / f"{name}.csv" for name in jobs}
    parameters = {"gan": gan.model_dump(), "runs": runs, "per_job": per_job}
    with held(output), recorded(("zoo",), parameters, files | timings, {"zoo": output, "timing": timing}):
        zoo.pack(list(files.values()), gan.as_json(), runs, output)
        zoo.pack_timings({name: folder / f"{name}.csv" for name in jobs}, timing)


@zoo_app.command()
def align(file: ZooFile, output: Output) -> None:
    """Find what brings each run into the frame of GAN 0: the order and scale of hidden units, the turn of its noise."""
    from gangan import alignment

    with held(output), recorded(("alignment",), {}, {"zoo": file}, {"alignment": output}):
        alignment.align_zoo(file, output)


@zoo_app.command()
def info(file: ZooFile) -> None:
    """Print what a zoo holds."""
    from gangan import zoo

    typer.echo(zoo.describe(file))


@zoo_app.command()
def export(
    file: ZooFile,
    row: Annotated[int, typer.Option(help="Which row, from 0.")],
    output: Annotated[Path, typer.Option(help="The safetensors file to write.")],
) -> None:
    """Write one row, a whole GAN, as named tensors in a safetensors file."""
    from gangan import zoo

    with recorded(("zoo",), {"row": row}, {"zoo": file}, {"gan": output}):
        zoo.export(file, row, output)


@zoo_app.command()
def project(
    file: ZooFile,
    output: Output,
    count: Annotated[int, typer.Option(help="How many components.", min=2)],
    threads: Threads = 1,
) -> None:
    """Compute the principal components of a zoo's rows."""
    from gangan import evaluation

    with held(output), recorded(("evaluation",), {"count": count}, {"zoo": file}, {"projection": output}):
        evaluation.project(file, output, count, threads)


@app.command()
def schema(output: Annotated[Path, typer.Argument(help="The JSON Schema file to write.")]) -> None:
    """Write the JSON Schema of a study's configuration, for editors."""
    from gangan import study

    with atomic(output) as partial:
        partial.write_text(study.editor_schema())


def main() -> None:
    """Run the command line; a mistake of the user's or the machine's is one line on stderr and in the log."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # leave no lease or half a file behind
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
