"""The files of each paper, and a clone without some of them."""

import shutil
from collections.abc import Iterable

from support.clone import Clone

FILES = {
    "gangan": (
        "src/gangan/papers/gangan",
        "workflow/gangan.smk",
        "workflow/gangan",
        "config/gangan.yaml",
        "config/as-released.yaml",  # a study of this paper alone
        "tests/papers/gangan",
    ),
    "mpgan": (
        "src/gangan/papers/mpgan",
        "workflow/mpgan.smk",
        "workflow/mpgan",
        "config/mpgan.yaml",
        "config/mpgan-small.yaml",  # a study of this paper alone
        "tests/papers/mpgan",
        "tests/support/mpgan.py",
    ),
    "oned": (
        "src/gangan/papers/oned",
        "workflow/oned.smk",
        "config/oned.yaml",
        "tests/papers/oned",
        "tests/support/oned.py",
    ),
    "ppgn": (
        "src/gangan/papers/ppgn",
        "workflow/ppgn.smk",
        "workflow/ppgn",
        "config/ppgn.yaml",
        "config/ppgn-small.yaml",  # a study of this paper alone
        "tests/papers/ppgn",
        "tests/support/ppgn.py",
    ),
    "survey": (
        "src/gangan/papers/survey",
        "workflow/survey.smk",
        "workflow/survey",
        "config/survey.yaml",
        "config/survey-small.yaml",  # a study of this paper alone
        "tests/papers/survey",
        "tests/support/survey.py",
    ),
}


def delete(clone: Clone, names: Iterable[str]) -> None:
    """Remove files and folders of a clone; tests are there only if it was made with them."""
    for name in names:
        path = clone.folder / name
        if path.is_dir():
            shutil.rmtree(path)
        elif path.exists() or not name.startswith("tests/"):
            path.unlink()
