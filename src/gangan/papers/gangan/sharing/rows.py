"""A zoo's rows and all that is known of each, as one HDF5 file of columns.

Every dataset is as long as there are rows, and all else is an attribute: so ``datasets.load_dataset("hdf5", …)`` reads
it as it is. A row is two of them, the weights of the discriminator and of the generator: who draws reads only the
second. The frame that a run is aligned by stands beside each of its rows, though it is the same for all of them: who
reads columns sees no attributes, an attribute has no room for 35 rotations, and compressed, what repeats weighs little.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import h5py
import numpy as np
import pandas as pd
import torch

from gangan.core import rowfile
from gangan.core.files import atomic, system_error
from gangan.core.settings import Block, Name, Positive
from gangan.papers.gangan.spaces.frames import FIELDS, Frames, align, frames_of

NETWORKS = {
    "discriminator": "weights of the discriminator, flat; the attribute `layout` has names, shapes and offsets",
    "generator": "weights of the generator, flat; the attribute `layout` has names, shapes and offsets",
}
ABOUT = {
    "gan": "the number of the training run",
    "epoch": "counted from 0: row 0 of a run is the GAN after one epoch",
    "loss_discriminator": "the discriminator's loss, mean over the epoch",
    "loss_generator": "the generator's loss, mean over the epoch",
    "idle_discriminator": "share of the discriminator's steps that had no gradient",
    "idle_generator": "share of the generator's steps that had no gradient",
    "zoo": "the zoo that the GAN belongs to",
    "split": "`learned`: GAN-GANs learn from this zoo; `held-out`: none does",
    "frechet": "Fréchet distance of its images from test digits, by the judge's features; lower is better",
    "frechet_validation": "Fréchet distance from validation digits, by which rows are chosen",
    "frechet_second": "Fréchet distance from test digits by a second judge's features",
    "confidence": "the judge's mean confidence in the class that it reads",
    "energy": "share of the images' variance outside of real digits' first 100 principal components",
    "divergence": "Kullback-Leibler divergence of the classes read from the real ones, nats",
    **{f"class_{digit}": f"share of images read as {digit}" for digit in range(10)},
    "kernel": "unbiased kernel distance from test digits",
    "precision": "share of images near a real digit",
    "recall": "share of real digits near an image",
    "density": "real neighbourhoods that an image lies in, relative to those expected",
    "coverage": "share of real digits with an image in their neighbourhood",
    "norm": "Euclidean length of the generator's weights",
    "saturated": "share of the generator's weights above 0.99 in size",
    "discriminator_real": "share of real digits that its discriminator takes for real",
    "discriminator_made": "share of its images that its discriminator takes for made",
    "discriminator": "mean of discriminator_real and discriminator_made: 0.5 is guessing",
}
ALIGNED = {
    "order_input": "unit i of the first hidden layer, aligned, is this unit of the row's",
    "order_hidden": "unit i of the second hidden layer, aligned, is this unit of the row's",
    "scale_input": "aligned unit i of the first hidden layer has its input multiplied, its output divided by it",
    "scale_hidden": "aligned unit i of the second hidden layer has its input multiplied, its output divided by it",
    "rotation": "of noise: the aligned generator draws from z what the row's draws from rotation · z",
}
KINDS = {"gan": "<i4", "epoch": "<i4", "zoo": h5py.string_dtype(), "split": h5py.string_dtype()}  # all else is float32


class SharedZoo(Block):
    """A zoo whose rows are shared: what they are for, and how many jobs trained and scored its GANs."""

    split: Literal["learned", "held-out"]
    jobs: Positive


def share(
    study: str,
    version: str,
    zoos: dict[Name, SharedZoo],
    gans: list[Path],
    scores: list[Path],
    alignment: Path,
    rows: Path,
) -> None:
    """Write the rows of a zoo, and of another that no GAN-GAN learns, with their losses, scores and frames.

    Args:
        study: its name.
        version: of this package.
        zoos: by name, of GANs trained alike.
        gans: the files of their jobs, zoo after zoo.
        scores: the tables of scores of each.
        alignment: the frames of the first zoo. Those of the others are found here, against the same GAN.
        rows: the file to write.
    """
    layout, of = rowfile.layout_of(gans[0]), [(name, zoo.split) for name, zoo in zoos.items() for _ in range(zoo.jobs)]
    held = [pd.DataFrame(rowfile.columns(path)) for path in gans]
    keys = pd.concat([one.assign(zoo=z, split=s) for one, (z, s) in zip(held, of, strict=True)])
    table = keys.merge(pd.concat(map(pd.read_csv, scores)), "left", ["gan", "epoch"], validate="one_to_one")
    learned = table.loc[table["split"] == "learned", "gan"].unique().tolist()
    frames, reference = _frames(gans, alignment, learned)
    with atomic(rows) as partial, _created(partial) as file:
        with rowfile.opened(gans[0]) as first:
            file.attrs.update({name: first[name][()].decode() for name in ("network", "settings")})
            file.attrs["seed"] = first["seeds"][0]
        file.attrs.update({"study": study, "version": version, "judge": table.pop("judge").iloc[0]})
        for name, values in table.items():
            column = file.create_dataset(name, data=values.to_numpy(), dtype=KINDS.get(str(name), "<f4"))
            column.attrs["about"] = ABOUT[str(name)]
        for network, about in NETWORKS.items():
            _, part = layout.part(network)
            weights = file.create_dataset(f"{network}_weights", (len(table), part.size), "<f4", chunks=(1, part.size))
            weights.attrs.update({"about": about, "layout": part.to_json()})
        begin = 0
        for path in gans:
            for run in rowfile.runs_of(path):
                block = rowfile.rows(path, [run]).numpy()
                for network in NETWORKS:
                    file[f"{network}_weights"][begin : begin + len(block)] = block[:, layout.part(network)[0]]
                begin += len(block)
        if frames[0]:
            file.attrs["reference"] = table["gan"].unique()[reference]
            _write_frames(file, frames, len(table) // len(frames))


def _frames(gans: list[Path], alignment: Path, known: list[int]) -> tuple[list[Frames], int]:
    """The frames of all runs, the first of which are known, none for a network that has none; and the reference."""
    frames = frames_of(alignment, known)
    with h5py.File(alignment, "r", locking=False) as file:
        reference = int(file["reference"][()])
    layout, epoch = rowfile.layout_of(gans[0]), rowfile.epochs_of(gans[0]) - 1
    last = torch.cat([rowfile.rows(path, None, [epoch]) for path in gans])
    return frames + [align(row, last[reference], layout) if frames[0] else {} for row in last[len(known) :]], reference


def _write_frames(file: h5py.File, frames: list[Frames], epochs: int) -> None:
    for network, fields in FIELDS.items():
        for field in fields:
            each = np.stack([getattr(one[network], field) for one in frames])
            column = file.create_dataset(
                f"aligned_{network}_{field}",
                data=np.repeat(each, epochs, axis=0),
                dtype="<i4" if field.startswith("order") else "<f4",
                chunks=(epochs, *each.shape[1:]),
                compression="gzip",
                shuffle=True,
            )
            column.attrs["about"] = ALIGNED[field]


@contextmanager
def _created(path: Path) -> Iterator[h5py.File]:
    try:
        with h5py.File(path, "w", locking=False, track_order=True) as file:
            yield file
    except RuntimeError as error:  # HDF5 while closing
        raise system_error(error) from error
