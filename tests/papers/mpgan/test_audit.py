"""The audit goes from a figure to the run whose discriminator was taken, and to its digits."""

import os
import subprocess
import sys

from support.clone import TINY, Clone

FIGURE = "results/tiny/mpgan/tables/claims.csv"
SOURCE = "results/tiny/mpgan/rows/scratch/1.h5"


def audited(clone: Clone) -> tuple[int, str]:
    command = [sys.executable, "-m", "gangan", "audit", FIGURE, "--configfile", TINY]
    environment = os.environ | {"PYTHONPATH": str(clone.folder / "src")}
    done = subprocess.run(command, cwd=clone.folder, env=environment, text=True, capture_output=True)
    return done.returncode, done.stdout


def test_a_pretrained_discriminator_is_followed_and_one_tampered_with_is_named(copied: Clone) -> None:
    code, said = audited(copied)
    assert code == 0, said
    lines = said.splitlines()
    frozen = next(i for i, line in enumerate(lines) if "rows/frozen/0.h5" in line)
    assert any(SOURCE in line for line in lines[frozen : frozen + 3])
    path = copied.folder / SOURCE
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    code, said = audited(copied)
    assert code == 1
    assert f"modified since: {SOURCE}: " in said
