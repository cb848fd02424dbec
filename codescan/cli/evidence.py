# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan evidence`: signed bundles of what runs measured."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from codescan.cli import options
from codescan.cli.console import Console
from codescan.cli.terminal_text import printable
from codescan.reports.plurals import plural

__all__ = ["evidence"]


class _RunsOrCommand(click.Group):
    """A group for which `codescan evidence RUN` means `codescan evidence bundle RUN`."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first argument names, else `bundle`."""
        if self.get_command(ctx, args[0]) is None:
            args = ["bundle", *args]
        return super().resolve_command(ctx, args)


@click.group(cls=_RunsOrCommand, no_args_is_help=True)
def evidence() -> None:
    """Make and verify signed bundles of run results.

    `codescan evidence RUN...` is short for `codescan evidence bundle RUN...`.
    """


_run_folder = click.Path(file_okay=False, path_type=Path)


@evidence.command()
@click.argument("runs", nargs=-1, required=True, type=_run_folder, metavar="RUN...")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Where to write the bundle.",
)
@click.option(
    "--signing-key",
    "key",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Private key that signs, from `codescan evidence keygen`.",
)
@click.option(
    "--without-safeguard",
    type=_run_folder,
    metavar="RUN",
    help="Audit without a safeguard, to state what the safeguard changed.",
)
@click.option(
    "--with-safeguard",
    type=_run_folder,
    metavar="RUN",
    help="Audit of the same prompts with the safeguard.",
)
@click.option(
    "--model-supplier",
    metavar="NAME",
    help="Supplier of the model, for the SPDX AI profile. Needs the next two options, too.",
)
@click.option("--model-download", metavar="URL", help="URL of the model's weights.")
@click.option(
    "--model-released",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]),
    metavar="DATE",
    help="Date of the model's release, for example 2026-03-01.",
)
@options.format_option
@options.quiet_option
def bundle(*, format_: str, quiet: bool, **parameters: Any) -> int:
    """Write a signed bundle of finished runs: results, settings, scores, annexes and model cards.

    The statement holds the hashes of all files and of the runs' inputs, index, code and weights.
    The annexes state which prompts reproduced texts, the likelihood of extraction with its upper
    bound, and what a safeguard changed. SPDX and CycloneDX files carry the measured rates.
    """
    from codescan.app.evidence import bundle_evidence

    console = Console(quiet)
    result = bundle_evidence(**parameters)
    if format_ == "json":
        console.json(result)
        return 0
    lines = [
        f"Bundled {plural(len(result.runs), 'run')} in {result.files:,} files: {result.out}",
        f"Measured rates: {result.rates:,}.",
        f"Signed with key {result.key_id}.",
    ]
    if result.not_measured:
        lines.insert(2, f"Not measured: {', '.join(result.not_measured)}.")
    console.result(printable("\n".join(lines)))
    return 0


@evidence.command()
@click.argument("folder", type=_run_folder, metavar="BUNDLE")
@click.option(
    "--public-key",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Public key whose signature the bundle must have.  [default: the key in the bundle]",
)
@options.format_option
@options.quiet_option
def verify(*, folder: Path, public_key: Path | None, format_: str, quiet: bool) -> int:
    """Check that no byte of BUNDLE changed: a signed bundle, or results of `codescan logs`.

    Exits with 3 if a file changed, is missing or was added, or if the signature is wrong, and with
    5 if nothing is signed. Without --public-key the signer is not checked.
    """
    from codescan.app.evidence import verify_evidence

    console = Console(quiet)
    verified = verify_evidence(folder, public_key)
    if format_ == "json":
        console.json(verified)
        return verified.exit_code
    if not verified.key_id:
        console.result(
            f"Not signed: the hashes of {verified.files:,} files agree with each other, but anyone "
            "may have written them."
        )
        return verified.exit_code
    console.result(
        printable(f"All {verified.files:,} files are unchanged. Key id: {verified.key_id}")
    )
    if not verified.is_key_trusted:
        console.warn("The signer was not checked. Give the public key with --public-key.")
    return verified.exit_code


@evidence.command()
@click.argument("key", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
@options.format_option
@options.quiet_option
def keygen(*, key: Path, format_: str, quiet: bool) -> int:
    """Write a new ed25519 key to FILE, and its public half to FILE.pub.

    The private key is not encrypted; only you may read its file. Existing files are not replaced.
    """
    from codescan.app.signing_keys import new_key

    console = Console(quiet)
    files = new_key(key)
    if format_ == "json":
        console.json(files)
    else:
        console.result(printable(f"Wrote {key} and {key}.pub. Key id: {files.key_id}"))
    return 0
