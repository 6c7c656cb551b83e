"""The paper's verbs: ``explore``, ``card``, and ``zoo`` with its own."""

from pathlib import Path
from typing import Annotated

import typer

from gangan.core.commands import ConfigFiles, Jobs, Study
from gangan.core.files import UserError

RowFile = Annotated[Path, typer.Argument(help="A zoo.h5, or one job's file.")]


def register(app: typer.Typer, jobs: Jobs) -> None:
    """Add them to the command line."""
    zoo = typer.Typer(no_args_is_help=True, help="Zoos: trained networks as rows of an HDF5 file.")
    app.add_typer(zoo, name="zoo")

    @app.command()
    def explore(study: Study, configfile: ConfigFiles = None) -> None:
        """Write a study's explorer.html, a page to open in a browser, from what is trained and scored."""
        page = f"results/{study}/gangan/explorer.html"
        jobs.make(study, configfile, [page], page, "arm to explore: one with a latent of one number, on rows of MLPs")
        typer.echo(page)

    @app.command()
    def card(study: Study, configfile: ConfigFiles = None) -> None:
        """Write a study's rows and GAN-GANs as others use them, each with a card."""
        folder = f"results/{study}/gangan/shared"
        files = [f"{folder}/{name}" for name in ("zoo/README.md", "zoo/croissant.json", "gan-gans/README.md")]
        jobs.make(study, configfile, files, f"{folder}/", "arm to share: one whose generator alone draws GANs")
        typer.echo("\n".join(files))

    @zoo.command()
    def info(file: RowFile) -> None:
        """Print what a file of rows holds."""
        from gangan.core import rowfile

        _refuse_other_than_file(file)
        typer.echo(rowfile.describe(file))

    @zoo.command()
    def export(
        source: Annotated[str, typer.Argument(help="A study: all its rows with their scores. Or a zoo.h5: some rows.")],
        row: Annotated[int | None, typer.Option(help="Of a zoo.h5, which row, from 0.")] = None,
        run: Annotated[int | None, typer.Option(help="Of a zoo.h5, the rows of this GAN.")] = None,
        average: Annotated[int | None, typer.Option(help="With --run: the mean of its last rows.", min=1)] = None,
        output: Annotated[Path | None, typer.Option(help="With --row, --run: a safetensors file, or a folder.")] = None,
        configfile: ConfigFiles = None,
    ) -> None:
        """Write rows for others: a study's as one HDF5 file, or some of a zoo as state dicts in safetensors files."""
        if output is None:
            if (row, run, average) != (None, None, None):
                raise UserError("--output: missing; it names the safetensors file, or of a whole run the folder")
            if Path(source).suffix or Path(source).is_file():
                raise UserError(f"{source}: of a zoo's file name rows, --row or --run, and --output; else name a study")
            rows = f"results/{source}/gangan/shared/zoo/rows.h5"
            jobs.make(source, configfile, [rows], rows, "zoo")
            typer.echo(rows)
            return
        from gangan.papers.gangan.sharing.states import chosen

        _refuse_other_than_file(Path(source))
        numbers = chosen(Path(source), row, run, average)
        whole = run is not None and average is None
        paths = [output / f"{epoch:03d}.safetensors" for epoch in range(len(numbers))] if whole else [output]
        files = {"input": {"file": source}, "output": {f"state{i}": str(path) for i, path in enumerate(paths)}}
        settings = {"rows": numbers, "average": average is not None}
        jobs.run("papers.gangan.sharing.states.export", settings, files)

    @zoo.command("import")
    def bring(
        folder: Annotated[Path, typer.Argument(help="FOLDER/<run>/<epoch>.safetensors, .pt or .pth.")],
        output: Annotated[Path, typer.Option(help="The HDF5 file to write.")],
        rename: Annotated[list[str] | None, typer.Option(help="OLD=NEW, a tensor's name or its beginning.")] = None,
    ) -> None:
        """Make a zoo of state dicts, which a study can name instead of training one."""
        from gangan.papers.gangan.sharing.folder import states

        names = dict(pair.split("=", 1) for pair in rename or [] if "=" in pair)
        if wrong := [pair for pair in rename or [] if "=" not in pair]:
            raise UserError(f"--rename: {wrong[0]}; allowed: OLD=NEW")
        runs = states(folder)
        found = {"states": [str(path) for run in runs for path in run]}
        files = {"input": found, "output": {"zoo": str(output)}}
        jobs.run("papers.gangan.sharing.folder.gather", {"runs": len(runs), "rename": names}, files)
        from gangan.core import rowfile

        typer.echo(rowfile.describe(output))


def _refuse_other_than_file(path: Path) -> None:
    """What HDF5 says of a folder is long."""
    if path.exists() and not path.is_file():
        raise UserError(f"{path}: no file; name a zoo.h5, or one job's file")
