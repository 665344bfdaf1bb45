"""What every test relies on."""

import logging
import os
import signal

import pytest
import structlog

# A shell's background jobs ignore Ctrl-C, and so do all their children: those of the tests shall not.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Tests run side by side, a few at a time: with all cores for each of them, painters would mostly wait for one another.
# Set before torch is loaded, and passed on to engines.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture
def logs_restored():
    """Leave the logs as they were, however a test sets them up."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    logging.captureWarnings(False)
    structlog.reset_defaults()
