#!/usr/bin/env python3
"""record.py FILE: sends the requests of requests.py to the web server under
test, and writes down what came back: status, headers, body, with what is
new each time made the same."""
import json
import os
import re
import select
import socket
import sys
import threading
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "e2e"), HERE]
import postern                                                  # noqa: E402
import requests                                                 # noqa: E402

PATIENCE_SECONDS = 30
SLOW_SECONDS = 2
EARLY_SECONDS = 0.5	# so long before its end a stream has begun
CONTENT = b"0123456789" * 100
MAIL = """Subject: A file
From: Anna <anna@postern.test>
Date: Mon, 2 Nov 2026 10:00:00 +0000
Message-ID: <matrix@postern.test>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b

The text.
--b
Content-Type: application/octet-stream; name=a.bin
Content-Disposition: attachment; filename=a.bin

%s
--b--
""" % CONTENT.decode()
# What is another each time, and what stands for it.
NEW = (
    (r"eyJ[\w-]{20,}\.[\w-]*\.[\w-]+\.[\w-]+\.[\w-]+", "SEALED"),
    (r"\b(csrf|state|form)(=|\" value=\")[\w.-]{16,}", r"\1\2SEALED"),
    (r"\"client_id_issued_at\": ?\d+", '"client_id_issued_at":N'),
    (r"uidvalidity(=|\\*\": ?)\d+", r"uidvalidity\1N"),
    (r"\"expires_in\": ?\d+", '"expires_in":N'),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", "TIME"),
)


class Answer:
    """What came over one connection."""

    def __init__(self, sent):
        self.data, self.first, self.end = b"", None, None
        parts = urllib.parse.urlsplit(server.base_url)
        self.peer = socket.create_connection((parts.hostname, parts.port),
                                             PATIENCE_SECONDS)
        # Who refuses does not read to the end.
        sender = threading.Thread(target=self.send, args=(sent,))
        sender.start()
        self.receive()
        sender.join(PATIENCE_SECONDS)
        self.peer.close()

    def send(self, sent):
        try:
            self.peer.sendall(sent)
        except OSError:
            pass

    def receive(self):
        until = time.monotonic() + PATIENCE_SECONDS
        while select.select([self.peer], [], [],
                            max(0, until - time.monotonic()))[0]:
            try:
                piece = self.peer.recv(65536)
            except OSError:
                break
            if not piece:
                break
            self.data += piece
            if self.first is None and b"\r\n\r\n" in self.data and \
                    not self.data.endswith(b"\r\n\r\n"):
                self.first = time.monotonic()
            if self.complete():
                break
        self.end = time.monotonic()

    def complete(self):
        """A server that refuses a body may keep the connection open."""
        head, gap, rest = self.data.partition(b"\r\n\r\n")
        length = re.search(rb"\r\ncontent-length: *(\d+)", head.lower())
        return bool(gap and length and len(rest) >= int(length.group(1)) and
                    not head.startswith(b"HTTP/1.1 100"))

    def early(self):
        return self.first is not None and \
            self.end - self.first > EARLY_SECONDS


def unchunk(body):
    whole = b""
    while body:
        size, _, body = body.partition(b"\r\n")
        size = int(size.split(b";")[0], 16)
        if size == 0:
            return whole
        whole += body[:size]
        body = body[size + 2:]
    raise AssertionError("a body that breaks off")


def same(text):
    """Without what is new each time."""
    text = text.replace(HOST, "HOST").replace(server.username, "USER")
    text = text.replace(urllib.parse.quote(HOST, safe=""), "HOST")
    for pattern, other in NEW:
        text = re.sub(pattern, other, text)
    return text


def split(method, data):
    """Status, headers and body."""
    head, _, body = data.partition(b"\r\n\r\n")
    if head.startswith(b"HTTP/1.1 100"):
        return split(method, body)
    lines = head.decode("latin-1").split("\r\n")
    headers = {}
    for line in lines[1:]:
        name, _, value = line.partition(":")
        headers.setdefault(name.lower(), []).append(value.strip())
    if "chunked" in headers.get("transfer-encoding", []):
        body = unchunk(body)
    elif "content-length" in headers and not method.startswith("HEAD"):
        told, = headers["content-length"]
        headers["content-length"] = [
            "as long as the body" if int(told) == len(body)
            else "%s, the body has %d" % (told, len(body))]
    if not lines[0].startswith("HTTP/1."):
        return lines[0] or "closed without a word", {}, body
    return lines[0].split(" ", 2)[1], headers, body


def request(method, target, headers, body):
    method, _, version = method.partition(" ")
    lines = ["%s %s HTTP/%s" % (method, target, version or "1.1")]
    headers = {"Host": HOST, "Connection": "close", **headers}
    if isinstance(body, list):
        headers["Transfer-Encoding"] = "chunked"
        body = "".join("%x\r\n%s\r\n" % (len(one), one)
                       for one in body) + "0\r\n\r\n"
    elif body is not None:
        headers["Content-Length"] = str(len(body))
    elif method in ("POST", "PUT", "PATCH"):
        headers.setdefault("Content-Length", "0")
    lines += ["%s: %s" % one for one in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n" + (body or "")).encode()


def fill(text, words):
    for name, value in words.items():
        text = text.replace("{%s}" % name, value)
    return text


def send(words, method, target, headers, body):
    headers = {name: fill(value, words) for name, value in headers.items()}
    if isinstance(body, str):
        body = fill(body, words)
    answer = Answer(request(method, fill(target, words), headers, body))
    status, headers, body = split(method, answer.data)
    for name in ("etag", "last-modified"):
        if name in headers:
            headers[name] = ["new each time"]
    told = {"status": status,
            "headers": {name: [same(one) for one in values]
                        for name, values in headers.items()},
            "body": same(body.decode("latin-1"))}
    if "text/event-stream" in headers.get("content-type", []):
        told["body"] = "early" if answer.early() else "late"
    return told


def found():
    """What the requests are filled in with."""
    server.deliver("INBOX", MAIL)
    mcp = server.mcp()
    link = mcp.tool("get_mail_attachment", uid=1, part="2")["url"]
    upload = mcp.tool("get_upload_url", filename="a.bin", size=10)["url"]
    base = len(server.base_url)
    return {"token": mcp.token, "link": link[base:], "upload": upload[base:],
            "client": server.register()["client_id"]}


server = postern.Server()
HOST = urllib.parse.urlsplit(server.base_url).netloc
words = found()
told = []
for group, name, method, target, headers, body in requests.all_requests():
    row = {"group": group, "name": name, "method": method, "target": target}
    began = time.monotonic()
    told.append({**row, **send(words, method, target, headers, body)})
    if time.monotonic() - began > SLOW_SECONDS:
        print("# %s: %s took %.1f s" % (server.base_url, name,
                                        time.monotonic() - began))
with open(sys.argv[1], "w", encoding="utf-8") as file:
    json.dump(told, file, indent=1)
print("# %s: %d requests" % (sys.argv[1], len(told)))
