# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Damage that does not know the format: bytes, pages and files, moved, changed or replaced."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
from pathlib import Path
from typing import TYPE_CHECKING

from _torture.index_case import ARRAY_HEADER, PAGE, edit_bytes, largest_shard, shard_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

    from _torture.index_case import Case


def flip_bit(case: Case) -> str:
    path = case.file()
    content = path.read_bytes()
    at = case.rng.randrange(len(content))
    return edit_bytes(path, at, bytes([content[at] ^ 1 << case.rng.randrange(8)]))


def flip_header_bit(case: Case) -> str:
    path = case.rng.choice([p for p in case.shard().iterdir() if p.name != "store"])
    content = path.read_bytes()
    at = case.rng.randrange(min(ARRAY_HEADER, len(content)))
    return edit_bytes(path, at, bytes([content[at] ^ 1 << case.rng.randrange(8)]))


def flip_frequencies(case: Case) -> str:
    path = case.shard() / "frequencies"
    content = path.read_bytes()
    at = case.rng.randrange(len(content))
    return edit_bytes(path, at, bytes([content[at] ^ 1 << case.rng.randrange(8)]))


def set_byte(case: Case) -> str:
    path = case.file()
    return edit_bytes(path, case.rng.randrange(path.stat().st_size), case.rng.randbytes(1))


def random_bytes(case: Case) -> str:
    path = case.file()
    at = case.rng.randrange(path.stat().st_size)
    count = min(case.rng.randrange(1, 5000), path.stat().st_size - at)
    return edit_bytes(path, at, case.rng.randbytes(count))


def zero_page(case: Case) -> str:
    path = case.file()
    at = case.rng.randrange(path.stat().st_size) // PAGE * PAGE
    return edit_bytes(path, at, bytes(min(PAGE, path.stat().st_size - at)))


def swap_pages(case: Case) -> str:
    path = case.file()
    content = path.read_bytes()
    pages = [content[i : i + PAGE] for i in range(0, len(content), PAGE)]
    one, two = (case.rng.randrange(len(pages)) for _ in range(2))
    pages[one], pages[two] = pages[two], pages[one]
    path.write_bytes(b"".join(pages))
    return f"{path.name} pages {one} and {two}"


def copy_page(case: Case) -> str:
    path = case.file()
    content = path.read_bytes()
    one, two = (case.rng.randrange(len(content)) // PAGE * PAGE for _ in range(2))
    return edit_bytes(path, one, content[two : two + min(PAGE, len(content) - one)])


def truncate(case: Case) -> str:
    path = case.file()
    size = case.rng.randrange(path.stat().st_size)
    os.truncate(path, size)
    return f"{path.name} to {size}"


def truncate_to_nothing(case: Case) -> str:
    path = case.file()
    os.truncate(path, 0)
    return path.name


def append(case: Case) -> str:
    path = case.file()
    with path.open("ab") as file:
        file.write(case.rng.randbytes(case.rng.randrange(1, 9000)))
    return path.name


def punch_hole(case: Case) -> str:
    path = case.file()
    size = path.stat().st_size
    at = case.rng.randrange(size)
    os.truncate(path, at)
    os.truncate(path, size)
    return f"{path.name} from {at}"


def rotate(case: Case) -> str:
    path = case.file()
    content = path.read_bytes()
    at = case.rng.randrange(1, len(content))
    path.write_bytes(content[at:] + content[:at])
    return f"{path.name} by {at}"


def swap_files(case: Case) -> str:
    one, two = case.rng.sample(sorted(case.shard().iterdir()), 2)
    aside = case.index / "aside"
    one.rename(aside)
    two.rename(one)
    aside.rename(two)
    return f"{one.name} and {two.name}"


def swap_between_shards(case: Case) -> str | None:
    shards = sorted(case.index.glob("shards/*"))
    name = case.file().name
    if len(shards) < 2 or name == "manifest.json":
        return None
    one, two = shards[0] / name, shards[1] / name
    aside = case.index / "aside"
    one.rename(aside)
    two.rename(one)
    aside.rename(two)
    return name


def swap_shard_folders(case: Case) -> str | None:
    shards = sorted(case.index.glob("shards/*"))
    if len(shards) < 2:
        return None
    aside = case.index / "shards" / "aside"
    shards[0].rename(aside)
    shards[1].rename(shards[0])
    aside.rename(shards[1])
    return "both"


def file_of_other_index(case: Case) -> str:
    name = case.rng.choice(sorted(p.name for p in case.shard().iterdir()))
    shutil.copy(largest_shard(case.other) / name, largest_shard(case.index) / name)
    return name


def shard_of_other_index(case: Case) -> str:
    target = largest_shard(case.index)
    shutil.rmtree(target)
    shutil.copytree(largest_shard(case.other), target)
    return "the larger"


def catalogue_and_checksums_of_other_index(case: Case) -> str:
    for path in largest_shard(case.other).iterdir():
        if path.name == "catalogue.db" or path.suffix == ".sums":
            shutil.copy(path, largest_shard(case.index) / path.name)
    return "all of them"


def manifest_of_other_index(case: Case) -> str:
    source = case.rng.choice([case.other, case.old])
    shutil.copy(source / "manifest.json", case.index / "manifest.json")
    if source == case.old:  # whose shards are still there: an older state, but a whole one
        shutil.rmtree(min(case.index.glob("shards/*"), key=shard_bytes))
        shutil.rmtree(case.index / "shards" / largest_shard(case.old).name, ignore_errors=True)
    return source.name


def remove_file(case: Case) -> str:
    path = case.rng.choice(sorted(case.shard().iterdir()))
    path.unlink()
    return path.name


def remove_shard(case: Case) -> str:
    shutil.rmtree(case.shard())
    return "one"


def _instead(case: Case, put: Callable[[Path], None]) -> str:
    path = case.file()
    path.rename(case.index / "aside")
    put(path)
    return path.name


def pipe(case: Case) -> str:
    return _instead(case, os.mkfifo)


def link_to_copy(case: Case) -> str:
    return _instead(case, lambda path: path.symlink_to(case.index / "aside"))


def link_to_device(case: Case) -> str:
    device = case.rng.choice(["/dev/zero", "/dev/null", "/dev/stdin", "/dev/random", "/dev/tty"])
    return _instead(case, lambda path: path.symlink_to(device))


def link_to_itself(case: Case) -> str:
    return _instead(case, lambda path: path.symlink_to(path))


def device(case: Case) -> str | None:
    def make(path: Path) -> None:
        os.mknod(path, 0o20666, os.makedev(1, 5))  # as /dev/zero

    try:
        return _instead(case, make)
    except PermissionError:
        return None


def folder(case: Case) -> str:
    return _instead(case, lambda path: path.mkdir())


def bound_socket(case: Case) -> str | None:
    def bind(path: Path) -> None:
        with contextlib.closing(socket.socket(socket.AF_UNIX)) as one:
            here = Path.cwd()
            os.chdir(path.parent)  # names of sockets are short
            try:
                one.bind(path.name)
            finally:
                os.chdir(here)

    return _instead(case, bind)


def file_for_shard(case: Case) -> str:
    path = case.shard()
    shutil.rmtree(path)
    path.write_bytes(b"not a folder")
    return path.name


def foreign_file(case: Case) -> str:
    name = case.rng.choice(["catalogue.db-wal", "catalogue.db-journal", "notes.txt", "exact.copy"])
    (case.shard() / name).write_bytes(case.rng.randbytes(500))
    return name


DAMAGE: dict[str, Callable[[Case], str | None]] = {
    work.__name__: work
    for work in (
        flip_bit,
        flip_header_bit,
        flip_frequencies,
        set_byte,
        random_bytes,
        zero_page,
        swap_pages,
        copy_page,
        truncate,
        truncate_to_nothing,
        append,
        punch_hole,
        rotate,
        swap_files,
        swap_between_shards,
        swap_shard_folders,
        file_of_other_index,
        shard_of_other_index,
        catalogue_and_checksums_of_other_index,
        manifest_of_other_index,
        remove_file,
        remove_shard,
        pipe,
        link_to_copy,
        link_to_device,
        link_to_itself,
        device,
        folder,
        bound_socket,
        file_for_shard,
        foreign_file,
    )
}
"""Every way, by name."""
