# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Help on two pages: `--help` shows the options of everyday use, `--help-all` shows every one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

__all__ = ["FIRST_PAGE", "PagedCommand"]

FIRST_PAGE = 12
"""Most options on a first page, the two help options included."""
_ALL = "codescan.help_all"


class PagedCommand(click.Command):
    """A command whose help has a short first page.

    Args:
        first_page: names of the parameters on the first page.
        sections: names of further parameters under their headings, for the whole help.
    """

    def __init__(
        self,
        *args: Any,
        first_page: Collection[str],
        sections: Mapping[str, Sequence[str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.first_page = tuple(first_page)
        self.sections = sections
        self.params.append(
            click.Option(
                ["--help-all"],
                is_flag=True,
                is_eager=True,
                expose_value=False,
                callback=_show_all,
                help="Show every option and exit.",
            )
        )

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the first page, and the other options by section if all are requested."""
        records = {
            parameter.name: record
            for parameter in self.get_params(ctx)
            if (record := parameter.get_help_record(ctx)) is not None
        }
        help_names = [name for name in records if name in ("help_all", *_help_names(self, ctx))]
        first = [name for name in (*self.first_page, *help_names) if name in records]
        with formatter.section("Options"):
            formatter.write_dl([records[name] for name in first])
        listed = {name for names in self.sections.values() for name in names}
        other_options = {
            title: [name for name in names if name in records]
            for title, names in (
                *self.sections.items(),
                ("Other options", [n for n in records if n not in listed and n not in first]),
            )
        }
        if not ctx.meta.get(_ALL):
            count = sum(len(set(names) - set(first)) for names in other_options.values())
            formatter.write_paragraph()
            formatter.write_text(f"{count} more options: {ctx.command_path} --help-all")
            return
        for title, names in other_options.items():
            further = [records[name] for name in names if name not in first]
            if further:
                with formatter.section(title):
                    formatter.write_dl(further)


def _help_names(command: click.Command, ctx: click.Context) -> tuple[str, ...]:
    option = command.get_help_option(ctx)
    return (option.name,) if option is not None and option.name else ()


def _show_all(ctx: click.Context, _parameter: click.Parameter, is_requested: bool) -> None:
    if is_requested:
        ctx.meta[_ALL] = True
        click.echo(ctx.get_help(), color=ctx.color)
        ctx.exit()
