"""What a job inherits from whoever starts it: a shell, a notebook, a hook of git, the profile of a cluster's node.

Libraries read environment variables, and some of these decide bytes: the number of threads, the instruction set, the
precision, the locale, the order of sets. Here is the one list of what a job does not inherit, and of what it gets
instead. What is left and may still matter stands in the job's record (``record.machine``).
"""

import os
import re
from collections.abc import Mapping

FIXED = {"LC_ALL": "C", "TZ": "UTC", "PYTHONUTF8": "1", "PYTHONHASHSEED": "0"}  # text is UTF-8 whatever the locale
THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
# By library: the C library, Python, matplotlib, BLAS and OpenMP, PyTorch and CUDA, NumPy and what stands on it, git.
READ = re.compile(
    r"LANG|LC_|TZ|GLIBC_|PYTHON|MPL|MATPLOTLIB|SOURCE_DATE_EPOCH|TEX"
    r"|G?OMP_|KMP_|MKL_|OPENBLAS_|GOTO_|BLIS_|VECLIB_|NUMEXPR_|DNNL_|ONEDNN_"
    r"|ATEN_|TORCH|PYTORCH_|CUBLAS|CUDNN|NVIDIA_TF32|NPY_|NUMPY|SCIPY_|SKLEARN_|HDF5_|GIT_"
)
# Of these, what says where things are, where their traces go, or how memory is kept.
KEPT = {
    *("PYTHONPATH", "PYTHONHOME", "PYTHONNOUSERSITE", "PYTHONUSERBASE", "PYTHONPLATLIBDIR", "PYTHONEXECUTABLE"),
    *("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX", "PYTHONUNBUFFERED", "PYTHONFAULTHANDLER"),
    *("MPLCONFIGDIR", "PYTORCH_ALLOC_CONF", "PYTORCH_CUDA_ALLOC_CONF", "HDF5_USE_FILE_LOCKING", "HDF5_PLUGIN_PATH"),
}


def of_a_job(inherited: Mapping[str, str], threads: int = 1) -> dict[str, str]:
    """The environment variables of a job, made from those of the process that starts it."""
    left = {name: value for name, value in inherited.items() if name in KEPT or not READ.match(name)}
    return left | FIXED | dict.fromkeys(THREADS, str(threads))


def settle(threads: int = 1) -> None:
    """Give this process, and with it those that it starts, the environment variables of a job. A library that is loaded
    already has read its own."""
    settled = of_a_job(os.environ, threads)
    for name in os.environ.keys() - settled.keys():
        del os.environ[name]
    os.environ.update(settled)
