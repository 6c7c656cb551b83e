"""Jobs and Snakemake itself killed on one machine: nothing is lost, and finished work is not done again."""

import os
import signal

import pytest

from support.clone import Clone
from support.faults import (
    EPOCHS,
    GANS,
    LOGS,
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
from support.locally import GANGANS, MADE, started
from support.reliability import Survived

pytestmark = pytest.mark.faults
KILLS = {
    "SIGKILL in the middle of an epoch": [
        fault("gans/00.h5", f"replaced {STATE}", "die soon", nth=1),
        fault("gans/00.h5", f"replaced {STATE}", "die soon", nth=2),
        fault("gans/01.h5", f"replaced {STATE}", "die soon", nth=3),
    ],
    "SIGKILL in the middle of writing a checkpoint": [
        fault("gans/01.h5", f"replace {STATE}", "die half-written"),
        fault("gans/02.h5", f"replace {STATE}", "die half-written", nth=2),
        fault("gans/02.h5", f"replace {STATE}", "die half-written", nth=2),
    ],
    "SIGKILL before a rename": [
        fault("gans/00.h5", "replace 00.h5"),
        fault("gans/01.h5", "replace 01.h5", "die half-written"),
        fault("gans/02.h5", "replace 02.csv"),
    ],
    "SIGKILL between an output and its record": [
        fault("gans/00.h5", "replaced 00.csv"),
        fault("gans/01.h5", "replace 01.h5.json"),
        fault("gans/02.h5", "replaced 02.h5.json"),
        fault("gans/00.h5", "link 00.csv"),
    ],
    "SIGKILL in packing": [
        fault("mlp/zoo.h5", "replace zoo.h5", "die half-written"),
        fault("mlp/zoo.h5", "replaced zoo.h5"),
        fault("mlp/zoo.h5", "replaced timing.csv"),
    ],
    "SIGKILL in training a GAN-GAN": [
        fault(GANGANS[0], f"replaced {STATE}", "die soon"),
        fault(GANGANS[1], f"replace {STATE}", "die half-written"),
        fault(GANGANS[1], "replaced weights.safetensors"),
        fault(GANGANS[2], f"replaced {STATE}", nth=2),
        fault(GANGANS[2], "replace weights.safetensors.json"),
    ],
}


def test_jobs_killed_at_every_moment_leave_the_bytes_of_an_undisturbed_study(
    undisturbed: Clone, clone: Clone, survived: Survived
) -> None:
    kills = [kill for group in KILLS.values() for kill in group]
    plan(clone, kills)
    ended(clone, started(clone, "--retries", "9"))
    assert happened(clone) == len(kills)
    epochs = resumed(clone, GANS / "00.h5")
    assert epochs[0] == 0
    assert all(epoch > 0 for epoch in epochs[1:])
    for kind, group in KILLS.items():
        survived(kind, "one machine", len(group), lost(clone, undisturbed))


@pytest.mark.parametrize("orphan", ["finishes", "is killed too"])
def test_a_killed_snakemake_s_jobs_and_their_replacements_never_write_the_same_run(
    orphan: str, undisturbed: Clone, clone: Clone, survived: Survived
) -> None:
    plan(clone, [fault("gans/00.h5", f"replaced {STATE}", "wait", nth=2)])
    first = started(clone)
    until(lambda: happened(clone), first)
    killed(first)
    process = holder(clone, GANS / "00.h5")

    said = clone.snakemake("--profile", "workflow/profiles/local", *MADE, check=False)
    assert "--unlock" in said  # the one command that is needed, as Snakemake says itself
    clone.snakemake("--unlock")
    second = started(clone)
    log = clone.folder / LOGS / "gangan_train_gans/mlp/00.log"
    until(lambda: log.exists() and waits_for(process, log.read_text()), second)
    if orphan == "finishes":
        go_on(clone)
    else:
        os.kill(process, signal.SIGKILL)
    ended(clone, second)
    assert resumed(clone, GANS / "00.h5") == [0, EPOCHS if orphan == "finishes" else 2]
    survived(
        f"SIGKILL of Snakemake, started again beside its living job, which {orphan}",
        "one machine",
        1,
        lost(clone, undisturbed),
    )


def test_what_orphans_finished_while_no_snakemake_lived_is_not_trained_again(
    undisturbed: Clone, clone: Clone, survived: Survived
) -> None:
    plan(clone, [fault("gans/00.h5", "replace 00.h5", "wait"), fault("gans/01.h5", "replace 01.h5", "wait")])
    first = started(clone)
    until(lambda: happened(clone) == 2, first)
    killed(first)
    go_on(clone)
    until(lambda: not list(clone.folder.glob(f"{GANS}/.*.lease")))
    clone.snakemake("--unlock")
    ended(clone, started(clone))
    assert [resumed(clone, GANS / f"0{run}.h5")[-1] for run in range(3)] == [EPOCHS, EPOCHS, 0]
    survived("SIGKILL of Snakemake, started again after its jobs ended", "one machine", 1, lost(clone, undisturbed))
