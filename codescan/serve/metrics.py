# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Metrics of the service for Prometheus: counts and times, never text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

if TYPE_CHECKING:
    from codescan.app.text_scan import TextResult

__all__ = ["Metrics"]

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """Counters of one service, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "codescan_requests_total", "Requests by route and status.", ("route", "status"),
            registry=self.registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "codescan_request_seconds", "Seconds from the request to the end of its answer.",
            ("route",), buckets=_SECONDS, registry=self.registry,
        )  # fmt: skip
        self._texts = Counter(
            "codescan_texts_total", "Scanned texts by result.", ("status",), registry=self.registry
        )
        self._bytes = Counter(
            "codescan_text_bytes_total", "Bytes of scanned texts.", registry=self.registry
        )
        self._findings = Counter(
            "codescan_findings_total", "Findings by grade.", ("grade",), registry=self.registry
        )
        self.active = Gauge(
            "codescan_active_requests", "Requests that are scanned or wait.", registry=self.registry
        )
        self.swaps = Gauge(
            "codescan_index_swaps", "How often the index was replaced.", registry=self.registry
        )

    def note_request(self, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def note_result(self, result: TextResult) -> None:
        """Count a text."""
        self._texts.labels(result.status).inc()
        self._bytes.inc(result.bytes)
        for finding in result.findings:
            self._findings.labels(finding.grade.value).inc()

    def render(self) -> bytes:
        """All metrics in the text format of Prometheus."""
        return generate_latest(self.registry)
