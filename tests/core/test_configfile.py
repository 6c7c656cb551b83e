"""A configuration file is what it says, or one line says why not."""

import os
from pathlib import Path

import pytest

from gangan.core.configfile import read
from gangan.core.files import UserError

SAME = {"study": "mine", "gangan": {"per_job": 2}}
GOOD = {
    "yaml": b"study: mine\ngangan: {per_job: 2}\n",
    "yaml-bom": b"\xef\xbb\xbfstudy: mine\r\ngangan:\r\n  per_job: 2\r\n",
    "yaml-merge": b"study: mine\ngangan: {<<: {per_job: 1}, per_job: 2}\n",
    "json": b'{"study": "mine", "gangan": {"per_job": 2}}',
    "json-tabs": b'{\n\t"study": "mine",\n\t"gangan": {\n\t\t"per_job": 2}}\n',
    "json-bom": b'\xef\xbb\xbf{\n\t"study": "mine", "gangan": {"per_job": 2}}',
}
BAD = {
    "twice.yaml": (b"study: a\ngangan: {}\nstudy: b\n", "study stands twice in one block, line 3; keep one"),
    "inner.yaml": (b"gangan:\n  - {a: 1, b: 2, 'a': 3}\n", "a stands twice in one block, line 2; keep one"),
    "twice.json": (b'{"gangan": {"a": 1,\n\t"a": 2}}', "a stands twice in one block; keep one"),
    "broken.json": (b'{\n\t"study": "a"\n\t"b": 1}', "no JSON: Expecting ',' delimiter: line 3 column 2 (char 17)"),
    "tab.yaml": (b"study: a\n\tb: 1\n", r"no YAML: found character '\t' that cannot start any token, line 2"),
    "open.yaml": (b"study: [a\n", "no YAML: expected ',' or ']', but got '<stream end>', line 2"),
    "two.yaml": (b"study: a\n---\nstudy: b\n", "no YAML: but found another document, line 2"),
    "control.yaml": (b"study: \x00\n", "no YAML: unacceptable character #x0000: special characters are not allowed"),
    "object.yaml": (b"study: !!python/name:os.system\n", "no YAML: could not determine a constructor for the tag"),
    "date.yaml": (b"study: 2026-13-01\n", "no YAML: month must be in 1..12"),
    "number.yaml": (b"study: a\n1: 2\n", "a key that is no text, line 2"),
    "block.yaml": (b"? {a: b}\n: 3\n", "a key that is no text, line 1"),
    "empty.yaml": (b"", "keys with values are wanted, as `study: mine`, not None"),
    "comment.yaml": (b"# only\n", "keys with values are wanted, as `study: mine`, not None"),
    "null.json": (b"null", "keys with values are wanted, as `study: mine`, not None"),
    "list.json": (b"[1]", "keys with values are wanted, as `study: mine`, not [1]"),
    "deep.yaml": (b"a: " + b"[" * 3000, "blocks nested too deeply"),
    "latin-1.yaml": (b"study: \xe9\n", "no UTF-8 text, from byte 7 on"),
    "utf-16.json": ("{}".encode("utf-16"), "no UTF-8 text, from byte 0 on"),
}


@pytest.mark.parametrize("content", GOOD.values(), ids=GOOD)
def test_a_file_says_the_same_in_every_format(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "study"
    file.write_bytes(content)
    assert read(file, "study") == SAME


@pytest.mark.parametrize("name", BAD)
def test_a_mistake_is_one_line_that_begins_with_the_file(name: str, tmp_path: Path) -> None:
    content, said = BAD[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UserError) as error:
        read(tmp_path / name, name)
    assert str(error.value).startswith(f"{name}: {said}")
    assert "\n" not in str(error.value)


def test_a_block_that_changes_what_it_merges_is_merged_again(tmp_path: Path) -> None:
    text = "x: {y: {z: [&a {p: 1, q: 1}, &b {<<: *a, p: 2}]}}\nw: {<<: *b, q: 3}\nv: {<<: [*b, *a]}\n"
    (tmp_path / "study.yaml").write_text(text)
    blocks = read(tmp_path / "study.yaml", "study.yaml")
    assert blocks["x"] == {"y": {"z": [{"p": 1, "q": 1}, {"p": 2, "q": 1}]}}
    assert (blocks["w"], blocks["v"]) == ({"p": 2, "q": 3}, {"p": 2, "q": 1})
    (tmp_path / "study.yaml").write_text(text.replace("p: 2}", "p: 2, p: 2}"))
    with pytest.raises(UserError, match=r"^study\.yaml: p stands twice in one block, line 1; keep one$"):
        read(tmp_path / "study.yaml", "study.yaml")


def test_what_is_no_file_is_refused_unread(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")  # as `--configfile <(…)` gives one: nothing would ever come
    (tmp_path / "link").symlink_to("nowhere")
    for name, said in (
        ("pipe", "no plain file; write the configuration into one"),
        (".", "no plain file; write the configuration into one"),
        ("absent", "No such file or directory"),
        ("link", "No such file or directory"),
    ):
        with pytest.raises(UserError, match=f"^{name}: {said}$"):
            read(tmp_path / name, name)
