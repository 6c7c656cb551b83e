"""The literal command on a real SLURM, its jobs killed, and Snakemake itself killed while they live on."""

from itertools import pairwise

import pytest

from support.clone import Clone
from support.cluster import GPUS, Cluster
from support.faults import (
    EPOCHS,
    GANS,
    LOGS,
    RESULTS,
    STATE,
    ended,
    fault,
    go_on,
    happened,
    holder,
    killed,
    lost,
    plan,
    resumed,
    until,
    waits_for,
)
from support.reliability import Survived

pytestmark = pytest.mark.faults
FILES = {run: GANS / f"{run}.h5" for run in ("00", "01", "02")}
ZOO = str(RESULTS / "zoos/mlp/zoo.h5")


def test_the_literal_command_trains_each_gan_in_a_job_and_on_a_gpu_of_its_own(
    cluster: Cluster, undisturbed: Clone
) -> None:
    asked, turns = cluster.asked(undisturbed), cluster.turns()
    for run in FILES:
        assert asked[f"rule_gangan_train_gans_wildcards_mlp_{run}"] == ["gres:gpu:1"]
    assert {gpu for turn in turns for gpu in turn.gpus} == {str(number) for number in range(GPUS)}
    for gpu in range(GPUS):
        alone = [turn for turn in turns if turn.gpus == (str(gpu),)]
        assert all(before.end <= after.start for before, after in pairwise(alone))
    assert all(len(turn.gpus) <= 1 for turn in turns)
    assert not lost(undisturbed, undisturbed)
    assert (undisturbed.folder / RESULTS / "figures/fig3-as-described.png").exists()


def test_a_job_killed_or_cancelled_or_out_of_time_is_continued(
    cluster: Cluster, undisturbed: Clone, clone: Clone, survived: Survived
) -> None:
    plan(
        clone,
        [
            fault("gans/00.h5", f"replaced {STATE}", "die soon", nth=2),
            fault("gans/01.h5", f"replaced {STATE}", "wait", nth=2),
            fault("gans/02.h5", f"replaced {STATE}", "wait", nth=2),
        ],
    )
    snakemake = cluster.started(clone, ZOO)
    until((clone.folder / "faults/01.done").exists, snakemake)  # whichever two of the three have the GPUs
    cluster.say("scancel", cluster.job_of("01"))
    until((clone.folder / "faults/02.done").exists, snakemake)
    cluster.say("scontrol", "update", f"jobid={cluster.job_of('02')}", "EndTime=now")
    ended(clone, snakemake)
    assert happened(clone) == 3
    ends = (cluster.folder / "jobs.txt").read_text()
    for state, fault_ in (
        ("FAILED", "SIGKILL in the middle of an epoch"),
        ("CANCELLED", "scancel of a training job"),
        ("TIMEOUT", "training job past its time limit"),
    ):
        assert f"JobState={state} " in ends
        survived(fault_, "SLURM", 1, lost(clone, undisturbed, "zoos"))
    assert [resumed(clone, path)[0] for path in FILES.values()] == [0, 0, 0]
    assert all(resumed(clone, path)[1] >= 2 for path in FILES.values())


def test_a_killed_snakemake_started_again_while_its_jobs_live_on(
    cluster: Cluster, undisturbed: Clone, clone: Clone, survived: Survived
) -> None:
    plan(clone, [fault("gans/00.h5", f"replaced {STATE}", "wait", nth=2)])
    first = cluster.started(clone, ZOO)
    until(lambda: happened(clone), first)
    killed(first)
    orphan = holder(clone, FILES["00"])
    until(lambda: all((clone.folder / GANS / f".0{run}.h5.checkpoint/kept.json").exists() for run in (1, 2)))

    clone.snakemake("--unlock", study="")
    second = cluster.started(clone, ZOO)
    log = clone.folder / LOGS / "gangan_train_gans/mlp/00.log"
    until(lambda: log.exists() and waits_for(orphan, log.read_text()), second)
    go_on(clone)
    ended(clone, second)
    assert resumed(clone, FILES["00"]) == [0, EPOCHS]
    assert all(resumed(clone, FILES[run]) in ([0], [0, EPOCHS]) for run in ("01", "02"))  # not trained again
    survived("SIGKILL of Snakemake, started again beside its living jobs", "SLURM", 1, lost(clone, undisturbed, "zoos"))
