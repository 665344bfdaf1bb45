"""The verbs that paint on top of an old request: revise (the same photo) and restyle (another one)."""

from __future__ import annotations

import msgspec

from bot import outcomes
from bot.model import Job, StoredStyle, all_styles
from bot.naming import Read
from bot.outcomes import Accepted
from bot.ports import Fetch
from bot.studio import typed
from bot.studio.bringing import styles_of
from bot.studio.came import Meant
from bot.studio.context import Context, Refused
from bot.studio.origins import has_styles
from bot.studio.styles import Found
from bot.studio.submission import Submission
from bot.studio.verbs import Asked, Verbs, without_slips, without_slips_there
from bot.studio.wanted import Wanted, WantedRegion, WantedStyle, slip_of, wanted_style


class Revisions:
    """Makes requests of requests."""

    def __init__(self, context: Context, verbs: Verbs, submission: Submission) -> None:
        self._context, self._verbs, self._submission = context, verbs, submission

    async def revise(self, asked: Asked, meant: Meant) -> Accepted:
        """Paint the same photo with what was meant: other options, or other styles instead of the painting's."""
        job = await self._verbs.subject(asked, "revise")
        kept = {file.digest for file in await self._context.store.jobs.files(job.id)}
        wanted = _on_top(job, asked, meant, same_photo=True)
        needed = {job.request.content, wanted.init, wanted.mask}
        needed |= {region.mask for region in wanted.regions}
        needed |= {style.picture for style in _styles(wanted) if style.stored in _stored(job)}
        if not needed - {None} <= kept:
            raise Refused(outcomes.InputsGone(verb="revise"))
        return await self._submission.submit(asked.person, asked.place, wanted, asked.how, verb="revise", parent=job.id)

    async def restyle(self, asked: Asked, content: bytes | Fetch, meant: Meant | None = None) -> Accepted:
        """Paint another photo in the same styles with the same options, no larger than who asks may have it.

        What was `meant` besides counts instead.
        """
        meant = meant or Meant()
        job = await self._verbs.subject(asked, "restyle")
        if not meant.styles and not await has_styles(self._context, job):
            raise Refused(outcomes.InputsGone(verb="restyle"))
        wanted = _on_top(job, asked, meant, same_photo=False)

        async def bring() -> Wanted:
            photo = content if isinstance(content, bytes) else await content()
            return msgspec.structs.replace(wanted, content=photo)

        return await self._submission.submit(asked.person, asked.place, bring, asked.how, verb="restyle", parent=job.id)


def _on_top(job: Job, asked: Asked, meant: Meant, *, same_photo: bool) -> Wanted:
    """Return what a painting's request becomes with what was meant; raises Refused for what would show a lent style."""
    request, said = job.request, meant.said
    styles = without_slips(request.styles)
    if job.person.key != asked.person.key:
        styles = tuple(map(_lent, styles))
    found = tuple(_found(read) for read in meant.styles) or tuple(map(WantedStyle.of, styles))
    base, is_lent = request.options, any(style.stored is not None and style.stored.lent for style in found)
    if is_lent and (said.swap or said.options.get("init") == "style"):  # the painting would show the picture itself
        raise Refused(outcomes.NotYours(verb="swap"))
    keeps_start = same_photo and not meant.styles and base.init == "file" and "init" not in said.options
    if (base.init == "file" and not keeps_start) or (base.init == "style" and is_lent):
        base = msgspec.structs.replace(base, init="photo")  # it began with a picture of what it does not paint
    keeps_mask = same_photo and said.mask is not False and not said.swap
    keeps_background = keeps_mask and said.background != typed.KEEP and meant.background is None
    background = tuple(map(WantedStyle.of, without_slips(request.background))) if keeps_background else ()
    if meant.background is not None and not said.swap:
        background = (_found(meant.background),)
    if said.mask and not (keeps_mask and request.mask):
        raise Refused(outcomes.MissingPicture(which="mask"))
    return Wanted(
        content=request.content,
        styles=found,
        options=said.options,
        init=request.init if keeps_start else None,
        base=base,
        blend=said.blend,
        swap=bool(said.swap),
        film=bool(said.film),
        mask=request.mask if keeps_mask else None,
        background=background,
        regions=tuple(map(WantedRegion.of, without_slips_there(request.regions))) if keeps_mask else (),
        format=request.format if same_photo and request.frames > 1 else None,
        hidden=request.hidden,
    )


def _found(read: Read[Found]) -> WantedStyle:
    return wanted_style(read.meant, 1.0, slip_of(read))


def _styles(wanted: Wanted) -> tuple[WantedStyle, ...]:
    return (*wanted.styles, *wanted.background, *styles_of(wanted.regions))


def _stored(job: Job) -> set[StoredStyle]:
    return {*without_slips(all_styles(job.request))}


def _lent(style: StoredStyle) -> StoredStyle:
    """Return somebody else's style as it may be used; a preset is everybody's."""
    return style if style.preset is not None else msgspec.structs.replace(style, saved=None, lent=True)
