"""The whole bot on Telegram: `impasto run` as it is, over HTTP, from a photo to the painting and across its deaths."""

from __future__ import annotations

import asyncio
import io
import itertools
import time

import aiohttp
import numpy as np
import pytest
from PIL import Image
from skimage.data import chelsea

from benchmarks.stand_in_discord import PROGRAM, StandIn, certificate_for
from nst_engine.film import make_animation
from tests.telegram_api.server import FakeTelegram
from tests.telegram_api.world import BOT_USERNAME
from tests.waiting import eventually
from tests.worlds import picture

from .conftest import PATIENCE, engine_command, free_port, is_result

pytestmark = pytest.mark.slow

SMALL = "size=96"


def opened(data: bytes | None) -> Image.Image:
    """A picture that was sent."""
    assert data is not None
    return Image.open(io.BytesIO(data))


def png(picture: Image.Image) -> bytes:
    """A picture to send."""
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()


async def test_a_photo_becomes_a_painting_by_way_of_one_status_message(street):
    program = await street.start(engine=engine_command(FAKE_ENGINE_SECONDS=8))
    anna = street.anna
    question = await street.ask(anna, picture(1), f"/stylize mosaic {SMALL}")
    status = await street.status(question)
    await eventually(lambda: status.photo is not None, PATIENCE)
    assert status.alive, "the same message shows words first, a preview later"
    assert any(data.endswith(":cancel") for data in status.data)
    result = await street.result(question)
    assert not status.alive
    assert opened(result.photo).size == (96, 72)
    assert "Mosaic" in result.caption
    assert result.id > status.id, "an edit would notify nobody"
    shown = street.telegram.calls("editMessageMedia")
    assert len(shown) in range(1, 5), "an update every three seconds at most"
    query = await street.telegram.press(anna, result, "full")
    assert query.text is not None
    file = await eventually(lambda: next((one for one in street.telegram.from_bot(result.chat) if one.document), None))
    assert opened(file.document).size == (96, 72)
    assert street.refused() == []
    await program.stop()


async def test_a_mask_keeps_the_photo_and_a_film_comes_back_moving(street):
    program = await street.start()
    anna, telegram = street.anna, street.telegram
    photo, mask = Image.new("RGB", (96, 72), "teal"), Image.new("L", (96, 72), 0)
    mask.paste(255, (0, 0, 48, 72))
    caption = f"/stylize mosaic {SMALL}"
    first, _ = await telegram.send_album(
        anna, telegram.private(anna), [png(photo), png(mask)], captions={0: caption, 1: "mask"}
    )
    painting = opened((await street.result(first)).photo).convert("RGB")
    far_right = np.asarray(painting)[:, 60:].astype(int)
    assert np.abs(far_right - (0, 128, 128)).max() <= 8, "where the mask is black, the photo stays"
    assert np.abs(np.asarray(painting)[:, :36].astype(int) - (0, 128, 128)).max() > 30
    clip = make_animation([photo, Image.new("RGB", (96, 72), "orange")], 8, "mp4").data
    question = await telegram.send_animation(anna, telegram.private(anna), clip, caption)
    assert (await street.result(question)).animation is not None
    assert street.refused() == []
    await program.stop()


async def test_buttons_work_after_a_restart_and_only_for_who_asked(street):
    program = await street.start()
    question = await street.ask(street.anna, picture(1), f"/stylize@{BOT_USERNAME} mosaic {SMALL}", street.group)
    result = await street.result(question)
    await program.stop()
    program = await street.start()
    query = await street.telegram.press(street.bert, result, "again")
    assert query.text
    assert street.states() == ["delivered"]
    await street.telegram.press(street.anna, result, "again")
    await eventually(lambda: street.states() == ["delivered", "delivered"], PATIENCE)
    await eventually(lambda: len([one for one in street.telegram.from_bot(street.group) if is_result(one)]) == 2)
    assert street.refused() == []
    await program.stop()


@pytest.mark.parametrize("how", ["SIGTERM", "SIGKILL"])
async def test_nothing_is_lost_or_sent_twice_across_a_restart(street, how):
    """One job is painted but not delivered, one is being painted, one waits in the queue; and one comes meanwhile."""
    program = await street.start(engine=engine_command(FAKE_ENGINE_SECONDS=8))
    anna = street.privates[0]
    delivery = street.telegram.hold("sendPhoto", chat=anna)  # on its way when the power is cut
    if how == "SIGTERM":  # else the bot would have to be careful for a minute: it may have arrived
        delivery.release()
        street.telegram.fail("sendPhoto", 429, "Too Many Requests: retry after 10", retry_after=10, chat=anna)
    questions = []
    for number, who in enumerate(street.people):
        questions.append(await street.ask(who, picture(number), f"/stylize mosaic {SMALL}"))
        await eventually(lambda: len(street.states()) == len(questions), PATIENCE)

    def all_three() -> bool:
        tried = delivery.waiting or street.telegram.calls("sendPhoto")
        return bool(tried) and sorted(street.states()) == ["painted", "painting", "queued"]

    await eventually(all_three, PATIENCE)
    await (program.stop() if how == "SIGTERM" else program.kill())
    delivery.release()
    assert "delivered" not in street.states()
    assert not any(is_result(one) for chat in street.privates for one in street.telegram.from_bot(chat))
    questions.append(await street.ask(street.anna, picture(9), f"/stylize woodcut {SMALL}"))
    program = await street.start()
    results = [await street.result(question) for question in questions]
    await eventually(lambda: set(street.states()) == {"delivered"}, PATIENCE)
    assert len(street.states()) == 4
    for chat in street.privates:
        found = street.telegram.from_bot(chat)
        assert {one.id for one in found} == {one.id for one in results if one.chat is chat}, "no more, no less"
    await program.stop()


async def test_two_people_in_one_group_at_once(street):
    program = await street.start(engine=engine_command(FAKE_ENGINE_SECONDS=1))
    command = f"/stylize@{BOT_USERNAME} mosaic {SMALL}"
    questions = await asyncio.gather(
        street.ask(street.anna, picture(1), command, street.group),
        street.ask(street.bert, picture(2, (72, 96)), command, street.group),
    )
    results = [await street.result(question) for question in questions]
    assert [result.mentioned for result in results] == [[street.anna.id], [street.bert.id]]
    assert [opened(result.photo).size for result in results] == [(96, 72), (72, 96)]
    assert street.refused() == []
    await program.stop()


async def test_a_flood_during_progress_delays_the_result_no_longer_than_telegram_says(street):
    await street.start(engine=engine_command(FAKE_ENGINE_SECONDS=6))
    telegram, chat = street.telegram, street.privates[0]
    edits = telegram.fail("edit*", 429, "Too Many Requests: retry after 3", retry_after=3, times=1000, chat=chat)
    sends = telegram.fail("sendPhoto", 429, "Too Many Requests: retry after 2", retry_after=2, times=3, chat=chat)
    hiccup = asyncio.create_task(longest_hiccup())
    question = await street.ask(street.anna, picture(1), f"/stylize mosaic {SMALL}")
    await street.result(question)
    hiccup.cancel()
    assert sends.times == 0
    assert edits.times < 1000, "progress was shown, or meant to be"
    calls = [call for call in telegram.calls() if call.params.get("chat_id") == chat.id]
    writing = [call for call in calls if call.method.startswith(("send", "edit")) and call.method != "sendChatAction"]
    waits = {"sendPhoto": 2.0}
    for refused, following in itertools.pairwise(writing):
        if refused.code == 429:
            assert following.at >= refused.at + waits.get(refused.method, 3.0), "the chat is left alone for so long"
    (delivered,) = [call for call in calls if call.method == "sendPhoto" and call.code == 200]
    last = max(
        call.ended + waits.get(call.method, 3.0) for call in calls if call.code == 429 and call.at < delivered.at
    )
    assert delivered.at - last < 1.0 + 10 * await hiccup_of(hiccup), (
        "a few steps, each of which the machine may hold up"
    )


async def longest_hiccup() -> float:
    """How long this machine kept somebody waiting who wanted to run at once, at worst; until cancelled."""
    worst = 0.0
    try:
        while True:
            before = time.monotonic()
            await asyncio.sleep(0.05)
            worst = max(worst, time.monotonic() - before - 0.05)
    except asyncio.CancelledError:
        return worst


async def hiccup_of(task: asyncio.Task[float]) -> float:
    """What it found."""
    return await task


async def test_a_webhook_takes_news_from_who_knows_the_secret(street):
    port = free_port()
    street.settings["telegram"] |= {"webhook_url": "https://bot.example.org/telegram", "webhook_port": port}
    updates = street.telegram.updates
    updates.webhook_origin = f"http://127.0.0.1:{port}"
    program = await street.start()
    await street.result(await street.ask(street.anna, picture(1), f"/stylize mosaic {SMALL}"))
    assert set(updates.posted) == {200}
    assert street.telegram.calls("getUpdates") == []

    secret, path = updates.webhook["secret"], updates.webhook["url"].removeprefix("https://bot.example.org")
    assert path.startswith("/telegram/")
    forged = {
        "update_id": 1,
        "message": {
            "message_id": 9999, "date": 1, "text": "/help", "chat": {"id": street.bert.id, "type": "private"},
            "from": street.bert.as_json(), "entities": [{"type": "bot_command", "offset": 0, "length": 5}],
        },
    }  # fmt: skip
    name = "X-Telegram-Bot-Api-Secret-Token"
    async with aiohttp.ClientSession(base_url=updates.webhook_origin) as session:
        for headers, where in (({}, path), ({name: "wrong"}, path), ({name: secret}, "/telegram")):
            async with session.post(where, json=forged, headers=headers) as response:
                assert response.status in (403, 404)
        assert street.telegram.from_bot(street.privates[1]) == []
        async with session.post(path, json=forged, headers={name: secret}) as response:
            assert response.status == 200
    await eventually(lambda: street.telegram.from_bot(street.privates[1]), PATIENCE)
    await program.stop()
    program = await street.start()
    assert updates.webhook["secret"] != secret, "each start has a secret of its own"
    await program.stop()
    assert secret not in program.log.read_text()


async def test_a_server_of_ones_own_brings_files_of_any_size_by_its_disk(street, tmp_path):
    street.telegram.api.shelf.local = tmp_path / "server"
    street.settings["telegram"] |= {"local_mode": True}
    street.settings["intake"] |= {"max_bytes": 64 << 20}
    program = await street.start()
    stream = io.BytesIO()
    Image.radial_gradient("L").resize((3000, 2500)).convert("RGB").save(stream, "PNG", compress_level=0)
    assert len(stream.getvalue()) > 20_000_000
    question = await street.telegram.send_document(
        street.anna, street.privates[0], stream.getvalue(), f"/stylize mosaic {SMALL}", name="large.png"
    )
    result = await street.result(question)
    assert opened(result.photo).size == (96, 80)
    assert street.refused() == []
    await program.stop()


async def test_a_photo_is_really_painted(street):
    """The whole chain with the real painter: a cat, a shipped style, 64 pixels."""
    program = await street.start(engine=None)
    stream = io.BytesIO()
    Image.fromarray(chelsea()).save(stream, "JPEG", quality=95)
    question = await street.ask(street.anna, stream.getvalue(), "/stylize mosaic size=64 quality=draft iterations=12")
    painting = opened((await street.result(question)).photo)
    assert painting.size == (64, 43)
    small = Image.fromarray(chelsea()).resize((64, 43), Image.Resampling.LANCZOS)
    difference = np.abs(np.asarray(painting.convert("RGB"), dtype=float) - np.asarray(small, dtype=float)).mean()
    assert difference > 8, "that is still the photo"
    gray = [np.asarray(one.convert("L"), dtype=float).ravel() for one in (painting, small)]
    assert np.corrcoef(*gray)[0, 1] > 0.3, "the cat is gone"
    assert street.refused() == []
    await program.stop()


async def test_one_process_serves_discord_and_telegram(street):
    """Only where pictures of Discord come from is changed: no setting allows a host on this machine."""
    certificate, context = certificate_for(street.folder)
    discord = StandIn(picture(3, kind="JPEG"), "mosaic", context)
    address = await discord.open()
    try:
        program = await street.start(
            ("-c", PROGRAM, str(street.folder / "config.toml")),
            ready=("discord", "telegram"),
            IMPASTO_DISCORD_API=address,
            IMPASTO_DISCORD_TOKEN="a-token",
            **({} if certificate is None else {"SSL_CERT_FILE": str(certificate)}),
        )
        await asyncio.wait_for(discord.identified.wait(), PATIENCE)
        asked = await discord.ask(1)
        question = await street.ask(street.anna, picture(1), f"/stylize mosaic {SMALL}")
        await street.result(question)
        await eventually(lambda: street.states() == ["delivered", "delivered"], PATIENCE)
        assert asked.refused is None
        assert discord.delivered == 1
        assert street.refused() == []
        await program.stop()
    finally:
        await discord.close()


async def test_a_wrong_token_is_told_in_a_sentence(street):
    street.telegram.token = FakeTelegram().token.replace("AAE", "AAF")
    with pytest.raises(AssertionError, match="token"):
        await street.start()
    assert street.telegram.strangers
