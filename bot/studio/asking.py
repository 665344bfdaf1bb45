"""Asking for a painting bit by bit, as in a chat: words and pictures fill a draft until there is enough to paint.

A step that is refused changes nothing, so that it may be repeated. As what has a photo and a style is painted at once,
a draft that is kept lacks one of them, or has other pictures of which nobody has said yet what they are for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec

from bot import outcomes
from bot.model import Draft, Person, Place, SavedStyle, StoredStyle, rooms
from bot.naming import Read
from bot.outcomes import Accepted, BatchAccepted, DraftState, Help, Refusal, StylesPage, Which
from bot.ports import Fetch
from bot.studio import batches, typed
from bot.studio.admission import Admission
from bot.studio.arrivals import Arrival, Arrivals, brought, meant_as
from bot.studio.came import Came, Meant, photos_of, with_mask_apart, with_others_apart
from bot.studio.captions import decided, read_caption, together
from bot.studio.context import Context, Refused
from bot.studio.drafts import Drafts
from bot.studio.gallery import Gallery
from bot.studio.jobs_wanted import How
from bot.studio.pictures import Pictures, StoredPicture
from bot.studio.standing import Standing
from bot.studio.styles import Found, Styles, all_named, one_named
from bot.studio.submission import Submission
from bot.studio.texts import Texts
from bot.studio.typed import Typed
from bot.studio.wanted import Wanted, WantedStyle, slip_of, wanted_style

Answer = Accepted | BatchAccepted | StylesPage | DraftState | Help


class Asking:
    """Makes drafts of what comes, and jobs of drafts."""

    def __init__(
        self,
        context: Context,
        admission: Admission,
        pictures: Pictures,
        arrivals: Arrivals,
        styles: Styles,
        submission: Submission,
        gallery: Gallery,
        drafts: Drafts,
        texts: Texts,
    ) -> None:
        self._context, self._admission, self._pictures, self._arrivals = context, admission, pictures, arrivals
        self._styles, self._submission, self._gallery = styles, submission, gallery
        self._drafts, self._texts = drafts, texts

    async def take(self, came: Came) -> Answer:
        """Add what came to the draft, and ask for the painting when nothing lacks any more; raises Refused.

        Words that nobody asked for are answered with help, in short. A command with words but without a picture adds
        to the draft as well, where there is one: who sent a photo and then names a style means that photo.
        """
        person, place = came.person, came.place
        with self._on_its_way(came) as arrival:
            async with self._drafts.alone(person, place):
                earlier = await self._drafts.current(person, place)
                if repeated := await self._repeated(came, earlier):
                    return repeated
                if earlier is None and came.only_speaks:
                    return await self._texts.help(person, place, came.how.get("roles", ()), brief=True)
                if came.role is not None and (earlier is None or not earlier.others):
                    return self._drafts.state_of(earlier or self._drafts.empty(person, place), came.title)
                arrival.require_wanted("submit")
                standing = await self._admission.admitted(person, place, came.how, paintings=1)
                meant = await self.understood(came, standing)
                came = with_others_apart(with_mask_apart(came, meant.said), meant, earlier)
                adds = came.mask is not None or (came.text and came.text.strip())
                begins = (
                    earlier is None
                    or (came.instead and earlier.content is not None)
                    or (came.anew and not (adds and not came.pictures))
                )
                draft = self._drafts.empty(person, place) if earlier is None or begins else earlier
                hidden = draft.hidden or came.how.get("hidden", False) or meant.hidden
                draft = _with_words(
                    msgspec.structs.replace(draft, person=person, place=_answered_at(draft, place), hidden=hidden),
                    meant.said,
                )
                if came.role is not None:
                    draft = decided(draft, came.role)
                if meant.said.mask and came.mask is None and draft.mask is None:
                    raise Refused(outcomes.MissingPicture(which="mask"))
                or_default = came.anew and begins
                accepted: Accepted | BatchAccepted | None = None
                if photos := photos_of(came, meant, draft):
                    accepted = await self._batch(photos, came, arrival, draft, meant, standing)
                elif not came.others:  # else their person says first what these are for
                    accepted = await self._submitted(came, arrival, draft, meant, standing, or_default=or_default)
                if accepted is None:
                    return await self._kept(came, arrival, draft, meant, earlier)
                if earlier is not None:
                    await self._drafts.end(earlier)
                return accepted

    async def unmask(self, came: Came) -> Answer:
        """Take the mask out of the draft, with what was to be where it is black, and say how that stands then."""
        async with self._drafts.alone(came.person, came.place):
            draft = await self._drafts.current(came.person, came.place)
            if draft is None:
                return await self._drafts.state(came.person, came.place, came.title)
            if draft.mask is not None:
                without = msgspec.structs.replace(draft, mask=None, background=(), options=_not_inverted(draft))
                draft = await self._drafts.keep(without, draft, None)
            return await self._standing(came, draft)

    async def take_offer(self, person: Person, place: Place, token: str, how: How) -> Accepted:
        """Accept what was offered instead of what was refused; raises Refused. A draft of that photo is done then."""
        accepted = await self._admission.take_offer(person, place, token, how)
        async with self._drafts.alone(person, place):
            draft = await self._drafts.find(person, place)
            if draft is not None and draft.content == accepted.job.request.content:
                await self._drafts.end(draft)
        return accepted

    # ---- one step -----------------------------------------------------------------------------------------------

    @contextmanager
    def _on_its_way(self, came: Came) -> Iterator[Arrival]:
        """Know of a step; raises Refused for who has too many with pictures under way."""
        limits = self._context.config.limits
        with self._arrivals.noted(came.person, "draft") as arrival:
            if not came.brings:
                yield arrival
                return
            with self._arrivals.expected(arrival, max(limits.styles_at_once + 1, limits.waiting_at_once)):
                yield arrival

    async def _repeated(self, came: Came, draft: Draft | None) -> Answer | None:
        """Return how it stands, where the same came before."""
        if repeated := await self._admission.repeated(came.person, came.how):
            return repeated
        if draft is None or came.how.get("key") not in draft.seen:
            return None
        return await self._standing(came, draft)

    async def _standing(self, came: Came, draft: Draft) -> Answer:
        """Return how a draft stands; with the styles to choose from, where a style is all that lacks."""
        if draft.content is None:
            return self._drafts.state_of(draft, came.title)
        return await self._gallery.page(came.person, came.place, 1, saved_only=False, title=came.title)

    async def understood(self, came: Came, standing: Standing | None = None) -> Meant:
        """Return which styles were named or picked, and what was typed besides; raises Refused.

        `standing` is looked at for the size; without it, whoever submits the request does.
        """
        if came.token is not None:
            return Meant(styles=[Read(await self._styles.by_token(came.token, came.place, came.person))])
        if not came.text and not came.caption:
            return Meant()
        names = await self._styles.names(came.place, came.person)
        said, unread = read_caption(came.caption, names)
        if came.text:
            said = together(typed.read(came.text, lambda name: names.exactly(name) is not None), said)
        styles = [read for name in said.names for read in all_named(names, name)]
        background = None
        if said.background is not None and said.background != typed.KEEP:
            background = one_named(names, said.background)
        if "size" in said.options and standing is not None:
            self._admission.require_size(said.options["size"], standing)
        return Meant(styles=styles, background=background, said=said, unread=unread)

    async def _batch(
        self,
        photos: Sequence[Fetch],
        came: Came,
        arrival: Arrival,
        draft: Draft,
        meant: Meant,
        standing: Standing,
    ) -> BatchAccepted:
        """Ask for a painting of each of the photos, as many as may be taken."""

        def asking(photo: Fetch) -> batches.Ask:
            async def ask(how: How) -> Accepted:
                arrival.require_wanted("submit")
                alone = msgspec.structs.replace(came, pictures=(photo,), how=how)
                accepted = await self._submitted(alone, arrival, draft, meant, standing, or_default=False)
                assert accepted is not None, "there are a photo and a style"
                return accepted

            return ask

        return await batches.accepted([asking(photo) for photo in photos], came.how)

    async def _submitted(
        self,
        came: Came,
        arrival: Arrival,
        draft: Draft,
        meant: Meant,
        standing: Standing,
        *,
        or_default: bool,
    ) -> Accepted | None:
        """Ask for the painting, if there is all that it takes; what is named now stands for what was named before."""
        pictures = list(came.pictures)
        photo = draft.content if draft.content is not None else pictures.pop(0) if pictures else None
        pictures += came.styles
        named = [_named(read) for read in meant.styles] or [_wanted(style) for style in draft.styles]
        self._submission.require_count(len(pictures) + len(named))
        if photo is None:
            return None
        if not pictures and not named:
            default = await self._styles.default(came.place, standing.settings) if or_default else None
            if default is None:
                return None

        background = [_wanted(style) for style in draft.background]
        if meant.background is not None:
            background = [_named(meant.background)]
        new_mask, old_mask = (
            (None, None) if draft.swap else (came.mask, draft.mask)
        )  # what it was drawn for is no photo

        async def bring() -> Wanted:
            content = photo if isinstance(photo, str) else await meant_as("photo", photo)
            styles = [WantedStyle(picture=await meant_as("style", fetch)) for fetch in pictures]
            return Wanted(
                content=content,
                styles=(*styles, *named),
                options=draft.options,
                blend=draft.blend,
                swap=draft.swap,
                film=draft.film,
                mask=old_mask if new_mask is None else await meant_as("mask", new_mask),
                background=() if draft.swap else tuple(background),
                format=draft.format,
                hidden=draft.hidden,
            )

        wanted = bring if came.brings else await bring()  # what is in the store already needs no turn
        try:
            return await self._submission.submit(came.person, draft.place, wanted, came.how)
        except Refused as refused:
            if found := _without_lost(draft, refused.refusal):
                arrival.require_wanted("submit")
                await self._drafts.keep(found, None, None)
            raise

    async def _kept(self, came: Came, arrival: Arrival, draft: Draft, meant: Meant, earlier: Draft | None) -> Answer:
        """Keep what there is until the rest comes."""
        if meant.styles:
            draft = msgspec.structs.replace(draft, styles=tuple([await self._stored(style) for style in meant.styles]))
        if meant.background is not None:
            draft = msgspec.structs.replace(draft, background=(await self._stored(meant.background),))
        if came.brings:
            self._submission.require_count(len(draft.others) + len(came.others))
            async with self._arrivals.room(arrival):
                stored = await self._brought(came)
            if arrival.forgotten:
                await self._pictures.drop([picture.digest for _, picture in stored])
            for which, picture in stored:
                draft = _with_picture(draft, which, picture)
        arrival.require_wanted("submit")
        answer = await self._standing(came, await self._drafts.keep(draft, earlier, came.how.get("key")))
        return _with_unread(answer, meant.unread)

    async def _brought(self, came: Came) -> list[tuple[Which, StoredPicture]]:
        """Fetch and store the photo, the mask and what may be styles: all of them, or none."""
        fetches: list[tuple[Which, Fetch]] = [("photo", fetch) for fetch in came.pictures[:1]]
        fetches += [("style", fetch) for fetch in came.others]
        if came.mask is not None:
            fetches.append(("mask", came.mask))

        async def store(which: Which, fetch: Fetch) -> StoredPicture:
            data = await brought(lambda: meant_as(which, fetch), which)
            if which == "photo":
                return await self._pictures.clean_content(data, self._context.config.limits.largest_moving_size)
            return await self._pictures.clean(which, data)

        stored = await self._pictures.all_of([store(which, fetch) for which, fetch in fetches])
        return [(which, picture) for (which, _), picture in zip(fetches, stored, strict=True)]

    async def _stored(self, read: Read[Found]) -> StoredStyle:
        style, slip = read.meant, slip_of(read)
        if isinstance(style, SavedStyle):
            picture = await self._pictures.kept("style", style.digest)
            return StoredStyle(digest=picture.digest, saved=style.name, slip=slip)
        return StoredStyle(digest=(await self._pictures.from_preset(style)).digest, preset=style.name, slip=slip)


def _with_picture(draft: Draft, which: Which, picture: StoredPicture) -> Draft:
    """Return a draft with a picture that came for it."""
    if which == "photo":
        return msgspec.structs.replace(draft, content=picture.digest, format=picture.format)
    if which == "mask":
        return msgspec.structs.replace(draft, mask=picture.digest)
    return msgspec.structs.replace(draft, others=(*draft.others, picture.digest))


def _with_unread(answer: Answer, unread: str) -> Answer:
    """Let an answer tell which words below a picture named nothing."""
    if isinstance(answer, DraftState):
        return msgspec.structs.replace(answer, unread=unread)
    if isinstance(answer, StylesPage) and answer.draft is not None:
        return msgspec.structs.replace(answer, draft=msgspec.structs.replace(answer.draft, unread=unread))
    return answer


def _with_words(draft: Draft, said: Typed) -> Draft:
    """Return a draft with the options that were typed."""
    return msgspec.structs.replace(
        draft,
        options={**(_not_inverted(draft) if said.mask is False else draft.options), **said.options},
        blend=draft.blend if said.blend is None else said.share,
        swap=draft.swap if said.swap is None else said.swap,
        film=draft.film if said.film is None else said.film,
        mask=None if said.mask is False else draft.mask,
        background=() if said.background == typed.KEEP or said.mask is False else draft.background,
    )


def _not_inverted(draft: Draft) -> dict[str, Any]:
    """Return a draft's options without the one that turns a mask round."""
    return {name: value for name, value in draft.options.items() if name != "invert_mask"}


def _without_lost(draft: Draft, refusal: Refusal) -> Draft | None:
    """Return what is left of a draft when a refusal says that one of its pictures was lost; None where none was."""
    if refusal == outcomes.MissingPicture(which="photo") and draft.content is not None:
        return msgspec.structs.replace(draft, content=None, format=None)
    if refusal == outcomes.MissingPicture(which="mask") and draft.mask is not None:
        return msgspec.structs.replace(draft, mask=None)
    if refusal == outcomes.MissingPicture(which="background") and draft.background:
        return msgspec.structs.replace(draft, background=())
    return None


def _named(read: Read[Found]) -> WantedStyle:
    """Return the wish for a style that was named."""
    return wanted_style(read.meant, 1.0, slip_of(read))


def _wanted(style: StoredStyle) -> WantedStyle:
    """Return the wish for a style of a draft; a preset's good settings count as if it were named now."""
    return WantedStyle(preset=style.preset, picture=style.digest, weight=style.weight, stored=style, slip=style.slip)


def _answered_at(draft: Draft, place: Place) -> Place:
    """Return where a painting is to appear: at the photo, and not at the button or the words that came after it."""
    return draft.place if draft.content is not None and rooms(draft.place) == rooms(place) else place
