"""The verbs of the owners that the config names."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from typing import Literal

import msgspec
import structlog

from bot import outcomes
from bot.config import Config
from bot.faults import ConfigError
from bot.model import Limits, Person
from bot.outcomes import AdminDone, PersonLimits, ReloadFailed, Stats
from bot.person_keys import is_person_key
from bot.ports import Engine
from bot.presets import Presets
from bot.quotas import ceiling, day_of, default_limits, effective
from bot.studio import typed_settings
from bot.studio.context import Context, Refused
from bot.studio.standing import PAUSED_FLAG, ban_of
from nst_engine.options import SMALLEST_SIZE

log = structlog.get_logger(__name__)

_MOST = 1_000_000
_DAY_SECONDS = 86400.0
_READ_AT_START = (  # and the whole of engine
    "bot.data_dir", "bot.language", "bot.log_level", "bot.log_format", "intake.at_once", "store.min_free_bytes",
)  # fmt: skip


class Admin:
    """Does what owners ask for."""

    def __init__(self, context: Context, reload: Callable[[], Config] | None) -> None:
        self._context, self._reload = context, reload

    async def stats(self, person: Person) -> Stats:
        """Return figures about jobs, disk and engines."""
        self._context.require_owner(person, "stats")
        store = self._context.store
        by_state = await store.jobs.counts_by_state()
        last_day = await store.jobs.since(self._context.clock.now() - _DAY_SECONDS)
        files, file_bytes = await store.files.totals()
        disk = await asyncio.to_thread(shutil.disk_usage, store.folder)
        return Stats(
            by_state=by_state,
            people=last_day.get("people", 0),
            last_day=last_day,
            files=files,
            file_bytes=file_bytes,
            free_bytes=disk.free,
            engine="; ".join(_described(engine) for engine in self._context.engines),
            paused=await store.flags.get(PAUSED_FLAG) is not None,
            reports=await store.reports.count(),
        )

    async def pause(self, person: Person, reason: str) -> AdminDone:
        """Refuse new work, over restarts too; what is queued will be painted."""
        self._context.require_owner(person, "pause")
        await self._context.store.flags.set(PAUSED_FLAG, reason)
        return self._done("pause", details={"reason": reason})

    async def resume(self, person: Person) -> AdminDone:
        """Take new work again."""
        self._context.require_owner(person, "resume")
        await self._context.store.flags.set(PAUSED_FLAG, None)
        return self._done("resume")

    async def ban(self, person: Person, whom: str, reason: str, until: float | None, name: str) -> AdminDone:
        """Take no more work of a person ("platform:id"), until a time (Unix seconds) or for good."""
        self._context.require_owner(person, "ban")
        _require_person(whom)
        await self._context.store.people.ban(whom, reason, until)
        return await self._done_to("ban", whom, name, {"reason": reason, "until": until})

    async def ban_typed(self, person: Person, whom: str, text: str, name: str) -> AdminDone:
        """Ban for as many days, and for the reason, that were typed."""
        self._context.require_owner(person, "ban")
        _require_person(whom)
        days, reason = typed_settings.ban(text)
        until = None if days is None else self._context.clock.now() + days * _DAY_SECONDS
        return await self.ban(person, whom, reason, until, name)

    async def unban(self, person: Person, whom: str, name: str) -> AdminDone:
        """Lift a ban."""
        self._context.require_owner(person, "unban")
        _require_person(whom)
        was_banned = await self._context.store.people.unban(whom)
        return await self._done_to("unban", whom, name, {"was_banned": was_banned})

    async def set_quota(self, person: Person, whom: str, limits: Limits, name: str) -> PersonLimits:
        """Set a person's own limits; those left out stay as they were. The config's ceiling still holds.

        Where none is named nothing is set, and it is told what holds.
        """
        self._context.require_owner(person, "quota_set")
        _require_person(whom)
        chosen = {limit: value for limit, value in msgspec.structs.asdict(limits).items() if value is not None}
        for limit, value in chosen.items():
            least = SMALLEST_SIZE if limit == "largest_size" else 0
            if value < least:
                raise Refused(
                    outcomes.OptionRefused(
                        option=limit, found=str(value), allowed=f"a whole number from {least} to {_MOST}"
                    )
                )
        if not chosen:
            return await self._limits(whom, name)
        known = await self._context.store.people.override(whom)
        await self._context.store.people.set_override(whom, msgspec.structs.replace(known, **chosen))
        return await self._limits(whom, name, "quota_set")

    async def quota_typed(self, person: Person, whom: str, text: str, name: str) -> PersonLimits:
        """Set the limits that were typed, after taking back those that there were, where that was typed too."""
        self._context.require_owner(person, "quota_set")
        _require_person(whom)
        reset, limits = typed_settings.limits(text)
        done = await self.reset_quota(person, whom, name) if reset else None
        return done if done is not None and limits == Limits() else await self.set_quota(person, whom, limits, name)

    async def reset_quota(self, person: Person, whom: str, name: str) -> PersonLimits:
        """Give a person the day's paintings anew, and the usual limits."""
        self._context.require_owner(person, "quota_reset")
        _require_person(whom)
        store = self._context.store
        await store.people.reset_usage(store.person_hash(whom), day_of(self._context.clock.now()))
        await store.people.clear_override(whom)
        return await self._limits(whom, name, "quota_reset")

    async def _limits(self, whom: str, name: str, done: Literal["", "quota_set", "quota_reset"] = "") -> PersonLimits:
        """Return what holds for a person wherever a place sets nothing; `done` is what has just been done."""
        context, people = self._context, self._context.store.people
        if done:
            log.info("admin.done", verb=done)
        own = await people.override(whom)
        config = context.config
        return PersonLimits(
            person=whom,
            name=name or await people.name(whom),
            own=own,
            limits=effective(default_limits(config), place=Limits(), override=own, ceiling=ceiling(config)),
            used=await people.used(context.store.person_hash(whom), day_of(context.clock.now())),
            waiting=await context.store.jobs.waiting_count(whom),
            ban=await ban_of(context, whom),
            done=done,
        )

    async def reload(self, person: Person) -> AdminDone | ReloadFailed:
        """Read config and presets anew; with faults in them all stays as it was. Some settings take a restart."""
        self._context.require_owner(person, "reload")
        late: list[str] = []
        if self._reload is not None:
            try:
                config = await asyncio.to_thread(self._reload)
                presets = await asyncio.to_thread(Presets.load, *config.styles.folders, default=config.defaults.preset)
            except ConfigError as error:
                return ReloadFailed(faults=tuple(map(str, error.faults)))
            late = _after_restart(self._context.config, config)
            self._context.config, self._context.presets = config, presets
        return self._done("reload", details={"after_restart": late} if late else None)

    def _done(self, verb: str, details: dict[str, object] | None = None) -> AdminDone:
        log.info("admin.done", verb=verb)
        return AdminDone(verb=verb, details=details or {})

    async def _done_to(self, verb: str, person: str, name: str, details: dict[str, object]) -> AdminDone:
        name = name or await self._context.store.people.name(person)
        return msgspec.structs.replace(self._done(verb, details), person=person, name=name)


def _require_person(key: str) -> None:
    if not is_person_key(key):
        allowed = 'a platform and an id, such as "discord:1234"'
        raise Refused(outcomes.OptionRefused(option="person", found=key, allowed=allowed))


def _after_restart(old: Config, new: Config) -> list[str]:
    """Return the keys of what has changed but was used up when the bot started."""
    changed = [
        f"{section}.{key}"
        for section, values in new
        for key, value in values
        if value != getattr(getattr(old, section), key)
    ]
    return [key for key in changed if key.startswith("engine.") or key in _READ_AT_START]


def _described(engine: Engine) -> str:
    hello = engine.hello
    if hello is None:
        return "not ready"
    described = f"{hello.device} ({hello.device_name}), {hello.dtype}, {hello.backbone}"
    return described if engine.pace.speed is None else f"{described}, {engine.pace.speed:.2g} Mpx·it/s"
