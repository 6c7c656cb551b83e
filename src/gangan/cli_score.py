"""``gangan train-judge`` and ``gangan score``: parsing and nothing else."""

from pathlib import Path
from typing import Annotated, Any

import typer

from gangan.config import Draws, Evaluation, Judge, Subsets, parsed
from gangan.lease import held
from gangan.provenance import recorded

score_app = typer.Typer(no_args_is_help=True, help="Scores: GANs and digits in, a table of numbers out.")

JudgeFile = Annotated[Path, typer.Option("--judge", help="The judge's weights.")]
Digits = Annotated[Path, typer.Option(help="The dataset file.")]
Settings = Annotated[str, typer.Option(help="The study's evaluation block, as JSON.")]
Seed = Annotated[int, typer.Option(help="The study's seed.", min=0)]
ZooFile = Annotated[Path, typer.Option("--zoo", help="The packed zoo.")]
Output = Annotated[Path, typer.Option(help="The CSV to write; its record is written beside it.")]
Threads = Annotated[int, typer.Option(help="CPU threads to use.", min=1)]
Count = Annotated[int, typer.Option(help="How many GANs to draw.", min=1)]
Drawn = Annotated[str, typer.Option("--draws", help="The arm's draws block, as JSON.")]


def train_judge(
    settings: Annotated[str, typer.Option(help="The study's judge block, as JSON.")],
    seed: Seed,
    digits: Digits,
    output: Annotated[Path, typer.Option(help="The file to write; its record is written beside it.")],
    table: Annotated[Path, typer.Option(help="CSV to write: how well it reads.")],
    threads: Threads = 1,
) -> None:
    """Train the classifier whose features measure images."""
    from gangan import judge

    how = parsed(Judge, settings)
    parameters = {"judge": how.model_dump(), "seed": seed}
    outputs = {"judge": output, "table": table}
    with held(output), recorded(("judge",), parameters, {"digits": digits}, outputs):
        judge.train(how, seed, digits, output, table, threads)


@score_app.command()
def gans(
    rows: Annotated[Path, typer.Argument(help="One job's file.")],
    judge: JudgeFile,
    digits: Digits,
    settings: Settings,
    seed: Seed,
    output: Output,
    threads: Threads = 1,
) -> None:
    """Score every row of one job's file."""
    from gangan import scores

    how = parsed(Evaluation, settings)
    inputs = {"rows": rows, "judge": judge, "digits": digits}
    with held(output), recorded(("scores",), _parameters(how, seed), inputs, {"scores": output}):
        scores.score_gans(scores.Bench(judge, digits, how, seed, threads), rows, output)


@score_app.command()
def gangan(
    weights: Annotated[Path, typer.Argument(help="A GAN-GAN's weights.")],
    zoo: ZooFile,
    judge: JudgeFile,
    digits: Digits,
    settings: Settings,
    seed: Seed,
    count: Count,
    extent: Annotated[float, typer.Option(help="A line goes from −extent to extent.", min=0)],
    draws: Drawn,
    output: Output,
    alignment: Annotated[Path | None, typer.Option(help="The zoo's frames, if the arm's rows are aligned.")] = None,
    threads: Threads = 1,
) -> None:
    """Score GANs that a GAN-GAN draws, and find the rows they are near to."""
    from gangan import scores, walk_scores

    how = parsed(Evaluation, settings)
    inputs = {"weights": weights, "zoo": zoo, "judge": judge, "digits": digits}
    if alignment:
        inputs["alignment"] = alignment
    drawn = parsed(Draws, draws)
    parameters = _parameters(how, seed, count=count, extent=extent, draws=drawn.model_dump())
    with held(output), recorded(("walk_scores",), parameters, inputs, {"scores": output}):
        bench = scores.Bench(judge, digits, how, seed, threads)
        walk_scores.score_gangan(bench, weights, zoo, alignment, count, extent, drawn, output)


@score_app.command()
def baselines(
    zoo: Annotated[Path, typer.Argument(help="The packed zoo.")],
    alignment: Annotated[Path, typer.Option(help="The zoo's frames.")],
    judge: JudgeFile,
    digits: Digits,
    settings: Settings,
    seed: Seed,
    subsets: Annotated[str, typer.Option(help="Sets of runs, each with Gaussians of its own, as JSON.")],
    count: Count,
    output: Output,
    threads: Threads = 1,
) -> None:
    """Score averages and simple draws of a zoo's rows, and real digits."""
    from gangan import baselines, scores

    how, sets = parsed(Evaluation, settings), parsed(Subsets, subsets).root
    inputs = {"zoo": zoo, "alignment": alignment, "judge": judge, "digits": digits}
    parameters = _parameters(how, seed, subsets=sets, count=count)
    with held(output), recorded(("baselines",), parameters, inputs, {"scores": output}):
        bench = scores.Bench(judge, digits, how, seed, threads)
        baselines.score_baselines(bench, zoo, alignment, sets, count, output)


@score_app.command()
def likeness(
    zoo: Annotated[Path, typer.Argument(help="The packed zoo.")],
    alignment: Annotated[Path, typer.Option(help="The zoo's frames.")],
    settings: Settings,
    seed: Seed,
    output: Output,
    threads: Threads = 1,
) -> None:
    """Measure how alike the rows of a zoo are, within runs and across."""
    from gangan import likeness

    how, inputs = parsed(Evaluation, settings), {"zoo": zoo, "alignment": alignment}
    with held(output), recorded(("likeness",), _parameters(how, seed), inputs, {"distances": output}):
        likeness.compare_rows(zoo, alignment, how, seed, threads, output)


def _parameters(how: Evaluation, seed: int, **others: Any) -> dict[str, Any]:
    return {"evaluation": how.model_dump(), "seed": seed, **others}
