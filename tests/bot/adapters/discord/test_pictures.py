"""Pictures are fetched from Discord's hosts alone, and never more of one than is wanted."""

from __future__ import annotations

import asyncio
import gzip

import aiohttp
import discord
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.adapters.discord.pictures import ORIGINS, fetch
from bot.downloads import Gone, Source, TooLarge, Unreachable, fetching
from bot.patience import Passing
from bot.ports import NotBrought
from tests.bot.adapters.discord.conftest import picture
from tests.bot.test_patience import Quick
from tests.waiting import PATIENCE

LIMIT = 1_000_000


def attachment(env, url: str | None = None, data: bytes = b"data", size: int | None = None) -> discord.Attachment:
    stored = env.backend.cdn.store_attachment(env.backend.snowflake(), 1, "photo.png", data, None)
    if url is not None:
        stored["url"] = url
    if size is not None:
        stored["size"] = size
    return discord.Attachment(data=stored, state=env.bot._connection)


async def refusal(fetching) -> NotBrought:
    with pytest.raises(NotBrought) as refused:
        await fetching()
    return refused.value


async def test_a_picture_is_fetched(env):
    data = picture()
    assert await fetch(attachment(env, data=data), "photo", LIMIT, env.bot.desk.source)() == data


STRANGE = [
    "https://example.org/photo.png",
    "https://cdn.discordapp.com.example.org/photo.png",
    "https://cdn.discordapp.com@example.org/photo.png",
    "https://example.org\\@cdn.discordapp.com/photo.png",
    "https://example.org#@cdn.discordapp.com/photo.png",
    "https://somebody@cdn.discordapp.com/photo.png",
    "https://cdn.discordapp.com:8080/photo.png",
    "https://cdn.discordapp.com%2eexample.org/photo.png",
    "http://cdn.discordapp.com/photo.png",
    "ftp://cdn.discordapp.com/photo.png",
    "//cdn.discordapp.com/photo.png",
    "http://169.254.169.254/latest/meta-data",
    "https://[::1]/photo.png",
    "https://[::1",
    "nonsense",
    "",
]


@pytest.mark.parametrize("url", STRANGE)
async def test_only_discords_own_hosts_are_asked(env, monkeypatch, url):
    monkeypatch.setattr(aiohttp.ClientSession, "_request", lambda *_, **__: pytest.fail("it was asked"))
    assert not Source(ORIGINS).has(url)
    refused = await refusal(fetch(attachment(env, url), "style", LIMIT, Source(ORIGINS)))
    assert (refused.which, refused.code) == ("style", "unreachable")


@pytest.mark.parametrize("origin", sorted(ORIGINS))
def test_discords_own_hosts_are_known(origin):
    assert Source(ORIGINS).has(f"{origin}/attachments/1/2/photo.png?ex=6&is=5&hm=4&")


async def test_a_picture_that_is_too_large_is_not_fetched(env):
    refused = await refusal(fetch(attachment(env, size=11), "photo", 10, env.bot.desk.source))
    assert (refused.code, refused.facts) == ("too_many_bytes", {"found": 11, "limit": 10})


async def test_a_picture_that_lied_about_its_size_is_refused(env):
    refused = await refusal(fetch(attachment(env, data=b"0" * 11, size=5), "photo", 10, env.bot.desk.source))
    assert refused.code == "too_many_bytes"


async def test_a_picture_that_is_gone_is_said_to_be(env):
    lost = attachment(env, "https://cdn.simcord.invalid/attachments/1/2/photo.png")
    assert (await refusal(fetch(lost, "photo", 100, env.bot.desk.source))).code == "gone"


# ---- over a real connection ----------------------------------------------------------------------------------------


class Near(Source):
    """Takes the server of the test for one of Discord's."""

    def has(self, address: str) -> bool:
        return True


class Host:
    """A server, and how many bytes it could get rid of."""

    def __init__(self) -> None:
        self.given = 0
        self.hiccups = 0

    async def endless(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while self.given < 500_000_000:
            await response.write(b"0" * 100_000)
            self.given += 100_000
        return response

    async def huge(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "500000000"})
        await response.prepare(request)
        await asyncio.sleep(2 * PATIENCE)  # nobody needs to wait for the first byte to know that it is too large
        return response

    async def packed(self, request: web.Request) -> web.Response:
        return web.Response(body=gzip.compress(bytes(50_000_000)), headers={"Content-Encoding": "gzip"})

    async def elsewhere(self, request: web.Request) -> web.Response:
        raise web.HTTPFound("/file")

    async def file(self, request: web.Request) -> web.Response:
        self.given += 1
        return web.Response(body=b"a picture")

    async def dropped(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b"0" * 10)
        assert request.transport is not None
        request.transport.abort()
        return response

    async def hiccuping(self, request: web.Request) -> web.Response:
        self.hiccups -= 1
        if self.hiccups >= 0:
            return web.Response(status=429, headers={"Retry-After": "3"})
        return await self.file(request)

    async def status(self, request: web.Request) -> web.Response:
        return web.Response(status=int(request.match_info["status"]))


@pytest.fixture
async def host():
    here = Host()
    app = web.Application()
    names = ("endless", "huge", "packed", "elsewhere", "file", "dropped")
    app.add_routes([web.get(f"/{name}", getattr(here, name)) for name in names])
    app.add_routes([web.get("/hiccups", here.hiccuping)])
    app.add_routes([web.get("/status/{status}", here.status)])
    async with TestServer(app) as server:
        source = Near(())

        async def read(path: str) -> bytes:
            return await source.read(str(server.make_url(path)), LIMIT)

        here.read = read
        yield here
        await source.close()


async def test_a_file_comes_over_a_connection(host):
    assert await host.read("/file") == b"a picture"


async def test_of_an_endless_file_no_more_is_taken_than_is_wanted(host):
    with pytest.raises(TooLarge):
        await host.read("/endless")
    assert host.given < 100_000_000  # what the system's buffers held by then


async def test_a_file_that_says_how_large_it_is_is_not_waited_for(host):
    with pytest.raises(TooLarge) as refused:
        await asyncio.wait_for(host.read("/huge"), PATIENCE)
    assert refused.value.found == 500_000_000


async def test_a_file_does_not_unpack_itself(host):
    assert len(await host.read("/packed")) < LIMIT


async def test_a_file_that_was_moved_is_not_followed(host):
    with pytest.raises(Unreachable):
        await host.read("/elsewhere")
    assert host.given == 0


@pytest.mark.parametrize(
    ("status", "error"), [(404, Gone), (403, Gone), (410, Gone), (400, Unreachable), (500, Passing), (429, Passing)]
)
async def test_what_a_host_answers_is_understood(host, status, error):
    with pytest.raises(error):
        await host.read(f"/status/{status}")


async def test_a_connection_that_breaks_may_hold_the_next_time(host):
    with pytest.raises(Passing) as broken:
        await host.read("/dropped")
    assert isinstance(broken.value.error, Unreachable)


async def test_a_host_that_is_not_there_is_said_not_to_be(host):
    near = Near((), clock=Quick())
    with pytest.raises(Passing):
        await near.read("https://127.0.0.1:1/photo.png", LIMIT)
    with pytest.raises(NotBrought) as refused:
        await fetching(lambda: near.read("https://127.0.0.1:1/photo.png", LIMIT), "photo", LIMIT, near.clock)()
    assert refused.value.code == "unreachable"


async def test_one_hiccup_of_a_host_loses_no_picture(host):
    clock = Quick()
    host.hiccups = 2
    assert await fetching(lambda: host.read("/hiccups"), "photo", LIMIT, clock)() == b"a picture"
    assert clock.slept[0] == 3  # as the host asked


async def test_who_waits_for_a_picture_is_told_so_where_the_answer_will_be(house, monkeypatch):
    source, calls = house.env.bot.desk.source, 0
    source.clock = Quick()
    read = source.read

    async def hiccups(address: str, limit: int) -> bytes:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise Passing(Unreachable(), seconds=5)
        return await read(address, limit)

    monkeypatch.setattr(source, "read", hiccups)
    before = len(house.env.http_requests)
    await house.stylize(house.anna)
    await house.delivered((await house.newest(house.anna)).id)
    said = [str(one.json) for one in house.env.http_requests[before:] if "does not come through yet" in str(one.json)]
    assert (calls, len(said)) == (2, 1)
