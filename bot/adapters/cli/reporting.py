"""What a command says about the painting that it made: one JSON object, or a few lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.adapters.cli.frame import Frame
    from bot.adapters.cli.private import Done, Outputs


def report(done: Done, outputs: Outputs, seconds: float) -> dict[str, Any]:
    """Return what there is to say, for `--json`; `seconds` is how long the command took."""
    job, facts = done.job, done.job.facts
    assert facts is not None, "a finished painting has its facts"
    parts = [job.request.styles, *(region.styles for region in job.request.regions)]
    others = {"film": outputs.film, "progress_sheet": outputs.progress_sheet, "loss_plot": outputs.loss_plot}
    return {
        "output": str(done.painting),
        "width": job.width,
        "height": job.height,
        **({"frames": job.request.frames} if job.task == "animate" else {}),
        "styles": [style.preset for style in job.request.styles],  # None for a picture
        **({"parts": [[style.preset for style in styles] for styles in parts]} if len(parts) > 1 else {}),
        "quality": job.request.options.quality,
        "seconds": round(seconds, 3),
        "engine_seconds": round(facts.engine_seconds, 3),
        "iterations": facts.iterations,
        "content_loss": facts.content_loss,
        "style_loss": facts.style_loss,
        "backbone": facts.backbone,
        "device": facts.device,
        "dtype": facts.dtype,
        "convolutions": facts.convolutions,
        "seed": facts.seed,
        **{name: str(path) for name, path in others.items() if path},
        **({"note": done.note} if done.note else {}),
    }


def painted(said: dict[str, Any]) -> str:
    """Return the sentence about a painting."""
    size = f"{said['width']} × {said['height']}"
    size += f", {said['frames']} frames" if "frames" in said else ""
    return f"Painted {said['output']} ({size}) in {said['seconds']:.0f} s."


def tell(frame: Frame, said: dict[str, Any]) -> None:
    """Say it in lines on stderr."""
    lines = [painted(said)]
    lines += [f"Also {said[name]}" for name in ("film", "progress_sheet", "loss_plot") if name in said]
    lines += [said["note"]] if "note" in said else []
    for line in lines:
        frame.console.print(line, soft_wrap=True, highlight=False, markup=False)
