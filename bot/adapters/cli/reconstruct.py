"""`impasto reconstruct`: one sheet of what each layer of the network keeps of a photo, and of a style."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from bot.adapters.cli import interrupt
from bot.adapters.cli.errors import CliError, Exit
from bot.adapters.cli.flags import chosen
from bot.adapters.cli.frame import frame_of
from bot.adapters.cli.outputs import PICTURE_FORMATS, checked, checked_together, default_output, encoded_picture, write
from nst_engine.options import LARGEST_SIZE, SMALLEST_SIZE, STYLE_LAYERS

if TYPE_CHECKING:
    from PIL import Image

    from bot.adapters.cli.display import Display
    from bot.adapters.cli.house import House
    from bot.config import Config
    from bot.model import Request
    from bot.sheets import Tile


class Cell(NamedTuple):
    """One reconstruction: its title on the sheet, and the options that make it."""

    title: str
    options: dict[str, Any]

    @property
    def flags(self) -> str:
        """What gives the layers on the command line."""
        if self.options.get("style_layers") == ",".join(STYLE_LAYERS):
            return "the usual --style-layers"
        return next(f"--{name.replace('_', '-')} {value}" for name, value in self.options.items() if "layers" in name)


def cells(options: dict[str, Any], *, style: bool) -> list[Cell]:
    """Return what goes on the sheet: the content of each layer, then the style of the first, the first two, …."""
    found = [
        Cell(f"content of {layer}", {**options, "reconstruct": "content", "content_layers": layer})
        for layer in STYLE_LAYERS
    ]
    layers = list(STYLE_LAYERS) if style else []
    for count, layer in enumerate(layers, start=1):
        title = f"style of {layer}" if count == 1 else f"… and of {layer}"
        found.append(Cell(title, {**options, "reconstruct": "style", "style_layers": ",".join(layers[:count])}))
    return found


def reconstruct(
    context: typer.Context,
    photo: Annotated[Path, typer.Argument(metavar="PHOTO", help="The picture to look into.", show_default=False)],
    style: Annotated[
        str | None,
        typer.Option(
            "--style", "-s", metavar="NAME|FILE", help="Also a style: the textures of growing sets of layers."
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="OUT", help="Where the sheet goes: .png, .jpg or .webp (PHOTO-layers.png here)."
        ),
    ] = None,
    size: Annotated[
        str,
        typer.Option(metavar=f"{SMALLEST_SIZE}-{LARGEST_SIZE}", help="Long side of each reconstruction, in pixels."),
    ] = "192",
    quality: Annotated[
        str, typer.Option(metavar="draft|standard|fine|auto", help="How long to work on each.")
    ] = "standard",
    seed: Annotated[str, typer.Option(metavar="NUMBER", help="Which noise to start from.")] = "0",
    force: Annotated[bool, typer.Option("--force", "-f", help="Replace the file when it is there.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")] = False,
) -> None:
    """Draw what the layers of the network keep of a photo, and of a style, each painted from noise.

    The first layers keep every pixel of the photo; the deeper, the more only forms remain: the content. Of a style the
    first layer keeps colours and fine grain; each layer more adds larger strokes: the style. After figure 1 of Gatys,
    Ecker and Bethge (2016).

    [bold]Examples[/bold]

    impasto reconstruct cat.jpg

    impasto reconstruct cat.jpg --style starry-river --size 256 -o layers.png
    """
    from bot.adapters.cli.display import make_display
    from bot.adapters.cli.inputs import Typed, build_request

    frame = frame_of(context)
    config = frame.config()
    frame.set_up_logs(config, "critical")
    target = checked(output or default_output(photo, ["layers"], Path.cwd()), tuple(PICTURE_FORMATS), force=force)
    checked_together(photo, [target])
    options = {**chosen({"size": size, "quality": quality, "seed": seed}), "colors": "style"}
    styles = [style] if style else []
    wanted = cells(options, style=bool(style))
    requests = [
        build_request(Typed(photo=photo, styles=styles, options=cell.options), config.intake.max_bytes)
        for cell in wanted
    ]
    try:
        with make_display(frame.console, quiet=quiet) as display:
            sheet = interrupt.run(_sheet(frame.house(), config, wanted, requests, target, display))
    except KeyboardInterrupt:
        raise CliError("interrupted", Exit.INTERRUPTED) from None
    write(target, encoded_picture(sheet, target))
    if not quiet:
        frame.console.print(f"The sheet lies at {target}.", soft_wrap=True, highlight=False, markup=False)


async def _sheet(
    house: House, config: Config, wanted: list[Cell], requests: list[Request], target: Path, display: Display
) -> Image.Image:
    """Paint one reconstruction after the other, and lay them out; raises CliError."""
    from bot.adapters.cli.errand import Errand
    from bot.adapters.cli.server import local_person
    from bot.model import CliPlace
    from bot.sheets import Tile, contact_sheet

    tiles: list[Tile] = []
    async with AsyncExitStack() as stack:
        room = await stack.enter_async_context(house.private_room(config))
        errand = Errand(room, display, CliPlace(output=str(target)))
        stack.enter_context(room.outlet.watched(errand.hear))
        for number, (cell, request) in enumerate(zip(wanted, requests, strict=True), start=1):
            display.begin(f"{number} of {len(wanted)}, {cell.title}")
            job = errand.accepted(await room.studio.submit(local_person(), errand.place, request))
            if number == 1:
                await errand.ready(job, jobs=len(wanted))
            painted = await errand.finished(job)
            tiles.append(Tile(picture=painted.files[0].data, title=cell.title, name=cell.flags))
    return await asyncio.to_thread(contact_sheet, tiles, len(STYLE_LAYERS))
