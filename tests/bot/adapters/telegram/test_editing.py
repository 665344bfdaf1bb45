"""Giving a message other words, buttons and pictures, whatever it was before."""

from __future__ import annotations

import pytest
from telegram.error import BadRequest

from bot.adapters.telegram.failures import trouble_of
from bot.adapters.telegram.sending import Sender, edit
from bot.ports import Sent
from bot.presenter import Button
from tests.bot.adapters.telegram.posting import file, picture, posting, view

AGAIN = ((Button(verb="again", job_id="k3f9", label="Again"),),)


@pytest.fixture
async def post():
    async with posting() as post:
        yield post


async def sent(post, what):
    answer = await Sender(post.presenter).send(post.bot, post.place(), what, "en")
    assert isinstance(answer, Sent), answer
    return answer


async def test_a_text_gets_a_picture_and_keeps_it(post):
    ref = (await sent(post, view("One"))).ref
    assert await edit(post.bot, ref, view("Two", buttons=AGAIN), private=True, shape="text") == "text"
    assert (
        await edit(post.bot, ref, view("Three", picture=file(picture(kind="JPEG"), "image/jpeg")), private=True)
        == "media"
    )
    assert await edit(post.bot, ref, view("Four"), private=True, shape="media") == "media"
    (message,) = post.sent()
    assert (message.caption, message.photo) == ("Four", picture(kind="JPEG"))
    assert [call.method for call in post.telegram.calls() if call.method.startswith("edit")] == [
        "editMessageText", "editMessageMedia", "editMessageCaption",
    ]  # fmt: skip


@pytest.mark.parametrize("shape", [None, "text", "media"])
@pytest.mark.parametrize("has_picture", [False, True])
async def test_what_a_message_is_need_not_be_known(post, shape, has_picture):
    ref = (await sent(post, view("One", picture=file() if has_picture else None))).ref
    assert await edit(post.bot, ref, view("Two"), private=True, shape=shape) == ("media" if has_picture else "text")
    (message,) = post.sent()
    assert message.words == "Two"


async def test_previews_are_hidden_where_results_are(post):
    ref = (await sent(post, view("One"))).ref
    await edit(post.bot, ref, view("Two", picture=file(), spoiler=True), private=True)
    await edit(post.bot, ref, view("Three", spoiler=True), private=True, shape="media")
    assert post.sent()[0].spoiler


@pytest.mark.parametrize("has_picture", [False, True])
async def test_trouble_with_an_edit_is_raised(post, has_picture):
    ref = (await sent(post, view("One"))).ref
    await edit(post.bot, ref, view("Two"), private=True)
    with pytest.raises(BadRequest) as same:
        await edit(post.bot, ref, view("Two"), private=True)
    assert trouble_of(same.value).meaning == "unchanged"
    await post.telegram.delete(post.sent()[0])
    with pytest.raises(BadRequest) as gone:
        await edit(post.bot, ref, view("Three", picture=file() if has_picture else None), private=True)
    assert trouble_of(gone.value).meaning == "gone"
