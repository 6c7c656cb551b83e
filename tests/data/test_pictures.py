"""Images are unpacked to one size and order, and a damaged archive is one line."""

import io
import re
import zipfile
from pathlib import Path

import lmdb
import pytest
from PIL import Image
from safetensors.torch import load_file

from gangan.core.files import UserError
from gangan.data import pictures

COUNTS = (3, 2, 1, 2)


def jpeg(width: int, height: int, grey: int = 0) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (width, height), (grey, grey, grey)).save(written, "JPEG", quality=95)
    return written.getvalue()


@pytest.fixture
def scenes(tmp_path: Path) -> Path:
    """A zip of an LMDB, as LSUN has them."""
    folder = tmp_path / "church_outdoor_train_lmdb"
    with lmdb.open(str(folder), map_size=1 << 20) as made, made.begin(write=True) as writing:
        for i, (width, height) in enumerate([(64, 32), (40, 80), (32, 32)]):
            writing.put(f"key{i}".encode(), jpeg(width, height, 100 * i))
    path = tmp_path / "scenes.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for name in ("data.mdb", "lock.mdb"):
            packed.write(folder / name, f"{folder.name}/{name}")
    return path


@pytest.fixture
def domains(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A zip of two domains, as CycleGAN has them."""
    monkeypatch.setitem(pictures.COUNTS, "monet2photo", COUNTS)
    path = tmp_path / "domains.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for part, count in zip(pictures.DOMAINS, COUNTS, strict=True):
            for i in reversed(range(count)):
                packed.writestr(f"monet2photo/{part}/{i}.jpg", jpeg(48, 32, 50 * i))
    return path


def refused(unpack, archive: Path, said: str, *given: object) -> None:
    output = archive.with_name("out.safetensors")
    before = set(archive.parent.iterdir())
    with pytest.raises(UserError, match=said) as error:
        unpack(*given, archive, output)
    assert "\n" not in str(error.value)
    assert set(archive.parent.iterdir()) == before


def test_scenes_are_scaled_by_their_shorter_side_and_the_middle_is_cut_out(scenes: Path, tmp_path: Path) -> None:
    pictures.unpack_scenes(16, scenes, tmp_path / "out.safetensors")
    images = load_file(tmp_path / "out.safetensors")["train"]
    assert images.shape == (3, 3, 16, 16)
    assert [image.float().mean().round().item() for image in images] == pytest.approx([0, 100, 200], abs=2)
    assert not list(tmp_path.glob("tmp*"))


def test_two_domains_are_read_in_the_order_of_their_names(domains: Path, tmp_path: Path) -> None:
    pictures.unpack_domains("monet2photo", 24, domains, tmp_path / "out.safetensors")
    held = load_file(tmp_path / "out.safetensors")
    assert {part: len(images) for part, images in held.items()} == dict(zip(pictures.DOMAINS, COUNTS, strict=True))
    assert held["trainA"][:, 0, 0, 0].tolist() == pytest.approx([0, 50, 100], abs=2)


def test_the_middle_of_an_image_is_kept(tmp_path: Path) -> None:
    wide = Image.new("RGB", (60, 20))
    wide.paste((255, 255, 255), (20, 0, 40, 20))
    wide.save(tmp_path / "wide.png")
    pictures.gather_folders(20, [tmp_path / "wide.png"] * 10, [tmp_path / "wide.png"] * 10, tmp_path / "out")
    assert (load_file(tmp_path / "out")["trainA"] == 255).all()


def test_a_broken_archive_is_one_line_and_nothing_stays(scenes: Path, domains: Path) -> None:
    for unpack, archive, given in (
        (pictures.unpack_scenes, scenes, (16,)),
        (pictures.unpack_domains, domains, ("monet2photo", 24)),
    ):
        archive.write_bytes(archive.read_bytes()[:-30])
        refused(unpack, archive, rf"^{re.escape(str(archive))}: no .*delete the file and run again$", *given)


def test_other_images_than_the_set_has_are_one_line(domains: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(pictures.COUNTS, "monet2photo", (3, 2, 1, 4))
    said = r": 2 images in testB, monet2photo has 4; delete the file and run again$"
    refused(pictures.unpack_domains, domains, said, "monet2photo", 24)


def test_a_file_that_is_no_image_is_named(tmp_path: Path) -> None:
    (tmp_path / "no.png").write_bytes(jpeg(32, 32)[:100])
    with pytest.raises(UserError, match=r"no\.png: no readable image \(.*\); replace or delete the file$"):
        pictures.gather_folders(32, [tmp_path / "no.png"] * 10, [tmp_path / "no.png"] * 10, tmp_path / "out")
    with zipfile.ZipFile(tmp_path / "empty.zip", "w"):
        pass
    refused(pictures.unpack_scenes, tmp_path / "empty.zip", r"no zip of an LMDB", 16)
