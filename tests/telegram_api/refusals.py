"""How the fake Bot API server says no."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """A call that Telegram would not serve; `parameters` are `retry_after` and `migrate_to_chat_id`."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        self.code, self.description, self.parameters = code, description, parameters
        super().__init__(f"{code} {description}")

    def as_json(self) -> dict[str, Any]:
        """The body of the response."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        return body | ({"parameters": self.parameters} if self.parameters else {})


def bad(description: str, **parameters: int) -> Refused:
    """A bad request."""
    return Refused(400, f"Bad Request: {description}", **parameters)


def forbidden(description: str) -> Refused:
    """Something the bot may not do."""
    return Refused(403, f"Forbidden: {description}")


def too_many(seconds: int) -> Refused:
    """A flood."""
    return Refused(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def unmodelled(what: str) -> Refused:
    """Something that the real server would do, and this one does not: no test may rely on it."""
    return bad(f"this fake server knows nothing of {what}")
