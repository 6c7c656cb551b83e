"""Tables of networks, settings and times."""

from pathlib import Path

import pandas as pd

from gangan.core.layout import Layout
from gangan.core.settings import Block
from gangan.papers.gangan import networks
from gangan.papers.gangan.config import Arm, ArmRows, Zoo
from gangan.papers.gangan.design import leaves
from gangan.papers.gangan.networks import MLP, Convolutions, Network
from gangan.papers.gangan.training import sample
from gangan.show.tables import table_job


class Described(Block):
    """Zoos, and arms that read them, with all their settings."""

    zoos: dict[str, Zoo]
    arms: list[Arm]


@table_job
def architectures(described: Described) -> pd.DataFrame:
    """Layers, in units or channels, and parameter counts of every network, from the networks (docs/papers/gangan.md,
    sections 1 and 2)."""
    lines = []
    gans = {name: networks.of(zoo.gan.network.model_dump()) for name, zoo in described.zoos.items()}
    for name, gan in gans.items():
        lines += _networks(f"GAN, zoo {name}", gan)
    for arm in described.arms:
        assert arm.training is not None
        lines += _networks(
            f"GAN-GAN, arm {arm.name}", sample.architecture(arm.training, gans[arm.zoo or ""].layout().size)
        )
    return pd.DataFrame(lines)


def _networks(owner: str, gan: Network) -> list[dict[str, str | int]]:
    parts: list[tuple[str, MLP | Convolutions, str]] = [
        ("generator", gan.generator, gan.output),
        ("discriminator", gan.discriminator, "sigmoid"),
    ]
    lines: list[dict[str, str | int]] = [
        {
            "model": owner,
            "network": part,
            "layers": " → ".join(map(str, network.widths)),
            "output": output,
            "parameters": Layout.of(net=network.shapes()).size,
        }
        for part, network, output in parts
    ]
    return [
        *lines,
        {"model": owner, "network": "both", "layers": "", "output": "", "parameters": gan.layout().size},
    ]


@table_job
def hyperparameters(described: Described) -> pd.DataFrame:
    """Every setting of every zoo and arm, one column each."""
    columns: dict[str, dict[str, object]] = {
        f"zoo {name}": {**leaves(zoo.gan.model_dump()), "runs": zoo.runs} for name, zoo in described.zoos.items()
    }
    for arm in described.arms:
        assert arm.training is not None
        columns[f"arm {arm.name}"] = {
            "trained on": _trained_on(arm.zoo or "", described.zoos[arm.zoo or ""], arm.rows),
            **leaves(arm.training.model_dump()),
            **leaves(arm.draws.model_dump(), "draws."),
        }
    table = pd.DataFrame(columns).rename_axis("setting").reset_index()
    return table.astype(object).where(table.notna(), "")


def _trained_on(name: str, zoo: Zoo, rows: ArmRows) -> str:
    """Which rows of a zoo an arm reads: of how many GANs, from which epochs if not from all, and how often each in an
    epoch of its own."""
    count, epochs = 1 if rows.own_run else len(rows.runs) if rows.runs else zoo.runs, zoo.gan.epochs
    read = f"zoo {name}, {count} GAN{'s' if count > 1 else ''}"
    if rows.from_epoch:
        first = rows.from_epoch + 1  # counted as trained
        read += f" after {epochs} epochs" if first == epochs else f" after {first} to {epochs} epochs"
    return read + (f" × {rows.repeat}" if rows.repeat > 1 else "")


@table_job
def runtimes(timing: list[Path], names: list[str]) -> pd.DataFrame:
    """Training time by stage (a zoo, or an arm's GAN-GANs), summed over jobs and their attempts.

    Args:
        timing: CSVs of epoch times: a zoo's, whose jobs are a column, or a GAN-GAN's.
        names: of the stages, one for each file; what follows a slash is the job, where the file holds one.
    """
    epochs = pd.concat(_epochs(path, *name.partition("/")[::2]) for path, name in zip(timing, names, strict=True))
    stages = epochs.groupby("stage", sort=False)
    return pd.DataFrame(
        {
            "jobs": stages["job"].nunique(),
            "attempts": stages.apply(lambda t: len(t[["job", "attempt"]].drop_duplicates())),
            "epochs": stages.size(),
            "seconds": stages["seconds"].sum().round(1),
            "median examples/s": stages["examples_per_second"].median().round().astype(int),
        }
    ).reset_index()


def _epochs(path: Path, stage: str, job: str) -> pd.DataFrame:
    table = pd.read_csv(path)
    return table.assign(stage=stage) if "job" in table else table.assign(stage=stage, job=job)
