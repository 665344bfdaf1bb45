"""`impasto stylize`: a photo and a style go in, a painting comes out."""

from __future__ import annotations

import asyncio
import json
import signal
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from bot.adapters.cli.errors import CliError, Exit
from bot.adapters.cli.flags import chosen, with_options
from bot.adapters.cli.frame import Frame, frame_of
from bot.adapters.cli.outputs import FILM_FORMATS, PICTURE_FORMATS, checked, checked_together, default_output
from bot.faults import listed
from nst_engine.options import OPTION_TABLE

if TYPE_CHECKING:
    from bot.adapters.cli.private import Outputs
    from bot.config import Config
    from bot.model import Job, Request

T = TypeVar("T")

_RESULTS = "Results"
_RUNNING = "How to run"
_PICTURES = tuple(PICTURE_FORMATS)


@with_options
def stylize(
    context: typer.Context,
    photo: Annotated[Path, typer.Argument(metavar="PHOTO", help="The picture to paint.", show_default=False)],
    style: Annotated[
        list[str] | None,
        typer.Option(
            "--style",
            "-s",
            metavar="NAME|FILE[:WEIGHT]",
            help="A style by name (see: impasto styles) or a picture; repeat it to mix, with weights.",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="OUT",
            help="Where the painting goes: .png, .jpg or .webp (PHOTO-STYLE.png here).",
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
        typer.Option("--json", help="Print one JSON object about the painting on stdout.", rich_help_panel=_RESULTS),
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
    """Paint a photo in a style.

    [bold]Examples[/bold]

    impasto stylize cat.jpg --style starry-river

    impasto stylize cat.jpg -s my-style.jpg -o cat.png --size 768 --strength 70

    impasto stylize cat.jpg -s starry-river:2 -s mosaic:1 --colors photo --film cat.gif
    """
    from bot.adapters.cli.inputs import build_request, style_word

    started = time.monotonic()
    frame = frame_of(context)
    config = frame.config()
    frame.set_up_logs(config, "critical")
    init = _init(options)
    given = chosen(options)
    styles = style or []
    request = build_request(photo, styles, given, init, config.intake.max_bytes)
    outputs = _outputs(
        photo,
        output or default_output(photo, [style_word(text) for text in styles], Path.cwd()),
        film, progress_sheet, loss_plot, force=force,
    )  # fmt: skip
    if submit:
        job = _submit(frame, config, request, outputs, force=force, wait=wait, quiet=quiet)
    else:
        job = _paint(frame, config, request, outputs, quiet=quiet)
    if job is None:
        return
    report = _report(job, outputs, time.monotonic() - started)
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False))
    elif not quiet:
        _tell(frame, report)


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
    photo: Path, painting: Path, film: Path | None, progress_sheet: Path | None, loss_plot: Path | None, *, force: bool
) -> Outputs:
    from bot.adapters.cli.private import Outputs

    outputs = Outputs(
        painting=checked(painting, _PICTURES, force=force),
        film=checked(film, FILM_FORMATS, force=force) if film else None,
        progress_sheet=checked(progress_sheet, _PICTURES, force=force) if progress_sheet else None,
        loss_plot=checked(loss_plot, _PICTURES, force=force) if loss_plot else None,
    )
    named = (outputs.painting, outputs.film, outputs.progress_sheet, outputs.loss_plot)
    checked_together(photo, [path for path in named if path])
    return outputs


def _paint(frame: Frame, config: Config, request: Request, outputs: Outputs, *, quiet: bool) -> Job:
    from bot.adapters.cli import private
    from bot.adapters.cli.display import make_display

    try:
        with make_display(frame.console, quiet=quiet) as display:
            return _run(private.paint(frame.house(), config, request, outputs, display))
    except KeyboardInterrupt:
        raise CliError("interrupted", Exit.INTERRUPTED) from None


def _submit(
    frame: Frame, config: Config, request: Request, outputs: Outputs, *, force: bool, wait: bool, quiet: bool
) -> Job | None:
    from bot.adapters.cli import client, wire
    from bot.adapters.cli.display import make_display

    if outputs.film or outputs.progress_sheet or outputs.loss_plot:
        raise CliError("--submit paints only; leave --film, --progress-sheet and --loss-plot away, or --submit")
    so_far = client.Submitted()
    try:
        with make_display(frame.console, quiet=quiet) as display:
            answer = _run(
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
    if answer.code:
        raise CliError(answer.text, Exit(answer.code))
    return answer.job


def _run(work: Coroutine[Any, Any, T]) -> T:
    """Run until done; SIGTERM interrupts as Ctrl-C does, so that everything is closed on the way out."""

    async def interruptible() -> T:
        this = asyncio.current_task()
        assert this is not None
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, this.cancel)
        return await work

    try:
        return asyncio.run(interruptible())
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


def _report(job: Job, outputs: Outputs, seconds: float) -> dict[str, Any]:
    facts = job.facts
    assert facts is not None, "a finished painting has its facts"
    others = {"film": outputs.film, "progress_sheet": outputs.progress_sheet, "loss_plot": outputs.loss_plot}
    return {
        "output": str(outputs.painting),
        "width": job.width,
        "height": job.height,
        "seconds": round(seconds, 3),
        "engine_seconds": round(facts.engine_seconds, 3),
        "iterations": facts.iterations,
        "content_loss": facts.content_loss,
        "style_loss": facts.style_loss,
        "backbone": facts.backbone,
        "device": facts.device,
        "dtype": facts.dtype,
        "seed": facts.seed,
        **{name: str(path) for name, path in others.items() if path},
    }


def _tell(frame: Frame, report: dict[str, Any]) -> None:
    size = f"{report['width']} × {report['height']}"
    lines = [f"Painted {report['output']} ({size}) in {report['seconds']:.0f} s."]
    lines += [f"Also {report[name]}" for name in ("film", "progress_sheet", "loss_plot") if name in report]
    for line in lines:
        frame.console.print(line, soft_wrap=True, highlight=False, markup=False)
