"""Running one job of a rule: a function of the package, its settings, and the files it reads and writes.

    gangan job papers.gangan.training.gans.train_gans --rule … --settings '{…}' --files '{…}' --threads 1 --log …

What surrounds a job is done here, once for all: settings are checked against the function's own signature, one process
at a time writes a result (``core.lease``), the job's record is written when its outputs are whole (``record.record``),
and a training keeps a checkpoint. A function writes its outputs, or returns a figure or a table, which is saved as
them (``show.style.figure_job``, ``show.tables.table_job``). The code that counts for a result is that of the function's
module.
"""

import inspect
import json
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

from pydantic import ConfigDict, Field, ValidationError, create_model

from gangan.core.files import UserError, text_digest
from gangan.core.lease import held
from gangan.core.settings import Block, explain
from gangan.record.code import code
from gangan.record.record import flat, record_path, recorded


class Files(Block):
    """What a job is told of files: by parameter a path, or of inputs a list of paths; and the rule's wildcards."""

    input: dict[str, str | list[str]] = {}  # noqa: RUF012  Pydantic copies it
    output: Annotated[dict[str, str], Field(min_length=1)]
    wildcards: dict[str, str] = {}  # noqa: RUF012


GIVEN = ("device", "checkpoint", "mirrors")  # to a function that has a parameter of that name


def run(
    call: str,
    settings: Mapping[str, Any],
    files: Mapping[str, Any],
    rule: str | None = None,
    threads: int = 1,
) -> None:
    """Do a job and write its record.

    Args:
        call: the function, as ``papers.gangan.training.gans.train_gans``.
        settings: by parameter, as JSON has them: what, with code and inputs, decides the outputs.
        files: as ``Files`` has them.
        rule: that runs it.
        threads: of the CPU.

    Raises:
        UserError: there is no such function, settings or files are not those of its signature, it would write over
            what it reads, or it failed.
    """
    function, told = _function(call), _files(files)
    inputs = {name: _paths(value) for name, value in told.input.items()}
    outputs = {name: Path(value) for name, value in told.output.items()}
    wanted, save = inspect.signature(function).parameters, getattr(function, "save", None)
    unknown = [name for name in (*inputs, *(() if save else outputs)) if name not in wanted]
    if unknown:
        raise UserError(f"{call}: no file named {unknown[0]}; allowed: {', '.join(wanted)}")
    _refuse_overwriting(inputs, outputs)
    arguments = {**_checked(call, function, settings, {*inputs, *outputs}), **inputs}
    arguments |= {} if save else outputs
    first = next(iter(outputs.values()))
    with held(first) as lease:
        _set_up(wanted, threads, arguments)
        with recorded(call, settings, inputs, outputs, rule, told.wildcards) as record, ExitStack() as stack:
            if "mirrors" in wanted:
                from gangan.data.folders import archived

                record.mirrors = arguments["mirrors"]
                arguments["mirrors"] = stack.enter_context(archived(arguments["name"], record.mirrors))
            if "checkpoint" not in wanted:
                made = function(**arguments)
                if save:
                    save(made, list(outputs.values()), record.lineage)
                return
            from gangan.core.checkpoint import Checkpoint

            read = [entry.sha256 for entry in record.inputs.values()]
            identity = text_digest(json.dumps([settings, read, code(call.rpartition(".")[0])]))
            every = float(os.environ.get("GANGAN_CHECKPOINT_EVERY", "30"))
            checkpoint = Checkpoint(first.with_name(f".{first.name}.checkpoint"), identity, every, lease)
            if not checkpoint.take_kept(list(outputs.values())):
                function(**arguments, checkpoint=checkpoint)
            record.attempts = checkpoint.attempts
        checkpoint.keep(list(outputs.values()))


def given(text: str, option: str) -> Any:
    """JSON, or the content of the file of JSON that ``@PATH`` names, as it stands behind an option.

    Raises:
        UserError: it is neither.
    """
    where = text[1:] if text.startswith("@") else option
    try:
        return json.loads(Path(where).read_text("utf-8") if text.startswith("@") else text)
    except OSError as error:
        raise UserError(f"cannot read {where}: {error.strerror}") from None
    except ValueError as error:
        raise UserError(f"{where}: no JSON: {error}") from None


def _function(call: str) -> Callable[..., Any]:
    module, _, name = call.rpartition(".")
    try:
        inside = import_module(f"gangan.{module}")
    except ModuleNotFoundError as error:
        if not f"gangan.{module}".startswith(error.name or "no name"):  # of a module that this one imports
            raise
        raise UserError(f"there is no module gangan.{module}") from None
    found: Callable[..., Any] | None = getattr(inside, name, None)
    if not inspect.isfunction(found):
        raise UserError(f"gangan.{module} has no function {name}")
    return found


def _files(files: Any) -> Files:
    try:
        return Files.model_validate(files)
    except ValidationError as error:
        raise UserError(f"files: {explain(error.errors()[0], Files, files)}") from None


def _checked(call: str, function: Callable[..., Any], settings: Mapping[str, Any], files: set[str]) -> dict[str, Any]:
    """Settings as the function's annotations say.

    Raises:
        UserError: one is missing, unknown or of a wrong kind.
    """
    parameters = inspect.signature(function).parameters
    fields: dict[str, Any] = {
        name: (one.annotation, ... if one.default is one.empty else one.default)
        for name, one in parameters.items()
        if name not in files | {*GIVEN}
    }
    model = create_model("Settings", __config__=ConfigDict(extra="forbid", strict=True), **fields)
    try:
        checked = model.model_validate_json(json.dumps(settings))
    except ValidationError as error:
        raise UserError(f"{call}: {explain(error.errors()[0], model, settings)}") from None
    return {name: getattr(checked, name) for name in fields}


def _paths(value: str | list[str]) -> Path | list[Path]:
    return Path(value) if isinstance(value, str) else [Path(path) for path in value]


def _refuse_overwriting(inputs: Mapping[str, Path | list[Path]], outputs: Mapping[str, Path]) -> None:
    """By whatever names and links they are told; the record counts as written."""
    read = {os.path.realpath(path) for path in flat(inputs).values()}
    for path in (*outputs.values(), record_path(next(iter(outputs.values())))):
        if os.path.realpath(path) in read:
            raise UserError(f"{path} would be written, and is read; name another file")


def _set_up(wanted: Mapping[str, Any], threads: int, arguments: dict[str, Any]) -> None:
    if "device" in wanted:
        from gangan.core.device import prepare

        arguments["device"] = prepare(threads)
    elif torch := sys.modules.get("torch"):  # the function's module loaded it
        torch.set_num_threads(threads)
    if "mirrors" in wanted:
        mirrors = given(os.environ.get("GANGAN_MIRRORS", "{}"), "GANGAN_MIRRORS")
        arguments["mirrors"] = mirrors.get(arguments["name"], [])
