# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reports to render in tests: one that has everything, one empty, one large, one hostile."""

import sys
from pathlib import Path

from msgspec.structs import replace

from codescan.records import (
    NOASSERTION,
    Alternative,
    Arm,
    Attribution,
    Contribution,
    Grade,
    LicenseBasis,
    LicenseClaim,
    MatchKind,
    Origin,
    Package,
    Region,
    Report,
    ReportedPrompt,
    Skipped,
    Span,
    Suppressed,
)

sys.path.insert(0, str(Path(__file__).parent))

from sample_parts import (
    BANNER,
    CONTRIBUTIONS,
    HOSTILE,
    KEEP,
    ORIGIN,
    PROMPTS,
    REMOVE,
    RENAMED,
    TRANSPOSE,
    TRANSPOSE_EDITED,
    UNICODE,
    claim,
    finding,
    identifier,
    origin,
)


def sample() -> Report:
    """Every feature once: verbatim, renamed, edited, ambiguous, NOASSERTION, non-ASCII, common."""
    answers = {
        "7f3a/0": f"Sure! Here is a helper:\n\n```python\n{ORIGIN}```\n\nHope this helps.\n",
        "91bc/0": f"```python\n{RENAMED}```\n",
        "c0de/2": f"The usual transpose:\n```c\n{TRANSPOSE_EDITED}```\n",
        "a11c/0": UNICODE,
        "ba22/0": BANNER + "x = 1\n",
    }
    pip = Alternative(
        purl="pkg:pypi/pip@24.0",
        package="pip",
        version="24.0",
        path="pip/_vendor/requests/utils.py",
        region=Region(573, 580),
        license=claim("MIT", LicenseBasis.PACKAGE_METADATA, "License: MIT"),
        swhid=identifier(ORIGIN),
        released="2024-02-03",
    )
    requests = Attribution(
        origin=origin("requests", "2.31.0", "requests/utils.py", ORIGIN),
        swhid=identifier(ORIGIN),
        region=Region(573, 580),
        license=claim(),
        claims=(
            claim(),
            claim(basis=LicenseBasis.LICENSE_FILE, evidence="LICENSE: Apache License"),
        ),
        copyrights=("(c) 2012 by Kenneth Reitz.",),
        alternatives=(pip,),
        alternatives_total=4,
        families=2,
        reasons=(
            "The other holders keep it under a vendored path.",
            "Earliest trustworthy date in the index: 2023-05-22.",
        ),
        margin=sum(each.points for each in CONTRIBUTIONS),
        contributions=CONTRIBUTIONS,
        licenses_seen=(("Apache-2.0", 1), ("MIT", 1)),
        earliest=replace(pip, package="chunks", purl="pkg:pypi/chunks@1", released="2014-07-01"),
    )
    igraph = Attribution(
        origin=origin("igraph", "0.10.8", "vendor/source/CSparse/cs_transpose.c", TRANSPOSE),
        swhid=identifier(TRANSPOSE),
        region=Region(2, 16),
        license=claim(
            "LGPL-2.1-or-later",
            LicenseBasis.FILE_HEADER,
            "GNU Lesser General Public",
            "weak-copyleft",
        ),
        claims=(
            claim(
                "LGPL-2.1-or-later",
                LicenseBasis.FILE_HEADER,
                "GNU Lesser General Public",
                "weak-copyleft",
            ),
            claim(
                "GPL-2.0-or-later", LicenseBasis.PACKAGE_METADATA, "License: GPL", "strong-copyleft"
            ),
        ),
        copyrights=("CSparse: Copyright (c) 2006, Timothy A. Davis",),
        ambiguous=True,
        families=3,
        alternatives=(
            Alternative(
                purl="pkg:deb/debian/suitesparse@7.6.1",
                package="suitesparse",
                version="7.6.1",
                path="CXSparse/Source/cs_transpose.c",
                region=Region(10, 24),
                license=claim(
                    "GPL-2.0-or-later", LicenseBasis.FILE_TAG, "SPDX tag", "strong-copyleft"
                ),
            ),
        ),
        alternatives_total=1,
        reasons=("The file is longer and complete.",),
    )
    unknown = Attribution(
        origin=origin("gitter", "0.1", "gitter/größe.py", UNICODE, released=None),
        swhid=identifier(UNICODE),
        region=Region(1, 3),
        license=LicenseClaim(NOASSERTION, LicenseBasis.NONE),
    )
    banner = Attribution(
        origin=origin("tensorkit", "3.2", "tensorkit/__init__.py", BANNER, kind="npm"),
        swhid=identifier(BANNER),
        region=Region(1, 3),
        license=claim(),
        families=812,
        alternatives_total=811,
    )
    findings = (
        finding(
            "91bc/0",
            RENAMED,
            ORIGIN,
            requests,
            answer=answers["91bc/0"],
            kind=MatchKind.RENAMED,
            grade=Grade.B,
            tokens=84,
            renames=(
                ("iter_slices", "iter_chunks"),
                ("slice_length", "chunk_size"),
                ("string", "text"),
            ),
            grade_reasons=("Long and rare.", "3 identifiers are renamed, one to one."),
        ),
        finding(
            "7f3a/0",
            ORIGIN,
            ORIGIN,
            requests,
            answer=answers["7f3a/0"],
            tokens=84,
            grade_reasons=(
                "311 non-space characters over 8 lines.",
                "2 independent owners hold it.",
            ),
            policy=KEEP,
        ),
        finding(
            "c0de/2",
            TRANSPOSE_EDITED,
            TRANSPOSE,
            igraph,
            answer=answers["c0de/2"],
            kind=MatchKind.EDITED,
            grade=Grade.B,
            tokens=214,
            similarity=0.962,
            grade_reasons=("Long and rare.", "4 % of the tokens are edited."),
            policy=REMOVE,
        ),
        finding(
            "a11c/0", UNICODE, UNICODE, unknown, answer=answers["a11c/0"], grade=Grade.D, tokens=24
        ),
        finding(
            "ba22/0",
            BANNER,
            BANNER,
            banner,
            answer=answers["ba22/0"],
            grade=Grade.C,
            tokens=60,
            grade_reasons=("A license notice.", "812 independent owners hold it."),
        ),
    )
    return Report(
        tool={"name": "codescan", "version": "0.1.0"},
        run={
            "command": "audit",
            "model": {"name": "gemma-3-270m", "file_sha256": "5d3f" * 16, "dtype": "q4_k_m"},
            "strategies": ["prefix", "signature", "file-header"],
            "sampling": {"max_new_tokens": 128, "temperature": 0.0, "count": 1},
            "seed": 20231,
            "created": "2026-11-24T12:00:00Z",
            "settings_hash": "0b57" * 16,
        },
        index={
            "name": "installed",
            "packages": 214,
            "contents": 18342,
            "tokens": 41_250_113,
            "guarantee_tokens": 50,
            "digest": "sha256:" + "ab12" * 16,
        },
        statistics={
            "prompts": 600,
            "completions": 600,
            "rates": [
                rate("Completions with a grade A or B finding", 3, 500, 0.006, 0.0012, 0.0174),
                rate(
                    "Same, on text the model cannot have seen", 0, 100, 0.0, 0.0, 0.0295, arm="null"
                ),
                rate("Continuations that greedy decoding emits", 12, 500, 0.024, 0.0125, 0.0415),
            ],
        },
        findings=tuple(
            replace(each, prompt_id=each.snippet_id.partition("/")[0]) for each in findings
        ),
        suppressed=(
            Suppressed("7f3a/0", Region(1, 2), 31, "below-threshold"),
            Suppressed("ba22/0", Region(1, 3), 60, "too-common"),
            Suppressed("ba22/0", Region(4, 4), 12, "below-threshold"),
        ),
        skipped=(
            Skipped("d00d/0", "elicit", "filter", "the service withheld its answer"),
            Skipped("pkg:pypi/six@1.16.0#six.min.js", "read", "minified"),
        ),
        completions=answers,
        prompts=PROMPTS,
    )


def rate(label, k, n, value, low, high, **more) -> dict[str, object]:
    interval = f"{low * 100:.2g} % to {high * 100:.2g} %"
    words = (
        f"{k} of {n} ({value * 100:.2g} %; 95 % interval {interval})"
        if k
        else f"0 of {n} (≤ {high * 100:.2g} %, 95 % bound)"
    )
    return {
        "label": label,
        "k": k,
        "n": n,
        "value": value,
        "low": low,
        "high": high,
        "confidence": 0.95,
        "method": "Clopper-Pearson",
        "words": words,
        **more,
    }


def empty() -> Report:
    """An audit that found nothing."""
    return replace(
        sample(),
        findings=(),
        suppressed=(),
        skipped=(),
        completions={},
        prompts=(),
        statistics={
            "prompts": 600,
            "completions": 600,
            "rates": [rate("Completions with a grade A or B finding", 0, 600, 0.0, 0.0, 0.00498)],
        },
    )


def large(count: int = 200) -> Report:
    """Many findings, each of its own text."""
    base = sample()
    entries = []
    answers = {}
    for number in range(count):
        body = "\n".join(f"    total_{number} += weights[{line}] * {line}" for line in range(30))
        head = f"def weigh_{number}(weights):\n    total_{number} = 0\n"
        text = f"{head}{body}\n    return total_{number}\n"
        answers[f"{number:05d}/0"] = text
        model = base.findings[number % 3]
        entries.append(
            replace(
                finding(
                    f"{number:05d}/0",
                    text,
                    text.replace("weights", "factors") if number % 2 else text,
                    model.attribution,
                    answer=text,
                    kind=model.kind,
                    grade=tuple(Grade)[number % 4],
                    tokens=200 + number % 97,
                ),
                grade_reasons=model.grade_reasons,
            )
        )
    prompts = tuple(
        ReportedPrompt(f"{number:05d}", f"def weigh_{number}(", "prefix", 12 + len(str(number)))
        for number in range(count)
    )
    findings = tuple(replace(each, prompt_id=each.snippet_id.partition("/")[0]) for each in entries)
    return replace(base, findings=findings, completions=answers, prompts=prompts)


def hostile() -> Report:
    """The sample with nasty text in every field that a stranger or a model can fill."""
    base = sample()
    nasty = HOSTILE
    first = base.findings[0]
    license_ = LicenseClaim(nasty, LicenseBasis.FILE_HEADER, nasty, nasty)
    other = Alternative(nasty, nasty, nasty, nasty, Region(1, 2), license_, nasty, nasty)
    attribution = Attribution(
        origin=Origin(
            Package(
                nasty, nasty, nasty, nasty, nasty, f"javascript:{nasty}", (license_,), (nasty,)
            ),
            f"../../../etc/{nasty}",
            nasty,
        ),
        region=Region(1, 4),
        license=license_,
        swhid=nasty,
        claims=(license_, license_),
        copyrights=(nasty,),
        alternatives=(other,),
        alternatives_total=1,
        ambiguous=True,
        reasons=(nasty,),
        margin=0.0,
        contributions=(Contribution(nasty, nasty, nasty, -1.0),),
        licenses_seen=((nasty, 2),),
        earliest=other,
    )
    bad = replace(
        first,
        grade=Grade.A,
        fingerprint=nasty,
        snippet_id=nasty,
        prompt_id=nasty,
        snippet_path=f"/abs/../{nasty}",
        attribution=attribution,
        renames=((nasty, nasty),),
        grade_reasons=(nasty,),
        snippet_text=nasty * 3,
        origin_text=nasty * 2,
        span=Span(3, 10**9),
        region=Region(2, 10**9),
        policy=replace(
            KEEP, reason=nasty, choice=nasty, obligations=(nasty, nasty), accepted_reason=nasty
        ),
    )
    return Report(
        tool={"name": nasty, "version": nasty},
        run={"command": "audit", "model": nasty, nasty: nasty},
        index={"name": nasty, "path": nasty},
        statistics={
            "rates": [{**rate(nasty, 1, 2, 0.5, 0.01, 0.99), "words": nasty}],
            nasty: nasty,
        },
        findings=(bad, replace(bad, grade=Grade.C, snippet_path=None)),
        suppressed=(Suppressed(nasty, Region(1, 2), 3, nasty),),
        skipped=(Skipped(nasty, nasty, nasty, nasty),),
        completions={nasty: nasty * 3},
        prompts=(
            ReportedPrompt(
                nasty, nasty, nasty, 9, nasty, nasty, Arm.NULL, nasty, nasty, nasty, True, True
            ),
        ),
    )
