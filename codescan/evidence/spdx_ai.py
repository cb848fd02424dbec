# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""SPDX 3.0 AI profile as JSON-LD: an AIPackage for each model, with its measured rates as metrics.

Written with spdx-python-model. The AI profile requires supplier, download location, version and
time of release. The document claims the profile where the user stated them; without them it claims
core and software alone.
"""

from __future__ import annotations

import io
import json
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from codescan.errors import MissingExtraError
from codescan.evidence.model_card import LIMITATION, ModelCard, plain
from codescan.reports.escaping import json_text

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["spdx_ai"]

_SPEC = "3.0.1"
_NAMESPACE = uuid.UUID("8d1a3f62-1f0b-5c43-9d77-90c2a6a7c1de")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""A clock would make two bundles of one run differ; the runs hold their own dates."""


def spdx_ai(cards: Sequence[ModelCard], tool_version: str) -> str:
    """The SPDX document of some models. The same cards always give the same text.

    Args:
        cards: of the models.
        tool_version: of codescan.

    Raises:
        MissingExtraError: spdx-python-model is not installed.
    """
    try:
        from spdx_python_model.bindings import v3_0_1 as model
    except ImportError as error:
        raise MissingExtraError("the SPDX 3.0 format", "sbom") from error
    out = io.BytesIO()
    model.JSONLDSerializer().write(_objects(cards, tool_version, model), out)
    data = json.loads(out.getvalue())
    data["@graph"].sort(key=lambda each: str(each.get("spdxId", each.get("@id", ""))))
    return json_text(data)


def _objects(cards: Sequence[ModelCard], tool_version: str, model: Any) -> Any:
    identity = uuid.uuid5(_NAMESPACE, repr((cards, tool_version)))
    base = f"https://spdx.org/spdxdocs/codescan-evidence-{identity}#"
    info = model.CreationInfo(_id="_:creation", specVersion=_SPEC, created=_EPOCH)
    tool = f"codescan-{tool_version}"
    agent = model.SoftwareAgent(_id=f"{base}Agent", creationInfo=info, name=tool)
    maker = model.Tool(_id=f"{base}Tool", creationInfo=info, name=tool)
    info.createdBy.append(agent)
    info.createdUsing.append(maker)
    packages = [
        _package(card, f"{base}Model-{number}", info, model)
        for number, card in enumerate(cards, start=1)
    ]
    document = model.SpdxDocument(
        _id=f"{base}Document", creationInfo=info, name="codescan-evidence", comment=LIMITATION
    )
    profiles = model.ProfileIdentifierType
    document.profileConformance = [profiles.core, profiles.software]
    if cards and all(card.release is not None and card.revision for card in cards):
        document.profileConformance.append(profiles.ai)
    document.rootElement = packages
    suppliers = [package.suppliedBy for package in packages if package.suppliedBy is not None]
    document.element = [agent, maker, *suppliers, *packages]
    objects = model.SHACLObjectSet()
    for each in (info, agent, maker, *suppliers, *packages, document):
        objects.add(each)
    return objects


def _package(card: ModelCard, name: str, info: Any, model: Any) -> Any:
    package = model.ai_AIPackage(_id=name, creationInfo=info, name=card.name)
    package.software_packageVersion = card.revision or "not stated"
    package.software_primaryPurpose = model.software_SoftwarePurpose.model
    package.ai_limitation = LIMITATION
    if card.release is not None:
        package.suppliedBy = model.Agent(
            _id=f"{name}-Supplier", creationInfo=info, name=plain(card.release.supplier)
        )
        package.software_downloadLocation = card.release.download_location
        package.releaseTime = card.release.released
    for _, digest in card.hashes:
        package.verifiedUsing.append(
            model.Hash(algorithm=model.HashAlgorithm.sha256, hashValue=digest)
        )
    for measured in card.rates:
        package.ai_metric.append(
            model.DictionaryEntry(
                key=f"{plain(measured.run)}: {plain(measured.rate.place)}",
                value=f"{measured.rate.value:.6g} ({plain(measured.rate.words)})",
            )
        )
    return package
