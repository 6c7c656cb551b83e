"""Surroundings in which people start jobs: each of these once changed a result, or ended a job, in some project."""

from pathlib import Path

MATPLOTLIBRC = """
text.usetex: True
axes.facecolor: red
savefig.dpi: 30
font.family: serif
lines.linewidth: 9
backend: webagg
no such line
"""
VARIABLES = {
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",  # a notebook's
    "SOURCE_DATE_EPOCH": "1",  # a packager's
    "LC_ALL": "C",  # with the next two: text is ASCII
    "PYTHONCOERCECLOCALE": "0",
    "PYTHONUTF8": "0",
    "PYTHONIOENCODING": "latin-1",
    "PYTHONHASHSEED": "7",
    "PYTHONOPTIMIZE": "2",
    "TZ": "Pacific/Kiritimati",
    "OMP_NUM_THREADS": "3",
    "OPENBLAS_NUM_THREADS": "3",
    "MKL_CBWR": "COMPATIBLE",
    "ATEN_CPU_CAPABILITY": "default",  # without vector instructions: other rounding
    "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE": "1",
    "GIT_DIR": "/nowhere",  # a hook's
}


def surroundings(home: Path, work: Path) -> dict[str, str]:
    """Variables that a job may inherit, with rc files in a home folder and in a working one."""
    for place in (home / ".config/matplotlib", work):
        place.mkdir(parents=True, exist_ok=True)
        (place / "matplotlibrc").write_text(MATPLOTLIBRC)
    return VARIABLES | {"HOME": str(home), "MATPLOTLIBRC": str(work)}
