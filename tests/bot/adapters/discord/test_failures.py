"""What Discord's errors mean, where it matters how long to wait."""

from __future__ import annotations

from types import SimpleNamespace

import aiohttp
import discord
import pytest

from bot.adapters.discord.failures import trouble_of


def refused(status: int, code: int = 0, **headers: str) -> discord.HTTPException:
    response = SimpleNamespace(
        status=status, reason="", headers={name.replace("_", "-"): headers[name] for name in headers}
    )
    return discord.HTTPException(response, {"code": code, "message": "no"})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "seconds"), [("600", 600), ("0.5", 0.5), ("1e9", 3600), ("soon", 30), ("0", 30), ("-1", 30), ("nan", 30)]
)
def test_who_asks_too_often_waits_as_long_as_is_said(said, seconds):
    assert trouble_of(refused(429, Retry_After=said)).retry_after == seconds


def test_who_asks_too_often_waits_a_while_where_nothing_is_said():
    assert trouble_of(refused(429)).retry_after == 30
    assert trouble_of(discord.RateLimited(7.0)).retry_after == 7


@pytest.mark.parametrize("code", [10003, 10004, 50001, 50007, 50013, 50083, 50278, 10015, 50027])
def test_a_lost_place_is_not_tried_again(code):
    trouble = trouble_of(refused(401 if code == 50027 else 403, code))
    assert trouble.lost
    assert trouble.retry_after is None


@pytest.mark.parametrize("error", [TimeoutError(), OSError(), aiohttp.ServerDisconnectedError(), refused(502)])
def test_what_passes_is_tried_again(error):
    assert trouble_of(error).retry_after


def test_no_reason_spells_out_an_address():
    address = "https://discord.com/api/webhooks/1/aW50ZXJhY3Rpb246secret"
    error = aiohttp.InvalidURL(address)
    assert address not in trouble_of(error).reason
