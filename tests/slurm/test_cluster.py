"""The cluster itself fails, a job fails for good, two studies share a clone."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.clone import Clone
from support.cluster import Cluster
from support.faults import GANS, RESULTS, STATE, ended, fault, go_on, happened, lost, plan, said, until
from support.reliability import Survived

pytestmark = pytest.mark.faults
ZOO = str(RESULTS / "zoos/mlp/zoo.h5")


def test_a_node_drained_and_resumed(cluster: Cluster, undisturbed: Clone, clone: Clone, survived: Survived) -> None:
    plan(clone, [fault("gans/00.h5", f"replaced {STATE}", "wait", nth=2)])
    snakemake = cluster.started(clone, ZOO)
    until(lambda: happened(clone), snakemake)
    cluster.say("scontrol", "update", f"nodename={cluster.host}", "state=drain", "reason=test")
    go_on(clone)
    until(lambda: not cluster.say("squeue", "-h", "-t", "RUNNING,COMPLETING"), snakemake)
    until(lambda: "drained" in cluster.say("sinfo", "-h", "-o", "%T"), snakemake)
    cluster.say("scontrol", "update", f"nodename={cluster.host}", "state=resume")
    ended(clone, snakemake)
    survived("node drained and resumed", "SLURM", 1, lost(clone, undisturbed, "zoos"))


def test_a_node_that_crashes(cluster: Cluster, undisturbed: Clone, clone: Clone, survived: Survived) -> None:
    plan(clone, [fault("gans/00.h5", f"replaced {STATE}", "wait", nth=2)])
    snakemake = cluster.started(clone, ZOO)
    until(lambda: happened(clone), snakemake)
    cluster.crash_node()
    go_on(clone)  # for the job that takes over
    ended(clone, snakemake)
    survived("node crashed and started again", "SLURM", 1, lost(clone, undisturbed, "zoos"))


def test_slurmctld_killed_and_started_again(
    cluster: Cluster, undisturbed: Clone, clone: Clone, survived: Survived
) -> None:
    plan(clone, [fault("gans/00.h5", f"replaced {STATE}", "wait", nth=2)])
    snakemake = cluster.started(clone, ZOO, "--verbose")
    until(lambda: happened(clone), snakemake)
    cluster.kill_controller()
    go_on(clone)
    until(lambda: said(clone).count("could not check status") > 5, snakemake)  # five is where the plugin gives up
    cluster.start_controller()
    ended(clone, snakemake)
    survived("slurmctld killed and started again", "SLURM", 1, lost(clone, undisturbed, "zoos"))


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[None]:
    """A file system of its own for a folder."""
    folder.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


def test_a_job_that_always_fails_is_named_and_the_others_finish(
    cluster: Cluster, undisturbed: Clone, clone: Clone, survived: Survived
) -> None:
    with small_disk(clone.folder / GANS / ".01.h5.checkpoint", "64k"):
        snakemake = cluster.started(clone, ZOO)
        assert snakemake.wait(timeout=1200) == 1
    text = said(clone)
    failed = re.findall(r"Error in rule (\w+):(?:\n    .*)*?\n    output: ([^\s,]+),", text)
    assert {*failed} == {("gangan_train_gans", f"{GANS}/01.h5")}
    assert f" on {cluster.host}, SLURM job " in text
    assert f"cannot write {GANS}/.01.h5.checkpoint/" in text
    assert "No space left on device; free space or mend" in text
    assert "logs/gangan_train_gans/mlp/01.log" in text
    assert "Traceback" not in text
    assert len(cluster.asked(clone)["rule_gangan_train_gans_wildcards_mlp_01"]) >= 4  # and its three retries
    for run in ("00", "02"):
        path = GANS / f"{run}.h5"
        assert (clone.folder / path).read_bytes() == (undisturbed.folder / path).read_bytes()
    ended(clone, cluster.started(clone, ZOO))  # there is room now
    survived("disk of one job full", "SLURM", 1, lost(clone, undisturbed, "zoos"))


def test_a_missing_mirror_is_named_and_what_needs_no_digits_is_made(
    cluster: Cluster, clone: Clone, tmp_path: Path
) -> None:
    nowhere = tmp_path / "nowhere"
    (clone.folder / "mirror.yaml").write_text(f"data: {{name: mnist, mirrors: {{mnist: ['file:{nowhere}']}}}}\n")
    assert cluster.started(clone, "all", "--configfile", "mirror.yaml").wait(timeout=1200) == 1
    text = said(clone)
    assert "Error in rule fetch_digits" in text
    assert f"no mirror gave train-images-idx3-ubyte.gz: file:{nowhere}/train-images-idx3-ubyte.gz: " in text
    assert "set data.mirrors.mnist to one that does" in text
    assert (clone.folder / RESULTS / "figures/fig1.png").exists()


def test_two_studies_in_one_clone_do_not_disturb_each_other(
    cluster: Cluster, undisturbed: Clone, clone: Clone, survived: Survived
) -> None:
    clone.snakemake("resources/mnist-5k.safetensors", study="")
    (clone.folder / "other.yaml").write_text("study: other\n")
    first = cluster.started(clone, ZOO)
    second = cluster.started(clone, ZOO.replace("tiny", "other"), "--configfile", "other.yaml")
    ended(clone, first)
    ended(clone, second)
    other = Path(ZOO.replace("tiny", "other"))
    assert (clone.folder / other).read_bytes() == (undisturbed.folder / ZOO).read_bytes()
    survived("two studies at once in one clone", "SLURM", 1, lost(clone, undisturbed, "zoos"))


def test_a_login_node_without_accounting_tools_submits(
    cluster: Cluster,
    undisturbed: Clone,
    clone: Clone,
    survived: Survived,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for folder in reversed(cluster.environment["PATH"].split(":")):
        for tool in Path(folder).glob("*"):
            if tool.name not in ("sacct", "sacctmgr", "sshare"):
                (tools / tool.name).unlink(missing_ok=True)
                (tools / tool.name).symlink_to(tool)
    monkeypatch.setitem(cluster.environment, "PATH", str(tools))
    ended(clone, cluster.started(clone, ZOO))
    assert "Unable to guess SLURM account" in said(clone)
    survived("no sacct on the login node", "SLURM", 1, lost(clone, undisturbed, "zoos"))
