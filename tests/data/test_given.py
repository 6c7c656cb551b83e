"""Files that a person gives: from the first mirror with the bytes stated, and nothing else."""

import hashlib
from pathlib import Path

import pytest

from gangan.core.files import UserError
from gangan.data.given import fetch

BYTES = b"rows of a GAN"
SHA256 = hashlib.sha256(BYTES).hexdigest()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, content in (("good", BYTES), ("bad", b"others")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "gan.h5").write_bytes(content)
    (tmp_path / "clone").mkdir()
    monkeypatch.chdir(tmp_path / "clone")
    return tmp_path


@pytest.mark.parametrize("mirror", ["file:../good", "file:../good/", "file:{}/good", "file://{}/good"])
def test_the_first_mirror_with_the_bytes_stated_gives_the_file(folder: Path, mirror: str) -> None:
    fetch("gan.h5", SHA256, ["file:nowhere", "file:../bad", mirror.format(folder)], Path("resources/gan.h5"))
    assert Path("resources/gan.h5").read_bytes() == BYTES
    assert [path.name for path in Path("resources").iterdir()] == ["gan.h5"]


def test_without_one_each_is_named_in_one_line_and_nothing_is_written(folder: Path) -> None:
    with pytest.raises(UserError) as error:
        fetch("gan.h5", SHA256, ["file:nowhere", "file:../bad", "http://127.0.0.1:9"], Path("resources/gan.h5"))
    (line,) = str(error.value).splitlines()
    other = hashlib.sha256(b"others").hexdigest()
    assert f"{(folder / 'bad/gan.h5').as_uri()}: 6 bytes of sha256 {other}, expected {SHA256}; http://" in line
    assert line.startswith(f"no mirror gave gan.h5: {(folder / 'clone/nowhere/gan.h5').as_uri()}: ")
    assert line.endswith("set data.mirrors.gan.h5 to the folder that holds it")
    assert not list(Path("resources").iterdir())


@pytest.mark.usefixtures("folder")
def test_a_file_that_cannot_be_written_is_no_mirror_s_fault() -> None:
    Path("resources").write_text("a file where a folder must be")
    with pytest.raises(UserError, match=r"^cannot write resources/gan\.h5: "):
        fetch("gan.h5", SHA256, ["file:../good"], Path("resources/gan.h5"))
