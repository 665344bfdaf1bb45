"""Stands for a process that a fork server starts: `python -I -S launcher.py ADDRESS MODULE [ARGUMENT …]`.

It imports nothing that takes time, since to start quickly is all it is for. See the package.
"""

import _signal as signal
import _socket as socket
import os
import sys

FORWARDED = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2)


def main() -> None:
    """Send the server what the process is to be, wait for its end, and end in the same way."""
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.connect(sys.argv[1])
    for number in FORWARDED:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, lambda number, _: server.send(bytes([number])))
    ignored = bytes(number for number in FORWARDED if signal.getsignal(number) == signal.SIG_IGN)
    environment = [name + b"=" + value for name, value in os.environb.items()]
    words = [ignored, os.getcwdb(), b"%d" % len(sys.argv[2:]), *map(os.fsencode, sys.argv[2:]), *environment]
    message = b"\0".join(words)
    streams = b"".join(number.to_bytes(4, sys.byteorder) for number in (0, 1, 2))
    server.sendmsg([len(message).to_bytes(8, "big")], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, streams)])
    server.sendall(message)
    for stream in (0, 1, 2):  # whoever reads or writes there deals with the forked process alone
        os.close(stream)
    status = int.from_bytes(server.recv(4) or b"\0\0\1\0", "big")
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        if number != signal.SIGKILL:
            signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
    os._exit(os.WEXITSTATUS(status))


main()
