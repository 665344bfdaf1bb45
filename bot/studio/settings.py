"""What those who run a place choose for it: a style and options to begin with, caps, and where and for whom I paint."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
import structlog

from bot import outcomes
from bot.faults import near
from bot.model import Limits, Person, Place, PlaceSettings, TelegramPlace
from bot.outcomes import SettingsState
from bot.quotas import ceiling, default_limits, effective
from bot.studio import typed_settings
from bot.studio.choices import checked, require_losses, still_taken, whole_number, with_options, yes_or_no
from bot.studio.context import Context, Refused
from bot.studio.managers import require_manager
from bot.studio.styles import Styles
from nst_engine.options import LARGEST_SIZE, OPTION_TABLE, SMALLEST_SIZE, Options, leaves_quality

log = structlog.get_logger(__name__)

_LIMITS = ("paintings_a_day", "waiting_at_once", "largest_size")
_FOR_OTHERS = (*_LIMITS, "paintings_a_day_for_all", "channels", "roles")  # rules, which nobody needs alone
_MOST_FOR_ALL = 1_000_000  # paintings a day of one place
_MOST_IDS = 100  # channels or roles in a list
_LONGEST_ID = 64  # characters


class Settings:
    """Tells and changes the settings of places."""

    def __init__(self, context: Context, styles: Styles) -> None:
        self._context, self._styles = context, styles
        self._lock = asyncio.Lock()  # a change is read, made and written back
        self._changes: dict[str, Callable[[PlaceSettings, str, Any], PlaceSettings]] = {
            "preset": _preset,
            "paintings_a_day_for_all": _for_all,
            "channels": _ids("allowed_channels"),
            "roles": _ids("allowed_roles"),
            "spoiler": _spoiler,
            **dict.fromkeys(_LIMITS, self._limit),
            **dict.fromkeys(OPTION_TABLE, _option),
        }

    async def state(self, place: Place, *, manager: bool) -> SettingsState:
        """Return what was chosen for a place."""
        require_manager(place, "settings", manager=manager)
        return self._told(await self._context.store.places.get(place.key))

    async def change(self, person: Person, place: Place, changes: Mapping[str, Any], *, manager: bool) -> SettingsState:
        """Set what is named, all of it or nothing; None or an empty list takes a setting back."""
        require_manager(place, "settings", manager=manager)
        for name in changes:
            if name not in self._changes:
                similar, found = tuple(near(name, self._changes)), str(changes[name])
                allowed = " or ".join(similar or self._changes)
                raise Refused(outcomes.OptionRefused(option=name, found=found, allowed=allowed, near=similar))
            if changes[name] is not None and name in _FOR_OTHERS and isinstance(place, TelegramPlace) and place.private:
                raise Refused(outcomes.RuleForOthers(setting=name))
        if changes.get("preset") is not None:
            name = changes["preset"]
            if not isinstance(name, str):
                raise Refused(outcomes.PresetUnknown(name=str(name)))
            style = await self._styles.find(name, place)  # of the place, or a preset: everybody's
            changes = {**changes, "preset": style.name}
        async with self._lock:
            settings = await self._context.store.places.get(place.key)
            settings = msgspec.structs.replace(settings, options=still_taken(settings.options))
            for name, value in changes.items():
                settings = self._changes[name](settings, name, value)
            self._require_sense(settings, changes)
            await self._context.store.places.put(place.key, settings)
        log.info("place.settings_changed", place=place.key, settings=sorted(changes))
        return self._told(settings, saved=True)

    def _told(self, settings: PlaceSettings, *, saved: bool = False) -> SettingsState:
        """Return what was chosen, with what holds beside and above it."""
        config, presets = self._context.config, self._context.presets
        most, defaults = ceiling(config), config.defaults
        default = settings.preset or defaults.preset
        good = presets.get(default).settings if default and default in presets else {}
        wishes = {**defaults.options, **good}
        options = msgspec.structs.asdict(with_options(wishes, Options()))
        if leaves_quality(wishes):
            options["quality"] = "auto"
        usual = effective(default_limits(config), place=Limits(), override=None, ceiling=most)
        options["size"] = min(options["size"], self._largest(settings.limits))
        return SettingsState(
            settings=settings,
            saved=saved,
            usual=PlaceSettings(options=options, preset=defaults.preset, limits=usual),
            most=msgspec.structs.replace(most, largest_size=min(most.largest_size or 0, LARGEST_SIZE)),
            titles={
                name: presets.get(name).title for name in (settings.preset, defaults.preset) if name and name in presets
            },
        )

    async def typed(self, person: Person, place: Place, text: str, *, manager: bool) -> SettingsState:
        """Make the changes that were typed; without any, return what was chosen."""
        require_manager(place, "settings", manager=manager)
        changes = typed_settings.settings(text, place, tuple(self._changes))
        if not changes:
            return await self.state(place, manager=manager)
        return await self.change(person, place, changes, manager=manager)

    async def moved(self, old: Place, new: Place) -> None:
        """Let all that belongs to a place follow it to another key; raises StoreError."""
        if old.key == new.key:
            return
        async with self._lock:
            await self._context.store.places.move(old, new)
        for running in list(self._context.running.values()):  # some may end meanwhile
            if running.job.place.key == old.key and (job := await self._context.store.jobs.get(running.job.id)):
                running.job = job
        log.info("place.moved", place=old.key, to=new.key)

    async def leave(self, place_key: str) -> None:
        """Forget what was chosen and saved for a place that the bot was removed from; raises StoreError."""
        async with self._lock:
            await self._context.store.places.leave(place_key)
        log.info("place.left", place=place_key)

    def _limit(self, settings: PlaceSettings, name: str, value: Any) -> PlaceSettings:
        most = getattr(ceiling(self._context.config), name)
        if name == "largest_size":
            number = _whole(name, value, SMALLEST_SIZE, LARGEST_SIZE)
            if number is not None and number > most:
                raise Refused(outcomes.SizeNotAllowed(size=number, largest=most))
        else:
            number = _whole(name, value, 0, most)
        return msgspec.structs.replace(settings, limits=msgspec.structs.replace(settings.limits, **{name: number}))

    def _require_sense(self, settings: PlaceSettings, changes: Mapping[str, Any]) -> None:
        """Refuse options that would have everybody's request refused who chooses nothing."""
        options = with_options({**self._context.config.defaults.options, **settings.options}, Options())
        require_losses(options)
        largest = self._largest(settings.limits)
        if changes.get("size") is not None and options.size > largest:
            raise Refused(outcomes.SizeNotAllowed(size=options.size, largest=largest))

    def _largest(self, limits: Limits) -> int:
        config = self._context.config
        inforce = effective(default_limits(config), place=limits, override=None, ceiling=ceiling(config))
        return inforce.largest_size or 0


def _option(settings: PlaceSettings, name: str, value: Any) -> PlaceSettings:
    options = {known: kept for known, kept in settings.options.items() if known != name}
    if value is not None:
        if name == "init" and str(value).strip().lower() == "file":  # nobody's request would bring the same file
            raise Refused(outcomes.OptionRefused(option=name, found="file", allowed="photo or noise or style"))
        options |= checked({name: value})
    return msgspec.structs.replace(settings, options=options)


def _preset(settings: PlaceSettings, name: str, value: Any) -> PlaceSettings:
    return msgspec.structs.replace(settings, preset=value)


def _for_all(settings: PlaceSettings, name: str, value: Any) -> PlaceSettings:
    return msgspec.structs.replace(settings, paintings_a_day_for_all=_whole(name, value, 0, _MOST_FOR_ALL))


def _spoiler(settings: PlaceSettings, name: str, value: Any) -> PlaceSettings:
    return msgspec.structs.replace(settings, spoiler=value is not None and yes_or_no(name, value))


def _ids(field: str) -> Callable[[PlaceSettings, str, Any], PlaceSettings]:
    def change(settings: PlaceSettings, name: str, value: Any) -> PlaceSettings:
        found: Sequence[Any] = () if value is None else value if isinstance(value, list | tuple) else (value,)
        ids = tuple(dict.fromkeys(one.strip() if isinstance(one, str) else "" for one in found))
        if len(ids) > _MOST_IDS or not all(0 < len(one) <= _LONGEST_ID for one in ids):
            allowed = f"up to {_MOST_IDS} ids"
            raise Refused(outcomes.OptionRefused(option=name, found=str(value)[:200], allowed=allowed))
        return msgspec.structs.replace(settings, **{field: ids})

    return change


def _whole(name: str, value: Any, least: int, most: int) -> int | None:
    """Return a whole number from `least` to `most`; None stays None."""
    return None if value is None else whole_number(name, value, least, most)
