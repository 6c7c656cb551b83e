"""Whether training a GAN-GAN here is the published training, over seeds: the second half of the gate.

    PYTHONPATH=src:tests python tests/bench/bench_gate.py train ROWS FOLDER SEED
    PYTHONPATH=src:tests python tests/bench/bench_gate.py compare ROWS FOLDER JUDGE SECOND DIGITS OUT

tests/papers/gangan/test_published.py has the first half: from the same weights, batches and noise the steps agree to
rounding. Rounding grows, so after many epochs only distributions can agree. ``train`` trains one GAN-GAN in each of
two ways for 25 epochs on the rows that the author published, with a number of its own for all that is random in it:
``ours``, and ``published``, a plain training with PyTorch's modules, loader, random numbers and optimizer
(tests/support/published.py). ``compare`` draws 32 GANs of each and writes, by GAN-GAN, medians of their length, of
their distance to the nearest row (of generators' weights), of the share of weights beyond ±0.99 and of scores of their
digits; and below, the difference of the two ways with Welch's 95 % interval.
"""

import sys
from pathlib import Path

import h5py
import pandas as pd
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from gangan.core.device import prepare
from gangan.measure.stats import less
from gangan.papers.gangan import networks
from gangan.papers.gangan.config import Rows
from gangan.papers.gangan.scoring.bench import Bench
from gangan.papers.gangan.training import gangans
from gangan.papers.gangan.training.gans import generator_first, initial
from gangan.papers.gangan.training.sample import architecture
from gangan.papers.gangan.training.step import Adversaries
from support import published
from support.studies import study
from support.trainings import CPU

GANGAN = study().gangan
TRAINING, REPEAT, EPOCHS, SEEDS, DRAWS = GANGAN.training, 35, 25, range(5), 32
NETWORK = networks.of(GANGAN.zoos["mlp"].gan.network.model_dump())
NAMES = [f"{layer}.{kind}" for layer in ("input", "hidden", "output") for kind in ("weight", "bias")]


def ours(rows: Tensor, seed: int) -> dict[str, Tensor]:
    """The generator's tensors, trained here."""
    gan = architecture(TRAINING, rows.shape[1])
    start = initial(gan, 0, "gangan", range(seed, seed + 1), CPU)
    made = Adversaries(gan, *start, TRAINING.loss.of).training(TRAINING.learning_rate)
    schedule = generator_first(made, gangans.row_batches(TRAINING, Rows(repeat=REPEAT), 0, seed, rows))
    for epoch in range(EPOCHS):
        for turn, batch in schedule(epoch):
            turn.step(batch)
    tensors = made.weights()
    return {name: tensors[f"generator.{name}"][0] for name in NAMES}


def plain(rows: Tensor, seed: int) -> dict[str, Tensor]:
    """The same, of the published training."""
    torch.manual_seed(seed)
    generator, discriminator = published.networks(rows.shape[1])
    trained = published.Trained(generator, discriminator, TRAINING.learning_rate)
    for _ in range(EPOCHS):
        trained.epoch(published.batches(rows, REPEAT, TRAINING.batch))
    return dict(zip(NAMES, (tensor.detach() for tensor in generator.parameters()), strict=True))


def measured(tensors: dict[str, Tensor], rows: Tensor, bench: Bench) -> dict[str, float]:
    """Medians over GANs drawn with the same noise from each GAN-GAN."""
    gan, layout = architecture(TRAINING, rows.shape[1]), NETWORK.layout()
    z = torch.randn(1, DRAWS, 1, generator=torch.Generator().manual_seed(0))
    drawn = gan.generate([tensors[name].unsqueeze(0) for name in NAMES], z)[0]
    half = layout.part("generator")[0]
    nearest = torch.cdist(drawn[:, half].double(), rows[:, half].double()).amin(1)
    return {
        "norm": drawn.norm(dim=1).median().item(),
        "l2": nearest.median().item(),
        "saturated": (drawn.abs() > 0.99).double().mean(1).median().item(),
        **bench.scores(NETWORK, drawn, [False] * DRAWS).table[["frechet", "energy", "divergence"]].median(),
    }


def compared(table: pd.DataFrame) -> pd.DataFrame:
    """A line of differences, ours less the published, for each measure."""
    lines = []
    for measure in table.columns.drop(["way", "seed"]):
        one, other = (table.loc[table["way"] == way, measure] for way in ("ours", "published"))
        means = {"ours": one.mean(), "published": other.mean()}
        lines.append({"measure": measure, **means, **less(one.tolist(), 0, other.tolist())._asdict()})
    return pd.DataFrame(lines)


if __name__ == "__main__":
    what, file, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    prepare(1)
    with h5py.File(file) as source:
        rows = torch.from_numpy(source["snapshots"][:])
    if what == "train":
        folder.mkdir(parents=True, exist_ok=True)
        for way in (ours, plain):
            made = folder / f"{'ours' if way is ours else 'published'}-{sys.argv[4]}.safetensors"
            if not made.exists():
                save_file(way(rows, int(sys.argv[4])), made)
                print(made, flush=True)
    else:
        judge, second, digits, out = map(Path, sys.argv[4:8])
        bench = Bench(judge, second, digits, GANGAN.evaluation, 0, CPU)
        lines = [
            {"way": way, "seed": seed, **measured(load_file(folder / f"{way}-{seed}.safetensors"), rows, bench)}
            for way in ("ours", "published")
            for seed in SEEDS
        ]
        table = pd.DataFrame(lines)
        out.mkdir(parents=True, exist_ok=True)
        table.to_csv(out / "gate-seeds.csv", index=False, float_format="%.5g")
        compared(table).to_csv(out / "gate.csv", index=False, float_format="%.4g")
