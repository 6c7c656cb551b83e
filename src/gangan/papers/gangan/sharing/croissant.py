"""Croissant metadata of shared rows, for archives and search (mlcommons.org/croissant, version 1.1).

Croissant has no way to say where in an HDF5 file a field is. So each field has the name, the type and the shape of a
dataset and says only which file it is in: validators accept that, but no reader of Croissant gets records by it. The
description says so.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gangan.core.files import LINEAGE, atomic, file_digest
from gangan.papers.gangan.sharing.cards import Citation, SharedRows

TYPES = {"string": "sc:Text", "int32": "cr:Int32", "float32": "cr:Float32"}
CR = [
    "arrayShape",
    "citeAs",
    "column",
    "extract",
    "field",
    "fileObject",
    "fileProperty",
    "fileSet",
    "format",
    "includes",
]
CR += ["isArray", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet", "references", "regex"]
CR += ["repeated", "replace", "samplingRate", "separator", "source", "subField", "transform", "equivalentProperty"]
CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
    **{term: f"cr:{term}" for term in CR},
}


def describe(digits: str, citation: Citation, rows: Path) -> dict[str, Any]:
    """The metadata of a file of shared rows, as JSON-LD; saved with its lineage as the job's output.

    Args:
        digits: the dataset that the GANs were trained on.
        citation: of this project.
        rows: the file.
    """
    shared = SharedRows.read(rows)
    facts = shared.facts
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "name": f"gangan-{facts['study']}-rows",
        "description": (
            f"{len(shared.lines)} GANs trained on {digits}: each the weights of a run after an epoch, with its scores. "
            "Croissant cannot say where in an HDF5 file a field is: each field here is the HDF5 dataset of its name, "
            "and records are read not by Croissant but by datasets.load_dataset('hdf5', …) or h5py."
        ),
        "version": facts["version"],
        "license": f"https://spdx.org/licenses/{citation.licence}.html",
        "creator": {"@type": "sc:Organization", "name": citation.authors},
        "citeAs": f"{citation.authors}: {citation.title}, version {facts['version']}",
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": rows.name,
                "name": rows.name,
                "contentUrl": rows.name,
                "contentSize": f"{shared.bytes} B",
                "encodingFormat": "application/x-hdf5",
                "sha256": file_digest(rows),
            }
        ],
        "recordSet": [
            {
                "@type": "cr:RecordSet",
                "@id": "rows",
                "name": "rows",
                "description": "A record is one GAN after one epoch.",
                "field": [_field(column, rows.name) for column in shared.columns],
            }
        ],
    }


def _field(column: dict[str, Any], file: str) -> dict[str, Any]:
    field = {
        "@type": "cr:Field",
        "@id": f"rows/{column['name']}",
        "name": column["name"],
        "description": column["about"],
        "dataType": TYPES[column["type"]],
        "source": {"fileObject": {"@id": file}},
    }
    shape = ",".join(map(str, column["shape"]))
    return field | ({"isArray": True, "arrayShape": shape} if shape else {})


def _save(made: dict[str, Any], outputs: Sequence[Path], lineage: str) -> None:
    text = json.dumps(made | {"identifier": f"{LINEAGE}{lineage}"}, indent=2, ensure_ascii=False)
    for path in outputs:
        with atomic(path) as partial:
            partial.write_text(text + "\n", "utf-8")


describe.save = _save  # type: ignore[attr-defined]  # which the job runner calls
