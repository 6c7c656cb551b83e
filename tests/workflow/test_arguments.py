"""What a job is given does not grow with the study: the kernel refuses words of 128 kB, and the environment counts."""

import re
import shlex
from pathlib import Path

from support.clone import Clone

LARGEST = 16_000  # bytes of one argument
STUDY = """
study: many
data: {{name: mnist-5k}}
gangan:
  per_job: {per_job}
  zoos: {{mlp: {{runs: {runs}}}}}
  arms: [{{name: as-described, group: paper, zoo: mlp, seeds: [0, 1]}}]
"""
TELL = """
print("environment:", sum(len(name) + len(value) for name, value in os.environ.items()))
"""


def told(clone: Clone, runs: int, per_job: int) -> tuple[dict[str, int], int]:
    """By rule the longest word of its commands, in bytes, each number counted as one digit; and the size of the
    environment."""
    (clone.folder / "study.yaml").write_text(STUDY.format(runs=runs, per_job=per_job))
    text = clone.snakemake("-n", "--printshellcmds", study="study.yaml")
    longest: dict[str, int] = {}
    commands = [line for line in text.splitlines() if "gangan job " in line]
    for command in commands:
        words = shlex.split(command[command.index("gangan job ") :])
        rule = next(word for word in words if word.startswith("--rule="))
        lengths = [len(re.sub(rb"\d+", b"0", word.encode())) for word in words]
        longest[rule] = max(longest.get(rule, 0), *lengths)
    assert len(commands) == text.count("    jobid: ") - 1  # all but the target
    environment = re.findall(r"^environment: (\d+)$", text, re.MULTILINE)
    return longest, int(environment[0])


def test_no_argument_and_no_variable_grows_with_the_number_of_gans(clone: Clone) -> None:
    with (clone.folder / "Snakefile").open("a") as snakefile:
        snakefile.write(TELL)
    few, before = told(clone, 35, 1)
    many, after = told(clone, 25_000, 500)
    assert many == few
    assert max(many.values()) < LARGEST
    assert after == before


def test_what_grows_travels_in_files_that_hold_it(clone: Clone) -> None:
    (clone.folder / "study.yaml").write_text(STUDY.format(runs=25_000, per_job=500))
    packed = "results/many/gangan/zoos/mlp/zoo.h5"
    text = clone.snakemake(packed, "-n", "--printshellcmds", study="study.yaml")
    (command,) = (line for line in text.splitlines() if "zoo.pack " in line)
    words = shlex.split(command)
    file = words[words.index("--files") + 1]
    assert re.fullmatch(r"@\.snakemake/gangan/[0-9a-f]{16}\.json", file)
    content = (clone.folder / Path(file[1:])).read_text()
    assert content.count("/gans/") == 2 * 50  # rows and times of every job
    assert f'"{packed}"' in content
