# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""An index of standard library modules: real code that every machine has."""

from __future__ import annotations

import hashlib
import sysconfig
from pathlib import Path

import pytest
from memory_corpus import ListSource

from codescan.index import Index, build
from codescan.records import Document, LicenseBasis, LicenseClaim, Origin, Package

MODULES = (
    *("argparse", "bisect", "calendar", "cmd", "colorsys", "configparser", "csv", "difflib"),
    *("dis", "fnmatch", "fractions", "ftplib", "gettext", "heapq", "inspect", "ipaddress"),
    *("mailbox", "optparse", "pprint", "queue", "sched", "shlex", "statistics", "string"),
    *("tarfile", "textwrap", "uuid", "zipfile"),
)


def document(path, content, package, language="python"):
    return Document(
        content=content,
        language=language,
        origin=Origin(
            package=Package(
                purl=f"pkg:generic/{package}@1", name=package, version="1", family=package
            ),
            path=path,
            sha256=hashlib.sha256(content).hexdigest(),
        ),
        licenses=(LicenseClaim("PSF-2.0", LicenseBasis.PACKAGE_METADATA, category="permissive"),),
    )


@pytest.fixture(scope="session")
def library():
    """Text of each module by file name."""
    folder = Path(sysconfig.get_path("stdlib"))
    return {f"{name}.py": (folder / f"{name}.py").read_bytes() for name in MODULES}


@pytest.fixture(scope="session")
def make_index(tmp_path_factory):
    """Build an index of documents."""

    def make(documents):
        folder = tmp_path_factory.mktemp("index")
        build([ListSource(documents)], folder, name="t", recipe={}, workers=1)
        return Index.open(folder)

    return make


@pytest.fixture(scope="session")
def index(library, make_index):
    return make_index([document(name, text, "python") for name, text in library.items()])
