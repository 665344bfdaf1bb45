"""Config files: what an admin writes, and what they are told."""

import json
import os
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import SECTIONS, Config
from bot.config_example import render
from bot.config_file import find, load, parse
from bot.faults import ConfigError
from bot.tokens import load_tokens
from nst_engine.options import OPTION_TABLE

ROOT = Path(__file__).parents[2]
DISCORD = "MTk4NjIyNDgzNDcxOTI1MjQ4." + "Cl2FMQ." + "ZnCjm1XVW7vRze4b7Cq4se7kKWs0000000"
TELEGRAM = "123456789:" + "AAF0123456789abcdefghijklmnopqrstuvw"


def write(folder: Path, text: str, name: str = "config.toml", mode: int = 0o600) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def faults(folder: Path, text: str) -> dict[str, tuple[str, str]]:
    with pytest.raises(ConfigError) as caught:
        load(write(folder, text))
    return {fault.path: (fault.found, fault.allowed) for fault in caught.value.faults}


def test_without_a_file_the_defaults_apply(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("IMPASTO_CONFIG", raising=False)
    assert load() == Config()


def test_what_is_set_wins_and_the_rest_keeps_its_default(tmp_path):
    config = load(write(tmp_path, '[limits]\nlargest_size = 2000\n[bot]\nowners = ["cli:local"]\n'))
    assert (config.limits.largest_size, config.bot.owners) == (2000, ("cli:local",))
    assert config.limits.paintings_a_day == Config().limits.paintings_a_day


def test_every_fault_is_told_at_once_with_key_found_and_allowed(tmp_path):
    told = faults(
        tmp_path,
        """
        [bot]
        log_levle = "info"
        owners = ["joe"]
        [engine]
        device = "gpu"
        threads = 0
        nice = true
        start_seconds = inf
        [limits]
        paintings_a_day = -1
        queue_hours = "long"
        [stroe]
        keep_days = 3
        [defaults.options]
        strength = 101
        strenght = 5
        """,
    )
    assert told["bot.log_levle"] == ("an unknown key", "log_level")
    assert told["bot.owners.0"][0] == '"joe"'
    assert told["engine.device"] == ('"gpu"', '"auto", "cpu", "mps", "cuda" or "cuda:N"')
    assert told["engine.threads"] == ("0", "a whole number from 1 to 1024")
    assert told["engine.nice"] == ("true", "a whole number from 0 to 19")
    assert told["engine.start_seconds"] == ("inf", "a number from 5 to 3600")
    assert told["limits.paintings_a_day"] == ("-1", "a whole number of at least 0")
    assert told["limits.queue_hours"] == ('"long"', "a number above 0")
    assert told["stroe"] == ("an unknown section", "[store]")
    assert told["defaults.options.strength"] == ("101", OPTION_TABLE["strength"].allowed)
    assert told["defaults.options.strenght"][0] == "an unknown option"
    assert "strength" in told["defaults.options.strenght"][1]
    assert len(told) == 11


def test_a_key_in_the_wrong_section_is_told_where_it_belongs(tmp_path):
    assert faults(tmp_path, "[bot]\nkeep_days = 3\n") == {"bot.keep_days": ("an unknown key", "keep_days in [store]")}


def test_a_section_that_is_no_section(tmp_path):
    assert faults(tmp_path, "limits = 3\n") == {"limits": ("3", "a section: [limits]")}


def test_a_mistake_in_the_toml_names_its_line(tmp_path):
    ((found, _),) = faults(tmp_path, "[bot]\nlanguage = de\n").values()
    assert "line 2" in found


@pytest.mark.parametrize(
    ("content", "word"), [(b"\xff\xfe\x00", "UTF-8"), (b"[bot\n", "line 1"), (b"a=1\na=2", "overwrite")]
)
def test_files_that_are_no_toml(tmp_path, content, word):
    path = tmp_path / "config.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=word):
        load(path)


def test_a_missing_file_and_a_folder_are_refused_in_words(tmp_path):
    with pytest.raises(ConfigError, match="no such file"):
        load(tmp_path / "none.toml")
    with pytest.raises(ConfigError, match="directory"):
        load(tmp_path)


def test_relative_paths_belong_to_the_files_folder(tmp_path):
    config = load(write(tmp_path, '[bot]\ndata_dir = "data"\n[styles]\nfolders = ["more", "~/mine"]\n'))
    assert config.bot.data_dir == tmp_path / "data"
    assert config.styles.folders == (tmp_path / "more", Path("~/mine").expanduser())


def test_winograds_convolutions_do_not_go_with_bfloat16(tmp_path):
    assert "engine.convolutions" in faults(tmp_path, '[engine]\nconvolutions = "winograd"\ndtype = "bfloat16"\n')


def test_a_weights_file_goes_with_its_backbone(tmp_path):
    assert "engine.weights_file" in faults(tmp_path, '[engine]\nbackbone = "file"\n')
    assert "engine.weights_file" in faults(tmp_path, '[engine]\nweights_file = "a"\n')
    config = load(write(tmp_path, '[engine]\nbackbone = "file"\nweights_file = "a"\n'))
    assert config.engine.weights_file == tmp_path / "a"


def test_addresses_for_people_are_web_addresses(tmp_path):
    text = '[bot]\nprivacy_url = "javascript:alert(1)"\nterms_url = "https://a.example/x y"\ncontact = ""\n'
    told = faults(tmp_path, text)
    assert told["bot.privacy_url"][1] == "an address that begins with https:// or http://"
    assert set(told) == {"bot.privacy_url", "bot.terms_url", "bot.contact"}
    config = load(write(tmp_path, '[bot]\nprivacy_url = "https://a.example/privacy"\ncontact = "Ask Ann"\n'))
    assert (config.bot.privacy_url, config.bot.contact) == ("https://a.example/privacy", "Ask Ann")


def test_a_bot_api_server_of_ones_own_is_whole_or_not_at_all(tmp_path):
    server = '[telegram]\nbase_url = "http://127.0.0.1:8081/bot"\n'
    assert "telegram.base_file_url" in faults(tmp_path, server)
    assert "telegram.local_mode" in faults(tmp_path, "[telegram]\nlocal_mode = true\n")
    assert load(write(tmp_path, server + "local_mode = true\n")).telegram.local_mode
    files = 'base_file_url = "http://127.0.0.1:8081/file/bot"\n'
    assert load(write(tmp_path, server + files)).telegram.base_url == "http://127.0.0.1:8081/bot"
    assert "telegram.webhook_url" in faults(tmp_path, '[telegram]\nwebhook_url = "http://bot.example.org"\n')
    assert "telegram.inline_chat" in faults(tmp_path, '[telegram]\ninline_chat = "@mine"\n')


@pytest.mark.parametrize(
    ("key", "found", "meant"),
    [
        ("base_url", "http://127.0.0.1:8081", "http://127.0.0.1:8081/bot"),
        ("base_url", "http://127.0.0.1:8081/", "http://127.0.0.1:8081/bot"),
        ("base_url", "http://127.0.0.1:8081/bot/", "http://127.0.0.1:8081/bot"),
        ("base_url", "http://127.0.0.1:8081/file/bot", "http://127.0.0.1:8081/bot"),
        ("base_url", "https://a.example/telegram//", "https://a.example/telegram/bot"),
        ("base_url", "https://a.example/bot?x=1", "https://a.example/bot"),
        ("base_file_url", "http://127.0.0.1:8081/bot", "http://127.0.0.1:8081/file/bot"),
        ("base_file_url", "http://127.0.0.1:8081/file", "http://127.0.0.1:8081/file/bot"),
        ("base_file_url", "http://127.0.0.1:8081/file/bot/", "http://127.0.0.1:8081/file/bot"),
    ],
)
def test_an_address_of_another_shape_is_told_with_what_was_meant(tmp_path, key, found, meant):
    addresses = {"base_url": "http://a.example/bot", "base_file_url": "http://a.example/file/bot", key: found}
    lines = "".join(f'{name} = "{address}"\n' for name, address in addresses.items())
    assert faults(tmp_path, "[telegram]\n" + lines) == {f"telegram.{key}": (f'"{found}"', f'"{meant}"')}


def test_addresses_of_another_shape_are_told_along_with_all_other_faults(tmp_path):
    lines = '[bot]\nowners = ["joe"]\n[telegram]\nbase_url = "http://a.example/"\nwebhook_url = "ftp://a.example"\n'
    assert set(faults(tmp_path, lines)) == {"bot.owners.0", "telegram.base_url", "telegram.webhook_url"}


def test_an_address_may_say_itself_where_the_token_belongs(tmp_path):
    lines = 'base_url = "https://a.example/bot{token}/test"\nbase_file_url = "https://a.example/file/bot{token}/test"\n'
    assert load(write(tmp_path, "[telegram]\n" + lines)).telegram.base_url == "https://a.example/bot{token}/test"


@pytest.mark.parametrize(
    ("url", "advice"),
    [
        ("https://bot.example.org:8442/telegram", "443, 80, 88, 8443"),
        ("https://bot.example.org:nine/telegram", "1 to 65535"),
        ("https://bot.example.org/telegram?a=1", "such as https://bot.example.org/telegram"),
        ("https:///telegram", "a host"),
        ("http://bot.example.org/telegram", "an address with https://"),
    ],
)
def test_an_address_for_news_is_one_that_telegram_calls(tmp_path, url, advice):
    ((path, (found, allowed)),) = faults(tmp_path, f'[telegram]\nwebhook_url = "{url}"\n').items()
    assert (path, found) == ("telegram.webhook_url", f'"{url}"')
    assert advice in allowed


def test_a_server_of_ones_own_calls_whatever_it_reaches(tmp_path):
    lines = 'base_url = "http://127.0.0.1:8081/bot"\nlocal_mode = true\nwebhook_url = "http://127.0.0.1:9000/news"\n'
    assert load(write(tmp_path, "[telegram]\n" + lines)).telegram.webhook_url == "http://127.0.0.1:9000/news"


@pytest.mark.parametrize(
    ("owner", "advice"),
    [
        ("discord:anna", "Copy User ID"),
        ("telegram:@anna", "which is not your @name"),
        ("1234", 'the platform before it, as in "discord:1234"'),
        ("cli:anna", "cli:local"),
        ("slack:7", "discord:1234"),
    ],
)
def test_an_owner_who_could_never_be_one_is_told_what_to_write(tmp_path, owner, advice):
    told = faults(tmp_path, f'[bot]\nowners = ["discord:1", "{owner}"]\n')
    assert told["bot.owners.1"][0] == f'"{owner}"'
    assert advice in told["bot.owners.1"][1]


def test_a_section_that_stands_twice_is_told_what_to_do(tmp_path):
    ((found, advice),) = faults(tmp_path, '[bot]\n# owners = []\n\n[bot]\nlanguage = "de"\n').values()
    assert found == "[bot] a second time (at line 4, column 5)"
    assert "take the # off" in advice
    ((found, advice),) = faults(tmp_path, '[bot]\nlanguage = "de"\nlanguage = "en"\n').values()
    assert found.startswith("a key a second time (at ")
    assert advice == "each key once"


def test_the_order_in_which_files_are_looked_for(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "impasto").mkdir()
    assert find(None, {}) is None
    own = write(tmp_path / "impasto", "")
    assert find(None, {}) == own
    assert find(None, {"IMPASTO_CONFIG": "/a.toml"}) == Path("/a.toml")
    assert find(Path("/b.toml"), {"IMPASTO_CONFIG": "/a.toml"}) == Path("/b.toml")


# ---- the example ------------------------------------------------------------------------------------------------


def test_the_example_is_what_the_settings_say():
    assert (ROOT / "config.example.toml").read_text(encoding="utf-8") == render()


def test_the_example_documents_every_key_with_its_default(tmp_path):
    text = render()
    uncommented = "\n".join(
        line.removeprefix("# ") if re.match(r"# [a-z_]+ = ", line) else line for line in text.splitlines()
    )
    data = tomllib.loads(uncommented)
    assert {name: set(keys) for name, keys in data.items()} == {
        name: set(section.model_fields) for name, section in SECTIONS.items()
    }
    shown = {
        "bot": ("data_dir", "privacy_url", "terms_url", "contact"),
        "engine": ("weights_file", "threads", "memory_gb"),
    }
    shown["telegram"] = ("base_url", "base_file_url", "inline_chat", "webhook_url")
    for section, keys in (*shown.items(), ("defaults", ("preset",))):  # without a default, but with an example
        for key in keys:
            del data[section][key]
    assert parse(data, tmp_path / "config.toml") == Config()


def test_the_example_as_it_is_sets_nothing(tmp_path):
    assert load(write(tmp_path, render())) == Config()


# ---- secrets ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        f'[discord]\ntoken = "{DISCORD}"',
        '[bot]\ndiscord_token = "short"',
        f'[bot]\nlanguage = "{TELEGRAM}"',
        f'[defaults.options]\nseed = "{TELEGRAM}"',
    ],
)
def test_a_token_in_the_config_file_is_refused_and_not_repeated(tmp_path, line):
    with pytest.raises(ConfigError) as caught:
        load(write(tmp_path, line + "\n"))
    text = str(caught.value)
    assert "IMPASTO_DISCORD_TOKEN" in text
    assert DISCORD not in text
    assert TELEGRAM not in text


def test_tokens_are_taken_out_of_the_environment(tmp_path):
    environ = {"IMPASTO_DISCORD_TOKEN": DISCORD, "PATH": "/bin"}
    tokens = load_tokens(tmp_path, environ)
    assert tokens.discord is not None
    assert tokens.discord.get_secret_value() == DISCORD
    assert environ == {"PATH": "/bin"}
    assert DISCORD not in f"{tokens!r} {tokens} {tokens.model_dump()}"


def test_the_environment_wins_over_the_file(tmp_path):
    write(tmp_path, f'discord_token = "from-the-file"\ntelegram_token = "{TELEGRAM}"\n', "secrets.toml")
    tokens = load_tokens(tmp_path, {"IMPASTO_DISCORD_TOKEN": DISCORD})
    assert tokens.discord is not None
    assert tokens.telegram is not None
    assert tokens.discord.get_secret_value() == DISCORD
    assert tokens.telegram.get_secret_value() == TELEGRAM


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_secrets_file_that_others_can_read_is_refused(tmp_path, mode):
    write(tmp_path, f'discord_token = "{DISCORD}"\n', "secrets.toml", mode)
    with pytest.raises(ConfigError, match="chmod 600") as caught:
        load_tokens(tmp_path, {})
    assert DISCORD not in str(caught.value)


@pytest.mark.skipif(os.getuid() != 0, reason="only root may give files away")
def test_a_secrets_file_of_somebody_else_is_refused(tmp_path, monkeypatch):
    path = write(tmp_path, f'discord_token = "{DISCORD}"\n', "secrets.toml")
    os.chown(path, 12345, 12345)
    with pytest.raises(ConfigError, match="another user"):
        load_tokens(tmp_path, {})


@pytest.mark.parametrize("text", ['discord = "x"', "discord_token = 5", 'discord_token = ""', "discord_token = x"])
def test_a_secrets_file_with_faults(tmp_path, text):
    write(tmp_path, text + "\n", "secrets.toml")
    with pytest.raises(ConfigError, match=r"secrets\.toml"):
        load_tokens(tmp_path, {})


BROKEN = {
    "a line break": ("5000000001:AAE half\nof it", "a line break in the token"),
    "a space": ("Mz.half and.half", "a space in the token"),
    "a prefix": ("Bot Mz.whole.token", "“Bot” before the token"),
    "quotes": ('"Mz.whole.token"', "a token in quotes too many"),
    "a whole line": ("DISCORD_TOKEN=Mz.whole.token", "the name and the = along with the token"),
    "a dash of another kind": ("Mz.whole\N{EN DASH}token", "a sign in the token that no token has"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_can_be_no_token_is_told_and_not_repeated(tmp_path, case):
    text, found = BROKEN[case]
    with pytest.raises(ConfigError) as caught:
        load_tokens(tmp_path, {"IMPASTO_DISCORD_TOKEN": text})
    (fault,) = caught.value.faults
    assert (fault.path, fault.found) == ("IMPASTO_DISCORD_TOKEN", found)
    assert "whole" not in str(caught.value) and "half" not in str(caught.value)
    write(tmp_path, f"telegram_token = {json.dumps(text)}\n", "secrets.toml")
    with pytest.raises(ConfigError, match=found) as caught:
        load_tokens(tmp_path, {})
    assert "whole" not in str(caught.value) and "half" not in str(caught.value)


# ---- anything at all --------------------------------------------------------------------------------------------

texts = st.text("aB1:. \n\0é", max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
names = st.sampled_from(["threads", "device", "strength", "options", "owners", "largest_size", "x"])


@given(st.dictionaries(st.sampled_from([*SECTIONS, "other"]), st.dictionaries(names, values) | values, max_size=4))
def test_any_data_makes_a_config_or_faults(data):
    file = Path("/nowhere/config.toml")
    try:
        assert isinstance(parse(data, file), Config)
    except ConfigError as error:
        assert error.faults
        assert all(fault.found and fault.allowed and str(fault).isprintable() for fault in error.faults)
