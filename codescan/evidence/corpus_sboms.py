# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A corpus as a dataset of bills of materials: SPDX 3.0 Dataset profile, CycloneDX 1.6 ML-BOM."""

from __future__ import annotations

import io
import json
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from codescan.errors import MissingExtraError
from codescan.evidence.cyclonedx_document import cyclonedx_document
from codescan.licenses.expressions import normalize
from codescan.records import NOASSERTION
from codescan.reports.escaping import clip, json_text, visible

if TYPE_CHECKING:
    from codescan.evidence.corpus_summary import CorpusSummary, Counted

__all__ = ["corpus_ml_bom", "corpus_spdx"]

_SPEC = "3.0.1"
_NAMESPACE = uuid.UUID("5f0f0d55-7a3b-5c1e-9a4f-6f5f3c8b2d10")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIELD = 1_000
_NO_ASSERTION = "https://spdx.org/rdf/3.0.1/terms/ExpandedLicensing/NoAssertionLicense"


def corpus_ml_bom(summary: CorpusSummary) -> str:
    """The CycloneDX 1.6 BOM: one component of type data. The same summary gives the same text."""
    identity = uuid.uuid5(_NAMESPACE, f"{summary.digest} {summary.tool_version}")
    sensitive = [] if summary.private_data is None else _sensitive(summary.private_data)
    data: dict[str, Any] = {
        "bom-ref": "corpus-data",
        "type": "dataset",
        "name": _text(summary.name),
        "description": _description(summary),
        "contents": {
            "properties": [{"name": name, "value": value} for name, value in _properties(summary)]
        },
        **({"sensitiveData": sensitive} if sensitive else {}),
    }
    component = {
        "type": "data",
        "bom-ref": "corpus",
        "name": _text(summary.name) or "corpus",
        "hashes": [{"alg": "SHA-256", "content": summary.digest}],
        "data": [data],
    }
    return cyclonedx_document([component], identity, _text(summary.tool_version) or "unknown")


def corpus_spdx(summary: CorpusSummary) -> str:
    """The SPDX 3.0 document with a DatasetPackage. The same summary gives the same text.

    Raises:
        MissingExtraError: spdx-python-model is not installed.
    """
    try:
        from spdx_python_model.bindings import v3_0_1 as model
    except ImportError as error:
        raise MissingExtraError("the SPDX 3.0 format", "sbom") from error
    out = io.BytesIO()
    model.JSONLDSerializer().write(_objects(summary, model), out)
    data = json.loads(out.getvalue())
    data["@graph"].sort(key=lambda each: str(each.get("spdxId", each.get("@id", ""))))
    return json_text(data)


def _objects(summary: CorpusSummary, model: Any) -> Any:
    base = f"https://spdx.org/spdxdocs/codescan-corpus-{uuid.uuid5(_NAMESPACE, summary.digest)}#"
    moment = _moment(summary.dates.indexed)
    info = model.CreationInfo(_id="_:creation", specVersion=_SPEC, created=moment)
    tool = f"codescan-{_text(summary.tool_version) or 'unknown'}"
    agent = model.SoftwareAgent(_id=f"{base}Agent", creationInfo=info, name=tool)
    info.createdBy.append(agent)
    maker = model.Tool(_id=f"{base}Tool", creationInfo=info, name=tool)
    info.createdUsing.append(maker)
    origin = model.Agent(_id=f"{base}Origin", creationInfo=info, name=NOASSERTION)
    dataset = _dataset(summary, model, f"{base}Dataset", info, origin)
    document = model.SpdxDocument(
        _id=f"{base}Document", creationInfo=info, name="codescan-corpus-summary"
    )
    objects: list[Any] = [agent, maker, origin, dataset]
    for number, row in enumerate(summary.licenses, start=1):
        element = _license(row, f"{base}License-{number}", info, model)
        if element is not None:
            objects.append(element)
    licenses = objects[4:] or [_NO_ASSERTION]
    objects.append(
        _relation(model, f"{base}Declared", info, dataset, "hasDeclaredLicense", licenses)
    )
    objects.append(
        _relation(model, f"{base}Concluded", info, dataset, "hasConcludedLicense", [_NO_ASSERTION])
    )
    profiles = model.ProfileIdentifierType
    document.profileConformance = [
        profiles.core, profiles.software, profiles.simpleLicensing, profiles.dataset,
    ]  # fmt: skip
    document.rootElement = [dataset]
    document.element = sorted(objects, key=lambda each: str(each._id))  # noqa: SLF001
    graph = model.SHACLObjectSet()
    for each in (info, *objects, document):
        graph.add(each)
    return graph


def _dataset(summary: CorpusSummary, model: Any, name: str, info: Any, origin: Any) -> Any:
    moment = _moment(summary.dates.indexed)
    dataset = model.dataset_DatasetPackage(
        _id=name, creationInfo=info, name=_text(summary.name) or "corpus"
    )
    dataset.dataset_datasetType = [model.dataset_DatasetType.text]
    dataset.dataset_datasetSize = summary.bytes
    dataset.dataset_dataCollectionProcess = clip(_sources(summary), _FIELD)
    dataset.dataset_dataPreprocessing = [
        "Files that are binary, generated, minified or in an unknown language are left out."
    ]
    has = model.PresenceType
    dataset.dataset_hasSensitivePersonalInformation = (
        has.noAssertion if summary.private_data is None
        else has.yes if _sensitive(summary.private_data) else has.no
    )  # fmt: skip
    if summary.opt_outs is not None:
        dataset.dataset_datasetUpdateMechanism = _text(
            f"Opt-out list of {summary.opt_outs.get('applied')}, SHA-256 "
            f"{summary.opt_outs.get('sha256')}"
        )
    dataset.description = _description(summary)
    dataset.builtTime = moment
    dataset.releaseTime = moment
    dataset.originatedBy = [origin]
    dataset.software_downloadLocation = NOASSERTION
    dataset.software_primaryPurpose = model.software_SoftwarePurpose.data
    dataset.software_copyrightText = (
        "\n".join(_text(row.name) for row in summary.holders) or NOASSERTION
    )
    dataset.verifiedUsing = [
        model.Hash(algorithm=model.HashAlgorithm.sha256, hashValue=summary.digest)
    ]
    return dataset


def _license(row: Counted, name: str, info: Any, model: Any) -> Any | None:
    """The element of an expression that SPDX's list knows; None for others."""
    expression = normalize(row.name)
    if expression in (NOASSERTION, "NONE") or "LicenseRef-" in expression:
        return None
    return model.simplelicensing_LicenseExpression(
        _id=name, creationInfo=info, simplelicensing_licenseExpression=expression
    )


def _relation(model: Any, name: str, info: Any, source: Any, kind: str, targets: list[Any]) -> Any:
    return model.Relationship(
        _id=name, creationInfo=info, from_=source,
        relationshipType=getattr(model.RelationshipType, kind), to=targets,
    )  # fmt: skip


def _moment(date: str) -> datetime:
    try:
        return datetime.fromisoformat(date).replace(tzinfo=UTC)
    except ValueError:
        return _EPOCH


def _description(summary: CorpusSummary) -> str:
    return (
        f"{summary.packages:,} packages, {summary.files:,} files, {summary.contents:,} different "
        f"contents, {summary.bytes:,} bytes. {summary.duplicates.extra_files:,} files are copies "
        f"of others. Licenses are what files and packages declare."
    )


def _sources(summary: CorpusSummary) -> str:
    return (
        "; ".join(
            _text(" ".join(f"{key}={value}" for key, value in source.items()))
            for source in summary.sources
        )
        or NOASSERTION
    )


def _properties(summary: CorpusSummary) -> list[tuple[str, str]]:
    """Counts as name and value, under names of codescan's own."""
    tables = {
        "registry": summary.registries, "language": summary.languages,
        "license-category": summary.license_categories, "license": summary.licenses,
    }  # fmt: skip
    pairs = [
        ("codescan:packages", str(summary.packages)), ("codescan:files", str(summary.files)),
        ("codescan:bytes", str(summary.bytes)),
        ("codescan:duplicate-files", str(summary.duplicates.extra_files)),
        ("codescan:copyright-holders", str(summary.holders_total)),
        ("codescan:packages-of-unknown-license", str(summary.unknown_licenses_total)),
        ("codescan:indexed", summary.dates.indexed),
    ]  # fmt: skip
    for name, rows in tables.items():
        pairs += [(f"codescan:{name}:{_text(row.name)}", str(row.files)) for row in rows]
    if summary.opt_outs is not None:
        pairs.append(("codescan:opt-outs", str(summary.opt_outs.get("sha256"))))
    return [(_text(name), _text(value)) for name, value in pairs]


def _sensitive(private_data: dict[str, Any]) -> list[str]:
    kinds = private_data.get("kinds")
    return [
        f"{each['kind']}: {each['items']}"
        for each in (kinds if isinstance(kinds, list) else [])
        if each["items"]
    ]


def _text(value: str) -> str:
    return visible(clip(str(value), _FIELD))
