"""``gangan figure`` and ``gangan table``: parsing and nothing else."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gangan.config import Draws, Figures, Gan, GanGan, Measured, Shown, parsed
from gangan.provenance import recorded

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

    from gangan.measurements import Measurements

figure_app = typer.Typer(no_args_is_help=True, help="Figures: finished files in, pictures out.")
table_app = typer.Typer(no_args_is_help=True, help="Tables: settings and finished files in, tables out.")

Outputs = Annotated[
    list[Path],
    typer.Option("--output", help="File to write; its ending is its format; repeat for more formats."),
]
ZooFile = Annotated[Path, typer.Option("--zoo", help="The packed zoo.")]
Weights = Annotated[list[Path], typer.Option(help="A GAN-GAN's weights; repeat for more.")]
Look = Annotated[str, typer.Option("--figures", help="The study's figures block, as JSON.")]
Seed = Annotated[int, typer.Option(help="The study's seed.", min=0)]
Drawn = Annotated[str, typer.Option("--draws", help="The arm's draws block, as JSON.")]
Models = Annotated[str, typer.Option("--settings", help="Zoos and arms of the study, as JSON.")]
Scored = Annotated[str, typer.Option(help="Zoos and arms that were scored, as JSON.")]
ArmName = Annotated[str, typer.Option(help="Which arm.")]
Metrics = Annotated[Path, typer.Option(help="The study's folder of metrics.")]


@figure_app.command()
def schematic(
    gan: Annotated[str, typer.Option(help="Settings of the zoo's GANs, as JSON.")],
    gangan: Annotated[str, typer.Option(help="Settings of the GAN-GAN, as JSON.")],
    runs: Annotated[int, typer.Option(help="GANs in the zoo.", min=1)],
    output: Outputs,
) -> None:
    """Fig. 1: a GAN trained on a dataset of GANs."""
    from gangan import figures

    inner, outer = parsed(Gan, gan), parsed(GanGan, gangan)
    parameters = {"gan": inner.model_dump(), "gangan": outer.model_dump(), "runs": runs}
    with recorded(("figures",), parameters, {}, _named(output)) as record:
        figures.save(figures.schematic(inner, outer, runs), output, record["lineage"])


@figure_app.command()
def snapshots(zoo: ZooFile, figures: Look, seed: Seed, output: Outputs) -> None:
    """Fig. 2: samples of GAN 0 during its training."""
    from gangan import figures as draw

    look = parsed(Figures, figures)
    with recorded(("figures",), {"figures": look.model_dump(), "seed": seed}, {"zoo": zoo}, _named(output)) as record:
        draw.save(draw.snapshots(zoo, look, seed), output, record["lineage"])


@figure_app.command()
def walk(
    weights: Annotated[Path, typer.Option(help="A GAN-GAN's weights.")],
    figures: Look,
    seed: Seed,
    draws: Drawn,
    output: Outputs,
    scores: Annotated[Path | None, typer.Option(help="Its scores, to order draws by.")] = None,
) -> None:
    """Fig. 3: digits of GANs along the GAN-GAN's latent."""
    from gangan import figures as draw

    look, drawn = parsed(Figures, figures), parsed(Draws, draws)
    parameters = {"figures": look.model_dump(), "seed": seed, "draws": drawn.model_dump()}
    inputs = {"weights": weights, **({"scores": scores} if scores else {})}
    with recorded(("figures",), parameters, inputs, _named(output)) as record:
        draw.save(draw.walk(weights, look, seed, drawn, scores), output, record["lineage"])


@figure_app.command()
def zoo_losses(zoo: ZooFile, output: Outputs) -> None:
    """Losses of every GAN of a zoo by epoch."""
    from gangan import figures as draw

    with recorded(("figures",), {}, {"zoo": zoo}, _named(output)) as record:
        draw.save(draw.zoo_losses(zoo), output, record["lineage"])


@figure_app.command()
def gangan_losses(
    losses: Annotated[list[Path], typer.Option(help="A GAN-GAN's losses; repeat for more.")], output: Outputs
) -> None:
    """Losses of every GAN-GAN by epoch."""
    from gangan import figures as draw

    with recorded(("figures",), {}, _numbered("losses", losses), _named(output)) as record:
        draw.save(draw.gangan_losses(losses), output, record["lineage"])


@figure_app.command()
def pca(
    projection: Annotated[Path, typer.Option(help="The zoo's principal components.")],
    figures: Look,
    output: Outputs,
    weights: Weights = [],  # noqa: B006
) -> None:
    """The zoo's rows in two principal components, with the GAN-GANs' curves."""
    from gangan import figures as draw

    look = parsed(Figures, figures)
    inputs = {"projection": projection, **_numbered("weights", weights)}
    with recorded(("figures",), {"figures": look.model_dump()}, inputs, _named(output)) as record:
        draw.save(draw.pca(projection, weights, look), output, record["lineage"])


@figure_app.command()
def along_z(measured: Scored, metrics: Metrics, arm: ArmName, output: Outputs) -> None:
    """Quality of an arm's GANs along z, and which rows they are near to."""
    from gangan import charts

    _chart(measured, metrics, {"arm": arm}, output, lambda scores: charts.along_z(scores, arm))


@figure_app.command()
def epochs(
    measured: Scored, metrics: Metrics, zoo: Annotated[str, typer.Option(help="Which zoo.")], output: Outputs
) -> None:
    """Quality of every GAN of a zoo by epoch."""
    from gangan import charts

    _chart(measured, metrics, {"zoo": zoo}, output, lambda scores: charts.epochs(scores, zoo))


@figure_app.command()
def series(
    measured: Scored,
    metrics: Metrics,
    arm: ArmName,
    key: Annotated[str, typer.Option(help="The key of gangan in which the arms differ.")],
    output: Outputs,
) -> None:
    """Quality of arms alike but for one key."""
    from gangan import charts

    _chart(measured, metrics, {"arm": arm, "key": key}, output, lambda scores: charts.series(scores, arm, key))


def _chart(
    measured: str, metrics: Path, which: dict[str, str], output: list[Path], draw: Callable[["Measurements"], "Figure"]
) -> None:
    from gangan import figures, measurements

    what = parsed(Measured, measured)
    inputs = measurements.files(what, metrics)
    with recorded(("charts",), {**what.model_dump(), **which}, inputs, _named(output)) as record:
        figures.save(draw(measurements.read(what, metrics)), output, record["lineage"])


@table_app.command()
def architectures(settings: Models, output: Outputs) -> None:
    """Layers and parameter counts of every network."""
    from gangan import tables

    shown = parsed(Shown, settings)
    with recorded(("tables",), shown.model_dump(), {}, _named(output)):
        tables.save(tables.architectures(shown), output)


@table_app.command()
def hyperparameters(settings: Models, output: Outputs) -> None:
    """Every setting of every zoo and arm."""
    from gangan import tables

    shown = parsed(Shown, settings)
    with recorded(("tables",), shown.model_dump(), {}, _named(output)):
        tables.save(tables.hyperparameters(shown), output)


@table_app.command()
def runtimes(
    timing: Annotated[list[Path], typer.Option(help="CSV of epoch times; repeat for more stages.")],
    output: Outputs,
) -> None:
    """Training time by stage, summed over attempts."""
    from gangan import tables

    with recorded(("tables",), {}, _numbered("timing", timing), _named(output)):
        tables.save(tables.runtimes(timing), output)


@table_app.command()
def claims(measured: Scored, metrics: Metrics, output: Outputs) -> None:
    """The claims, each with estimate, interval, test and verdict."""
    from gangan import claims

    _scored_table("claims", measured, metrics, output, claims.table)


@table_app.command()
def quality(measured: Scored, metrics: Metrics, output: Outputs) -> None:
    """How good digits, GANs, averages and GAN-GANs are."""
    from gangan import summary

    _scored_table("summary", measured, metrics, output, summary.table)


@table_app.command()
def attempts(measured: Scored, metrics: Metrics, output: Outputs) -> None:
    """How near each arm comes to a GAN-GAN that beats what it learned from."""
    from gangan import summary

    _scored_table("summary", measured, metrics, output, summary.attempts)


def _scored_table(
    room: str, measured: str, metrics: Path, output: list[Path], table: Callable[["Measurements"], "DataFrame"]
) -> None:
    from gangan import measurements, tables

    what = parsed(Measured, measured)
    inputs = measurements.files(what, metrics)
    with recorded((room, "tables"), what.model_dump(), inputs, _named(output)):
        tables.save(tables.rounded(table(measurements.read(what, metrics))), output)


def _named(outputs: list[Path]) -> dict[str, Path]:
    return {path.suffix.lstrip("."): path for path in outputs}


def _numbered(name: str, paths: list[Path]) -> dict[str, Path]:
    return {f"{name}.{i}": path for i, path in enumerate(paths)}
