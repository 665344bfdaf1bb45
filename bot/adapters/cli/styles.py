"""`impasto styles`: what there is to paint with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from bot.adapters.cli.frame import Frame, frame_of
from bot.adapters.cli.outputs import PICTURE_FORMATS, checked, encoded_picture, write


def styles(
    context: typer.Context,
    sheet: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a contact sheet: every style's picture, with its name.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", "-f", help="Replace the sheet's file when it is there.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON list instead of a table.")] = False,
) -> None:
    """List the styles that --style takes by name.

    To add your own, put a picture and three lines of styles.toml into a folder, and name it as styles.folders in
    the config.
    """
    frame = frame_of(context)
    presets = frame.house().presets(frame.config())
    if sheet:
        sheet = checked(sheet, tuple(PICTURE_FORMATS), force=force)
        from bot.sheets import contact_sheet

        write(sheet, encoded_picture(contact_sheet(presets), sheet))
    if as_json:
        rows = [
            {"name": preset.name, "title": preset.title, "description": preset.description, "credits": preset.credits}
            for preset in presets
        ]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    elif sheet:
        frame.console.print(f"The contact sheet lies at {sheet}.", soft_wrap=True, highlight=False, markup=False)
    else:
        _table(frame)


def _table(frame: Frame) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("style", no_wrap=True, style="cyan")
    table.add_column("title", no_wrap=True)
    table.add_column("what it looks like")
    for preset in frame.house().presets(frame.config()):
        table.add_row(preset.name, preset.title, preset.description)
    Console().print(table)
    first = next(iter(frame.house().presets(frame.config()))).name
    typer.echo(f"\nUse one with: impasto stylize PHOTO --style {first}")
