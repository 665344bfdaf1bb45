"""What those who run a place chose, and the refusals that follow from the place where somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal

import msgspec

from bot.outcomes import (
    ChannelNotAllowed,
    NotManager,
    Outcome,
    PermissionMissing,
    RoleNotAllowed,
    SettingsState,
    TooLongHere,
)
from bot.presenter.commands import CHOICES
from bot.presenter.option_texts import named, typed
from bot.presenter.view import Reference, View, plain
from bot.presenter.words import N_, Words, safe
from nst_engine.options import OPTION_TABLE

_MOST_NAMED = 10  # channels or roles in one sentence
_ALWAYS_SHOWN = ("size", "quality", "strength")
_LIMITS = ("paintings_a_day", "waiting_at_once", "largest_size")


def _settings_state(outcome: SettingsState, words: Words) -> View:
    settings = outcome.settings
    heading = words.gettext("Saved. What holds here now:") if outcome.saved else words.gettext("What holds here:")
    usual = words.gettext("as usual")
    rooms = _references("room", settings.allowed_channels)
    roles = _references("role", settings.allowed_roles)

    def line(option: str, value: str | None) -> str:
        return f"• {named(option, words)}: {value or usual}"

    shown = dict.fromkeys((*_ALWAYS_SHOWN, *(name for name in OPTION_TABLE if name in settings.options)))
    for_all = settings.paintings_a_day_for_all
    lines = [
        line("preset", safe(settings.preset or "")),
        *(line(name, _value(name, settings.options.get(name), words)) for name in shown),
        *(line(name, _limit(name, getattr(settings.limits, name), words)) for name in _LIMITS),
        line("paintings_a_day_for_all", words.number(for_all) if for_all is not None else None),
        line("channels", _listed(rooms, words) or words.gettext("all")),
        line("roles", _listed(roles, words) or words.gettext("all")),
        line("spoiler", words.gettext("yes") if settings.spoiler else words.gettext("no")),
    ]
    view = plain(heading, *lines)
    return msgspec.structs.replace(view, references=(*rooms[:_MOST_NAMED], *roles[:_MOST_NAMED]))


def _value(name: str, value: Any, words: Words) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return words.gettext("yes") if value else words.gettext("no")
    if label := CHOICES.get(name, {}).get(str(value)):
        return words.pgettext("choice", label)
    return safe(typed(value, words))


def _limit(name: str, value: int | None, words: Words) -> str | None:
    if value is None:
        return None
    return words.gettext("{size} pixels", size=str(value)) if name == "largest_size" else words.number(value)


def _references(kind: Literal["room", "role"], ids: Sequence[str]) -> tuple[Reference, ...]:
    return tuple(Reference(kind=kind, id=safe(id_)) for id_ in ids)


def _listed(references: Sequence[Reference], words: Words) -> str:
    names = [reference.text for reference in references[:_MOST_NAMED]]
    if more := len(references) - len(names):
        return f"{', '.join(names)} {words.ngettext('…and {n} more.', '…and {n} more.', more)}"
    return words.both(names) if names else ""


# ---- refusals ---------------------------------------------------------------------------------------------------


def _not_manager(outcome: NotManager, words: Words) -> View:
    return plain(
        words.gettext("Only people who may manage this server can do that. Please ask one of them."), is_error=True
    )


def _channel_not_allowed(outcome: ChannelNotAllowed, words: Words) -> View:
    rooms = _references("room", outcome.channels[:_MOST_NAMED])
    channels = words.either(room.text for room in rooms)
    return _naming(
        words.gettext("I don't paint in this channel. Please ask me in {channels}.", channels=channels), rooms
    )


def _role_not_allowed(outcome: RoleNotAllowed, words: Words) -> View:
    roles = _references("role", outcome.roles[:_MOST_NAMED])
    sentence = words.gettext(
        "Here I paint only for people with the role {roles}. Please ask those who run this server for it.",
        roles=words.either(role.text for role in roles),
    )
    return _naming(sentence, roles)


def _naming(sentence: str, references: tuple[Reference, ...]) -> View:
    return msgspec.structs.replace(plain(sentence, is_error=True), references=references)


def _too_long_here(outcome: TooLongHere, words: Words) -> View:
    if outcome.largest < 1:
        return plain(words.gettext("I can't answer here any more. Please ask me again from the start."), is_error=True)
    return plain(
        words.gettext(
            "That would take about {time}, but here I can only answer within {largest}. Please choose a smaller size or"
            " a lower quality, or ask me in a private chat or on a server that I am on.",
            time=words.estimate(outcome.seconds),
            largest=words.duration(outcome.largest),
        ),
        is_error=True,
    )


_PERMISSIONS = {
    # Translators: permission, called as on Discord's own settings page
    "view_channel": N_("View Channels"),
    # Translators: permission, called as on Discord's own settings page
    "send_messages": N_("Send Messages"),
    # Translators: permission, called as on Discord's own settings page
    "send_messages_in_threads": N_("Send Messages in Threads"),
    # Translators: permission, called as on Discord's own settings page
    "attach_files": N_("Attach Files"),
    # Translators: permission, called as on Discord's own settings page
    "embed_links": N_("Embed Links"),
    # Translators: permission, called as on Discord's own settings page
    "read_message_history": N_("Read Message History"),
}


def _permission_missing(outcome: PermissionMissing, words: Words) -> View:
    return plain(
        words.ngettext(
            "I lack a permission here: {permissions}. Please ask those who run this server to give it to me.",
            "I lack permissions here: {permissions}. Please ask those who run this server to give them to me.",
            len(outcome.permissions),
            permissions=words.both(_permissions(outcome.permissions, words)),
        ),
        is_error=True,
    )


def _permissions(names: Sequence[str], words: Words) -> Iterator[str]:
    for name in names:
        yield words.quoted(words.gettext(_PERMISSIONS[name]) if name in _PERMISSIONS else name.replace("_", " "))


VIEWS: Mapping[type[Outcome], Callable[[Any, Words], View]] = {
    SettingsState: _settings_state,
    NotManager: _not_manager,
    ChannelNotAllowed: _channel_not_allowed,
    RoleNotAllowed: _role_not_allowed,
    TooLongHere: _too_long_here,
    PermissionMissing: _permission_missing,
}
