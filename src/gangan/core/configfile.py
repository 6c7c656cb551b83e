"""One configuration file, JSON or YAML, read as Snakemake reads it, and a mistake in it as a line for a person."""

import json
import stat
from pathlib import Path
from typing import Any

import yaml

from gangan.core.files import UserError

KEYS = ("tag:yaml.org,2002:str", "tag:yaml.org,2002:merge")  # text, and `<<`, which brings another block's


def read(file: Path, name: str) -> dict[str, Any]:
    """The blocks of a file.

    Args:
        file: JSON, else YAML; in UTF-8, with or without a byte-order mark.
        name: of the file in messages.

    Raises:
        UserError: it cannot be read, is neither, holds no blocks, or has a key twice in one block, of which a parser
            would keep the last without a word.
    """
    try:
        content = _parsed(_text(file), file.suffix)
    except UserError as error:
        raise UserError(f"{name}: {error}") from None
    if not isinstance(content, dict):
        raise UserError(f"{name}: keys with values are wanted, as `study: mine`, not {content!r:.80}")
    return content


def _text(file: Path) -> str:
    try:
        if not stat.S_ISREG(file.stat().st_mode):  # Snakemake has emptied a pipe when its content is wanted here
            raise UserError("no plain file; write the configuration into one")
        return file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UserError(str(error.strerror)) from None
    except UnicodeDecodeError as error:
        raise UserError(f"no UTF-8 text, from byte {error.start} on") from None


def _parsed(text: str, suffix: str) -> Any:
    try:
        try:
            return json.loads(text, object_pairs_hook=_block)
        except ValueError as error:
            no_json = str(error)
        return yaml.load(text, _Loader)
    except (yaml.YAMLError, ValueError) as error:  # the other of a date or number that is none
        mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
        no_yaml = f"{problem or str(error).splitlines()[0]}{f', line {mark.line + 1}' if mark else ''}"
        raise UserError(f"no JSON: {no_json}" if suffix == ".json" else f"no YAML: {no_yaml}") from None
    except RecursionError:
        raise UserError("blocks nested too deeply") from None


def _block(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = [key for key, _ in pairs]
    for key in keys:
        if keys.count(key) > 1:
            raise UserError(f"{key} stands twice in one block; keep one")
    return dict(pairs)


class _Loader(yaml.SafeLoader):
    """Plain values alone, and keys that are text, each once in its block."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.looked_at: set[yaml.MappingNode] = set()

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Take in merged blocks, once the keys are checked: then what the block changes of these stands twice in it."""
        if node not in self.looked_at:
            self.looked_at.add(node)
            _refuse_other_keys(node)
        super().flatten_mapping(node)


def _refuse_other_keys(node: yaml.MappingNode) -> None:
    seen = set()
    for key, _ in node.value:
        if key.tag not in KEYS:
            raise UserError(f"a key that is no text, line {key.start_mark.line + 1}")
        if key.value in seen:
            raise UserError(f"{key.value} stands twice in one block, line {key.start_mark.line + 1}; keep one")
        seen.add(key.value)
