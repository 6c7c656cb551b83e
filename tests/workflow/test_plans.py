"""What Snakemake plans for the paper's study, and what it says to a bad configuration."""

import re
import shlex
from pathlib import Path

import pytest

from conftest import ROOT, Clone

SHARED = ROOT.parent / "shared" / "mnist"


def test_no_options_plan_the_whole_paper(clone: Clone) -> None:
    assert clone.planned(study="") == {
        "all": 1,
        "fetch_digits": 1,
        "train_gan": 35,
        "pack_zoo": 1,
        "align_zoo": 1,
        "project_zoo": 1,
        "train_gangan": 10,  # 2 arms × 5 seeds
        "schematic": 1,
        "snapshots": 1,
        "walk": 2,
        "zoo_losses": 1,
        "gangan_losses": 1,
        "pca": 1,
        "architectures": 1,
        "hyperparameters": 1,
        "runtimes": 1,
        "train_judge": 1,
        "score_gans": 35,
        "score_gangan": 10,
        "score_baselines": 1,
        "compare_rows": 1,
        "along_z": 2,
        "epochs": 1,
        "claims": 1,
        "quality": 1,
        "attempts": 1,
        "chain": 10,  # a page of the jobs behind each figure
    }


def test_one_figure_plans_just_what_it_needs(clone: Clone) -> None:
    figure = "results/paper/figures/fig3-as-described.png"
    assert clone.planned(figure, study="") == {
        "fetch_digits": 1,
        "train_gan": 35,
        "pack_zoo": 1,
        "train_gangan": 1,  # the figure shows the first seed
        "walk": 1,
    }


def test_a_latent_without_a_line_is_scored_before_it_is_shown(clone: Clone) -> None:
    wide, line = (f"results/paper/figures/fig3-{arm}.png" for arm in ("described-latent-8", "as-described"))
    assert clone.planned(wide, study="config/extended.yaml")["score_gangan"] == 1
    assert "score_gangan" not in clone.planned(line, study="config/extended.yaml")


def test_the_extended_study_adds_arms_to_the_papers_and_draws_those_alike_together(clone: Clone) -> None:
    planned = clone.planned(study="config/extended.yaml")
    assert (planned["train_gan"], planned["train_gangan"], planned["score_gangan"]) == (70, 70, 70)
    assert planned["series"] == 4  # two keys, two faithful arms


def test_arms_that_differ_in_their_draws_alone_share_their_gangans(clone: Clone) -> None:
    scores = [f"results/paper/metrics/gangans/{arm}/0.csv" for arm in ("best", "best-without-truncation")]
    planned = clone.planned(*scores, study="config/mended.yaml")
    assert (planned["train_gangan"], planned["score_gangan"]) == (1, 2)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (
            ["--configfile", "mine.yaml"],
            "mine.yaml: zoos.mlp.epoch: unknown key; "
            "allowed: batch, epochs, hidden, latent, learning_rate, network, runs, shared_initialisation",
        ),
        (
            ["--config", "arms=[{name: x, zoo: mlp, runs: [40], seeds: [0]}]"],
            "the command line (--config): arms.x.runs: [40]; allowed: a list of 0 … 34",
        ),
        (
            ["--configfile", "mine.yaml", "--config", "zoos={mlp: {epochs: 0}}"],
            "the command line (--config): zoos.mlp.epochs: Input should be greater than 0, not 0",
        ),
    ],
)
def test_a_bad_configuration_is_refused_in_one_readable_line(clone: Clone, words: list[str], line: str) -> None:
    (clone.folder / "mine.yaml").write_text("zoos: {mlp: {epoch: 3}}")
    said = clone.snakemake("-n", *words, study="", check=False)
    assert line in said.splitlines()
    assert "Traceback" not in said
    assert "Job stats" not in said


def test_the_override_of_the_mirrors_in_the_readme_plans_the_papers_study(clone: Clone) -> None:
    assert clone.planned(*readme_override(), study="")["train_gan"] == 35


@pytest.mark.skipif(not SHARED.is_dir(), reason="no MNIST beside the clone, at ../shared/mnist")
def test_the_override_of_the_mirrors_in_the_readme_fetches_the_digits(clone: Clone, tmp_path: Path) -> None:
    (tmp_path / "mnist").symlink_to(SHARED.resolve())  # where the README says
    clone.snakemake("resources/mnist.safetensors", *readme_override(), study="")
    assert (clone.folder / "resources/mnist.safetensors").stat().st_size > 70_000 * 28 * 28
    assert clone.planned("resources/mnist.safetensors", study="") == {}  # from other mirrors: the same digits


def readme_override() -> list[str]:
    """The words after ``--cores 2`` of the README's command that trains from files on disk."""
    text = (ROOT / "config" / "README.md").read_text()
    (command,) = re.findall(r"^    (snakemake .*file:\.\./mnist.*)$", text, re.MULTILINE)
    return shlex.split(command)[3:]
