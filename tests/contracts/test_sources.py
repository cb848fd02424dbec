# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What every registered source promises (codescan/protocols.py, Source)."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import pickle
import subprocess
import sys
import tarfile
import zipfile

import pytest

from codescan import registry
from codescan.protocols import Source
from codescan.records import Document, LicenseBasis, Skipped

MIT = (
    b"MIT License\n\nCopyright (c) 2020 Ada Example\n\nPermission is hereby granted, free of "
    b"charge, to any person obtaining a copy of this software and associated documentation files "
    b'(the "Software"), to deal in the Software without restriction, including without limitation '
    b"the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies "
    b"of the Software, and to permit persons to whom the Software is furnished to do so, subject "
    b"to the following conditions:\n\nThe above copyright notice and this permission notice shall "
    b"be included in all copies or substantial portions of the Software.\n\nTHE SOFTWARE IS "
    b'PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT '
    b"LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND "
    b"NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY "
    b"CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, "
    b"ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE "
    b"SOFTWARE.\n"
)
FILES = {
    "LICENSE": MIT,
    "src/a.py": b"def add(a, b):\n    return a + b\n",
    "src/b.c": b"int twice(int x)\n{\n    return 2 * x;\n}\n",
    "logo.png": b"\x89PNG\r\n\x1a\n\0\0",
    "data.bin2": b"\0\1\2\3",
}


def tarball(files, root=""):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(root + name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return packed.getvalue()


def write(folder, files):
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def directory(tmp_path):
    return {"path": str(write(tmp_path / "tree", FILES)), "name": "tree"}


def installed(tmp_path):
    site = tmp_path / "site-packages"
    info = "example-1.0.dist-info"
    files = {
        "example/__init__.py": b"def one():\n    return 1\n",
        "example/logo.png": b"\x89PNG",
        f"{info}/METADATA": b"Metadata-Version: 2.4\nName: example\nVersion: 1.0\n"
        b"License-Expression: MIT\n\nAn example.\n",
        f"{info}/licenses/LICENSE": MIT,
    }
    record = "".join(f"{name},,\n" for name in files) + f"{info}/RECORD,,\n../../bin/example,,\n"
    write(site, {**files, f"{info}/RECORD": record.encode()})
    return {"path": str(site)}


def pypi(tmp_path):
    folder = tmp_path / "index"
    metadata = b"Metadata-Version: 2.1\nName: example\nVersion: 1.0\nLicense: MIT\n"
    sdist = tarball({**FILES, "PKG-INFO": metadata}, "example-1.0/")
    digest = hashlib.sha256(sdist).hexdigest()
    page = f'<a href="../example-1.0.tar.gz#sha256={digest}">example-1.0.tar.gz</a>'
    write(folder, {"example-1.0.tar.gz": sdist, "example/index.html": page.encode()})
    return {
        "packages": ["example", "missing"],
        "index_url": folder.as_uri(),
        "cache": str(tmp_path / "cache"),
    }


def npm(tmp_path):
    folder = tmp_path / "registry"
    described = {"name": "example", "version": "1.0.0", "license": "MIT"}
    packed = tarball({**FILES, "package.json": json.dumps(described).encode()}, "package/")
    integrity = "sha512-" + base64.b64encode(hashlib.sha512(packed).digest()).decode()
    dist = {"tarball": (folder / "example-1.0.0.tgz").as_uri(), "integrity": integrity}
    page = {
        "name": "example",
        "dist-tags": {"latest": "1.0.0"},
        "versions": {"1.0.0": {**described, "dist": dist}},
        "time": {"created": "2019-01-01T00:00:00Z", "1.0.0": "2020-02-03T04:05:06Z"},
    }
    write(folder, {"example-1.0.0.tgz": packed, "example": json.dumps(page).encode()})
    return {
        "packages": ["example", "missing"],
        "registry": folder.as_uri(),
        "cache": str(tmp_path / "cache"),
    }


def debian(tmp_path):
    mirror = tmp_path / "mirror"
    changelog = (
        b"example (1.0-1) unstable; urgency=low\n\n  * First.\n\n"
        b" -- Ada Example <ada@example.org>  Mon, 03 Feb 2020 04:05:06 +0000\n"
    )
    archives = {
        "example_1.0.orig.tar.gz": tarball(FILES, "example-1.0/"),
        "example_1.0-1.debian.tar.xz": tarball({"debian/changelog": changelog}),
    }
    sums = "".join(
        f" {hashlib.sha256(content).hexdigest()} {len(content)} {name}\n"
        for name, content in archives.items()
    )
    stanza = (
        "Package: example\nBinary: example\nVersion: 1.0-1\nDirectory: pool/main/e/example\n"
        f"Checksums-Sha256:\n{sums}Homepage: https://example.org\n\n"
    )
    index = gzip.compress(stanza.encode())
    write(mirror, {f"pool/main/e/example/{name}": content for name, content in archives.items()})
    write(mirror, {"dists/stable/main/source/Sources.gz": index})
    return {
        "packages": ["example", "missing"],
        "mirror": mirror.as_uri(),
        "cache": str(tmp_path / "cache"),
    }


CARGO = b'[package]\nname = "example"\nversion = "1.0.0"\nlicense = "MIT"\n'


def crates(tmp_path):
    folder = tmp_path / "index"
    packed = tarball({**FILES, "Cargo.toml": CARGO}, "example-1.0.0/")
    row = {
        "name": "example", "vers": "1.0.0", "cksum": hashlib.sha256(packed).hexdigest(),
        "yanked": False, "pubtime": "2020-02-03T04:05:06Z",
    }  # fmt: skip
    write(folder, {
        "config.json": json.dumps({"dl": f"{folder.as_uri()}/dl"}).encode(),
        "ex/am/example": json.dumps(row).encode(),
        "dl/example/1.0.0/download": packed,
    })  # fmt: skip
    unpacked = tmp_path / "vendor" / "other-2.0.0"
    write(unpacked, {**FILES, "Cargo.toml": CARGO.replace(b"example", b"other")})
    return {
        "packages": ["example", "missing"],
        "path": [str(tmp_path / "vendor")],
        "index": folder.as_uri(),
        "cache": str(tmp_path / "cache"),
    }


def zipped(files, root=""):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(root + name, content)
    return packed.getvalue()


def go(tmp_path):
    folder = tmp_path / "proxy"
    base = "example.org/!ada/tool/@v"
    info = json.dumps({"Version": "v1.0.0", "Time": "2020-02-03T04:05:06Z"}).encode()
    packed = zipped({**FILES, "go.mod": b"module example.org/Ada/tool\n"},
                    "example.org/Ada/tool@v1.0.0/")  # fmt: skip
    write(folder, {
        f"{base}/list": b"v0.9.0\nv1.0.0\nv1.1.0-rc.1\n",
        f"{base}/v1.0.0.info": info,
        f"{base}/v1.0.0.zip": packed,
    })  # fmt: skip
    module = {**FILES, "go.mod": b"module example.org/local\n"}
    write(tmp_path / "modules" / "local@v0.1.0", module)
    return {
        "packages": ["example.org/Ada/tool", "example.org/missing"],
        "path": [str(tmp_path / "modules")],
        "proxy": folder.as_uri(),
        "cache": str(tmp_path / "cache"),
    }


def maven(tmp_path):
    folder = tmp_path / "maven"
    pom = (
        b'<project xmlns="http://maven.apache.org/POM/4.0.0"><parent><groupId>org.example</groupId>'
        b"<artifactId>parent</artifactId><version>3</version></parent>"
        b"<artifactId>tool</artifactId></project>"
    )
    parent = (
        b"<project><groupId>org.example</groupId><artifactId>parent</artifactId>"
        b"<version>3</version><licenses><license><name>The MIT License</name></license></licenses>"
        b"</project>"
    )
    files = {path: content for path, content in FILES.items() if path != "LICENSE"}
    packed = zipped(files)
    listing = b"<metadata><versioning><release>1.0</release></versioning></metadata>"
    base = "org/example/tool"
    repository = {
        f"{base}/maven-metadata.xml": listing,
        f"{base}/1.0/tool-1.0.pom": pom,
        f"{base}/1.0/tool-1.0-sources.jar": packed,
        f"{base}/1.0/tool-1.0-sources.jar.sha1": hashlib.sha1(packed).hexdigest().encode(),  # noqa: S324
        "org/example/parent/3/parent-3.pom": parent,
    }
    write(folder, repository)
    local = {path: content for path, content in repository.items() if "metadata" not in path}
    write(tmp_path / "local", {path.replace("tool", "twin"): local[path] for path in local})
    return {
        "packages": ["org.example:tool", "org.example:missing"],
        "path": [str(tmp_path / "local")],
        "repository": folder.as_uri(),
        "cache": str(tmp_path / "cache"),
    }


def archives(tmp_path):
    packed = {
        "example-1.0.tar.gz": tarball(FILES, "example-1.0/"),
        "flat.zip": zipped(FILES),
    }
    write(tmp_path / "archives", packed)
    names = [*packed, "missing-2.0.zip"]
    return {
        "packages": [str(tmp_path / "archives" / name) for name in names],
        "cache": str(tmp_path / "cache"),
    }


def git(tmp_path):
    folder = write(tmp_path / "repository", FILES)
    author = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    for command in (["init", "-q"], ["add", "."], [*author, "commit", "-q", "-m", "First"]):
        subprocess.run(["git", *command], cwd=folder, check=True, capture_output=True)
    return {"repository": str(folder), "name": "repository"}


def dataset(tmp_path):
    rows = [
        {
            "content": content.decode("latin-1"),
            "path": name,
            "repo": "ada/example",
            "license": "mit",
        }
        for name, content in FILES.items()
    ]
    text = "".join(json.dumps(row) + "\n" for row in rows)
    path = tmp_path / "rows.jsonl"
    path.write_text(text + "not json\n")
    return {"path": str(path), "repo": "repo", "license": "license"}


def notebooks(tmp_path):
    """The example of CONTRIBUTING.md, where it is installed."""
    sources = {"a.ipynb": FILES["src/a.py"], "data.ipynb": FILES["data.bin2"]}
    files = {
        name: json.dumps({"cells": [{"cell_type": "code", "source": [source.decode()]}]}).encode()
        for name, source in sources.items()
    }
    files["LICENSE"] = MIT
    return {"path": str(write(tmp_path / "notebooks", files))}


OPTIONS = {
    "directory": directory,
    "installed": installed,
    "pypi": pypi,
    "npm": npm,
    "debian": debian,
    "git": git,
    "crates": crates,
    "go": go,
    "maven": maven,
    "archives": archives,
    "dataset": dataset,
    "notebooks": notebooks,
}
REGISTRIES = ["pypi", "npm", "debian", "crates", "go", "maven", "archives"]
BUILT_IN = sorted(registry.AXES["sources"])
KNOWN = sorted(registry.names("sources"))


@pytest.fixture(params=KNOWN)
def make(request, tmp_path):
    options = OPTIONS[request.param](tmp_path)
    return lambda: registry.load("sources", request.param)(**options)


def test_every_source_has_a_case():
    assert set(BUILT_IN) <= set(OPTIONS)


def test_satisfies_the_protocol(make):
    source = make()
    assert isinstance(source, Source)
    assert all(isinstance(part, Source) for part in source.parts())


def test_yields_documents_and_skips_only(make):
    items = list(make().documents())
    assert any(isinstance(item, Document) for item in items)
    assert all(isinstance(item, (Document, Skipped)) for item in items)


def test_order_is_deterministic(make):
    assert list(make().documents()) == list(make().documents())


def test_parts_together_are_the_whole_even_after_a_journey(make):
    whole = list(make().documents())
    parts = [pickle.loads(pickle.dumps(part)) for part in make().parts()]  # noqa: S301 - our own
    assert [item for part in parts for item in part.documents()] == whole


def test_parts_of_a_part_are_the_part(make):
    for part in make().parts():
        inner = [item for piece in part.parts() for item in piece.documents()]
        assert inner == list(part.documents())


def test_ids_are_unique_and_fields_are_sound(make):
    documents = [item for item in make().documents() if isinstance(item, Document)]
    assert len({document.id for document in documents}) == len(documents)
    ranks = list(LicenseBasis)
    for document in documents:
        origin = document.origin
        assert origin.package.purl.startswith("pkg:")
        assert origin.package.family
        assert not origin.path.startswith("/")
        assert ".." not in origin.path.split("/")
        assert origin.sha256 == hashlib.sha256(document.content).hexdigest()
        order = [ranks.index(claim.basis) for claim in document.licenses]
        assert order == sorted(order)


def test_the_license_is_found(make):
    documents = [item for item in make().documents() if isinstance(item, Document)]
    code = [document for document in documents if document.language in ("python", "c")]
    assert code
    assert {document.licenses[0].expression for document in code} == {"MIT"}


def test_binary_files_are_skipped_with_the_reason(make):
    skipped = [item for item in make().documents() if isinstance(item, Skipped)]
    # A notebook's cells are read as source code, which with zero bytes is not text.
    assert any(item.reason in ("binary", "undecodable") for item in skipped)
    assert all(item.stage in ("read", "fetch") and item.reason for item in skipped)


@pytest.mark.parametrize("name", REGISTRIES)
def test_a_missing_package_does_not_stop_the_others(name, tmp_path):
    source = registry.load("sources", name)(**OPTIONS[name](tmp_path))
    items = list(source.documents())
    missing = [item for item in items if isinstance(item, Skipped) and item.stage == "fetch"]
    assert [item.reason for item in missing] == ["not-found"]
    assert "missing" in missing[0].item
    assert any(isinstance(item, Document) for item in items)


@pytest.mark.parametrize("name", REGISTRIES)
def test_fetch_reports_every_package(name, tmp_path):
    source = registry.load("sources", name)(**OPTIONS[name](tmp_path))
    fetched, *_, missing = source.fetch()
    assert fetched.size > 0
    assert isinstance(missing, Skipped)


def test_importing_sources_is_light():
    # The heavy or network libraries must wait until they are needed.
    modules = ", ".join(f"codescan.sources.{name}" for name in BUILT_IN)
    probe = (
        f"import sys, {modules}; heavy = {{'pyarrow', 'datasets', 'urllib.request', 'ssl', "
        "'torch'} & set(sys.modules); sys.exit(', '.join(sorted(heavy)) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
