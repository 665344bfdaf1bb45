"""`impasto run` and `stylize --submit`: jobs that survive terminals, stops and power cuts; secrets that stay secret."""

import os
import signal
import socket
import sqlite3
import stat

import psutil
import pytest
from PIL import Image

from tests.waiting import PATIENCE

from .conftest import NO_TELEGRAM, NOBODY, engine_command, read_until, wait_until

SUBMIT = ("stylize", "photo.jpg", "--style", "style.png", "--size", "64", "--submit")


def test_the_running_bot_paints_what_is_submitted(processes, folder):
    bot = processes.bot()
    ended = processes.run(*SUBMIT, "-o", "out.jpg", "--json")
    assert ended.code == 0
    assert '"width": 64' in ended.out
    with Image.open(folder / "out.jpg") as painting:
        assert painting.format == "JPEG"
    wait_until(lambda: bot.states() == ["delivered"])
    assert bot.stop() == 0


def test_a_second_bot_on_the_same_data_is_refused(processes):
    bot = processes.bot(forked=False)
    ended = processes.run("run")
    assert ended.code == 1
    assert "in use" in ended.complaint
    assert str(bot.process.pid) in ended.complaint
    assert processes.run(*SUBMIT, "-o", "out.png").code == 0, "the first one does not mind"


def test_without_a_chat_it_says_what_to_set_and_serves_terminals(processes):
    bot = processes.bot()
    (event,) = [event for event in bot.events() if event["event"] == "bot.no_chat"]
    assert "IMPASTO_DISCORD_TOKEN" in str(event["hint"])


def test_without_a_bot_submitting_says_what_to_do(impasto):
    ended = impasto(*SUBMIT, "-o", "out.png")
    assert ended.code == 1
    assert "impasto run" in ended.complaint


def test_a_mistake_is_told_by_the_running_bot(processes, folder):
    (folder / "photo.jpg").write_text("no photo")
    bot = processes.bot()
    ended = processes.run(*SUBMIT, "-o", "out.png")
    assert ended.code == 2
    assert "photo" in ended.complaint
    assert bot.states() == []


def test_the_watching_can_be_interrupted_without_losing_the_job(processes, folder):
    processes.bot(IMPASTO_ENGINE_COMMAND=engine_command(FAKE_ENGINE_SECONDS=3))
    client = processes.start(*SUBMIT, "-o", "out.png")
    read_until(client, "iteration")
    client.send_signal(signal.SIGINT)
    _, err = client.communicate(timeout=PATIENCE)
    assert client.returncode == 130
    assert "goes on" in err.splitlines()[-1]
    wait_until((folder / "out.png").exists)


def test_many_submitted_without_waiting_are_all_painted(processes, folder):
    with (folder / "config.toml").open("a") as config:
        config.write("[limits]\nwaiting_at_once = 20\n")
    processes.bot()
    for number in range(3):
        ended = processes.run(*SUBMIT, "--no-wait", "--seed", number, "-o", f"{number}.png")
        assert (ended.code, ended.out) == (0, "")
        assert "is stored" in ended.err
    wait_until(lambda: all((folder / f"{number}.png").exists() for number in range(3)))


def test_quotas_hold_for_what_is_submitted(processes, folder):
    with (folder / "config.toml").open("a") as config:
        config.write("[limits]\npaintings_a_day = 1\n")
    processes.bot()
    assert processes.run(*SUBMIT, "-o", "1.png").code == 0
    ended = processes.run(*SUBMIT, "-o", "2.png")
    assert ended.code == 2
    assert "today" in ended.complaint


def test_a_painting_never_takes_the_place_of_another_file(processes, folder):
    bot = processes.bot(IMPASTO_ENGINE_COMMAND=engine_command(FAKE_ENGINE_SECONDS=2))
    assert processes.run(*SUBMIT, "--no-wait", "-o", "out.png").code == 0
    (folder / "out.png").write_bytes(b"somebody's")
    wait_until(lambda: bot.states() == ["delivered"])
    assert (folder / "out.png").read_bytes() == b"somebody's"
    assert (folder / "out-2.png").exists()


def test_a_folder_that_is_gone_is_told(processes, folder):
    (folder / "sub").mkdir()
    processes.bot(IMPASTO_ENGINE_COMMAND=engine_command(FAKE_ENGINE_SECONDS=2))
    client = processes.start(*SUBMIT, "-o", "sub/out.png")
    read_until(client, "iteration")
    (folder / "sub").rmdir()
    _, err = client.communicate(timeout=PATIENCE)
    assert client.returncode == 1
    assert "cannot be written" in err.splitlines()[-1]


# ---- stops and power cuts ---------------------------------------------------------------------------------------


def test_a_job_survives_the_death_of_the_bot_while_it_waits(processes, folder):
    bot = processes.bot(IMPASTO_ENGINE_COMMAND=engine_command(FAKE_ENGINE_TROUBLE="never-hello"))
    assert processes.run(*SUBMIT, "--no-wait", "-o", "out.png").code == 0
    assert bot.states() == ["queued"]
    bot.kill()
    bot = processes.bot()
    wait_until(lambda: bot.states() == ["delivered"])
    assert Image.open(folder / "out.png").size == (64, 43)


def test_a_job_survives_the_death_of_the_bot_while_it_is_painted(processes, folder):
    command = engine_command(forked=False, FAKE_ENGINE_SECONDS=20)
    bot = processes.bot(forked=False, IMPASTO_ENGINE_COMMAND=command)
    assert processes.run(*SUBMIT, "--no-wait", "-o", "out.png").code == 0
    wait_until(lambda: bot.states() == ["painting"])
    children = psutil.Process(bot.process.pid).children(recursive=True)
    bot.kill()
    assert not psutil.wait_procs(children, timeout=PATIENCE)[1], "the engine dies with the bot"
    bot = processes.bot()
    wait_until(lambda: bot.states() == ["delivered"])
    assert (folder / "out.png").exists()


def test_a_job_survives_the_death_of_the_bot_between_painting_and_delivery(processes, folder):
    with (folder / "config.toml").open("a") as config:
        config.write("[limits]\nlargest_size = 2048\n")
    big = ("stylize", "photo.jpg", "--style", "style.png", "--size", "2048", "--submit", "--no-wait")
    for attempt in range(5):  # writing WebP of that size takes a while, in which the axe has to fall
        bot = processes.bot()
        assert processes.run(*big, "-o", f"{attempt}.webp", "--seed", attempt).code == 0
        wait_until(lambda bot=bot, attempt=attempt: bot.states()[attempt] in ("painted", "delivered"))
        bot.kill()
        if bot.states()[attempt] == "painted":
            break
    else:
        pytest.fail("the axe never fell in time")
    bot = processes.bot()
    wait_until(lambda: set(bot.states()) == {"delivered"})
    assert Image.open(folder / f"{attempt}.webp").size == (2048, 1365)
    assert len(list(folder.glob("*.webp"))) == attempt + 1
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] in ([], [f".{attempt}.webp.part"])


def test_a_delivery_that_was_written_but_not_noted_is_not_written_twice(processes, folder):
    bot = processes.bot()
    assert processes.run(*SUBMIT, "-o", "out.jpg").code == 0
    wait_until(lambda: bot.states() == ["delivered"])
    bot.kill()
    with sqlite3.connect(bot.database) as connection:  # as it stood a moment before
        connection.execute("DROP TRIGGER jobs_change_state")
        connection.execute("UPDATE jobs SET state = 'painted', sent_ref = NULL, ended_at = NULL")
    bot = processes.bot()
    wait_until(lambda: bot.states() == ["delivered"])
    assert [path.name for path in folder.glob("out*")] == ["out.jpg"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_is_graceful_and_loses_nothing(processes, folder, number):
    command = engine_command(forked=False, FAKE_ENGINE_SECONDS=20)
    bot = processes.bot(forked=False, IMPASTO_ENGINE_COMMAND=command)
    client = processes.start(*SUBMIT, "-o", "out.png")
    read_until(client, "iteration")
    children = psutil.Process(bot.process.pid).children(recursive=True)
    bot.process.send_signal(number)
    assert bot.process.wait(PATIENCE) == 0
    assert not psutil.wait_procs(children, timeout=PATIENCE)[1]
    assert "Traceback" not in bot.log_file.read_text()
    _, err = client.communicate(timeout=PATIENCE)
    assert client.returncode == 1
    assert "is kept" in err.splitlines()[-1]
    assert bot.states() == ["queued"]
    assert not (folder / "data" / "impasto.sock").exists()
    bot = processes.bot()
    wait_until(lambda: bot.states() == ["delivered"])


def test_a_stop_while_it_starts(processes):
    process = processes.start(
        "run", forked=False, IMPASTO_ENGINE_COMMAND=engine_command(FAKE_ENGINE_TROUBLE="never-hello")
    )
    read_until(process, "studio.started")
    process.terminate()
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert "Traceback" not in err


# ---- what others can see ----------------------------------------------------------------------------------------


def test_secrets_are_in_no_log_no_command_line_and_no_childs_environment(processes, folder):
    token = "not-a-token-by-its-looks-7531"
    secrets = folder / "secrets.toml"
    secrets.write_text('telegram_token = "another-one-8642"\n')
    secrets.chmod(0o600)
    with (folder / "config.toml").open("a") as config:
        config.write(NO_TELEGRAM)
    bot = processes.bot(
        forked=False,
        IMPASTO_DISCORD_TOKEN=token,
        IMPASTO_DISCORD_API=NOBODY,
        IMPASTO_ENGINE_COMMAND=engine_command(forked=False, FAKE_ENGINE_SECONDS=5),
        PYTHONDEVMODE="",
    )
    assert processes.run(*SUBMIT, "--no-wait", "-o", "out.png").code == 0
    wait_until(lambda: bot.states() == ["painting"])
    family = psutil.Process(bot.process.pid)
    children = family.children(recursive=True)
    assert children
    shown = " ".join([*family.cmdline(), *(word for child in children for word in child.cmdline())])
    inherited = str([child.environ() for child in children])
    bot.stop()
    for secret in (token, "another-one-8642"):
        assert secret not in bot.log_file.read_text()
        assert secret not in shown
        assert secret not in inherited


def test_a_secrets_file_that_others_can_read_stops_the_start(processes, folder):
    secrets = folder / "secrets.toml"
    secrets.write_text('telegram_token = "another-one-8642"\n')
    secrets.chmod(0o644)
    ended = processes.run("run")
    assert ended.code == 2
    assert "chmod 600" in ended.complaint
    assert "8642" not in ended.err


def test_the_socket_and_the_data_are_the_owners_alone(processes, folder):
    processes.bot()
    for path in (folder / "data", folder / "data" / "impasto.sock"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


def test_nonsense_on_the_socket_harms_nobody(processes, folder):
    bot = processes.bot()
    for nonsense in (b"", b"GET / HTTP/1.1\r\n\r\n", b"\0\0\0\4abcd", os.urandom(1000)):
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(folder / "data" / "impasto.sock"))
            client.sendall(nonsense)
    assert processes.run(*SUBMIT, "-o", "out.png").code == 0
    assert "Traceback" not in bot.log_file.read_text()


def test_the_bot_stays_small(processes):
    bot = processes.bot(forked=False)
    assert processes.run(*SUBMIT, "-o", "out.jpg").code == 0
    assert psutil.Process(bot.process.pid).memory_info().rss < 200 * 1024 * 1024
