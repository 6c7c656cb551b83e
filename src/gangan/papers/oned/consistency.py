"""What the values of the block ``oned`` must be to each other. A mistake names the key, below the block."""

from typing import TYPE_CHECKING

from gangan.core.settings import refuse_repetition
from gangan.papers.oned.sweeps import settings, settings_of, values, with_change

if TYPE_CHECKING:
    from gangan.papers.oned.config import Change, Config, Setting


def refuse_inconsistent(config: "Config") -> None:
    """Values that are right alone and not together.

    Raises:
        ValueError: names the first.
    """
    for name, modes in config.distributions.items():
        whole = sum(mode.weight for mode in modes)
        if abs(whole - 1) > 1e-9:
            raise ValueError(f"distributions.{name}: weights sum to {whole:g}; allowed: 1")
    for name, preset in config.presets.items():
        for key in ("steps", "pretraining"):
            if getattr(preset, key) % config.epoch:
                raise ValueError(
                    f"presets.{name}.{key}: {getattr(preset, key)}; allowed: a multiple of epoch ({config.epoch})"
                )
    for key in ("sweeps", "panels", "galleries"):
        refuse_repetition(key, [one.name for one in getattr(config, key)])
    for sweep in config.sweeps:
        for key, several in values(sweep).items():
            refuse_repetition(f"sweeps.{sweep.name}.{key}", several)
        for setting in settings_of(sweep, config.setting):
            check(config, setting, f"sweeps.{sweep.name}")
    runs = set(settings(config))
    for figure in config.panels:
        for panel in figure.runs:
            if with_change(config.setting, panel) not in runs or panel.seed >= config.seeds:
                raise ValueError(f"panels.{figure.name}.runs: {_written(panel)}; allowed: a run of some sweep")
    for gallery in config.galleries:
        if with_change(config.setting, gallery) not in runs:
            raise ValueError(f"galleries.{gallery.name}: {_written(gallery)}; allowed: a setting of some sweep")


def check(config: "Config", setting: "Setting", where: str) -> None:
    """Whether presets and distributions have what a setting names.

    Raises:
        ValueError: they do not; names the key, below ``where``.
    """
    for key, known in (("preset", config.presets), ("distribution", config.distributions)):
        if getattr(setting, key) not in known:
            raise ValueError(f"{where}.{key}: {getattr(setting, key)}; allowed: {', '.join(known)}")
    batch = config.presets[setting.preset].batch
    shares = [batch * mode.weight for mode in config.distributions[setting.distribution]]
    if any(abs(share - round(share)) > 1e-9 for share in shares):
        raise ValueError(
            f"{where}.distribution: {setting.distribution}; allowed: weights that divide a batch of {batch}"
        )


def _written(change: "Change") -> str:
    found = change.model_dump(exclude_none=True, exclude={"name"})
    return ", ".join(f"{key} {value}" for key, value in found.items()) or "the default setting"
