"""How fast the engines paint, kept across restarts: else each start would have to guess anew from a short trial."""

from __future__ import annotations

import msgspec
import structlog

from bot.pace import Learned
from bot.ports import Engine
from bot.store import StoreError
from bot.studio.context import Context

log = structlog.get_logger(__name__)


async def recall(context: Context) -> None:
    """Let each engine begin with what was learned of it before; raises StoreError."""
    for engine in context.engines:
        kept = await context.store.flags.get(_flag(context, engine))
        if kept is not None:
            try:
                engine.pace.recall(msgspec.json.decode(kept, type=Learned))
            except msgspec.MsgspecError:
                log.warning("pace.not_understood", kept=kept)


async def keep(context: Context, engine: Engine) -> None:
    """Keep what was learned of an engine."""
    learned = engine.pace.learned
    if learned is None:
        return
    try:
        await context.store.flags.set(_flag(context, engine), msgspec.json.encode(learned).decode())
    except StoreError:  # not worth a painting
        log.exception("pace.not_kept")


def _flag(context: Context, engine: Engine) -> str:
    return f"pace {list(context.engines).index(engine)}"
