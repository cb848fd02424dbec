# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan index pack|push|pull|trust`: publish indexes, and use those of others."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from codescan.cli import options
from codescan.cli.console import Console
from codescan.cli.index_text import result_lines
from codescan.cli.terminal_text import printable

if TYPE_CHECKING:
    from codescan.app.package_results import KeyResult, PackageResult

__all__ = ["pack", "pull", "push", "trust"]

_local_http_option = click.option(
    "--allow-local-http",
    is_flag=True,
    help="Accept http URLs of this machine (127.0.0.1), for tests. Elsewhere https is needed.",
)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder of the package repository; it can hold several packages.",
)
@click.option(
    "--signing-key",
    "key_file",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Private ed25519 key in PEM that signs the package.",
)
@click.option(
    "--name", default="", metavar="NAME", help="Package name.  [default: that of the index]"
)
@click.option(
    "--valid-days",
    type=click.IntRange(1, 3650),
    default=365,
    show_default=True,
    metavar="N",
    help="Number of days for which clients accept the package.",
)
@options.format_option
@options.quiet_option
def pack(
    *,
    folder: Path,
    out: Path,
    key_file: Path,
    name: str,
    valid_days: int,
    format_: str,
    quiet: bool,
) -> int:
    """Pack the index in DIR into a signed package that others can pull.

    The index is verified first. Parts that the repository holds are not written again.
    """
    from codescan.app.index_packages import pack_index
    from codescan.app.indexes import open_folder
    from codescan.app.package_results import PackageResult

    console = Console(quiet)
    with console.steps() as on_progress, contextlib.closing(open_folder(folder)) as opened:
        package = pack_index(opened, out, key_file, on_progress, name=name, days=valid_days)
    _show(console, format_, PackageResult.of(package, repository=str(out)))
    return 0


@click.command()
@click.argument("name")
@click.argument("repository", type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--to",
    "address",
    required=True,
    metavar="URL",
    help="Package repository to copy to: a folder, or a URL (file, https with PUT, s3, gs, az).",
)
@_local_http_option
@options.format_option
@options.quiet_option
def push(
    *,
    name: str,
    repository: Path,
    address: str,
    allow_local_http: bool,
    format_: str,
    quiet: bool,
) -> int:
    """Copy the package NAME from the repository in DIR to a server.

    Sends only the parts that the server lacks. Run it again to continue an interrupted push. The
    package must be signed by a key that you trust.
    """
    from codescan.app.index_packages import PackageAddress, push_package
    from codescan.app.package_results import PackageResult
    from codescan.index.packages.storage import public_url

    console = Console(quiet)
    with console.steps() as on_progress:
        pushed = push_package(
            name, repository, PackageAddress(address, allow_local_http), on_progress
        )
    result = PackageResult.of(
        pushed.package,
        url=public_url(address),
        signed_by=pushed.key_id,
        sent_parts=pushed.sent_parts,
        sent_bytes=pushed.sent_bytes,
    )
    _show(console, format_, result)
    return 0


@click.command()
@click.argument("name")
@click.option(
    "--from",
    "address",
    envvar="CODESCAN_PACKAGE_URL",
    show_envvar=True,
    metavar="URL",
    help="Package repository: a folder, or a URL (file, https, s3, gs, az).  [default: package_url "
    "of the configuration]",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder of the index.  [default: where --corpus NAME finds it]",
)
@click.option("--dry-run", is_flag=True, help="Show the package, and download no index.")
@_local_http_option
@options.format_option
@options.config_option
@options.quiet_option
def pull(
    *,
    name: str,
    address: str | None,
    out: Path | None,
    dry_run: bool,
    allow_local_http: bool,
    format_: str,
    config_file: Path | None,
    quiet: bool,
) -> int:
    """Download the index in the package NAME, and verify every byte.

    The package must be signed by a key that you trust (`codescan index trust`). Shows the licenses
    before the download. Run it again to update or repair the index, or to continue an interrupted
    download: it fetches only the parts that are missing.
    """
    from msgspec.structs import replace

    from codescan.app.index_packages import fetch_package, package_address, pull_package
    from codescan.app.package_results import PackageResult
    from codescan.app.settings import project_config

    console = Console(quiet)
    place = package_address(address, project_config(config_file), allow_local_http=allow_local_http)
    verified = fetch_package(name, place)
    result = PackageResult.of(verified.package, signed_by=verified.key_id)
    if dry_run:
        _show(console, format_, result)
        return 0
    console.say(result_lines(result, indent=""))
    with console.steps() as on_progress:
        folder, pulled = pull_package(verified, place, out, on_progress)
    if format_ == "json":
        received = {
            "received_parts": pulled.received_parts, "received_bytes": pulled.received_bytes
        }  # fmt: skip
        console.json(replace(result, path=str(folder), **received))
    else:
        console.result(
            printable(
                f"{folder}: package {name}, {pulled.package.bytes:,} bytes, of which "
                f"{pulled.received_bytes:,} were downloaded; all checksums match"
            )
        )
    return 0


@click.group(no_args_is_help=True)
def trust() -> None:
    """Show and change the keys whose index packages you trust."""


@trust.command()
@click.argument("key_file", type=click.Path(dir_okay=False, path_type=Path), metavar="KEY.pub")
@click.option(
    "--package",
    "packages",
    multiple=True,
    metavar="NAME",
    help="Name of the packages that the key may sign; * stands for any characters. Repeat for "
    "several.  [default: all]",
)
@options.format_option
def add(*, key_file: Path, packages: tuple[str, ...], format_: str) -> int:
    """Trust the index packages that the key in KEY.pub signs.

    Compare the printed id with the one that the publisher states.
    """
    from codescan.app.index_packages import trust_key
    from codescan.app.package_results import KeyResult

    _show(Console(), format_, KeyResult.of(trust_key(key_file, packages)))
    return 0


@trust.command("list")
@options.format_option
def list_(*, format_: str) -> int:
    """List the keys that you trust."""
    from codescan.app.index_packages import listed_keys
    from codescan.app.package_results import KeyList, TrustedKey

    keys = tuple(map(TrustedKey.of, listed_keys()))
    console = Console()
    if format_ == "json":
        console.json(KeyList(keys=keys))
    elif keys:
        console.result(
            printable("\n".join(f"{key.key_id}  {', '.join(key.packages)}" for key in keys))
        )
    else:
        console.say("no key is trusted; add one with: codescan index trust add KEY.pub")
    return 0


@trust.command()
@click.argument("key_id", metavar="ID")
@options.format_option
def remove(*, key_id: str, format_: str) -> int:
    """Stop trusting a key. ID is its id, or at least the first 8 characters."""
    from codescan.app.index_packages import untrust_key
    from codescan.app.package_results import KeyResult

    _show(Console(), format_, KeyResult.of(untrust_key(key_id), removed=True))
    return 0


def _show(console: Console, format_: str, result: PackageResult | KeyResult) -> None:
    if format_ == "json":
        console.json(result)
    else:
        console.result(printable(result_lines(result, indent="")))
