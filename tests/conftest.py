"""What every test relies on."""

import signal

# A shell's background jobs ignore Ctrl-C, and so do all their children: those of the tests shall not.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
