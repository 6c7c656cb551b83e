"""The table of runs read back, and the runs of a setting in it."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from gangan.papers.oned.config import Setting

KEYS = list(Setting.model_fields)
TITLES = {"width": "units", "depth": "layers", "distribution": "target"}
VALUES = {
    "optimizer": {"gd": "gradient descent", "adam": "Adam"},
    "minibatch": {
        "none": "no minibatch layer",
        "apart": "minibatch layer",
        "together": "minibatch layer over real and drawn together",
    },
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


def titled(key: str) -> str:
    """A key of a setting, as a person reads it."""
    return TITLES.get(key, key)


def said(key: str, value: object) -> str:
    """A value of one, as a person reads it."""
    return VALUES.get(key, {}).get(str(value), str(value))


def changed(setting: Setting, default: Setting) -> str:
    """What of a setting is not the default, as a person reads it."""
    found = []
    for key, value in setting.model_dump().items():
        if value != getattr(default, key):
            counted = f" {titled(key).removesuffix('s' if value == 1 else '')}" if isinstance(value, int) else ""
            found.append(said(key, value) + counted)
    return ", ".join(found) or "default"
