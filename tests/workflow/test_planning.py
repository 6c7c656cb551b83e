"""How the work of planning grows with the arms of a study: in calls, which a busy machine does not change."""

import json
import os
import subprocess
import sys
from importlib.metadata import packages_distributions, requires
from itertools import pairwise

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from support.clone import Clone

COUNT = """
import cProfile, json, pstats, sys
from functools import cached_property
from gangan.papers.gangan.rules import Plan
from snakemake.cli import main

visited = 0

class Visited(dict):
    "Arms by name; how often one is looked at in passing counts."
    def values(self):
        global visited
        for value in super().values():
            visited += 1
            yield value

whole = Plan.arms.func
Plan.arms = cached_property(lambda plan: Visited(whole(plan)))
Plan.arms.__set_name__(Plan, "arms")
profile = cProfile.Profile()
profile.enable()
try:
    main()
except SystemExit as end:
    assert not end.code
profile.disable()
calls = own = 0
for (file, _, _), (count, *_) in pstats.Stats(profile).stats.items():
    calls += count
    own += count if "/src/gangan/" in file or file.endswith((".smk", "/Snakefile")) else 0
print(json.dumps({"calls": calls, "own": own, "visits": visited}))
"""


def work(clone: Clone, arms: int) -> dict[str, int]:
    """Planning a study of so many arms."""
    blocks = [{"name": f"arm-{i}", "group": "paper", "zoo": "mlp", "seeds": [0]} for i in range(arms)]
    study = {"study": "many", "data": {"name": "mnist-5k"}, "gangan": {"arms": blocks, "zoos": {"mlp": {"runs": 1}}}}
    (clone.folder / "study.yaml").write_text(json.dumps(study))
    environment = os.environ | {"PYTHONPATH": str(clone.folder / "src")}
    command = [sys.executable, "-c", COUNT, "-n", "--quiet", "all", "--configfile", "study.yaml", "--", "gangan"]
    done = subprocess.run(command, cwd=clone.folder, env=environment, text=True, capture_output=True)
    assert done.returncode == 0, done.stderr
    counted: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    return counted


def test_the_work_of_planning_grows_with_the_arms_and_not_with_their_square(clone: Clone) -> None:
    sizes = (20, 40, 80)
    counted = [work(clone, arms) for arms in sizes]
    for kind, most in (("calls", 2.2), ("own", 2.1), ("visits", 2.1)):
        first, second = (after[kind] - before[kind] for before, after in pairwise(counted))
        assert 0 < second < most * first, (kind, counted)  # 4 if it grew with the square
    assert counted[-1]["visits"] < 30 * sizes[-1], counted  # a few times, whatever the number of jobs


def required(name: str) -> set[str]:
    """A distribution, and all that it requires."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        one = canonicalize_name(waiting.pop())
        if one not in found:
            found.add(one)
            wanted = map(Requirement, requires(one) or [])
            waiting += [each.name for each in wanted if each.marker is None or each.marker.evaluate({"extra": ""})]
    return found


def test_parsing_needs_nothing_but_snakemake(clone: Clone) -> None:
    """As where a cluster's job starts, or a catalogue lints: nothing that computes or draws."""
    snakefile = clone.folder / "Snakefile"
    marked = "import sys\nBEFORE = {*sys.modules}\n" + snakefile.read_text()
    marked += "\nprint('loaded:', *{name.split('.')[0] for name in {*sys.modules} - BEFORE})\n"
    snakefile.write_text(marked)
    lines = clone.snakemake("fetch_digits", "-n", study="").splitlines()
    (loaded,) = (line.split()[1:] for line in lines if line.startswith("loaded:"))
    assert "gangan" in loaded
    owners = packages_distributions()
    needed = {canonicalize_name(owner) for name in loaded for owner in owners.get(name, [])} - {"gangan"}
    assert needed <= required("snakemake")
