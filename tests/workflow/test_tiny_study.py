"""A whole study through Snakemake, end to end."""

import csv
import hashlib
import json
import math
import os
import statistics
import subprocess
import sys
from collections import Counter
from pathlib import Path

import h5py
import pytest
from safetensors import safe_open

from support.clone import TINY, Clone


def results(finished: Clone) -> Path:
    return finished.folder / "results/tiny/gangan"


def test_it_makes_every_figure_table_and_record_and_is_then_done(finished: Clone) -> None:
    names = ["fig1", "fig2-mlp", "fig2-dcgan", "losses-zoo-mlp", "losses-zoo-dcgan", "pca-mlp", "pca-dcgan"]
    names += ["epochs-mlp", "epochs-dcgan", "losses-gangans-paper", "losses-gangans-more"]
    arms = ("as-described", "as-released", "mended", "described-dcgan")
    names += [f"{kind}-{arm}" for arm in arms for kind in ("fig3", "along-z")]
    for name in names:
        png, pdf = (results(finished) / "figures" / f"{name}.{ending}" for ending in ("png", "pdf"))
        assert png.read_bytes().startswith(b"\x89PNG")
        assert pdf.read_bytes().startswith(b"%PDF")
    for group in ("paper", "more"):
        for name in ("architectures", "hyperparameters", "runtimes", "claims", "quality", "attempts"):
            table = results(finished) / "tables" / group / name
            assert all(table.with_suffix(f".{ending}").stat().st_size for ending in ("csv", "md", "tex"))
    assert not list(finished.folder.rglob("*.checkpoint"))
    assert not list(finished.folder.rglob("*.part"))
    assert finished.planned("all", "gangan_more") == {}


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


# Of the tiny study; gangan: zoos mlp (2 jobs) and dcgan (1), held-out (2) and trained-on (1), which no arm reads, 4
# arms, one with two seeds, 2 groups.
JOBS = {
    "train_judge": 2,
    "gangan_train_gans": 6,
    "gangan_pack_zoo": 2,
    "gangan_align_zoo": 2,
    "gangan_project_zoo": 2,
    "gangan_train_gangan": 5,
    "gangan_score_gans": 6,
    "gangan_score_gangan": 5,
    "gangan_score_baselines": 2,
    "gangan_compare_rows": 2,
    "gangan_schematic": 1,
    "gangan_snapshots": 2,
    "gangan_walk": 4,
    "gangan_strip": 1,
    "gangan_zoo_losses": 2,
    "gangan_gangan_losses": 2,
    "gangan_pca": 2,
    "gangan_along_z": 4,
    "gangan_epochs": 2,
    "gangan_architectures": 2,
    "gangan_hyperparameters": 2,
    "gangan_runtimes": 2,
    "gangan_test_claims": 2,
    "gangan_quality": 2,
    "gangan_attempts": 2,
    "gangan_readings": 2,
    "gangan_claim_pages": 2,
    "gangan_generators": 2,
    "gangan_explore": 1,
    "mpgan_train_gan": 4,
    "mpgan_score_run": 4,
    "mpgan_gather": 1,
    "mpgan_development": 1,
    "mpgan_comparison": 1,
    "mpgan_planes": 1,
    "mpgan_courses": 1,
    "mpgan_classes": 1,
    "mpgan_norms": 1,
    "mpgan_summaries": 1,
    "mpgan_quality": 1,
    "mpgan_test_claims": 1,
    "mpgan_claim_pages": 1,
    "mpgan_train_lines": 1,
    "mpgan_score_lines": 1,
    "mpgan_histograms": 1,
    "mpgan_correlations": 1,
    "mpgan_tabulate": 1,
    "survey_train_toys": 1,
    "survey_score_toys": 1,
    "survey_toys": 1,
    "survey_rates": 1,
    "survey_train_drawing": 1,
    "survey_score_drawing": 1,
    "survey_gather_drawings": 1,
    "survey_probe": 1,
    "survey_gather_probes": 1,
    "survey_drawings": 1,
    "survey_losses": 1,
    "survey_tracking": 1,
    "survey_gradients": 1,
    "survey_quality": 1,
    "survey_make_strokes": 1,
    "survey_train_translation": 2,
    "survey_score_translation": 2,
    "survey_gather_translations": 1,
    "survey_costs": 1,
    "survey_comparison": 1,
    "survey_factorial": 1,
    "survey_test_claims": 1,
    "survey_claim_pages": 1,
    "oned_train_runs": 2,  # with the minibatch layer and without
    "oned_score_runs": 1,
    "oned_panels": 1,
    "oned_gallery": 1,
    "oned_losses": 1,
    "oned_rates": 1,
    "oned_map": 1,
    "oned_test_claims": 1,
    "oned_tabulate": 1,
    "oned_claim_pages": 1,
    "ppgn_train_encoder": 1,
    "ppgn_train_generator": 4,
    "ppgn_score_run": 4,
    "ppgn_gather": 1,
    "ppgn_samples": 4,
    "ppgn_estimates": 1,
    "ppgn_arms": 1,
    "ppgn_classes": 1,
    "ppgn_terms": 1,
    "ppgn_summaries": 1,
    "ppgn_quality": 1,
    "ppgn_trainings": 1,
    "ppgn_test_claims": 1,
    "ppgn_claim_pages": 1,
    "chain": 1 + 2 + 4 + 1 + 2 + 2 + 2 + 4 + 2 + 5 + 8 + 8 + 7,  # of every figure above
}


def test_every_job_leaves_a_record_and_a_log(finished: Clone) -> None:
    study = finished.folder / "results/tiny"
    records = [json.loads(path.read_text()) for path in study.rglob("*.json")]
    assert Counter(record["rule"] for record in records) == JOBS
    for record in records:
        for output in record["outputs"].values():
            assert (finished.folder / output["path"]).stat().st_size == output["size"]
    logs = Counter(path.relative_to(study / "logs").parts[0].split(".")[0] for path in study.rglob("*.log"))
    assert logs == JOBS | {"fetch_digits": 1, "mpgan_fetch_table": 1}  # whose records stand beside what studies share


def test_the_explorer_is_written_again_by_a_command_to_the_same_bytes(copied: Clone) -> None:
    page = results(copied) / "explorer.html"
    before = page.read_bytes()
    page.unlink()
    command = [sys.executable, "-m", "gangan", "explore", "tiny", "--configfile", TINY]
    environment = os.environ | {"PYTHONPATH": str(copied.folder / "src")}
    done = subprocess.run(command, cwd=copied.folder, env=environment, text=True, capture_output=True)
    assert done.stdout.strip() == "results/tiny/gangan/explorer.html", done.stderr
    assert page.read_bytes() == before
    weights = results(copied) / "gangans/as-released/0/weights.safetensors"
    weights.unlink()
    done = subprocess.run(command, cwd=copied.folder, env=environment, text=True, capture_output=True)
    assert done.returncode == 1
    assert done.stderr.startswith(f"error: {weights.relative_to(copied.folder)}: not there yet")
    assert done.stderr.count("\n") == 1


def test_the_table_of_runtimes_sums_the_epochs_of_every_job(finished: Clone) -> None:
    paper = {
        "GANs, zoo mlp": ("2", "8"),
        "GAN-GAN, arm as-described": ("2", "4"),
        "GAN-GAN, arm as-released": ("1", "2"),
    }
    more = {
        "GANs, zoo dcgan": ("1", "4"),
        "GAN-GAN, arm mended": ("1", "2"),
        "GAN-GAN, arm described-dcgan": ("1", "2"),
    }
    for group, expected in (("paper", paper), ("more", paper | more)):
        stages = {line["stage"]: line for line in lines(results(finished) / f"tables/{group}/runtimes.csv")}
        assert {stage: (line["jobs"], line["epochs"]) for stage, line in stages.items()} == expected


def test_the_claims_are_what_the_metrics_say_when_computed_again(finished: Clone) -> None:
    metrics = results(finished) / "metrics"
    rows = [line for job in ("00", "02") for line in lines(metrics / f"zoo-mlp/{job}.csv")]
    dcgans = lines(metrics / "zoo-dcgan/00.csv")
    averages = [line for line in lines(metrics / "baselines-mlp.csv") if line["kind"] in ("last-2", "last-3", "ema")]
    paper, claims = (
        {(line["claim"], line["arm"]): line for line in lines(results(finished) / f"tables/{group}/claims.csv")}
        for group in ("paper", "more")
    )
    for arm, seeds, runs in (("as-described", (0, 1), "012"), ("as-released", (0,), "0")):
        walks = [
            [line for line in lines(metrics / f"gangans/{arm}/{seed}.csv") if line["points"] == "line"]
            for seed in seeds
        ]
        own_rows = [line for line in rows if line["gan"] in runs]
        own_averages = [line for line in averages if line["runs"] in runs]
        for claim, others in (("best row", own_rows), ("best weight average", own_averages)):
            numbers = [best(walk) - best(others) for walk in walks]
            for said in (paper[f"S0-C3, {claim}", arm], claims[f"S0-C3, {claim}", arm]):
                assert float(said["estimate"]) == pytest.approx(statistics.mean(numbers), rel=1e-3)
                assert int(said["n"]) == len(seeds)
        at_the_end = [line for line in rows if line["epoch"] == "3"]
        bar = {axis: statistics.median(float(line[axis]) for line in at_the_end) for axis in ("divergence", "energy")}
        good = [[all(float(x[axis]) <= bar[axis] for axis in bar) for x in walk] for walk in walks]
        share = statistics.mean(sum(of_walk) >= len(of_walk) / 2 for of_walk in good)
        assert float(paper["S0-C1", arm]["estimate"]) == pytest.approx(share)
    assert paper["S0-C6, quality", "as-described"]["verdict"] == "not run"  # the DCGANs are arms of the other group
    assert claims["S0-C6, quality", "as-released"]["verdict"] == "not run"  # no arm on DCGANs is like it
    last, others = ([float(x["frechet"]) for x in t if x["epoch"] == "3"] for t in (rows, dcgans))
    worse = statistics.mean(mlp > dcgan for dcgan in others for mlp in last)
    assert float(claims["S0-C6, quality", "as-described"]["estimate"]) == pytest.approx(worse, rel=1e-3)
    of_mlps, of_dcgans = (
        statistics.mean(
            float(row["frechet"]) > median(lines(metrics / f"gangans/{arm}/0.csv"), "draws") for row in of_zoo
        )
        for arm, of_zoo in (("as-described", rows), ("described-dcgan", dcgans))
    )
    harder = claims["S0-C6, GAN-GAN", "as-described"]
    assert (float(harder["estimate"]), harder["n"]) == (pytest.approx(of_dcgans - of_mlps, abs=1e-3), "1")
    digest = hashlib.sha256((finished.folder / "results/tiny/judge/deep.safetensors").read_bytes()).hexdigest()[:16]
    assert {line["judge"] for line in [*rows, *averages, *paper.values(), *claims.values()]} == {digest}


def lines(path: Path) -> list[dict[str, str]]:
    with path.open() as file:
        return list(csv.DictReader(file))


def median(table: list[dict[str, str]], points: str | None = None) -> float:
    """The median test distance, of a GAN-GAN's samples at some of its points."""
    return statistics.median(float(line["frechet"]) for line in table if line.get("points") == points)


def best(table: list[dict[str, str]]) -> float:
    """The test distance of what is best by the validation distance."""
    return float(min(table, key=lambda line: float(line["frechet_validation"]))["frechet"])
