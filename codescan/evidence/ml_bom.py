# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""CycloneDX 1.6 ML-BOM (ECMA-424): models with model cards that carry the measured rates.

Written as JSON, since cyclonedx-python-lib has no model cards. Tests validate it with the official
schema.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from codescan.evidence.cyclonedx_document import cyclonedx_document
from codescan.evidence.model_card import LIMITATION, ModelCard, plain
from codescan.records.json_encode import canonical_json

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ml_bom"]

_NAMESPACE = uuid.UUID("c5a9a8b1-6c3e-5d0a-8f1f-3f8f5d1b7a42")


def ml_bom(cards: Sequence[ModelCard], tool_version: str) -> str:
    """The bill of materials of some models. The same cards always give the same text.

    Args:
        cards: of the models.
        tool_version: of codescan.
    """
    components = [_component(card, number) for number, card in enumerate(cards, start=1)]
    identity = uuid.uuid5(_NAMESPACE, canonical_json([components, tool_version]).decode())
    return cyclonedx_document(components, identity, tool_version)


def _component(card: ModelCard, number: int) -> dict[str, Any]:
    component: dict[str, Any] = {
        "type": "machine-learning-model",
        "bom-ref": f"model-{number}",
        "name": card.name,
        **({"version": card.revision} if card.revision else {}),
    }
    if card.release is not None:
        component["supplier"] = {"name": plain(card.release.supplier)}
        component["externalReferences"] = [
            {"type": "distribution", "url": card.release.download_location}
        ]
        component["properties"] = [
            {"name": "codescan:released", "value": card.release.released.isoformat()}
        ]
    if len(card.hashes) == 1:
        component["hashes"] = [{"alg": "SHA-256", "content": card.hashes[0][1]}]
    elif card.hashes:
        component["components"] = [
            {
                "type": "file",
                "bom-ref": f"model-{number}-file-{place}",
                "name": name,
                "hashes": [{"alg": "SHA-256", "content": digest}],
            }
            for place, (name, digest) in enumerate(card.hashes, start=1)
        ]
    component["modelCard"] = {
        "quantitativeAnalysis": {
            "performanceMetrics": [
                {
                    "type": plain(measured.rate.place),
                    "value": f"{measured.rate.value:.6g}",
                    "slice": f"run {plain(measured.run)}: {measured.rate.k} of {measured.rate.n}",
                    "confidenceInterval": {
                        "lowerBound": f"{measured.rate.low:.6g}",
                        "upperBound": f"{measured.rate.high:.6g}",
                    },
                }
                for measured in card.rates
            ]
        },
        "considerations": {"technicalLimitations": [LIMITATION]},
    }
    return component
