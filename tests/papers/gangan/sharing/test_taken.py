"""A zoo's file in place of trainings."""

import re
from pathlib import Path

import h5py
import pandas as pd
import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor

from gangan.core import rowfile
from gangan.core.files import UserError
from gangan.papers.gangan import networks, published, zoo
from gangan.papers.gangan.config import Gan, Rows
from gangan.papers.gangan.scoring.bench import score_gans
from gangan.papers.gangan.sharing import folder, taken
from gangan.papers.gangan.spaces import frames, space
from support.clone import ROOT
from support.scoring import EVALUATION, LAYOUT, NETWORK, drifting_rows
from support.trainings import CPU, gan, gangan, train_gangan, write_zoo

from .conftest import scrambled

HIS = ROOT.parent / "shared/author/gan0.h5"  # the 100 rows that the author published
SMALL = gan(network=NETWORK, epochs=4)


def packed(where: Path, settings: Gan, file: Path, runs: range) -> Path:
    """The zoo that a study makes of a zoo's file, in jobs of two GANs."""
    jobs, timing = [], []
    for first in runs[::2]:
        jobs.append(where / f"{first:02d}.h5")
        timing.append(where / f"{first:02d}.csv")
        taken.take(settings, first, min(2, runs.stop - first), 5, file, jobs[-1], timing[-1])
    zoo.pack(settings, runs.start, len(runs), jobs, timing, where / "packed.h5", where / "timing.csv")
    return where / "packed.h5"


def test_a_zoos_file_becomes_a_zoo_of_the_study(tmp_path: Path) -> None:
    file = write_zoo(tmp_path / "theirs.h5", LAYOUT, drifting_rows(4, 4), NETWORK)
    made = packed(tmp_path, SMALL, file, range(1, 4))
    assert torch.equal(rowfile.rows(made), rowfile.rows(file, [1, 2, 3]))
    assert rowfile.columns(made).keys() == rowfile.columns(file).keys()
    assert rowfile.runs_of(made) == [1, 2, 3]
    with h5py.File(made) as held:
        assert held["seeds"][:].tolist() == [5, 5, 5]


@pytest.mark.parametrize(
    ("settings", "first", "said"),
    [
        (gan(network=NETWORK, epochs=5), 0, "its GANs have epochs 4, the configuration says 5"),
        (gan(network={"hidden": 6}), 0, "its GANs have network {'hidden': 5, 'kind': 'mlp', 'latent': 3}, the "),
        (SMALL, 3, "no GAN 4; it holds 0 … 3"),
    ],
)
def test_other_gans_than_the_configuration_says_are_refused(
    tmp_path: Path, settings: Gan, first: int, said: str
) -> None:
    file = write_zoo(tmp_path / "theirs.h5", LAYOUT, drifting_rows(4, 4), NETWORK)
    with pytest.raises(UserError, match=rf"^{file}: {re.escape(said)}"):
        taken.take(settings, first, 2, 0, file, tmp_path / "rows.h5", tmp_path / "timing.csv")
    assert [*tmp_path.iterdir()] == [file]


def test_a_file_that_is_no_zoo_is_refused(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "theirs.h5", "w") as file:
        file["snapshots"] = drifting_rows(1, 4)[:, 0].numpy()
    with pytest.raises(UserError, match=r"theirs\.h5: not a zoo, no "):
        taken.take(SMALL, 0, 1, 0, tmp_path / "theirs.h5", tmp_path / "rows.h5", tmp_path / "timing.csv")


def his_state(row: Tensor) -> dict[str, Tensor]:
    """A row (width) by the names of his modules, in their order."""
    tensors = networks.of({"kind": "mlp", "latent": 64, "hidden": 64}).layout().unflatten(row.unsqueeze(0))
    theirs = {"discriminator": "D", "generator": "G", "input": "inp", "output": "out"}
    return {".".join(theirs.get(part, part) for part in name.split(".")): one[0] for name, one in tensors.items()}


@pytest.mark.skipif(not HIS.exists(), reason="the author's rows are not beside this clone")
def test_the_authors_gan_is_brought_scored_aligned_and_learned(
    tmp_path: Path, judges: tuple[Path, Path], digits: Path
) -> None:
    settings = gan(epochs=100, network={"latent": 64, "hidden": 64})
    layout = networks.of(settings.network.model_dump()).layout()
    with h5py.File(HIS) as file:
        rows = torch.from_numpy(file["snapshots"][:])
    for epoch, row in enumerate(rows):
        path = tmp_path / "gan/0" / f"model_{epoch}.pt"
        path.parent.mkdir(parents=True, exist_ok=True)
        torch.save({name: tensor.clone() for name, tensor in his_state(row).items()}, path)
    (run,) = folder.states(tmp_path / "gan")
    rename = {f"{net[0].upper()}.{old}": f"{net}.{new}" for net in frames.FIELDS for old, new in (("inp", "input"), ("hidden", "hidden"), ("out", "output"))}  # noqa: E501  # fmt: skip
    folder.gather(1, rename, run, tmp_path / "his.h5")
    assert torch.equal(rowfile.rows(tmp_path / "his.h5"), rows)

    job = tmp_path / "00.h5"
    published.adopt(settings, 0, 0, tmp_path / "his.h5", job, tmp_path / "00.csv")
    score_gans(EVALUATION, 0, job, *judges, digits, tmp_path / "scores.csv", tmp_path / "moments", CPU)
    scores = pd.read_csv(tmp_path / "scores.csv")["energy"]
    assert scores[99] < scores[50] < scores[0]  # as of his pictures, docs/papers/gangan.md, section 4

    where = tmp_path / "two"  # with a scrambled copy of himself, which alignment brings back
    where.mkdir()
    both = torch.stack([rows[::25], scrambled(rows[::25], layout)], 1)
    few = gan(epochs=4, network={"latent": 64, "hidden": 64})
    file = write_zoo(where / "both.h5", layout, both, few.network.model_dump())
    made = packed(where, few, file, range(2))
    frames.align_zoo(made, where / "alignment.h5")
    aligned = space.read(Rows(), made, where / "alignment.h5")
    torch.testing.assert_close(aligned[4:], aligned[:4], atol=1e-3, rtol=0)
    training = gangan(epochs=1, space={"align": True})
    weights = train_gangan(where, training, Rows(), made, alignment=where / "alignment.h5")
    assert load_file(weights)["generator.output.bias"].shape == (layout.size,)
