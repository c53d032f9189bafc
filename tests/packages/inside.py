"""A Debian of our own that runs systemd (see machine), the commands of a page
typed in it, and FastCGI spoken to its sockets."""
import ctypes
import os
import re
import socket
import struct
import subprocess
import sys
import threading

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, "tests", "e2e"))
import postern  # noqa: E402,F401

BUILD = os.path.join(TOP, os.environ.get("BUILD", "build"))
HERE = os.path.join(BUILD, "debian")
COMMAND_SECONDS = 600
REQUEST_SECONDS = 30
BEGIN, PARAMS, STDIN, STDOUT, END = 1, 4, 5, 6, 3


def machine(*words):
    done = subprocess.run(
        [os.path.join(TOP, "tests/packages/machine"), *words],
        capture_output=True, text=True, timeout=COMMAND_SECONDS, check=False)
    return done


def why_not():
    """Why there can be no such machine here, or None."""
    return None if machine("may").returncode == 0 else \
        "no root, or no namespaces and control groups"


class Machine:
    def __init__(self, name):
        self.root = os.path.join(HERE, name)
        os.makedirs(HERE, exist_ok=True)
        tree = os.path.join(HERE, "tree")
        for words in (("stop", self.root), ("tree", tree),
                      ("copy", tree, self.root)):
            done = machine(*words)
            assert done.returncode == 0, done

    def path(self, name):
        return os.path.join(self.root, name.lstrip("/"))

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def boot(self):
        done = machine("boot", self.root)
        assert done.returncode == 0, done

    def stop(self):
        machine("stop", self.root)

    def ask(self, command, well=True):
        """What a command says there, typed by root who has no sudo."""
        done = machine("run", self.root, "env",
                       "DEBIAN_FRONTEND=noninteractive", "sh", "-euc",
                       command.replace("sudo ", ""))
        assert (done.returncode == 0) or not well, (command, done)
        return done.stdout + done.stderr

    def type(self, block):
        """A block of a page, line by line."""
        for line in block.splitlines():
            print("# " + line)
            self.ask(line)

    def fetch(self, method, path, body=b"", pause=None, **headers):
        """An answer of the program that path names, as a web server gets it:
        its status and its body.  pause is called in the middle of the body;
        headers are as CGI has them."""
        program = path.split("/")[-1]
        if program == "health" or path.startswith("/.well-known"):
            program = "well-known"
        with socket.socket(socket.AF_UNIX) as wire:
            wire.settimeout(REQUEST_SECONDS)
            wire.connect("/proc/%s/root/run/postern/%s.sock"
                         % (self.process(), program))
            return speak(wire, method, path, body, pause, headers)

    def process(self):
        """Its process 1, as we see it."""
        with open(self.root + ".pid", encoding="utf-8") as file:
            return file.read().strip()

    def fetch_at(self, port, method, path):
        """Likewise from a port of its loopback."""
        told = []

        def go():
            # Of this thread alone.
            with open("/proc/%s/ns/net" % self.process(), "rb") as network:
                if ctypes.CDLL(None, use_errno=True).setns(
                        network.fileno(), 0) != 0:
                    raise OSError(ctypes.get_errno(), "setns")
            with socket.create_connection(("127.0.0.1", port),
                                          REQUEST_SECONDS) as wire:
                told.append(speak(wire, method, path, b"", None, {}))
        thread = threading.Thread(target=go)
        thread.start()
        thread.join()
        return told[0]


def record(kind, content=b""):
    return struct.pack(">BBHHBx", 1, kind, 1, len(content), 0) + content


def params(pairs):
    told = b""
    for name, value in pairs.items():
        name, value = name.encode(), value.encode()
        assert len(name) < 128 and len(value) < 128
        told += bytes((len(name), len(value))) + name + value
    return told


def speak(wire, method, path, body, pause, headers):
    wire.sendall(record(BEGIN, struct.pack(">HB5x", 1, 0)) + record(
        PARAMS, params({
            "REQUEST_METHOD": method, "REQUEST_URI": path,
            "SCRIPT_NAME": path, "QUERY_STRING": "",
            "HTTP_HOST": "mail.example.org", "REMOTE_ADDR": "192.0.2.1",
            "HTTPS": "on", "CONTENT_TYPE":
            "application/json" if path == "/mcp" else
            "application/x-www-form-urlencoded" if body else "",
            "CONTENT_LENGTH": str(len(body)) if body else "", **headers})) +
        record(PARAMS))
    if pause is not None:
        wire.sendall(record(STDIN, body[:len(body) // 2]))
        pause()
        wire.sendall(record(STDIN, body[len(body) // 2:]))
    elif body:
        wire.sendall(record(STDIN, body))
    wire.sendall(record(STDIN))
    return answer(wire.makefile("rb"))


def answer(stream):
    told, kind = b"", None
    while kind != END:
        head = stream.read(8)
        assert len(head) == 8, "the answer broke off after %r" % told[:200]
        _, kind, _, length, padding = struct.unpack(">BBHHBx", head)
        content = stream.read(length + padding)[:length]
        assert len(content) == length, "the answer broke off"
        told += content if kind == STDOUT else b""
    head, _, body = told.partition(b"\r\n\r\n")
    status = re.search(rb"^Status: (\d+)", head, re.M | re.I)
    return int(status[1]) if status else 200, body


def blocks(page):
    """The commands of a page, in order."""
    with open(os.path.join(TOP, page), encoding="utf-8") as file:
        return re.findall(r"^```sh\n(.*?)^```$", file.read(), re.M | re.S)
