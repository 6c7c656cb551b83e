"""The table of runs read back, and the runs of a setting in it."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from gangan.papers.oned.config import Setting

KEYS = list(Setting.model_fields)
SAID = {  # keys and values of a setting
    "width": "units",
    "depth": "layers",
    "distribution": "target",
    "gd": "gradient descent",
    "adam": "Adam",
    "none": "no minibatch layer",
    "apart": "minibatch layer",
    "together": "minibatch layer over real and drawn together",
}


@dataclass(frozen=True)
class Runs:
    """Every run with its measures, and the setting that changes are said from."""

    table: pd.DataFrame
    default: Setting

    @classmethod
    def read(cls, path: Path, default: Setting) -> "Runs":
        """Read the compressed CSV that ``scoring.score_runs`` writes."""
        return cls(pd.read_csv(path, keep_default_na=False, na_values=[""]), default)

    def of(self, setting: Setting) -> pd.DataFrame:
        """The runs of a setting by seed; none if it was not run."""
        same = np.logical_and.reduce([self.table[key] == value for key, value in setting.model_dump().items()])
        return self.table[same].set_index("seed")

    def values(self, column: str, **changes: object) -> pd.Series:
        """A measure by seed, of the default setting with some changes."""
        return self.of(self.default.model_copy(update=changes))[column]

    def settings(self) -> list[Setting]:
        """All that were run, in the table's order."""
        lines = self.table[KEYS].drop_duplicates().to_dict("records")
        return [Setting.model_validate({str(key): value for key, value in line.items()}) for line in lines]


def said(word: object) -> str:
    """A key or a value of a setting, as a person reads it."""
    return SAID.get(str(word), str(word))


def changed(setting: Setting, default: Setting) -> str:
    """What of a setting is not the default, as a person reads it."""
    found = []
    for key, value in setting.model_dump().items():
        if value != getattr(default, key):
            found.append(f"{value} {said(key)}" if isinstance(value, int) else said(value))
    return ", ".join(found) or "default"
