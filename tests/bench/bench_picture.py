"""How good the digits of the paper's published Fig. 3 are, as a number of each of its rows.

    PYTHONPATH=src:tests python tests/bench/bench_picture.py FIG3.png ROWS DIGITS JUDGE OUT.csv

The picture is 32 × 40 digits of 28 × 28 pixels, two pixels apart, in matplotlib's viridis, resampled a little larger.
Here colours become numbers again and the digits their own size. A row's off-manifold energy and the divergence of its
classes (docs/claims/gangan.md) are then held against those of the GAN that the author published (ROWS), after each of
its epochs: medians of several sheets of 40 of its digits, which go through the same picture first. ``epochs_fidelity``
and ``epochs_classes`` say after how many epochs it had never been as good; ``good`` is a row that is no worse, on both,
than it is after 50 epochs: the rule of the claims, with his own GAN in place of a zoo's medians. OUT.csv has the rows
from top to bottom, with the z that they show, and a last line of real digits.
"""

import sys
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import torch
import torch.nn.functional as F  # noqa: N812
from matplotlib import colormaps
from matplotlib import pyplot as plt
from torch import Tensor

from gangan.data import idx
from gangan.measure import judge as judges
from gangan.measure.metrics import divergence, energy, manifold
from gangan.papers.gangan import networks
from gangan.papers.gangan.scoring.bench import COMPONENTS, class_shares, spread
from support.studies import study

ROWS, COLUMNS, SIDE, GAP = 32, 40, 28, 2
SHEETS = 16  # of each of the published GANs
AFTER = 50  # epochs: the bar
SIZE = ROWS * (SIDE + GAP) + GAP, COLUMNS * (SIDE + GAP) + GAP  # of the sheet, before it was resampled
COLOURS = colormaps["viridis"](np.linspace(0, 1, 256))[:, :3].astype("f4")


def drawn(digits: Tensor, size: tuple[int, int]) -> Tensor:
    """Digits (rows × columns, 28, 28) in [−1, 1] as colours (height, width, 3) of a picture of that size."""
    sheet = torch.full((len(digits) // COLUMNS * (SIDE + GAP) + GAP, SIZE[1]), -1.0)
    for i, digit in enumerate(digits):
        top, left = (GAP + place * (SIDE + GAP) for place in divmod(i, COLUMNS))
        sheet[top : top + SIDE, left : left + SIDE] = digit
    numbers = F.interpolate(sheet[None, None], size, mode="bilinear", align_corners=False)[0, 0]
    return torch.from_numpy(COLOURS)[((numbers + 1) * 127.5).round().long()]


def read(picture: Tensor, rows: int) -> Tensor:
    """Colours (height, width, 3) of a sheet's picture → its digits (rows × columns, 28, 28)."""
    nearest = torch.cdist(picture.reshape(-1, 3), torch.from_numpy(COLOURS)).argmin(1).view(picture.shape[:2])
    size = (rows * (SIDE + GAP) + GAP, SIZE[1])
    numbers = nearest.float()[None, None] / 127.5 - 1
    sheet = F.interpolate(numbers, size, mode="bilinear", align_corners=False, antialias=True)[0, 0]
    tiles = sheet[GAP:, GAP:].unfold(0, SIDE, SIDE + GAP).unfold(1, SIDE, SIDE + GAP)
    return tiles.reshape(-1, SIDE, SIDE)


def framed(file: Path) -> Tensor:
    """The picture within its white margin and its grey frame, colours (height, width, 3)."""
    colours = torch.from_numpy(plt.imread(file)[..., :3])
    apart = torch.cdist(colours.reshape(-1, 3), torch.from_numpy(COLOURS)).amin(1).view(colours.shape[:2])
    rows, columns = ((apart < 0.1).double().mean(axis) > 0.9 for axis in (1, 0))
    top, bottom, left, right = (int(x) for at in (rows, columns) for x in at.nonzero()[[0, -1], 0])
    return colours[top : bottom + 1, left : right + 1]


if __name__ == "__main__":
    picture, published, dataset, weights, out = map(Path, sys.argv[1:6])
    torch.set_grad_enabled(False)
    judge = judges.read(weights, "deep", torch.device("cpu"))
    test = idx.read_part(dataset, "test").images
    where = manifold(idx.read_part(dataset, "validation").images.flatten(1), COMPONENTS)
    real = class_shares(judges.judged(judge, test)[1]).numpy()

    def measured(digits: Tensor) -> tuple[float, float]:
        """Energy and divergence of a row's digits (columns, 28, 28)."""
        shares = class_shares(judges.judged(judge, digits)[1]).numpy()
        return energy(digits.flatten(1), where), divergence(shares, real)

    colours = framed(picture)
    size = (round(colours.shape[0] / SIZE[0] * (SIDE + 2 * GAP)), colours.shape[1])  # of one row's picture
    gan = networks.of(study().gangan.zoos["mlp"].gan.network.model_dump())
    noise = torch.randn(SHEETS * COLUMNS, gan.latent, generator=torch.Generator().manual_seed(0))
    with h5py.File(published) as file:
        made = networks.draw(gan, torch.from_numpy(file["snapshots"][:]), gan.layout(), noise)

    def seen(digits: Tensor) -> list[float]:
        """Medians of the two over sheets (sheets × columns, 28, 28), each through a picture."""
        sheets = [measured(read(drawn(sheet, size), 1)) for sheet in digits.split(COLUMNS)]
        return np.median(sheets, axis=0).tolist()

    course = np.array([seen(digits) for digits in made])
    rows = [measured(row) for row in read(colours, ROWS).split(COLUMNS)]
    rows.append(
        tuple(
            seen(
                spread(test, SHEETS * COLUMNS)[
                    torch.randperm(SHEETS * COLUMNS, generator=torch.Generator().manual_seed(0))
                ]
            )
        )
    )
    table = pd.DataFrame(rows, columns=["energy", "divergence"])
    table.insert(0, "z", [*np.linspace(-2, 2, ROWS), None])
    for column, axis, values in zip(("energy", "divergence"), ("fidelity", "classes"), course.T, strict=True):
        best = np.minimum.accumulate(values)
        table[f"epochs_{axis}"] = [int((best > value).sum()) for value in table[column]]
    table["good"] = (table[["energy", "divergence"]] <= course[AFTER - 1]).all(axis=1).astype(int)
    table.to_csv(out, index=False, float_format="%.4g")
    print(table.to_string(), course[[0, 4, 9, 24, 49, 99]].round(3), sep="\n")
    print(f"{table['good'][:ROWS].sum()} of {ROWS} rows are no worse than the published GAN after {AFTER} epochs")
