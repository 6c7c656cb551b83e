"""Studies whose scores are made up, as files: what claims and tables say of them is known."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from gangan.core.settings import merged
from gangan.papers.gangan.config import Arm, Claims
from gangan.papers.gangan.reporting import results
from gangan.papers.gangan.reporting.results import Measurements, Scored
from gangan.show import tables
from support.studies import study

GANGAN = study().gangan
CLAIMS: Claims = GANGAN.claims
TRAINING = GANGAN.training.model_dump()
RUNS, EPOCHS = 10, 4
Arms = Mapping[str, tuple[Mapping[str, Any], Mapping[int, Sequence[float]]]]
Tables = dict[str, pd.DataFrame]


def zoo() -> pd.DataFrame:
    """Ten runs of four epochs: run r ends at 100 (r + 1), after 4, 3 and 2 times as much."""
    lines = [
        {"gan": run, "epoch": epoch, "frechet": 100.0 * (run + 1) * (EPOCHS - epoch)}
        for run in range(RUNS)
        for epoch in range(EPOCHS)
    ]
    return seen(pd.DataFrame(lines))


def seen(table: pd.DataFrame) -> pd.DataFrame:
    """Everything else that is measured says the same as the distance."""
    same = dict.fromkeys(("frechet_validation", "divergence", "energy"), table["frechet"])
    return table.assign(**same, judge="j")


def baselines() -> pd.DataFrame:
    """By run an average a tenth better than its end; real digits; and draws of a Gaussian over all runs."""
    kinds = [{"kind": "last-10", "runs": str(run), "frechet": 90.0 * (run + 1)} for run in range(RUNS)]
    kinds += [{"kind": "real-test", "frechet": 4.0}, {"kind": "real-training", "frechet": 9.0}]
    kinds += [{"kind": "gaussian", "runs": "0-9", "frechet": 10.0}]
    return seen(pd.DataFrame(kinds)).assign(t=np.nan)


def distances() -> pd.DataFrame:
    """Of run 0 alone, in its own frame and in one."""
    own = pd.DataFrame({"gan": [0, 0], "epoch": [0, 3], "l2": [5.0, 6], "rms": [0.5, 0.6], "frame": "own"})
    own[["l2_own", "rms_own"]] = 1.0
    return pd.concat([own, own.assign(l2=3.0, frame="aligned")], ignore_index=True)


def samples(line: Sequence[float]) -> pd.DataFrame:
    """A GAN-GAN's draws and its line, at z = 0, 1, …, which are equally good."""
    rows = [
        {"points": points, "z": z, "frechet": quality} for points in ("draws", "line") for z, quality in enumerate(line)
    ]
    return seen(pd.DataFrame(rows)).assign(l2=lambda table: table["frechet"])


@dataclass(frozen=True)
class Measured:
    """A study that was scored."""

    scored: Scored
    files: list[Path]

    @property
    def scores(self) -> Measurements:
        """All of it, read back."""
        return results.read(self.scored, self.files)

    def table(self, job: Callable[..., None], **given: Any) -> pd.DataFrame:
        """What a job that makes a table of it writes."""
        made = self.files[0].parents[1] / f"{job.__name__}.csv"
        tables.save(job(scores=self.files, scored=self.scored, **given), [made])
        return pd.read_csv(made, keep_default_na=False, na_values=[""])

    def drawn(self, job: Callable[..., None], **given: Any) -> Any:
        """The figure that a job draws of it."""
        return job(scores=self.files, scored=self.scored, **given)


def measured(
    folder: Path,
    arms: Arms,
    runs: list[int] | None = None,
    arm: Callable[[Arm], Arm] = lambda arm: arm,
    change: Callable[[str, pd.DataFrame], pd.DataFrame] = lambda _, table: table,
    networks: Mapping[str, str] | None = None,
    zoos: Tables | None = None,
    others: Tables | None = None,
) -> Measured:
    """Write the scores of a study, and say what was scored.

    Args:
        folder: of its metrics.
        arms: by name what each changes of the training, and by seed the quality of its draws and of its line; seeds
            from 100 on are for choosing settings. Those named ``as-…`` are the paper's.
        runs: that all arms read.
        arm: changes an arm.
        change: changes a table, given its path below the folder.
        networks: by zoo besides ``mlp``.
        zoos: the scores of those zoos.
        others: the scores of zoos that no arm reads.
    """
    found = []
    for name, (changes, seeds) in arms.items():
        values = {
            "name": name,
            "group": CLAIMS.group if name.startswith("as-") else "more",
            "zoo": "mlp",
            "rows": {"runs": runs},
            "training": merged(TRAINING, changes),
            "seeds": [seed for seed in seeds if seed < 100],
            "tuning_seeds": [seed for seed in seeds if seed >= 100],
        }
        found.append(arm(Arm.model_validate(values)))
    tables = {"mlp": zoo(), **(zoos or {})}
    kinds = {"mlp": "mlp", **(networks or {})}
    said, also = (
        {name: {"runs": table["gan"].nunique(), "network": kinds.get(name, "mlp")} for name, table in some.items()}
        for some in (tables, others or {})
    )
    listed = [one.model_dump() for one in found]
    scored = Scored.model_validate({"zoos": said, "per_job": RUNS, "arms": listed, "others": also})
    files = []
    for (kind, *of), path in results.keys(scored).items():
        if kind == "gangan":
            table = samples(arms[of[0]][1][int(of[1])])
        else:
            table = {"zoo": (tables | (others or {})).get(of[0]), "baselines": baselines(), "distances": distances()}[
                kind
            ]
        files.append(folder / "metrics" / path)
        files[-1].parent.mkdir(parents=True, exist_ok=True)
        change(path, table).to_csv(files[-1], index=False)
    return Measured(scored, files)
