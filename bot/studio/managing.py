"""The studio's verbs for those who run a place, and for the owners of the bot."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from bot import outcomes as out
from bot.model import Limits, Person, Place
from bot.studio.admin import Admin
from bot.studio.context import answered
from bot.studio.reports import Reports
from bot.studio.settings import Settings


class Managing:
    """The part of the Studio that the fewest people need."""

    _settings: Settings
    _reports: Reports
    _admin: Admin

    # ---- those who run a place ----------------------------------------------------------------------------------

    async def settings(self, person: Person, place: Place, *, manager: bool) -> out.SettingsState | out.Refusal:
        """Return what was chosen for a place; `manager` says that the platform lets the person run it."""
        return await answered(self._settings.state(place, manager=manager))

    async def settings_change(
        self, person: Person, place: Place, changes: Mapping[str, Any], *, manager: bool
    ) -> out.SettingsState | out.Refusal:
        """Change settings by name: all that are named, or none. None, or an empty list, takes one back.

        Names are "preset", each option's, "paintings_a_day", "waiting_at_once", "largest_size",
        "paintings_a_day_for_all", "channels" and "roles" (lists of the platform's ids), and "spoiler".
        """
        return await answered(self._settings.change(person, place, changes, manager=manager))

    async def settings_typed(
        self, person: Person, place: Place, text: str, *, manager: bool
    ) -> out.SettingsState | out.Refusal:
        """Change settings as they were typed, as in "size=512 daily=5 who=administrators topics=here reset=quality".

        Without a text they are shown. See bot/studio/typed_settings.py.
        """
        return await answered(self._settings.typed(person, place, text, manager=manager))

    async def moved(self, old: Place, new: Place) -> None:
        """A place goes on under another key, as a group that became a supergroup: all follows; raises StoreError."""
        await self._settings.moved(old, new)

    async def leave(self, place_key: str) -> None:
        """The bot was removed from a place: its settings and the styles saved for it go; raises StoreError."""
        await self._settings.leave(place_key)

    # ---- owners -------------------------------------------------------------------------------------------------

    async def stats(self, person: Person) -> out.Stats | out.Refusal:
        """Return figures."""
        return await answered(self._admin.stats(person))

    async def pause(self, person: Person, reason: str = "") -> out.AdminDone | out.Refusal:
        """Refuse new work, over restarts too."""
        return await answered(self._admin.pause(person, reason))

    async def resume(self, person: Person) -> out.AdminDone | out.Refusal:
        """Take new work again."""
        return await answered(self._admin.resume(person))

    async def ban(
        self, person: Person, whom: str, reason: str = "", until: float | None = None, *, name: str = ""
    ) -> out.AdminDone | out.Refusal:
        """Take no more work of a person ("platform:id"), until a time (Unix seconds) or for good.

        `name`, here and below, is what the platform calls them, where it tells.
        """
        return await answered(self._admin.ban(person, whom, reason, until, name))

    async def ban_typed(self, person: Person, whom: str, text: str, *, name: str = "") -> out.AdminDone | out.Refusal:
        """Take no more work of a person, as in "days=7 for being rude"; without days for good."""
        return await answered(self._admin.ban_typed(person, whom, text, name))

    async def unban(self, person: Person, whom: str, *, name: str = "") -> out.AdminDone | out.Refusal:
        """Lift a ban."""
        return await answered(self._admin.unban(person, whom, name))

    async def quota_set(
        self, person: Person, whom: str, limits: Limits, *, name: str = ""
    ) -> out.PersonLimits | out.Refusal:
        """Set a person's own limits, or only tell those that hold where none is named."""
        return await answered(self._admin.set_quota(person, whom, limits, name))

    async def quota_typed(
        self, person: Person, whom: str, text: str, *, name: str = ""
    ) -> out.PersonLimits | out.Refusal:
        """Set a person's own limits, as in "paintings_a_day=5 largest_size=512", "reset" them, or only tell them."""
        return await answered(self._admin.quota_typed(person, whom, text, name))

    async def quota_reset(self, person: Person, whom: str, *, name: str = "") -> out.PersonLimits | out.Refusal:
        """Give a person the day's paintings anew, and the usual limits."""
        return await answered(self._admin.reset_quota(person, whom, name))

    async def reports(self, person: Person) -> out.ReportsPage | out.Refusal:
        """Return the newest open reports."""
        return await answered(self._reports.page(person))

    async def report_close(self, person: Person, report_id: str) -> out.AdminDone | out.Refusal:
        """Close a report, which deletes it."""
        return await answered(self._reports.end(person, report_id))

    async def report_delete(self, person: Person, report_id: str) -> out.AdminDone | out.Refusal:
        """Delete the painting that a report is about, wherever that is, and close the report."""
        job_id = await answered(self._reports.job_of(person, report_id))
        if isinstance(job_id, out.Refusal):
            return job_id
        deleted = await self.delete(person, job_id)
        if isinstance(deleted, out.Refusal):
            return deleted
        return await answered(self._reports.end(person, report_id, "report_delete"))

    @abstractmethod
    async def delete(self, person: Person, job_id: str) -> out.Deleted | out.Refusal:
        """Remove a result and all its files."""

    async def reload(self, person: Person) -> out.AdminDone | out.ReloadFailed | out.Refusal:
        """Read the config file anew."""
        return await answered(self._admin.reload(person))
