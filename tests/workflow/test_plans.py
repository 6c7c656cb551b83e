"""What Snakemake plans for the paper's study, and what it says to a bad configuration."""

import re
import shlex
from pathlib import Path

import pytest

from support.clone import ROOT, Clone

SHARED = ROOT.parent / "shared" / "mnist"
RESULTS = "results/papers/gangan"
PAPER = {
    "fetch_digits": 1,
    "train_judge": 2,
    "gangan_train_gans": 70,  # those that GAN-GANs learn, and as many held out
    "gangan_pack_zoo": 1,
    "gangan_align_zoo": 1,
    "gangan_project_zoo": 1,
    "gangan_train_gangan": 18,  # as-described × 6, as-released × 12
    "gangan_schematic": 1,
    "gangan_snapshots": 1,
    "gangan_walk": 2,
    "gangan_zoo_losses": 1,
    "gangan_gangan_losses": 1,
    "gangan_pca": 1,
    "gangan_architectures": 1,
    "gangan_hyperparameters": 1,
    "gangan_runtimes": 1,
    "gangan_score_gans": 70,
    "gangan_score_gangan": 18,
    "gangan_score_baselines": 1,
    "gangan_compare_rows": 1,
    "gangan_along_z": 2,
    "gangan_epochs": 1,
    "gangan_test_claims": 1,
    "gangan_quality": 1,
    "gangan_readings": 1,
    "gangan_attempts": 1,
    "gangan_generators": 1,
    "gangan_claim_pages": 1,
    "gangan_explore": 1,
    "chain": 10,  # a page of the jobs behind each figure
}
ONED = {
    "oned_train_runs": 27,
    "oned_score_runs": 1,
    "oned_panels": 6,
    "oned_gallery": 4,
    "oned_losses": 1,
    "oned_rates": 1,
    "oned_map": 6,
    "oned_test_claims": 1,
    "oned_tabulate": 1,
    "oned_claim_pages": 1,
    "chain": 18,
}
MPGAN = {
    "fetch_digits": 1,
    "train_judge": 2,
    "mpgan_fetch_table": 2,
    "mpgan_train_gan": 65,
    "mpgan_score_run": 65,
    "mpgan_gather": 1,
    "mpgan_development": 1,
    "mpgan_comparison": 5,
    "mpgan_planes": 1,
    "mpgan_courses": 1,
    "mpgan_classes": 1,
    "mpgan_norms": 1,
    "mpgan_summaries": 1,
    "mpgan_quality": 1,
    "mpgan_test_claims": 1,
    "mpgan_claim_pages": 1,
    "mpgan_train_lines": 20,
    "mpgan_score_lines": 20,
    "mpgan_histograms": 2,
    "mpgan_correlations": 2,
    "mpgan_tabulate": 1,
    "chain": 14,
}
PPGN = {
    "fetch_digits": 1,
    "train_judge": 2,
    "ppgn_train_encoder": 1,
    "ppgn_train_generator": 35,
    "ppgn_score_run": 35,
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
    "chain": 8,
}
SURVEY = {
    "fetch_digits": 1,
    "train_judge": 2,
    "survey_fetch_archive": 3,
    "survey_unpack_scenes": 1,
    "survey_unpack_domains": 2,
    "survey_make_strokes": 1,
    "survey_train_toys": 9,
    "survey_score_toys": 1,
    "survey_toys": 9,
    "survey_rates": 1,
    "survey_train_drawing": 24,  # four arms of digits × 5, four of churches
    "survey_score_drawing": 20,
    "survey_gather_drawings": 1,
    "survey_probe": 10,
    "survey_gather_probes": 1,
    "survey_drawings": 5,
    "survey_losses": 4,
    "survey_tracking": 1,
    "survey_gradients": 1,
    "survey_quality": 1,
    "survey_train_translation": 43,  # eight arms × 5, and three of published sets
    "survey_score_translation": 43,
    "survey_gather_translations": 1,
    "survey_costs": 1,
    "survey_comparison": 4,
    "survey_factorial": 1,
    "survey_test_claims": 1,
    "survey_claim_pages": 1,
    "chain": 25,
}
PAPERS = (PAPER, ONED, MPGAN, PPGN, SURVEY)
ALL = PAPER | ONED | MPGAN | PPGN | SURVEY | {"all": 1, "chain": sum(paper["chain"] for paper in PAPERS)}


def test_no_options_plan_all_papers(clone: Clone) -> None:
    assert clone.planned(study="") == ALL
    for name, paper in (("oned", ONED), ("mpgan", MPGAN), ("ppgn", PPGN), ("survey", SURVEY)):
        assert clone.planned(name, study="") == paper | {name: 1}


@pytest.mark.parametrize("target", ["gangan", "gangan_paper"])
def test_the_paper_by_its_name_is_the_same(target: str, clone: Clone) -> None:
    assert clone.planned(target, study="") == PAPER | {target: 1}


def test_one_figure_plans_just_what_it_needs(clone: Clone) -> None:
    assert clone.planned(f"{RESULTS}/figures/fig3-as-described.png", study="") == {
        "fetch_digits": 1,
        "gangan_train_gans": 35,
        "gangan_pack_zoo": 1,
        "gangan_train_gangan": 1,  # the figure shows the first seed
        "gangan_walk": 1,
    }


def test_a_latent_without_a_line_is_scored_before_it_is_shown(clone: Clone) -> None:
    wide, line = (f"{RESULTS}/figures/fig3-{arm}.png" for arm in ("released-latent-8", "as-described"))
    assert clone.planned(wide, study="")["gangan_score_gangan"] == 1
    assert "gangan_score_gangan" not in clone.planned(line, study="")


def test_the_arms_of_claims_come_beside_the_papers_and_those_alike_are_drawn_together(clone: Clone) -> None:
    planned = clone.planned("gangan_claims", study="")
    trained = ("gangan_train_gans", "gangan_train_gangan", "gangan_score_gangan")
    # MLPs, some held out, and DCGANs; 6 × 2 + 12 × 5 GAN-GANs; six arms draw from another's.
    assert [planned[rule] for rule in trained] == [105, 72, 144]
    assert planned["gangan_series"] == 2  # two keys, at 25 epochs


def test_arms_that_differ_in_their_draws_alone_share_their_gangans(clone: Clone) -> None:
    scores = [f"{RESULTS}/metrics/gangans/{arm}/5.csv" for arm in ("best", "best-without-truncation")]
    planned = clone.planned(*scores, study="")
    assert (planned["gangan_train_gangan"], planned["gangan_score_gangan"]) == (1, 2)


def test_every_group_of_arms_has_a_target_and_one_that_is_named_as_a_rule_is_refused(clone: Clone) -> None:
    assert clone.planned("gangan_mended", study="")["gangan_mended"] == 1
    arm = "{{name: x, group: {}, zoo: mlp, seeds: [0]}}"
    words = ["--config", f"gangan={{arms: [{arm.format('my-group')}], claims: {{group: my-group}}}}"]
    assert clone.planned("gangan_my-group", *words, study="")["gangan_train_gangan"] == 1
    words = ["--config", f"gangan={{arms: [{arm.format('pca')}], claims: {{group: pca}}}}"]
    said = clone.snakemake("-n", *words, study="", check=False)
    assert "gangan.arms: group pca; allowed: a name of no rule (gangan_pca)" in said.splitlines()
    assert "Traceback" not in said


def test_a_group_without_its_zoo_s_file_has_no_target_and_that_of_claims_is_missed_in_one_line(clone: Clone) -> None:
    def said(target: str, of_claims: str) -> list[str]:
        zoos = "{taken: {like: mlp, runs: 2, file: absent.h5}}"
        arms = "[{name: x, group: mine, zoo: taken, seeds: [0]}, {name: y, group: rest, zoo: mlp, seeds: [0]}]"
        config = f"gangan={{zoos: {zoos}, arms: {arms}, claims: {{group: {of_claims}, also: []}}}}"
        text = clone.snakemake(target, "-n", "--config", config, study="", check=False)
        assert "Job stats" not in text
        assert "Traceback" not in text
        return text.splitlines()

    assert any("No rule to produce gangan_mine" in line for line in said("gangan_mine", "rest"))
    line = "gangan.arms: none of group mine can run: absent.h5 not there; allowed: one on a zoo that is there"
    assert line in said("gangan", "mine")


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (
            ["--configfile", "mine.yaml"],
            "mine.yaml: gangan.zoos.mlp.gan.epoch: unknown key; "
            "allowed: batch, epochs, learning_rate, loss, network, shared_initialisation",
        ),
        (
            ["--config", "gangan={arms: [{name: x, group: paper, zoo: mlp, rows: {runs: [40]}, seeds: [0]}]}"],
            "the command line (--config): gangan.arms.x.rows.runs: 40; allowed: 0 … 34, runs of mlp",
        ),
        (
            ["--configfile", "mine.yaml", "--config", "gangan={zoos: {mlp: {gan: {epochs: 0}}}}"],
            "the command line (--config): gangan.zoos.mlp.gan.epochs: Input should be greater than 0, not 0",
        ),
        (
            ["--config", "data={mirrors: {mnist: ['ftp://x']}}"],
            "the command line (--config): data.mirrors.mnist.0: "
            "Input should be an address that begins with https:, http: or file:, not 'ftp://x'",
        ),
    ],
)
def test_a_bad_configuration_is_refused_in_one_readable_line(clone: Clone, words: list[str], line: str) -> None:
    (clone.folder / "mine.yaml").write_text("gangan: {zoos: {mlp: {gan: {epoch: 3}}}}")
    said = clone.snakemake("-n", *words, study="", check=False)
    assert line in said.splitlines()
    assert "Traceback" not in said
    assert "Job stats" not in said


def test_the_override_of_the_mirrors_in_the_readme_plans_the_papers_study(clone: Clone) -> None:
    assert clone.planned(*readme_override(), study="") == ALL


@pytest.mark.skipif(not SHARED.is_dir(), reason="no MNIST beside the clone, at ../shared/mnist")
def test_the_override_of_the_mirrors_in_the_readme_fetches_the_digits(clone: Clone, tmp_path: Path) -> None:
    (tmp_path / "mnist").symlink_to(SHARED.resolve())  # where the README says
    clone.snakemake("resources/mnist.safetensors", *readme_override(), study="")
    assert (clone.folder / "resources/mnist.safetensors").stat().st_size > 70_000 * 28 * 28
    assert clone.planned("resources/mnist.safetensors", study="") == {}  # from other mirrors: the same digits


def readme_override() -> list[str]:
    """What ``--config`` changes in the README's command that trains from files on disk."""
    text = (ROOT / "config" / "README.md").read_text()
    (command,) = re.findall(r"^    (snakemake .*file:\.\./mnist.*)$", text, re.MULTILINE)
    words = shlex.split(command)
    return words[words.index("--config") :]
