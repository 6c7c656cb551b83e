"""Datasets that lie in a folder in another form than their archives: unpacked, or under the names other programs give.

``data.idx`` reads archives under their published names; what verifies in another form is brought into that one.
"""

import gzip
import hashlib
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from gangan.data.idx import ARCHIVES, Archive


@contextmanager
def archived(name: str, mirrors: Sequence[str]) -> Iterator[list[str]]:
    """The mirrors of dataset ``name``, ``~`` written out, and after them, while this lasts, a folder with archives of
    what lies in their folders in another form and has the published checksum."""
    given = [_at_home(mirror) for mirror in mirrors]
    folders = [url2pathname(urlsplit(mirror).path) for mirror in given if mirror.startswith("file:")]
    with tempfile.TemporaryDirectory() as made:
        for archive in ARCHIVES.get(name, ()):
            found = (_archive(archive, Path(folder, form)) for folder in folders for form in _forms(archive.name))
            if content := next(filter(None, found), None):
                Path(made, archive.name).write_bytes(content)
        yield [*given, *([Path(made).as_uri()] if any(Path(made).iterdir()) else [])]


def _at_home(mirror: str) -> str:
    return Path(mirror.removeprefix("file:")).expanduser().as_uri() if mirror.startswith("file:~") else mirror


def _forms(name: str) -> list[str]:
    """The names under which the file may lie: packed or not, as published or as torchvision's and others' copies."""
    dotted = name.replace("-idx", ".idx")
    return [name, name.removesuffix(".gz"), dotted, dotted.removesuffix(".gz")]


def _archive(archive: Archive, file: Path) -> bytes | None:
    """The archive that a file is or is the content of, if it is there and verifies."""
    if not file.is_file():
        return None
    found = file.read_bytes()
    if hashlib.sha256(found).hexdigest() == archive.sha256:
        return gzip.compress(found, 1) if archive.of_content else found
    try:
        content = gzip.decompress(found)
    except (OSError, EOFError, zlib.error):
        return None
    return found if archive.of_content and hashlib.sha256(content).hexdigest() == archive.sha256 else None
