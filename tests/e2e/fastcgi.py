"""One of Postern's programs as a FastCGI worker of the caller's own, asked
over its socket with no web server between, so that each request is known to
be answered by that process.

    with fastcgi.Worker("mcp", {"MAX_REQUESTS": "1000000"}) as worker:
        response = worker.ask("POST", "/mcp", {"Accept": "..."}, body)
        worker.descriptors(), worker.resident()

worker.connect() and records() are for those who send what no web server
would: half a request, or none of the rest."""
import os
import shutil
import signal
import socket
import struct
import subprocess
import time
import urllib.parse

import postern
import program

BEGIN, ABORT, END, PARAMS, STDIN, STDOUT = 1, 2, 3, 4, 5, 6
RESPONDER = 1
RECORD_MOST = 65528
ID = 1
BACKLOG = 64
STOP_SECONDS = 10
PAGE_BYTES = os.sysconf("SC_PAGESIZE")
# Such a worker ends when it is told to.
LASTING = {"MAX_REQUESTS": "100000000", "MAX_LIFETIME": "24h"}


def record(kind, content=b""):
    return struct.pack("!BBHHBB", 1, kind, ID, len(content), 0, 0) + content


def stream(kind, content):
    """Records of it, and the empty one that ends it."""
    return b"".join(record(kind, content[at:at + RECORD_MOST]) for at in
                    range(0, len(content), RECORD_MOST)) + record(kind)


def length(number):
    return (struct.pack("!B", number) if number < 128 else
            struct.pack("!I", number | 1 << 31))


def variables(method, target, headers, body):
    """What a web server tells of a request."""
    path, _, query = target.partition("?")
    told = {"GATEWAY_INTERFACE": "CGI/1.1", "SERVER_PROTOCOL": "HTTP/1.1",
            "REQUEST_METHOD": method, "REQUEST_URI": target,
            "SCRIPT_NAME": path, "QUERY_STRING": query,
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": urllib.parse.urlsplit(
                postern.Server().base_url).netloc}
    if body or method == "POST":
        told["CONTENT_LENGTH"] = str(len(body))
    for name, value in (headers or {}).items():
        word = name.upper().replace("-", "_")
        told[word if word == "CONTENT_TYPE" else "HTTP_" + word] = value
    return told


def records(method, target, headers=None, body=b""):
    """A whole request."""
    pairs = b"".join(
        length(len(name)) + length(len(value)) + name + value
        for name, value in ((n.encode(), v.encode()) for n, v in variables(
            method, target, headers, body).items()))
    return (record(BEGIN, struct.pack("!HB5x", RESPONDER, 0)) +
            stream(PARAMS, pairs) + stream(STDIN, body))


def read(line, most=None):
    """What the program says until it has ended its answer, or most bytes of
    it: the bytes, and whether it was whole."""
    told, left = b"", b""
    while True:
        piece = line.recv(1 << 18)
        if not piece:
            return told, False
        left += piece
        while len(left) >= 8:
            _, kind, _, size, padding, _ = struct.unpack("!BBHHBB", left[:8])
            end = 8 + size + padding
            if len(left) < end:
                break
            if kind == STDOUT:
                told += left[8:8 + size]
            left = left[end:]
            if kind == END:
                return told, True
        if most is not None and len(told) >= most:
            return told, False


def parse(told):
    """What a web server would make of it."""
    head, _, body = told.partition(b"\r\n\r\n")
    lines = [tuple(line.split(": ", 1)) for line in
             head.decode("latin-1").split("\r\n")]
    status = [v for n, v in lines if n.lower() == "status"] or ["200"]
    return postern.Response(int(status[0].split()[0]), lines, body)


class Worker:
    """The process; what it logs is in the file .log of its folder."""

    def __init__(self, name, settings=None):
        self.name = name
        self.folder = program.run_dir()
        self.path = os.path.join(self.folder, "socket")
        self.log = os.path.join(self.folder, "log")
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(self.path)
        self._listener.listen(BACKLOG)
        self._settings = {
            "POSTERN_CONF": os.environ["TEST_POSTERN_CONF"],
            "RUN_DIR": self.folder, **postern.SANITIZERS, **LASTING,
            **(settings or {})}
        self.process = None
        self.start()

    def start(self):
        path = os.path.join(os.path.dirname(os.environ["TEST_POSTERN"]),
                            self.name)
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [path], env=self._settings, stdin=self._listener, stdout=log,
                stderr=log, cwd="/", **program.owner())
        self.pid = self.process.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._listener.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.wait(STOP_SECONDS)
        shutil.rmtree(self.folder)

    def connect(self, timeout=postern.TIMEOUT):
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(timeout)
        line.connect(self.path)
        return line

    def ask(self, method, target, headers=None, body=b""):
        with self.connect() as line:
            line.sendall(records(method, target, headers, body))
            told, whole = read(line)
        assert whole, (self.process.poll(), self.said(), told[:2000])
        return parse(told)

    def said(self):
        """The end of its log."""
        with open(self.log, "rb") as file:
            return file.read()[-2000:].decode("utf-8", "replace")

    def lives(self):
        return self.process.poll() is None

    def descriptors(self):
        return len(os.listdir("/proc/%d/fd" % self.pid))

    def resident(self):
        """Bytes of memory that it has; of its own and shared."""
        with open("/proc/%d/statm" % self.pid, encoding="ascii") as file:
            return int(file.read().split()[1]) * PAGE_BYTES

    def waits(self):
        """Whether it sleeps, and has not just no core to run on."""
        with open("/proc/%d/stat" % self.pid, encoding="ascii") as file:
            return file.read().rpartition(")")[2].split()[0] == "S"

    def wait_idle(self, seconds):
        """As long as it lives, so that it tidies up."""
        time.sleep(seconds)
        assert self.lives(), self.said()
