"""What the command line does with a Discord token: the bot's start, and `impasto discord invite`."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from .conftest import NOBODY, wait_until

TOKEN = "no-such-token-2468"
SUBMIT = ("stylize", "photo.jpg", "--style", "style.png", "--size", "64", "--submit")


class Stranger(BaseHTTPRequestHandler):
    """A Discord that knows no token."""

    status = 401
    body = b'{"message": "401: Unauthorized", "code": 0}'

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: object) -> None:
        """Stay quiet."""


@pytest.fixture
def stranger() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Stranger)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_token_that_discord_refuses_stops_the_start_with_what_to_do(processes, stranger):
    ended = processes.run("run", IMPASTO_DISCORD_TOKEN=TOKEN, IMPASTO_DISCORD_API=stranger)
    assert ended.code == 1
    assert "does not accept IMPASTO_DISCORD_TOKEN" in ended.complaint
    assert "Reset Token" in ended.complaint
    assert TOKEN not in ended.err + ended.out
    assert "Traceback" not in ended.err


def test_while_discord_is_out_of_reach_the_rest_is_served(processes):
    bot = processes.bot(IMPASTO_DISCORD_TOKEN=TOKEN, IMPASTO_DISCORD_API=NOBODY)
    wait_until(lambda: "chat_not_reached" in bot.log_file.read_text())
    assert processes.run(*SUBMIT, "-o", "out.png").code == 0
    assert bot.stop() == 0


def test_the_doctor_asks_discord(processes, stranger):
    ended = processes.run("doctor", IMPASTO_DISCORD_TOKEN=TOKEN, IMPASTO_DISCORD_API=stranger)
    assert ended.code == 1
    (line,) = [line for line in ended.out.splitlines() if "FAIL" in line]
    assert "does not accept" in line


@pytest.mark.parametrize("command", ["run", "doctor"])
def test_a_token_with_a_line_break_is_a_fault_and_no_traceback(impasto, monkeypatch, command):
    monkeypatch.setenv("IMPASTO_DISCORD_TOKEN", f"{TOKEN}\n{TOKEN}")
    ended = impasto(command)
    assert ended.code in (1, 2)
    said = ended.err + ended.out
    assert "IMPASTO_DISCORD_TOKEN: found a line break in the token" in said or "a line break in the token" in said
    assert TOKEN not in said


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("http://127.0.0.1:9/", "http://127.0.0.1:9"),
        ("127.0.0.1:9", "https://discord.com/api/v10"),
        ("http://127.0.0.1:9/api?v=10", "http://127.0.0.1:9/api"),
    ],
)
@pytest.mark.parametrize("command", [("run",), ("doctor",), ("discord", "invite")])
def test_another_address_for_discord_is_checked_by_shape(impasto, monkeypatch, address, meant, command):
    monkeypatch.setenv("IMPASTO_DISCORD_TOKEN", TOKEN)
    monkeypatch.setenv("IMPASTO_DISCORD_API", address)
    ended = impasto(*command)
    assert ended.code in (1, 2)
    said = ended.err + ended.out
    assert "IMPASTO_DISCORD_API" in said and meant in said


@pytest.mark.parametrize(("status", "body"), [(200, b'{"name": "a proxy"}'), (404, b'{"message": "404"}')])
def test_what_answers_instead_of_discord_oddly_is_told_in_a_sentence(processes, stranger, monkeypatch, status, body):
    monkeypatch.setattr(Stranger, "status", status)
    monkeypatch.setattr(Stranger, "body", body)
    for command in (("run",), ("discord", "invite")):
        ended = processes.run(*command, IMPASTO_DISCORD_TOKEN=TOKEN, IMPASTO_DISCORD_API=stranger)
        assert ended.code == 1
        assert "does not answer as Discord does" in ended.complaint
        assert "Traceback" not in ended.err


def test_invite_links_without_asking_anybody(impasto):
    ended = impasto("discord", "invite", "--application", "42")
    assert ended.code == 0
    assert ended.out.count("client_id=42") == 2


def test_invite_without_a_token_says_what_to_do(impasto):
    ended = impasto("discord", "invite")
    assert ended.code == 2
    assert "IMPASTO_DISCORD_TOKEN" in ended.complaint


def test_invite_with_a_wrong_token(processes, stranger):
    ended = processes.run("discord", "invite", IMPASTO_DISCORD_TOKEN=TOKEN, IMPASTO_DISCORD_API=stranger)
    assert ended.code == 1
    assert "Reset Token" in ended.complaint
