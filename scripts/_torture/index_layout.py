# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Damage that keeps a file valid in itself: whole arrays, sums, blocks and manifests exchanged."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import numpy as np
from _torture.index_case import ARRAY_HEADER, edit_bytes, largest_shard

from codescan._core import _native

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from _torture.index_case import Case

_SUM_PAGE = 128
_POSTING = 9


def _arrays(case: Case) -> list[Path]:
    names = {"store", "catalogue.db"}
    return [path for path in sorted(case.shard().iterdir()) if path.name not in names]


def rewritten_numbers(case: Case) -> str:
    """A valid array with other numbers."""
    path = case.rng.choice(sorted(case.shard().glob("*.sums")))
    count = max(1, (path.stat().st_size - ARRAY_HEADER) // 8)
    path.unlink()
    numbers = np.array([case.rng.getrandbits(63) for _ in range(count)], dtype=np.uint64)
    _native.write_numbers(str(path), numbers)
    return path.name


def sums_of_another_table(case: Case) -> str:
    one, two = case.rng.sample(sorted(case.shard().glob("*.sums")), 2)
    content = two.read_bytes()
    two.write_bytes(one.read_bytes())
    one.write_bytes(content)
    return f"{one.name} and {two.name}"


def array_of_another_name(case: Case) -> str:
    one, two = case.rng.sample(_arrays(case), 2)
    two.write_bytes(one.read_bytes())
    return f"{one.name} as {two.name}"


def page_with_its_checksum(case: Case) -> str:
    """A page and its checksum, copied to another place of the same array."""
    path = case.rng.choice(_arrays(case))
    content = bytearray(path.read_bytes())
    if len(content) < ARRAY_HEADER + 4 * _SUM_PAGE:
        return edit_bytes(path, len(content) - 1, bytes([content[-1] ^ 1]))
    at = ARRAY_HEADER + _SUM_PAGE * case.rng.randrange((len(content) - ARRAY_HEADER) // _SUM_PAGE)
    content[ARRAY_HEADER : ARRAY_HEADER + _SUM_PAGE] = content[at : at + _SUM_PAGE].ljust(
        _SUM_PAGE, b"\0"
    )
    content[-8:] = content[-16:-8]
    path.write_bytes(content)
    return path.name


def top_checksum(case: Case) -> str:
    path = case.rng.choice(_arrays(case))
    size = path.stat().st_size
    return edit_bytes(path, size - 1 - case.rng.randrange(8), case.rng.randbytes(1))


def every_byte_inverted(case: Case) -> str:
    path = case.file()
    path.write_bytes(bytes(byte ^ 255 for byte in path.read_bytes()))
    return path.name


def bytes_in_another_order(case: Case) -> str:
    path = case.file()
    content = path.read_bytes()
    width = case.rng.choice([2, 4, 8])
    path.write_bytes(
        b"".join(content[at : at + width][::-1] for at in range(0, len(content), width))
    )
    return f"{path.name} by {width}"


def shifted(case: Case) -> str:
    """One byte more in the middle and one less at the end."""
    path = case.file()
    content = path.read_bytes()
    at = case.rng.randrange(len(content))
    path.write_bytes(content[:at] + case.rng.randbytes(1) + content[at:-1])
    return f"{path.name} at {at}"


def blocks_exchanged(case: Case) -> str:
    """Two stretches of the store in each other's place, as a wrong write may leave them."""
    path = case.shard() / "store"
    content = bytearray(path.read_bytes())
    size = case.rng.randrange(1, max(2, len(content) // 3))
    one, two = case.rng.randrange(len(content) - size), case.rng.randrange(len(content) - size)
    content[one : one + size], content[two : two + size] = (
        content[two : two + size], content[one : one + size],
    )  # fmt: skip
    path.write_bytes(content)
    return f"{size} bytes at {one} and {two}"


def postings_exchanged(case: Case) -> str:
    """Two stretches of postings in each other's place."""
    path = case.rng.choice(sorted(case.shard().glob("*.postings")))
    content = bytearray(path.read_bytes())
    count = (len(content) - ARRAY_HEADER) // _POSTING
    size = _POSTING * case.rng.choice([1, 1, 3, 20])
    ends = [ARRAY_HEADER + _POSTING * case.rng.randrange(max(1, count - 20)) for _ in range(2)]
    one, two = (slice(at, at + size) for at in ends)
    content[one], content[two] = content[two], content[one]
    path.write_bytes(content[: ARRAY_HEADER + _POSTING * count])
    return f"{size} bytes of {path.name} at {ends}"


def postings_of_another_form(case: Case) -> str:
    """The postings of one form cut to the length of another's, with its header."""
    one, two = case.rng.sample(sorted(case.shard().glob("*.postings")), 2)
    header, rows = two.read_bytes()[:ARRAY_HEADER], one.read_bytes()[ARRAY_HEADER:]
    size = two.stat().st_size - ARRAY_HEADER
    two.write_bytes(header + (rows * (1 + size // max(1, len(rows))))[:size])
    return f"{one.name} as {two.name}"


def name_in_another_case(case: Case) -> str:
    path = case.rng.choice(sorted(case.shard().iterdir()))
    path.rename(path.with_name(path.name.swapcase()))
    return path.name


def manifest_reformatted(case: Case) -> str:
    path = case.index / "manifest.json"
    values = json.loads(path.read_text())
    kind = case.rng.choice(["one line", "sorted", "reversed", "wide", "crlf", "blank"])
    texts = {
        "one line": json.dumps(values),
        "sorted": json.dumps(values, indent=2, sort_keys=True),
        "reversed": json.dumps(dict(reversed(values.items())), indent=2) + "\n",
        "wide": json.dumps(values, indent=4),
        "crlf": path.read_text().replace("\n", "\r\n"),
        "blank": path.read_text() + "\n",
    }
    path.write_bytes(texts[kind].encode())
    return kind


def manifest_with_a_repeated_key(case: Case) -> str:
    path = case.index / "manifest.json"
    key = case.rng.choice(["name", "profile", "shards", "root", "packages"])
    value = case.rng.choice(['""', "0", "[]", "{}", "null"])
    path.write_text(path.read_text().replace("{", f'{{\n  "{key}": {value},', 1))
    return key


def manifest_with_a_mark(case: Case) -> str:
    path = case.index / "manifest.json"
    text = path.read_text()
    encoding = case.rng.choice(["utf-8-sig", "utf-16", "utf-32"])
    path.write_bytes(text.encode(encoding))
    return encoding


def manifest_names_a_shard_twice(case: Case) -> str:
    path = case.index / "manifest.json"
    values = json.loads(path.read_text())
    values["shards"].append(values["shards"][0])
    path.write_text(json.dumps(values, indent=2, ensure_ascii=False) + "\n")
    return "its first"


def manifest_leads_out(case: Case) -> str:
    path = case.index / "manifest.json"
    values = json.loads(path.read_text())
    values["shards"][0]["id"] = case.rng.choice(["..", "../x", "/etc", "", ".", "x\0y", "a" * 300])
    path.write_text(json.dumps(values, indent=2, ensure_ascii=False) + "\n")
    return "its first shard"


def no_shards_folder(case: Case) -> str:
    shutil.rmtree(case.index / "shards")
    if case.rng.random() < 0.5:
        (case.index / "shards").mkdir()
    return "all of them"


def shards_folder_is_a_file(case: Case) -> str:
    shutil.rmtree(case.index / "shards")
    (case.index / "shards").write_bytes(b"shards")
    return "a file"


def shard_of_the_old_index(case: Case) -> str:
    """The larger shard as it was before another one was added, under its name."""
    target = largest_shard(case.index)
    name = case.rng.choice(sorted(p.name for p in target.iterdir()))
    source = largest_shard(case.other) / name
    (target / name).unlink()
    (target / name).hardlink_to(source)
    return f"{name} as a hard link"


def frequencies_of_zero(case: Case) -> str:
    path = case.shard() / "frequencies"
    content = path.read_bytes()
    path.write_bytes(content[:ARRAY_HEADER] + bytes(len(content) - ARRAY_HEADER))
    return "all of them"


def counts_of_the_header(case: Case) -> str:
    path = case.rng.choice(_arrays(case))
    value = case.rng.choice([0, 1, 2**31, 2**63, 2**64 - 1]).to_bytes(8, "little")
    return edit_bytes(path, case.rng.choice([8, 16, 24, 32]), value)


DAMAGE: dict[str, Callable[[Case], str | None]] = {
    work.__name__: work
    for work in (
        rewritten_numbers,
        sums_of_another_table,
        array_of_another_name,
        page_with_its_checksum,
        top_checksum,
        every_byte_inverted,
        bytes_in_another_order,
        shifted,
        blocks_exchanged,
        postings_exchanged,
        postings_of_another_form,
        name_in_another_case,
        manifest_reformatted,
        manifest_with_a_repeated_key,
        manifest_with_a_mark,
        manifest_names_a_shard_twice,
        manifest_leads_out,
        no_shards_folder,
        shards_folder_is_a_file,
        shard_of_the_old_index,
        frequencies_of_zero,
        counts_of_the_header,
    )
}
"""Every way, by name."""
