"""What the rules are told of a configuration: what belongs together, what is shared, and which files a job reads."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from gangan.papers.gangan import claimed
from gangan.papers.gangan.arms import but_for
from gangan.papers.gangan.config import Arm, ComponentSpace, Rows
from gangan.papers.gangan.reporting import results
from gangan.papers.gangan.rules import Plan
from gangan.papers.gangan.targets import everything, figures
from support.clone import ROOT
from support.studies import study

TINY = ROOT / "tests/tiny.yaml"
KEYS = ("latent", "discriminator_hidden")


def plan(over: dict[str, Any] | None = None, *files: Path) -> Plan:
    return Plan(study({"gangan": over or {}}, *files).gangan, "results", "digits")


def names(arms: list[Arm]) -> list[str]:
    return [arm.name for arm in arms]


PAPER = plan()
LISTED = yaml.safe_load((ROOT / "config/gangan.yaml").read_text())["gangan"]["arms"]


def test_a_group_is_shown_beside_the_arms_whose_claims_are_tested() -> None:
    assert PAPER.groups == ["paper", "claims", "widths", "wide", "mended"]
    assert names(PAPER.shown["paper"]) == ["as-described", "as-released"]
    for group in ("claims", "mended"):
        own = [arm["name"] for arm in LISTED if arm["group"] == group]
        assert set(names(PAPER.shown[group])) == {"as-described", "as-released", *own}
    assert PAPER.zoos(PAPER.shown["paper"]) == ["mlp"]
    assert PAPER.zoos(PAPER.shown["claims"]) == ["mlp", "dcgan"]
    assert PAPER.zoos(PAPER.shown["mended"]) == ["mlp", "shared-start"]


def test_a_zoo_s_jobs_are_known_by_name() -> None:
    zoos = {"few": {"like": "mlp", "runs": 3}, "more": {"like": "mlp", "runs": 5}}
    (wildcard,) = re.findall(r"^\{zoo,(.*)\}/gans/\{first\}$", plan({"zoos": zoos, "per_job": 2}).any_job())
    for name, there in (("few/gans/02.h5", True), ("few/gans/04.h5", False), ("more/gans/04.csv", True)):
        assert bool(re.fullmatch(f"({wildcard})/gans/.*", name)) == there
    gone = {"gone": {"like": "mlp", "runs": 1, "file": "absent.h5"}}
    assert "gone" in plan({"zoos": gone}).any_zoo
    assert "gone" not in plan({"zoos": gone}).any_job()  # no job can make it any more, and an audit says so
    for name in ("more/gans/01.h5", "more/gans/004.h5", "none/gans/00.h5"):
        assert not re.fullmatch(f"({wildcard})/gans/.*", name)


def test_the_papers_study_has_arms_alike_but_for_the_claims_two_keys() -> None:
    latent, width = (names(PAPER.alike(key, "released-25-epochs")[1]) for key in KEYS)
    assert width == ["released-25-epochs", "released-wide-discriminator"]
    assert latent == ["released-25-epochs", "released-latent-8", "released-latent-64"]
    for faithful, short in (("as-described", "described"), ("as-released", "released")):
        scored = results.Scored.model_validate(PAPER.scored(*PAPER.whole("claims")))
        arms = {arm.name: arm for arm in scored.arms}
        mlps, dcgans = arms[faithful], arms[f"{short}-dcgan"]
        assert [scored.zoos[arm.zoo or ""].network for arm in (mlps, dcgans)] == ["mlp", "dcgan"]
        assert (mlps.rows, mlps.training) == (dcgans.rows, dcgans.training)


def test_arms_that_differ_in_anything_else_are_in_no_series() -> None:
    arms = [
        {"name": "one", "seeds": [0]},
        {"name": "wide", "seeds": [1, 2], "training": {"latent": 2}},  # other seeds are no other arm
        {"name": "other-rows", "seeds": [0], "rows": {"repeat": 2}, "training": {"latent": 4}},
        {"name": "other-draws", "seeds": [0], "draws": {"best_of": 2}, "training": {"latent": 8}},
        {"name": "other-zoo", "seeds": [0], "zoo": "dcgan", "training": {"latent": 16}},
        {"name": "other-training", "seeds": [0], "training": {"latent": 32, "epochs": 5}},
    ]
    changed = plan({"arms": [{"group": "paper", "zoo": "mlp", **arm} for arm in arms]})
    found = {name: names(changed.alike("latent", name)[1]) for name in changed.arms}
    alone = {arm["name"]: [arm["name"]] for arm in arms[2:]}
    assert found == {"one": ["one", "wide"], "wide": ["one", "wide"], **alone}


def test_a_series_is_drawn_only_where_all_its_arms_are_shown() -> None:
    drawn = {group: {name for name in figures(PAPER, group) if name.startswith(KEYS)} for group in PAPER.groups}
    expected = {f"{key}-released-25-epochs" for key in KEYS}
    assert {group for group, names in drawn.items() if names} == {"claims", "widths"}
    assert drawn["claims"] == expected
    # one more arm of the series, of a group that is not shown with the others
    more = {"name": "more", "group": "mended", "zoo": "mlp", "seeds": [3], "training": {"latent": 16, "epochs": 25}}
    more["rows"] = {"own_run": True, "repeat": 35}
    changed = plan({"arms": [*LISTED, more]})
    assert {name for name in figures(changed, "claims") if name.startswith(KEYS)} == expected - {
        "latent-released-25-epochs"
    }
    assert not any(name.startswith(KEYS) for name in figures(changed, "mended"))


def test_what_draws_from_another_arm_has_its_gangans_rows_and_training_and_draws_of_its_own() -> None:
    best, drawn = PAPER.arms["best"], PAPER.arms["best-without-choice"]
    assert (drawn.zoo, drawn.rows, drawn.training) == (best.zoo, best.rows, best.training)
    assert drawn.draws.best_of == 1 != best.draws.best_of
    assert (
        PAPER.gangan("best-without-choice", 5)
        == PAPER.gangan("best", 5)
        == "results/gangans/best/5/weights.safetensors"
    )
    assert PAPER.gangan("best-without-choice") == PAPER.gangan("best", 5)  # the first seed
    trained = PAPER.gangans([best, drawn], "timing.csv")
    assert trained == {f"best/{seed}": f"results/gangans/best/{seed}/timing.csv" for seed in range(5, 17)}
    assert PAPER.frames(drawn.name) == PAPER.frames("best") == {"alignment": "results/zoos/mlp/alignment.h5"}
    assert not any("best-without-choice" in name for name in PAPER.timings("mended"))
    # scores are each arm's own
    assert len(set(PAPER.scores(["mlp"], [best, drawn])) - set(PAPER.scores(["mlp"], []))) == 2 * 12


def test_which_gangans_are_trained_does_not_depend_on_the_order_of_arms() -> None:
    turned = plan({"arms": LISTED[::-1]})
    assert list(turned.arms) == list(PAPER.arms)[::-1]
    assert turned.groups == PAPER.groups[::-1]
    for name, arm in PAPER.arms.items():
        assert turned.arms[name] == arm
        assert [turned.gangan(name, seed) for seed in arm.seeds] == [PAPER.gangan(name, seed) for seed in arm.seeds]
        assert turned.read_by(name) == PAPER.read_by(name)
        for key in KEYS:
            assert set(names(turned.alike(key, name)[1])) == set(names(PAPER.alike(key, name)[1]))
    for group in PAPER.groups:
        assert turned.timings(group) == PAPER.timings(group)
        assert set(turned.scores(*turned.whole(group))) == set(PAPER.scores(*PAPER.whole(group)))


@pytest.mark.parametrize("turned", [False, True])
def test_scores_are_listed_as_they_are_read(turned: bool) -> None:
    listed = yaml.safe_load(TINY.read_text())["gangan"]["arms"]
    tiny = plan({"arms": listed[:: -1 if turned else 1]}, TINY)
    for whole in (*map(tiny.whole, tiny.groups), *map(tiny.with_held_out, tiny.groups), *map(tiny.alone, tiny.arms)):
        files = tiny.scores(*whole)
        scored = results.Scored.model_validate(tiny.scored(*whole))
        assert files == [f"results/metrics/{path}" for path in results.keys(scored).values()]
        assert len(set(files)) == len(files)
    assert tiny.scores(*tiny.alone("as-released")) == [
        "results/metrics/zoo-mlp/00.csv",  # two GANs, and the third
        "results/metrics/zoo-mlp/02.csv",
        "results/metrics/baselines-mlp.csv",
        "results/metrics/distances-mlp.csv",
        "results/metrics/gangans/as-released/0.csv",
    ]


def test_zoos_that_no_arm_reads_are_scored_for_what_is_held_against_them() -> None:
    tiny = plan({}, TINY)
    assert [tiny.whole(group)[2] for group in ("paper", "more")] == [[], ["trained-on"]]
    assert [tiny.with_held_out(group)[2] for group in ("paper", "more")] == [["held-out"], ["held-out", "trained-on"]]
    held_out = {"results/metrics/zoo-held-out/03.csv", "results/metrics/zoo-held-out/05.csv"}
    assert held_out == set(tiny.scores(*tiny.with_held_out("paper"))) - set(tiny.scores(*tiny.whole("paper")))
    moments, scores = tiny.moments(*tiny.with_held_out("paper")), tiny.scores(*tiny.with_held_out("paper"))
    assert moments == [f"{path[:-4]}.safetensors" for path in scores if "distances" not in path]


def test_a_group_that_is_a_design_has_a_table_of_effects() -> None:
    assert list(PAPER.factorials) == ["widths"]
    assert len(PAPER.factorials["widths"]) == 16
    assert "results/tables/widths/effects.csv" in everything(PAPER, "widths")
    assert not any("effects" in path for path in everything(PAPER, "wide"))


def test_a_training_reads_frames_only_to_align_and_digits_only_for_a_critic_of_them() -> None:
    frames = {"alignment": "results/zoos/mlp/alignment.h5"}
    assert PAPER.read_by("as-described") == {}
    assert PAPER.read_by("aligned-wasserstein") == PAPER.read_by("aligned-conditioned") == frames
    assert PAPER.read_by("best") == frames | {"digits": "digits"}
    assert PAPER.read_by("best-without-digits") == frames
    assert PAPER.read_by("best-without-alignment") == {"digits": "digits"}


def test_draws_have_an_order_of_their_own_where_there_is_no_line_to_follow() -> None:
    assert PAPER.order_of_draws("as-described") == []
    assert PAPER.order_of_draws("released-latent-8") == ["results/metrics/gangans/released-latent-8/3.csv"]
    assert PAPER.order_of_draws("best-without-choice") == ["results/metrics/gangans/best-without-choice/5.csv"]


def test_the_sets_of_runs_that_arms_read_stand_once_each_the_largest_first_in_any_order_of_arms() -> None:
    assert PAPER.subsets("mlp") == [None, *([run] for run in range(3, 20))]
    assert PAPER.subsets("shared-start") == [None]
    runs = [[2], [0, 1], None, [2], [0]]
    arms = [
        {"name": f"a-{i}", "group": "paper", "zoo": "mlp", "rows": {"runs": some}, "seeds": [0]}
        for i, some in enumerate(runs)
    ]
    for listed in (arms, arms[::-1]):
        assert plan({"arms": listed}).subsets("mlp") == [None, [0, 1], [0], [2]]


def test_a_zoos_weight_space_shows_the_papers_arms_or_where_it_has_none_all_that_read_it() -> None:
    assert {zoo: names(PAPER.curves(zoo)) for zoo in ("mlp", "dcgan", "shared-start")} == {
        "mlp": ["as-described", "as-released"],
        "dcgan": ["described-dcgan", "released-dcgan"],
        "shared-start": ["shared-start", "shared-start-wasserstein"],
    }


def test_a_group_makes_its_own_figures_its_tables_and_the_scores_that_settings_are_chosen_by() -> None:
    listed = [{**arm, "tuning_seeds": [100]} if arm["name"] == "best" else arm for arm in LISTED]
    chosen = plan({"arms": listed})
    made = set(everything(chosen, "mended"))
    assert "results/metrics/gangans/best/100.csv" in made
    assert "results/metrics/gangans/best/100.csv" not in set(everything(chosen, "claims"))
    assert not any("/100" in path for path in chosen.scores(*chosen.whole("mended")))  # in no table
    assert {"results/figures/fig3-best.png", "results/figures/fig3-best.pdf", "results/chains/fig3-best.html"} <= made
    assert "results/figures/fig3-as-described.png" not in made
    tables = ("architectures", "hyperparameters", "runtimes", "claims", "readings", "quality", "attempts", "generators")
    assert "results/claims/mended/index.md" in made
    assert {f"results/tables/mended/{name}.{kind}" for name in tables for kind in ("csv", "md", "tex")} == {
        path for path in made if "/tables/" in path
    }


def test_a_factorial_design_has_effects_in_place_of_claims() -> None:
    made = {Path(path) for path in everything(PAPER, "widths")}
    tables = {path.stem for path in made if "tables" in path.parts}
    assert "effects" in tables
    assert "claims" not in tables | {path.parts[1] for path in made}


def test_a_zoo_that_is_like_another_says_only_what_differs() -> None:
    mlp, dcgan, shared = (PAPER.config.zoos[name] for name in ("mlp", "dcgan", "shared-start"))
    assert dcgan.gan == mlp.gan.model_copy(update={"network": dcgan.gan.network})
    assert shared.gan == mlp.gan.model_copy(update={"shared_initialisation": True})
    assert {zoo.runs for zoo in (mlp, dcgan, shared)} == {35}


def test_a_block_of_another_kind_takes_the_place_of_the_whole() -> None:
    assert PAPER.arms["aligned-wasserstein"].training.space == ComponentSpace(
        kind="components", align=True, standardise="none", count=256
    )


def test_a_gangan_of_fewer_epochs_is_one_file_with_the_whole_and_alike_but_for_its_epochs() -> None:
    arms = [
        {"name": "x", "group": "paper", "zoo": "mlp", "seeds": [3], "looks": [25]},
        {"name": "y", "group": "paper", "draws_from": "x", "draws": {"after": 25}, "seeds": [3]},
    ]
    one = plan({"arms": arms})
    assert one.gangan("y", 3) == one.gangan("x", 3)
    assert one.arms["y"].training == one.arms["x"].training.model_copy(update={"epochs": 25})
    assert but_for("epochs", one.arms["y"])[1] == but_for("epochs", one.arms["x"])[1]


def test_a_seed_may_learn_the_run_of_its_number() -> None:
    arms = [{"name": "x", "group": "paper", "zoo": "mlp", "seeds": [3, 7], "rows": {"own_run": True, "repeat": 2}}]
    one = plan({"arms": arms})
    assert [one.rows("x", seed) for seed in ("3", "7")] == [Rows(runs=[run], repeat=2) for run in (3, 7)]
    assert one.subsets("mlp") == [[3], [7]]


def test_arms_on_published_rows_that_are_not_there_are_left_out(tmp_path: Path) -> None:
    his = tmp_path / "his.h5"
    zoos = {"his": {"like": "mlp", "runs": 1, "file": str(his)}}
    arms = [{"name": name, "group": "paper", "zoo": name, "seeds": [0]} for name in ("mlp", "his")]
    without = plan({"zoos": zoos, "arms": arms})
    assert (list(without.arms), without.absent) == (["mlp"], {"his": str(his)})
    assert not any("his" in path for path in everything(without, "paper"))
    his.touch()
    there = plan({"zoos": zoos, "arms": arms})
    assert (list(there.arms), there.absent) == (["mlp", "his"], {})
    made = everything(there, "paper")
    assert "results/figures/fig3-his.png" in made
    assert "results/figures/losses-zoo-his.png" not in made  # nobody knows them
    assert list(there.timings("paper")) == ["GANs, zoo mlp", "GAN-GAN, arm mlp/0", "GAN-GAN, arm his/0"]


def test_a_group_whose_arms_are_all_left_out_is_none(tmp_path: Path) -> None:
    his = tmp_path / "his.h5"
    zoos = {"his": {"like": "mlp", "runs": 1, "file": str(his)}}
    arms = [
        {"name": "here", "group": "paper", "zoo": "mlp", "seeds": [0]},
        {"name": "his", "group": "mine", "zoo": "his", "seeds": [0]},
        {"name": "drawn", "group": "drawn", "draws_from": "his", "seeds": [0]},
    ]
    without = plan({"zoos": zoos, "arms": arms})
    assert without.groups == [*without.shown] == ["paper"]
    his.touch()
    assert plan({"zoos": zoos, "arms": arms}).groups == ["paper", "mine", "drawn"]


def test_the_explorer_shows_arms_of_one_latent_number_on_mlps_and_is_made_where_there_are_any() -> None:
    assert names(PAPER.explored) == ["as-described", "as-released"]
    page = "results/explorer.html"
    assert page in everything(PAPER, "paper")
    assert page not in everything(PAPER, "claims")
    arms = [
        {"name": "two", "group": "paper", "zoo": "mlp", "seeds": [0], "training": {"latent": 2}},
        {"name": "small", "group": "paper", "zoo": "dcgan", "seeds": [0]},
    ]
    without = plan({"arms": arms})
    assert without.explored == []
    assert page not in everything(without, "paper")


def test_pages_of_claims_quote_their_documents_and_show_their_own_arms() -> None:
    tests, facts = (ROOT / path for path in (claimed.TESTS, claimed.FACTS))
    by_group = {
        group: {page["name"]: page for page in claimed.pages(PAPER, group, tests, facts)} for group in ("paper", "wide")
    }
    pages = by_group["paper"]
    assert [*pages] == [*claimed.PAGES] == claimed.names(PAPER)
    assert pages["C4"]["tested"][1].startswith('**C4. "A discriminator of 8')
    assert pages["C4"]["claimed"][0].startswith("A discriminator of width 8 stabilises")
    assert pages["C4"]["amended"][0].count("\n") == 2  # a head, and a line that C4 and C5 share
    assert pages["C1"]["differences"]["section 6, item 1"].startswith("**One GAN, read 35 times.**")
    assert pages["C1"]["arms"] == ["as-described", "as-released"]
    assert pages["C1"]["figures"] == ["fig3-as-described", "fig3-as-released"]
    assert (pages["W"]["arms"], by_group["wide"]["W"]["arms"]) == ([], ["wide-discriminator", "narrow-generator"])
    assert by_group["wide"]["W"]["figures"] == ["fig3-narrow-generator", "fig3-wide-discriminator"]
    assert {page["asked"] for page in pages.values()} == {f"S0-C{i}" for i in range(1, 8)} | {"S0-B"}
    assert {page["target"] for page in pages.values()} <= {"gangan", *(f"gangan_{group}" for group in PAPER.groups)}
    shown = {figure for page in pages.values() for figure in page["figures"]}
    assert shown == {*claimed.figures(PAPER, "paper")} <= {*figures(PAPER, "paper")}


def test_a_study_without_arms_for_this_projects_claims_has_no_page_for_them() -> None:
    arms = [arm for arm in LISTED if arm["group"] == "paper"]
    alone = plan({"arms": arms, "claims": {"also": []}})
    assert claimed.names(alone) == [f"C{i}" for i in range(1, 8)]


def test_arms_side_by_side_are_those_that_are_there_on_mlps_of_one_kind() -> None:
    def of(*strip: str) -> Plan:
        return plan({"figures": {"strip": [*strip]}})

    published = [] if PAPER.absent else ["as-published"]
    others = ["wide-discriminator", "narrow-generator", "best"]
    assert names(PAPER.strip) == ["as-described", "as-released", *published, *others]
    assert "strip" not in figures(PAPER, "wide")  # it has not all of them
    assert not of("released-dcgan", "as-released").strip  # the first decides of which network
    two = of("as-released", "released-dcgan", "wide-discriminator", "no-such-arm")
    assert names(two.strip) == ["as-released", "wide-discriminator"]
    assert "strip" in figures(two, "wide")
    assert "strip" not in figures(two, "paper")
