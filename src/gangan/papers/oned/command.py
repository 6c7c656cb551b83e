"""``gangan oned``: one run, for a person to look at."""

from pathlib import Path
from typing import Annotated

import typer

from gangan.core.commands import Jobs


def register(app: typer.Typer, _: Jobs) -> None:
    """Add it to the command line."""
    app.command("oned")(oned)


def oned(
    seed: Annotated[int, typer.Option(help="Of the run, as in a study.", min=0)] = 0,
    optimizer: Annotated[str | None, typer.Option(help="gd or adam.")] = None,
    minibatch: Annotated[bool, typer.Option("--minibatch", help="With the minibatch layer.")] = False,
    width: Annotated[int | None, typer.Option(help="Hidden units of the generator.")] = None,
    depth: Annotated[int | None, typer.Option(help="Hidden layers of the generator.")] = None,
    distribution: Annotated[str | None, typer.Option(help="Its target, by its name in config/oned.yaml.")] = None,
    preset: Annotated[str | None, typer.Option(help="The version of the code, by its name there.")] = None,
    output: Annotated[Path, typer.Option(help="The figure to write, .png or .pdf.")] = Path("oned.png"),
) -> None:
    """Train one one-dimensional GAN, draw it, and say how it ended. What is not said is as in config/oned.yaml."""
    from gangan.core.files import UserError

    if output.suffix not in (".png", ".pdf"):
        raise UserError(f"--output: {output}; allowed: a name that ends in .png or .pdf")
    from gangan.papers.oned.alone import draw

    changes = {
        "optimizer": optimizer,
        "minibatch": "apart" if minibatch else None,
        "width": width,
        "depth": depth,
        "distribution": distribution,
        "preset": preset,
    }
    typer.echo(draw(changes, seed, output))
