"""Every bad value is one line: where it stands, which key, what is allowed."""

import re
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file
from snakemake.cli import parse_config

from gangan.core.files import UserError
from gangan.data.pictures import gather_folders
from gangan.papers.survey.rules import Plan, files_of
from support.clone import ROOT
from support.studies import study
from support.survey import CONFIG

FOLDERS = {"kind": "folders", "a": "a", "b": "b", "side": 128}
NOTHING: dict[str, Any] = {
    "factorial": [],
    "scoring": {"probe": []},
    "figures": {"drawings": [], "translations": []},
}


def drawing(**training: Any) -> dict[str, Any]:
    """A study of one arm that draws, with these changes."""
    return NOTHING | {"drawing_arms": [{"name": "x", "seeds": [0], "training": training}]}


def translation(*trainings: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A study of arms that translate."""
    arms = [{"name": f"x{i}", "seeds": [0], "training": training} for i, training in enumerate(trainings)]
    return NOTHING | {"translation_arms": arms} | more


def shown(name: str, key: str = "drawings") -> dict[str, Any]:
    """A study with one more figure, of this name."""
    figure = {"drawings": {"arm": "wgan", "after": [1], "columns": 1, "rows": 1}}
    figure["translations"] = {"arms": [CONFIG.claims.baseline], "source": "A", "rows": 1}
    return {"figures": {key: [{"name": name, **figure[key]}]}}


MISTAKES = [
    (
        drawing(network={"kind": "infogan"}, data={"kind": "church-outdoor"}),
        "survey.drawing_arms.x.training.network.kind: infogan; allowed: dcgan, data are no digits",
    ),
    (
        drawing(loss={"kind": "gan", "clip": 1}),
        "survey.drawing_arms.x.training.loss.clip: unknown key; allowed: kind",
    ),
    (
        drawing(network={"side": 48}),
        "survey.drawing_arms.x.training.network.side: Input should be 32 or 64, not 48",
    ),
    ({"toy": {"rounds": 30}}, "survey.toy.rounds: 30; allowed: a multiple of toy.look, 20"),
    (
        translation({"generators": {"blocks": 5}}),
        "survey.translation_arms.x0.training.generators.blocks: 5; allowed: an even number",
    ),
    (
        translation({"constant": 20}),
        "survey.translation_arms.x0.training.constant: 20; allowed: fewer than its 20 epochs",
    ),
    (
        translation({"data": FOLDERS, "crop": 136}),
        "survey.translation_arms.x0.training.crop: 136; allowed: at most the images' side, 128",
    ),
    (
        translation({"crop": 28}),
        "survey.translation_arms.x0.training.crop: 28; allowed: null, as judges read whole digits",
    ),
    (
        translation({"data": FOLDERS | {"side": 130}}),
        "survey.translation_arms.x0.training.data.side: 130; allowed: a multiple of 4, 24 or more",
    ),
    (
        translation({"data": {"kind": "folders", "a": "a", "side": 128}}),
        "survey.translation_arms.x0.training.data.b: missing",
    ),
    (
        translation({}, {"cycle": 1, "identity": 0}, factorial=["x0", "x1"]),
        "survey.factorial: arms that differ in more than kind and width of generators and identity; allowed: none",
    ),
    (
        NOTHING | {"figures": {"drawings": [{"name": "x", "arm": "dcgan", "after": [26], "columns": 1, "rows": 1}]}},
        "survey.figures.drawings: dcgan after 26 epochs; allowed: 1 … 25",
    ),
    *(
        (shown(name), f"survey.figures.drawings: {name}; allowed: a name that no other figure has")
        for name in ("rates", "tracking", "gradients", "toy-three-normals", "losses-wgan")
    ),
    (
        shown("tracking", "translations"),
        "survey.figures.translations: tracking; allowed: a name that no other figure has",
    ),
    (
        shown("gradients") | {"scoring": {"probe": []}},
        "survey.figures.drawings: gradients; allowed: a name that no other figure has",
    ),
    (NOTHING | {"scoring": {"probe": ["y"]}}, None),
    (
        {"scoring": {"probe_every": 2000}},
        "survey.scoring.probe_steps: 1000; allowed: a multiple of scoring.probe_every, 2000",
    ),
    (
        {"scoring": {"probe_every": 300}},
        "survey.scoring.probe_steps: 1000; allowed: a multiple of scoring.probe_every, 300",
    ),
    ({"scoring": {"neighbours": 1000}}, "survey.scoring.neighbours: Input should be less than 100, not 1000"),
    (
        {"scoring": {"neighbours": 20, "neighbour_images": 20}},
        "survey.scoring.neighbours: 20; allowed: below scoring.neighbour_images (20)",
    ),
    ({"scoring": {"images": 3}}, "survey.scoring.neighbours: 5; allowed: below scoring.images (3)"),
]


@pytest.mark.parametrize(("changes", "line"), MISTAKES, ids=[str(line) for _, line in MISTAKES])
def test_a_mistake_is_one_line(changes: dict[str, Any], line: str | None) -> None:
    line = line or f"survey.scoring.probe: y; allowed: {', '.join(arm.name for arm in CONFIG.drawing_arms)}"
    with pytest.raises(UserError, match=f"{re.escape(line)}$"):
        study({"survey": changes})


def test_numbers_that_snakemake_leaves_as_text_are_read_where_few_are_allowed() -> None:
    said = "{translation: {padding: 1}, drawing: {network: {kind: dcgan, side: 32, width: 64, slope: 0.2}}}"
    config = study(parse_config([f"survey={said}"])).survey
    assert (config.translation.padding, config.drawing.network.side) == (1, 32)


def test_the_factorial_is_all_combinations_and_the_claims_name_two_of_them() -> None:
    factors = Plan(CONFIG, "x", "digits").factors
    assert len({(one["fused"], one["width"], one["identity"]) for one in factors}) == 8
    assert {one["width"] for one in factors} == {32, 64}
    by_name = {one.pop("arm"): one for one in factors}
    assert by_name[CONFIG.claims.baseline] == {"fused": False, "width": 64, "identity": True}
    assert by_name[CONFIG.claims.fused] == {"fused": True, "width": 32, "identity": False}


@pytest.mark.parametrize("small", [False, True])
def test_what_is_compared_has_three_seeds_or_more(small: bool) -> None:
    config = study({}, *([ROOT / "config/survey-small.yaml"] if small else [])).survey
    arms = {arm.name: arm.seeds for arm in (*config.drawing_arms, *config.translation_arms)}
    claims = config.claims
    named = (claims.infogan, claims.gan, claims.wasserstein, claims.wasserstein_released, *config.factorial)
    assert all(len(arms[name]) >= 3 for name in named)
    assert config.toy.seeds == 200


def test_the_small_study_downloads_nothing_but_digits() -> None:
    config = study({}, ROOT / "config/survey-small.yaml").survey
    plan = Plan(config, "x", "digits")
    assert {plan.learned(arm) for arm in plan.drawing} == {"digits"}
    assert {plan.domains(arm) for arm in plan.translation} == {"x/domains/strokes-2000.safetensors"}


def test_images_of_one_s_own_are_two_folders(tmp_path: Path) -> None:
    for domain in "ab":
        (tmp_path / domain).mkdir()
        for i in range(11):
            Image.new("RGB", (48, 32), (i, 0, 0)).save(tmp_path / domain / f"{i:02d}.png")
    (tmp_path / "a/notes.txt").touch()
    data = {"kind": "folders", "a": str(tmp_path / "a"), "b": str(tmp_path / "b"), "side": 32}
    plan = Plan(study({"survey": translation({"data": data})}).survey, "x", "digits")
    ((name, found),) = plan.folders.items()
    assert plan.domains("x0") == f"x/domains/folders-{name}.safetensors"
    assert (found.a, found.b) == (data["a"], data["b"])
    paths = [[Path(path) for path in files_of(folder)] for folder in (found.a, found.b)]
    gather_folders(32, *paths, tmp_path / "images.safetensors")
    held = load_file(tmp_path / "images.safetensors")
    assert held["trainA"][:, 0, 0, 0].tolist() == [*range(9), 10]
    assert held["testB"].shape == (1, 3, 32, 32)
    assert held["testB"][0, 0].unique().tolist() == [9]
    assert held["trainA"].dtype == torch.uint8
    with pytest.raises(UserError, match=rf"^{tmp_path}: 0 images \(\.jpg, \.jpeg, \.png\); allowed: 10 or more$"):
        files_of(str(tmp_path))
