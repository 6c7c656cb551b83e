"""Cards: what they say is what the files say, and their code runs."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import h5py
import pandas as pd
import pytest
import torch
import yaml

from gangan.core import rowfile
from gangan.papers.gangan import networks
from gangan.papers.gangan.sharing import cards, croissant, states
from gangan.papers.gangan.sharing.rules import citation
from gangan.papers.gangan.spaces import frames
from gangan.papers.gangan.training import sample
from support.clone import ROOT
from support.scoring import GAN, LAYOUT, gangan_weights, write_gangan
from support.trainings import LINEAR, gangan

from .conftest import Shared

SAID = cards.Citation(**citation(ROOT / "CITATION.cff"))
LINEAGE = "0" * 64


def head(card: str) -> dict[str, Any]:
    """The YAML at a card's head."""
    start, text, _ = card.split("---\n", 2)
    assert start == ""
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def run_code(card: str, library: str) -> dict[str, Any]:
    """The code of a card that imports a library, done."""
    (code,) = [code for code in re.findall(r"```python\n(.*?)```", card, re.DOTALL) if library in code]
    made: dict[str, Any] = {}
    exec(code, made)
    return made


def of_rows(shared: Shared) -> tuple[str, Path]:
    path = shared.write("rows.h5")
    return cards.of_rows("mnist", SAID, path).text(LINEAGE), path


def test_the_citation_is_the_projects() -> None:
    said = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert (SAID.title, SAID.licence) == (said["title"], said["license"])
    assert SAID.paper == "Joseph Suarez, “GAN You Do the GAN GAN?”, 2019, arXiv:1904.00724"


def test_the_card_of_rows_says_what_the_file_holds(shared: Shared) -> None:
    card, path = of_rows(shared)
    said = head(card)
    assert (said["license"], said["size_categories"]) == ("mit", ["n<1K"])
    assert said["configs"] == [{"config_name": "default", "data_files": "rows.h5"}]
    assert "\n20 rows. Each is one GAN" in card
    assert "| learned | mlp | 3 | 12 |\n| held-out | more | 2 | 8 |" in card
    # epochs 1, 2 and 4; distances are 100 × run + epoch, and those by validation digits have the other sign
    assert "| learned | 1 | 3 | 100 | 200 |\n| learned | 2 | 3 | 101 | 201 |\n| learned | 4 | 3 | 103 | 203 |" in card
    assert "| held-out | 4 | 2 | 353 | 403 |" in card
    assert "The best row by validation digits is GAN 4 after 4 epochs: 403." in card  # validation is −distance
    assert f"| rows.h5 | {path.stat().st_size / 1e6:.1f} | `{hashlib.sha256(path.read_bytes()).hexdigest()}` |" in card
    with h5py.File(path) as file:
        rows = {name: f"| `{name}` |" for name in file}
    assert all(row in card for row in rows.values())
    assert f"gangan:lineage:{LINEAGE}" in card
    assert "No run is held out" not in card
    assert not re.search(r"\{\{|\{%|&(?:lt|gt|amp|#)", card)


def test_its_code_aligns_a_generator(shared: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shared.folder)
    made = run_code(of_rows(shared)[0], "h5py")
    row = rowfile.rows(shared.gans[2])[[-1]]
    with h5py.File("rows.h5") as file:
        fields = frames.FIELDS["generator"]
        frame = frames.Frame(**{field: file[f"aligned_generator_{field}"][-1] for field in fields})
    own = {name.removeprefix("generator."): one for name, one in LAYOUT.unflatten(row).items() if "generator" in name}
    for name, tensor in frame.apply(own).items():
        torch.testing.assert_close(torch.from_numpy(made["aligned"][f"generator.{name}"]), tensor[0])


def described(shared: Shared, **training: Any) -> tuple[str, Path]:
    """The card of one GAN-GAN, and its file."""
    settings = gangan(**training)
    weights = write_gangan(shared.folder / "w", settings, gangan_weights(settings, scale=0.3))
    states.share(weights, shared.folder / "one.safetensors")
    claims = {"claim": "S0-C1", "arm": "one", "measure": "share", "estimate": 0.25, "low": 0.1, "high": None, "n": 4}
    pd.DataFrame([claims | {"verdict": "inconclusive", "p": 1}]).to_csv(shared.folder / "claims.csv", index=False)
    quality = {"what": "draws", "of": "one", "n": 4, "frechet": 123.4, "low": 1, "high": 2, "best": 0.5}
    pd.DataFrame([quality]).to_csv(shared.folder / "quality.csv", index=False)
    tables = [shared.folder / f"{name}.csv" for name in ("claims", "quality")]
    page = cards.of_gangans("tiny", "1.2.3", "mnist", SAID, {"one": 3}, [shared.folder / "one.safetensors"], *tables)
    return page.text(LINEAGE), weights


def test_the_card_of_gangans_says_what_files_and_tables_hold(shared: Shared) -> None:
    card, _ = described(shared)
    assert head(card)["license"] == "mit"
    size = sum(tensor.numel() for name, tensor in gangan_weights(gangan()).items() if name.startswith("generator."))
    assert re.search(rf"\| one\.safetensors \| one \| 3 \| 1 \| {size:,} \| 0\.2 \| `[0-9a-f]{{64}}` \|", card)
    assert re.search(r"\| S0-C1 +\| one +\| share +\| +0\.25 \| +0\.1 \| +\| +4 \| inconclusive \|", card)
    assert re.search(r"\| draws +\| one +\| +4 \| +123\.4 \| +1 \| +2 \| +0\.5 \|", card)


@pytest.mark.parametrize("training", [{}, {"latent": 3, "space": LINEAR}])
def test_its_code_draws_gans_and_their_digits(
    shared: Shared, training: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    card, weights = described(shared, **training)
    monkeypatch.chdir(shared.folder)
    made = run_code(card, "safe_open")
    rows = sample.read(weights).sample(made["z"])
    drawn = {name: torch.stack([gan[name] for gan in made["gans"]]) for name, _ in LAYOUT.shapes}
    torch.testing.assert_close(LAYOUT.flatten(drawn), rows)
    torch.testing.assert_close(made["digits"], networks.draw(GAN, rows, LAYOUT, made["noise"]))


def test_a_shared_gangan_is_what_it_was(shared: Shared) -> None:
    _, weights = described(shared)
    z = torch.randn(2, 1)
    assert torch.equal(sample.read(shared.folder / "one.safetensors").sample(z), sample.read(weights).sample(z))


def metadata(shared: Shared) -> dict[str, Any]:
    """Croissant's, as written."""
    made = croissant.describe("mnist", SAID, shared.write("rows.h5"))
    croissant.describe.save(made, [shared.folder / "croissant.json"], LINEAGE)  # type: ignore[attr-defined]
    found: dict[str, Any] = json.loads((shared.folder / "croissant.json").read_text())
    return found


def test_croissant_says_name_type_and_shape_of_every_column(shared: Shared) -> None:
    found = metadata(shared)
    (file,) = found["distribution"]
    content = (shared.folder / "rows.h5").read_bytes()
    assert file["sha256"] == hashlib.sha256(content).hexdigest()
    assert file["contentSize"] == f"{len(content)} B"
    assert found["identifier"] == f"gangan:lineage:{LINEAGE}"
    fields = {field["name"]: field for field in found["recordSet"][0]["field"]}
    with h5py.File(shared.folder / "rows.h5") as columns:
        assert fields.keys() == columns.keys()
        for name, column in columns.items():
            shape = fields[name].get("arrayShape")
            assert (tuple(map(int, shape.split(","))) if shape else ()) == column.shape[1:]
    types = {name: fields[name]["dataType"] for name in ("gan", "split", "generator_weights")}
    assert types == {"gan": "cr:Int32", "split": "sc:Text", "generator_weights": "cr:Float32"}


def test_croissants_own_library_takes_it(shared: Shared) -> None:
    mlcroissant = pytest.importorskip("mlcroissant")
    metadata(shared)
    assert not mlcroissant.Dataset(jsonld=shared.folder / "croissant.json").metadata.issues.errors
