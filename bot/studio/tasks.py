"""From a job in the store to the message that asks an engine for it."""

from __future__ import annotations

import asyncio

import msgspec

from bot import animated_png
from bot.model import Job, StoredRegion, StoredStyle
from bot.store import Store
from nst_engine.protocol import Animate, Film, Frame, Inspect, LossPoint, Paint, Region, Style, Task, Variations


async def task_for(store: Store, job: Job) -> Task:
    """Load a job's files and make its task; raises StoreError."""
    if job.task in ("film", "inspect"):
        return await _look_back(store, job)
    get, request = store.files.get, job.request
    content = await get(request.content)
    styles = await _styles(store, request.styles)
    init = await get(request.init) if request.init else None
    if job.task == "animate":
        moves = animated_png.motion(content)
        return Animate(
            id=job.id,
            frames=await asyncio.to_thread(animated_png.split, content),
            styles=styles,
            options=request.options,
            init=init,
            frames_per_second=request.frames_per_second,
            seconds=moves.seconds,
            plays=moves.plays,
            sound=animated_png.sound(content) or None,
            format=request.format or "gif",
        )
    task = Paint(
        id=job.id,
        content=content,
        styles=styles,
        options=request.options,
        init=init,
        mask=await get(request.mask) if request.mask else None,
        background=await _styles(store, request.background),
        regions=tuple([await _region(store, region) for region in request.regions]),
    )
    return _as_sheet(task, request.strengths) if job.task == "variations" else task


async def _look_back(store: Store, job: Job) -> Film | Inspect:
    """Make a task about a painting that is finished, from the files that were kept of it."""
    get = store.files.get
    by_role = {file.role: file.digest for file in await store.jobs.files(job.id)}
    painting, frames = by_role.get("painting", ""), by_role.get("frames", "")
    shots = msgspec.msgpack.decode(await get(frames), type=tuple[Frame, ...])
    if job.task == "film":
        return Film(id=job.id, frames=shots, painting=await get(painting), format=job.request.format or "gif")
    history = msgspec.msgpack.decode(await get(by_role.get("history", "")), type=tuple[LossPoint, ...])
    return Inspect(id=job.id, frames=shots, history=history, painting=await get(painting))


async def _styles(store: Store, styles: tuple[StoredStyle, ...]) -> tuple[Style, ...]:
    return tuple([Style(picture=await store.files.get(style.digest), weight=style.weight) for style in styles])


async def _region(store: Store, region: StoredRegion) -> Region:
    return Region(mask=await store.files.get(region.mask), styles=await _styles(store, region.styles))


def _as_sheet(task: Paint, strengths: tuple[int, int, int, int] | None) -> Variations:
    """Return the task that paints a sheet of what a task would paint, at these strengths or the usual ones."""
    sheet = Variations(
        id=task.id,
        content=task.content,
        styles=task.styles,
        options=task.options,
        init=task.init,
        mask=task.mask,
        background=task.background,
        regions=task.regions,
    )
    return msgspec.structs.replace(sheet, strengths=strengths) if strengths else sheet
