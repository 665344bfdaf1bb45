"""A headless Chromium, driven over its DevTools protocol."""

from __future__ import annotations

import asyncio
import base64
import itertools
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp

CANDIDATES = ("chromium", "chromium-browser", "google-chrome")
_PORT_FILE = "DevToolsActivePort"  # Chromium writes it once it listens
_START_SECONDS = 60.0
_LARGEST_MESSAGE = 64 * 1024 * 1024  # bytes; a screenshot comes as one message


class BrowserFailure(Exception):
    """The browser did not do what it was asked for."""


class Page:
    """The one page of the browser."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket, self._numbers = socket, itertools.count(1)

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a method of the protocol; events are of no interest."""
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        while True:
            message = await self._socket.receive_json()
            if message.get("id") == number:
                break
        if "error" in message:
            raise BrowserFailure(f"{method}: {message['error'].get('message')}")
        found: dict[str, Any] = message["result"]
        return found

    async def evaluate(self, expression: str) -> Any:
        """Return what a JavaScript expression gives, promises awaited."""
        found = await self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if details := found.get("exceptionDetails"):
            raise BrowserFailure(details.get("exception", {}).get("description") or details["text"])
        return found["result"].get("value")

    async def until(self, expression: str, seconds: float = 30.0) -> None:
        """Wait until an expression is true."""
        try:
            async with asyncio.timeout(seconds):
                while not await self.evaluate(expression):  # noqa: ASYNC110 - the page tells nobody
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise BrowserFailure(f"this did not become true: {expression}") from None

    async def open(self, address: str, width: int, height: int, sharpness: float) -> None:
        """Open an address in a window of this size in CSS pixels, each `sharpness` pixels of the picture wide."""
        await self.call("Page.setBypassCSP", enabled=True)
        await self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=sharpness,
            mobile=False,
        )
        await self.call("Page.navigate", url="about:blank")
        await self.call("Page.navigate", url=address)

    async def picture(self, x: float, y: float, width: float, height: float) -> bytes:
        """Return a PNG of a part of the page, in CSS pixels."""
        clip = {"x": x, "y": y, "width": width, "height": height, "scale": 1}
        found = await self.call("Page.captureScreenshot", format="png", clip=clip, captureBeyondViewport=True)
        return base64.b64decode(found["data"])


@asynccontextmanager
async def opened(program: str) -> AsyncIterator[Page]:
    """Start Chromium with a profile that is thrown away, and end it afterwards."""
    with tempfile.TemporaryDirectory(prefix="impasto-chromium-", ignore_cleanup_errors=True) as profile:
        process = await asyncio.create_subprocess_exec(
            program,
            "--headless",
            "--no-sandbox",  # it sees nothing but our own page
            "--disable-gpu",
            "--hide-scrollbars",
            "--remote-debugging-port=0",
            f"--user-data-dir={profile}",
            "about:blank",
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            port = await _port(Path(profile) / _PORT_FILE, process)
            async with aiohttp.ClientSession() as session:
                async with session.get(f"http://127.0.0.1:{port}/json/list") as reply:
                    address = next(
                        each["webSocketDebuggerUrl"] for each in await reply.json() if each["type"] == "page"
                    )
                async with session.ws_connect(address, max_msg_size=_LARGEST_MESSAGE) as socket:
                    page = Page(socket)
                    await page.call("Page.enable")
                    yield page
        finally:
            with suppress(ProcessLookupError):
                process.terminate()
            await process.wait()


async def _port(file: Path, process: asyncio.subprocess.Process) -> int:
    try:
        async with asyncio.timeout(_START_SECONDS):
            while process.returncode is None:
                text = await asyncio.to_thread(lambda: file.read_text() if file.exists() else "")
                if text.strip():
                    return int(text.split()[0])
                await asyncio.sleep(0.1)
    except TimeoutError:
        pass
    raise BrowserFailure("Chromium did not start")
