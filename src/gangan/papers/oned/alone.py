"""One run by itself: trained, measured and drawn. It begins as the same run in a study does."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import ValidationError

from gangan.core.checkpoint import Checkpoint
from gangan.core.device import prepare
from gangan.core.files import UserError
from gangan.core.settings import explain
from gangan.papers.oned.config import Arm, Change, Config, Setting, Shape
from gangan.papers.oned.consistency import check
from gangan.papers.oned.pictures import side_by_side
from gangan.papers.oned.results import changed
from gangan.papers.oned.scoring import measures
from gangan.papers.oned.sweeps import with_change
from gangan.papers.oned.trained import Stored, read
from gangan.papers.oned.training import train_runs
from gangan.show.style import save
from gangan.study import PAPERS, load


def draw(changes: Mapping[str, object], seed: int, output: Path) -> str:
    """Train and draw one run; a line that says how it ended.

    Args:
        changes: of the default setting of the configuration here; None changes nothing.
        seed: of the run.
        output: the figure to write.

    Raises:
        UserError: there is no configuration here, or the setting is none.
    """
    files = [Path(f"config/{name}.yaml") for name in ("study", *PAPERS)]
    for file in files:
        if not file.exists():
            raise UserError(f"no {file}: run this in a clone of the project")
    study = load(files, {})
    config: Config = study.oned
    setting = _setting(changes, config)
    shape = Shape(
        preset=config.presets[setting.preset], minibatch=setting.minibatch, width=setting.width, depth=setting.depth
    )
    modes = config.distributions[setting.distribution]
    arms = [Arm(optimizer=setting.optimizer, modes=modes)]
    device = prepare(threads=1)
    with TemporaryDirectory() as folder:
        path = Path(folder, "run.safetensors")
        checkpoint = Checkpoint(Path(folder, "checkpoint"), "", every=float("inf"))
        train_runs(shape, arms, seed, 1, 1, config.epoch, study.seed, path, device, checkpoint)
        run = read(path, Stored(shape=shape, settings=[setting]), setting)
    title = f"{changed(setting, config.setting)}\nseed {seed}"
    save(side_by_side([(run, modes, title)]), [output], lineage="")
    found = measures(run, modes, config.scoring).iloc[0]
    end = next((name for name in ("diverged", "fits", "collapsed") if found[name]), "neither fits nor is collapsed")
    return f"{output}: distance {found['distance']:.2f} σ, spread {found['spread']:.2f} σ: {end}"


def _setting(changes: Mapping[str, object], config: Config) -> Setting:
    try:
        setting = with_change(config.setting, Change.model_validate(changes))
    except ValidationError as error:
        raise UserError(f"--{explain(error.errors()[0], Change, changes)}") from None
    try:
        check(config, setting, "-")
    except ValueError as error:
        raise UserError(str(error).replace("-.", "--", 1)) from None
    return setting
