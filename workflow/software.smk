# The software of this workflow: its package and other files, and what its jobs are run by.
import tomllib
from importlib.metadata import PackageNotFoundError, version

from snakemake.settings.types import DeploymentMethod

# The package is beside this workflow in a clone. A module that Snakemake reads from a repository has no folder, and needs
# the package installed.
BESIDE = f"{os.fspath(HERE)}/src" if isinstance(HERE, os.PathLike) else None
if BESIDE:
    sys.path.insert(0, BESIDE)  # also where another one is installed
IMAGE = "gangan.sif"
DEPLOYED = workflow.deployment_settings.deployment_method & {DeploymentMethod.CONDA, DeploymentMethod.APPTAINER}
if DeploymentMethod.APPTAINER in DEPLOYED and not Path(IMAGE).exists():
    raise WorkflowError(f"{IMAGE} is not in {Path.cwd()}: build it, or link to it (docs/environments.md)")


container: IMAGE


def own(path):
    """A file of this workflow; from a repository, Snakemake's copy of it."""
    return Path(os.fspath(HERE), path) if BESIDE else Path(workflow.sourcecache.get_path(HERE.join(path)))


def command(**variables):
    """What `gangan` is in this workflow's jobs: a function of the shell, so that the rules of a workflow that has this one
    as a module keep their PATH. The Python is that of --sdm, else the one that runs Snakemake."""
    variables |= {"PYTHONPATH": BESIDE} if BESIDE else {}
    given = " ".join(f"{name}={shlex.quote(value)}" for name, value in variables.items())
    python = "python" if DEPLOYED else shlex.quote(sys.executable)
    return f'gangan() {{ {given} exec {python} -P -m gangan "$@"; }}'


# Not another package: loaded before, by a workflow that has this one as a module, or installed in another version.
if BESIDE:
    import gangan

    if not Path(gangan.__path__[0]).samefile(f"{BESIDE}/gangan"):
        raise WorkflowError(f"{gangan.__path__[0]} is loaded already; this workflow needs {BESIDE}/gangan")
    VERSION = gangan.__version__
else:
    VERSION = tomllib.loads(own("pyproject.toml").read_text("utf-8"))["project"]["version"]
    try:
        found = version("gangan")
    except PackageNotFoundError:
        found = "no version"
    if found != VERSION:
        raise WorkflowError(f"{found} of the package gangan is installed; this workflow needs {VERSION}")
