"""Commands are told to Discord when they changed, and in every language of the catalogue."""

from __future__ import annotations

import discord
import pytest
from discord import app_commands

from bot.adapters.discord.sync import FILE, sync
from bot.adapters.discord.translator import Translator


@pytest.fixture
def fingerprinted() -> None:
    """Look for changes, as the bot does."""


LOCALES = ("de", "es-ES", "es-419", "fr", "pt-BR", "ru", "uk", "ja")


def told(house) -> int:
    return len(house.requests("PUT", "/commands"))


async def test_two_starts_tell_the_commands_once(house, env):
    assert told(house) == 1
    await house.restart()
    assert told(house) == 1
    await house.painted(house.anna)  # and they still work


async def test_a_change_is_told(house, env):
    async def more(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("more")

    tree = house.adapter.bind(house.studio).tree
    client = env.bot
    client.tree.add_command(app_commands.Command(name="more", description="More.", callback=more))
    assert await sync(client.tree, house.folder / "data")
    assert told(house) == 2
    assert not await sync(client.tree, house.folder / "data")
    assert told(house) == 2
    assert tree is not client.tree


async def test_commands_that_discord_did_not_take_are_told_again(house, env):
    (house.folder / "data" / FILE).unlink()
    env.inject_error("PUT", "/applications/*/commands", status=503, times=1)
    assert not await sync(env.bot.tree, house.folder / "data")
    assert await sync(env.bot.tree, house.folder / "data")


async def test_a_damaged_note_only_costs_a_request(house, env):
    (house.folder / "data" / FILE).write_bytes(b"\xff\xfe nonsense")
    assert await sync(env.bot.tree, house.folder / "data")


async def test_what_is_told_stays_within_discords_limits(house, env):
    (request,) = house.requests("PUT", "/commands")
    assert 0 < len(request.json) <= 100
    for command in request.json:
        assert _characters(command) <= 8000, command["name"]


def _characters(command: dict) -> int:
    """What Discord counts: names, descriptions and choices, the longest language of each."""
    longest = [
        max(map(len, [command.get(key) or "", *(command.get(f"{key}_localizations") or {}).values()]))
        for key in ("name", "description")
    ]
    inner = [*(command.get("options") or []), *(command.get("choices") or [])]
    return sum(longest) + len(str(command.get("value", ""))) + sum(map(_characters, inner))


async def test_the_menu_speaks_every_language(house, env):
    (request,) = house.requests("PUT", "/commands")
    stylize = next(command for command in request.json if command["name"] == "stylize")
    descriptions = stylize["description_localizations"]
    assert set(LOCALES) <= set(descriptions)
    assert "en-US" not in descriptions  # that is what the command says already


async def test_languages_without_a_catalogue_keep_english(house):
    translator = Translator(house.presenter)
    context = app_commands.TranslationContext(app_commands.TranslationContextLocation.command_name, None)
    for locale in (discord.Locale.thai, discord.Locale.american_english, discord.Locale.british_english):
        assert await translator.translate(app_commands.locale_str("stylize"), locale, context) is None
