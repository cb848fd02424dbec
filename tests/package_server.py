# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""An HTTP server of packages that tells the truth or lies, for the tests of packages."""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from memory_corpus import program

from codescan.errors import IndexFormatError, IndexMissingError
from codescan.index import Index
from codescan.index.packages import assembly
from codescan.index.packages.http_storage import HttpStorage
from codescan.records import Document, LicenseBasis, LicenseClaim, Origin, Package

NOW = dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=1)


def document(number):
    """A document of a package of its own."""
    content = program(number, lines=30).encode()
    package = Package(
        purl=f"pkg:pypi/package{number}@1.0",
        name=f"package{number}",
        version="1.0",
        family=f"pypi/package{number}",
        licenses=(LicenseClaim("MIT", LicenseBasis.PACKAGE_METADATA, "metadata"),),
    )
    sha256 = hashlib.sha256(content).hexdigest()
    return Document(content, "python", Origin(package, f"m{number}.py", sha256))


def files_of(folder):
    """Bytes of each file of an index, by path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in (".lock", "package.json")
    }


class PackageServer:
    """Serves a folder. `answer` may take over: it gets the handler and returns whether it did."""

    def __init__(self, folder):
        self.folder = folder
        self.requests = Counter()
        self.headers = []
        self.answer = lambda _handler: False
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                outer.requests[self.command, self.path] += 1
                outer.headers.append(dict(self.headers))
                if outer.answer(self):
                    return
                path = outer.folder / self.path.lstrip("/")
                if not path.is_file():
                    self.send_error(404)
                    return
                self.send_response(200)
                self.send_header("Content-Length", str(path.stat().st_size))
                self.end_headers()
                if self.command == "GET":
                    self.wfile.write(path.read_bytes())

            do_HEAD = do_GET  # noqa: N815  the name that http.server calls

            def do_PUT(self):
                outer.requests["PUT", self.path] += 1
                outer.headers.append(dict(self.headers))
                content = self.rfile.read(int(self.headers["Content-Length"]))
                outer.keep(outer.folder / self.path.lstrip("/"), content)
                self.send_response(201)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_args):
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False

            def handle_error(self, *_args):
                """A client that hangs up is expected."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}
        )
        self._thread.start()

    @staticmethod
    def keep(path, content):
        """Store what a PUT brings."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def count(self, method, beginning):
        return sum(
            count
            for (verb, path), count in self.requests.items()
            if verb == method and path.startswith(beginning)
        )

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def over_http(server):
    return HttpStorage(server.url, allow_local_http=True, pause=0.001)


def part_files(repository):
    return sorted(path for path in (repository / "parts").rglob("*") if path.is_file())


def check_same(out, index_folder):
    assert files_of(out) == files_of(index_folder)
    with Index.open(out) as opened:
        opened.verify()
    assert not (out / assembly.STAGING).exists()


def is_index(out):
    try:
        Index.open(out).close()
    except (IndexMissingError, IndexFormatError):
        return False
    return True


def flipped(content, position, mask):
    return content[:position] + bytes([content[position] ^ mask]) + content[position + 1 :]
