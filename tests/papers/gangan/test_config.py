"""Every bad value is one line: where it stands, which key, what is allowed."""

import difflib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from snakemake.cli import parse_config

from gangan import study as whole
from gangan.core.files import UserError
from gangan.papers.gangan.config import ArmRows, GanLoss, RowSpace, StandardisedSpace
from support.clone import ROOT
from support.studies import FILES, study


def changed(tmp_path: Path, text: str) -> Any:
    """The default study changed by a file of that text."""
    file = tmp_path / "mine.yaml"
    file.write_text(text)
    return study(None, file)


def arm(more: str, first: str = "zoo: mlp") -> str:
    """A study of one arm."""
    return f"gangan: {{arms: [{{name: x, group: paper, {first}, seeds: [0], {more}}}]}}"


def digits(**changes: int) -> str:
    also = {"kind": "digits", "weight": 1, "gans": 1, "pack": 1} | changes
    return yaml.dump(
        {"kind": "wgan-gp", "penalty": 10, "critic_steps": 1, "also": also}, default_flow_style=True
    ).strip()


def dcgans(more: str) -> str:
    """An arm on a zoo of DCGANs."""
    return arm(more, "zoo: dcgan")


BLOCKS = sorted(["data", "jobs", "judge", "seed", "study", *whole.PAPERS])
ARM_KEYS = "against, draws, draws_from, group, looks, name, rows, seeds, training, tuning_seeds, zoo"
TRAINING_KEYS = "batch, discriminator, epochs, generator, latent, learning_rate, loss, renormalise, space"
MISTAKES = {
    "seeed: 1": f"seeed: unknown key; allowed: {', '.join(BLOCKS)}",
    "gangan: {zoo: {}}": (
        "gangan.zoo: unknown key; "
        "allowed: arms, claims, evaluation, explorer, figures, per_job, samples, training, zoos"
    ),
    "gangan: 5": "gangan: Input should be a valid dictionary, not 5",
    "gangan: {per_job: 0}": "gangan.per_job: Input should be greater than 0, not 0",
    "gangan: {zoos: {mlp: {epochs: 3}}}": (
        "gangan.zoos.mlp.epochs: unknown key; allowed: averages, file, first, gan, like, runs, snapshots"
    ),
    "gangan: {zoos: {mlp: {gan: {epoch: 3}}}}": (
        "gangan.zoos.mlp.gan.epoch: unknown key; "
        "allowed: batch, epochs, learning_rate, loss, network, shared_initialisation"
    ),
    "gangan: {zoos: {mlp: {gan: {epochs: 0}}}}": "gangan.zoos.mlp.gan.epochs: Input should be greater than 0, not 0",
    "gangan: {zoos: {mlp: {gan: {epochs: many}}}}": (
        "gangan.zoos.mlp.gan.epochs: Input should be a valid integer, not 'many'"
    ),
    "gangan: {zoos: {mlp: {gan: {epochs: 1.5}}}}": (
        "gangan.zoos.mlp.gan.epochs: Input should be a valid integer, not 1.5"
    ),
    "gangan: {zoos: {mlp: {gan: {epochs: yes}}}}": ("gangan.zoos.mlp.gan.epochs: Input should be a number, not True"),
    "gangan: {zoos: {mlp: {gan: {batch: [128]}}}}": (
        "gangan.zoos.mlp.gan.batch: Input should be a valid integer, not [128]"
    ),
    "gangan: {zoos: {mlp: {gan: {learning_rate: -1}}}}": (
        "gangan.zoos.mlp.gan.learning_rate: Input should be greater than 0, not -1"
    ),
    "gangan: {zoos: {mlp: {gan: {learning_rate: .inf}}}}": (
        "gangan.zoos.mlp.gan.learning_rate: Input should be a finite number, not inf"
    ),
    "gangan: {zoos: {mlp: {gan: {learning_rate: .nan}}}}": (
        "gangan.zoos.mlp.gan.learning_rate: Input should be a finite number, not nan"
    ),
    "gangan: {zoos: {mlp: {gan: {network: {kind: cnn, latent: 4, hidden: 4}}}}}": (
        "gangan.zoos.mlp.gan.network.kind: Input should be 'mlp' or 'dcgan', not 'cnn'"
    ),
    "gangan: {zoos: {new: {like: mlp, runs: 0}}}": "gangan.zoos.new.runs: Input should be greater than 0, not 0",
    f"gangan: {{zoos: {{mlp: {{runs: {10**30}}}}}}}": (
        f"gangan.zoos.mlp.runs: Input should be less than or equal to 2147483647, not {10**30}"
    ),
    "gangan: {zoos: {held-out: {first: 2147483647, runs: 2}}}": (
        "gangan.zoos.held-out.runs: 2; allowed: 1 … 1, numbers up to 2147483647"
    ),
    arm("tuning_seeds: [3000000000]"): (
        "gangan.arms.x.tuning_seeds.0: Input should be less than or equal to 2147483647, not 3000000000"
    ),
    "gangan: {zoos: {new: {runs: 2}}}": "gangan.zoos.new.gan: missing",
    "gangan: {zoos: {New: {like: mlp}}}": (
        "gangan.zoos.New: Input should be lower-case words joined by -, a letter first, not 'New'"
    ),
    "gangan: {zoos: {new: {like: mpl}}}": "gangan.zoos.new.like: 'mpl'; allowed: another zoo",
    "gangan: {zoos: {new: {like: new}}}": "gangan.zoos.new.like: 'new'; allowed: another zoo",
    "gangan: {zoos: {new: {like: newer}, newer: {like: new}}}": "gangan.zoos.newer.like: 'new'; allowed: another zoo",
    "gangan: {zoos: {new: {like: [mlp]}}}": "gangan.zoos.new.like: ['mlp']; allowed: another zoo",
    "gangan: {zoos: {mlp: 5}}": "gangan.zoos.mlp: Input should be a valid dictionary, not 5",
    "gangan: {zoos: 5}": "gangan.zoos: Input should be a valid dictionary, not 5",
    "gangan: {zoos: }": "gangan.zoos: Input should be a valid dictionary, not None",
    "gangan: {zoos: {mlp: {snapshots: [0, 100]}}}": ("gangan.zoos.mlp.snapshots: 100; allowed: 0 … 99, its epochs"),
    "gangan: {zoos: {mlp: {snapshots: [3, 3]}}}": "gangan.zoos.mlp.snapshots: 3, 3; allowed: each once",
    "gangan: {zoos: {mlp: {averages: [10, 101]}}}": "gangan.zoos.mlp.averages: 101; allowed: 1 … 100, its epochs",
    "study: A B": "study: Input should be lower-case words joined by -, not 'A B'",
    "seed: 9223372036854775808": "seed: Input should be less than 9223372036854775808, not 9223372036854775808",
    "seed: 1\nseed: 2": "seed stands twice in one block, line 2; keep one",
    "gangan:\n  samples: {count: 4}\n  samples: {count: 5}": "samples stands twice in one block, line 3; keep one",
    "gangan: {arms: [{name: x, name: y}]}": "name stands twice in one block, line 1; keep one",
    "data: {name: cifar}": "data.name: Input should be 'mnist', 'mnist-5k', 'fashion-mnist' or 'kmnist', not 'cifar'",
    "data: {mirrors: {mnist: [/digits]}}": (
        "data.mirrors.mnist.0: Input should be an address that begins with https:, http: or file:, not '/digits'"
    ),
    "data: {mirrors: {mnist: []}}": "data.mirrors: no mirror for mnist",
    "data: {mirrors: {cifar: []}}": (
        "data.mirrors: cifar; allowed: mnist, mnist-5k, fashion-mnist, kmnist, a file of data.given"
    ),
    "data: {given: {gan.h5: abc}}": (
        "data.given.gan.h5: Input should be a sha256, which has 64 of 0-9 and a-f, not 'abc'"
    ),
    f"data: {{given: {{mnist.safetensors: {'a' * 64}}}}}": (
        "data.given: mnist.safetensors; allowed: a name that no dataset's file has"
    ),
    f"data: {{given: {{../gan.h5: {'a' * 64}}}}}": (
        "data.given.../gan.h5: Input should be a file's name with its ending, as gan0.h5, not '../gan.h5'"
    ),
    "gangan: {training: {space: {output: relu}}}": (
        "gangan.training.space.output: Input should be 'tanh' or 'linear', not 'relu'"
    ),
    "gangan: {training: {space: {align: 1}}}": "gangan.training.space.align: Input should be a valid boolean, not 1",
    "gangan: {training: {space: {per: tensor}}}": (
        "gangan.training.space.per: unknown key; allowed: align, kind, output"
    ),
    "gangan: {training: {space: {kind: row}}}": (
        "gangan.training.space.kind: no 'row'; allowed: components, rows, standardised"
    ),
    "gangan: {training: {space: 5}}": "gangan.training.space: Input should be a valid dictionary, not 5",
    "gangan: {training: {space: {kind: standardised, per: tensor}}}": "gangan.training.space.align: missing",
    "gangan: {training: {space: {kind: components, align: false, standardise: none, count: 0}}}": (
        "gangan.training.space.count: Input should be greater than 0, not 0"
    ),
    "gangan: {training: {loss: {penalty: 10}}}": "gangan.training.loss.penalty: unknown key; allowed: kind",
    "gangan: {training: {loss: {kind: wgan, penalty: 10}}}": (
        "gangan.training.loss.kind: no 'wgan'; allowed: gan, wgan-gp"
    ),
    "gangan: {training: {loss: {kind: wgan-gp, penalty: 0, critic_steps: 3, also: null}}}": (
        "gangan.training.loss.penalty: Input should be greater than 0, not 0"
    ),
    "gangan: {training: {loss: {kind: wgan-gp, penalty: 10, critic_steps: 3}}}": "gangan.training.loss.also: missing",
    "gangan: {training: {loss: {kind: wgan-gp, penalty: 10, critic_steps: 3, also: {kind: digit}}}}": (
        "gangan.training.loss.also.kind: no 'digit'; allowed: digits, epoch"
    ),
    "gangan: {training: {loss: {kind: wgan-gp, penalty: 10, critic_steps: 3, also: {weight: 1}}}}": (
        "gangan.training.loss.also.kind: missing; allowed: digits, epoch"
    ),
    "gangan: {training: {loss: {kind: wgan-gp, penalty: 10, critic_steps: 3, also: {kind: epoch, weight: 1}}}}": (
        "gangan.training.loss.also.weight: unknown key; allowed: kind"
    ),
    "gangan: {training: {generator: {average: 1}}}": (
        "gangan.training.generator.average: Input should be less than 1, not 1"
    ),
    "gangan: {training: {hidden: 8}}": f"gangan.training.hidden: unknown key; allowed: {TRAINING_KEYS}",
    "gangan: {arms: []}": "gangan.arms: List should have at least 1 item after validation, not 0",
    arm(
        "rows: {}", "zoo: mpl"
    ): "gangan.arms.x.zoo: no zoo 'mpl'; allowed: mlp, held-out, published, trained-on, dcgan, shared-start",
    arm("rows: {}", "rows: {from_epoch: 1}").replace(", rows: {}", ""): (
        "gangan.arms.x.zoo: no zoo None; allowed: mlp, held-out, published, trained-on, dcgan, shared-start"
    ),
    arm("rows: {runs: [40]}"): "gangan.arms.x.rows.runs: 40; allowed: 0 … 34",
    arm("rows: {runs: []}"): "gangan.arms.x.rows.runs: List should have at least 1 item",
    arm("rows: {runs: [1, 1]}"): "gangan.arms.x.rows.runs: 1, 1; allowed: each once",
    arm("rows: {run: [0]}"): "gangan.arms.x.rows.run: unknown key; allowed: from_epoch, own_run, repeat, runs",
    arm("rows: {from_epoch: 100}"): "gangan.arms.x.rows.from_epoch: 100; allowed: 0 … 99",
    "gangan: {arms: [{name: x, group: paper, zoo: mlp, seeds: [2, 2]}]}": (
        "gangan.arms.x.seeds: 2, 2; allowed: each once"
    ),
    arm("tuning_seeds: [100, 0]"): "gangan.arms.x.seeds: 0, 100, 0; allowed: each once",
    "gangan: {arms: [{name: x, group: paper, zoo: mlp, seeds: []}]}": (
        "gangan.arms.x.seeds: List should have at least 1 item"
    ),
    "gangan: {arms: [{name: x, group: paper, zoo: mlp, seed: 0}]}": "gangan.arms.x.seeds: missing",
    "gangan: {arms: [{name: x, zoo: mlp, seeds: [0]}]}": "gangan.arms.x.group: missing",
    "gangan: {arms: [{group: paper, zoo: mlp, seeds: [0]}]}": "gangan.arms.0.name: missing",
    "gangan: {arms: [5]}": "gangan.arms.0: Input should be a valid dictionary, not 5",
    arm("runs: [0]"): f"gangan.arms.x.runs: unknown key; allowed: {ARM_KEYS}",
    "gangan: {arms: [{name: x, group: paper, zoo: mlp, seeds: [0]}, {name: x, group: paper, zoo: mlp, seeds: [0]}]}": (
        "gangan.arms: x, x; allowed: each once"
    ),
    arm("training: 5"): "gangan.arms.x.training: Input should be a valid dictionary, not 5",
    arm("training: {hidden: 8}"): f"gangan.arms.x.training.hidden: unknown key; allowed: {TRAINING_KEYS}",
    arm("training: {latent: 0}"): "gangan.arms.x.training.latent: Input should be greater than 0, not 0",
    arm("training: {space: {kind: what}}"): (
        "gangan.arms.x.training.space.kind: no 'what'; allowed: components, rows, standardised"
    ),
    arm("training: {batch: 9999}"): "gangan.arms.x: a batch of 9999 needs as many rows; mlp gives 3500",
    arm("training: {loss: {kind: wgan-gp, penalty: 10, critic_steps: 200, also: null}}"): (
        "gangan.arms.x: a batch of 6400 needs as many rows; mlp gives 3500"
    ),
    arm("rows: {from_epoch: 99}, training: {batch: 36}"): (
        "gangan.arms.x: a batch of 36 needs as many rows; mlp gives 35"
    ),
    arm("training: {space: {kind: components, align: false, standardise: none, count: 3501}}"): (
        "gangan.arms.x.training.space.count: 3501; allowed: 1 … 3500, the rows it reads"
    ),
    arm(f"training: {{loss: {digits(gans=5)}}}"): (
        "gangan.arms.x.training.batch: 32; allowed: a multiple of loss.also.gans × loss.also.pack"
    ),
    dcgans("training: {space: {align: true}}"): (
        "gangan.arms.x.training.space.align: true; allowed with a zoo of dcgans: false"
    ),
    dcgans("training: {renormalise: true}"): (
        "gangan.arms.x.training.renormalise: true; allowed with a zoo of dcgans: false"
    ),
    dcgans("draws: {renormalise: true}"): (
        "gangan.arms.x.draws.renormalise: true; allowed with a zoo of dcgans: false"
    ),
    "gangan: {arms: [{name: y, group: paper, zoo: dcgan, seeds: [0]}, {name: x, group: paper, draws_from: y, "
    "seeds: [0], draws: {renormalise: true}}]}": (
        "gangan.arms.x.draws.renormalise: true; allowed with a zoo of dcgans: false"
    ),
    arm("draws: {best: 2}"): "gangan.arms.x.draws.best: unknown key; allowed: after, best_of, renormalise, truncation",
    arm("against: x"): "gangan.arms.x.against: no zoo 'x'; allowed: mlp, ",
    "gangan: {claims: {group: x}}": "gangan.claims.group: x; allowed: paper, claims, widths, wide, mended",
    "gangan: {claims: {held_out: x}}": "gangan.claims.held_out: no zoo 'x'; allowed: mlp, ",
    "gangan: {claims: {held_out: mlp}}": "gangan.claims.held_out: mlp; allowed: a zoo that arm as-described does not",
    arm("draws: {best_of: 2}", "draws_from: y"): ("gangan.arms.x.draws_from: no arm 'y' that trains; allowed: "),
    "gangan: {arms: [{name: y, group: paper, zoo: mlp, seeds: [0]}, "
    "{name: z, group: paper, draws_from: y, seeds: [0]}, {name: x, group: paper, draws_from: z, seeds: [0]}]}": (
        "gangan.arms.x.draws_from: no arm 'z' that trains; allowed: y"
    ),
    "gangan: {arms: [{name: y, group: paper, zoo: mlp, seeds: [0]}, "
    "{name: x, group: paper, draws_from: y, seeds: [1]}]}": ("gangan.arms.x.seeds: 1; allowed: those of y"),
    **{
        f"gangan: {{arms: [{{name: y, group: paper, zoo: mlp, seeds: [0]}}, {{name: x, group: paper, draws_from: y, "
        f"seeds: [0], {key}: {value}}}]}}": (
            f"gangan.arms.x.{key}: not with draws_from, whose GAN-GANs are trained already"
        )
        for key, value in {"zoo": "mlp", "rows": "{repeat: 2}", "training": "{latent: 2}"}.items()
    },
    "gangan: {evaluation: {neighbours: 100}}": ("gangan.evaluation.neighbours: Input should be less than 100, not 100"),
    "gangan: {evaluation: {neighbours: 20, neighbour_images: 20}}": (
        "gangan.evaluation.neighbours: 20; allowed: below evaluation.neighbour_images (20)"
    ),
    "gangan: {evaluation: {neighbours: 3, images: 3}}": (
        "gangan.evaluation.neighbours: 3; allowed: below evaluation.images (3)"
    ),
    "gangan: {samples: {count: 1}}": "gangan.samples.count: Input should be greater than or equal to 2, not 1",
}
SEVERAL = {"gangan: {zoos: {new: {runs: 2}}}", "gangan: {arms: [{name: x, group: paper, zoo: mlp, seed: 0}]}"}


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_is_one_line_naming_file_key_and_what_is_allowed(tmp_path: Path, text: str) -> None:
    with pytest.raises(UserError) as error:
        changed(tmp_path, text)
    lines = str(error.value).splitlines()
    assert lines[0].startswith(f"{tmp_path / 'mine.yaml'}: {MISTAKES[text]}")
    assert len(lines) == 1 or text in SEVERAL


def test_each_of_several_mistakes_has_its_line_and_its_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("seed: -1")
    with pytest.raises(UserError) as error:
        study({"gangan": {"zoos": {"mlp": {"runs": 0}}}}, file)
    assert str(error.value).splitlines() == [
        f"{file}: seed: Input should be greater than or equal to 0, not -1",
        "the command line (--config): gangan.zoos.mlp.runs: Input should be greater than 0, not 0",
    ]


def test_a_mistake_in_one_kind_of_block_stands_where_it_was_written_not_where_the_block_was_last_changed(
    tmp_path: Path,
) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("gangan: {training: {space: {otput: linear}}}")
    with pytest.raises(UserError, match=rf"^{file}: gangan\.training\.space\.otput: unknown key; .*$"):
        study({"gangan": {"training": {"space": {"align": True}}}}, file)


def test_files_below_the_working_folder_are_named_from_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "config" / "mine.yaml"
    file.parent.mkdir()
    file.write_text("seed: -1")
    with pytest.raises(UserError, match=r"^config/mine\.yaml: seed: "):
        study(None, file)


def test_a_block_of_another_kind_takes_the_place_of_the_whole(tmp_path: Path) -> None:
    space = changed(tmp_path, "gangan: {training: {space: {kind: standardised, align: false, per: tensor}}}")
    assert space.gangan.training.space == StandardisedSpace(kind="standardised", align=False, per="tensor")
    assert all(one.training.space.kind != "rows" for one in space.gangan.arms if one.training)
    over = {"gangan": {"training": {"space": {"kind": "rows", "align": False, "output": "linear"}}}}
    again = study(over, tmp_path / "mine.yaml")
    assert again.gangan.training.space == RowSpace(kind="rows", align=False, output="linear")


def test_what_snakemake_leaves_as_text_is_read(tmp_path: Path) -> None:
    blocks = [
        "{zoos: {mlp: {gan: {epochs: 120, learning_rate: 2e-4, shared_initialisation: true}}}}",
        "{training: {space: {align: false}, loss: {kind: wgan-gp, penalty: 10, critic_steps: 2, also: null}}}",
    ]
    for block in blocks:
        said, written = study(parse_config([f"gangan={block}"])), changed(tmp_path, f"gangan: {block}")
        assert said.model_dump() == written.model_dump()
    zoo = study(parse_config([f"gangan={blocks[0]}"])).gangan.zoos["mlp"].gan
    assert (zoo.epochs, zoo.learning_rate, zoo.shared_initialisation) == (120, 0.0002, True)


def test_the_default_study_is_the_papers() -> None:
    config = study().gangan
    zoo, training = config.zoos["mlp"], config.training
    assert (zoo.runs, zoo.gan.epochs, zoo.gan.batch, zoo.gan.learning_rate) == (35, 100, 128, 2e-4)
    assert zoo.gan.network.model_dump() == {"kind": "mlp", "latent": 64, "hidden": 64}
    assert not zoo.gan.shared_initialisation
    assert (training.epochs, training.batch, training.learning_rate, training.latent) == (250, 32, 2e-4, 1)
    assert (training.generator.hidden, training.discriminator.hidden) == (64, 8)
    assert training.space == RowSpace(kind="rows", align=False, output="tanh")
    assert training.loss == GanLoss(kind="gan", of="probabilities") == zoo.gan.loss
    assert (training.generator.average, training.renormalise) == (0, False)
    described, released, published = (arm for arm in config.arms if arm.group == config.claims.group)
    assert (described.name, released.name, published.name) == ("as-described", "as-released", "as-published")
    assert (described.zoo, described.rows) == ("mlp", ArmRows(runs=None, from_epoch=0, repeat=1))
    assert (released.zoo, released.rows) == ("mlp", ArmRows(own_run=True, from_epoch=0, repeat=35))
    assert (published.zoo, published.rows) == ("published", ArmRows(repeat=35))
    assert described.training == released.training == published.training == training
    assert described.seeds == published.seeds == list(range(3, 9))
    assert released.seeds == list(range(3, 15))
    assert zoo.snapshots == [0, 1, 10, 25, 27, 30, 32, 35, 40, 49]
    assert (config.samples.count, config.figures.columns, config.samples.extent) == (32, 40, 2)
    assert (config.claims.narrow, config.claims.wide) == (8, 64)


def test_an_arm_changes_only_what_it_names() -> None:
    changes = {"latent": "2", "discriminator": {"hidden": 16}}
    arms = [{"name": "wide", "group": "paper", "zoo": "mlp", "seeds": [0], "training": changes}]
    config = study({"gangan": {"arms": arms}}).gangan
    (wide,) = config.arms
    narrow = config.training
    of_discriminator = narrow.discriminator.model_copy(update={"hidden": 16})
    assert wide.training == narrow.model_copy(update={"latent": 2, "discriminator": of_discriminator})


def test_the_schema_in_the_repository_is_the_models() -> None:
    made, kept = whole.editor_schema(), (ROOT / "config" / "schema.json").read_text()
    drift = "".join(difflib.unified_diff(kept.splitlines(True), made.splitlines(True), "config/schema.json", "models"))
    assert not drift, f"run `gangan schema config/schema.json`\n{drift}"


@pytest.mark.parametrize(
    "file", [*sorted((ROOT / "config").glob("*.yaml")), ROOT / "tests/tiny.yaml"], ids=lambda path: path.name
)
def test_the_schema_accepts_the_studies_in_the_repository_and_so_does_the_model(file: Path) -> None:
    schema = json.loads(whole.editor_schema())
    jsonschema.validate(yaml.safe_load(file.read_text()), schema)
    assert file in FILES or study(None, file)
    for block in (
        {"arms": [{"name": "x", "group": "paper", "zoo": "mlp", "seeds": [0], "training": {"hidden": 8}}]},
        {"arms": [{"name": "x", "group": "paper", "zoo": "mlp"}]},
        {"training": {"loss": {"kind": "gan", "penalty": 10}}},
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({"gangan": block}, schema)


def test_the_readme_of_the_configuration_explains_every_key() -> None:
    readme = (ROOT / "config" / "README.md").read_text()
    explained = re.findall(r"^\| `(\S+)` \| \S", readme, re.MULTILINE)
    schema = json.loads(whole.editor_schema())
    assert sorted(explained) == sorted(set(keys(schema, schema, "")))


def keys(schema: dict[str, Any], block: dict[str, Any], prefix: str) -> Iterator[str]:
    """Every key as the README writes it: ``gangan.zoos.<name>.runs``, ``gangan.arms[].seeds``; those of all kinds of a
    block; an arm's ``training`` as one."""
    if "$ref" in block:
        block = schema["$defs"][block["$ref"].rsplit("/", 1)[1]]
    for name, value in block.get("properties", {}).items():
        yield prefix + name
        if not (prefix + name).endswith("arms[].training"):
            yield from keys(schema, value, f"{prefix}{name}.")
    for inner in block.get("patternProperties", {}).values():
        yield from keys(schema, inner, f"{prefix}<name>.")
    if "items" in block:
        yield from keys(schema, block["items"], f"{prefix[:-1]}[].")
    for inner in (*block.get("oneOf", []), *block.get("anyOf", [])):
        yield from keys(schema, inner, prefix)


LOOKS = {"name": "x", "group": "paper", "zoo": "mlp", "seeds": [3], "looks": [25, 100]}


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"looks": [25, 250]}, "gangan.arms.x.looks: 250; allowed: below 250, its epochs"),
        ({"draws": {"after": 25}}, "gangan.arms.x.draws.after: 25; allowed with draws_from"),
        ({"rows": {"own_run": True, "runs": [3]}}, "gangan.arms.x.rows.own_run: true; allowed with rows.runs: false"),
        ({"rows": {"own_run": True}, "seeds": [3, 35]}, "gangan.arms.x.seeds: 35; allowed: 0 … 34, runs of mlp"),
    ],
)
def test_what_an_arm_cannot_keep_or_read_is_refused(changes: dict[str, Any], line: str) -> None:
    with pytest.raises(UserError, match=f"{re.escape(line)}$"):
        study({"gangan": {"arms": [LOOKS | changes]}})


def test_an_arm_draws_from_another_as_it_was_after_one_of_its_looks() -> None:
    drawn = {"name": "y", "group": "paper", "draws_from": "x", "draws": {"after": 25}, "seeds": [3]}
    assert study({"gangan": {"arms": [LOOKS, drawn]}}).gangan.arms[1].draws.after == 25
    line = "gangan.arms.y.draws.after: 26; allowed: looks of x: 25, 100"
    with pytest.raises(UserError, match=f"{re.escape(line)}$"):
        study({"gangan": {"arms": [LOOKS, drawn | {"draws": {"after": 26}}]}})
