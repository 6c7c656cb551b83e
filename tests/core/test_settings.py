"""Blocks of settings: how one is laid over another, and how a mistake is said (core.settings)."""

from typing import Annotated, Any, Literal

import pytest
from pydantic import Field, ValidationError

from gangan.core.settings import Block, Name, Positive, Read, Real, explain, merged, refuse_repetition, source_of


class Plain(Block):
    kind: Literal["plain"]


class Penalised(Block):
    kind: Literal["penalised"]
    penalty: Real


class Part(Block):
    name: Name
    loss: Annotated[Plain | Penalised, Field(discriminator="kind")] | None = None
    epochs: Positive = 1
    side: Annotated[Literal[1, 3], Read] = 1


class Whole(Block):
    parts: list[Part]
    named: dict[Name, Part] = {}  # noqa: RUF012  Pydantic copies it


def mistake(values: Any) -> Any:
    with pytest.raises(ValidationError) as error:
        Whole.model_validate(values)
    (only,) = error.value.errors()
    return only


MISTAKES = {
    "parts.a.epoch: unknown key; allowed: epochs, loss, name, side": {"parts": [{"name": "a", "epoch": 1}]},
    "parts.a.epochs: Input should be greater than 0, not 0": {"parts": [{"name": "a", "epochs": 0}]},
    "parts.a.epochs: Input should be less than or equal to 2147483647, not 2147483648": {
        "parts": [{"name": "a", "epochs": 2**31}]
    },
    "parts.a.loss.penalty: missing": {"parts": [{"name": "a", "loss": {"kind": "penalised"}}]},
    "parts.a.loss.penalty: unknown key; allowed: kind": {
        "parts": [{"name": "a", "loss": {"kind": "plain", "penalty": 1}}]
    },
    "parts.64.name: Input should be lower-case words joined by -, a letter first, not '64'": {
        "parts": [{"name": "64"}]
    },
    "parts.a\n.name: Input should be lower-case words joined by -, a letter first, not 'a\\n'": {
        "parts": [{"name": "a\n"}]
    },
    "parts.nan.name: Input should not be a word that tables have for no value or for a number, not 'nan'": {
        "parts": [{"name": "nan"}]
    },
    "parts.1.name: missing": {"parts": [{"name": "a"}, {"epochs": 1}]},
    "named.b.epochs: Input should be a valid integer, not 'many'": {
        "parts": [],
        "named": {"b": {"name": "b", "epochs": "many"}},
    },
    "parts.a.epochs: Input should be a number, not True": {"parts": [{"name": "a", "epochs": True}]},
    "parts.a.side: Input should be a number, not True": {"parts": [{"name": "a", "side": True}]},
    "parts: missing": {},
}


@pytest.mark.parametrize("line", MISTAKES)
def test_a_mistake_is_one_line_of_its_key_and_what_is_wrong(line: str) -> None:
    values = MISTAKES[line]
    assert explain(mistake(values), Whole, values) == line


def test_a_number_spelled_as_text_is_read_and_other_text_is_not() -> None:
    # YAML 1.1 reads 2e-4 as text, and Snakemake every number inside a block given to --config.
    part = Part.model_validate({"name": "a", "epochs": "60", "loss": {"kind": "penalised", "penalty": "2e-4"}})
    assert isinstance(part.loss, Penalised)
    assert (part.epochs, part.loss.penalty) == (60, 0.0002)
    for wrong in ("1.5", "inf", True, [1]):
        assert mistake({"parts": [{"name": "a", "epochs": wrong}]})


def test_blocks_are_laid_over_others_key_by_key_and_a_block_of_another_kind_replaces_the_whole() -> None:
    base = {"loss": {"kind": "penalised", "penalty": 10}, "hidden": {"g": 64, "d": 8}, "runs": [1, 2]}
    before = repr(base)
    assert merged(base, {"hidden": {"d": 16}, "runs": [3]}) == base | {"hidden": {"g": 64, "d": 16}, "runs": [3]}
    assert merged(base, {"loss": {"kind": "plain"}})["loss"] == {"kind": "plain"}
    assert merged(base, {"loss": {"kind": "penalised", "penalty": 1}})["loss"] == {"kind": "penalised", "penalty": 1}
    assert merged(base, {"loss": {"penalty": 1}})["loss"] == {"kind": "penalised", "penalty": 1}
    assert merged(base, {"loss": None})["loss"] is None
    assert merged(base, {"new": {"a": 1}})["new"] == {"a": 1}
    assert repr(base) == before


def test_a_mistake_is_at_home_in_the_last_source_that_sets_its_key_or_the_nearest_block_above() -> None:
    sources = {"first": {"parts": [], "named": {"a": {"name": "a"}}}, "second": {"named": {"b": {"epochs": 0}}}}
    whole = {"parts": [], "named": {"a": {"name": "a"}, "b": {"name": "b", "epochs": 0}}}
    assert source_of(mistake(whole), sources) == "second"
    assert source_of(mistake({"parts": [], "named": {"a": {"name": "A"}}}), sources) == "first"
    assert source_of(mistake({"parts": [{"name": "a", "epochs": 0}]}), sources) == "first"  # a list is set whole
    assert source_of(mistake({"parts": [], "named": {"b": {}}}), sources) == "second"  # missing: where the block is
    assert source_of(mistake({"parts": [], "new": 1}), sources) == "first"


def test_what_stands_twice_in_a_list_of_different_things_is_refused() -> None:
    refuse_repetition("arms", ["a", "b"])
    with pytest.raises(ValueError, match=r"^arms: a, b, a; allowed: each once$"):
        refuse_repetition("arms", ["a", "b", "a"])
