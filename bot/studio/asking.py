"""Asking for a painting bit by bit, as in a chat: words and pictures fill a draft until there is enough to paint.

A step that is refused changes nothing, so that it may be repeated. As what has a photo and a style is painted at once,
a draft that is kept lacks one of them, and has no pictures of styles: the first picture is always the photo.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import msgspec

from bot import outcomes
from bot.model import Draft, Person, Place, SavedStyle, StoredStyle, rooms
from bot.outcomes import Accepted, DraftState, Help, StylesPage
from bot.ports import Fetch
from bot.presets import Preset
from bot.studio import typed
from bot.studio.admission import Admission, How, Standing
from bot.studio.arrivals import Arrival, Arrivals, brought, meant_as
from bot.studio.context import Context, Refused
from bot.studio.drafts import Drafts
from bot.studio.gallery import Gallery
from bot.studio.pictures import Pictures
from bot.studio.styles import Styles, Title
from bot.studio.submission import Submission, Wanted, WantedStyle, wanted_style
from bot.studio.texts import Texts

Answer = Accepted | StylesPage | DraftState | Help
Found = Preset | SavedStyle


class Came(msgspec.Struct, frozen=True, kw_only=True):
    """What came from somebody at a place: words, pictures, or the token of a style's button.

    `anew` marks a command, which begins anew and for which the place's own style will do where none is named.
    """

    person: Person
    place: Place
    how: How
    title: Title
    text: str | None = None
    pictures: Sequence[Fetch] = ()
    token: str | None = None
    anew: bool = False


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
                if earlier is None and came.text is not None and not came.anew:
                    return msgspec.structs.replace(await self._texts.help(person, place), brief=True)
                arrival.require_wanted("submit")
                standing = await self._admission.admitted(person, place, came.how, paintings=1)
                begins = earlier is None or (came.anew and not (came.text and came.text.strip() and not came.pictures))
                draft = self._drafts.empty(person, place) if earlier is None or begins else earlier
                draft = msgspec.structs.replace(draft, person=person, place=_answered_at(draft, place))
                draft, found = await self._understood(came, draft, standing)
                or_default = came.anew and begins
                accepted = await self._submitted(came, arrival, draft, found, standing, or_default=or_default)
                if accepted is None:
                    return await self._kept(came, arrival, draft, found, earlier)
                if earlier is not None:
                    await self._drafts.end(earlier)
                return accepted

    # ---- one step -----------------------------------------------------------------------------------------------

    @contextmanager
    def _on_its_way(self, came: Came) -> Iterator[Arrival]:
        """Know of a step; raises Refused for who has too many with pictures under way."""
        limits = self._context.config.limits
        with self._arrivals.noted(came.person, "draft") as arrival:
            if not came.pictures:
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

    async def _understood(self, came: Came, draft: Draft, standing: Standing) -> tuple[Draft, list[Found]]:
        """Return the draft with the options that were typed, and the styles that were named or picked."""
        if came.token is not None:
            return draft, [await self._styles.by_token(came.token, came.place, came.person)]
        if not came.text:
            return draft, []
        known = await self._styles.known(came.place, came.person, came.title)
        said = typed.read(came.text, lambda name: known(name) is not None)
        found = [known(name) or await self._styles.find(name, came.place, came.person) for name in said.names]
        if "size" in said.options:
            self._admission.require_size(said.options["size"], standing)
        draft = msgspec.structs.replace(
            draft,
            options={**draft.options, **said.options},
            blend=draft.blend if said.blend is None else said.blend,
            swap=draft.swap if said.swap is None else said.swap,
            film=draft.film if said.film is None else said.film,
        )
        return draft, found

    async def _submitted(
        self,
        came: Came,
        arrival: Arrival,
        draft: Draft,
        found: Sequence[Found],
        standing: Standing,
        *,
        or_default: bool,
    ) -> Accepted | None:
        """Ask for the painting, if there is all that it takes; what is named now stands for what was named before."""
        pictures = list(came.pictures)
        photo = draft.content if draft.content is not None else pictures.pop(0) if pictures else None
        named = [wanted_style(style, 1.0) for style in found] or [_wanted(style) for style in draft.styles]
        self._submission.require_count(len(pictures) + len(named))
        if photo is None:
            return None
        if not pictures and not named:
            default = await self._styles.default(came.place, standing.settings) if or_default else None
            if default is None:
                return None

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
            )

        wanted = bring if came.pictures else await bring()  # what is in the store already needs no turn
        try:
            return await self._submission.submit(came.person, draft.place, wanted, came.how)
        except Refused as refused:
            if refused.refusal == outcomes.MissingPicture(which="photo") and draft.content is not None:
                arrival.require_wanted("submit")
                await self._drafts.keep(msgspec.structs.replace(draft, content=None), None, None)  # it was lost
            raise

    async def _kept(
        self, came: Came, arrival: Arrival, draft: Draft, found: Sequence[Found], earlier: Draft | None
    ) -> Answer:
        """Keep what there is until the rest comes."""
        if found:
            draft = msgspec.structs.replace(draft, styles=tuple([await self._stored(style) for style in found]))
        if came.pictures:
            async with self._arrivals.room(arrival):
                [fetch] = came.pictures
                data = await brought(lambda: meant_as("photo", fetch))
                stored = await self._pictures.clean("photo", data)
            if arrival.forgotten:
                await self._pictures.drop([stored.digest])
            draft = msgspec.structs.replace(draft, content=stored.digest)
        arrival.require_wanted("submit")
        return await self._standing(came, await self._drafts.keep(draft, earlier, came.how.get("key")))

    async def _stored(self, style: Found) -> StoredStyle:
        if isinstance(style, SavedStyle):
            return StoredStyle(digest=(await self._pictures.kept("style", style.digest)).digest, saved=style.name)
        return StoredStyle(digest=(await self._pictures.from_preset(style)).digest, preset=style.name)


def _wanted(style: StoredStyle) -> WantedStyle:
    """Return the wish for a style of a draft; a preset's good settings count as if it were named now."""
    return WantedStyle(preset=style.preset, picture=style.digest, weight=style.weight, stored=style)


def _answered_at(draft: Draft, place: Place) -> Place:
    """Return where a painting is to appear: at the photo, and not at the button or the words that came after it."""
    return draft.place if draft.content is not None and rooms(draft.place) == rooms(place) else place
