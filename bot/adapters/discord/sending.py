"""How views are sent, whoever sends them: with smaller files where Discord finds them too large."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import TypeVar

import discord

from bot.adapters.discord.failures import trouble_of
from bot.adapters.discord.render import Rendered, render
from bot.fitting import tries
from bot.presenter import Presenter, View

T = TypeVar("T")


async def sent_to_fit(
    view: View, limit: int, presenter: Presenter, locale: str, send: Callable[[Rendered], Awaitable[T]]
) -> T:
    """Return what `send` returns for the view, or for it with smaller files; raises what `send` raised last.

    `limit` is what a file may have in bytes, as far as that is known.
    """
    refused: discord.HTTPException | None = None
    async with aclosing(tries(view, limit, presenter, locale)) as views:
        async for fitting in views:
            try:
                return await send(render(fitting))
            except discord.HTTPException as error:
                if not trouble_of(error).too_large:
                    raise
                refused = error
    assert refused is not None, "there is always something to try"
    raise refused
