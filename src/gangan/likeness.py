"""How alike GANs are: by the generator's half of their rows, and by what they draw from the same noise.

A copy has distance zero in both. The second does not see hidden units change places; neither sees a turned latent.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from gangan import gans, zoo
from gangan.alignment import aligned, frames_of
from gangan.config import Evaluation
from gangan.metrics import Array, distances
from gangan.scores import write
from gangan.training import prepare, stream
from gangan.weights import Layout

Points = dict[str, Tensor]  # by kind of distance
RowsOf = Callable[[int], Tensor]  # run → its rows (epochs, width), in another frame than the zoo's


def points(rows: Tensor, layout: Layout, settings: Evaluation, seed: int, device: torch.device) -> Points:
    """GANs (n, width) as points whose Euclidean distance is the one meant: ``l2`` of the generator's weights, ``rms``
    of the pixels drawn from the same noise."""
    latent = gans.architecture_of(layout).latent
    noise = torch.randn(settings.probes, latent, generator=stream(seed, "probes", 0, 0, torch.device("cpu")))
    rows = rows.to(device)
    images = gans.draw(rows, layout, noise.to(device)).flatten(1)
    return {"l2": rows[:, layout.part("generator")[0]], "rms": images / images.shape[1] ** 0.5}


def to_zoo(
    some: Points,
    file: Path,
    runs: list[int],
    settings: Evaluation,
    seed: int,
    rows_of: RowsOf,
    from_epoch: int = 0,
) -> tuple[dict[str, Array], pd.DataFrame]:
    """Distances (n, rows) of each kind from points (n, …) to the rows of some runs from an epoch on, which are those
    that ``rows_of`` gives; those rows' ``gan``, ``epoch``."""
    layout, columns = zoo.layout_of(file), pd.DataFrame(zoo.columns(file))
    columns = columns[columns["epoch"] >= from_epoch]
    found: dict[str, list[Tensor]] = {kind: [] for kind in some}
    for run in runs:  # one at a time: a zoo may be larger than memory
        others = points(rows_of(run), layout, settings, seed, some["l2"].device)
        for kind, here in some.items():
            found[kind].append(distances(here, others[kind]).cpu())
    keys = pd.concat([columns.loc[columns["gan"] == run, ["gan", "epoch"]] for run in runs], ignore_index=True)
    return {kind: torch.cat(parts, dim=1).numpy() for kind, parts in found.items()}, keys


def novelty(
    rows: Tensor,
    file: Path,
    runs: list[int],
    settings: Evaluation,
    seed: int,
    device: torch.device,
    rows_of: RowsOf | None = None,
    from_epoch: int = 0,
) -> pd.DataFrame:
    """For each GAN (n, width) that a GAN-GAN drew, by each kind of distance: how far the nearest row it learned from
    is (``l2``), whose that is (``l2_gan``, ``l2_epoch``), and how far the nearest of its siblings (``l2_sibling``).

    A GAN-GAN that learned rows in another frame is compared with them there, as ``rows_of`` gives them; one that
    learned the rows of late epochs, with those ``from_epoch`` on.
    """
    epochs = range(from_epoch, zoo.settings_of(file)["epochs"])
    rows_of = rows_of or (lambda run: zoo.rows(file, [run], epochs))
    own = points(rows, zoo.layout_of(file), settings, seed, device)
    found, keys = to_zoo(own, file, runs, settings, seed, rows_of, from_epoch)
    columns: dict[str, Any] = {}
    for kind, table in found.items():
        siblings = distances(own[kind], own[kind]).fill_diagonal_(torch.inf).amin(1).cpu().numpy()
        columns |= {**_nearest(table, keys, kind), f"{kind}_sibling": siblings}
    return pd.DataFrame(columns)


def _nearest(table: Array, keys: pd.DataFrame, kind: str) -> dict[str, Any]:
    """The smallest of each line of distances (n, rows), and whose it is; nothing where all are infinite."""
    where, least = table.argmin(1), pd.Series(table.min(1))
    found = np.isfinite(least)
    of = {f"{kind}_{key}": keys[key].iloc[where].reset_index(drop=True).where(found) for key in ("gan", "epoch")}
    return {kind: least.where(found), **{name: column.astype("Int64") for name, column in of.items()}}


def compare_rows(file: Path, alignment: Path, settings: Evaluation, seed: int, threads: int, output: Path) -> None:
    """What the novelty of a sample is held against (CSV): for every few rows of a zoo the nearest row of another run,
    and the nearest of its own (``l2_own``), which is a neighbouring epoch's; in the runs' own frames and in one
    (``frame``: ``own``, ``aligned``)."""
    device = prepare(threads)
    columns, layout = pd.DataFrame(zoo.columns(file)), zoo.layout_of(file)
    runs, last = sorted(columns["gan"].unique().tolist()), columns["epoch"].max()
    epochs = [epoch for epoch in range(last + 1) if epoch % settings.every == 0 or epoch == last]
    frames = dict(zip(runs, frames_of(alignment, runs), strict=True))
    in_frame: dict[str, RowsOf] = {"own": lambda run: zoo.rows(file, [run])}
    if any(frames.values()):
        in_frame["aligned"] = lambda run: aligned(zoo.rows(file, [run]), layout, frames[run])
    tables = []
    for frame, rows_of in in_frame.items():
        asked = columns.loc[columns["epoch"].isin(epochs), ["gan", "epoch"]].reset_index(drop=True)
        some = points(torch.cat([rows_of(run)[epochs] for run in runs]), layout, settings, seed, device)
        found, keys = to_zoo(some, file, runs, settings, seed, rows_of)
        same_run = asked["gan"].to_numpy()[:, None] == keys["gan"].to_numpy()
        itself = same_run & (asked["epoch"].to_numpy()[:, None] == keys["epoch"].to_numpy())
        for kind, table in found.items():
            own = np.where(same_run & ~itself, table, np.inf).min(1)
            asked = asked.assign(**_nearest(np.where(same_run, np.inf, table), keys, kind), **{f"{kind}_own": own})
        tables.append(asked.assign(frame=frame))
    write(pd.concat(tables, ignore_index=True), output)
