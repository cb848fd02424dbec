# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The web page and its runs."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import msgspec
from fastapi import APIRouter, Response

from codescan.app.reports import REPORT_FILE, read_report, render
from codescan.app.runs import list_runs
from codescan.reports.headline import headline
from codescan.reports.report_layout import REPORT_CODEC
from codescan.serve.problems import RequestError

if TYPE_CHECKING:
    from pathlib import Path

    from codescan.records import Report
    from codescan.serve.service import Service

__all__ = ["page_router"]

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_REPORT_POLICY = (
    "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; "
    "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""Security policy of a report: one file with its own script, in a sandbox with its own origin."""
_TYPES = {
    "index.html": "text/html; charset=utf-8",
    "page.css": "text/css; charset=utf-8",
    "page.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
_MOST_FINDINGS = 5_000
_ID_LENGTH = 16


def page_router(service: Service) -> APIRouter:
    """The routes of the page.

    Args:
        service: the service.
    """
    router = APIRouter()
    folder = files("codescan.serve") / "page"
    contents = {name: (folder / name).read_bytes() for name in _TYPES}
    seconds = service.settings.timeout

    def asset(name: str) -> Response:
        headers = {"content-security-policy": _POLICY, "cache-control": "no-cache"}
        return Response(contents[name], headers=headers, media_type=_TYPES[name])

    @router.get("/", include_in_schema=False)
    async def page() -> Response:
        return asset("index.html")

    @router.get("/assets/{name}", include_in_schema=False)
    async def assets(name: str) -> Response:
        if name not in contents:
            raise RequestError(404, "unknown-route", "there is no such file")
        return asset(name)

    @router.get("/v1/runs", response_class=Response)
    async def runs() -> Response:
        """The runs below the service's runs folder, newest first."""
        content = await service.run(seconds, _runs, service)
        return Response(content, media_type="application/json")

    @router.get("/v1/runs/{run}", response_class=Response)
    async def run_findings(run: str) -> Response:
        """The first 5,000 findings of a run."""
        content = await service.run(seconds, _findings, service, run)
        return Response(content, media_type="application/json")

    @router.post("/v1/runs/{run}/ticket", response_class=Response)
    async def ticket(run: str) -> Response:
        """A ticket that opens a run's report once within 30 s, for services with a token."""
        await service.run(seconds, _report_folder, service, run)
        content = msgspec.json.encode({"ticket": service.tickets.issue(f"/runs/{run}")})
        headers = {"cache-control": "no-store"}
        return Response(content, headers=headers, media_type="application/json")

    @router.get("/runs/{run}", include_in_schema=False)
    async def report(run: str) -> Response:
        content = await service.run(seconds, _report_page, service, run)
        headers = {"content-security-policy": _REPORT_POLICY, "cache-control": "no-store"}
        return Response(content, headers=headers, media_type="text/html; charset=utf-8")

    return router


def _runs(service: Service) -> bytes:
    folder = service.settings.runs
    listed = list_runs((folder,)) if folder is not None else []
    return msgspec.json.encode({"runs": [
        {
            "id": _id(run.path) if run.headline else "",
            "run": _shown(run.path, folder),
            "date": run.date,
            "state": run.state,
            "model": run.model,
            "index": run.index,
            "headline": run.headline,
        }
        for run in listed
    ]})  # fmt: skip


def _findings(service: Service, run: str) -> bytes:
    report = _report(service, run)
    findings = report.findings[:_MOST_FINDINGS]
    document: dict[str, Any] = {
        "headline": f"{headline(report)}.",
        "findings_total": len(report.findings),
        "findings": [_without_text(each) for each in REPORT_CODEC.encode(findings)],
    }
    return msgspec.json.encode(document)


def _without_text(finding: dict[str, Any]) -> dict[str, Any]:
    for holder in ("snippet", "origin"):
        finding[holder] = {**finding[holder], "text": ""}
    return finding


def _report_page(service: Service, run: str) -> bytes:
    if service.settings.withhold_passages:
        raise RequestError(403, "withheld", "this service gives no source text of its index")
    page = render(_report(service, run), "html")
    return page if isinstance(page, bytes) else page.encode()


def _report(service: Service, run: str) -> Report:
    return read_report(_report_folder(service, run))


def _report_folder(service: Service, run: str) -> Path:
    """The folder of a run with a report.

    Raises:
        RequestError: 404, the run does not exist.
    """
    from codescan.runs.listing import run_folders

    folder = service.settings.runs
    if folder is not None and len(run) == _ID_LENGTH:
        for each in run_folders(folder, REPORT_FILE):
            if _id(each.path) == run:
                return each.path
    raise RequestError(404, "unknown-run", "there is no such run")


def _id(path: Path) -> str:
    return hashlib.sha256(str(path).encode("utf-8", "surrogateescape")).hexdigest()[:_ID_LENGTH]


def _shown(path: Path, folder: Path | None) -> str:
    try:
        shown = path.relative_to(folder).as_posix() if folder is not None else path.name
    except ValueError:
        shown = path.name
    return (path.name if shown == "." else shown).encode("utf-8", "replace").decode()
