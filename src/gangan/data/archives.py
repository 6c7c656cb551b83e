"""Archives of images that are downloaded: where they are, how long, and what their bytes must be."""

import logging
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import requests
from requests.adapters import HTTPAdapter
from tqdm import tqdm
from urllib3.exceptions import HTTPError
from urllib3.util import Retry

from gangan.core.files import UserError, atomic, file_digest, writing

log = logging.getLogger(__name__)
CHUNK = 1 << 20
ATTEMPTS = 8  # each goes on where the one before broke off
RETRIES = 5  # to connect, in an attempt
TIMEOUT = 60.0  # seconds without an answer
WAIT = 1.0  # seconds before the second attempt to connect, twice as many before each further one


@dataclass(frozen=True)
class Archive:
    """One file, as its publisher had it."""

    address: str
    size: int
    sha256: str


LSUN = "http://dl.yf.io/lsun/scenes"  # the server has no TLS: the checksum is what counts
CYCLEGAN = "https://efrosgans.eecs.berkeley.edu/cyclegan/datasets"
ARCHIVES = {
    "church-outdoor": Archive(
        f"{LSUN}/church_outdoor_train_lmdb.zip",
        2_448_463_466,
        "91128ae026840ac0c5982b4445ab5fc4e092d6847cca76793b2b1a0815c2e74a",
    ),
    "monet2photo": Archive(
        f"{CYCLEGAN}/monet2photo.zip",
        305_231_073,
        "88f91b00fc228f97c9411fbf1880ec1d119c98f1722e4cfcfaa2fb35fac05b04",
    ),
    "summer2winter-yosemite": Archive(
        f"{CYCLEGAN}/summer2winter_yosemite.zip",
        132_640_856,
        "167fe1726807a9d22bd106b4a6c0bd7953b688af924ac1bf967439c4961e49f9",
    ),
}


def fetch(name: str, archive: Path) -> None:
    """Download an archive. What came before a connection broke is kept beside it, hidden: the next attempt, also that
    of a later job, asks for the rest alone. What is not the published file is deleted.

    Args:
        name: of the archive.
        archive: the file to write.

    Raises:
        UserError: the server does not give it, or gives something else.
    """
    wanted, part = ARCHIVES[name], archive.with_name(f".{archive.name}.download")
    with writing(part):
        part.parent.mkdir(parents=True, exist_ok=True)
        part.touch()
    said = ""
    for _ in range(ATTEMPTS):
        before = part.stat().st_size
        if before >= wanted.size or not (said := _ask(wanted, part)):
            _verify(wanted, part, archive)
            return
        log.info("%s: %s", wanted.address, said)
        if part.stat().st_size == before:  # nothing came, though it was tried again
            break
    if size := part.stat().st_size:
        kept = f"{size:,} of {wanted.size:,} bytes are kept, run again to go on from there"
        raise UserError(f"{wanted.address}: {said}; {kept}")
    part.unlink()
    raise UserError(f"{wanted.address}: {said}; run again later")


def _verify(wanted: Archive, part: Path, archive: Path) -> None:
    """Give a file its name, if it is the published one, or delete it."""
    try:
        size, digest = part.stat().st_size, file_digest(part)
        if (size, digest) != (wanted.size, wanted.sha256):
            with part.open("rb") as file:
                page = ", a web page" if file.read(64).lstrip().lower().startswith((b"<!doctype", b"<html")) else ""
            raise UserError(
                f"{wanted.address}: gave {size:,} bytes of sha256 {digest}{page}; "
                f"expected {wanted.size:,} of {wanted.sha256}"
            )
        with atomic(archive) as partial:
            part.replace(partial)
    finally:
        part.unlink(missing_ok=True)


def _ask(wanted: Archive, part: Path) -> str:
    """Ask for what is missing of a file, and add it; why the answer did not come to its end, or nothing."""
    have = part.stat().st_size
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    retry = Retry(RETRIES, backoff_factor=WAIT, status_forcelist=(429, 500, 502, 503, 504), raise_on_status=False)
    with requests.Session() as session:
        for scheme in ("http://", "https://"):
            session.mount(scheme, HTTPAdapter(max_retries=retry))
        try:
            with session.get(wanted.address, headers=headers, stream=True, timeout=TIMEOUT) as answer:
                if answer.status_code not in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
                    return f"{answer.status_code} {answer.reason}"
                have = have if answer.status_code == HTTPStatus.PARTIAL_CONTENT else 0
                _save(answer, have, wanted, part)
        except (requests.RequestException, HTTPError) as error:
            return " ".join(str(error).split())
    return ""


def _save(answer: requests.Response, have: int, wanted: Archive, part: Path) -> None:
    """Write what an answer brings behind the first ``have`` bytes; of a file too long, one byte too many."""
    label, lines = wanted.address.rsplit("/", 1)[1], log.isEnabledFor(logging.INFO)
    with (
        writing(part),
        part.open("r+b") as file,
        tqdm(total=wanted.size, initial=have, desc=label, unit="B", unit_scale=True, disable=lines) as bar,
    ):
        file.truncate(have)
        file.seek(have)
        while chunk := answer.raw.read(min(CHUNK, wanted.size + 1 - have)):
            file.write(chunk)
            before, have = have, have + len(chunk)
            bar.update(len(chunk))
            if have * 10 // wanted.size > before * 10 // wanted.size:
                log.info("%s: %d of %d bytes", label, have, wanted.size)
