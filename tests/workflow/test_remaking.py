"""What a change remakes, and what it leaves alone, on a finished study."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from base64 import urlsafe_b64encode
from pathlib import Path

from support.clone import Clone

WHOLE = ("all", "gangan_more")  # targets, which are jobs of their own in a plan


def of(*names: str) -> set[str]:
    return {f"gangan_{name}" for name in names}


CHARTS = of("along_z", "epochs")
PAGES = of("claim_pages")  # which show figures
DRAWN = of("schematic", "snapshots", "walk", "strip", "zoo_losses", "gangan_losses", "pca")
FIGURES = DRAWN | {"chain"} | CHARTS | PAGES
MEASURED = of("test_claims", "quality", "readings", "attempts", "generators", "explore") | PAGES
TABLES = of("architectures", "hyperparameters", "runtimes") | MEASURED
ONED = {f"oned_{name}" for name in ("rates", "gallery", "losses", "map", "panels", "claim_pages")}  # its figures
OF_MPGAN = ("development", "comparison", "planes", "courses", "classes", "norms", "histograms", "correlations")
MPGAN = {f"mpgan_{name}" for name in (*OF_MPGAN, "claim_pages")}
PPGN = {f"ppgn_{name}" for name in ("samples", "estimates", "arms", "classes", "terms", "claim_pages")}
OF_SURVEY = ("toys", "rates", "drawings", "losses", "tracking", "gradients", "comparison", "claim_pages")
SURVEY = {f"survey_{name}" for name in OF_SURVEY}
SCORES = of("score_gans", "score_gangan", "score_baselines", "compare_rows")
# What a GAN-GAN's training leads to.
GANGAN = (
    of("train_gangan", "walk", "strip", "gangan_losses", "pca", "runtimes", "score_gangan", "along_z")
    | {"chain"}
    | MEASURED
)


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_change_in_the_code_of_figures_remakes_figures_and_trains_nothing(copied: Clone) -> None:
    replace(copied.folder / "src/gangan/show/style.py", "PAGE = 7.0", "PAGE = 7.1")
    assert set(copied.planned(*WHOLE)) == FIGURES | ONED | MPGAN | PPGN | SURVEY | {*WHOLE}


def test_a_changed_learning_rate_of_the_gans_remakes_all_but_the_digits_and_the_judge(finished: Clone) -> None:
    planned = finished.planned(*WHOLE, "--config", "gangan={zoos: {mlp: {gan: {learning_rate: 1e-3}}}}")
    trained = of("train_gans", "pack_zoo", "align_zoo", "project_zoo", "train_gangan")
    assert set(planned) == FIGURES | TABLES | SCORES | trained | {*WHOLE}
    assert (planned["gangan_train_gans"], planned["gangan_train_gangan"]) == (6, 5)  # all zoos are like it


def test_a_changed_learning_rate_of_one_zoo_trains_nothing_of_another(finished: Clone) -> None:
    planned = finished.planned(*WHOLE, "--config", "gangan={zoos: {dcgan: {gan: {learning_rate: 1e-3}}}}")
    assert (planned["gangan_train_gans"], planned["gangan_train_gangan"]) == (1, 1)


def test_a_changed_learning_rate_of_the_gangans_trains_no_gan(finished: Clone) -> None:
    planned = finished.planned(*WHOLE, "--config", "gangan={training: {learning_rate: 1e-3}}")
    assert set(planned) == GANGAN | of("schematic", "architectures", "hyperparameters") | {*WHOLE}


def test_a_change_in_what_is_measured_scores_again_and_trains_nothing(copied: Clone) -> None:
    planned = copied.planned(*WHOLE, "--config", "gangan={evaluation: {images: 100}}")
    # the draws of Fig. 3 in their order, and of the strip
    assert set(planned) == SCORES | CHARTS | MEASURED | of("walk", "strip") | {"chain", *WHOLE}
    replace(copied.folder / "src/gangan/measure/judge.py", "CHUNK = 1000", "CHUNK = 500")
    planned = {*copied.planned(*WHOLE)}
    assert planned >= SCORES - of("compare_rows")  # which knows no judge
    assert not {rule for rule in planned if "_train_" in rule}


def test_a_change_in_how_rows_are_aligned_trains_no_gan(copied: Clone) -> None:
    replace(copied.folder / "src/gangan/papers/gangan/spaces/frames.py", "ROUNDS = 100", "ROUNDS = 99")
    planned = set(copied.planned(*WHOLE))
    assert planned > GANGAN | of("align_zoo")
    assert not planned & of("train_gans", "pack_zoo", "project_zoo")


def test_another_arm_trains_only_its_own(finished: Clone) -> None:
    arms = "[{name: as-released, group: paper, zoo: mlp, rows: {runs: [0], repeat: 3}, seeds: [0, 1]}]"
    planned = finished.planned("--config", f"gangan={{arms: {arms}}}")
    assert {rule: count for rule, count in planned.items() if "_train_" in rule} == {"gangan_train_gangan": 1}


def test_reworded_comments_and_docstrings_and_touched_sources_remake_nothing(copied: Clone) -> None:
    modules = list((copied.folder / "src/gangan").rglob("*.py"))
    assert len(modules) > 40
    for module in modules:
        text = module.read_text()
        assert text.startswith('"""'), module
        module.write_text("# A comment.\n" + text.replace('"""', '"""Reworded: ', 1))
    for part in ("Snakefile", "workflow", "src", "environment.yml"):
        for path in (copied.folder / part, *(copied.folder / part).rglob("*")):
            os.utime(path)
    assert copied.planned(*WHOLE) == {}


def test_a_reworded_error_remakes_nothing(copied: Clone) -> None:
    for name in (
        "core/rowfile",
        "core/layout",
        "core/train",
        "data/idx",
        "measure/judge",
        "papers/gangan/training/gans",
    ):
        module = copied.folder / f"src/gangan/{name}.py"
        text, count = re.subn(r'(raise \w+Error\(\s*f?")', r"\1Reworded: ", module.read_text())
        assert count, module
        module.write_text(text)
    assert copied.planned(*WHOLE) == {}


def test_results_copied_beside_a_fresh_clone_remake_nothing(finished: Clone, clone: Clone) -> None:
    for part in ("results", "resources"):  # keeping times, as cp -a and rsync -a do; .snakemake stays behind
        shutil.copytree(finished.folder / part, clone.folder / part)
    assert clone.planned(*WHOLE) == {}


def state(folder: Path) -> dict[Path, tuple[str, int]]:
    """Digest and time of every file below a folder."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path: (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns) for path in files}


def test_one_deleted_figure_is_remade_to_the_same_bytes_and_nothing_upstream_is_touched(copied: Clone) -> None:
    results, figure = copied.folder / "results/tiny", "results/tiny/gangan/figures/fig3-as-described.png"
    png = copied.folder / figure
    before = {**state(results), **state(copied.folder / "resources")}
    png.unlink()
    copied.snakemake(figure)
    after = {**state(results), **state(copied.folder / "resources")}
    assert after.keys() == before.keys()
    assert after[png][0] == before[png][0]
    changed = {str(path.relative_to(results)) for path in after if after[path] != before[path]}
    drawn = {f"gangan/figures/{png.stem}.{ending}" for ending in ("png", "pdf", "png.json")}
    assert changed == drawn | {"logs/gangan_walk/as-described.log"}


def test_what_a_killed_snakemake_s_job_finished_is_kept_until_the_next_has_taken_it(copied: Clone) -> None:
    """Second names of the outputs of a training that ended when its Snakemake lived no more."""
    output, figure = (f"results/tiny/gangan/{name}" for name in ("zoos/mlp/gans/00.h5", "figures/fig1.png"))
    rows = copied.folder / output
    before = rows.read_bytes()
    kept = finished_unseen(copied, rows)
    (copied.folder / figure).unlink()
    copied.snakemake(figure)  # succeeds, and was to make nothing else
    assert (kept / rows.name).samefile(rows)
    copied.snakemake(output, "--rerun-incomplete")
    assert rows.read_bytes() == before
    attempts = json.loads(Path(f"{rows}.json").read_text())["attempts"]
    assert [attempt["resumed_at"] for attempt in attempts] == [0, 4]  # after its last epoch: nothing was trained again
    assert not list(copied.folder.rglob(".*.checkpoint"))


def finished_unseen(clone: Clone, output: Path) -> Path:
    """Make an output again as a job does whose Snakemake was killed; the folder of its second names."""
    record = json.loads(Path(f"{output}.json").read_text())
    for path in record["outputs"].values():
        (clone.folder / path["path"]).unlink()
        key = urlsafe_b64encode(path["path"].encode()).decode()
        (clone.folder / ".snakemake/incomplete" / key).write_text('{"external_jobid": null}')
    environment = os.environ | {"PYTHONPATH": str(clone.folder / "src"), "GANGAN_CHECKPOINT_EVERY": "0"}
    subprocess.run([sys.executable, "-m", *record["argv"]], cwd=clone.folder, env=environment, check=True)
    return output.with_name(f".{output.name}.checkpoint")
