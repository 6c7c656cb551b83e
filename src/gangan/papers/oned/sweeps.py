"""The settings that a configuration's sweeps and changes stand for."""

from itertools import product
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gangan.papers.oned.config import Change, Config, Setting, Sweep


def with_change(setting: "Setting", change: "Change") -> "Setting":
    """A setting with a change."""
    changes = {name: value for name in type(setting).model_fields if (value := getattr(change, name)) is not None}
    return setting.model_copy(update=changes)


def values(sweep: "Sweep") -> dict[str, list[Any]]:
    """The keys of a setting that a sweep sets."""
    found: dict[str, Any] = sweep.model_dump(exclude={"name"}, exclude_none=True)
    return found


def settings_of(sweep: "Sweep", default: "Setting") -> list["Setting"]:
    """All combinations of a sweep's values, the rest as in the default setting."""
    found = values(sweep)
    return [default.model_copy(update=dict(zip(found, one, strict=True))) for one in product(*found.values())]


def settings(config: "Config") -> list["Setting"]:
    """All that is run, each once, in the order of the sweeps."""
    return list(dict.fromkeys(one for sweep in config.sweeps for one in settings_of(sweep, config.setting)))
