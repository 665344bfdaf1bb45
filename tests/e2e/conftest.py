"""`impasto run` as a process of its own, unchanged, that talks to a fake Telegram over HTTP."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.bot.adapters.cli.conftest import NOBODY, engine_command
from tests.telegram_api.server import TOKEN, FakeTelegram
from tests.telegram_api.world import Chat, Human, Message
from tests.waiting import PATIENCE, eventually

ROOT = Path(__file__).parents[2]


class Program:
    """A bot that runs."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self.process, self.log = process, log

    def has_logged(self, event: str) -> bool:
        """Whether this event is in the log."""
        return any(found["event"] == event for found in self.events())

    def events(self) -> list[dict[str, Any]]:
        """Everything that it logged."""
        lines = self.log.read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]

    async def stop(self) -> None:
        """Ask it to stop, and see that it does so cleanly."""
        self.process.terminate()
        assert await asyncio.wait_for(self.process.wait(), PATIENCE) == 0, self.log.read_text()
        assert "Traceback" not in self.log.read_text()

    async def kill(self) -> None:
        """End it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()


class Street:
    """A folder for the bot, a fake Telegram, and a few people with private chats and a group."""

    def __init__(self, folder: Path, telegram: FakeTelegram) -> None:
        self.folder, self.telegram = folder, telegram
        self.people: list[Human] = [telegram.person(name) for name in ("Anna", "Bert", "Carla")]
        self.anna, self.bert, self.carla = self.people
        self.privates: list[Chat] = [telegram.private(human) for human in self.people]
        self.group: Chat = telegram.group("Painters", *self.people)
        self.settings: dict[str, dict[str, Any]] = {"bot": {"data_dir": "data"}, "telegram": {}, "intake": {}}
        self.programs: list[Program] = []

    async def start(
        self,
        command: Sequence[str] = ("-m", "bot", "run"),
        *,
        engine: str | None = "",
        ready: Sequence[str] = ("telegram",),
        **environment: str,
    ) -> Program:
        """Start the bot, and wait until it serves these chats. `engine` None is the real one, "" a quick fake one."""
        own = {"base_url": self.telegram.base_url, "base_file_url": self.telegram.base_file_url}
        self.settings["telegram"] = own | self.settings["telegram"]
        lines = []
        for section, values in self.settings.items():
            lines += [f"[{section}]", *(f"{name} = {json.dumps(value)}" for name, value in values.items())]
        config = self.folder / "config.toml"
        config.write_text("\n".join(lines))
        config.chmod(0o600)
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("IMPASTO_")}
        given = {
            "PYTHONPATH": str(ROOT),
            "XDG_CONFIG_HOME": str(self.folder / "xdg"),
            "IMPASTO_CONFIG": str(config),
            "IMPASTO_DISCORD_API": NOBODY,
            "IMPASTO_TELEGRAM_TOKEN": TOKEN,
            **({} if engine is None else {"IMPASTO_ENGINE_COMMAND": engine or engine_command(FAKE_ENGINE_SECONDS=0.1)}),
        }
        log = self.folder / f"bot-{len(self.programs)}.log"
        with log.open("w") as stream:
            process = await asyncio.create_subprocess_exec(
                sys.executable, *command, cwd=self.folder, env=inherited | given | environment,
                stdout=stream, stderr=stream,
            )  # fmt: skip
        program = Program(process, log)
        self.programs.append(program)

        def serves() -> bool:
            assert process.returncode is None, log.read_text()
            served = {event["chat"] for event in program.events() if event["event"] == "bot.chat_served"}
            return served >= set(ready)

        await eventually(serves, PATIENCE)
        return program

    async def ask(self, who: Human, photo: bytes, text: str, where: Chat | None = None) -> Message:
        """Send a photo with a caption."""
        return await self.telegram.send_photo(who, where or self.telegram.private(who), photo, text)

    async def result(self, question: Message) -> Message:
        """Wait for the painting that answers a message, and until nothing else does: its status message is gone."""
        chat = question.chat

        def found() -> Message | None:
            answers = [one for one in self.telegram.from_bot(chat) if one.reply_to is question]
            return answers[0] if len(answers) == 1 and is_result(answers[0]) else None

        message = await eventually(found, PATIENCE)
        assert message is not None
        return message

    async def status(self, question: Message) -> Message:
        """Wait for the status message that answers a message."""

        def found() -> Message | None:
            answers = [one for one in self.telegram.from_bot(question.chat) if one.reply_to is question]
            return next((one for one in answers if not is_result(one)), None)

        message = await eventually(found, PATIENCE)
        assert message is not None
        return message

    def states(self) -> list[str]:
        """The states of all jobs, oldest first."""
        database = f"file:{self.folder / 'data' / 'impasto.db'}?mode=ro"
        with sqlite3.connect(database, uri=True, timeout=10) as connection:
            return [state for (state,) in connection.execute("SELECT state FROM jobs ORDER BY created_at")]

    def refused(self) -> list[Any]:
        """What Telegram would not do for the bot, besides what a test ordered."""
        return [call for call in self.telegram.calls() if call.code not in (0, 200)]

    async def close(self) -> None:
        """End what still runs."""
        for program in self.programs:
            if program.process.returncode is None:
                program.process.kill()
                await program.process.wait()
        for program in self.programs:
            assert TOKEN not in program.log.read_text(), "the token is nobody's business"


def is_result(message: Message) -> bool:
    """Whether a message of the bot hands over a painting: only that offers to paint it again."""
    return any(data.endswith(":again") for data in message.data)


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
async def street(tmp_path: Path) -> AsyncIterator[Street]:
    """A fake Telegram, and a folder in which a bot can be started."""
    telegram = FakeTelegram()
    await telegram.start()
    found = Street(tmp_path, telegram)
    try:
        yield found
    finally:
        await found.close()
        await telegram.stop()
