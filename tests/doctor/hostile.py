"""Sites that mean harm to who looks at them with postern check: a row is its
name, what the site answers, options of the command, and words it has to say.
Whatever they do, it ends soon and a terminal obeys none of their words."""
import socket
import subprocess
import threading
import time

import sites

SOON = 30
FAST = ("faketime", "-f", "+0 x20")
CODES = b"\x1b]0;title\x07\x1b[31m\x9b31m\xc2\x9b31m\xe2\x80\xae"
OURS = b"X-Content-Type-Options: nosniff\r\n"


def head(status, *lines):
    return b"HTTP/1.1 %s\r\n%s\r\n" % (
        status, b"".join(line + b"\r\n" for line in lines))


def codes(_):
    yield head(b"404 " + CODES, b"Server: " + CODES, b"Date: " + CODES,
               b"Content-Type: " + CODES, OURS[:-2], b"Content-Length: 0")


def leads_away(_):
    yield head(b"302 Found", b"Content-Length: 0",
               b"Location: http://169.254.169.254/" + CODES + b"x" * 9000)


def endless(_):
    yield head(b"200 OK")
    while True:
        yield b"x" * 65536


def long_head(_):
    yield b"HTTP/1.1 200 OK\r\n"
    while True:
        yield b"X: %s\r\n" % (b"x" * 1000)


def drips(path):
    """The first question it answers, of all others never the whole."""
    if path == b"/health":
        yield head(b"200 OK", OURS[:-2], b"Content-Length: 0")
        return
    yield b"HTTP/1.1 200 OK\r\n"
    while True:
        time.sleep(0.05)
        yield b"X: x\r\n"


HOSTILE = [
    ("words for a terminal", codes, (), "program-missing"),
    ("it leads to an address within", leads_away, (), "..."),
    ("a body without end", endless, (), "over 262144 bytes"),
    ("a head without end", long_head, (), "headers are too long"),
    ("bytes that come one by one", drips, FAST, "not all of it was looked")]


def serve(listener, answer):
    def one(line):
        with line:
            line.settimeout(SOON)
            try:
                asked = line.recv(65536)
                for piece in answer(asked.split(b" ")[1]):
                    line.sendall(piece)
            except (OSError, IndexError):
                pass
    while True:
        try:
            line, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=one, args=(line,), daemon=True).start()


def hostile(answer, before, words):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, args=(listener, answer),
                         daemon=True).start()
        done = subprocess.run(
            [*before, sites.POSTERN, "check",
             "http://127.0.0.1:%d" % listener.getsockname()[1]],
            capture_output=True, timeout=SOON, check=False,
            env={"PATH": sites.PATH, "ASAN_OPTIONS": "detect_leaks=0"})
        listener.shutdown(socket.SHUT_RDWR)
    assert done.returncode == 1, done
    told = (done.stdout + done.stderr).decode("utf-8")
    assert words in told, told
    assert all(one == "\n" or (one >= " " and not "\x7f" <= one < "\xa0")
               for one in told) and "\u202e" not in told, told
    assert max(map(len, told.splitlines())) < 1200, told
