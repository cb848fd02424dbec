# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Tasks on a Ray cluster of two nodes give the results of local ones, also when a node dies."""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
from pathlib import Path

import pytest

from codescan.app.dedup import DedupOptions, dedup
from codescan.app.indexes import build_index, resolve_recipe
from codescan.app.log_audit import LogAuditOptions, audit_log_files
from codescan.app.scan import ScanOptions, scan
from codescan.errors import OutputError, UsageError
from codescan.index import Index
from codescan.tasks.ray_cluster import cluster

ray = pytest.importorskip("ray")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def nodes():
    """A test cluster of two nodes, and a connection to it."""
    from ray.cluster_utils import Cluster

    for name in ("raylet_start_wait_time_s", "agent_register_timeout_ms"):  # a busy machine is slow
        os.environ[f"RAY_{name}"] = "180" if name.endswith("time_s") else "180000"
    cluster = Cluster(
        initialize_head=True,
        head_node_args={"num_cpus": 1, "include_dashboard": False, "object_store_memory": 80 << 20},
    )
    cluster.add_node(num_cpus=1, object_store_memory=80 << 20)
    ray.init(address=cluster.address, log_to_driver=False, logging_level="ERROR")
    yield cluster
    ray.shutdown()
    cluster.shutdown()


def program(seed: int) -> str:
    lines = [
        f"def part_{seed}_{n}(left, right):\n    return m{seed * 7919 + n * 104729}(left, {n})"
        for n in range(40)
    ]
    return "\n".join(lines)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("ray") / "corpus"
    for package in range(6):
        (folder / f"package{package}").mkdir(parents=True)
        for number in range(4):
            file = folder / f"package{package}" / f"m{number}.py"
            file.write_text(program(package * 10 + number), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def local_index(corpus, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("ray-index") / "index"
    build_index(resolve_recipe(str(corpus)), out, workers=1)
    return out


@pytest.fixture(scope="module")
def log(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("ray-log")
    for shard in range(8):
        rows = [
            {"id": f"{shard}-{n}", "completion": program(n) if n % 9 == 0 else f"answer {n}"}
            for n in range(60)
        ]
        text = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{shard}.jsonl").write_text(text, encoding="utf-8")
    return folder


def audited(log: Path, index: Path, out: Path, **options) -> dict[str, bytes]:
    audit_log_files(
        LogAuditOptions(
            paths=(log,), index_folder=index, out=out, chance_sample=0, workers=1, **options
        )
    )
    return {path.name: path.read_bytes() for path in out.iterdir()}


@pytest.mark.usefixtures("nodes")
def test_an_index_has_the_digest_of_a_local_build(corpus, local_index, tmp_path):
    build_index(resolve_recipe(str(corpus)), tmp_path / "index", engine="ray")
    with Index.open(tmp_path / "index") as ours, Index.open(local_index) as local:
        assert ours.manifest.digest == local.manifest.digest
        assert len(ours) == len(local)


@pytest.mark.usefixtures("nodes")
def test_logs_and_duplicates_have_the_same_bytes(log, local_index, tmp_path):
    local = audited(log, local_index, tmp_path / "local")
    assert audited(log, local_index, tmp_path / "ray", engine="ray") == local
    for engine in ("local", "ray"):
        dedup(DedupOptions((log,), out=tmp_path / f"d-{engine}", engine=engine, workers=1,
                           columns={"content": "completion"}))  # fmt: skip
    ours, local_files = (
        {p.name: p.read_bytes() for p in (tmp_path / f"d-{engine}").iterdir()}
        for engine in ("ray", "local")
    )
    assert ours == local_files


def slow_square(number: int, folder: Path) -> int:
    time.sleep(0.5)
    with contextlib.suppress(FileExistsError):
        (folder / str(number)).touch(exist_ok=False)
    return number * number


@pytest.mark.usefixtures("nodes")
def test_a_scan_reports_what_a_local_one_reports(local_index, tmp_path):
    rows = tmp_path / "rows.jsonl"
    with rows.open("w", encoding="utf-8") as file:
        for number in range(600):  # three batches
            text = program(number % 6 * 10 if number % 50 == 0 else 1000 + number)
            file.write(json.dumps({"id": str(number), "text": text, "language": "python"}) + "\n")
        file.write("not a row\n")

    def scanned(**engine):
        options = ScanOptions(paths=(str(rows),), jsonl=True, index_folder=local_index, **engine)
        return scan(options).report

    local, on_nodes = scanned(), scanned(engine="ray")
    assert local.findings
    assert on_nodes.findings == local.findings
    assert on_nodes.statistics == local.statistics
    assert on_nodes.skipped == local.skipped


def test_a_folder_is_compared_in_one_process(corpus, tmp_path):
    options = ScanOptions(paths=(str(tmp_path),), against=(str(corpus),), engine="ray")
    with pytest.raises(UsageError, match="needs an index"):
        scan(options)


def test_a_node_that_dies_costs_its_tasks_only(nodes, log, local_index, tmp_path):
    node = nodes.add_node(num_cpus=1, object_store_memory=80 << 20)
    nodes.wait_for_nodes()
    killer = threading.Timer(1.5, lambda: nodes.remove_node(node, allow_graceful=False))
    killer.start()
    with cluster("ray", None, None) as connected:
        calls = [(number, tmp_path) for number in range(12)]
        results = dict(connected.map(slow_square, calls))
    killer.join()
    assert results == {number: number * number for number in range(12)}
    local = audited(log, local_index, tmp_path / "local")
    assert audited(log, local_index, tmp_path / "ray", engine="ray") == local


def refused(kind: str) -> None:
    if kind == "ours":
        raise UsageError("no such thing", "choose another")
    raise PermissionError(13, "denied", "some file")


@pytest.mark.usefixtures("nodes")
def test_errors_of_tasks_reach_the_user(tmp_path):
    with cluster("ray", None, None) as connected:
        with pytest.raises(UsageError, match="no such thing"):
            list(connected.map(refused, [("ours",)]))
        with pytest.raises(PermissionError, match="denied"):
            list(connected.map(refused, [("system",)]))
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises((OutputError, UsageError)):
        audit_log_files(
            LogAuditOptions(paths=(tmp_path / "file",), out=tmp_path / "file", engine="ray")
        )
