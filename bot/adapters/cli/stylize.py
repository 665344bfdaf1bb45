"""`impasto stylize`: a photo and a style go in, a painting comes out; or many of them, one after the other."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.adapters.cli import interrupt
from bot.adapters.cli.errors import CliError, Exit
from bot.adapters.cli.flags import PARTS, chosen, with_options
from bot.adapters.cli.frame import Frame, frame_of
from bot.adapters.cli.outputs import (
    FILM_FORMATS,
    PICTURE_FORMATS,
    checked,
    checked_together,
    default_output,
    film_format,
)
from bot.adapters.cli.reporting import report, tell
from bot.faults import listed
from nst_engine.options import OPTION_TABLE

if TYPE_CHECKING:
    from bot.adapters.cli.private import Done, Outputs
    from bot.config import Config
    from bot.model import Request

_RESULTS = "Results"
_RUNNING = "How to run"
_PICTURES = tuple(PICTURE_FORMATS)


@with_options
def stylize(
    context: typer.Context,
    photo: Annotated[
        list[Path],
        typer.Argument(
            metavar="PHOTO...",
            help="The picture to paint; what moves becomes a moving painting. Several, or a folder of them: all.",
            show_default=False,
        ),
    ],
    style: Annotated[
        list[str] | None,
        typer.Option(
            "--style",
            "-s",
            metavar="NAME|FILE[:WEIGHT]",
            help="A style by name (see: impasto styles) or a picture; repeat it to mix, with weights.",
        ),
    ] = None,
    style_each: Annotated[
        bool, typer.Option("--style-each", help="With several --style: paint in each of them, instead of mixing them.")
    ] = False,
    all_styles: Annotated[
        bool,
        typer.Option("--all-styles", help="Paint in every style that there is, into a folder with a contact sheet."),
    ] = False,
    mask: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE[:COLOR][=STYLE]",
            help="Paint only where this picture is white (or has this colour); grey mixes, black stays the photo. "
            "Repeat it with styles to paint each part in its own; a later one lies over an earlier one.",
            rich_help_panel=PARTS,
        ),
    ] = None,
    background: Annotated[
        list[str] | None,
        typer.Option(
            "--background",
            "-b",
            metavar="NAME|FILE[:WEIGHT]",
            help="With --mask: paint the rest too, in this style; repeat it to mix, as --style.",
            rich_help_panel=PARTS,
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="OUT",
            help="Where the painting goes: .png, .jpg or .webp (PHOTO-STYLE.png here); if it moves, .gif or .mp4."
            " Of several, the folder that they go to (else each beside its photo).",
            rich_help_panel=_RESULTS,
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", "-f", help="Replace files that are there.", rich_help_panel=_RESULTS)
    ] = False,
    film: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Also a film of the way: .gif or .mp4.", rich_help_panel=_RESULTS),
    ] = None,
    progress_sheet: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Also the picture at several moments.", rich_help_panel=_RESULTS),
    ] = None,
    loss_plot: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Also the losses over the iterations.", rich_help_panel=_RESULTS),
    ] = None,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json", help="Print one JSON object about each painting on stdout, a line each.", rich_help_panel=_RESULTS
        ),
    ] = False,
    submit: Annotated[
        bool,
        typer.Option(
            "--submit",
            help="Let the running bot paint it; the job then survives this terminal.",
            rich_help_panel=_RUNNING,
        ),
    ] = False,
    wait: Annotated[
        bool, typer.Option("--wait/--no-wait", help="With --submit: watch until it is done.", rich_help_panel=_RUNNING)
    ] = True,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.", rich_help_panel=_RUNNING)] = False,
    **options: Any,
) -> None:
    """Paint a photo in a style, or many photos.

    [bold]Examples[/bold]

    impasto stylize cat.jpg --style starry-river

    impasto stylize cat.jpg -s my-style.jpg -o cat.png --size 768 --strength 70

    impasto stylize cat.jpg -s starry-river:2 -s mosaic:1 --colors match --film cat.gif

    [bold]Many[/bold]: one after the other, in one go; what cannot be painted is named at the end (exit code 3)

    impasto stylize cat.jpg dog.jpg holiday/ --style mosaic --output paintings/

    impasto stylize cat.jpg -s mosaic -s neon --style-each                       each in both styles, not mixed

    impasto stylize cat.jpg --all-styles                                         every style, and a contact sheet

    [bold]Parts[/bold]: a mask is a picture of any size, white where the style goes

    impasto stylize cat.jpg -s mosaic --mask cat-mask.png                        the rest stays a photo

    impasto stylize cat.jpg -s mosaic --mask cat-mask.png --background neon      the rest in another style

    impasto stylize cat.jpg -s mosaic --mask cat-mask.png --invert-mask          all but the cat

    impasto stylize sea.jpg --mask sky.png=starry-river --mask rocks.png=mosaic  each part in its own style

    impasto stylize sea.jpg -s neon --mask map.png:red=mosaic --mask map.png:blue=great-waves    parts by colour

    [bold]What moves[/bold]: a GIF or a clip, painted frame by frame

    impasto stylize cat.gif --style neon -o cat-neon.mp4

    [bold]Looking inside[/bold]: what a layer keeps of a photo, and layers of a style (see also: impasto reconstruct)

    impasto stylize cat.jpg --reconstruct content --content-layers relu3_1:1

    impasto stylize cat.jpg -s mosaic --reconstruct style --style-layers relu1_1:1,relu2_1:1
    """
    from bot.adapters.cli.batch import Wish, is_batch
    from bot.adapters.cli.inputs import Typed, build_request, style_word, typed_styles

    started = time.monotonic()
    frame = frame_of(context)
    config = frame.config()
    frame.set_up_logs(config, "critical")
    init = _init(options)
    given = chosen(options)
    styles = style or []
    typed = Typed(
        photo=photo[0], styles=styles, options=given, init=init, masks=mask or [], background=background or [],
        format=film_format(output) if output else None,
    )  # fmt: skip
    wish = Wish(photo, typed, output, force=force, each=style_each, every=all_styles)
    if is_batch(wish):
        alone = {"--film": film, "--progress-sheet": progress_sheet, "--loss-plot": loss_plot}
        only = [flag for flag, value in alone.items() if value]
        from bot.adapters.cli.batch_painting import paint_batch

        paint_batch(frame, config, wish, only, as_json=as_json, submit=submit, wait=wait, quiet=quiet)
        return
    request = build_request(typed, config.intake.max_bytes)
    words = [style_word(text) for text in typed_styles(typed)] or [what for what in (given.get("reconstruct"),) if what]
    outputs = _outputs(
        typed.photo,
        output or default_output(typed.photo, words, Path.cwd()),
        film, progress_sheet, loss_plot, force=force, named=output is not None,
    )  # fmt: skip
    if submit:
        done = _submit(frame, config, request, outputs, force=force, wait=wait, quiet=quiet)
    else:
        done = _paint(frame, config, request, outputs, quiet=quiet)
    if done is None:
        return
    said = report(done, outputs, time.monotonic() - started)
    if as_json:
        typer.echo(json.dumps(said, ensure_ascii=False))
    elif not quiet:
        tell(frame, said)


def _init(options: dict[str, Any]) -> Path | None:
    """Take the picture to start from out of the options, where --init names one."""
    from bot.adapters.cli.inputs import looks_like_file

    value = options.get("init")
    named = [choice for choice in OPTION_TABLE["init"].choices if choice != "file"]
    if value is None or value.lower() in named:
        return None
    if not looks_like_file(value):
        raise CliError(f'--init: found "{value}", use {listed([*named, "a picture of your own, such as start.png"])}')
    options["init"] = "file"
    return Path(value)


def _outputs(
    photo: Path,
    painting: Path,
    film: Path | None,
    progress_sheet: Path | None,
    loss_plot: Path | None,
    *,
    force: bool,
    named: bool,
) -> Outputs:
    from bot.adapters.cli.private import Outputs

    outputs = Outputs(
        painting=checked(painting, (*_PICTURES, *FILM_FORMATS), force=force),
        named=named,
        film=checked(film, FILM_FORMATS, force=force) if film else None,
        progress_sheet=checked(progress_sheet, _PICTURES, force=force) if progress_sheet else None,
        loss_plot=checked(loss_plot, _PICTURES, force=force) if loss_plot else None,
    )
    paths = (outputs.painting, outputs.film, outputs.progress_sheet, outputs.loss_plot)
    checked_together(photo, [path for path in paths if path])
    return outputs


def _paint(frame: Frame, config: Config, request: Request, outputs: Outputs, *, quiet: bool) -> Done:
    from bot.adapters.cli import private
    from bot.adapters.cli.display import make_display

    try:
        with make_display(frame.console, quiet=quiet) as display:
            return interrupt.run(private.paint(frame.house(), config, request, outputs, display))
    except KeyboardInterrupt:
        raise CliError("interrupted", Exit.INTERRUPTED) from None


def _submit(
    frame: Frame, config: Config, request: Request, outputs: Outputs, *, force: bool, wait: bool, quiet: bool
) -> Done | None:
    from bot.adapters.cli import client, wire
    from bot.adapters.cli.display import make_display

    if outputs.film or outputs.progress_sheet or outputs.loss_plot:
        raise CliError("--submit paints only; leave --film, --progress-sheet and --loss-plot away, or --submit")
    so_far = client.Submitted()
    try:
        with make_display(frame.console, quiet=quiet) as display:
            answer = interrupt.run(
                client.submit(
                    config.bot.data_dir, request, outputs.painting, display, replace=force, wait=wait, so_far=so_far
                )
            )
    except KeyboardInterrupt:
        goes_on = f"; job {so_far.job.id} goes on, and goes to {outputs.painting}" if so_far.job else ""
        raise CliError(f"interrupted{goes_on}", Exit.INTERRUPTED) from None
    if isinstance(answer, wire.Stored):
        typer.echo(f"Job {answer.job.id} is stored. {answer.text} It goes to {outputs.painting}", err=True)
        return None
    return client.done(answer, outputs.painting)
