"""Colour images from archives and folders, all of one size: uint8 (n, 3, side, side) by part, in one file."""

import io
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import torch
from PIL import Image, UnidentifiedImageError
from torch import Tensor

from gangan.core.files import UserError, write_tensors

ENDING = ".jpg"
HELD_OUT = 10  # of a folder of one's own every tenth image is for testing
DOMAINS = ("trainA", "trainB", "testA", "testB")
# How many images of each part the published sets of two domains have.
COUNTS = {
    "monet2photo": (1072, 6287, 121, 751),
    "summer2winter-yosemite": (1231, 962, 309, 238),
}


def unpack_scenes(side: int, archive: Path, images: Path) -> None:
    """Write the images of an LSUN archive, a zip of an LMDB of JPEG, as ``train``.

    The LMDB is read as it is: torchvision's reader keeps its keys as a pickle.

    Args:
        side: of the images: the shorter side is scaled to it, and the middle is cut out.
        archive: the zip.
        images: safetensors to write.

    Raises:
        UserError: the archive is damaged.
    """
    import lmdb

    with tempfile.TemporaryDirectory(dir=archive.parent) as folder:
        try:
            with zipfile.ZipFile(archive) as packed:
                packed.extractall(folder)
            (place,) = Path(folder).rglob("data.mdb")
            with lmdb.open(str(place.parent), readonly=True, lock=False) as scenes, scenes.begin() as reading:
                found = torch.empty(reading.stat()["entries"], 3, side, side, dtype=torch.uint8)
                for image, (key, value) in zip(found, reading.cursor(), strict=True):
                    image.copy_(_read(value, side, archive, key.decode()))
        except (zipfile.BadZipFile, lmdb.Error, ValueError) as error:
            raise UserError(f"{archive}: no zip of an LMDB ({error}); delete the file and run again") from None
    write_tensors(images, {"train": found})


def unpack_domains(name: str, side: int, archive: Path, images: Path) -> None:
    """Write a published set of two domains: ``trainA``, ``trainB``, ``testA``, ``testB``.

    Args:
        name: of the set.
        side: of the images.
        archive: its zip.
        images: safetensors to write.

    Raises:
        UserError: the archive is damaged, or has not as many images as the set.
    """
    parts = {}
    try:
        with zipfile.ZipFile(archive) as packed:
            for part, count in zip(DOMAINS, COUNTS[name], strict=True):
                inside = sorted(
                    one for one in packed.namelist() if Path(one).parent.name == part and one.endswith(ENDING)
                )
                if len(inside) != count:
                    raise UserError(
                        f"{archive}: {len(inside):,} images in {part}, {name} has {count:,}; "
                        "delete the file and run again"
                    )
                parts[part] = torch.stack([_read(packed.read(one), side, archive, one) for one in inside])
    except zipfile.BadZipFile as error:
        raise UserError(f"{archive}: no whole zip ({error}); delete the file and run again") from None
    write_tensors(images, parts)


def gather_folders(side: int, a: list[Path], b: list[Path], images: Path) -> None:
    """Write images of one's own as two domains, every tenth of each for testing.

    Args:
        side: of the images.
        a: those of one domain.
        b: those of the other.
        images: safetensors to write.

    Raises:
        UserError: a file is no image.
    """
    parts: dict[str, Tensor] = {}
    for name, paths in (("A", a), ("B", b)):
        whole = torch.stack([_read(path.read_bytes(), side, path) for path in paths])
        held = torch.arange(len(whole)) % HELD_OUT == HELD_OUT - 1
        parts |= {f"train{name}": whole[~held], f"test{name}": whole[held]}
    write_tensors(images, {part: parts[part] for part in DOMAINS})


def _read(content: bytes, side: int, file: Path, name: str = "") -> Tensor:
    """An image (3, side, side): the shorter side is scaled, and the middle is cut out."""
    where = f"{file}, {name}" if name else f"{file}"
    try:
        with Image.open(io.BytesIO(content)) as opened:
            image = opened.convert("RGB")
    except (UnidentifiedImageError, OSError) as error:
        raise UserError(f"{where}: no readable image ({error}); replace or delete the file") from None
    scale = side / min(image.size)
    wide, high = (max(side, round(length * scale)) for length in image.size)
    left, top = (wide - side) // 2, (high - side) // 2
    image = image.resize((wide, high), Image.Resampling.BILINEAR).crop((left, top, left + side, top + side))
    return torch.from_numpy(np.array(image)).permute(2, 0, 1)
