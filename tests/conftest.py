"""What every test relies on."""

import logging
import signal

import pytest
import structlog

# A shell's background jobs ignore Ctrl-C, and so do all their children: those of the tests shall not.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def logs_restored():
    """Leave the logs as they were, however a test sets them up."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    logging.captureWarnings(False)
    structlog.reset_defaults()
