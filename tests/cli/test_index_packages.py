# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan index pack|push|pull|trust`: from an index to an index, and each refusal."""

from __future__ import annotations

import json

import pytest
from memory_corpus import ListSource
from package_server import PackageServer, document, files_of

from codescan.index import build
from codescan.signatures.signing_keys import create_key_files


@pytest.fixture(autouse=True)
def own_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("CODESCAN_PACKAGE_URL", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def key_id(tmp_path):
    return create_key_files(tmp_path / "key").public.key_id


@pytest.fixture
def packed(tmp_path, call, key_id):
    assert key_id
    index = tmp_path / "index"
    build([ListSource([document(1)])], index, name="demo", recipe={}, workers=1)
    code, out, err = call("index", "pack", index, "--out", "repository", "--signing-key", "key")
    assert (code, "texts inside: yes" in out, "MIT: 1" in out) == (0, True, True), err
    return tmp_path / "repository"


@pytest.fixture
def server(tmp_path):
    started = PackageServer(tmp_path / "www")
    yield started
    started.close()


def test_from_an_index_over_a_server_to_an_index(call, packed, server, tmp_path, key_id):
    assert call("index", "trust", "add", "key.pub")[0] == 0
    code, out, _err = call("index", "push", "demo", packed, "--to", server.url,
                           "--allow-local-http", "--format", "json")  # fmt: skip
    assert code == 0
    assert json.loads(out)["sent_parts"] == json.loads(out)["parts"]
    code, out, err = call("index", "pull", "demo", "--from", server.url, "--allow-local-http")
    assert code == 0, err
    assert err.index("license categories") < err.index("pull")  # shown before
    folder = tmp_path / "data" / "codescan" / "indexes" / "demo"
    assert files_of(folder) == files_of(tmp_path / "index")
    assert call("index", "verify", folder)[0] == 0
    _code, out, _err = call("index", "info", folder, "--format", "json")
    info = json.loads(out)
    assert info["licenses"] == {"MIT": 1}
    assert info["license_categories"] == {"permissive": 1}
    assert info["texts_inside"] is True
    assert (info["package"]["verified"], info["package"]["signed_by"]) == (True, key_id)
    call("index", "trust", "remove", key_id)
    _code, out, _err = call("index", "info", folder, "--format", "json")
    assert json.loads(out)["package"]["verified"] is False


def test_a_dry_run_downloads_no_part(call, packed, server, tmp_path):
    call("index", "trust", "add", "key.pub")
    call("index", "push", "demo", packed, "--to", server.url, "--allow-local-http", "-q")
    server.requests.clear()
    code, out, _err = call("index", "pull", "demo", "--from", server.url, "--allow-local-http",
                           "--dry-run", "--format", "json")  # fmt: skip
    assert code == 0
    assert json.loads(out)["licenses"] == {"MIT": 1}
    assert server.count("GET", "/parts/") == 0
    assert not (tmp_path / "data" / "codescan" / "indexes").exists()


def test_without_a_trusted_key_nothing_is_pulled(call, packed, tmp_path):
    code, out, err = call("index", "pull", "demo", "--from", packed)
    assert (code, out) == (3, "")
    assert "is not trusted" in err
    assert "codescan index trust add" in err
    assert not (tmp_path / "data" / "codescan" / "indexes").exists()


def test_an_altered_statement_is_refused(call, packed):
    call("index", "trust", "add", "key.pub")
    path = packed / "demo.json"
    path.write_bytes(path.read_bytes().replace(b'"payload":"ey', b'"payload":"eX'))
    code, _out, err = call("index", "pull", "demo", "--from", packed)
    assert code == 3
    assert "refused" in err


def test_a_place_comes_from_option_variable_or_configuration(call, packed, monkeypatch, tmp_path):
    call("index", "trust", "add", "key.pub", "--package", "d*")
    code, _out, err = call("index", "pull", "demo")
    assert code == 2
    assert "no package repository is named" in err
    (tmp_path / "codescan.toml").write_text(f'package_url = "{packed}"\n')
    assert call("index", "pull", "demo", "--out", "one", "-q")[0] == 0
    monkeypatch.setenv("CODESCAN_PACKAGE_URL", str(tmp_path / "nowhere"))
    assert call("index", "pull", "demo", "--out", "two", "-q")[0] == 3
    assert call("index", "pull", "demo", "--out", "two", "--from", packed, "-q")[0] == 0


def test_a_token_is_not_sent_where_only_a_project_says_so(
    call, packed, server, tmp_path, monkeypatch
):
    call("index", "trust", "add", "key.pub")
    call("index", "push", "demo", packed, "--to", server.url, "--allow-local-http", "-q")
    monkeypatch.setenv("CODESCAN_PACKAGE_TOKEN", "s3cret")
    (tmp_path / "codescan.toml").write_text(f'package_url = "{server.url}"\n')
    server.headers.clear()
    assert call("index", "pull", "demo", "--allow-local-http", "-q")[0] == 0
    assert not any("Authorization" in headers for headers in server.headers)
    assert call("index", "pull", "demo", "--from", server.url, "--allow-local-http", "-q")[0] == 0
    assert server.headers[-1]["Authorization"] == "Bearer s3cret"


def test_trusted_keys_are_listed_and_removed(call, key_id):
    code, out, err = call("index", "trust", "list")
    assert (code, out) == (0, "")
    assert "no key is trusted" in err
    call("index", "trust", "add", "key.pub", "--package", "top-*", "--package", "demo")
    _code, out, _err = call("index", "trust", "list", "--format", "json")
    assert [(k["key_id"], k["packages"]) for k in json.loads(out)["keys"]] == [
        (key_id, ["top-*", "demo"])
    ]
    assert call("index", "trust", "remove", "0" * 64)[0] == 2
    assert call("index", "trust", "remove", key_id[:8])[0] == 0
    assert call("index", "trust", "list")[1] == ""


def test_a_private_key_is_not_taken_for_a_public_one(call, key_id, tmp_path):
    code, out, err = call("index", "trust", "add", "key")
    assert code == 3
    secret = (tmp_path / "key").read_text().splitlines()[1]
    assert secret not in out + err + key_id


@pytest.mark.parametrize("name", ["../demo", "Demo", "", "a/b", "demo.json/.."])
def test_a_name_that_is_no_name_is_refused(call, packed, name):
    assert call("index", "pull", name, "--from", packed)[0] == 2


def test_plain_http_is_refused(call):
    for url in ("http://example.org/x", "http://127.0.0.1:9/"):
        code, _out, err = call("index", "pull", "demo", "--from", url)
        assert code == 2
        assert "not encrypted" in err


def test_a_missing_extra_names_the_command_that_installs_it(call, packed, monkeypatch):
    from codescan.app import index_packages

    monkeypatch.setattr(index_packages, "find_spec", lambda _name: None)
    code, _out, err = call("index", "pull", "demo", "--from", packed)
    assert code == 2
    assert "pip install 'codescan[share]'" in err


def test_a_pulled_package_is_a_corpus(call, packed, tmp_path):
    assert packed
    call(
        "index",
        "pack",
        "index",
        "--out",
        "repository",
        "--signing-key",
        "key",
        "--name",
        "acme-code",
        "-q",
    )
    call("index", "trust", "add", "key.pub")
    (tmp_path / "mine.py").write_bytes(document(1).content)
    assert call("scan", "mine.py", "--corpus", "acme-code")[0] == 2
    (tmp_path / "codescan.toml").write_text(f'package_url = "{packed}"\n')
    code, _out, err = call("scan", "mine.py", "--corpus", "top-pypi")
    assert code == 3
    assert "index pull top-pypi" in err
    assert call("index", "pull", "acme-code", "--from", packed, "-q")[0] == 0
    code, out, err = call("scan", "mine.py", "--corpus", "acme-code", "--fail-on", "A")
    assert code == 1, err
    assert "package1" in out
    (tmp_path / "acme-code").mkdir()  # a folder of this name comes first
    code, _out, err = call("scan", "mine.py", "--corpus", "acme-code")
    assert code == 3
    assert f"--index {tmp_path / 'data/codescan/indexes/acme-code'}" in err


def test_a_refused_first_pull_leaves_no_index(call, packed):
    call("index", "trust", "add", "key.pub")
    part = next(path for path in (packed / "parts").rglob("*") if path.is_file())
    part.write_bytes(b"x" * part.stat().st_size)
    assert call("index", "pull", "demo", "--from", packed, "--out", "out", "-q")[0] == 3
    code, _out, err = call("index", "info", "out")
    assert code == 3
    assert "no index found" in err
