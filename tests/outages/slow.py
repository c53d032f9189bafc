#!/usr/bin/env python3
"""Clients that send a byte a second, of the headers or of the body, and others
that read a large file as slowly: whoever is quick is served as ever.

LONG=1: 500 and 100 of them, for a minute; WEB says behind which server."""
import base64
import multiprocessing
import os
import socket
import time

import load
import postern

SENDERS, READERS = (500, 100) if load.LONG else (24, 6)
SECONDS = 60 if load.LONG else 4
FILE_BYTES = (10 if load.LONG else 1) * 1024 * 1024
HEALTHY, PAUSE = 4, 0.05 if load.LONG else 0.2
RECEIVE_BYTES = 4096
SETTLE_SECONDS = 90 if load.LONG else 10
WEB = os.environ.get("WEB", "lighttpd")

server = postern.Server()
case = postern.Cases()
FOLDER = server.folder("Slow")
parts = postern.urllib.parse.urlsplit(server.base_url)


def connect():
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BYTES)
    one.settimeout(10)
    one.connect((parts.hostname, parts.port))
    return one


def head(method, path, *more):
    return "\r\n".join(["%s %s HTTP/1.1" % (method, path),
                        "Host: " + parts.netloc, *more, ""]).encode()


class Slow:
    """One that is opened anew whenever the server has had enough."""

    def __init__(self, start, step):
        self.start, self.step, self.opened = start, step, 0
        self.line = None

    def open(self):
        self.line = connect()
        self.line.sendall(self.start)
        self.line.setblocking(False)
        self.opened += 1

    def tick(self):
        try:
            if self.line is None:
                self.open()
            elif not self.step(self.line):
                self.close()
        except BlockingIOError:
            pass
        except OSError:
            self.close()

    def close(self):
        if self.line is not None:
            self.line.close()
        self.line = None


def send_byte(line):
    line.send(b"x")
    try:
        line.recv(4096)
        return False
    except BlockingIOError:
        return True


def read_little(line):
    return bool(line.recv(1024))


def link():
    uid = server.deliver(FOLDER, b"From: a@postern.test\nMIME-Version: 1.0\n"
                         b"Content-Type: multipart/mixed; boundary=b\n\n--b\n"
                         b"Content-Type: application/x-file; name=f\n"
                         b"Content-Disposition: attachment\n"
                         b"Content-Transfer-Encoding: base64\n\n" +
                         base64.encodebytes(os.urandom(FILE_BYTES)) +
                         b"\n--b--\n")
    url = server.mcp().tool("get_mail_attachment", folder=FOLDER,
                            uid=uid)["url"]
    return postern.urllib.parse.urlsplit(url)


def crowd():
    """Those who are slow: half of the senders with the headers."""
    url = link()
    headers = head("POST", "/mcp") + b"X-Slow: "
    body = head("POST", "/mcp", "Authorization: Bearer " + server.token(),
                "Content-Type: application/json",
                "Content-Length: 5000") + b"\r\n"
    reader = head("GET", url.path + ("?" + url.query if url.query else "")
                  ) + b"\r\n"
    return ([Slow(headers, send_byte) for _ in range(SENDERS // 2)] +
            [Slow(body, send_byte) for _ in range(SENDERS - SENDERS // 2)] +
            [Slow(reader, read_little) for _ in range(READERS)])


def keep_slow(all_slow, ending, counts):
    """In a process of its own: the quick are not to wait for Python.  How many
    are there, how many never were, and how often they were opened."""
    while not ending.is_set():
        began = time.monotonic()
        for one in all_slow:
            one.tick()
        counts[:] = [sum(one.line is not None for one in all_slow),
                     sum(not one.opened for one in all_slow),
                     sum(one.opened for one in all_slow)]
        ending.wait(max(0, 1 - (time.monotonic() - began)))
    for one in all_slow:
        one.close()


def settle():
    """Until the web server has all that is read slowly: to get it costs what
    files of that size cost anybody."""
    until = time.monotonic() + SETTLE_SECONDS
    while time.monotonic() < until:
        with open(os.environ["TEST_HTTP_LOG"], encoding="utf-8",
                  errors="replace") as file:
            if file.read().count("program=attachment") >= READERS:
                return
        time.sleep(1)


def healthy(clients, seconds):
    with load.Clients([lambda one=one: load.ask(one, "list_mailboxes")
                       for one in clients], PAUSE) as asking:
        time.sleep(seconds)
    return asking.asked


@case("T38, R11: behind %s slow clients take nothing from quick ones" % WEB)
def _():
    clients = [load.client(server, "quick%d@postern.test" % n)
               for n in range(HEALTHY)]
    base = healthy(clients, SECONDS) if load.LONG else []
    ending, counts = multiprocessing.Event(), multiprocessing.Array("i", 3)
    slow = multiprocessing.Process(target=keep_slow,
                                   args=(crowd(), ending, counts))
    slow.start()
    try:
        settle()
        asked = healthy(clients, SECONDS)
        there, never, opened = counts
    finally:
        ending.set()
        slow.join()
    text = "%s: %d slow senders, %d slow readers (%d connections): p95 of " \
        "%d requests %.0f ms, %.0f ms before" % (
            WEB, SENDERS, READERS, opened,
            len(asked), load.p95(asked) * 1000, load.p95(base) * 1000)
    load.report("R11", text)
    assert [one for one in asked if one.kind != "ok"] == [], \
        load.kinds(asked)
    assert not never and there > (SENDERS + READERS) // 2, (never, there)
    assert len(asked) >= HEALTHY * SECONDS, len(asked)
    if load.LONG:
        assert load.p95(asked) <= 2 * load.p95(base), text


case.run()
