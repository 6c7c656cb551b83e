"""Rules files share one namespace (Snakemake's ``include``), so each paper keeps to names of its own."""

import io
import re
import symtable
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from gangan.study import PAPERS
from support.clone import ROOT

FILES = [(paper, path) for paper in PAPERS for path in sorted((ROOT / "workflow").glob(f"{paper}*/**/*.smk"))]
FILES += [(paper, ROOT / f"workflow/{paper}.smk") for paper in PAPERS]
GLOBAL = {"onsuccess", "onerror", "onstart", "wildcard_constraints", "localrules", "ruleorder", "configfile", "workdir"}


def statements(text: str) -> Iterator[str]:
    """The statements of a rules file that stand at its left margin, each in one line."""
    words: list[str] = []
    depth = 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in (tokenize.INDENT, tokenize.DEDENT):
            depth += 1 if token.type == tokenize.INDENT else -1
        elif token.type == tokenize.NEWLINE:
            if words and depth == 0:
                yield " ".join(words)
            words = []
        elif token.type not in (tokenize.COMMENT, tokenize.NL, tokenize.ENDMARKER) and depth == 0:
            words.append(token.string)


def defined(statement: str) -> list[str]:
    """The names that a statement of Python gives a value."""
    source = f"{statement} pass" if statement.endswith(":") else statement
    if source.startswith(("elif", "else")):
        source = f"if 0: pass\n{source}"
    names = symtable.symtable(source, "", "exec").get_symbols()
    return [name.get_name() for name in names if name.is_assigned() or name.is_imported() or name.is_namespace()]


def foreign(paper: str, text: str) -> list[str]:
    """What a rules file says that it should leave to others."""
    found = []
    for statement in statements(text):
        first, *rest = statement.split()
        if first in ("rule", "checkpoint"):
            name = rest[0] if rest[0] != ":" else paper
            found += [] if name == paper or name.startswith(f"{paper}_") else [f"rule {name}"]
        elif first in GLOBAL:
            found.append(first)
        elif first != "include":
            found += [name for name in defined(statement) if not name.startswith(paper.upper())]
    return found


@pytest.mark.parametrize(("paper", "path"), FILES, ids=lambda one: getattr(one, "stem", ""))
def test_a_paper_s_rules_define_only_names_and_rules_that_begin_with_its_own(paper: str, path: Path) -> None:
    assert foreign(paper, path.read_text()) == []


def test_every_rules_file_is_a_paper_s_or_shared() -> None:
    shared = {ROOT / "workflow" / name for name in ("common.smk", "shared.smk", "software.smk")}
    assert {path for _, path in FILES} | shared == set((ROOT / "workflow").rglob("*.smk"))
    assert len(FILES) > len(PAPERS)


def test_what_is_foreign_is_found() -> None:
    text = """
from gangan.papers.toy.rules import Plan, TOY_SIDES
import json as TOY_JSON
TOY = {
    "a": [other for other in range(3)],
}
EVERYTHING["toy"] = TOY
for group in TOY:
    inside = 3
def toy(): pass
onsuccess:
    print("done")
wildcard_constraints:
    arm="x"
rule toy:
    input: "x"
    wildcard_constraints: arm="y"
rule toy_draw: input: "y"
rule draw:
    input: "z"
"""
    assert foreign("toy", text) == ["Plan", "group", "toy", "onsuccess", "wildcard_constraints", "rule draw"]


def test_the_profile_for_slurm_names_every_rule_that_uses_a_gpu() -> None:
    texts = [path.read_text() for path in (ROOT / "workflow").rglob("*.smk")]
    rules = [re.split(r"[:\s]", part, maxsplit=1) for text in texts for part in re.split(r"^ *rule ", text, flags=re.M)]
    using = {name for name, *body in rules if "gpu=" in "".join(body)}
    profile = (ROOT / "workflow/profiles/slurm/profile.yaml").read_text()
    (named,) = re.findall(r"below each of them in\n# set-resources: (.*?)\.\n", profile, re.DOTALL)
    assert set(re.findall(r"\w+", named)) == using
    assert set(yaml.safe_load(profile)["set-resources"]) <= {name for name, *_ in rules}


def test_each_attempt_on_slurm_has_more_memory_and_time() -> None:
    """docs/cluster.md: four attempts, ten times as long in all."""
    profile = yaml.safe_load((ROOT / "workflow/profiles/slurm/profile.yaml").read_text())
    assert sum(range(1, profile["retries"] + 2)) == 10
    asked = [profile["default-resources"], *profile["set-resources"].values()]
    assert all(str(block[key]).endswith(" * attempt") for block in asked for key in {"mem_mb", "runtime"} & {*block})
