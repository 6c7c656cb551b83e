"""The tutorial: all its commands, in their order, on a study as small as can be."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from support.clone import PAGES, PARTS, ROOT, Clone

TUTORIAL = (ROOT / "docs/tutorial.md").read_text()
COMMANDS = re.findall(r"^    (\S.*)$", re.sub(r"```.*?```", "", TUTORIAL, flags=re.DOTALL), re.MULTILINE)
BUILD = ("Makefile", "pyproject.toml")
SMALL = {
    "judge": {"epochs": 1},
    "gangan": {
        "per_job": 2,
        "zoos": {"mlp": {"runs": 1, "gan": {"epochs": 3, "batch": 500}, "averages": [2], "snapshots": [0]}},
        "training": {"epochs": 1, "batch": 4, "generator": {"hidden": 4}, "discriminator": {"hidden": 4}},
        "samples": {"count": 4},
        "evaluation": {"images": 200, "neighbour_images": 50, "every": 2, "lines": 1, "probes": 4},
        "figures": {"panel": 2, "columns": 5},
    },
    "oned": {
        "seeds": 3,
        "epoch": 10,
        "presets": {"early": {"steps": 40, "pretraining": 10}},
        "sweeps": [{"name": "optimizer", "optimizer": ["adam"]}],
        "panels": [{"name": "optimizer", "runs": [{"seed": 0}]}],
        "scoring": {"samples": 100, "samples_in_training": 50},
    },
    "ppgn": {
        "encoder": {"filters": [4, 4, 8], "epochs": 1, "bar": 0.05},
        "training": {"epochs": 1, "batch": 4, "first": 16},
        "scoring": {"chains": 6, "iterations": 2},
        "figures": {"columns": 2},
    },
    "survey": {
        "toy": {"seeds": 2, "rounds": 20, "samples": 100},
        "drawing": {"data": {"first": 64}, "network": {"width": 2}, "epochs": 1},
        "scoring": {"images": 60, "neighbour_images": 20},
        "figures": {"drawings": [{"name": "fig4", "arm": "dcgan", "after": [1], "columns": 2, "rows": 2}]},
    },
}


def small(text: str) -> str:
    """The demo with few steps: what stands in its blocks, over which the small values go."""

    def over(block: dict, values: dict) -> dict:
        return block | {
            key: over(block.get(key) or {}, value) if isinstance(value, dict) else value
            for key, value in values.items()
        }

    return yaml.safe_dump(over(yaml.safe_load(text), SMALL), sort_keys=False)


def with_arm(text: str) -> str:
    """A study with the tutorial's arm below those that are there."""
    (block,) = re.findall(r"```yaml\n(.*?)```", TUTORIAL, re.DOTALL)
    content = yaml.safe_load(text)
    content["gangan"]["arms"] += yaml.safe_load(block)
    return yaml.safe_dump(content, sort_keys=False)


def test_its_arm_is_a_line_that_the_demo_takes_where_the_text_says() -> None:
    (block,) = re.findall(r"```yaml\n(.*?)```", TUTORIAL, re.DOTALL)
    lines = (ROOT / "config/demo.yaml").read_text().splitlines(keepends=True)
    last = max(i for i, line in enumerate(lines) if line.startswith("    - {name:") and "group: demo" in line)
    names = [
        arm["name"]
        for arm in yaml.safe_load("".join([*lines[: last + 1], block, *lines[last + 1 :]]))["gangan"]["arms"]
    ]
    assert names == ["wide-discriminator", "two-numbers"]


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """A clone with its documents, and this environment as its ``.venv``."""
    clone = Clone(tmp_path / "clone", (*PARTS, *PAGES, *BUILD))
    made = clone.folder / ".venv"
    made.mkdir()
    (made / "bin").symlink_to(Path(sys.prefix, "bin"))
    return clone


def test_every_command_does_what_the_text_says(clone: Clone) -> None:
    assert COMMANDS[:2] == ["make .venv", "source .venv/bin/activate"]
    demo = clone.folder / "config/demo.yaml"
    demo.write_text(small(demo.read_text()))
    said = {}
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    environment |= {"PYTHONPATH": str(clone.folder / "src")}
    for command in COMMANDS:
        if "gangan_mine -n" in command:
            demo.write_text(with_arm(demo.read_text()))
        done = subprocess.run(
            ["bash", "-c", command], cwd=clone.folder, env=environment, text=True, capture_output=True, timeout=1200
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        said[command] = done.stdout + done.stderr
    trainings = re.findall(r"^(gangan_train_\w+) +(\d+)$", said[next(c for c in COMMANDS if " -n " in c)], re.MULTILINE)
    assert trainings == [("gangan_train_gangan", "1")] * len(trainings)
    assert trainings
    audits = [text for command, text in said.items() if command.startswith("gangan audit")]
    assert len(audits) == 2
    assert all(text.startswith("VERIFIED") for text in audits)
    for path in re.findall(r"`(results/[^`]+)`", TUTORIAL):
        assert (clone.folder / path).is_file(), path
