"""A whole study: the blocks that all papers share, a block for each paper, and reading it from YAML.

The papers are the folders of ``papers``: one more folder with a ``config`` is one more block of its name.
"""

import json
from collections.abc import Mapping, Sequence
from functools import reduce
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, ValidationError, create_model, model_validator

from gangan.core import configfile
from gangan.core.files import UserError
from gangan.core.settings import Block, Positive, Read, Real, Spelled, explain, merged, source_of

Dataset = Literal["mnist", "mnist-5k", "fashion-mnist", "kmnist"]
StudyName = Annotated[str, Spelled(r"^[a-z0-9]+(-[a-z0-9]+)*$", "lower-case words joined by -")]
FileName = Annotated[
    str, Spelled(r"^[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)+$", "a file's name with its ending, as gan0.h5")
]
Sha256 = Annotated[str, Spelled(r"^[0-9a-f]{64}$", "a sha256, which has 64 of 0-9 and a-f")]
Address = Annotated[str, Spelled(r"^(https?|file):", "an address that begins with https:, http: or file:")]
WORDS: dict[str, Any] = {"true": True, "false": False, "null": None}
PAPERS = sorted(path.parent.name for path in (Path(__file__).parent / "papers").glob("[!.]*/config.py"))


class Data(Block):
    """Which digits and other files from outside, and where they come from."""

    name: Dataset
    given: dict[FileName, Sha256]
    mirrors: dict[str, list[Address]]


class Jobs(Block):
    """How jobs run; decides no result."""

    checkpoint_seconds: Annotated[float, Field(ge=0, allow_inf_nan=False), Read]


class Judge(Block):
    """How the classifier whose features measure images is trained."""

    epochs: Positive
    batch: Positive
    learning_rate: Real


class Shared(Block):
    """What all papers share."""

    study: StudyName
    seed: Annotated[int, Field(ge=0, lt=2**63), Read]  # a file of rows keeps it in 64 bits
    data: Data
    jobs: Jobs
    judge: Judge

    @model_validator(mode="after")
    def _consistent(self) -> "Shared":
        if self.data.name != "mnist-5k" and not self.data.mirrors.get(self.data.name):
            raise ValueError(f"data.mirrors: no mirror for {self.data.name}")
        digits = {name: f"{name}.safetensors" for name in get_args(Dataset)}
        if taken := self.data.given.keys() & digits.values():
            raise ValueError(f"data.given: {min(taken)}; allowed: a name that no dataset's file has")
        if unknown := self.data.mirrors.keys() - digits.keys() - self.data.given.keys():
            raise ValueError(f"data.mirrors: {min(unknown)}; allowed: {', '.join([*digits, 'a file of data.given'])}")
        return self

    @property
    def given(self) -> list[str]:
        """The files that are given with their checksums, where a job puts them."""
        return [f"resources/{name}" for name in self.data.given]


def model() -> type[Shared]:
    """The model of a whole study: what is shared, and the block of each paper."""
    blocks: dict[str, Any] = {paper: (import_module(f"gangan.papers.{paper}.config").Config, ...) for paper in PAPERS}
    return create_model("Study", __base__=Shared, **blocks)


def load(files: Sequence[Path], given: Mapping[str, Any], where: str = "the command line (--config)") -> Any:
    """Merge and validate a configuration: as Snakemake merges it, but that a block of another ``kind`` takes the place
    of the whole, whose keys would not be allowed with it.

    Args:
        files: YAML or JSON, each over those before it. A mistake is reported with the file that it stands in.
        given: what was set after the files.
        where: by what it was.

    Returns:
        a ``Shared`` with a block for each paper.

    Raises:
        UserError: one line per mistake: file, key, what is wrong, what is allowed.
    """
    here = Path.cwd()
    sources: dict[str, Any] = {}
    for file in files:
        name = str(file.relative_to(here) if file.is_relative_to(here) else file)
        sources[name] = configfile.read(file, name)
    sources[where] = _read(given)
    nothing: Any = {}
    study, content = model(), reduce(merged, sources.values(), nothing)
    try:
        return study.model_validate(content)
    except ValidationError as error:
        lines = [f"{source_of(mistake, sources)}: {explain(mistake, study, content)}" for mistake in error.errors()]
        raise UserError("\n".join(dict.fromkeys(lines))) from None


def _read(value: Any) -> Any:
    """What Snakemake leaves as text in a block given to ``--config``; numbers are read where one must be."""
    if isinstance(value, Mapping):
        return {key: _read(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_read(inner) for inner in value]
    return WORDS.get(value, value) if isinstance(value, str) else value


def editor_schema() -> str:
    """The JSON Schema of a study's file for editors (``config/schema.json``).

    A file holds only what it changes, so nothing is required but what tells kinds of a block apart, and in blocks of a
    list, which is replaced whole.
    """
    schema = model().model_json_schema()
    listed = {block for part in schema["$defs"].values() for block in _blocks_of_lists(part)}
    for name, block in [("", schema), *schema["$defs"].items()]:
        if name not in listed:
            kind = {"kind"} & set(block.get("required", [])) & set(block.get("properties", {}))
            block.pop("required", None)
            block |= {"required": sorted(kind)} if kind and name in _tagged(schema) else {}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _blocks_of_lists(block: Mapping[str, Any]) -> list[str]:
    items = [value.get("items", {}) for value in block.get("properties", {}).values()]
    return [item["$ref"].rsplit("/", 1)[1] for item in items if "$ref" in item]


def _tagged(schema: Mapping[str, Any]) -> set[str]:
    """The blocks that are one kind of several."""
    found: set[str] = set()
    waiting: list[Any] = [schema]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Mapping):
            kinds = part.get("discriminator", {})
            found |= {ref.rsplit("/", 1)[1] for ref in kinds.get("mapping", {}).values()}
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part
    return found
