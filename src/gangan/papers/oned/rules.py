"""What ``workflow/oned.smk`` asks of the configuration: which jobs train which runs, and where files are.

No job imports this: what it says reaches a job as settings and paths.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from gangan.core.outputs import everything
from gangan.papers.oned.config import Config, Setting
from gangan.papers.oned.sweeps import settings, settings_of, values, with_change

SHAPE = ("preset", "minibatch", "width", "depth")  # keys of a setting that decide the shape of tensors


@dataclass(frozen=True)
class Plan:
    """The paper's part of a study."""

    config: Config
    folder: str  # of its results

    @cached_property
    def stacks(self) -> dict[str, list[Setting]]:
        """By name of a job the settings whose runs it trains: those whose tensors have the same shape."""
        found: dict[str, list[Setting]] = {}
        for setting in settings(self.config):
            found.setdefault(stack(setting), []).append(setting)
        return found

    def runs(self, stack: str) -> str:
        """The file of a job's runs."""
        return f"{self.folder}/runs/{stack}.safetensors"

    def shape(self, stack: str) -> dict[str, Any]:
        """What the runs of a job have in common."""
        first = self.stacks[stack][0].model_dump()
        return {name: first[name] for name in SHAPE} | {"preset": self.config.presets[first["preset"]]}

    def arms(self, stack: str) -> list[dict[str, Any]]:
        """What they differ in."""
        distributions = self.config.distributions
        return [{"optimizer": one.optimizer, "modes": distributions[one.distribution]} for one in self.stacks[stack]]

    def stored(self, stacks: list[str]) -> list[dict[str, Any]]:
        """What the files of some jobs hold."""
        return [{"shape": self.shape(name), "settings": self.stacks[name]} for name in stacks]

    @cached_property
    def panels(self) -> dict[str, list[dict[str, Any]]]:
        """By figure of the text the runs that it shows."""
        return {
            figure.name: [
                {"setting": with_change(self.config.setting, panel), "seed": panel.seed} for panel in figure.runs
            ]
            for figure in self.config.panels
        }

    @cached_property
    def galleries(self) -> dict[str, Setting]:
        """By figure the setting whose seeds it shows."""
        return {gallery.name: with_change(self.config.setting, gallery) for gallery in self.config.galleries}

    @cached_property
    def maps(self) -> dict[str, dict[str, Any]]:
        """By sweep over two keys what its map is drawn from: these keys with their values, and the setting around."""
        found = {}
        for sweep in self.config.sweeps:
            changes = {key: several for key, several in values(sweep).items() if len(several) > 1}
            if len(changes) == 2:
                found[sweep.name] = {"setting": settings_of(sweep, self.config.setting)[0], "changes": changes}
        return found

    def files(self, settings: Iterable[Setting]) -> list[str]:
        """The files that hold the runs of some settings, one for each."""
        return [self.runs(stack(setting)) for setting in settings]

    def held(self, settings: Iterable[Setting]) -> list[dict[str, Any]]:
        """What these files hold."""
        return self.stored([stack(setting) for setting in settings])

    def figures(self) -> list[str]:
        """The names of all figures."""
        return [
            "rates",
            *(("losses",) if self.galleries else ()),  # of the runs in them
            *(f"panels-{name}" for name in self.panels),
            *(f"gallery-{name}" for name in self.galleries),
            *(f"map-{name}" for name in self.maps),
        ]

    @property
    def everything(self) -> list[str]:
        """All files that the paper's target makes, each with what it was made from."""
        return everything(self.folder, self.figures(), ("claims", "rates"))


def stack(setting: Setting) -> str:
    """The name of the job that trains a setting's runs."""
    return f"{setting.preset}-{setting.minibatch}-width-{setting.width}-depth-{setting.depth}"
