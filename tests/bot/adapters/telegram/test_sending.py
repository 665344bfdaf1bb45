"""One view to one chat: what becomes a photo, an animation, a document, an album, and what Telegram makes of that."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.telegram import sending
from bot.adapters.telegram.sending import Manner, Sender, packed, parted, reference
from bot.ports import Sent
from bot.presenter import Button
from tests.bot.adapters.telegram.posting import file, film, picture, posting, view

AGAIN = ((Button(verb="again", job_id="k3f9", label="Again"),),)


@pytest.fixture
async def post():
    async with posting() as post:
        yield post


async def sent(post, what, place=None, *, begun=None, **manner):
    sender = Sender(post.presenter)
    answer = await sender.send(post.bot, place or post.place(), what, "en", Manner(**manner), begun=begun)
    assert isinstance(answer, Sent), answer
    return answer


# ---- as what it goes ----------------------------------------------------------------------------------------------


async def test_words_alone_are_a_text_without_a_preview_of_links(post):
    answer = await sent(post, view("See https://example.org", buttons=AGAIN))
    (message,) = post.sent()
    assert (message.text, message.buttons) == ("See https://example.org", ["Again"])
    assert answer == Sent(f"{post.private.id}/{message.id}")
    (call,) = post.telegram.calls("sendMessage")
    assert call.params["link_preview_options"] == {"is_disabled": True}
    assert "parse_mode" not in call.params


async def test_a_picture_is_a_photo_with_a_caption(post):
    answer = await sent(
        post, view(picture=file(), buttons=AGAIN, mention=post.person(), spoiler=True), post.place(post.group)
    )
    (message,) = post.sent(post.group)
    assert message.photo == picture()
    assert (message.caption, message.buttons, message.mentioned) == ("Anna\nHere.", ["Again"], [post.anna.id])
    assert message.spoiler
    assert answer.upload == message.media.file.id


async def test_a_film_is_an_animation(post):
    answer = await sent(post, view(picture=file(film(), "image/gif", "film.gif"), spoiler=True))
    (message,) = post.sent()
    assert message.animation == film()
    assert message.spoiler
    assert answer.upload == message.media.file.id


async def test_a_film_of_the_other_kind_is_an_animation_as_well(post):
    data = b"\0\0\0\x18ftypisom" + bytes(100)
    answer = await sent(post, view(picture=file(data, "video/mp4", "film.mp4")))
    (message,) = post.sent()
    assert message.animation == data
    assert answer.upload == message.media.file.id


async def test_a_film_with_a_sound_is_a_video(post):
    data = b"\0\0\0\x18ftypisom" + bytes(100)
    talkie = msgspec.structs.replace(file(data, "video/mp4", "film.mp4"), sound=True)
    answer = await sent(post, view(picture=talkie, spoiler=True, buttons=AGAIN))
    (message,) = post.sent()
    assert (message.video, message.animation, message.buttons) == (data, None, ["Again"])
    assert message.spoiler
    assert answer.upload == f"video:{message.media.file.id}"
    await sent(post, view(picture=talkie), as_documents=True)
    assert post.sent()[-1].document == data


async def test_where_no_videos_may_be_sent_a_film_goes_as_a_document(post):
    data = b"\0\0\0\x18ftypisom" + bytes(100)
    post.telegram.fail("sendVideo", 400, "Bad Request: not enough rights to send videos to the chat")
    await sent(post, view(picture=msgspec.structs.replace(file(data, "video/mp4", "film.mp4"), sound=True)))
    (message,) = post.sent()
    assert message.document == data


async def test_full_quality_of_a_film_stays_the_file_that_it_is(post):
    await sent(post, view(picture=file(film(), "image/gif", "film.gif")), as_documents=True)
    (message,) = post.sent()
    assert message.document == film()
    assert (message.media.file.name, message.media.file.mime) == ("film.gif", "image/gif")


async def test_full_quality_is_a_document_under_its_name(post):
    answer = await sent(post, view(picture=file(name="starry-k3f9.png"), buttons=AGAIN), as_documents=True)
    (message,) = post.sent()
    assert message.document == picture()
    assert message.media.file.name == "starry-k3f9.png"
    assert message.caption == "Here."
    assert answer.upload is None  # it could not be shown as a picture elsewhere


@pytest.mark.parametrize("size", [(64 * 21, 64), (30, 610), (9_000, 1_001)])
async def test_what_has_no_sides_for_a_photo_is_a_document(post, size):
    data = picture(*size)
    await sent(post, view(picture=file(data)))
    (message,) = post.sent()
    assert message.document == data
    assert post.telegram.calls("sendPhoto") == []  # nothing is uploaded only to be refused


@pytest.mark.parametrize("size", [(64 * 20, 64), (30, 600), (9_000, 1_000)])
async def test_what_has_just_the_sides_for_a_photo_is_one(post, size):
    await sent(post, view(picture=file(picture(*size))))
    (message,) = post.sent()
    assert message.photo


async def test_a_picture_with_too_many_bytes_for_a_photo_is_a_jpeg_and_nothing_is_said_of_it(post):
    data = picture(2000, 1700, noise=True)
    assert len(data) > sending.PHOTO_BYTES
    await sent(post, view(picture=file(data)))
    (message,) = post.sent()
    assert message.photo.startswith(b"\xff\xd8")
    assert len(message.photo) <= sending.PHOTO_BYTES
    assert message.caption == "Here."


@given(
    st.sampled_from(["image/png", "image/jpeg", "image/gif", "video/mp4", "image/webp", "text/plain"]),
    st.binary(max_size=40),
)
def test_what_cannot_be_read_is_never_a_photo(media_type, data):
    (parcel,) = packed(view(picture=file(data, media_type)), 1000)
    assert parcel.kind != "photo"
    assert parcel.file.data == data


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 3000), st.integers(1, 3000))
def test_photos_keep_to_telegrams_sides(width, height):
    (parcel,) = packed(view(picture=file(picture(width, height))), 10**8)
    may = width + height <= 10_000 and max(width, height) <= 20 * min(width, height)
    assert (parcel.kind == "photo") == may


# ---- several files ------------------------------------------------------------------------------------------------


async def test_two_pictures_are_an_album_and_the_words_come_below(post):
    what = view(picture=file(), files=(file(picture(50, 50)),), buttons=AGAIN, spoiler=True, mention=post.person())
    place = post.place(post.group)
    answer = await sent(post, what, place)
    first, second, words = post.sent(post.group)
    assert first.album == second.album is not None
    assert (first.photo, second.photo) == (picture(), picture(50, 50))
    assert first.silent and second.silent and not words.silent
    assert first.spoiler and second.spoiler
    assert (words.text, words.buttons, words.mentioned) == ("Anna\nHere.", ["Again"], [post.anna.id])
    assert answer.ref == f"{post.group.id}/{first.id},{second.id},{words.id}"
    assert parted(answer.ref) == (str(post.group.id), (first.id, second.id, words.id))


async def test_what_cannot_stand_in_one_album_stands_beside_it(post):
    files = (file(picture(50, 50)), file(film(), "image/gif", "f.gif"), file(b"x", "text/plain", "x.txt"))
    await sent(post, view(picture=file(), files=files))
    assert [message.media and message.media.kind for message in post.sent()] == [
        "photo", "photo", "animation", "document", None,
    ]  # fmt: skip


async def test_full_quality_of_two_is_an_album_of_documents(post):
    await sent(post, view(picture=file(), files=(file(picture(50, 50)),)), as_documents=True)
    first, second, _ = post.sent()
    assert first.album == second.album is not None
    assert (first.document, second.document) == (picture(), picture(50, 50))


async def test_an_album_does_not_come_again_when_only_its_words_failed(post):
    what, begun = view(picture=file(), files=(file(),)), []
    post.telegram.fail("sendMessage", 500, "Internal Server Error")
    trouble = await Sender(post.presenter).send(post.bot, post.place(), what, "en", begun=begun)
    assert trouble.meaning == "unsure"
    answer = await sent(post, what, begun=begun)
    assert len(post.sent()) == 3
    assert answer.ref == reference(str(post.private.id), *(message.id for message in post.sent()))


# ---- where --------------------------------------------------------------------------------------------------------


async def test_it_is_a_reply_to_what_was_asked_even_if_that_is_gone(post):
    asked = await post.telegram.say(post.anna, post.private, "/stylize")
    await sent(post, view(), post.place(message=str(asked.id)))
    await post.telegram.delete(asked)
    await sent(post, view(), post.place(message=str(asked.id)))
    first, second = post.sent()
    assert first.reply_to is asked
    assert second.reply_to is None


async def test_it_goes_into_the_topic(post):
    forum = post.telegram.group("Forum", post.anna, forum=True)
    topic = post.telegram.world.topic(forum, "Paintings")
    await sent(post, view(), post.place(forum, thread=str(topic)))
    await sent(post, view(), post.place(forum, thread="1"))
    first, second = post.sent(forum)
    assert (first.thread, second.thread) == (topic, None)


async def test_where_the_topic_is_gone_it_goes_into_the_forum(post):
    forum = post.telegram.group("Forum", post.anna, forum=True)
    await sent(post, view(picture=file()), post.place(forum, thread="4711", message="4712"))
    (message,) = post.sent(forum)
    assert message.thread is None
    assert message.photo


async def test_a_closed_topic_is_like_none(post):
    forum = post.telegram.group("Forum", post.anna, forum=True)
    topic = post.telegram.world.topic(forum, "Paintings")
    post.telegram.fail("sendMessage", 400, "Bad Request: TOPIC_CLOSED")
    await sent(post, view(), post.place(forum, thread=str(topic)))
    (message,) = post.sent(forum)
    assert message.thread is None


async def test_silence_is_kept_where_it_is_wanted(post):
    await sent(post, view(), silent=True)
    await sent(post, view(picture=file()), silent=True)
    assert all(message.silent for message in post.sent())


# ---- what Telegram does not take ----------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["PHOTO_INVALID_DIMENSIONS", "IMAGE_PROCESS_FAILED"])
async def test_a_photo_that_telegram_cannot_make_is_a_document(post, said):
    post.telegram.fail("sendPhoto", 400, f"Bad Request: {said}")
    await sent(post, view(picture=file(), buttons=AGAIN))
    (message,) = post.sent()
    assert message.document == picture()
    assert message.buttons == ["Again"]


async def test_a_file_that_telegram_finds_too_large_is_made_smaller(post):
    data = picture(200, 200, noise=True)
    post.telegram.fail("sendPhoto", 413, "Request Entity Too Large", times=2)
    await sent(post, view(picture=file(data)))
    (message,) = post.sent()
    assert len(message.photo) <= 0.6 * len(data)
    assert "Saved again as a smaller JPEG" in message.caption
    assert "at most" not in message.caption  # nobody knows what this chat takes


async def test_a_file_that_was_refused_once_comes_as_it_is(post):
    post.telegram.fail("sendPhoto", 413, "Request Entity Too Large")
    await sent(post, view(picture=file(picture(200, 200, noise=True))))
    (message,) = post.sent()
    assert "Saved again" not in message.caption


async def test_where_no_file_gets_through_the_words_do(post):
    post.telegram.fail("sendPhoto", 413, "Request Entity Too Large", times=9)
    await sent(post, view(picture=file(picture(200, 200, noise=True)), buttons=AGAIN))
    (message,) = post.sent()
    assert "this chat did not take it" in message.text
    assert message.buttons == ["Again"]


async def test_a_film_over_the_limit_is_left_out_and_it_is_said(post, monkeypatch):
    sender = Sender(post.presenter)
    monkeypatch.setattr(sender, "_largest", 10)
    assert isinstance(await sender.send(post.bot, post.place(), view(picture=file(b"x" * 20, "video/mp4")), "en"), Sent)
    (message,) = post.sent()
    assert "too large for this chat" in message.text


def test_a_server_of_ones_own_takes_more(post):
    assert Sender(post.presenter, local_mode=True)._largest == 2_000_000_000
    assert Sender(post.presenter)._largest == 50_000_000


async def test_what_else_telegram_refuses_is_said_and_not_tried_again(post):
    post.telegram.fail("sendMessage", 400, "Bad Request: BUTTON_DATA_INVALID", times=9)
    trouble = await Sender(post.presenter).send(post.bot, post.place(), view(), "en")
    assert trouble.meaning == "refused"
    assert len(post.telegram.calls("sendMessage")) == 1
