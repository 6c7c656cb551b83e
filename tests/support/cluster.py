"""A real SLURM on this machine, in a folder of its own: munged, slurmctld, slurmd; its two GPUs are null devices."""

import os
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from gangan.core.settings import merged
from gangan.study import PAPERS
from support.clone import TINY, Clone
from support.faults import ended, separate, started, until
from support.papers import FILES, delete

GPUS = 2
NEEDED = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol", "scancel")
CONFIG = """
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmdPort={node_port}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
JobCompType=jobcomp/filetxt
JobCompLoc={folder}/jobs.txt
Prolog={folder}/prolog
Epilog={folder}/epilog
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
GresTypes=gpu
MinJobAge=3600
KillWait=5
ReturnToService=2
SlurmdTimeout=60
SchedulerParameters=sched_interval=2,batch_sched_delay=0
SlurmdParameters=config_overrides
NodeName={host} NodeAddr=127.0.0.1 CPUs=8 RealMemory=64000 Gres=gpu:{gpus}
PartitionName=main Nodes={host} Default=YES MaxTime=1-0
"""
WRITE = """#!/bin/sh
echo "$(date +%s%N) {event} $SLURM_JOB_ID ${{SLURM_JOB_GPUS:--}}" >> {folder}/gpus.txt
"""


def missing() -> str | None:
    """Why no cluster can run here, if so."""
    if os.getuid():
        return "a SLURM of its own needs root"
    if absent := [name for name in NEEDED if not shutil.which(name)]:
        return f"SLURM is not installed ({', '.join(absent)} missing): apt-get install slurm-wlm munge"
    return None


@dataclass(frozen=True)
class Turn:
    """One job's time on the node, and its GPUs' numbers."""

    job: str
    gpus: tuple[str, ...]
    start: int
    end: int


class Cluster:
    """One node. ``stop`` ends what ``start`` began, and nothing else."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.host = socket.gethostname().split(".")[0]
        self.environment = {**os.environ, "SLURM_CONF": str(folder / "slurm.conf")}
        self.environment["PATH"] = f"{folder}/bin:{os.environ['PATH']}"
        self.daemons: dict[str, subprocess.Popen[bytes]] = {}
        for name in ("bin", "state", "spool"):
            (folder / name).mkdir()
        facts = {"folder": folder, "host": self.host, "gpus": GPUS}
        facts |= dict(zip(("controller_port", "node_port"), _free_ports(2), strict=True))
        (folder / "slurm.conf").write_text(CONFIG.format(**facts))
        for number in range(GPUS):
            os.mknod(folder / f"gpu{number}", stat.S_IFCHR | 0o666, os.makedev(1, 3))
        (folder / "gres.conf").write_text(f"NodeName={self.host} Name=gpu File={folder}/gpu[0-{GPUS - 1}]\n")
        for name, event in (("prolog", "start"), ("epilog", "end")):
            (folder / name).write_text(WRITE.format(folder=folder, event=event))
            (folder / name).chmod(0o755)
        # The plugin's job steps drop SLURM_CONF, which a cluster with its configuration in /etc does not need.
        (folder / "bin/srun").write_text(
            f'#!/bin/sh\nSLURM_CONF={folder}/slurm.conf exec {shutil.which("srun")} "$@"\n'
        )
        (folder / "bin/srun").chmod(0o755)
        (folder / "gpus.txt").touch()
        (folder / "munge.key").write_bytes(secrets.token_bytes(128))
        (folder / "munge.key").chmod(0o400)

    def start(self) -> None:
        options = [f"--{kind}={self.folder}/munge.{kind.split('-')[0]}" for kind in ("socket", "key-file", "pid-file")]
        options += [f"--{kind}={self.folder}/munge.{kind.split('-')[0]}" for kind in ("log-file", "seed-file")]
        self._run("munged", "--foreground", "--force", *options)
        until((self.folder / "munge.socket").exists)
        self.start_controller()
        self._run("slurmd", "-D")
        until(lambda: "idle" in self.say("sinfo", "-h", "-o", "%T"))

    def start_controller(self) -> None:
        self._run("slurmctld", "-D")
        until(lambda: "UP" in self.say("scontrol", "ping"))

    def kill_controller(self) -> None:
        """As a crash does."""
        self.daemons["slurmctld"].kill()
        self.daemons["slurmctld"].wait()

    def crash_node(self) -> None:
        """SIGKILL for slurmd and every job, as a crash does; then the node is back."""
        self.daemons["slurmd"].kill()
        self.daemons["slurmd"].wait()
        marker = f"SLURM_CONF={self.folder}/slurm.conf".encode()
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                words = (process / "environ").read_bytes().split(b"\0")
                if marker in words and any(word.startswith(b"SLURM_JOB_ID=") for word in words):
                    os.kill(int(process.name), signal.SIGKILL)
        self._run("slurmd", "-D")

    def stop(self) -> None:
        if self.daemons["slurmctld"].poll() is None:
            self.say("scancel", "--full", "--state=RUNNING")
            self.say("scancel", "--state=PENDING")
            until(lambda: not self.say("squeue", "-h", "-o", "%i"))
        for daemon in reversed(self.daemons.values()):
            daemon.terminate()
            try:
                daemon.wait(timeout=60)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()

    def say(self, *command: str) -> str:
        """What a SLURM command answers; a controller that is down answers nothing."""
        return subprocess.run(
            command, env=self.environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        ).stdout

    def asked(self, clone: Clone) -> dict[str, list[str]]:
        """What a clone's jobs of the last hour were and asked for: comment → GPUs of each."""
        asked: dict[str, list[str]] = {}
        for line in self.say("squeue", "-h", "-t", "all", "-O", "comment:100,tres-per-job:50,workdir:300").splitlines():
            comment, gpus, folder = line.split()
            if Path(folder) == clone.folder:
                asked.setdefault(comment, []).append(gpus)
        return asked

    def turns(self) -> list[Turn]:
        """The jobs so far that ended, in the order in which they started."""
        starts: dict[str, tuple[int, tuple[str, ...]]] = {}
        turns = []
        for line in (self.folder / "gpus.txt").read_text().splitlines():
            when, event, job, gpus = line.split()
            if event == "start":
                starts[job] = int(when), tuple(gpus.split(",")) if gpus != "-" else ()
            else:
                start, used = starts.pop(job)
                turns.append(Turn(job, used, start, int(when)))
        return sorted(turns, key=lambda turn: turn.start)

    def job_of(self, gan: str) -> str:
        """The job that trains a GAN of the tiny study right now."""
        jobs = [line.split() for line in self.say("squeue", "-h", "-t", "RUNNING", "-o", "%i %k").splitlines()]
        return next(job for job, comment in jobs if comment == f"rule_gangan_train_gans_wildcards_mlp_{gan}")

    def started(self, clone: Clone, *words: str) -> subprocess.Popen[str]:
        """Snakemake with the shipped profile, looking at its jobs more often."""
        return started(clone, "--profile", "slurm", "--profile", "often", *words, environment=self.environment)

    def _run(self, name: str, *options: str) -> None:
        with (self.folder / f"{name}.out").open("ab") as output:
            self.daemons[name] = subprocess.Popen(
                [shutil.which(name) or name, *options],
                env=self.environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A SLURM, for the tests of this session."""
    if reason := missing():
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="slurm-"))  # short, for the path of a socket
    cluster = Cluster(folder)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder)


def ready(folder: Path) -> Clone:
    """A clone of one paper whose default study is the tiny one, so that the literal command runs it; and the profile
    ``often``. One paper and one arm, as a job takes seconds to be submitted.
    """
    clone = separate(folder)
    tiny = yaml.safe_load((clone.folder / TINY).read_text())
    papers = {paper: tiny.pop(paper) for paper in PAPERS}
    for paper in {*papers} - {"gangan"}:
        delete(clone, FILES[paper])
    few = {"arms": [papers["gangan"]["arms"][0] | {"seeds": [0]}], "claims": {"held_out": None}}
    for name, changes in {"study": tiny, "gangan": {"gangan": papers["gangan"] | few}}.items():
        config = clone.folder / f"config/{name}.yaml"
        config.write_text(yaml.safe_dump(merged(yaml.safe_load(config.read_text()), changes)))
    (clone.folder / "often").write_text("slurm-init-seconds-before-status-checks: 1\nmax-status-checks-per-second: 1\n")
    return clone


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """A clone for the cluster."""
    return ready(tmp_path / "clone")


@pytest.fixture(scope="session")
def undisturbed(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Clone:
    """The tiny study by the literal command."""
    clone = ready(tmp_path_factory.mktemp("undisturbed") / "clone")
    ended(clone, started(clone, "--profile", "slurm", "all", environment=cluster.environment))
    return clone


def _free_ports(count: int) -> list[int]:
    """Ports that nobody listens on, all bound before any is let go, so that no two are the same."""
    with ExitStack() as stack:
        listeners = [stack.enter_context(socket.socket()) for _ in range(count)]
        for listener in listeners:
            listener.bind(("127.0.0.1", 0))
        return [int(listener.getsockname()[1]) for listener in listeners]
