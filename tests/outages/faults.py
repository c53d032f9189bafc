"""Faults of mail servers: one that hangs, and Dovecot that ends and comes
back."""
import imaplib
import os
import signal
import socket
import subprocess
import time

from relay import Relay

GREETING = b"* OK [CAPABILITY IMAP4rev1 STARTTLS] hello, and so on\r\n"
HOME = os.path.dirname(os.path.dirname(os.environ["TEST_LMTP"]))


class Host(Relay):
    """The real server until it hangs: "silent", "drip" or "deaf"."""

    def __init__(self, target):
        self.way = None
        super().__init__(target)

    def hang(self, way):
        self.drop_all()
        self.way, self.connections = way, 0
        if way == "deaf":
            self._fill()

    def heal(self):
        self.way = None
        self.drop_all()

    def _fill(self):
        """Nobody accepts, and the queue is full: what comes is dropped."""
        port = self.port
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._deaf = socket.socket()
        self._deaf.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._deaf.bind(("127.0.0.1", port))
        self._deaf.listen(0)
        self._held = []
        for _ in range(4):
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
            self._held.append(one)

    def _pump(self, source, sink, line, from_server):
        if self.way is None:
            super()._pump(source, sink, line, from_server)
        elif not from_server:
            self._hold_line(source)
            self._drop(sink)

    def _hold_line(self, line):
        line.settimeout(1)
        at = 0
        while True:
            try:
                if self.way == "drip":
                    line.sendall(GREETING[at:at + 1])
                    at += 1
                if line.recv(65536) == b"":
                    break
            except socket.timeout:
                continue
            except OSError:
                break
        self._drop(line)


def master():
    with open(os.path.join(HOME, "run", "master.pid"),
              encoding="ascii") as file:
        return int(file.read())


def listens(server):
    try:
        server.imap().logout()
        return True
    except (OSError, imaplib.IMAP4.error):
        return False


def children(pid):
    """Its processes; those of sessions outlive it else."""
    found = []
    for name in os.listdir("/proc"):
        try:
            with open("/proc/%s/stat" % name, encoding="utf-8") as file:
                if int(file.read().rpartition(")")[2].split()[1]) == pid:
                    found.append(int(name))
        except (OSError, ValueError):
            pass
    return found


def end(pid, how):
    try:
        os.kill(pid, how)
    except ProcessLookupError:
        pass


def restart(server, away_seconds):
    """Dovecot ends for so long: when it began to, and when it was back."""
    pid, down = master(), time.monotonic()
    sessions = children(pid)
    end(pid, signal.SIGTERM)
    while os.path.exists("/proc/%d" % pid):
        time.sleep(0.01)
    for one in sessions:
        end(one, signal.SIGKILL)
    time.sleep(away_seconds)
    subprocess.run(["dovecot", "-c", os.path.join(HOME, "dovecot.conf")],
                   check=True, env={**os.environ, "PATH": os.environ["PATH"] +
                                    ":/usr/sbin:/sbin"})
    while not listens(server):
        time.sleep(0.01)
    return down, time.monotonic()
