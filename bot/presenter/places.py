"""What those who run a place chose, and the refusals that follow from the place where somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal

import msgspec

from bot.model import GENERAL_TOPIC, PlaceSettings
from bot.outcomes import (
    ChannelNotAllowed,
    MayNotWrite,
    NobodysPlace,
    NotManager,
    Outcome,
    PermissionMissing,
    RoleNotAllowed,
    RuleForOthers,
    SettingsState,
    TooLongHere,
)
from bot.presenter.commands import CHOICES, command_name
from bot.presenter.option_texts import named, typed
from bot.presenter.view import Reference, View, plain
from bot.presenter.words import N_, Words, safe
from nst_engine.options import OPTION_TABLE

_MOST_NAMED = 10  # channels or roles in one sentence
_ALWAYS_SHOWN = ("size", "quality", "strength")
_LIMITS = ("paintings_a_day", "waiting_at_once", "largest_size")


def _settings_state(outcome: SettingsState, words: Words) -> View:
    if words.dialect.typed:
        return _typed_settings(outcome, words)
    settings = outcome.settings
    rooms = _references("room", settings.allowed_channels)
    roles = _references("role", settings.allowed_roles)
    shown = {
        **_painted_with(outcome, words),
        **{name: _limit(name, outcome, words) for name in _LIMITS},
        "paintings_a_day_for_all": _for_all(settings, words),
        "channels": _listed(rooms, words) or words.gettext("all"),
        "roles": _listed(roles, words) or words.gettext("all"),
        "spoiler": words.gettext("yes") if settings.spoiler else words.gettext("no"),
    }
    view = plain(_heading(outcome, words), *(f"• {named(name, words)}: {value}" for name, value in shown.items()))
    return msgspec.structs.replace(view, references=(*rooms[:_MOST_NAMED], *roles[:_MOST_NAMED]))


def _heading(outcome: SettingsState, words: Words) -> str:
    return words.gettext("Saved. The settings here are now:") if outcome.saved else words.gettext("The settings here:")


def _typed_settings(outcome: SettingsState, words: Words) -> View:
    """List each setting with the name to type, and teach how; alone with me, nobody needs rules for others."""
    settings = outcome.settings
    values = _painted_with(outcome, words)
    topics = _references("room", settings.allowed_channels)
    if not words.private:
        values |= _for_groups(outcome, topics, words)
    values["spoiler"] = words.gettext("yes") if settings.spoiler else words.gettext("no")
    changes = "size=512 daily=5 who=administrators reset=preset"
    if words.private:
        changes, topics = "preset=mosaic size=512 reset=quality", ()
    view = plain(
        _heading(outcome, words),
        *(f"• {_with_name(name, words)}: {value}" for name, value in values.items()),
        words.gettext("Change it like this: {example}", example=f"{command_name('impasto settings', words)} {changes}"),
    )
    return msgspec.structs.replace(view, references=_by_id(topics[:_MOST_NAMED], words))


def _painted_with(outcome: SettingsState, words: Words) -> dict[str, str]:
    """Tell the style and the options, with what is usual where nothing was chosen."""
    settings, usual = outcome.settings, outcome.usual
    shown = dict.fromkeys((*_ALWAYS_SHOWN, *(name for name in OPTION_TABLE if name in settings.options)))
    # Translators: the style of who chooses none, where there is no such style
    style = words.gettext("everybody chooses one")
    if usual.preset:
        style = as_usual(_style(usual.preset, outcome, words), words)
    values = {"preset": _style(settings.preset, outcome, words) if settings.preset else style}
    for name in shown:
        chosen, ordinary = (_value(name, layer.options.get(name), words) for layer in (settings, usual))
        values[name] = chosen or as_usual(ordinary or "", words)
    size, largest = settings.options.get("size"), _holding(outcome, "largest_size")
    if isinstance(size, int) and largest is not None and size > largest:
        values["size"] = at_most(str(size), str(largest), words)
    return values


def _style(name: str, outcome: SettingsState, words: Words) -> str:
    title = outcome.titles.get(name)
    return words.name(title) if title else safe(name)


def _for_groups(outcome: SettingsState, topics: Sequence[Reference], words: Words) -> dict[str, str]:
    settings = outcome.settings
    return {
        "daily": _limit("paintings_a_day", outcome, words),
        **{name: _limit(name, outcome, words) for name in _LIMITS[1:]},
        "daily_for_all": _for_all(settings, words),
        "topics": _listed(topics, words) or words.gettext("all"),
        # Translators: who may ask for paintings
        "who": words.gettext("administrators") if settings.allowed_roles else words.gettext("everybody"),
    }


def as_usual(value: str, words: Words) -> str:
    """Say that nothing was chosen, and what holds then; where that is not known, only so."""
    return words.gettext("{value}, as usual", value=value) if value else words.gettext("as usual")


def at_most(chosen: str, holds: str, words: Words) -> str:
    """Say that something was chosen of which only a part holds."""
    return words.gettext("{holds} ({chosen} was chosen, but nobody may have more)", holds=holds, chosen=chosen)


def _for_all(settings: PlaceSettings, words: Words) -> str:
    for_all = settings.paintings_a_day_for_all
    # Translators: there is no such limit
    return words.gettext("no limit") if for_all is None else words.number(for_all)


def _with_name(name: str, words: Words) -> str:
    label = named(name, words)
    return label if label.lower() == name else f"{label} ({name})"


def _value(name: str, value: Any, words: Words) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return words.gettext("yes") if value else words.gettext("no")
    if label := CHOICES.get(name, {}).get(str(value)):
        return words.pgettext("choice", label)
    return safe(typed(value, words))


def _limit(name: str, outcome: SettingsState, words: Words) -> str:
    """Tell a person's limit at the place: what was chosen, or what is usual, and never more than anybody may have."""
    chosen, holds = getattr(outcome.settings.limits, name), _holding(outcome, name)
    if holds is None:
        return as_usual("", words)
    shown = _number(name, holds, words)
    if chosen is None:
        return as_usual(shown, words)
    return shown if chosen == holds else at_most(_number(name, chosen, words), shown, words)


def _holding(outcome: SettingsState, name: str) -> int | None:
    layers = (outcome.settings.limits, outcome.usual.limits)
    value: int | None = next((found for layer in layers if (found := getattr(layer, name)) is not None), None)
    most: int | None = getattr(outcome.most, name)
    return value if value is None or most is None else min(value, most)


def _number(name: str, value: int, words: Words) -> str:
    return words.gettext("{size} pixels", size=str(value)) if name == "largest_size" else words.number(value)


def _references(kind: Literal["room", "role"], ids: Sequence[str]) -> tuple[Reference, ...]:
    return tuple(Reference(kind=kind, id=safe(id_)) for id_ in ids)


def _listed(references: Sequence[Reference], words: Words) -> str:
    names = [_room(reference, words) for reference in references[:_MOST_NAMED]]
    if more := len(references) - len(names):
        return f"{', '.join(names)} {words.ngettext('…and {n} more.', '…and {n} more.', more)}"
    return words.both(names) if names else ""


def _room(reference: Reference, words: Words) -> str:
    if words.dialect.groups and reference.kind == "room" and reference.id == GENERAL_TOPIC:
        # Translators: the name of a forum's first topic, as Telegram calls it
        return words.gettext("General")
    return reference.text


def _by_id(references: tuple[Reference, ...], words: Words) -> tuple[Reference, ...]:
    """Leave out what the text calls by a name already."""
    return tuple(reference for reference in references if _room(reference, words) == reference.text)


# ---- refusals ---------------------------------------------------------------------------------------------------


def _not_manager(outcome: NotManager, words: Words) -> View:
    if words.private:
        sentence = words.here(
            N_("That goes on a server only. Please ask for it there."),
            N_("That goes in a group only. Please ask for it there."),
        )
        return plain(sentence, is_error=True)
    sentence = words.here(
        N_("Only people who may manage this server can do that. Please ask one of them."),
        N_("Only administrators of this group can do that. Please ask one of them."),
    )
    return plain(sentence, is_error=True)


def _nobodys_place(outcome: NobodysPlace, words: Words) -> View:
    if outcome.verb == "settings":
        sentence = words.gettext(
            "That is for servers only: ask me on one that you manage. Here, say with each picture how you want it"
            " painted."
        )
    else:
        sentence = words.gettext(
            "That is for servers only: ask me on one that you manage. Here you can have styles of your own."
        )
    return plain(sentence, is_error=True)


def _rule_for_others(outcome: RuleForOthers, words: Words) -> View:
    name = words.quoted(named(outcome.setting, words))
    return plain(words.gettext("{setting} is a rule for groups; a private chat has none.", setting=name), is_error=True)


def _may_not_write(outcome: MayNotWrite, words: Words) -> View:
    sentence = words.here(
        N_(
            "You may not write here, so I don't paint for you here either. Please ask me in another channel, or in"
            " private."
        ),
        N_(
            "You may not write here, so I don't paint for you here either. Please ask me in another group, or in"
            " private."
        ),
    )
    return plain(sentence, is_error=True)


def _channel_not_allowed(outcome: ChannelNotAllowed, words: Words) -> View:
    rooms = _references("room", outcome.channels[:_MOST_NAMED])
    sentence = words.here(
        N_("I don't paint in this channel. Please ask me in {channels}."),
        N_("I don't paint in this topic. Please ask me in {channels}."),
        channels=words.either(_room(room, words) for room in rooms),
    )
    return _naming(sentence, _by_id(rooms, words))


def _role_not_allowed(outcome: RoleNotAllowed, words: Words) -> View:
    if words.dialect.groups:
        return plain(words.gettext("Here I paint only for administrators of this group."), is_error=True)
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


PERMISSIONS = {
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
    # Translators: what members of a group may do, called as in Telegram's own settings
    "can_send_messages": N_("Send text messages"),
    # Translators: what members of a group may do, called as in Telegram's own settings
    "can_send_photos": N_("Send photos"),
    # Translators: what members of a group may do, called as in Telegram's own settings
    "can_send_documents": N_("Send files"),
    # Translators: what members of a group may do, called as in Telegram's own settings
    "can_send_other_messages": N_("Send stickers and GIFs"),
    # Translators: what an administrator of a channel may do, called as in Telegram's own settings
    "can_post_messages": N_("Post messages"),
}
"""What each permission is called, in English, where a server's roles or a group's members are given it."""


def _permission_missing(outcome: PermissionMissing, words: Words) -> View:
    count, permissions = len(outcome.permissions), words.both(_permissions(outcome.permissions, words))
    if words.dialect.groups:
        sentence = words.ngettext(
            "I lack a permission here: {permissions}. Please ask those who run this group to give it to me.",
            "I lack permissions here: {permissions}. Please ask those who run this group to give them to me.",
            count,
            permissions=permissions,
        )
    else:
        sentence = words.ngettext(
            "I lack a permission here: {permissions}. Please ask those who run this server to give it to me.",
            "I lack permissions here: {permissions}. Please ask those who run this server to give them to me.",
            count,
            permissions=permissions,
        )
    return plain(sentence, is_error=True)


def _permissions(names: Sequence[str], words: Words) -> Iterator[str]:
    for name in names:
        yield words.quoted(words.gettext(PERMISSIONS[name]) if name in PERMISSIONS else name.replace("_", " "))


VIEWS: Mapping[type[Outcome], Callable[[Any, Words], View]] = {
    SettingsState: _settings_state,
    NotManager: _not_manager,
    NobodysPlace: _nobodys_place,
    RuleForOthers: _rule_for_others,
    MayNotWrite: _may_not_write,
    ChannelNotAllowed: _channel_not_allowed,
    RoleNotAllowed: _role_not_allowed,
    TooLongHere: _too_long_here,
    PermissionMissing: _permission_missing,
}
