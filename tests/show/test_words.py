"""What documents say of a claim, taken out of them."""

from pathlib import Path

import pytest

from gangan.core.files import UserError
from gangan.show.words import Document

TEXT = """# A title

The opening,
on [two](../two.md) lines.

| claim | the text |
|---|---|
| C1 | one |
| C2, half | two |
| C1, C3 | three |

**C1. "Words."** What is tested.
More of it.

**C10. Others.**

- **C1** A claim
  of two lines ([here](#place), [there](https://a.b/c)).
- **C2** Another.

## 1. One

1. First.

## 2. Two

1. Item one.
2. Item two,
   longer, see [three](three.md#x).
3. Item three.
"""
DOCUMENT = Document("docs/claims/paper.md", TEXT)


def test_each_is_found_and_its_links_start_at_the_root() -> None:
    assert DOCUMENT.opening() == "The opening,\non [two](docs/two.md) lines."
    assert DOCUMENT.paragraphs("C1") == ['**C1. "Words."** What is tested.\nMore of it.']
    assert DOCUMENT.listed("C1") == ["A claim\nof two lines ([here](#place), [there](https://a.b/c))."]
    assert DOCUMENT.item("2.2") == "Item two,\nlonger, see [three](docs/claims/three.md#x)."
    assert DOCUMENT.item("1.1") == "First."


def test_of_tables_the_lines_that_name_a_claim_stay_under_their_head() -> None:
    head = "| claim | the text |\n|---|---|\n"
    assert DOCUMENT.rows("C1") == [head + "| C1 | one |\n| C1, C3 | three |"]
    assert DOCUMENT.rows("C2") == [head + "| C2, half | two |"]


@pytest.mark.parametrize(
    ("way", "name"), [("item", "2.4"), ("item", "3.1"), ("listed", "C3"), ("paragraphs", "C2"), ("rows", "C4")]
)
def test_what_a_document_does_not_say_is_an_error_that_names_both(way: str, name: str) -> None:
    with pytest.raises(UserError, match=rf"^docs/claims/paper.md: no .*{name}"):
        getattr(DOCUMENT, way)(name)


def test_a_document_is_read_from_where_it_lies(tmp_path: Path) -> None:
    (tmp_path / "copy").write_text(TEXT)
    assert Document.read(DOCUMENT.place, tmp_path / "copy") == DOCUMENT
