"""``gangan audit``, ``gangan ledger``, ``gangan crate``, ``gangan chain``: parsing and nothing else."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gangan.files import UserError

if TYPE_CHECKING:
    from gangan.ledger import Records

ledger_app = typer.Typer(no_args_is_help=True, help="Ledgers: the records of a study in one file to commit.")

ConfigFiles = Annotated[
    list[Path] | None,
    typer.Option("--configfile", help="The study's configuration, as given to Snakemake; else config/STUDY.yaml."),
]
Study = Annotated[str, typer.Argument(help="A study with results here.")]


def audit(
    targets: Annotated[list[str] | None, typer.Argument(help="Files, copies of files, or a study.")] = None,
    configfile: ConfigFiles = None,
    against: Annotated[Path | None, typer.Option(help="Trust the records in this ledger, not those here.")] = None,
    require_data: Annotated[
        bool, typer.Option("--require-data", help="With --against: all files must be here.")
    ] = False,
    replay: Annotated[bool, typer.Option("--replay", help="Make the files again and compare their bytes.")] = False,
    epochs: Annotated[int | None, typer.Option(help="Replay a training only so far.", min=1)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check which bytes, code, parameters and machines made a file. Exit code 0 only when all is verified."""
    from gangan import audit_text, investigation

    if epochs and not replay:
        raise UserError("--epochs goes with --replay")
    found = investigation.investigate(Path.cwd(), targets or [], configfile or [], against, require_data)
    asked = " ".join(targets or [found.study])
    if replay:
        from gangan.replay import replay as again

        found.audit.said += again(Path.cwd(), found.audit, epochs)
    typer.echo((audit_text.as_json if as_json else audit_text.as_text)(found.audit, asked))
    if not found.audit.verified:
        raise typer.Exit(1)


@ledger_app.command()
def write(
    study: Study,
    configfile: ConfigFiles = None,
    output: Annotated[
        Path | None, typer.Option(help="The ledger to write; else results/reference/STUDY/ledger.json.")
    ] = None,
) -> None:
    """Put the records of a study, which must be verified, in one file to commit; prints its root digest."""
    from gangan import ledger

    output = output or Path("results/reference", study, "ledger.json")
    typer.echo(ledger.write(_verified(study, configfile), study, output))


def crate(
    study: Study,
    output: Annotated[Path, typer.Option(help="The folder to make.")],
    configfile: ConfigFiles = None,
) -> None:
    """Export a study, which must be verified, as a Workflow Run RO-Crate."""
    from gangan import crate as export

    export.export(Path.cwd(), study, _verified(study, configfile), output)


def chain(
    figure: Annotated[Path, typer.Argument(help="A figure of a study.")],
    output: Annotated[Path, typer.Option(help="The HTML page to write.")],
) -> None:
    """Write a page of the jobs behind a figure, for the report."""
    from gangan import chain_page
    from gangan.provenance import recorded

    with recorded(("chain_page",), {}, {"figure": figure}, {"page": output}):
        chain_page.write(Path.cwd(), figure, output)


def _verified(study: str, configfile: list[Path] | None) -> "Records":
    """The records of a study and of all that it was made from.

    Raises:
        UserError: something is wrong with them.
    """
    from gangan import investigation, ledger

    found = investigation.investigate(Path.cwd(), [study], configfile or [], None, require_data=True)
    if not found.audit.verified:
        raise UserError(f"{study} is not verified: see `gangan audit {study}`")
    return ledger.behind(found.records, found.audit.targets)
