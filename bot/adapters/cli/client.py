"""The terminal's side of `impasto stylize --submit`: hand the request to the running bot and watch."""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path

from bot.adapters.cli import wire
from bot.adapters.cli.display import Display
from bot.adapters.cli.errors import CliError, Exit
from bot.adapters.cli.private import Done
from bot.model import Job, Request


class Submitted:
    """What became of a request so far; it stays true when the watching is interrupted."""

    def __init__(self) -> None:
        self.job: Job | None = None


async def submit(
    data_dir: Path, request: Request, output: Path, display: Display, *, replace: bool, wait: bool, so_far: Submitted
) -> wire.Ended | wire.Stored:
    """Submit to the bot that runs on `data_dir`; returns how the job ended, or without `wait` that it is stored.

    Raises CliError when no bot runs there, when it refuses, and when it goes away.
    """
    path = wire.socket_path(data_dir)
    try:
        reader, writer = await asyncio.open_unix_connection(path)
    except OSError:
        raise CliError(
            f"no bot is running on {data_dir}; start it with: impasto run (or leave --submit away)", Exit.OURS
        ) from None
    try:
        key, target = secrets.token_hex(16), str(output)
        message = wire.Submit(version=wire.VERSION, key=key, request=request, output=target, replace=replace)
        await wire.send(writer, message)
        while True:
            answer = await wire.receive_answer(reader)
            if isinstance(answer, wire.Refused):
                raise CliError(answer.text, Exit(answer.code))
            if isinstance(answer, wire.Ended):
                return answer
            if isinstance(answer, wire.Stored):
                so_far.job = answer.job
                display.say(answer.text)
                if not wait:
                    return answer
            elif status := answer.painting or answer.waiting:
                display.show(status, answer.engine_ready)
    except (EOFError, OSError):
        raise CliError(_hung_up(so_far, output), Exit.OURS) from None
    except wire.WireError as error:
        raise CliError("the running bot is of another version of Impasto; restart it", Exit.OURS) from error
    finally:
        writer.close()


def done(answer: wire.Ended, output: Path) -> Done:
    """Return what was painted, which was to go to `output`; raises CliError where it was not."""
    if answer.code:
        raise CliError(answer.text, Exit(answer.code))
    return Done(answer.job, Path(answer.written) if answer.written else output, answer.note)


def _hung_up(so_far: Submitted, output: Path) -> str:
    if so_far.job is None:
        return "the bot stopped before it took the request; start it again with: impasto run"
    return f"the bot stopped; job {so_far.job.id} is kept, and goes to {output} when the bot runs again"
