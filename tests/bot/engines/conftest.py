"""Engines that are closed when the test is over, and a small task for them."""

import io
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.engines.process import ProcessEngine
from nst_engine.options import Options
from nst_engine.protocol import Paint, Style
from tests.fake_engine import SEEDS, fake_engine

MakeEngine = Callable[..., ProcessEngine]


@pytest.fixture
async def make_engine() -> AsyncIterator[MakeEngine]:
    """Return what makes a ProcessEngine: over the fake engine, or over a command with the keyword `command`."""
    made: list[ProcessEngine] = []

    def make(*, command: list[str] | None = None, **arguments: Any) -> ProcessEngine:
        engine = fake_engine(**arguments) if command is None else ProcessEngine(command, **arguments)
        made.append(engine)
        return engine

    yield make
    for engine in made:
        await engine.close()


def picture(color: str, width: int = 96, height: int = 64) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (width, height), color).save(stream, "PNG")
    return stream.getvalue()


def striped(color: str, width: int = 96, height: int = 64) -> bytes:
    """A style: one of a single colour has nothing to paint with."""
    stream, image = io.BytesIO(), Image.new("RGB", (width, height), color)
    for left in range(0, width, 12):
        image.paste("navy", (left, 0, left + 5, height))
    image.save(stream, "PNG")
    return stream.getvalue()


def paint(task_id: str = "task", trouble: str = "", **options: Any) -> Paint:
    """Return a small task, which the fake engine has this trouble with."""
    if trouble:
        options["seed"] = SEEDS[trouble]
    chosen = Options(**{"size": 96, **options})
    return Paint(id=task_id, content=picture("teal"), styles=(Style(picture=striped("gold")),), options=chosen)


def is_gone(pid: int) -> bool:
    """Tell whether a process has ended; one that nobody has buried yet (a zombie) has."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z"
