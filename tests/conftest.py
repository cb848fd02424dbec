# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What every test can use: the network guard, a small corpus on disk, record factories."""

from __future__ import annotations

import gc
import hashlib
import ipaddress
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent))  # tests are not a package

from codescan.records import (
    Attribution,
    Document,
    Finding,
    Grade,
    Level,
    LicenseBasis,
    LicenseClaim,
    MatchKind,
    Origin,
    Package,
    Region,
    Rule,
    Snippet,
    Span,
)
from codescan.text.swhid import swhid

ROOT = Path(__file__).resolve().parents[1]

# A busy machine is slow: no test may fail for that. Every run tries the same examples;
# `scripts/test --hypothesis-seed 7` tries others.
settings.register_profile("codescan", deadline=None, derandomize=True)
settings.load_profile("codescan")

# A job in the background inherits ignored signals, and so would the programs that tests interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP"):
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Run files with slow tests first, so that no process waits for one at the end."""
    slow_files = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow_files)


def pytest_collection_finish():
    """Leave the thousands of tests out of every later garbage collection."""
    gc.collect()
    gc.freeze()


def pytest_make_parametrize_id(val, argname):
    """Name bytes by their parameter: compressed ones differ from one process to the next."""
    return argname if isinstance(val, bytes) else None


class NetworkBlockedError(OSError):
    """A test without the `network` marker tried to leave this machine."""


def _is_local(host: object) -> bool:
    if host in (None, "", b"", "localhost", b"localhost"):
        return True
    text = host.decode() if isinstance(host, bytes) else str(host)
    try:
        return ipaddress.ip_address(text.split("%", maxsplit=1)[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def _no_network(request, monkeypatch):
    """Let connections and look-ups reach this machine only, unless the test is marked `network`."""
    if request.node.get_closest_marker("network"):
        return
    connect, connect_ex, getaddrinfo = (
        socket.socket.connect,
        socket.socket.connect_ex,
        socket.getaddrinfo,
    )

    def guard(sock, address):
        inet = sock.family in (socket.AF_INET, socket.AF_INET6)
        if inet and not _is_local(address[0]):
            raise NetworkBlockedError(f"tests may not connect to {address[0]}")

    def guarded_connect(self, address):
        guard(self, address)
        return connect(self, address)

    def guarded_connect_ex(self, address):
        guard(self, address)
        return connect_ex(self, address)

    def guarded_getaddrinfo(host, *args, **kwargs):
        if not _is_local(host):
            raise socket.gaierror(socket.EAI_FAIL, f"tests may not look up {host}")
        return getaddrinfo(host, *args, **kwargs)

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)


@pytest.fixture
def root() -> Path:
    """The folder of the checkout."""
    return ROOT


@pytest.fixture
def runner() -> CliRunner:
    """Runs commands in this process."""
    return CliRunner()


GPL_PYTHON = '''\
# SPDX-FileCopyrightText: 2019 Ada Tester
# SPDX-License-Identifier: GPL-3.0-or-later
"""Water levels of canal locks."""


def settle(levels, gates, tolerance=0.01):
    """Let water flow through open gates until neighboring levels agree."""
    levels = list(levels)
    moved = True
    while moved:
        moved = False
        for position, gate in enumerate(gates):
            if gate.closed:
                continue
            difference = levels[position] - levels[position + 1]
            if abs(difference) <= tolerance:
                continue
            flow = min(abs(difference) / 2, gate.capacity)
            levels[position] -= flow if difference > 0 else -flow
            levels[position + 1] += flow if difference > 0 else -flow
            moved = True
    return levels
'''

MIT_C = """\
/* SPDX-License-Identifier: MIT
 * Copyright (c) 2020 Bob Tester */
#include <stddef.h>

/* Marks each pebble that is heavier than both of its neighbors; returns how many there are. */
size_t mark_peaks(const int *weights, unsigned char *marks, size_t count)
{
    size_t peaks = 0;

    for (size_t place = 0; place < count; place++) {
        int left_lower = place == 0 || weights[place - 1] < weights[place];
        int right_lower = place + 1 == count || weights[place + 1] < weights[place];

        marks[place] = (unsigned char)(left_lower && right_lower);
        peaks += marks[place];
    }
    return peaks;
}
"""

APACHE_JS = """\
export function ferryTimes(first, last, interval, pauses) {
  const departures = [];
  for (let minute = first; minute <= last; minute += interval) {
    const pause = pauses.find((p) => p.from <= minute && minute < p.until);
    if (pause) {
      minute = pause.until - interval;
      continue;
    }
    const hours = String(Math.floor(minute / 60)).padStart(2, "0");
    departures.push(`${hours}:${String(minute % 60).padStart(2, "0")}`);
  }
  return departures;
}
"""


@pytest.fixture
def call(capsys):
    """Run a command; return its exit code, stdout and stderr."""

    def run_command(*arguments):
        from codescan.cli.entry import run

        code = run([str(argument) for argument in arguments])
        return code, *capsys.readouterr()

    return run_command


APACHE_NOTICE = """\
Copyright 2021 Cleo Tester

Licensed under the Apache License, Version 2.0 (the "License");
you may not use this file except in compliance with the License.
You may obtain a copy of the License at

    http://www.apache.org/licenses/LICENSE-2.0

Unless required by applicable law or agreed to in writing, software
distributed under the License is distributed on an "AS IS" BASIS,
WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
See the License for the specific language governing permissions and
limitations under the License.
"""


@pytest.fixture
def corpus_folder(tmp_path) -> Path:
    """Three small packages: GPL Python, MIT C, and Apache JavaScript with a license file only."""
    folder = tmp_path / "corpus"
    files = {
        "locks/levels.py": GPL_PYTHON,
        "pebbles/src/peaks.c": MIT_C,
        "ferry/times.js": APACHE_JS,
        "ferry/LICENSE": APACHE_NOTICE,
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def make_document() -> Callable[..., Document]:
    """Make a Document: text, path, package name and license expression."""

    def make(
        text: str = GPL_PYTHON,
        path: str = "locks/levels.py",
        package: str = "locks",
        expression: str = "GPL-3.0-or-later",
        language: str = "python",
    ) -> Document:
        content = text.encode()
        claim = LicenseClaim(expression, LicenseBasis.FILE_TAG, "SPDX tag")
        return Document(
            content=content,
            language=language,
            origin=Origin(
                package=Package(
                    purl=f"pkg:pypi/{package}@1.0",
                    name=package,
                    version="1.0",
                    family=f"pypi/{package}",
                    released="2024-05-01",
                ),
                path=path,
                sha256=hashlib.sha256(content).hexdigest(),
            ),
            licenses=(claim,),
        )

    return make


@pytest.fixture
def make_snippet() -> Callable[..., Snippet]:
    """Make a Snippet of a text."""

    def make(text: str = GPL_PYTHON, language: str | None = "python", name: str = "s1") -> Snippet:
        return Snippet(id=name, content=text.encode(), language=language)

    return make


@pytest.fixture
def sample_finding(make_document) -> Finding:
    """A verbatim copy of grade A in a snippet whose name begins like a spreadsheet formula."""
    document = make_document()
    identifier = swhid(document.content)
    return Finding(
        rule=Rule.VERBATIM_COPY,
        grade=Grade.A,
        level=Level.ERROR,
        fingerprint="f" * 16,
        snippet_id="=s1",
        snippet_path=None,
        span=Span(0, 200),
        region=Region(1, 18),
        kind=MatchKind.VERBATIM,
        similarity=1.0,
        tokens=120,
        bits=400.0,
        attribution=Attribution(document.origin, Region(6, 23), document.licenses[0], identifier),
    )
