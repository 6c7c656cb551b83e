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
    names += ["fig3-mended", "fig3-described-dcgan", "along-z-described-dcgan"]
    names += ["fig2-dcgan", "losses-zoo-dcgan", "pca-dcgan", "epochs-dcgan"]
    for name in names:
        png, pdf = (results(finished) / "figures" / f"{name}.{ending}" for ending in ("png", "pdf"))
        assert png.read_bytes().startswith(b"\x89PNG")
        assert pdf.read_bytes().startswith(b"%PDF")
    for name in ("architectures", "hyperparameters", "runtimes", "claims", "quality", "attempts"):
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


def test_a_zoo_of_dcgans_goes_all_the_way_but_is_not_aligned(finished: Clone) -> None:
    with h5py.File(results(finished) / "zoos/dcgan/alignment.h5") as alignment:
        assert set(alignment) == {"reference"}
    kinds = {line["kind"] for line in lines(results(finished) / "metrics/baselines-dcgan.csv")}
    assert {"line", "mean-of-runs"} < kinds
    assert not any(kind.startswith("aligned-") for kind in kinds)
    told = [float(line["discriminator"]) for line in lines(results(finished) / "metrics/gangans/described-dcgan/0.csv")]
    assert all(0 <= share <= 1 for share in told)


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
    scores = 3 + 5 + 2 + 2  # of GANs, GAN-GANs, baselines, rows among themselves
    # GANs, pack, alignment, GAN-GANs, projection, judge, scores, figures, tables, pages
    assert len(records) == 3 + 2 + 2 + 5 + 2 + 1 + scores + 18 + 6 + 18
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
        "GANs, zoo dcgan": ("1", "4"),
        "GAN-GAN, arm as-described": ("2", "4"),
        "GAN-GAN, arm mended": ("1", "2"),
        "GAN-GAN, arm as-released": ("1", "2"),
        "GAN-GAN, arm described-dcgan": ("1", "2"),
    }


def test_the_claims_are_what_the_metrics_say_when_computed_again(finished: Clone) -> None:
    metrics = results(finished) / "metrics"
    rows = [line for job in ("00", "02") for line in lines(metrics / f"zoo-mlp/{job}.csv")]
    dcgans = lines(metrics / "zoo-dcgan/00.csv")
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
    assert claims["S0-C6, quality", "as-released"]["verdict"] == "not run"  # no arm on DCGANs is like it
    last, others = ({x["gan"]: float(x["frechet"]) for x in t if x["epoch"] == "3"} for t in (rows, dcgans))
    difference = statistics.mean(others[gan] - last[gan] for gan in others)
    assert float(claims["S0-C6, quality", "as-described"]["estimate"]) == pytest.approx(difference, rel=1e-3)
    of_mlps, of_dcgans = (
        median(lines(metrics / f"gangans/{arm}/0.csv"), "draws") / median(of_zoo)
        for arm, of_zoo in (("as-described", rows), ("described-dcgan", dcgans))
    )
    harder = claims["S0-C6, GAN-GAN", "as-described"]
    assert (float(harder["estimate"]), harder["n"]) == (pytest.approx(of_dcgans / of_mlps, rel=1e-3), "1")
    digest = hashlib.sha256((metrics / "judge.safetensors").read_bytes()).hexdigest()[:16]
    assert {line["judge"] for line in [*rows, *averages, *claims.values()]} == {digest}


def lines(path: Path) -> list[dict[str, str]]:
    with path.open() as file:
        return list(csv.DictReader(file))


def median(table: list[dict[str, str]], points: str | None = None) -> float:
    """The median test distance, of a GAN-GAN's samples at some of its points."""
    return statistics.median(float(line["frechet"]) for line in table if line.get("points") == points)


def best(table: list[dict[str, str]]) -> float:
    """The test distance of what is best by the validation distance."""
    return float(min(table, key=lambda line: float(line["frechet_validation"]))["frechet"])


def spearman(pairs: list[tuple[float, float]]) -> float:
    """Rank correlation of pairs without ties."""
    ranks = [[sorted(values).index(value) for value in values] for values in zip(*pairs, strict=True)]
    n = len(pairs)
    return 1 - 6 * sum((a - b) ** 2 for a, b in zip(*ranks, strict=True)) / (n * (n * n - 1))
