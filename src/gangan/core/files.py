"""Files that are complete or absent, their digests, and errors a person can act on."""

import hashlib
import json
import os
import re
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the Snakefile imports this module, and torch takes seconds
    from numpy import ndarray
    from torch import Tensor


LINEAGE = "gangan:lineage:"  # goes before the lineage that a figure carries


class UserError(Exception):
    """A failure the user can fix: one line saying what, where, and what to do. Anything else is a bug."""


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Say in one line that the system does not let ``path`` be written.

    Raises:
        UserError: the folder or the disk does not allow it.
    """
    try:
        yield
    except OSError as error:
        if error.errno is None:  # not the system's word, a library's own
            raise
        raise _unwritable(path, error) from error


def beside(path: Path, what: str) -> Path:
    """A hidden file beside another, named after it.

    Raises:
        UserError: that is no file's name.
    """
    if not path.name:
        raise UserError(f"{path}: a folder; name a file in it")
    return path.with_name(f".{path.name}.{what}")


@contextmanager
def atomic(path: Path) -> Iterator[Path]:
    """Yield a path to write beside ``path``; it takes that name only once whole and on disk, and the name is
    on disk too when this ends.

    Raises:
        UserError: the folder or the disk does not allow it; nothing half-written stays.
    """
    partial = beside(path, "part")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield partial
        with partial.open("rb") as written:
            os.fsync(written.fileno())
        partial.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        about_another = error.filename is not None and Path(error.filename) != partial
        if error.errno is None or about_another:  # a library's own word, or a file read meanwhile
            raise
        raise _unwritable(path, error) from error
    finally:
        partial.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Bring the names of a folder's files to disk: without it a power failure may undo the last renames.

    Not every file system lets a folder be opened or synced; there, the names are as safe as it makes them.
    """
    with suppress(OSError):
        held = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(held)
        finally:
            os.close(held)


def _unwritable(path: Path, error: OSError) -> UserError:
    reason = os.strerror(error.errno or 0)  # HDF5's own words are many
    return UserError(f"cannot write {path}: {reason}; free space or mend permissions")


def system_error(error: Exception) -> Exception:
    """The system's error that a library reports in words of its own, or that library's error if it is another."""
    number = re.search(r"(?:os error|errno =) (\d+)", str(error))
    return OSError(int(number[1]), str(error)) if number else error


def write_tensors(
    path: Path,
    tensors: Mapping[str, "Tensor"],
    facts: Mapping[str, Any] | None = None,
    header: Mapping[str, str] | None = None,
) -> None:
    """Write a safetensors file, with ``facts`` as JSON in its header, and what else that is to say.

    Raises:
        UserError: as ``atomic``.
    """
    from safetensors import SafetensorError
    from safetensors.torch import save_file

    said = dict(header or {}) | ({"facts": json.dumps(facts)} if facts is not None else {})
    with atomic(path) as partial:
        partial.touch()
        allowed = stat.S_IMODE(partial.stat().st_mode)  # by the umask; the library lets nobody else read its files
        try:
            save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, partial, said or None)
            partial.chmod(allowed)
        except SafetensorError as error:
            raise system_error(error) from error


def read_tensors(path: Path) -> dict[str, "Tensor"]:
    """The tensors of a safetensors file.

    Raises:
        UserError: the file is damaged.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return load_file(path)
    except SafetensorError as error:
        raise UserError(f"{path}: {error}; delete the file and run again") from None


def write_arrays(path: Path, arrays: Mapping[str, "ndarray[Any, Any]"]) -> None:
    """Write an HDF5 file of arrays that fit in memory, where it is made: HDF5 does not survive a disk too full to close
    a file on.

    Raises:
        UserError: as ``atomic``.
    """
    import h5py

    with h5py.File(path.name, "w", driver="core", backing_store=False) as file:  # its name in messages alone
        for name, array in arrays.items():
            file[name] = array
        file.flush()
        content = file.id.get_file_image()
    with atomic(path) as partial:
        partial.write_bytes(content)


def hidden(path: PurePath) -> bool:
    """Whether the name of a file, or of a folder on its way, begins with a dot. Such files are not looked at: they are
    what editors, notebooks, file managers and unfinished jobs leave."""
    return any(part.startswith(".") for part in path.parts)


def shown(folder: Path, links: bool = False) -> list[Path]:
    """All files below a folder that are not hidden, in order; no folders, and nothing behind a link to one.

    With ``links`` these are followed, but to no folder twice, and to none that holds this one.
    """
    found, seen = [], {*map(str, Path(os.path.realpath(folder)).parents)}
    for here, folders, names in os.walk(folder, followlinks=links):
        if (place := os.path.realpath(here)) in seen:
            folders.clear()
            continue
        seen.add(place)
        folders[:] = [name for name in folders if not hidden(PurePath(name))]
        found += [Path(here, name) for name in names if not hidden(PurePath(name))]
    return sorted(found)


def file_digest(path: Path) -> str:
    """The sha256 of a file's content, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def text_digest(text: str) -> str:
    """The sha256 of a text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()
