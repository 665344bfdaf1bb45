"""The methods that edit, delete, answer, and ask or tell the server something."""

from __future__ import annotations

import time
from typing import Any

from tests.telegram_api.methods import (
    Api,
    Method,
    Params,
    Uploads,
    checked_media,
    get_file,
    send_animation,
    send_chat_action,
    send_document,
    send_media_group,
    send_message,
    send_photo,
    send_video,
)
from tests.telegram_api.refusals import bad
from tests.telegram_api.rules import (
    MAX_CALLBACK_ANSWER,
    MAX_DELETED_AT_ONCE,
    MAX_INLINE_OFFSET_BYTES,
    checked_caption,
    checked_commands,
    checked_keyboard,
    checked_results,
    checked_scope,
    checked_text,
)
from tests.telegram_api.views import (
    full_chat_json,
    me_json,
    media_json,
    member_json,
    message_json,
    muted_json,
    restricted_json,
    units,
)
from tests.telegram_api.world import BOT_ID, Chat, Human, Message

_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content"
    " and reply markup of the message"
)
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


# ---- editing ----------------------------------------------------------------------------------------------------


def _to_edit(api: Api, params: Params) -> Message:
    if "chat_id" not in params or "message_id" not in params:
        raise bad("message identifier is not specified")
    chat = api.reached(params["chat_id"])
    message = chat.messages.get(params["message_id"])
    if message is None:
        raise bad("message to edit not found")
    if not _is_mine(api, message) or message.service or message.force_reply is not None:
        raise bad("message can't be edited")
    return message


def _is_mine(api: Api, message: Message) -> bool:
    return message.sender is api.world.me or (message.chat.kind == "channel" and message in api.sent)


def _edit(message: Message, **content: Any) -> Any:
    if all(getattr(message, name) == value for name, value in content.items()):
        raise bad(_NOT_MODIFIED)
    for name, value in content.items():
        setattr(message, name, value)
    message.edited = int(time.time())
    return message_json(message)


async def edit_message_text(api: Api, params: Params, uploads: Uploads) -> Any:
    message = _to_edit(api, params)
    if message.text is None:
        raise bad("there is no text in the message to edit")
    text, entities = checked_text(params["text"], params.get("entities"), api.world)
    keyboard = checked_keyboard(params.get("reply_markup"))
    return _edit(message, text=text, entities=entities, keyboard=keyboard)


async def edit_message_caption(api: Api, params: Params, uploads: Uploads) -> Any:
    message = _to_edit(api, params)
    if message.media is None:
        raise bad("there is no caption in the message to edit")
    caption, entities = checked_caption(params.get("caption"), params.get("caption_entities"), api.world)
    keyboard = checked_keyboard(params.get("reply_markup"))
    above = params.get("show_caption_above_media", False)
    return _edit(message, caption=caption, entities=entities, keyboard=keyboard, above=above)


async def edit_message_media(api: Api, params: Params, uploads: Uploads) -> Any:
    message = _to_edit(api, params)
    content = checked_media(api, params["media"], uploads)
    api.allowed(message.chat, content["media"].kind)
    if message.album is not None and content["media"].kind != (message.media and message.media.kind):
        raise bad("message in an album can be edited only to the same kind of media")
    keyboard = checked_keyboard(params.get("reply_markup"))
    return _edit(message, **content, keyboard=keyboard, text=None)


async def edit_message_reply_markup(api: Api, params: Params, uploads: Uploads) -> Any:
    message = _to_edit(api, params)
    return _edit(message, keyboard=checked_keyboard(params.get("reply_markup")))


async def delete_message(api: Api, params: Params, uploads: Uploads) -> Any:
    chat = api.reached(params["chat_id"])
    message = chat.messages.get(params["message_id"])
    if message is None:
        raise bad("message to delete not found")
    if not _may_delete(api, chat, message):
        raise bad("message can't be deleted for everyone")
    remove(message)
    return True


async def delete_messages(api: Api, params: Params, uploads: Uploads) -> Any:
    chat = api.reached(params["chat_id"])
    ids = params["message_ids"]
    if (
        not isinstance(ids, list)
        or not 1 <= len(ids) <= MAX_DELETED_AT_ONCE
        or not all(type(one) is int for one in ids)
    ):
        raise bad("message identifiers are not specified")
    found = [chat.messages[one] for one in ids if one in chat.messages]
    if not all(_may_delete(api, chat, message) for message in found):
        raise bad("message can't be deleted for everyone")
    for message in found:
        remove(message)
    return True


def remove(message: Message) -> None:
    """Take a message out of its chat."""
    del message.chat.messages[message.id]
    message.alive = False


def _may_delete(api: Api, chat: Chat, message: Message) -> bool:
    mine = chat.kind == "private" or _is_mine(api, message) or chat.bot_status == "administrator"
    return mine and message.id not in chat.topics


# ---- answering --------------------------------------------------------------------------------------------------


async def answer_callback_query(api: Api, params: Params, uploads: Uploads) -> Any:
    asked = api.asked.get(params["callback_query_id"])
    if asked is None:
        raise bad(_TOO_OLD)
    if units(params.get("text", "")) > MAX_CALLBACK_ANSWER:
        raise bad("MESSAGE_TOO_LONG")
    asked.answer(params)
    del api.asked[asked.id]
    return True


async def answer_inline_query(api: Api, params: Params, uploads: Uploads) -> Any:
    asked = api.asked.get(params["inline_query_id"])
    if asked is None:
        raise bad(_TOO_OLD)
    checked_results(params["results"], api.shelf, api.world)
    if len(params.get("next_offset", "").encode()) > MAX_INLINE_OFFSET_BYTES:
        raise bad("NEXT_OFFSET_INVALID")
    button = params.get("button")
    if button is not None and (button.keys() != {"text", "start_parameter"} or not button["text"]):
        raise bad("can't parse inline query results button")
    asked.answer(params)
    del api.asked[asked.id]
    return True


# ---- asking and telling -----------------------------------------------------------------------------------------


async def get_me(api: Api, params: Params, uploads: Uploads) -> Any:
    return me_json(api.world)


async def get_updates(api: Api, params: Params, uploads: Uploads) -> Any:
    return await api.updates.poll(
        params.get("offset", 0), params.get("limit", 100), params.get("timeout", 0), params.get("allowed_updates")
    )


async def set_webhook(api: Api, params: Params, uploads: Uploads) -> Any:
    api.updates.set_webhook(params)
    return True


async def delete_webhook(api: Api, params: Params, uploads: Uploads) -> Any:
    api.updates.set_webhook({"url": "", **params})
    return True


async def get_webhook_info(api: Api, params: Params, uploads: Uploads) -> Any:
    return api.updates.webhook_json()


def _scope(api: Api, params: Params) -> tuple[str, str]:
    return checked_scope(params.get("scope"), params.get("language_code"), api.chat)


async def set_my_commands(api: Api, params: Params, uploads: Uploads) -> Any:
    api.commands[_scope(api, params)] = checked_commands(params["commands"])
    return True


async def delete_my_commands(api: Api, params: Params, uploads: Uploads) -> Any:
    api.commands.pop(_scope(api, params), None)
    return True


async def get_my_commands(api: Api, params: Params, uploads: Uploads) -> Any:
    return api.commands.get(_scope(api, params), [])


async def get_chat(api: Api, params: Params, uploads: Uploads) -> Any:
    return full_chat_json(_seen(api, params))


def _seen(api: Api, params: Params) -> Chat:
    """A chat that the bot may look into: its own, and those that it is in."""
    chat = api.chat(params["chat_id"])
    return chat if chat.kind == "private" else api.reached(chat.id)


async def get_chat_member(api: Api, params: Params, uploads: Uploads) -> Any:
    chat, human = _seen(api, params), _user(api, params["user_id"])
    if human is None:
        raise bad("PARTICIPANT_ID_INVALID")
    if chat.kind == "private":
        return member_json(human, "member")
    if human.id in chat.muted:
        return muted_json(human)
    if human.id == BOT_ID and chat.bot_forbidden and chat.bot_status == "member":
        return restricted_json(human, chat.bot_forbidden)
    return member_json(human, chat.members.get(human.id, "left"), in_channel=chat.kind == "channel")


def _user(api: Api, user_id: int) -> Human | None:
    return api.world.me if user_id == BOT_ID else api.world.humans.get(user_id)


async def get_chat_administrators(api: Api, params: Params, uploads: Uploads) -> Any:
    chat = _seen(api, params)
    if chat.kind == "private":
        raise bad("there are no administrators in the private chat")
    running = [(user, status) for user, status in chat.members.items() if status in ("creator", "administrator")]
    humans = [(_user(api, user), status) for user, status in running if user != BOT_ID]
    return [member_json(human, status) for human, status in humans if human is not None]


async def get_user_profile_photos(api: Api, params: Params, uploads: Uploads) -> Any:
    if params["user_id"] != BOT_ID:
        raise bad("user not found")
    photos = [] if api.portrait is None else [media_json(api.portrait)["photo"]]
    return {"total_count": len(photos), "photos": photos}


METHODS: dict[str, Method] = {
    "getMe": get_me,
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "getFile": get_file,
    "getUserProfilePhotos": get_user_profile_photos,
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "sendAnimation": send_animation,
    "sendVideo": send_video,
    "sendMediaGroup": send_media_group,
    "sendChatAction": send_chat_action,
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageMedia": edit_message_media,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "answerCallbackQuery": answer_callback_query,
    "answerInlineQuery": answer_inline_query,
    "setMyCommands": set_my_commands,
    "deleteMyCommands": delete_my_commands,
    "getMyCommands": get_my_commands,
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
}
"""Every method by its name in the Bot API."""
