"""An audit from what a person typed: find the study, its records and its plan, and check them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gangan import ledger, targets
from gangan.audit import audit
from gangan.chain import Audit
from gangan.files import UserError
from gangan.ledger import Records
from gangan.plan import Job, plan


@dataclass
class Found:
    """An audit and what it was made with."""

    study: str
    records: Records
    jobs: list[Job]
    audit: Audit


def investigate(
    root: Path, words: Sequence[str], configfiles: Sequence[Path], against: Path | None, require_data: bool
) -> Found:
    """Audit files or a study of the clone ``root``.

    Args:
        root: the working directory.
        words: targets; with a ledger none stands for its study.
        configfiles: of the study; none stands for ``config/{study}.yaml``.
        against: a ledger whose records count, instead of those here.
        require_data: with a ledger, whether each file must be here.

    Raises:
        UserError: no such target, no configuration, or records or a ledger that are none.
    """
    if against:
        study, records = ledger.read(against)
        words = words or [study]
    elif words:
        study = targets.study_of(root, words)
        records = ledger.collect(root, study)
    else:
        raise UserError("name a file or a study to audit")
    default = Path("config", f"{study}.yaml")
    if not configfiles and not (root / default).exists():
        raise UserError(f"no {default}: name the configuration of study {study} with --configfile")
    own = [record.first for place, record in records.kept.items() if place.startswith(f"results/{study}/")]
    jobs = plan(root, configfiles or [default], own)
    asked = targets.resolve(root, study, words, records, jobs)
    done = audit(root, asked.places, records, jobs, require_data=require_data or not against)
    done.notes += asked.notes
    done.said += asked.said
    return Found(study, records, jobs, done)
