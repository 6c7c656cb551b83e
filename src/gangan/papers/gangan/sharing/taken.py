"""Runs of a zoo's file that was made elsewhere: imported, or by another study."""

import json
from pathlib import Path

import numpy as np

from gangan.core import rowfile
from gangan.core.files import UserError, atomic
from gangan.papers.gangan import networks
from gangan.papers.gangan.config import Gan


def take(gan: Gan, first: int, count: int, seed: int, zoo: Path, rows: Path, timing: Path) -> None:
    """Take GANs from a zoo's file, as if a job here had trained them.

    Args:
        gan: how they were trained, as far as is known; what the file says of it must be the same.
        first: the number of the first GAN, there and here.
        count: how many.
        seed: of the study, whose other zoos have it too.
        zoo: the file.
        rows: the file to write, with the losses that are there.
        timing: a CSV without lines.

    Raises:
        UserError: the file is no zoo, of other GANs, or has too few of them.
    """
    settings, runs = gan.model_dump(mode="json"), range(first, first + count)
    with rowfile.opened(zoo) as file:
        told = json.loads(file["settings"][()]) | {"network": json.loads(file["network"][()])}
    for key, value in told.items():
        if settings.get(key) != value:
            raise UserError(f"{zoo}: its GANs have {key} {value}, the configuration says {settings.get(key)}")
    if rowfile.layout_of(zoo) != networks.of(settings["network"]).layout():
        raise UserError(f"{zoo}: its rows are not laid out as those of {settings['network']}")
    if absent := [run for run in runs if run not in rowfile.runs_of(zoo)]:
        held = rowfile.runs_of(zoo)
        raise UserError(f"{zoo}: no GAN {absent[0]}; it holds {held[0]} … {held[-1]}")
    found = rowfile.rows(zoo, list(runs)).numpy().reshape(count, gan.epochs, -1).swapaxes(0, 1)
    if not np.isfinite(found).all():
        raise UserError(f"{zoo}: rows that are not finite")
    columns = rowfile.columns(zoo)
    of_runs = np.isin(columns["gan"], runs)
    means = {name: column[of_runs] for name, column in columns.items() if name not in rowfile.KEYS}
    by_epoch = {name: column.reshape(count, gan.epochs).T for name, column in means.items()}
    rowfile.write_runs(rows, rowfile.layout_of(zoo), settings["network"], settings, runs, seed, found, by_epoch)
    with atomic(timing) as partial:
        partial.write_text("epoch,attempt,host,seconds,examples_per_second\n", "utf-8")  # as a training's
