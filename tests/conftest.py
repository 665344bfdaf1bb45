"""What every test relies on."""

import logging
import os
import signal
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings

from bot.store import migrations
from tests.near_database import migrate_or_copy
from tests.waiting import TEST_SECONDS, slowness

# A shell's background jobs ignore Ctrl-C, and so do all their children: those of the tests shall not.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Tests run side by side, a few at a time: with all cores for each of them, painters would mostly wait for one another.
# Set before torch is loaded, and passed on to engines.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")


# How long an example takes, or making one up, says something of the machine only.
settings.register_profile("any-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any-machine")


def log_plainly():
    """Log as structlog does unless told otherwise, but without its coloured tracebacks, which take 50 ms each."""
    structlog.reset_defaults()
    *processors, _ = structlog.get_config()["processors"]
    renderer = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*processors, renderer])


log_plainly()

ROOT = Path(__file__).parent
WHOLE_BOTS = {"unopened", "street", "processes", "impasto"}  # fixtures with a chat or a command line in them
SLOW_STUDIO = (
    *("delivery", "forgetting", "hidden", "killed", "memory", "moving", "painting", "reach", "results", "rights"),
    *("style_words", "trouble", "verbs", "wishes"),
)
SLOW_TELEGRAM = ("floods", "outlet", "registration", "sending", "statuses")
SLOW_PLACES = (  # processes, waiting and arithmetic, of which there is too much for every change
    "benchmarks",
    "bot/engines",
    "bot/intake",
    *(f"bot/studio/test_{name}.py" for name in SLOW_STUDIO),
    *(f"bot/adapters/telegram/test_{name}.py" for name in SLOW_TELEGRAM),
    *(f"nst_engine/test_{name}.py" for name in ("film", "report", "tiling", "weights", "winograd", "worker")),
    "test_boundaries.py",
    "tools",
)


def pytest_collection_modifyitems(items):
    """Mark as slow what opens a whole bot or paints for real: each is quick, but all of them are not."""
    for item in items:
        names = set(item.fixturenames)
        if "painter" in names:
            item.add_marker(pytest.mark.paints)
        if (
            names & WHOLE_BOTS
            or any(item.get_closest_marker(name) for name in ("paints", "long"))
            or item.path.relative_to(ROOT).as_posix().startswith(SLOW_PLACES)
        ):
            item.add_marker(pytest.mark.slow)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item):
    """Give painting more time where it takes more."""
    if item.get_closest_marker("paints"):
        item.add_marker(pytest.mark.timeout(TEST_SECONDS * slowness()))
    return (yield)


@pytest.fixture(autouse=True)
def _quick_new_databases(request, monkeypatch):
    """Migrate in earnest where that is the point."""
    if not request.path.is_relative_to(ROOT / "bot" / "store"):
        monkeypatch.setattr(migrations, "migrate_database", migrate_or_copy)


@pytest.fixture
def logs_restored():
    """Leave the logs as they were, however a test sets them up."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    logging.captureWarnings(False)
    log_plainly()
