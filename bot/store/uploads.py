"""Pictures that belong to nobody and were uploaded to a platform once, to be sent again by the platform's own name."""

from __future__ import annotations

from bot.store.database import Database


class Uploads:
    """What was uploaded to platforms."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all_of(self, platform: str) -> dict[str, str]:
        """Return a platform's own names of pictures by their digests (SHA-256, hexadecimal)."""
        rows = await self._database.read("SELECT digest, upload FROM uploads WHERE platform = ?", (platform,))
        return {row["digest"]: row["upload"] for row in rows}

    async def put(self, platform: str, digest: str, upload: str | None) -> None:
        """Remember under which name a platform has a picture; None: it has it no longer."""
        async with self._database.transaction() as run:
            if upload is None:
                await run("DELETE FROM uploads WHERE platform = ? AND digest = ?", (platform, digest))
            else:
                await run(
                    "INSERT OR REPLACE INTO uploads (platform, digest, upload) VALUES (?, ?, ?)",
                    (platform, digest, upload),
                )
