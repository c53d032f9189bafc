"""Postern's programs, run by themselves, with calls that fail.

    site = programs.Site(folder, SMTP_PORT=2525)
    asked = programs.Asked("GET", site.base_url + "/health")
    answer = site.cgi(asked)                        one process for one request
    answer = site.cgi(asked, Plan("read", 3))        whose third read fails
    worker = site.worker("mcp")                     or FastCGI
    answer = worker.ask(asked, Plan(...))

An answer has what the process wrote (status, headers, body, and whether it is
whole), how it ended, what it logged, and what was made to fail."""
import ctypes
import mmap
import os
import shutil
import socket
import struct
import subprocess
import sys
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))
import postern                                                  # noqa: E402
import program                                                  # noqa: E402

BUILD = os.environ.get("BUILD", "build")
LIBRARY = os.path.join(BUILD, "tests/torture/fail.so")
KINDS = ("memory", "read", "write", "connect", "open", "random", "other")
# struct torture of fail.h.
HEAD, FRAMES, PATHS = struct.Struct("=16I2q2I2q"), 48, 1 << 18
SIZE = HEAD.size + 8 * FRAMES + 4 * PATHS
SECONDS = 20                    # that a request may take, whatever fails
SOCKET_PATH = "/w%d"
NOT_RANDOM = 0x0040000          # personality(2): addresses are always the same
MARKED, ENDED, COPIES = 1, 16, 2
PROGRAMS = (("/.well-known/", "well-known"), ("/health", "well-known"),
            ("/oauth/discover", "authorize"), ("/oauth/upstream", "authorize"),
            ("/oauth/", None), ("/confirm", "connections"),
            ("/attachment", "attachment"), ("/", None))


class Plan:
    """Which call fails: the at-th of that kind, or (burst) it and all of all
    kinds from then on; without a number calls are only counted; traced: with
    who made each.  Or copies: each call of these numbers fails, in a copy of
    the process made for it, which has to end at once."""

    def __init__(self, kind="memory", at=0, burst=False, traced=False,
                 copies=()):
        self.kind, self.at, self.burst = kind, at, burst
        self.traced, self.copies = traced, copies
        self.way = COPIES if copies else int(burst)

    def __str__(self):
        return "%s %d%s" % (self.kind, self.at, " on" if self.burst else "")


class Asked:
    """A request as a web server passes it on."""

    def __init__(self, method, url, headers=None, body=b""):
        self.method, self.url = method, urllib.parse.urlsplit(url)
        if isinstance(body, dict):
            body = urllib.parse.urlencode(body)
            headers = {"Content-Type": program.FORM, **(headers or {})}
        self.body = body.encode() if isinstance(body, str) else body or b""
        self.headers = headers or {}

    def program(self):
        for start, name in PROGRAMS:
            if self.url.path.startswith(start):
                return name or self.url.path.rsplit("/", 1)[1]
        raise AssertionError(self.url)

    def variables(self):
        path, query = self.url.path, self.url.query
        told = {"GATEWAY_INTERFACE": "CGI/1.1", "SERVER_PROTOCOL": "HTTP/1.1",
                "REQUEST_METHOD": self.method, "SCRIPT_NAME": path,
                "REQUEST_URI": path + ("?" + query if query else ""),
                "QUERY_STRING": query, "REMOTE_ADDR": "127.0.0.1",
                "HTTP_HOST": self.url.netloc}
        if self.body or self.method != "GET":
            told["CONTENT_LENGTH"] = str(len(self.body))
        for name, value in self.headers.items():
            name = name.upper().replace("-", "_")
            told[name if name == "CONTENT_TYPE" else "HTTP_" + name] = value
        return told


class Answer:
    """What came of a request.  ended: the process's status, None while it
    lives; broken: whether the answer is less than it says of itself."""

    def __init__(self, output, log, ended, told):
        head, end, self.body = output.partition(b"\r\n\r\n")
        lines = [line.partition(": ") for line in
                 head.decode("utf-8", "replace").split("\r\n")]
        self.headers = [(name, value) for name, _, value in lines]
        self.status = int((self.header("Status") or "200").split()[0])
        length = self.header("Content-Length")
        self.broken = not end or (length is not None and
                                  int(length) != len(self.body))
        self.output, self.log, self.ended = output, log, ended
        self.failed, self.own = told[4:6]
        self.calls = dict(zip(KINDS, told[8:15]))

    header = postern.Response.header
    text = postern.Response.text
    json = postern.Response.json

    def __repr__(self):
        return "%s, ended %r, %d failed: %r; log: %s" % (
            "broken" if self.broken else "whole", self.ended, self.failed,
            self.output[:1500], self.log[-600:])


class Shared:
    """The memory that the programs share with this one."""

    def __init__(self, path):
        self.path = path
        with open(path, "wb") as file:
            file.truncate(SIZE)
        os.chmod(path, 0o666)
        with open(path, "r+b") as file:
            self._at = mmap.mmap(file.fileno(), SIZE)

    def arm(self, plan):
        told = self.told()
        self._at[:HEAD.size] = HEAD.pack(
            KINDS.index(plan.kind), plan.at, plan.way, plan.traced,
            *[0] * 12, *told[16:18], 0, *told[19:])

        if plan.copies:
            at, last = HEAD.size + 8 * FRAMES, plan.copies[-1]
            marks = [0] * last
            for number in plan.copies:
                marks[number - 1] = MARKED
            self._at[at:at + 4 * last] = struct.pack("=%dI" % last, *marks)

    def ended(self, numbers):
        """Of calls that failed in copies: {its number: how many calls of
        other kinds there were before}, of those that ended at once."""
        marks = self.paths(numbers[-1])
        return {number: marks[number - 1] - ENDED for number in numbers
                if marks[number - 1] >= ENDED}

    def told(self):
        return HEAD.unpack(self._at[:HEAD.size])

    def caller(self):
        """Addresses of who made the first call that failed."""
        count = min(self.told()[6], FRAMES)
        return struct.unpack("=%dQ" % count,
                             self._at[HEAD.size:HEAD.size + 8 * count])

    def paths(self, count):
        """A number for the path that led to each call, in order."""
        at = HEAD.size + 8 * FRAMES
        count = min(count, PATHS)
        return struct.unpack("=%dI" % count, self._at[at:at + 4 * count])


class Site:
    """The configuration of the site under test with settings of the caller's
    own, and what runs programs with it."""

    def __init__(self, folder, **settings):
        self.folder = folder
        os.chmod(folder, 0o755)
        ctypes.CDLL(None).personality(NOT_RANDOM)
        self.library = os.path.join(folder, "fail.so")
        with open(LIBRARY, "rb") as file, open(self.library, "wb") as to:
            to.write(file.read())
        os.chmod(self.library, 0o755)
        self.owner = program.owner()
        self.run_dir = program.run_dir()
        self.conf = self._configure({**settings, "RUN_DIR": self.run_dir})
        self.base_url = postern.Server().base_url
        self.programs = os.path.dirname(os.environ["TEST_POSTERN"])
        self.shared = Shared(os.path.join(folder, "shared"))
        self._workers, self._helpers = [], {}

    def _configure(self, settings):
        path = os.path.join(self.folder, "torture.conf")
        with open(os.environ["TEST_POSTERN_CONF"], encoding="utf-8") as file:
            lines = [line for line in file
                     if line.split("=")[0] not in settings]
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(lines)
            file.writelines("%s=%s\n" % told for told in settings.items())
        os.chmod(path, 0o400)
        if self.owner:
            os.chown(path, self.owner["user"], self.owner["group"])
        return path

    def environment(self, shared):
        """The library makes the process the owner's: where Python does that,
        it copies all that it holds to start it (no vfork)."""
        told = {"POSTERN_CONF": self.conf, "LD_PRELOAD": self.library,
                "TORTURE_FILE": shared.path, **postern.SANITIZERS}
        if self.owner:
            told["TORTURE_OWNER"] = "%(user)d:%(group)d" % self.owner
        return told

    def cgi(self, asked, plan=Plan()):
        self.shared.arm(plan)
        path = os.path.join(self.programs, asked.program())
        done = subprocess.run(
            [path], env={**asked.variables(), **self.environment(self.shared)},
            input=asked.body, capture_output=True, check=False,
            timeout=SECONDS, cwd="/")
        return Answer(done.stdout, done.stderr.decode("utf-8", "replace"),
                      done.returncode, self.shared.told())

    def plain(self, asked):
        """Without any failure, and cheaply: by a process that goes on, which
        nothing ever fails in."""
        name = asked.program()
        if name not in self._helpers:
            self._helpers[name] = self.worker(name, Shared(
                os.path.join(self.folder, "shared-" + name)))
        answer = self._helpers[name].ask(asked)
        assert not answer.broken and answer.ended is None, answer
        return answer

    def fetch(self, method, url, headers=None, body=None):
        """In place of postern.fetch: what tests do by HTTP, done here."""
        answer = self.plain(Asked(method, url, headers, body))
        return postern.Response(answer.status, answer.headers, answer.body)

    def worker(self, name, shared=None):
        self._workers.append(Worker(self, name, SOCKET_PATH % len(
            self._workers), shared or self.shared))
        return self._workers[-1]

    def forget(self):
        """What was counted: logins that broke off are as good as refused."""
        path = os.path.join(self.run_dir, "logins-of-users")
        if os.path.exists(path):
            os.unlink(path)

    def end(self):
        for worker in self._workers:
            worker.end()
        shutil.rmtree(self.run_dir)


def record(kind, content):
    return struct.pack(">BBHHBx", 1, kind, 1, len(content), 0) + content


def pairs(variables):
    told = b""
    for name, value in variables.items():
        for word in (name.encode(), value.encode()):
            told += struct.pack(">I", len(word) | 1 << 31)
        told += name.encode() + value.encode()
    return told


class Worker:
    """One process that serves FastCGI requests; started again when it has
    ended, as web servers do."""

    PARAMS, STDIN, STDOUT, END = 4, 5, 6, 3

    def __init__(self, site, name, path, shared):
        self.site, self.path, self.shared = site, site.folder + path, shared
        self.name, self.starts, self.process = name, 0, None
        self.held = None
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(self.path)
        self._listener.listen(16)
        self._log = open(self.path + ".log", "w+b")

    def end(self):
        if self.process is not None:
            self.process.terminate()
            self.process.wait(SECONDS)
        self._listener.close()
        self._log.close()

    def start(self):
        if self.process is not None and self.process.poll() is None:
            return
        self.shared.arm(Plan())
        self.starts += 1
        self.process = subprocess.Popen(
            [os.path.join(self.site.programs, self.name)],
            env=self.site.environment(self.shared), cwd="/",
            stdin=self._listener, stdout=subprocess.DEVNULL, stderr=self._log)
        assert self.settle() is not None, self._logged()

    def settle(self):
        """Waits until it waits; then what it holds: (descriptors, blocks of
        memory, bytes), or None where it has ended."""
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            told = self.shared.told()
            if self.process.poll() is not None:
                return None
            # One that tidied up while it had nothing to do has told that it
            # waits already, though it may be ending by now.
            if told[18] > 0 and self._sleeps():
                return told[19:]
            time.sleep(0.0005)
        raise AssertionError("it neither waits nor ends")

    def _sleeps(self):
        with open("/proc/%d/stat" % self.process.pid,
                  encoding="ascii") as file:
            return file.read().rpartition(")")[2].split()[0] == "S"

    def _exchange(self, asked):
        content = pairs(asked.variables())
        sent = record(1, b"\0\1\0" + bytes(5))
        for kind, text in ((self.PARAMS, content), (self.STDIN, asked.body)):
            for at in range(0, len(text), 65000):
                sent += record(kind, text[at:at + 65000])
            sent += record(kind, b"")
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(SECONDS)
            line.connect(self.path)
            received = b""
            try:
                line.sendall(sent)
                while data := line.recv(1 << 16):
                    received += data
            except (BrokenPipeError, ConnectionResetError):
                pass
        return received

    def _parse(self, received):
        output, at, ended = b"", 0, False
        while at + 8 <= len(received):
            _, kind, _, length, padding = struct.unpack_from(
                ">BBHHB", received, at)
            content = received[at + 8:at + 8 + length]
            output += content if kind == self.STDOUT else b""
            ended = ended or kind == self.END
            at += 8 + length + padding
        return output, ended

    def _logged(self):
        self._log.seek(0)
        text = self._log.read().decode("utf-8", "replace")
        self._log.seek(0)
        self._log.truncate()
        return text

    def ask(self, asked, plan=Plan()):
        self.start()
        self.shared.arm(plan)
        received = self._exchange(asked)
        output, ended = self._parse(received)
        self.held = self.settle()
        answer = Answer(output, self._logged(), self.process.poll(),
                        self.shared.told())
        answer.broken = answer.broken or not ended
        return answer

