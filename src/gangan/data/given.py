"""Files that a person gives, taken from a folder or an address if their bytes are those that the study states."""

import http.client
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

from gangan.core.files import UserError, atomic, file_digest

CHUNK = 1 << 20


class _MirrorError(Exception):
    """A mirror does not give the file."""


def fetch(name: str, sha256: str, mirrors: list[str], file: Path) -> None:
    """Write a file as the first mirror has it that has the bytes stated.

    Args:
        name: of the file in each mirror.
        sha256: of its bytes.
        mirrors: folders to try in turn: addresses, or ``file:`` and a path, which may be relative.
        file: to write.

    Raises:
        UserError: no mirror gives it; says of each what came instead.
    """
    complaints = []
    for mirror in mirrors:
        url = urljoin(f"{Path.cwd().as_uri()}/", f"{mirror.rstrip('/')}/{name}")
        try:
            with atomic(file) as partial:
                with partial.open("wb") as written:
                    written.writelines(_chunks(url))
                if (digest := file_digest(partial)) != sha256:
                    raise _MirrorError(f"{partial.stat().st_size:,} bytes of sha256 {digest}, expected {sha256}")
            return
        except _MirrorError as error:
            complaints.append(f"{url}: {error}")
    tried = "; ".join(complaints) or "none is set"
    raise UserError(f"no mirror gave {name}: {tried}; set data.mirrors.{name} to the folder that holds it")


def _chunks(url: str) -> Iterator[bytes]:
    """What an address holds; that it cannot be read is told apart from that it cannot be written."""
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            while chunk := answer.read(CHUNK):
                yield chunk
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise _MirrorError(str(error)) from None
