"""Addresses of the chats' interfaces: what shape each must have, and what was probably meant where it has another.

A library puts the token right behind the first two, so that a slash too many, or a part that is missing, ends in a 404
that looks like a wrong token.
"""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

BOT, FILES = "/bot", "/file/bot"
"""What the addresses of a Bot API server end with: that which it is asked at, and that which it serves files at."""

_WEBHOOK_PORTS = (443, 80, 88, 8443)


def meant(address: str, ending: str) -> str | None:
    """Return the address that was probably meant; None where it is as it should be.

    `ending` is BOT or FILES. An address with {token} in it says itself where the token belongs.
    """
    parts = urlsplit(address)
    if "{token}" in address:
        return None
    path = parts.path.rstrip("/")
    for known in (FILES, BOT, FILES.removesuffix(BOT)):
        if path.endswith(known):
            path = path.removesuffix(known)
            break
    right = urlunsplit((parts.scheme, parts.netloc, path.rstrip("/") + ending, "", ""))
    return None if right == address else right


def webhook_fault(address: str, *, own_server: bool) -> str | None:
    """Return what to use instead of this address for news; None where Telegram takes it.

    Telegram's own servers call by TLS and at some ports only; a server of one's own calls whatever it can reach.
    """
    parts = urlsplit(address)
    try:
        port = parts.port
    except ValueError:
        return "an address with a port from 1 to 65535, or with none"
    if parts.scheme != "https" and not own_server:
        return "an address with https://"
    if not parts.hostname:
        return "an address with a host"
    if parts.query or parts.fragment:
        return f"an address without ? and #, such as {urlunsplit((*parts[:3], '', ''))}"
    if port is not None and port not in _WEBHOOK_PORTS and not own_server:
        return f"one of the ports that Telegram calls: {', '.join(map(str, _WEBHOOK_PORTS))}"
    return None


def interface_fault(address: str) -> str | None:
    """Return what to use instead of this address of a whole interface; None where it will do."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or not address.isprintable() or " " in address:
        return "an address that begins with https:// or http://, such as https://discord.com/api/v10"
    if parts.query or parts.fragment or parts.path.endswith("/"):
        return urlunsplit((*parts[:2], parts.path.rstrip("/"), "", ""))
    return None
