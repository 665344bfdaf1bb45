"""What Telegram's errors mean, and how long to wait."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.adapters.telegram.failures import trouble_of
from tests.bot.adapters.telegram.posting import Post, posting

TOKEN = "5000000001:AAE-secret"


@pytest.fixture
async def post():
    async with posting() as post:
        yield post


@pytest.mark.parametrize(
    ("said", "seconds"), [(7, 7), (timedelta(seconds=7), 7), (0, 30), (-3, 30), (0.5, 0.5), (10**9, 24 * 3600)]
)
@pytest.mark.parametrize("as_timedelta", ["false", "true"])
def test_a_flood_lasts_as_long_as_is_said(said, seconds, as_timedelta, monkeypatch, recwarn):
    monkeypatch.setenv("PTB_TIMEDELTA", as_timedelta)
    error = RetryAfter(said)
    recwarn.clear()  # the library warns of itself
    trouble = trouble_of(error)
    assert (trouble.meaning, trouble.seconds) == ("flood", seconds)
    assert not recwarn.list


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (BadRequest("Message is not modified: specified new message content and reply markup are…"), "unchanged"),
        (BadRequest("Message to edit not found"), "gone"),
        (BadRequest("Message can't be edited"), "gone"),
        (BadRequest("MESSAGE_ID_INVALID"), "gone"),
        (BadRequest("Message to delete not found"), "gone"),
        (BadRequest("Message can't be deleted for everyone"), "stays"),
        (BadRequest("There is no text in the message to edit"), "no_text"),
        (BadRequest("There is no caption in the message to edit"), "no_caption"),
        (BadRequest("Message thread not found"), "topic"),
        (BadRequest("TOPIC_CLOSED"), "topic"),
        (BadRequest("TOPIC_DELETED"), "topic"),
        (NetworkError("Request Entity Too Large"), "too_large"),
        (NetworkError("Request Entity Too Large (413). Parsing the server response b'<html>' failed"), "too_large"),
        (BadRequest("File is too big for a photo; the maximum size is 10000000 bytes"), "too_large"),
        (BadRequest("PHOTO_INVALID_DIMENSIONS"), "no_photo"),
        (BadRequest("IMAGE_PROCESS_FAILED"), "no_photo"),
        (Forbidden("Forbidden: bot was blocked by the user"), "lost"),
        (Forbidden("Forbidden: bot was kicked from the supergroup chat"), "lost"),
        (Forbidden("Forbidden: user is deactivated"), "lost"),
        (Forbidden("Forbidden: bot can't initiate conversation with a user"), "lost"),
        (Forbidden("Forbidden: something that nobody has heard of yet"), "lost"),
        (BadRequest("Chat not found"), "lost"),
        (BadRequest("Not enough rights to send photos to the chat"), "no_media"),
        (BadRequest("Need administrator rights in the channel chat"), "lost"),
        (BadRequest("CHAT_WRITE_FORBIDDEN"), "lost"),
        (BadRequest("CHAT_SEND_PHOTOS_FORBIDDEN"), "no_media"),
        (BadRequest("BUTTON_DATA_INVALID"), "refused"),
        (ChatMigrated(-100123), "moved"),
    ],
)
def test_what_is_final_is_not_tried_again(error, meaning):
    trouble = trouble_of(error)
    assert trouble.meaning == meaning
    assert trouble.seconds is None


def test_a_move_names_the_new_chat():
    assert trouble_of(ChatMigrated(-1001234567890)).chat == "-1001234567890"


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (InvalidToken("Unauthorized"), "later"),
        (Conflict("terminated by other getUpdates request"), "later"),
        (BadRequest("Logged out"), "later"),
        (NetworkError("Too Many Requests (429)"), "flood"),
        (TimedOut(), "unsure"),
        (NetworkError("Bad Gateway"), "unsure"),
        (NetworkError("Internal Server Error (500)"), "unsure"),
        (TelegramError("Invalid server response"), "unsure"),
    ],
)
def test_what_passes_is_tried_again(error, meaning):
    trouble = trouble_of(error)
    assert trouble.meaning == meaning
    assert trouble.seconds


@pytest.mark.parametrize(
    ("cause", "meaning"),
    [
        (httpx.ConnectError("no"), "later"),
        (httpx.ConnectTimeout("no"), "later"),
        (httpx.PoolTimeout("no"), "later"),
        (httpx.WriteTimeout("no"), "later"),
        (httpx.ReadTimeout("no"), "unsure"),
        (httpx.ReadError("no"), "unsure"),
        (httpx.RemoteProtocolError("no"), "unsure"),
    ],
)
def test_only_what_was_sent_as_a_whole_may_have_arrived(cause, meaning):
    error = NetworkError("httpx")
    error.__cause__ = cause
    assert trouble_of(error).meaning == meaning


@pytest.mark.parametrize(
    "error",
    [
        InvalidToken(f"The token `{TOKEN}` was rejected by the server."),
        NetworkError(f"httpx.InvalidURL: https://api.telegram.org/bot{TOKEN}/sendMessage"),
        TimedOut(f"https://api.telegram.org/bot{TOKEN}/sendMessage"),
    ],
)
def test_no_reason_spells_out_the_token(error):
    assert TOKEN not in trouble_of(error).reason


async def asked(post: Post) -> TelegramError:
    with pytest.raises(TelegramError) as found:
        await post.bot.send_message(post.private.id, "Hello")
    return found.value


async def test_what_comes_over_the_wire_means_the_same(post):
    post.telegram.fail("sendMessage", 429, "Too Many Requests: retry after 3", retry_after=3)
    assert trouble_of(await asked(post)).seconds == 3
    post.telegram.fail("sendMessage", 400, "Bad Request: group chat was upgraded", migrate_to=-1005)
    assert trouble_of(await asked(post)).chat == "-1005"
    post.telegram.fail("sendMessage", 413, "Request Entity Too Large")
    assert trouble_of(await asked(post)).meaning == "too_large"
    post.telegram.fail("sendMessage", 401, "Unauthorized")
    assert trouble_of(await asked(post)).meaning == "later"
    post.telegram.fail("sendMessage", 502, "Bad Gateway")
    assert trouble_of(await asked(post)).meaning == "unsure"
    post.telegram.lose("sendMessage", performed=True)
    assert trouble_of(await asked(post)).meaning == "unsure"
    await post.telegram.block(post.anna)
    assert trouble_of(await asked(post)).meaning == "lost"
