# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The other programs, each on one file of rows: `peers.py NAME ROWS FOLDER`.

Runs in their environment and prints the ids of the documents that a program drops.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

__all__: list[str] = []


def datatrove(rows: Path, folder: Path) -> list[str]:
    """MinHash of datatrove with its defaults, one task."""
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.dedup import (
        MinhashDedupBuckets,
        MinhashDedupCluster,
        MinhashDedupFilter,
        MinhashDedupSignature,
    )
    from datatrove.pipeline.dedup.minhash import MinhashConfig
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers.jsonl import JsonlWriter

    config = MinhashConfig()

    def reader() -> JsonlReader:
        return JsonlReader(
            str(rows.parent), glob_pattern=rows.name, text_key="content", id_key="id"
        )

    def run(pipeline: list[object], tasks: int, name: str) -> None:
        LocalPipelineExecutor(
            pipeline, tasks=tasks, workers=1, logging_dir=str(folder / f"log-{name}")
        ).run()

    signatures, buckets, removed = (str(folder / name) for name in ("sig", "buckets", "remove"))
    run([reader(), MinhashDedupSignature(output_folder=signatures, config=config)], 1, "sig")
    run(
        [MinhashDedupBuckets(input_folder=signatures, output_folder=buckets, config=config)],
        config.num_buckets, "buckets",
    )  # fmt: skip
    run(
        [MinhashDedupCluster(input_folder=buckets, output_folder=removed, config=config)],
        1, "cluster",
    )  # fmt: skip
    dropped = JsonlWriter(str(folder / "dropped"), compression=None)
    writer = JsonlWriter(str(folder / "kept"), compression=None)
    run([reader(), MinhashDedupFilter(removed, exclusion_writer=dropped), writer], 1, "filter")
    return [
        json.loads(line)["id"]
        for file in sorted((folder / "dropped").glob("*"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]


def text_dedup(rows: Path, folder: Path) -> list[str]:
    """MinHash of text-dedup with its defaults."""
    command = [
        sys.executable, "-m", "text_dedup.minhash", "--path", "json", "--data_files", str(rows),
        "--split", "train", "--column", "content", "--cache_dir", str(folder / "cache"),
        "--output", str(folder / "out"), "--num_proc", "1",
    ]  # fmt: skip
    subprocess.run(command, check=True, stdout=sys.stderr)
    from datasets import load_from_disk

    kept_ids = set(load_from_disk(str(folder / "out"))["id"])
    with rows.open(encoding="utf-8") as file:
        every = [json.loads(line)["id"] for line in file]
    return [identifier for identifier in every if identifier not in kept_ids]


if __name__ == "__main__":
    program = {"datatrove": datatrove, "text-dedup": text_dedup}[sys.argv[1]]
    print(json.dumps(program(Path(sys.argv[2]), Path(sys.argv[3]))))
