"""Where "Stylize this" finds pictures, and which of them are hidden."""

from __future__ import annotations

import discord
import pytest
from yarl import URL

from bot.adapters.discord.found import pictures_of
from tests.bot.adapters.discord.conftest import picture

CDN = "https://cdn.discordapp.com"
ATTACHED = f"{CDN}/attachments/1/2"
STICKERS = f"{CDN}/stickers"
EMOJI = f"{CDN}/emojis"


def media(name: str, **more) -> dict:
    return {"url": f"{ATTACHED}/{name}", "proxy_url": f"{ATTACHED}/{name}", **more}


GALLERY = {"type": 12, "items": [{"media": media("a.png")}, {"media": media("b.png"), "spoiler": True}]}
THUMBNAIL = {
    "type": 9,
    "components": [{"type": 10, "content": "words"}],
    "accessory": {"type": 11, "media": media("c.png"), "spoiler": False},
}
FILE = {"type": 13, "file": media("d.png"), "name": "d.png", "size": 9}
NOTES = {"type": 13, "file": media("notes.txt"), "name": "notes.txt", "size": 9}
CONTAINER = {"type": 17, "spoiler": True, "components": [{"type": 12, "items": [{"media": media("e.png")}]}]}
FLAGGED = {"type": 12, "items": [{"media": media("f.png", flags=1 << 3)}]}
COMPONENTS = [GALLERY, THUMBNAIL, FILE, NOTES, CONTAINER, FLAGGED]
FOUND = [("a.png", False), ("b.png", True), ("c.png", False), ("d.png", False), ("e.png", True), ("f.png", True)]


@pytest.fixture
def found(house, env):
    """What is found in a message of Bert's with these facts."""
    env.bot.desk.source.origins |= {URL(CDN), URL("https://media.discordapp.net")}

    def find(data: dict) -> list[tuple[str, bool]]:

        state, channel = env.bot._connection, env.bot.get_channel(house.channel.id)
        author = {"id": str(house.bert.id), "username": "bert", "discriminator": "0", "avatar": None}
        usual = {
            "id": "5", "channel_id": str(house.channel.id), "author": author, "content": "", "attachments": [],
            "components": [], "embeds": [], "edited_timestamp": None, "type": 0, "pinned": False, "tts": False,
            "mention_everyone": False, "mentions": [], "mention_roles": [], "timestamp": "2026-01-01T00:00:00+00:00",
        }  # fmt: skip
        message = discord.Message(state=state, channel=channel, data={**usual, **data})
        pictures = pictures_of(message, env.bot.desk.source)
        return [(each.picture.url.rpartition("/")[2], each.hidden) for each in pictures]

    return find


def snapshot(data: dict) -> dict:
    message = {
        "type": 0, "content": "", "attachments": [], "embeds": [], "timestamp": "2026-01-01T00:00:00+00:00",
        "edited_timestamp": None, "flags": 0, "mentions": [], "mention_roles": [], **data,
    }  # fmt: skip
    reference = {"type": 1, "message_id": "4", "channel_id": "3"}
    return {"message_reference": reference, "message_snapshots": [{"message": message}]}


@pytest.mark.parametrize("forwarded", [False, True], ids=["said", "forwarded"])
async def test_pictures_in_layouts_are_found(found, forwarded):
    data = {"components": COMPONENTS, "flags": 1 << 15}
    assert found(snapshot(data) if forwarded else data) == FOUND


@pytest.mark.parametrize("forwarded", [False, True], ids=["said", "forwarded"])
async def test_stickers_are_found_but_for_drawings(found, forwarded):
    stickers = [{"id": str(number), "name": "hm", "format_type": number} for number in (1, 2, 3, 4)]
    data = {"sticker_items": stickers}
    expected = [("1.png", False), ("2.png", False), ("4.gif", False)]
    assert found(snapshot(data) if forwarded else data) == expected


async def test_emoji_are_found_after_what_else_there_is(found):
    one, two = "<:cat:123456789012345678>", "<a:dance:223456789012345678>"
    data = {"content": f"{one} and ||{two}|| and {one}", "components": [GALLERY]}
    assert found(data) == [
        ("a.png", False),
        ("b.png", True),
        ("123456789012345678.png", False),
        ("223456789012345678.webp?animated=true", True),
    ]
    assert found({"content": "no <:x:1> emoji of a server 😀"}) == []


async def test_a_link_that_was_hidden_gives_a_hidden_picture(found):
    address = "https://example.org/cat.png"
    embed = {"type": "image", "url": address, "thumbnail": {"url": address, "proxy_url": f"{ATTACHED}/x.png"}}
    for content, hidden in ((address, False), (f"||{address}||", True), (f"|| look {address} ||", True)):
        assert found({"content": content, "embeds": [embed]}) == [("x.png", hidden)]


async def test_what_lies_with_strangers_is_not_fetched(found):
    item = {"url": "https://example.org/a.png", "proxy_url": "https://example.org/a.png"}
    assert found({"components": [{"type": 12, "items": [{"media": item}]}], "flags": 1 << 15}) == []


async def test_a_picture_in_a_layout_is_painted_as_hidden_as_it_is(house, env):
    message = await house.bert.send(house.channel, "look")
    stored = env.backend.get_message(house.channel.id, message.id)
    address = f"{ATTACHED}/b.png"
    env.bot.desk.source.origins |= {URL(CDN)}
    env.backend.cdn._blobs[address] = picture(4, (80, 40))
    stored.components = [{"type": 12, "items": [{"media": media("b.png"), "spoiler": True}]}]
    stored.content = ""
    stored.flags |= 1 << 15
    shown = await house.anna.context_menu(house.channel, "Stylize this", message)
    await house.anna.submit_modal(shown, {"preset": ["oil"]})
    job = await house.newest(house.anna)
    await house.delivered(job.id)
    assert job.request.width == 80
    assert (await house.result_of(job.id)).attachments[0].is_spoiler()
