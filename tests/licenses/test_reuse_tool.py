# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Trees of random REUSE information are read as the reuse tool reads them."""

from __future__ import annotations

import json
import random
import subprocess
import sys

import pytest

from codescan.licenses.expressions import leaves
from codescan.records import NOASSERTION, Document
from codescan.sources.directory import DirectorySource

MARK = "SPDX" + "-"
IDS = ["MIT", "ISC", "GPL-3.0-only", "Apache-2.0", "BSD-3-Clause", "0BSD"]
FOLDERS = ["", "src", "src/deep", "lib", "a b"]
GLOBS = [
    "*", "**", "*.py", "src/**", "src/*", "src/x.py", "**/x.py", "deep/*.py", "*/x.py", "x.py",
    "z\\\\*.py", "**/*.js", "lib/*.py", "w.js", "**.js", "a b/*", "s*/**",
]  # fmt: skip


def write(root, name, text):
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def tree(draw, root):
    """Write a tree; return the paths of its sources."""
    names = ("x.py", "y.py", "z*.py", "w.js")
    paths = [f"{f}/{n}".strip("/") for f in FOLDERS for n in names if draw.random() < 0.7]
    for path in paths:
        comment, kind = "//" if path.endswith("js") else "#", draw.random()
        text = f"{comment} {MARK}FileCopyrightText: 2020 Ada\n" if kind < 0.35 else ""
        if 0.2 < kind < 0.6:
            text += f"{comment} {MARK}License-Identifier: {draw.choice(IDS)}\n"
        write(root, path, f"{text}\nvalue_{draw.randint(0, 10**9)} = compute(1);\n")
        if draw.random() < 0.15:
            both = (
                f"{MARK}License-Identifier: {draw.choice(IDS)}\n{MARK}FileCopyrightText: 2021 Bob\n"
            )
            write(root, f"{path}.license", both)
    if draw.random() < 0.2:
        write(root, ".reuse/dep5", dep5(draw))
        return paths
    for folder in FOLDERS[:4]:
        if draw.random() < (0.4 if folder else 0.8):
            tables = (table(draw) for _ in range(draw.randint(1, 4)))
            write(root, f"{folder}/REUSE.toml".strip("/"), "version = 1\n" + "".join(tables))
    return paths


def table(draw):
    paths = json.dumps([draw.choice(GLOBS) for _ in range(draw.randint(1, 2))])
    ids = json.dumps(sorted({draw.choice(IDS), draw.choice(IDS)}))
    text = f"\n[[annotations]]\npath = {paths}\n".replace("\\\\\\\\", "\\\\")
    if draw.random() < 0.8:
        text += f'precedence = "{draw.choice(["closest", "aggregate", "override"])}"\n'
    return f'{text}{MARK}FileCopyrightText = "2022 Cy"\n{MARK}License-Identifier = {ids}\n'


def dep5(draw):
    text = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"
    for _ in range(draw.randint(1, 4)):
        pattern = draw.choice(["*", "src/*", "*.py", "src/deep/*", "lib/x.py", "*x.py", "?.js"])
        text += f"\nFiles: {pattern}\nCopyright: 2022 Cy\nLicense: {draw.choice(IDS)}\n"
    return text


@pytest.mark.slow
@pytest.mark.network
def test_the_tool_reads_the_same(tmp_path):
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    subprocess.run([venv / "bin/pip", "install", "-q", "reuse"], check=True)
    compared = 0
    for seed in range(30):
        root = tmp_path / f"tree{seed}"
        paths = tree(random.Random(seed), root)
        command = [venv / "bin/reuse", "--root", root, "lint", "--json"]
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
        reuse_results = {
            each["path"]: {expressions["value"] for expressions in each["spdx_expressions"]}
            for each in json.loads(answer.stdout)["files"]
        }
        documents = DirectorySource(str(root)).documents()
        ours = {d.origin.path: d for d in documents if isinstance(d, Document)}
        for path in paths:
            claims = ours[path].licenses
            stated = claims[0].expression if claims else NOASSERTION
            expressions = set() if stated == NOASSERTION else set(leaves(stated))
            assert expressions == {leaf for text in reuse_results[path] for leaf in leaves(text)}, (
                seed,
                path,
            )
            compared += 1
    assert compared > 300
