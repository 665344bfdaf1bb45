"""What Telegram accepts in texts, keyboards, commands and inline results; everything here raises Refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tests.telegram_api.files import Shelf
from tests.telegram_api.refusals import bad, unmodelled
from tests.telegram_api.views import found_entities, units
from tests.telegram_api.world import Chat, Keyboard, World

MAX_TEXT = 4096  # UTF-16 code units, as all lengths of texts here
MAX_CAPTION = 1024
MAX_ENTITIES = 100
MAX_DATA_BYTES = 64
MAX_BUTTONS = 100
MAX_BUTTONS_IN_A_ROW = 8
MAX_PLACEHOLDER = 64
MAX_CALLBACK_ANSWER = 200
MAX_COMMANDS = 100
MAX_COMMAND = 32
MAX_COMMAND_DESCRIPTION = 256
MAX_INLINE_RESULTS = 50
MAX_INLINE_ID_BYTES = 64
MAX_INLINE_OFFSET_BYTES = 64
MIN_GROUP, MAX_GROUP = 2, 10
MAX_DELETED_AT_ONCE = 100

ENTITY_TYPES = frozenset(
    {
        "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bold", "italic", "underline",
        "strikethrough", "spoiler", "blockquote", "expandable_blockquote", "code", "pre", "text_link", "text_mention",
        "custom_emoji",
    }
)  # fmt: skip
_ENTITY_FIELDS = frozenset({"type", "offset", "length", "url", "user", "language", "custom_emoji_id"})
BUTTON_FIELDS = frozenset(
    {
        "text", "url", "callback_data", "switch_inline_query", "switch_inline_query_current_chat", "callback_game",
        "pay", "login_url", "web_app", "switch_inline_query_chosen_chat", "copy_text", "style", "icon_custom_emoji_id",
    }
)  # fmt: skip
_BUTTON_KINDS = BUTTON_FIELDS - {"text", "style", "icon_custom_emoji_id"}
CHAT_ACTIONS = frozenset(
    {
        "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
        "choose_sticker", "find_location", "record_video_note", "upload_video_note",
    }
)  # fmt: skip
_RESULT_BASE = frozenset({"type", "id", "reply_markup", "input_message_content"})
_RESULT_CAPTION = frozenset({"caption", "caption_entities", "title", "description"})
RESULT_FIELDS: dict[str, tuple[str | None, frozenset[str]]] = {
    "photo": ("photo_file_id", _RESULT_BASE | _RESULT_CAPTION | {"show_caption_above_media"}),
    "document": ("document_file_id", _RESULT_BASE | _RESULT_CAPTION),
    "mpeg4_gif": (
        "mpeg4_file_id",
        (_RESULT_BASE | _RESULT_CAPTION | {"show_caption_above_media"}) - {"description"},
    ),
    "video": ("video_file_id", _RESULT_BASE | _RESULT_CAPTION | {"show_caption_above_media"}),
    "article": (None, _RESULT_BASE | {"title", "description", "url"}),
}
"""By type: the field that names the file, and the others that are served here."""
_RESULT_KINDS = {"photo": "photo", "document": "document", "mpeg4_gif": "animation", "video": "video"}
SCOPES: dict[str, frozenset[str]] = {
    "default": frozenset(),
    "all_private_chats": frozenset(),
    "all_group_chats": frozenset(),
    "all_chat_administrators": frozenset(),
    "chat": frozenset({"chat_id"}),
    "chat_administrators": frozenset({"chat_id"}),
    "chat_member": frozenset({"chat_id", "user_id"}),
}

Text = tuple[str, list[dict[str, Any]]]


def checked_text(text: str, entities: Any, world: World) -> Text:
    """Return the text of a message as it is shown, and its entities."""
    shown = _trimmed(text, _checked_entities(text, entities, world))
    if not shown[0]:
        raise bad("message text is empty")
    if units(shown[0]) > MAX_TEXT:
        raise bad("message is too long")
    return shown


def checked_caption(caption: str | None, entities: Any, world: World) -> tuple[str | None, list[dict[str, Any]]]:
    """Return a caption as it is shown, None where it is empty, and its entities."""
    shown, found = _trimmed(caption or "", _checked_entities(caption or "", entities, world))
    if units(shown) > MAX_CAPTION:
        raise bad("message caption is too long")
    return shown or None, found


def checked_markup(markup: Any, chat: Chat) -> dict[str, Any]:
    """Return what the reply markup of a new message makes of it; keyboards that take the place of letters are not
    modelled.
    """
    if not isinstance(markup, dict) or "force_reply" not in markup:
        return {"keyboard": checked_keyboard(markup)}
    placeholder = markup.get("input_field_placeholder", "x")
    if markup.keys() - {"force_reply", "selective", "input_field_placeholder"} or markup["force_reply"] is not True:
        raise bad("can't parse reply markup")
    if not 1 <= units(placeholder) <= MAX_PLACEHOLDER or chat.kind == "channel":
        raise bad("REPLY_MARKUP_INVALID")
    return {"force_reply": markup}


def checked_keyboard(markup: Any) -> Keyboard | None:
    """Return the rows of an inline keyboard; None where there is none."""
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    if markup.keys() != {"inline_keyboard"}:
        raise unmodelled(f"reply markup with {sorted(markup)}")
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad("inline keyboard button rows must be of type Array")
    if sum(map(len, rows)) > MAX_BUTTONS or any(len(row) > MAX_BUTTONS_IN_A_ROW for row in rows):
        raise bad("REPLY_MARKUP_TOO_LONG")
    for row in rows:
        for button in row:
            _check_button(button)
    return [row for row in rows if row] or None


def _check_button(button: Any) -> None:
    if not isinstance(button, dict) or button.keys() - BUTTON_FIELDS:
        raise bad(f"can't parse inline keyboard button: {button!r}"[:200])
    text = button.get("text")
    if not isinstance(text, str) or not text.strip():
        raise bad("text buttons are unallowed to have an empty text")
    kinds = button.keys() & _BUTTON_KINDS
    if len(kinds) != 1:
        raise bad("text buttons are unallowed in the inline keyboard" if not kinds else "BUTTON_TYPE_INVALID")
    if "callback_data" in kinds:
        data = button["callback_data"]
        if not isinstance(data, str) or not 1 <= len(data.encode()) <= MAX_DATA_BYTES:
            raise bad("BUTTON_DATA_INVALID")
    if "url" in kinds and not re.match(r"(https?|tg)://\S+$", str(button["url"])):
        raise bad("BUTTON_URL_INVALID")


def _checked_entities(text: str, entities: Any, world: World) -> list[dict[str, Any]]:
    if entities is None:
        return []
    if not isinstance(entities, list):
        raise bad("can't parse entities")
    raw, found = text.encode("utf-16-le"), []
    for entity in entities:
        if not isinstance(entity, dict) or entity.keys() - _ENTITY_FIELDS or entity.get("type") not in ENTITY_TYPES:
            raise bad(f"can't parse MessageEntity: {entity!r}"[:200])
        start, length = entity.get("offset"), entity.get("length")
        if not isinstance(start, int) or not isinstance(length, int) or start < 0 or length < 1:
            raise bad("ENTITY_BOUNDS_INVALID")
        if start + length > len(raw) // 2 or _splits(raw, start) or _splits(raw, start + length):
            raise bad("ENTITY_BOUNDS_INVALID")
        if entity["type"] == "text_mention":
            user = world.humans.get(entity.get("user", {}).get("id"))
            if user is None:
                continue  # nobody knows them: the text stays, the mention does not
            entity = {**entity, "user": user.as_json()}
        if entity["type"] == "text_link" and "url" not in entity:
            raise bad("can't parse MessageEntity: no URL")
        found.append(entity)
    return found[:MAX_ENTITIES]


def _splits(raw: bytes, unit: int) -> bool:
    """Whether a place in a text lies within a pair of surrogates."""
    return 0xDC <= (raw[2 * unit + 1] if 2 * unit + 1 < len(raw) else 0) <= 0xDF


def _trimmed(text: str, entities: list[dict[str, Any]]) -> Text:
    """Take away white space at both ends, as Telegram does, and add the entities that it finds itself."""
    shown = text.strip()
    gone = units(text[: len(text) - len(text.lstrip())])
    moved = []
    for entity in entities:
        start = max(entity["offset"] - gone, 0)
        end = min(entity["offset"] - gone + entity["length"], units(shown))
        if end > start:
            moved.append({**entity, "offset": start, "length": end - start})
    taken = [(entity["offset"], entity["offset"] + entity["length"]) for entity in moved]
    for entity in found_entities(shown):
        start, end = entity["offset"], entity["offset"] + entity["length"]
        if all(end <= low or start >= high for low, high in taken):
            moved.append(entity)
    return shown, sorted(moved, key=lambda entity: entity["offset"])


def checked_commands(commands: Any) -> list[dict[str, str]]:
    """Return the commands of a list."""
    if not isinstance(commands, list) or len(commands) > MAX_COMMANDS:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    names = []
    for command in commands:
        if not isinstance(command, dict) or command.keys() != {"command", "description"}:
            raise bad("can't parse BotCommand")
        if not re.fullmatch(rf"[a-z0-9_]{{1,{MAX_COMMAND}}}", command["command"]):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= units(command["description"].strip()) <= MAX_COMMAND_DESCRIPTION:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
        names.append(command["command"])
    if len(set(names)) != len(names):
        raise bad("BOT_COMMAND_INVALID: the same twice")
    return commands


def checked_scope(scope: Any, language: str | None, known: Callable[[int | str], object]) -> tuple[str, str]:
    """Return scope and language as one key; `known` raises Refused for chats that are not there."""
    scope = {"type": "default"} if scope is None else scope
    if not isinstance(scope, dict) or scope.get("type") not in SCOPES:
        raise bad("unsupported BotCommandScope type specified")
    if scope.keys() - {"type"} != SCOPES[scope["type"]]:
        raise bad("can't parse BotCommandScope")
    if "chat_id" in scope:
        known(scope["chat_id"])
    if language and not re.fullmatch("[a-z]{2}", language):
        raise bad("LANGUAGE_CODE_INVALID")
    return ":".join(str(scope[key]) for key in ("type", "chat_id", "user_id") if key in scope), language or ""


def checked_results(results: Any, shelf: Shelf, world: World) -> list[dict[str, Any]]:
    """Return the results of an inline query."""
    if not isinstance(results, list):
        raise bad("can't parse inline query results")
    if len(results) > MAX_INLINE_RESULTS:
        raise bad("RESULTS_TOO_MUCH")
    ids = [str(result.get("id", "")) for result in results]
    if any(not 1 <= len(one.encode()) <= MAX_INLINE_ID_BYTES for one in ids):
        raise bad("RESULT_ID_INVALID")
    if len(set(ids)) != len(ids):
        raise bad("RESULT_ID_DUPLICATE")
    for result in results:
        if result.get("type") not in RESULT_FIELDS:
            raise unmodelled(f"inline results of the type {result.get('type')}")
        name, fields = RESULT_FIELDS[result["type"]]
        if result.keys() - fields - {name}:
            raise bad(f"unknown fields of an inline result: {sorted(result.keys() - fields - {name})}")
        checked_caption(result.get("caption"), result.get("caption_entities"), world)
        checked_keyboard(result.get("reply_markup"))
        content = result.get("input_message_content")
        if content is not None:
            checked_text(content.get("message_text", ""), content.get("entities"), world)
        if name is None:
            if not result.get("title") or content is None:
                raise bad("MESSAGE_TEXT_EMPTY" if content is None else "ARTICLE_TITLE_EMPTY")
        else:
            shelf.known(str(result.get(name)), _RESULT_KINDS[result["type"]])  # type: ignore[arg-type]
    return results
