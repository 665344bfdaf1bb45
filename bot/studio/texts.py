"""What a person may read about the bot: what it does for them here, and what it keeps."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model import Person, Place, platform_of
from bot.outcomes import Help, OwnId, Privacy
from bot.store import BACKUP_DAYS
from bot.studio.admission import Admission
from bot.studio.context import Context


class Texts:
    """Gathers the facts of what people read."""

    def __init__(self, context: Context, admission: Admission) -> None:
        self._context, self._admission = context, admission

    async def help(
        self, person: Person, place: Place, roles: Sequence[str] = (), *, name: str | None = None, brief: bool = False
    ) -> Help:
        """Return what holds for this person, who has these roles, at this place; `brief`: nobody asked for it.

        `name` sends things into any chat.
        """
        standing = await self._admission.standing(person, place, roles)
        return Help(
            platform=platform_of(place),
            presets=len(self._context.presets),
            limits=standing.at_most,
            owner=self._context.is_owner(person),
            name=name,
            refusal=standing.lasting,
            reports=bool(self._context.report_readers),
            brief=brief,
        )

    def own_id(self, person: Person) -> OwnId:
        """Return how the config names this person."""
        return OwnId(key=person.key, owner=self._context.is_owner(person))

    async def privacy(self) -> Privacy:
        """Return what is kept, and for how long."""
        config = self._context.config
        return Privacy(
            keep_days=config.store.keep_days,
            keep_history_days=config.store.keep_history_days,
            backup_days=BACKUP_DAYS,
            policy_url=config.bot.privacy_url,
            terms_url=config.bot.terms_url,
            contact=config.bot.contact,
        )
