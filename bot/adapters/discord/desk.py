"""What every command and every button works with: who asks and where, the studio, and the way to answer.

Handlers only ask the studio and show what it says; whatever takes long happens behind the studio.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

import structlog

from bot.adapters.discord import permissions, pictures, places
from bot.adapters.discord.failures import TROUBLES, is_over, trouble_of
from bot.adapters.discord.found import Found
from bot.adapters.discord.outlet import DiscordOutlet
from bot.adapters.discord.places import Interaction
from bot.adapters.discord.render import Rendered, render
from bot.adapters.discord.sending import sent_to_fit
from bot.config import Config
from bot.downloads import Source
from bot.model import DiscordPlace, Person
from bot.outcomes import Accepted, BatchAccepted, Broken, Outcome, Refusal, Which
from bot.patience import told_when_late
from bot.ports import Clock, Fetch
from bot.presenter import Presenter, View
from bot.recent import Recent
from bot.studio import How, Studio

log = structlog.get_logger(__name__)

Make = Callable[[str | None], Awaitable[Accepted | Refusal]]
"""Asks the studio for a job; is given the reference of the message that will show how the job stands."""

_PRIVATE = "private"  # in an interaction's extras: the deferral is for the person alone
_ANSWERED = "answered"
_NOTHING = "…"
_MESSAGE = "message"
_FORMS_REMEMBERED = 1000  # that are open, or were closed without a word: Discord tells only of those that are sent


class Desk:
    """Where interactions are served."""

    def __init__(
        self,
        studio: Studio,
        presenter: Presenter,
        outlet: DiscordOutlet,
        config: Config,
        clock: Clock,
        source: Source,
    ) -> None:
        """`source` is where pictures are fetched from."""
        self.studio, self.presenter, self.outlet, self.clock = studio, presenter, outlet, clock
        self._config, self.source = config, source
        # By the token of the form that asks about them
        self.asked_about: Recent[str, Sequence[Found]] = Recent(_FORMS_REMEMBERED)

    # ---- who and where ------------------------------------------------------------------------------------------

    def person(self, interaction: Interaction) -> Person:
        """Return who asks."""
        return places.person_of(interaction)

    def place(self, interaction: Interaction) -> DiscordPlace:
        """Return where to answer."""
        return places.place_of(interaction, self.clock.now())

    def place_name(self, interaction: Interaction) -> str | None:
        """Return what the server is called; None where there is none, or I am not in it."""
        return interaction.guild.name if interaction.guild is not None else None

    def how(self, interaction: Interaction, status_ref: str | None = None, *, hidden: bool = False) -> How:
        """Return what goes along with a wish for a job: a repeated interaction makes no second one.

        `hidden`: somebody hid a picture that comes with it.
        """
        return How(key=str(interaction.id), roles=self.roles(interaction), status_ref=status_ref, hidden=hidden)

    def roles(self, interaction: Interaction) -> tuple[str, ...]:
        """Return the ids of the roles that the person has here."""
        return places.roles_of(interaction)

    def is_manager(self, interaction: Interaction) -> bool:
        """Tell whether the person may change this server's settings."""
        return places.is_manager(interaction)

    def is_moderator(self, interaction: Interaction) -> bool:
        """Tell whether the person may remove other people's messages here."""
        return places.is_moderator(interaction)

    def is_mentioned(self, interaction: Interaction) -> bool:
        """Tell whether the message whose button was pressed mentions the person."""
        return places.is_mentioned(interaction)

    def refusal_of(self, interaction: Interaction) -> Refusal | None:
        """Return what forbids to post a painting here: the person's permissions or mine; None where nothing does."""
        return permissions.refusal(interaction)

    def fetch(self, picture: pictures.Picture, which: Which) -> Fetch:
        """Return what fetches an attached picture, once the studio wants it."""
        return pictures.fetch(picture, which, self._config.intake.max_bytes, self.source)

    # ---- answering ----------------------------------------------------------------------------------------------

    def view(self, outcome: Outcome, locale: str, *, private: bool = False) -> View:
        """Return an outcome in words; `private`: for who is alone with me."""
        return self.presenter.view(outcome, locale, private=private)

    def title(self, interaction: Interaction) -> Callable[[str], str]:
        """Return what says a preset's title in the person's language."""
        return lambda title: self.presenter.preset_text(title, interaction.locale.value)

    async def begin(self, interaction: Interaction, *, private: bool) -> None:
        """Acknowledge within Discord's three seconds; `answer` follows when there is one."""
        response = await interaction.response.defer(ephemeral=private, thinking=True)
        interaction.extras[_PRIVATE] = private
        if response is not None and response.message_id is not None:
            interaction.extras[_MESSAGE] = response.message_id

    async def answer(self, interaction: Interaction, outcome: Outcome, *, private: bool = True) -> None:
        """Show an outcome; refusals only to the person, whatever was announced in public being taken back."""
        private = private or isinstance(outcome, Refusal)
        response, extras = interaction.response, interaction.extras

        async def say(rendered: Rendered) -> None:
            if not response.is_done():
                await response.send_message(**rendered.to_send(), ephemeral=private)
                return
            if private and not extras.get(_ANSWERED) and not extras.get(_PRIVATE, True):
                await self._take_back(interaction)
                del extras[_PRIVATE]
            if extras.get(_ANSWERED) or _PRIVATE not in extras:
                await interaction.followup.send(**rendered.to_send(), ephemeral=private)
            else:
                await interaction.edit_original_response(**rendered.to_edit())

        await self._show(interaction, outcome, say)
        extras[_ANSWERED] = True

    async def replace(self, interaction: Interaction, outcome: Outcome) -> None:
        """Show an outcome in place of the message whose button was pressed; refusals in a message of their own."""
        if isinstance(outcome, Refusal):
            await self.answer(interaction, outcome)
            return

        async def edit(rendered: Rendered) -> None:
            if interaction.response.is_done():
                await interaction.edit_original_response(**rendered.to_edit())
            else:
                await interaction.response.edit_message(**rendered.to_edit())

        await self._show(interaction, outcome, edit)

    async def take_away(self, interaction: Interaction) -> None:
        """Remove the message whose button was pressed, if that is still there; nothing depends on it."""
        try:
            await interaction.delete_original_response()
        except TROUBLES as error:
            log.info("discord.not_taken_away", reason=trouble_of(error).reason)

    async def ask(self, interaction: Interaction, make: Make) -> None:
        """Ask for a job, and show it in a public message that then tells how it stands; refusals in private."""
        if refusal := self.refusal_of(interaction):
            await self.answer(interaction, refusal)
            return
        if not interaction.response.is_done():
            await self.begin(interaction, private=False)
        ref = await self._ref(interaction)
        with told_when_late(partial(self._tell_late, interaction)):
            outcome = await make(ref)
        if not isinstance(outcome, Accepted):
            await self.answer(interaction, outcome)
            return
        rendered = render(self.view(outcome, interaction.locale.value))
        async with self.outlet.first(ref) as nothing_yet:
            if nothing_yet:
                try:
                    await interaction.edit_original_response(**rendered.to_edit())
                except TROUBLES as error:
                    # The job is accepted all the same: the next update says how it stands. Or else the painting was
                    # quicker, and has taken its status away.
                    log.info("discord.status_not_shown", job=outcome.job.id, reason=trouble_of(error).reason)
        interaction.extras[_ANSWERED] = True

    async def ask_for_several(
        self, interaction: Interaction, make: Callable[[], Awaitable[BatchAccepted | Refusal]]
    ) -> None:
        """Ask for several jobs, and say in public how many there are; each of them shows itself how it stands."""
        if refusal := self.refusal_of(interaction):
            await self.answer(interaction, refusal)
            return
        await self.begin(interaction, private=False)
        with told_when_late(partial(self._tell_late, interaction)):
            outcome = await make()
        await self.answer(interaction, outcome, private=False)

    async def broken(self, interaction: Interaction, error: BaseException) -> None:
        """Say that something broke, with the reference under which it stands in the log."""
        if is_over(error):
            log.warning("discord.interaction_over", kind=interaction.type.name, reason=str(error))
            return
        reference = secrets.token_hex(4)
        log.error("discord.broke", reference=reference, kind=interaction.type.name, exc_info=error)
        try:
            await self.answer(interaction, Broken(reference=reference))
        except (*TROUBLES, RuntimeError) as second:  # RuntimeError: the connection is closed, as the bot stops
            log.warning("discord.not_told", reference=reference, reason=type(second).__name__)

    async def _tell_late(self, interaction: Interaction) -> None:
        """Say that a picture does not come through yet, where the answer will be."""
        try:
            said = self.presenter.phrase("picture_late", interaction.locale.value)
            await interaction.edit_original_response(content=said)
        except TROUBLES as error:
            log.info("discord.late_not_told", reason=trouble_of(error).reason)

    async def _take_back(self, interaction: Interaction) -> None:
        """Remove a public announcement, so that the answer may be private."""
        try:
            # While an answer is pending, Discord takes a follow-up for it, public as it was announced.
            await interaction.edit_original_response(content=_NOTHING)
        except TROUBLES as error:
            log.info("discord.not_taken_back", reason=trouble_of(error).reason)
        await self.take_away(interaction)

    async def _ref(self, interaction: Interaction) -> str:
        message = interaction.extras.get(_MESSAGE)
        if message is None:
            message = (await interaction.original_response()).id
        return self.outlet.ref(str(interaction.channel_id), message)

    async def _show(
        self, interaction: Interaction, outcome: Outcome, show: Callable[[Rendered], Awaitable[None]]
    ) -> None:
        """Show an outcome, with smaller files where Discord finds them too large."""
        locale, limit = interaction.locale.value, interaction.filesize_limit
        view = self.view(outcome, locale, private=self.place(interaction).private)
        await sent_to_fit(view, limit, self.presenter, locale, show)
