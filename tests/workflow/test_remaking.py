"""What a change remakes, and what it leaves alone, on a finished study."""

import hashlib
import os
import shutil
from pathlib import Path

from conftest import Clone

CHARTS = {"along_z", "epochs"}
FIGURES = {"schematic", "snapshots", "walk", "zoo_losses", "gangan_losses", "pca", "chain"} | CHARTS
MEASURED = {"claims", "quality", "attempts"}
TABLES = {"architectures", "hyperparameters", "runtimes"} | MEASURED
SCORES = {"score_gans", "score_gangan", "score_baselines", "compare_rows"}
# What a GAN-GAN's training leads to.
GANGAN = {"train_gangan", "walk", "gangan_losses", "pca", "runtimes", "chain", "score_gangan", "along_z"} | MEASURED


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_change_in_the_code_of_figures_remakes_figures_and_trains_nothing(copied: Clone) -> None:
    replace(copied.folder / "src/gangan/figures.py", "PAGE = 7.0", "PAGE = 7.1")
    assert set(copied.planned()) == FIGURES | {"all"}


def test_a_changed_learning_rate_of_the_gans_remakes_all_but_the_digits(finished: Clone) -> None:
    planned = finished.planned("--config", "zoos={mlp: {learning_rate: 1e-3}}")
    trained = {"train_gan", "pack_zoo", "align_zoo", "project_zoo", "train_gangan"}
    assert set(planned) == FIGURES | TABLES | SCORES | trained | {"all"}
    assert (planned["train_gan"], planned["train_gangan"]) == (2, 4)


def test_a_changed_learning_rate_of_the_gangans_trains_no_gan(finished: Clone) -> None:
    planned = finished.planned("--config", "gangan={learning_rate: 1e-3}")
    assert set(planned) == GANGAN | {"schematic", "architectures", "hyperparameters", "all"}


def test_a_change_in_what_is_measured_scores_again_and_trains_nothing(copied: Clone) -> None:
    planned = copied.planned("--config", "evaluation={images: 100}")
    assert set(planned) == SCORES | CHARTS | MEASURED | {"walk", "chain", "all"}  # the draws of Fig. 3 in their order
    replace(copied.folder / "src/gangan/judge.py", "CHUNK = 1000", "CHUNK = 500")
    assert not {rule for rule in copied.planned() if rule.startswith("train_g")}


def test_a_change_in_how_rows_are_aligned_trains_no_gan(copied: Clone) -> None:
    replace(copied.folder / "src/gangan/alignment.py", "ROUNDS = 100", "ROUNDS = 99")
    planned = set(copied.planned())
    assert planned > GANGAN | {"align_zoo"}
    assert not planned & {"train_gan", "pack_zoo", "project_zoo"}


def test_another_arm_trains_only_its_own(finished: Clone) -> None:
    arms = "arms=[{name: as-released, zoo: mlp, runs: [0], repeat: 3, seeds: [0, 1]}]"
    assert finished.planned("--config", arms)["train_gangan"] == 1


def test_reworded_comments_and_docstrings_and_touched_sources_remake_nothing(copied: Clone) -> None:
    for module in (copied.folder / "src/gangan").glob("*.py"):
        text = module.read_text()
        assert text.startswith('"""')
        module.write_text("# A comment.\n" + text.replace('"""', '"""Reworded: ', 1))
    for part in ("Snakefile", "workflow", "src", "environment.yml"):
        for path in (copied.folder / part, *(copied.folder / part).rglob("*")):
            os.utime(path)
    assert copied.planned() == {}


def test_results_copied_beside_a_fresh_clone_remake_nothing(finished: Clone, clone: Clone) -> None:
    for part in ("results", "resources"):  # keeping times, as cp -a and rsync -a do; .snakemake stays behind
        shutil.copytree(finished.folder / part, clone.folder / part)
    assert clone.planned() == {}


def state(folder: Path) -> dict[Path, tuple[str, int]]:
    """Digest and time of every file below a folder."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path: (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns) for path in files}


def test_one_deleted_figure_is_remade_to_the_same_bytes_and_nothing_upstream_is_touched(
    copied: Clone,
) -> None:
    results = copied.folder / "results/tiny"
    png = results / "figures/fig3-as-described.png"
    before = {**state(results), **state(copied.folder / "resources")}
    png.unlink()
    copied.snakemake("results/tiny/figures/fig3-as-described.png")
    after = {**state(results), **state(copied.folder / "resources")}
    assert after.keys() == before.keys()
    assert after[png][0] == before[png][0]
    changed = {path.name for path in after if after[path] != before[path]}
    name = png.stem
    assert changed == {f"{name}.png", f"{name}.pdf", f"{name}.png.json", f"{name}.log", f"{name}.tsv"}
