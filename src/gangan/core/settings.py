"""Settings: frozen blocks of YAML or JSON, the numbers in them, and a mistake in one as a line for a person."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import reduce
from itertools import takewhile
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidationError,
)
from pydantic_core import ErrorDetails, PydanticCustomError, core_schema


def _number(value: Any) -> Any:
    """Text that spells a number is one: YAML 1.1 reads ``2e-4`` as text, and Snakemake every number that stands
    inside a block given to ``--config``. ``true`` is none, though to Python it equals 1."""
    if isinstance(value, bool):
        raise PydanticCustomError("number", "Input should be a number")
    if isinstance(value, str):
        for kind in (int, float):
            with suppress(ValueError):
                return kind(value)
    return value


@dataclass(frozen=True)
class Spelled:
    """Text as a pattern has it, for editors (the JSON schema), and in words, for the person who wrote it."""

    pattern: str
    words: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """What validates it."""
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler) -> Any:
        """What an editor reads."""
        return {**handler(schema), "pattern": self.pattern}

    def _check(self, value: str) -> str:
        if value.endswith("\n") or not re.search(self.pattern, value):  # to Python $ is before such an end too
            raise PydanticCustomError("spelling", "Input should be {words}", {"words": self.words})
        return value


def _word(value: str) -> str:
    """A name stands in columns of tables, whose readers take some words for something else."""
    if value in WORTHLESS:
        raise PydanticCustomError("name", "Input should not be a word that tables have for no value or for a number")
    return value


WORTHLESS = {"nan", "null", "inf", "infinity", "true", "false"}
LARGEST = 2**31 - 1  # files of rows keep numbers of runs in 32 bits
NAME = Spelled(r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", "lower-case words joined by -, a letter first")
Name = Annotated[str, NAME, AfterValidator(_word)]
Read = BeforeValidator(_number)
Positive = Annotated[int, Field(gt=0, le=LARGEST), Read]
Count = Annotated[int, Field(ge=0, le=LARGEST), Read]
Several = Annotated[int, Field(ge=2, le=LARGEST), Read]
Neighbours = Annotated[int, Field(gt=0, lt=100), Read]  # the smallest dataset has 100 test digits of a class
Real = Annotated[float, Field(gt=0, allow_inf_nan=False), Read]
Share = Annotated[float, Field(ge=0, lt=1), Read]


class Block(BaseModel):
    """A frozen block: unknown keys and wrong types are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def merged(base: Any, over: Any) -> Any:
    """``base`` changed by ``over``, blocks key by key; a block of another ``kind`` takes the place of the whole."""
    if not (isinstance(base, Mapping) and isinstance(over, Mapping)):
        return over
    if "kind" in over and over["kind"] != base.get("kind"):
        return over
    return {**base, **{key: merged(base.get(key), value) for key, value in over.items()}}


def written_out(arms: Sequence[Any], default: Any, model: type[BaseModel]) -> list[Any]:
    """Arms that say only what they change of a ``training``, as whole blocks; none where the default has a mistake,
    which would be said once for each."""
    try:
        model.model_validate(default)
    except ValidationError:
        return []
    return [
        {**arm, "training": merged(default, arm.get("training") or {})} if isinstance(arm, Mapping) else arm
        for arm in arms
    ]


def refuse_repetition(key: str, values: Sequence[Any]) -> None:
    """Values that stand twice in a list where each must stand once.

    Raises:
        ValueError: names them.
    """
    if len(set(values)) < len(values):
        raise ValueError(f"{key}: {', '.join(map(str, values))}; allowed: each once")


def refuse_taken(key: str, names: Iterable[str], taken: Collection[str]) -> None:
    """Figures that are named as another is.

    Raises:
        ValueError: names the first.
    """
    for name in names:
        if name in taken:
            raise ValueError(f"{key}: {name}; allowed: a name that no other figure has")


def refuse_unless_below(key: str, count: int, limits: Mapping[str, int]) -> None:
    """A count that reaches one of several limits, by their keys.

    Raises:
        ValueError: names the lowest.
    """
    lowest = min(limits, key=lambda name: limits[name])
    if count >= limits[lowest]:
        raise ValueError(f"{key}: {count}; allowed: below {lowest} ({limits[lowest]})")


def explain(mistake: ErrorDetails, model: type[BaseModel], content: Any = None) -> str:
    """The key and what is wrong with it, in one line. ``content`` is what was validated: a block of a list is called by
    its ``name`` there, if it has one."""
    names, keys, tag, kinds = _place(mistake["loc"], model.model_json_schema(), content)
    key = ".".join(names)
    match mistake["type"]:
        case "value_error":  # a model's own check says the rest of the key itself
            own = str(mistake["ctx"]["error"])
            return f"{key}.{own}" if key else own
        case "extra_forbidden":
            text = f"unknown key; allowed: {', '.join(keys)}"
        case "missing":
            text = "missing"
        case "union_tag_not_found":
            key, text = f"{key}.{tag}", f"missing; allowed: {', '.join(kinds)}"
        case "union_tag_invalid":
            key, text = f"{key}.{tag}", f"no {mistake['ctx']['tag']!r}; allowed: {', '.join(kinds)}"
        case _:
            wanted = re.sub(r" or (instance of \w+|object to extract fields from)$", "", mistake["msg"])
            text = f"{wanted}, not {mistake['input']!r}"
    return f"{key}: {text}" if key else text


def source_of(mistake: ErrorDetails, sources: Mapping[str, Any]) -> str:
    """The last of the merged sources (name → content) that sets a key, or the nearest block above it."""
    loc: Sequence[int | str] = mistake["loc"]
    if mistake["type"] == "value_error":
        loc = [*loc, *str(mistake["ctx"]["error"]).split(":")[0].split(".")]
    elif mistake["type"] == "missing":
        loc = loc[:-1]  # a source may have the key for a block of another kind
    names: list[int | str] = []
    nothing: Any = {}
    whole = reduce(merged, sources.values(), nothing)
    for part in takewhile(lambda part: isinstance(part, str), loc):  # a list is set whole
        if isinstance(whole, Mapping) and part not in whole and whole.get("kind") == part:
            continue  # the tag of a union, which is no key
        names.append(part)
        whole = whole[part] if _has(whole, part) else None
    for depth in range(len(names), 0, -1):
        holding = [name for name, content in sources.items() if _holds(content, names[:depth])]
        if holding:
            return holding[-1]
    return next(iter(sources))


def _holds(content: Any, names: Sequence[int | str]) -> bool:
    for name in names:
        if not isinstance(content, Mapping) or name not in content:
            return False
        content = content[name]
    return True


def _place(loc: Sequence[int | str], schema: Any, content: Any) -> tuple[list[str], list[str], str | None, list[str]]:
    """A place in a model as a person writes it, without the tags of unions; the keys allowed beside it; and if several
    kinds of block may stand there, the key that tells them apart and the kinds."""
    here, names, keys = schema, [], []
    for part in loc:
        here = _resolved(here, schema)
        tagged = here.get("discriminator", {}).get("mapping", {})
        if part in tagged:
            here = schema["$defs"][tagged[part].rsplit("/", 1)[1]]
            continue
        if part == "[key]":
            continue
        content = content[part] if _has(content, part) else None
        named = isinstance(part, int) and isinstance(content, Mapping) and isinstance(content.get("name"), str)
        names.append(str(content["name"] if named else part))
        keys = sorted(here.get("properties", {}))
        inner = here.get("properties", {}).get(part) or here.get("items") or here.get("additionalProperties")
        inner = inner or next(iter(here.get("patternProperties", {}).values()), {})
        here = inner if isinstance(inner, dict) else {}
    union = _resolved(here, schema).get("discriminator", {})
    return names, keys, union.get("propertyName"), list(union.get("mapping", {}))


def _resolved(schema: Any, whole: Any) -> Any:
    """A part of a schema without references, and of what may be null the rest."""
    while "$ref" in schema or "anyOf" in schema:
        if "$ref" in schema:
            schema = whole["$defs"][schema["$ref"].rsplit("/", 1)[1]]
        else:
            schema = next(one for one in schema["anyOf"] if one.get("type") != "null")
    return schema


def _has(content: Any, part: int | str) -> bool:
    if isinstance(part, int):
        return isinstance(content, list) and part < len(content)
    return isinstance(content, Mapping) and part in content
