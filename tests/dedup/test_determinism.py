# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The same bytes for any number of workers, shards and input order, and after a kill."""

from __future__ import annotations

import gzip
import importlib.util
import json
import random
from pathlib import Path

import pytest

from codescan.app.dedup import DedupOptions, dedup
from codescan.errors import OutputError, UsageError
from codescan.tasks.work_folder import WorkFolder, writing

_spec = importlib.util.spec_from_file_location("_sets", Path(__file__).with_name("conftest.py"))
_sets = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_sets)

RESULTS = ("duplicates.jsonl", "duplicates.parquet", "drop.jsonl", "license-laundering.jsonl")


def rows() -> list[dict[str, str]]:
    """Files with duplicates of every kind, under names of their own."""
    shared = _sets.function(random.Random(99), "shared", 18)
    outputs = []
    for number in range(12):
        base = _sets.module(number, 2)
        outputs += [
            {
                "id": f"{number}-a",
                "content": base,
                "license": "GPL-3.0-only",
                "repo": f"o/{number}",
            },
            {"id": f"{number}-b", "content": _sets.edited(base, 0.06, number), "license": "MIT"},
            {"id": f"{number}-c", "content": base.replace("alpha", "first"), "repo": "o/c"},
            {"id": f"{number}-d", "content": "# note\n" + base},
            {"id": f"{number}-e", "content": f"{_sets.module(50 + number, 2)}\n\n{shared}"},
        ]
    return outputs


def write(folder: Path, shards: dict[str, list[dict[str, str]]]) -> Path:
    folder.mkdir(parents=True)
    for name, held in shards.items():
        text = "".join(json.dumps(row) + "\n" for row in held).encode()
        (folder / name).write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
    return folder


def results_of(data: Path, out: Path, **options) -> dict[str, bytes]:
    dedup(DedupOptions((data,), out=out, **{"workers": 1, "columns": {"path": ""}, **options}))
    assert not (out / ".codescan-dedup").exists()
    return {name: (out / name).read_bytes() for name in RESULTS}


@pytest.fixture(scope="module")
def expected(tmp_path_factory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("expected")
    return results_of(write(folder / "data", {"all.jsonl": rows()}), folder / "out")


def test_results_do_not_depend_on_shards_and_their_order(tmp_path, expected):
    shuffled = rows()
    random.Random(1).shuffle(shuffled)
    shards = {"b.jsonl": shuffled[:7], "a.jsonl.gz": shuffled[7:40], "c.jsonl": shuffled[40:]}
    assert results_of(write(tmp_path / "data", shards), tmp_path / "out") == expected


def test_results_do_not_depend_on_the_format_and_the_names_of_files(tmp_path):
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    held = [{"id": row["id"], "content": row["content"]} for row in rows()]
    lines = write(tmp_path / "lines", {"x.jsonl": held})
    random.Random(2).shuffle(held)
    (tmp_path / "tables").mkdir()
    for name, part in (("b", held[:20]), ("a", held[20:])):
        table = pa.Table.from_pylist(part)
        pq.write_table(table, tmp_path / f"tables/{name}.parquet", row_group_size=7)
    outputs = [
        results_of(tmp_path / name, tmp_path / f"{name}-out") for name in ("lines", "tables")
    ]
    assert lines.is_dir()
    assert outputs[0] == outputs[1]


def test_results_do_not_depend_on_the_number_of_workers(tmp_path, expected):
    shards = {f"{n}.jsonl": rows()[n::3] for n in range(3)}
    output = results_of(write(tmp_path / "data", shards), tmp_path / "out", workers=2)
    assert output == expected


def test_results_do_not_depend_on_the_sizes_of_tasks_and_segments(tmp_path, expected, monkeypatch):
    monkeypatch.setattr("codescan.dedup.segments._SEGMENT_BYTES", 4000)
    monkeypatch.setattr("codescan.dedup.near_pairs._KEYS", 300)
    monkeypatch.setattr("codescan.dedup.near_pairs._PAIRS", 50)
    monkeypatch.setattr("codescan.dedup.passages._KEYS", 100)
    monkeypatch.setattr("codescan.dedup.passages._RUNS", 30)
    monkeypatch.setattr("codescan.dedup.ordering._GROUPED", 10)
    monkeypatch.setattr("codescan.dedup.ordering._CHUNK", 200)
    monkeypatch.setattr("codescan.dedup.unit_clusters._GROUPED", 20)
    data = write(tmp_path / "data", {"all.jsonl": rows()})
    assert results_of(data, tmp_path / "out") == expected


def test_a_run_that_is_stopped_at_any_task_continues_to_the_same_bytes(
    tmp_path, expected, monkeypatch
):
    data = write(tmp_path / "data", {f"{n}.jsonl": rows()[n::4] for n in range(4)})
    out = tmp_path / "out"
    run = WorkFolder.run
    stopped = 0
    for steps in range(1, 40):
        steps_before_stop = [steps]

        def stop_early(self, stage, name, task, steps_before_stop=steps_before_stop):
            if not (self.path / stage / name).is_dir():
                steps_before_stop[0] -= 1
                if steps_before_stop[0] < 0:
                    raise KeyboardInterrupt

            def half_done(folder):
                task(folder)
                if steps_before_stop[0] == 0:
                    raise KeyboardInterrupt

            return run(self, stage, name, half_done)

        monkeypatch.setattr(WorkFolder, "run", stop_early)
        try:
            output = results_of(data, out)
            break
        except KeyboardInterrupt:
            stopped += 1
    assert stopped > 3
    assert output == expected


def test_another_run_in_the_same_folder_is_refused(tmp_path):
    data = write(tmp_path / "data", {"all.jsonl": rows()[:3]})
    with (
        WorkFolder.opened(tmp_path / "out/.codescan-dedup", {}),
        pytest.raises(UsageError, match="another run"),
    ):
        results_of(data, tmp_path / "out")


def test_changed_data_is_read_again(tmp_path, monkeypatch):
    data = write(tmp_path / "data", {"all.jsonl": rows()[:4]})
    out = tmp_path / "out"
    with monkeypatch.context() as patched:
        patched.setattr("codescan.app.dedup.find_duplicates", _interrupt)
        with pytest.raises(KeyboardInterrupt):
            results_of(data, out)
    (data / "all.jsonl").write_text(json.dumps({"id": "only", "content": "x = 1"}) + "\n")
    table = results_of(data, out)["duplicates.jsonl"].splitlines()
    assert [json.loads(line)["document"] for line in table] == ["only"]


def _interrupt(*_arguments):
    raise KeyboardInterrupt


def test_a_full_disk_is_an_error_and_nothing_is_lost(tmp_path, expected, monkeypatch):
    data = write(tmp_path / "data", {"all.jsonl": rows()})
    out = tmp_path / "out"
    with monkeypatch.context() as patched:
        patched.setattr("codescan.dedup.results.TableWriter.add", _no_space)
        with pytest.raises(OutputError, match="No space left"):
            results_of(data, out)
    assert not (out / "duplicates.jsonl").exists()
    assert results_of(data, out) == expected


def _no_space(*_arguments):
    raise OSError(28, "No space left on device")


def test_a_short_write_of_numpy_is_a_full_disk(tmp_path):
    with pytest.raises(OutputError, match="no space is left"), writing(tmp_path):
        raise OSError("65536 requested and 24560 written")
