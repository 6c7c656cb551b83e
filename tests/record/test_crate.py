"""The export of a study as a Workflow Run RO-Crate."""

import base64
import contextlib
import json
from importlib.resources import files
from pathlib import Path
from typing import Any, ClassVar

import pytest

from gangan.core.files import UserError
from gangan.record import crate, ledger
from support.clone import Clone

CONTEXT = "https://w3id.org/ro/crate/1.1/context"


@pytest.fixture(scope="session")
def exported(finished: Clone, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("crate") / "crate"
    with contextlib.chdir(finished.folder):
        crate.export(finished.folder, "tiny", ledger.collect(finished.folder, "tiny"), output)
    return output


def entities(folder: Path) -> dict[str, dict[str, Any]]:
    graph = json.loads((folder / "ro-crate-metadata.json").read_text())["@graph"]
    return {entity["@id"]: entity for entity in graph}


def test_figures_are_in_the_crate_and_rows_are_named_by_their_digest(exported: Path, finished: Clone) -> None:
    graph = entities(exported)
    figure = "results/tiny/gangan/figures/fig1.png"
    assert (exported / figure).read_bytes() == (finished.folder / figure).read_bytes()
    assert not (exported / "results/tiny/gangan/zoos").exists()
    record = ledger.collect(finished.folder, "tiny").kept["results/tiny/gangan/zoos/mlp/zoo.h5.json"]
    zoo = record.outputs["zoo"]
    digest = base64.urlsafe_b64encode(bytes.fromhex(zoo.sha256)).decode().rstrip("=")
    entity = graph[f"ni:///sha-256;{digest}"]
    assert (entity["name"], entity["contentSize"], entity["sha256"]) == (zoo.path, str(zoo.size), zoo.sha256)


def test_each_job_is_an_action_from_its_inputs_to_its_outputs(exported: Path, finished: Clone) -> None:
    graph = entities(exported)
    actions = {identity: e for identity, e in graph.items() if identity.startswith("#run-")}
    assert len(actions) == len(ledger.collect(finished.folder, "tiny").kept)
    pack = actions["#run-results/tiny/gangan/zoos/mlp/zoo.h5.json"]
    assert pack["instrument"] == {"@id": "#gangan_pack_zoo"}
    read = [graph[thing["@id"]]["name"] for thing in pack["object"]]
    assert read[:2] == [f"results/tiny/gangan/zoos/mlp/gans/{first}.h5" for first in ("00", "02")]
    settings = ledger.collect(finished.folder, "tiny").kept["results/tiny/gangan/zoos/mlp/zoo.h5.json"].settings
    assert settings.keys() <= set(read)


def test_an_existing_folder_is_not_written_into(exported: Path, finished: Clone) -> None:
    with pytest.raises(UserError, match="exists"):
        crate.export(finished.folder, "tiny", ledger.collect(finished.folder, "tiny"), exported)


def test_it_conforms_to_the_provenance_run_crate_profile(exported: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All REQUIRED checks of roc-validator, its network replaced by the context that rocrate ships.

    Not checked, for that takes a network: the RO-Crate 1.1 context itself (rocrate ships that of 1.3, whose one other
    name that matters here is put back), and whether the web addresses in the crate answer.
    """
    pytest.importorskip("rocrate_validator", reason="needs roc-validator: pip install .[validate]")
    from rocrate_validator import services
    from rocrate_validator.models import Severity, ValidationSettings
    from rocrate_validator.utils.http import HttpRequester

    class Answer:
        status_code, ok = 200, True
        headers: ClassVar = {"Content-Type": "application/ld+json"}
        text = files("rocrate").joinpath("data/ro-crate.jsonld").read_text()
        text = text.replace("bioschemas.org/terms/ComputationalWorkflow", "bioschemas.org/ComputationalWorkflow")
        content = text.encode()
        url = CONTEXT

        def json(self) -> Any:
            return json.loads(self.text)

    def answer(_: object, url: str, **__: object) -> Answer:
        assert url == CONTEXT, f"the validator wants {url}"
        return Answer()

    monkeypatch.setattr(HttpRequester, "get", answer, raising=False)
    result = services.validate(
        ValidationSettings(
            rocrate_uri=str(exported),
            profile_identifier="provenance-run-crate-0.5",
            requirement_severity=Severity.REQUIRED,
            skip_availability_check=True,
        )
    )
    assert [f"{issue.check.identifier}: {issue.message}" for issue in result.get_issues()] == []
