"""A whole study through Snakemake, end to end."""

import csv
import hashlib
import json
import math
import statistics
from pathlib import Path

import h5py
import pytest
from safetensors import safe_open

from conftest import Clone


def results(finished: Clone) -> Path:
    return finished.folder / "results/tiny"


def test_it_makes_every_figure_table_and_record_and_is_then_done(finished: Clone) -> None:
    names = ["fig1", "fig2-mlp", "fig3-as-described", "fig3-as-released", "losses-gangans", "losses-zoo-mlp", "pca-mlp"]
    names += ["along-z-as-described", "along-z-as-released", "epochs-mlp"]
    names += ["fig3-mended"]
    for name in names:
        png, pdf = (results(finished) / "figures" / f"{name}.{ending}" for ending in ("png", "pdf"))
        assert png.read_bytes().startswith(b"\x89PNG")
        assert pdf.read_bytes().startswith(b"%PDF")
    for name in ("architectures", "hyperparameters", "runtimes", "claims", "quality"):
        assert all(
            (results(finished) / "tables" / f"{name}.{ending}").stat().st_size for ending in ("csv", "md", "tex")
        )
    assert not list(finished.folder.rglob("*.checkpoint"))
    assert not list(finished.folder.rglob("*.part"))
    assert finished.planned() == {}


def test_the_zoo_holds_a_row_for_every_gan_and_epoch_and_weights_every_network(finished: Clone) -> None:
    with h5py.File(results(finished) / "zoos/mlp/zoo.h5") as zoo:
        width = sum(math.prod(entry["shape"]) for entry in json.loads(zoo["layout"][()]))
        assert zoo["snapshots"].shape == (3 * 4, width)
    with safe_open(results(finished) / "gangans/as-described/1/weights.safetensors", "pt") as weights:
        assert weights.get_slice("generator.output.bias").get_shape() == [width]


def test_an_arm_that_works_on_components_gives_whole_rows_all_the_same(finished: Clone) -> None:
    with safe_open(results(finished) / "gangans/mended/0/weights.safetensors", "pt") as weights:
        shapes = {name: weights.get_slice(name).get_shape() for name in weights.keys()}  # noqa: SIM118
    with h5py.File(results(finished) / "zoos/mlp/zoo.h5") as zoo:
        assert shapes["generator.output.bias"] == [zoo["snapshots"].shape[1]]
    assert shapes["discriminator.input.weight"][1] == 3


def test_arms_differ_by_the_rows_they_read_and_seeds_by_their_numbers(finished: Clone) -> None:
    paths = ["as-described/0", "as-described/1", "as-released/0"]
    weights = [(results(finished) / "gangans" / path / "weights.safetensors").read_bytes() for path in paths]
    assert len(set(weights)) == 3


def test_every_job_leaves_a_record_a_log_and_a_benchmark(finished: Clone) -> None:
    records = list(results(finished).rglob("*.json"))
    scores = 2 + 4 + 1 + 1  # of GANs, GAN-GANs, baselines, rows among themselves
    # GANs, pack, alignment, GAN-GANs, projection, judge, scores, figures, tables, pages
    assert len(records) == 2 + 1 + 1 + 4 + 1 + 1 + scores + 12 + 5 + 12
    for record in map(json.loads, (path.read_text() for path in records)):
        for output in record["outputs"].values():
            assert (finished.folder / output["path"]).stat().st_size == output["size"]
    for kind, ending in (("logs", ".log"), ("benchmarks", ".tsv")):
        assert len(list((results(finished) / kind).rglob(f"*{ending}"))) == len(records) + 1  # the digits are shared


def test_the_table_of_runtimes_sums_the_epochs_of_every_job(finished: Clone) -> None:
    with (results(finished) / "tables/runtimes.csv").open() as file:
        stages = {line["stage"]: line for line in csv.DictReader(file)}
    assert {stage: (line["jobs"], line["epochs"]) for stage, line in stages.items()} == {
        "GANs, zoo mlp": ("2", "8"),
        "GAN-GAN, arm as-described": ("2", "4"),
        "GAN-GAN, arm mended": ("1", "2"),
        "GAN-GAN, arm as-released": ("1", "2"),
    }


def test_the_claims_are_what_the_metrics_say_when_computed_again(finished: Clone) -> None:
    metrics = results(finished) / "metrics"
    rows = [line for job in ("00", "02") for line in lines(metrics / f"zoo-mlp/{job}.csv")]
    averages = [line for line in lines(metrics / "baselines-mlp.csv") if line["kind"] in ("last-2", "last-3", "ema")]
    claims = {(line["claim"], line["arm"]): line for line in lines(results(finished) / "tables/claims.csv")}
    for arm, seeds, runs in (("as-described", (0, 1), "012"), ("as-released", (0,), "0")):
        walks = [
            [line for line in lines(metrics / f"gangans/{arm}/{seed}.csv") if line["points"] == "line"]
            for seed in seeds
        ]
        own_rows = [line for line in rows if line["gan"] in runs]
        own_averages = [line for line in averages if line["runs"] in runs]
        for claim, others in (("best row", own_rows), ("best weight average", own_averages)):
            numbers = [best(walk) - best(others) for walk in walks]
            said = claims[f"S0-C3, {claim}", arm]
            assert float(said["estimate"]) == pytest.approx(statistics.mean(numbers), rel=1e-3)
            assert int(said["n"]) == len(seeds)
        sizes = [abs(spearman([(float(x["z"]), float(x["frechet"])) for x in walk])) for walk in walks]
        assert float(claims["S0-C2", arm]["estimate"]) == pytest.approx(statistics.mean(sizes), rel=1e-3)
        assert claims["S0-C6", arm]["verdict"] == "not run"
    digest = hashlib.sha256((metrics / "judge.safetensors").read_bytes()).hexdigest()[:16]
    assert {line["judge"] for line in [*rows, *averages, *claims.values()]} == {digest}


def lines(path: Path) -> list[dict[str, str]]:
    with path.open() as file:
        return list(csv.DictReader(file))


def best(table: list[dict[str, str]]) -> float:
    """The test distance of what is best by the validation distance."""
    return float(min(table, key=lambda line: float(line["frechet_validation"]))["frechet"])


def spearman(pairs: list[tuple[float, float]]) -> float:
    """Rank correlation of pairs without ties."""
    ranks = [[sorted(values).index(value) for value in values] for values in zip(*pairs, strict=True)]
    n = len(pairs)
    return 1 - 6 * sum((a - b) ** 2 for a, b in zip(*ranks, strict=True)) / (n * (n * n - 1))
