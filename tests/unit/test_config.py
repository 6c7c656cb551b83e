"""Every bad value is one line: where it stands, which key, what is allowed."""

import difflib
import json
import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from conftest import ROOT
from gangan import config
from gangan import study as whole
from gangan.files import UserError

PAPER = ROOT / "config" / "paper.yaml"
VALUES = yaml.safe_load(PAPER.read_text())


def merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """As Snakemake merges a second file into the first."""
    result = deepcopy(base)
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = merged(result[key], value) if both else value
    return result


def loaded(over: dict[str, Any]) -> whole.Study:
    return whole.load(merged(VALUES, over), [PAPER], over)


def study(tmp_path: Path, text: str) -> whole.Study:
    """The paper's study changed by a second file of that text."""
    file = tmp_path / "mine.yaml"
    file.write_text(text)
    return whole.load(merged(VALUES, yaml.safe_load(text)), [PAPER, file], {})


MISTAKES = {
    "seeed: 1": "seeed: unknown key; allowed: arms, data, evaluation, figures, gangan, jobs, judge, seed, study, zoos",
    "zoos: {mlp: {epoch: 3}}": (
        "zoos.mlp.epoch: unknown key; allowed: batch, epochs, hidden, latent, learning_rate, network, runs"
    ),
    "zoos: {mlp: {epochs: 0}}": "zoos.mlp.epochs: Input should be greater than 0, not 0",
    "zoos: {mlp: {epochs: many}}": "zoos.mlp.epochs: Input should be a valid integer, not 'many'",
    "zoos: {mlp: {epochs: 1.5}}": "zoos.mlp.epochs: Input should be a valid integer, not 1.5",
    "zoos: {mlp: {epochs: yes}}": "zoos.mlp.epochs: Input should be a valid integer, not True",
    "zoos: {mlp: {batch: [128]}}": "zoos.mlp.batch: Input should be a valid integer, not [128]",
    "zoos: {mlp: {learning_rate: -1}}": "zoos.mlp.learning_rate: Input should be greater than 0, not -1",
    "zoos: {mlp: {learning_rate: .inf}}": "zoos.mlp.learning_rate: Input should be a finite number, not inf",
    "zoos: {mlp: {learning_rate: .nan}}": "zoos.mlp.learning_rate: Input should be a finite number, not nan",
    "zoos: {new: {batch: 2}}": "zoos.new.epochs: missing",
    "zoos: {New: {batch: 2}}": "zoos.New: String should match pattern '^[a-z0-9]+(-[a-z0-9]+)*$', not 'New'",
    "zoos: 5": "zoos: Input should be a valid dictionary, not 5",
    "zoos:": "zoos: Input should be a valid dictionary, not None",
    "study: A B": "study: String should match pattern '^[a-z0-9]+(-[a-z0-9]+)*$', not 'A B'",
    "study: reference": "study: reference; allowed: any other name, results/reference/ is no study's",
    "seed: 9223372036854775808": "seed: Input should be less than 9223372036854775808, not 9223372036854775808",
    "data: {name: cifar}": "data.name: Input should be 'mnist', 'mnist-5k', 'fashion-mnist' or 'kmnist', not 'cifar'",
    "data: {mirrors: {mnist: [/digits]}}": "data.mirrors.mnist.0: String should match pattern '^(https?|file):'",
    "data: {mirrors: {mnist: []}}": "data.mirrors: no mirror for mnist",
    "gangan: {output: relu}": "gangan.output: Input should be 'tanh' or 'linear', not 'relu'",
    "arms: []": "arms: List should have at least 1 item after validation, not 0",
    "arms: [{name: x, zoo: mpl, seeds: [0]}]": "arms.x.zoo: no zoo 'mpl'; allowed: mlp",
    "arms: [{name: x, zoo: mlp, seeds: [0], runs: [40]}]": "arms.x.runs: [40]; allowed: a list of 0 … 34",
    "arms: [{name: x, zoo: mlp, seeds: [0], runs: []}]": "arms.x.runs: []; allowed: a list of 0 … 34",
    "arms: [{name: x, zoo: mlp, seeds: [0], runs: [1, 1]}]": "arms.x.runs: 1, 1; allowed: each once",
    "arms: [{name: x, zoo: mlp, seeds: [2, 2]}]": "arms.x.seeds: 2, 2; allowed: each once",
    "arms: [{name: x, zoo: mlp, seeds: []}]": "arms.0.seeds: List should have at least 1 item",
    "arms: [{name: x, zoo: mlp, seed: 0}]": "arms.0.seeds: missing",
    "arms: [{name: x, zoo: mlp, seeds: [0], run: [0]}]": (
        "arms.0.run: unknown key; allowed: draws, from_epoch, gangan, name, repeat, runs, seeds, zoo"
    ),
    "arms: [{name: x, zoo: mlp, seeds: [0]}, {name: x, zoo: mlp, seeds: [0]}]": "arms: x, x; allowed: each once",
    "arms: [{name: x, zoo: mlp, seeds: [0], gangan: {hidden: 8}}]": (
        "arms.x.gangan.hidden: unknown key; allowed: align, average, batch, components, condition, critic_steps, "
        "digits, digits_gans, digits_pack, discriminator_hidden, epochs, generator_hidden, latent, learning_rate, "
        "loss, output, penalty, renormalise, standardise"
    ),
    "arms: [{name: x, zoo: mlp, seeds: [0], gangan: {latent: 0}}]": (
        "arms.x.gangan.latent: Input should be greater than 0, not 0"
    ),
    "arms: [{name: x, zoo: mlp, seeds: [0], gangan: {batch: 9999}}]": (
        "arms.x: a batch of 9999 needs as many rows; mlp gives 3500"
    ),
    "arms: [{name: x, zoo: mlp, seeds: [0], from_epoch: 100}]": "arms.x.from_epoch: 100; allowed: 0 … 99",
    "arms: [{name: x, zoo: mlp, seeds: [0], from_epoch: 99, gangan: {batch: 36}}]": (
        "arms.x: a batch of 36 needs as many rows; mlp gives 35"
    ),
    "arms: [{name: x, zoo: mlp, seeds: [0], gangan: {standardise: tensor}}]": (
        "arms.x.gangan.output: tanh; allowed with standardise or components: linear"
    ),
    "arms: [{name: x, zoo: mlp, seeds: [0], gangan: {output: linear, components: 3501}}]": (
        "arms.x.gangan.components: 3501; allowed: 1 … 3500, the rows it reads"
    ),
    "arms: [{name: x, zoo: mlp, seeds: [0], gangan: {digits: 1}}]": (
        "arms.x.gangan.loss: gan; allowed with digits: wgan-gp"
    ),
    "arms: [{name: x, zoo: mlp, seeds: [0], gangan: {loss: wgan-gp, digits: 1, digits_gans: 5}}]": (
        "arms.x.gangan.batch: 32; allowed: a multiple of digits_gans × digits_pack"
    ),
    "{zoos: {mlp: {network: dcgan}}, arms: [{name: x, zoo: mlp, seeds: [0], gangan: {align: true}}]}": (
        "arms.x.gangan.align: true; allowed with a zoo of dcgans: false"
    ),
    "{zoos: {mlp: {network: dcgan}}, arms: [{name: x, zoo: mlp, seeds: [0], gangan: {renormalise: true}}]}": (
        "arms.x.gangan.renormalise: true; allowed with a zoo of dcgans: false"
    ),
    "{zoos: {mlp: {network: dcgan}}, arms: [{name: x, zoo: mlp, seeds: [0], draws: {renormalise: true}}]}": (
        "arms.x.draws.renormalise: true; allowed with a zoo of dcgans: false"
    ),
    "zoos: {mlp: {network: cnn}}": "zoos.mlp.network: Input should be 'mlp' or 'dcgan', not 'cnn'",
    "gangan: {components: 0}": "gangan.components: Input should be greater than 0, not 0",
    "gangan: {average: 1}": "gangan.average: Input should be less than 1, not 1",
    "gangan: {align: 1}": "gangan.align: Input should be a valid boolean, not 1",
    "figures: {snapshots: [0, 100]}": "figures.snapshots: 100; allowed: 0 … 99 (epochs of zoo mlp)",
    "figures: {snapshots: [3, 3]}": "figures.snapshots: 3, 3; allowed: each once",
    "evaluation: {neighbours: 2000}": "evaluation.neighbours: 2000; allowed: below evaluation.neighbour_images (2000)",
    "evaluation: {averages: [10, 101]}": "evaluation.averages: 101; allowed: 1 … 100 (epochs of zoo mlp)",
    "figures: {walk_rows: 1}": "figures.walk_rows: Input should be greater than or equal to 2, not 1",
}
SEVERAL = {"zoos: {new: {batch: 2}}", "zoos: {New: {batch: 2}}", "arms: [{name: x, zoo: mlp, seed: 0}]"}


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_is_one_line_naming_file_key_and_what_is_allowed(tmp_path: Path, text: str) -> None:
    with pytest.raises(UserError) as error:
        study(tmp_path, text)
    lines = str(error.value).splitlines()
    assert lines[0].startswith(f"{tmp_path / 'mine.yaml'}: {MISTAKES[text]}")
    assert len(lines) == 1 or text in SEVERAL


def test_each_of_several_mistakes_has_its_line_and_its_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("seed: -1")
    over = {"zoos": {"mlp": {"runs": 0}}}
    with pytest.raises(UserError) as error:
        whole.load(merged(merged(VALUES, {"seed": -1}), over), [PAPER, file], over)
    assert str(error.value).splitlines() == [
        f"{file}: seed: Input should be greater than or equal to 0, not -1",
        "the command line (--config): zoos.mlp.runs: Input should be greater than 0, not 0",
    ]


def test_files_below_the_working_folder_are_named_from_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    with pytest.raises(UserError, match=r"^config/paper\.yaml: seed: "):
        whole.load({**VALUES, "seed": -1}, [PAPER], {})


def test_numbers_spelled_as_text_are_read() -> None:
    # Snakemake's reading of --config 'zoos={mlp: {epochs: 60, learning_rate: 2e-4}}'
    zoo = loaded({"zoos": {"mlp": {"epochs": "60", "learning_rate": "2e-4"}}}).zoos["mlp"]
    assert (zoo.epochs, zoo.learning_rate) == (60, 0.0002)
    assert zoo.gan.as_json() == loaded({"zoos": {"mlp": {"epochs": 60}}}).zoos["mlp"].gan.as_json()


def test_the_default_study_is_the_papers() -> None:
    paper = loaded({})
    zoo, gangan = paper.zoos["mlp"], paper.gangan
    assert (zoo.runs, zoo.epochs, zoo.batch, zoo.learning_rate, zoo.latent, zoo.hidden) == (35, 100, 128, 2e-4, 64, 64)
    assert (gangan.epochs, gangan.batch, gangan.learning_rate, gangan.latent) == (250, 32, 2e-4, 1)
    assert (gangan.generator_hidden, gangan.discriminator_hidden, gangan.output) == (64, 8, "tanh")
    assert (gangan.align, gangan.standardise, gangan.components, gangan.loss) == (False, "none", None, "gan")
    assert (gangan.average, gangan.digits) == (0, 0)
    described, released = (paper.rows(paper.arm(name)) for name in ("as-described", "as-released"))
    assert (described.runs, described.from_epoch, described.repeat) == (list(range(35)), 0, 1)
    assert (released.runs, released.repeat) == ([0], 35)
    assert paper.figures.snapshots == [0, 1, 10, 25, 27, 30, 32, 35, 40, 49]
    assert (paper.figures.walk_rows, paper.figures.walk_columns, paper.figures.walk_extent) == (32, 40, 2)


def test_an_arm_changes_only_what_it_names() -> None:
    arms = [{"name": "wide", "zoo": "mlp", "seeds": [0], "gangan": {"latent": "2"}}]
    wide = loaded({"arms": arms})
    assert wide.rows(wide.arms[0]).gangan == wide.gangan.model_copy(update={"latent": 2})


def test_runs_are_spread_over_jobs_named_for_their_first() -> None:
    assert config.job_names(5, 2) == {"00": 2, "02": 2, "04": 1}
    assert list(config.job_names(101, 50)) == ["00", "50", "100"]


def test_settings_that_a_job_cannot_read_are_one_line() -> None:
    good = loaded({}).zoos["mlp"].gan
    assert config.parsed(config.Gan, good.as_json()) == good
    for text, complaint in {
        "{": "Gan: Invalid JSON",
        "[]": "Gan: Input should be an object",
        good.as_json().replace("batch", "bach"): "Gan: batch: missing",
    }.items():
        with pytest.raises(UserError, match=complaint):
            config.parsed(config.Gan, text)


def test_the_schema_in_the_repository_is_the_models() -> None:
    made, kept = whole.editor_schema(), (ROOT / "config" / "schema.json").read_text()
    drift = "".join(difflib.unified_diff(kept.splitlines(True), made.splitlines(True), "config/schema.json", "models"))
    assert not drift, f"run `gangan schema config/schema.json`\n{drift}"


@pytest.mark.parametrize("file", sorted(path.name for path in (ROOT / "config").glob("*.yaml")))
def test_the_schema_accepts_the_studies_in_the_repository(file: str) -> None:
    schema = json.loads(whole.editor_schema())
    jsonschema.validate(yaml.safe_load((ROOT / "config" / file).read_text()), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"arms": [{"name": "x", "zoo": "mlp", "seeds": [0], "gangan": {"hidden": 8}}]}, schema)


def test_the_readme_of_the_configuration_explains_every_key() -> None:
    readme = (ROOT / "config" / "README.md").read_text()
    explained = re.findall(r"^\| `(\S+)` \| \S", readme, re.MULTILINE)
    schema = json.loads(whole.editor_schema())
    assert sorted(explained) == sorted(keys(schema, schema, ""))


def keys(schema: dict[str, Any], block: dict[str, Any], prefix: str) -> Iterator[str]:
    """Every key as the README writes it: ``zoos.<name>.runs``, ``arms[].seeds``; an arm's ``gangan`` as one."""
    block = schema["$defs"][block["$ref"].rsplit("/", 1)[1]] if "$ref" in block else block
    for name, value in block.get("properties", {}).items():
        yield prefix + name
        if prefix + name != "arms[].gangan":
            yield from keys(schema, value, f"{prefix}{name}.")
    for inner in block.get("patternProperties", {}).values():
        yield from keys(schema, inner, f"{prefix}<name>.")
    if "items" in block:
        yield from keys(schema, block["items"], f"{prefix[:-1]}[].")
