# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Scans over HTTP: the same answer as on the command line, and nothing unread looks clean."""

from __future__ import annotations

import json

import pytest
from harbor_texts import COPY, SOUNDINGS, TIDES
from hypothesis import given
from hypothesis import strategies as st

import codescan
from codescan.serve.problems import RequestError
from codescan.serve.scan_messages import read_scan_request

TEXTS = {
    "copy": COPY,
    "whole file": TIDES,
    "c": SOUNDINGS,
    "renamed": COPY.replace("rising", "climbing").replace("times", "moments"),
    "in prose": f"You could write:\n\n```python\n{COPY}\n```\n\nand call it.",
    "own": "def add(a, b):\n    return a + b\n",
    "empty": "",
    "blank": " \n\t\n",
    "binary": "a\x00b" * 40,
    "surrogate": "\ud800" + COPY,
    "many lines": "\r\n".join(COPY.splitlines()),
}


def test_a_text_gives_the_same_findings_as_on_the_command_line(
    served, harbor_index, tmp_path, capfd
):
    from codescan.__main__ import main

    rows = [{"id": key, "text": text} for key, text in TEXTS.items()]
    rows += [{"id": f"{key} py", "text": text, "language": "py"} for key, text in TEXTS.items()]
    rows.append({"id": "tongue", "text": COPY, "language": "klingon"})
    file = tmp_path / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    capfd.readouterr()
    main([
        "scan", "--jsonl", str(file), "--index", str(harbor_index), "--format", "json",
        "--show-suppressed", "-q",
    ])  # fmt: skip
    report = json.loads(capfd.readouterr().out)
    answer = served.scan(texts=rows)
    assert [result["id"] for result in answer["results"]] == [row["id"] for row in rows]
    for result in answer["results"]:
        expected = [f for f in report["findings"] if f["snippet"]["id"] == result["id"]]
        place = lambda finding: finding["snippet"]["start_byte"]  # noqa: E731
        assert sorted(result["findings"], key=place) == sorted(expected, key=place)
        assert result["suppressed"] == [
            s for s in report["suppressed"] if s["snippet_id"] == result["id"]
        ]
        assert result["skipped"] == [s for s in report["skipped"] if s["item"] == result["id"]]
    statuses = {result["id"]: result["status"] for result in answer["results"]}
    assert statuses["copy"] == statuses["surrogate"] == statuses["tongue"] == "findings"
    assert statuses["own"] == "clean"
    assert statuses["empty"] == statuses["blank"] == statuses["binary"] == "nothing"
    assert not answer["complete"]


def test_a_text_gives_the_same_findings_as_in_python(served, harbor_index):
    with codescan.Index.open(harbor_index) as index:
        for text in TEXTS.values():
            expected = [finding.fingerprint for finding in index.scan(text)]
            [result] = served.scan(text=text)["results"]
            assert [finding["fingerprint"] for finding in result["findings"]] == expected


def test_texts_of_one_id_keep_their_results(served):
    answer = served.scan(texts=[{"text": "x = 1\n"}, {"text": COPY}, {"text": "x = 1\n"}])
    assert [r["status"] for r in answer["results"]] == ["clean", "findings", "clean"]


def test_the_path_tells_the_language(served):
    [result] = served.scan(text=SOUNDINGS, path="src/soundings.c")["results"]
    assert result["findings"][0]["snippet"]["path"] == "src/soundings.c"


def test_an_unknown_language_is_named(served):
    [result] = served.scan(text=COPY, language="klingon")["results"]
    assert result["unknown_language"] == "klingon"


def test_an_empty_batch_is_not_complete(served):
    answer = served.scan(texts=[])
    assert answer["results"] == []
    assert not answer["complete"]


@pytest.mark.parametrize("request_body", [
    {}, {"texts": None}, {"text": "a", "texts": []}, {"text": 3}, {"text": "a", "min_tokens": 0},
    {"text": "a", "min_token": 40}, {"texts": [{"id": "a"}]}, {"texts": "abc"}, [], 1, None, "text",
    {"text": "a", "min_tokens": 2}, {"text": "a", "passages": "no"},
])  # fmt: skip
def test_wrong_fields_are_refused(served, request_body):
    status, answer = served.post("/v1/scan", json.dumps(request_body).encode())
    assert status == 422
    assert answer["error"]["kind"] == "bad-request"


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_bodies_that_are_not_json_are_refused(body):
    with pytest.raises(RequestError) as refused:
        read_scan_request(body, 10)
    assert refused.value.status in {400, 422}


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"text":' + b"[" * 50_000, b'{"a":1}' * 9])
def test_nested_and_repeated_json_is_refused(served, body):
    assert served.post("/v1/scan", body)[0] in {400, 422}


def test_passages_can_be_left_out_of_one_answer(served):
    [result] = served.scan(text=COPY, passages=False)["results"]
    assert result["findings"]
    assert not any(finding["origin"]["text"] for finding in result["findings"])


def test_a_service_can_withhold_passages(start):
    service = start(withhold_passages=True)
    [result] = service.scan(text=COPY, passages=True)["results"]
    [finding] = result["findings"]
    assert not finding["origin"]["text"]
    place = "/v1/passages?purl=a&path=b&start_line=1&end_line=2"
    assert service.ask("GET", place)[0] == 403


def test_a_passage_of_the_index_can_be_read(served):
    [finding] = served.scan(text=COPY)["results"][0]["findings"]
    origin = finding["origin"]
    query = f"purl={origin['purl']}&path={origin['path']}&start_line=2&end_line=3"
    status, _headers, body = served.ask("GET", f"/v1/passages?{query}")
    assert status == 200
    assert json.loads(body)["text"] == "".join(TIDES.splitlines(keepends=True)[1:3])


@pytest.mark.parametrize(("query", "status"), [
    ("purl=pkg:generic/no&path=a.py&start_line=1&end_line=2", 404),
    ("purl=a&path=../../etc/passwd&start_line=1&end_line=2", 404),
    ("purl=a&path=b&start_line=3&end_line=2", 422),
    ("purl=a&path=b&start_line=0&end_line=2", 422),
    ("purl=a&path=b&start_line=1&end_line=9999999", 422),
    ("purl=a&path=b&start_line=x&end_line=2", 422),
    ("purl=a", 422),
])  # fmt: skip
def test_other_passages_are_refused(served, query, status):
    assert served.ask("GET", f"/v1/passages?{query}")[0] == status


def test_the_description_covers_every_route_and_its_examples_hold(served):
    jsonschema = pytest.importorskip("jsonschema")
    document = json.loads(served.ask("GET", "/openapi.json")[2])
    assert {"/v1/scan", "/v1/passages", "/healthz", "/metrics"} <= set(document["paths"])
    schemas = {"$defs": document["components"]["schemas"]}
    text = json.dumps(schemas).replace("#/components/schemas/", "#/$defs/")
    definitions = json.loads(text)

    def check(value, name):
        schema = {**definitions, "$ref": f"#/$defs/{name}"}
        jsonschema.Draft202012Validator(schema).validate(value)

    operation = document["paths"]["/v1/scan"]["post"]
    examples = operation["requestBody"]["content"]["application/json"]["examples"]
    for example in examples.values():
        check(example["value"], "ScanRequest")
        check(served.scan(**example["value"]), "ScanResponse")
    answers = operation["responses"]["200"]["content"]["application/json"]["examples"]
    for example in answers.values():
        check(example["value"], "ScanResponse")
    check(served.post("/v1/scan", {})[1], "Problem")
