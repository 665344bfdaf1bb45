"""What reaches the log, and what never does."""

import io
import json
import logging

import pytest
import structlog
from pydantic import SecretStr
from telegram.error import TelegramError
from telegram.request import BaseRequest

from bot.logs import configure
from bot.tokens import Tokens

DISCORD = "MTk4NjIyNDgzNDcxOTI1MjQ4." + "Cl2FMQ." + "ZnCjm1XVW7vRze4b7Cq4se7kKWs0000000"
TELEGRAM = "123456789:" + "AAF0123456789abcdefghijklmnopqrstuvw"
INTERACTION = "aW50ZXJhY3Rpb246" + "MTQ1NjA3NDQ0Mzk4MDgwMDAyODpBQUFB" * 5
ODD = "not-like-a-token-at-all"


pytestmark = pytest.mark.usefixtures("logs_restored")


def written(form: str, level: str = "info") -> io.StringIO:
    stream = io.StringIO()
    configure(level, form, tokens=Tokens(discord=SecretStr(ODD)), stream=stream)  # type: ignore[arg-type]
    return stream


def test_json_lines_carry_what_was_said():
    stream = written("auto")
    structlog.get_logger("bot.studio").info("job.accepted", job="k3f9", cost=2.5)
    line = json.loads(stream.getvalue())
    assert (line["event"], line["job"], line["cost"], line["level"]) == ("job.accepted", "k3f9", 2.5, "info")
    assert line["logger"] == "bot.studio"
    assert line["timestamp"].endswith("Z")


def test_text_is_for_people():
    stream = written("text")
    structlog.get_logger().info("job.accepted", job="k3f9")
    assert "job.accepted" in stream.getvalue()
    assert "job=k3f9" in stream.getvalue()


def test_levels_apply_to_other_peoples_loggers_too():
    stream = written("json", "warning")
    structlog.get_logger().info("quiet")
    logging.getLogger("discord.gateway").info("quiet")
    logging.getLogger("discord.gateway").warning("reconnecting %d", 3)
    (line,) = stream.getvalue().splitlines()
    assert json.loads(line)["event"] == "reconnecting 3"


def test_debug_is_about_impasto_and_not_about_every_query():
    stream = written("json", "debug")
    structlog.get_logger("bot.studio").debug("job.weighed")
    logging.getLogger("aiosqlite").debug("executing SELECT * FROM jobs")
    logging.getLogger("discord.gateway").debug("WebSocket Event: %s", {"content": "what somebody wrote"})
    logging.getLogger("aiosqlite").warning("still heard")
    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == ["job.weighed", "still heard"]


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("secret", [DISCORD, TELEGRAM, INTERACTION, ODD])
def test_secrets_are_hidden_wherever_they_turn_up(form, secret):
    stream = written(form)
    log = structlog.get_logger()
    log.info(f"connecting with {secret}", url=f"https://api.example/bot{secret}/getMe", nested={"a": [secret]})
    logging.getLogger("httpx").warning("POST /bot%s/getMe", secret)
    try:
        raise RuntimeError(f"refused: {secret}")
    except RuntimeError:
        log.exception("login.failed")
        logging.getLogger("telegram").exception("login failed")
    text = stream.getvalue()
    assert secret not in text
    assert "login.failed" in text
    assert text.count("[secret]") >= 4


@pytest.mark.parametrize("form", ["text", "json"])
def test_values_under_a_secret_name_are_hidden(form):
    stream = written(form)
    structlog.get_logger().info("start", discord_token="short", headers={"api_key": "k"}, tokens_used=3)
    text = stream.getvalue()
    assert "short" not in text
    assert '"k"' not in text
    assert "'k'" not in text
    assert "3" in text


def test_what_a_server_in_between_answers_instead_of_telegram_is_not_printed():
    stream = written("json")
    with pytest.raises(TelegramError):
        BaseRequest.parse_json_payload(b"<html>502 Bad Gateway</html>")
    assert "Bad Gateway" not in stream.getvalue()
