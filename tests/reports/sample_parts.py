# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What the sample reports are made of: texts, claims, origins, findings."""

import hashlib

from codescan.records import (
    Arm,
    Contribution,
    Finding,
    Grade,
    Level,
    LicenseBasis,
    LicenseClaim,
    MatchKind,
    Origin,
    Package,
    PolicyResult,
    PolicyRule,
    Region,
    ReportedPrompt,
    Rule,
    Span,
)

ORIGIN = '''\
def iter_slices(string, slice_length):
    """Iterate over slices of a string."""
    pos = 0
    if slice_length is None or slice_length <= 0:
        slice_length = len(string)
    while pos < len(string):
        yield string[pos : pos + slice_length]
        pos += slice_length
'''
RENAMED = """\
def iter_chunks(text, chunk_size):
    # walk over the text
    pos = 0
    if chunk_size is None or chunk_size <= 0:
        chunk_size = len(text)
    while pos < len(text):
        yield text[pos : pos + chunk_size]
        pos += chunk_size
"""
TRANSPOSE = """\
cs *cs_transpose (const cs *A, csi values)
{
    csi p, q, j, *Cp, *Ci, n, m, *Ap, *Ai, *w ;
    double *Cx, *Ax ;
    cs *C ;
    if (!CS_CSC (A)) return (NULL) ;    /* check inputs */
    m = A->m ; n = A->n ; Ap = A->p ; Ai = A->i ; Ax = A->x ;
    C = cs_spalloc (n, m, Ap [n], values && Ax, 0) ;
    w = cs_calloc (m, sizeof (csi)) ;
    if (!C || !w) return (cs_done (C, w, NULL, 0)) ;
    Cp = C->p ; Ci = C->i ; Cx = C->x ;
    for (p = 0 ; p < Ap [n] ; p++) w [Ai [p]]++ ;
    cs_cumsum (Cp, w, m) ;
    return (cs_done (C, w, NULL, 1)) ;
}
"""
TRANSPOSE_EDITED = TRANSPOSE.replace(
    "    double *Cx, *Ax ;\n", "    double *Cx = NULL, *Ax ;\n"
).replace("    cs_cumsum (Cp, w, m) ;\n", "    cs_cumsum (Cp, w, m) ;\n    assert (Cp) ;\n")
UNICODE = "# Größe des Gitters — 格子の大きさ 🧮\ngröße = {'α': 1, 'β': 2}\nprint(größe['β'])\n"  # noqa: RUF001
BANNER = "# Licensed under the Apache License, Version 2.0 (the License);\n" * 3

HOSTILE = (
    "\x1b[2J\x1b]0;owned\x07<script>alert(1)</script>"
    "\"><img src=x onerror=alert(2)>' onmouseover='alert(3) [red]markup[/red] "
    "\u202egnp.exe\u2066\u200b{{7*7}}{% raw %}]]>--></style>\r\n::error::hi\n"
    "| `table` | [link](javascript:alert(4)) <!-- %0A \ud800 \x00 \x9b31m"
)

PROMPTS = (
    ReportedPrompt(
        "91bc",
        "Write a function that iterates over chunks of a text.\n",
        "chat-request",
        54,
        chat=True,
    ),
    ReportedPrompt(
        "7f3a",
        "import os\n\n\ndef iter_slices(",
        "prefix",
        27,
        expected=ORIGIN.removeprefix("def iter_slices("),
        variant="50 tokens",
        frame="packages",
        document_id="pkg:pypi/requests@2.31.0#requests/utils.py",
        extracted=True,
    ),
    ReportedPrompt("c0de", "/* Transpose */\n", "file-header", 16, frame="packages"),
    ReportedPrompt("a11c", "# Größe", "first-lines", 7, suffix="print(größe)\n", arm=Arm.NULL),
)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


KEEP = PolicyResult(
    state="ok-with-obligations",
    reason="OSADL matrix, Apache-2.0 into MIT: yes",
    choice="Apache-2.0",
    obligations=("Keep the copyright notices.", "Include the text of the license."),
    rules=(PolicyRule.MISSING_ATTRIBUTION,),
    relation="dependency",
)
REMOVE = PolicyResult(
    state="conflict",
    reason="OSADL matrix, LGPL-2.1-or-later into MIT: no",
    choice="LGPL-2.1-or-later",
    obligations=("Disclose the source of the library.",),
    rules=(PolicyRule.LICENSE_CONFLICT, PolicyRule.AMBIGUOUS_ORIGIN),
)
CONTRIBUTIONS = (
    Contribution("not-vendored", "", "in _vendor/", 1 / 4),
    Contribution("earliest", "2023-05-22", "2024-02-03", 1 / 16),
    Contribution("owner", "", "the file's holder is the package's", -1 / 32),
)


def claim(
    expression="Apache-2.0",
    basis=LicenseBasis.FILE_HEADER,
    evidence="Licensed under the Apache License, Version 2.0",
    category="permissive",
) -> LicenseClaim:
    return LicenseClaim(expression, basis, evidence, category)


def origin(name, version, path, text, *, kind="pypi", released="2023-05-22") -> Origin:
    return Origin(
        Package(
            purl=f"pkg:{kind}/{name}@{version}",
            name=name,
            version=version,
            family=f"{kind}/{name}",
            released=released,
            homepage=f"https://example.org/{name}",
            licenses=(claim(basis=LicenseBasis.PACKAGE_METADATA, evidence="License: Apache 2.0"),),
            copyrights=("Copyright 2019 Kenneth Reitz",),
        ),
        path=path,
        sha256=digest(text),
    )


def identifier(text) -> str:
    """Like a SWHID, and the same whatever a text's true one is."""
    return f"swh:1:cnt:{digest(text)[:40]}"


def finding(
    snippet_id,
    text,
    origin_text,
    attribution,
    *,
    answer,
    kind=MatchKind.VERBATIM,
    grade=Grade.A,
    tokens=120,
    **more,
) -> Finding:
    """A finding of `text` in the answer it is part of."""
    start = len(answer[: answer.index(text)].encode())
    first = answer[: answer.index(text)].count("\n") + 1
    rules = {
        MatchKind.VERBATIM: Rule.VERBATIM_COPY,
        MatchKind.RENAMED: Rule.RENAMED_COPY,
        MatchKind.EDITED: Rule.NEAR_COPY,
    }
    levels = {
        Grade.A: Level.ERROR,
        Grade.B: Level.WARNING,
        Grade.C: Level.NOTE,
        Grade.D: Level.NOTE,
    }
    return Finding(
        rule=rules[kind],
        grade=grade,
        level=levels[grade],
        fingerprint=digest(text + attribution.origin.package.family)[:32],
        snippet_id=snippet_id,
        snippet_path=None,
        span=Span(start, start + len(text.rstrip("\n").encode())),
        region=Region(first, first + text.rstrip("\n").count("\n")),
        kind=kind,
        similarity=more.pop("similarity", 1.0),
        tokens=tokens,
        bits=more.pop("bits", tokens * 1.9),
        attribution=attribution,
        snippet_text=text,
        origin_text=origin_text,
        **more,
    )
