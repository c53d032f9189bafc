#!/usr/bin/env python3
"""Attachments: links of our own or of an S3 store, and content in answers."""
import base64
import contextlib
import http.client
import os
import re
import socket
import time
import urllib.parse

import mailboxes
import memory
import postern
from streams import Held, Stream, soon

server = postern.Server()
FOLDER = server.folder("Attachments")
case = postern.Cases()


def message(*parts):
    """Puts a message of these parts (headers, coded content) there."""
    lines = [b"From: a@postern.test", b"Subject: files",
             b"MIME-Version: 1.0",
             b'Content-Type: multipart/mixed; boundary="b"', b""]
    for head, content in ((b"Content-Type: text/plain", b"text"),) + parts:
        lines += [b"--b", head, b"", content]
    return server.deliver(FOLDER, b"\n".join(lines + [b"--b--", b""]))


def file(name, content, kind="application/octet-stream"):
    return (("Content-Type: %s\nContent-Disposition: attachment; "
             "filename*=UTF-8''%s\nContent-Transfer-Encoding: base64"
             % (kind, urllib.parse.quote(name))).encode(),
            base64.encodebytes(content))


def get(uid, **more):
    return server.mcp().tool("get_mail_attachment", folder=FOLDER, uid=uid,
                             **more)


def is_sealed(url):
    return url.startswith(server.base_url + "/")


def url_of(uid):
    return get(uid)["url"]


def with_store(name):
    """A case for links of an S3 store; elsewhere there is no such case."""
    return case(name) if STORE else lambda function: function


def without_store(name):
    return (lambda function: function) if STORE else case(name)


STORE = not is_sealed(get(message(file("first", b"x")))["url"])


@case("a link gives the file byte for byte")
def _():
    for size in (0, 1, 57, 58, 65536, 300001, 3 * 1024 * 1024 + 7):
        content = os.urandom(size)
        told = get(message(file("Maße.bin", content)))
        assert told["filename"] == "Maße.bin", told
        assert told["content_type"] == "application/octet-stream"
        assert re.match(r"\d{4}-.*T.*(Z|[+-]\d\d:\d\d)$",
                        told["expires_at"])
        response = postern.fetch("GET", told["url"])
        assert response.status == 200, response
        assert response.body == content, (size, len(response.body))
        shown = response.header("Content-Disposition")
        assert shown.startswith("attachment"), shown
        assert "filename*=UTF-8''Ma%C3%9Fe.bin" in shown, shown


@case("every transfer encoding is undone")
def _():
    uid = message(
        (b"Content-Type: text/csv; name=q.csv\nContent-Transfer-Encoding: "
         b"quoted-printable\nContent-Disposition: attachment",
         b"a;=C3=A4;=\nb\n=20x"),
        (b"Content-Type: application/x-y; name=p\n"
         b"Content-Disposition: attachment", b"plain\nlines"))
    for part, want in (("2", b"a;\xc3\xa4;b\r\n x"),
                       ("3", b"plain\r\nlines")):
        response = postern.fetch("GET", get(uid, part=part)["url"])
        assert response.body == want, response


@with_store("the same attachment asked for twice has one address in the store")
def _():
    uid = message(file("a.txt", b"x"))
    first, second = get(uid)["url"], get(uid)["url"]
    assert first.split("?")[0] == second.split("?")[0]
    assert get(message(file("a.txt", b"x")))["url"].split("?")[0] != \
        first.split("?")[0]
    bad = first[:-1] + ("0" if first[-1] != "0" else "1")
    assert postern.fetch("GET", bad).status == 403
    assert postern.fetch("GET", first.split("?")[0]).status >= 400


@with_store("T29: who has no link finds no file, however near it lies")
def _():
    uid = message(file("own.html", b"<script>", "text/html"))
    url = get(uid)["url"]
    place, query = url.split("?")
    assert postern.fetch("GET", url).body == b"<script>"
    shown = postern.fetch("GET", url).header("Content-Disposition")
    assert shown.startswith("attachment;"), shown
    key = re.search(r"/([0-9a-f]{64})/own\.html$", place)[1]
    # Without a signature, or with that of something else, there is nothing:
    # no file, none beside it, and no list of them.
    bucket = place.split("/attachments/")[0]
    beside = "%s/attachments/%s/own.html" % (
        bucket, "%064x" % ((int(key, 16) + 1) % 2 ** 256))
    other = get(message(file("own.html", b"y")))["url"].split("?")[0]
    for wrong in (place, beside, other, bucket, bucket + "/",
                  bucket + "/?list-type=2", beside + "?" + query,
                  other + "?" + query, bucket + "?" + query,
                  url.replace("attachment%3B", "inline%3B")):
        response = postern.fetch("GET", wrong)
        assert 400 <= response.status < 500, (wrong, response)
        assert b"<script>" not in response.body
    for method in ("PUT", "DELETE"):
        assert postern.fetch(method, url, {}, b"").status >= 400
    assert postern.fetch("GET", url).body == b"<script>"
    # The same place in another's mailbox is another's.
    name, password = mailboxes.other()
    theirs = server.sign_in(fields={"username": name, "password": password})
    client = mailboxes.login(server, name, password)
    client.create('"%s"' % FOLDER)
    client.append('"%s"' % FOLDER, None, None, b"Content-Type: application/x"
                  b"; name=own.html\r\nContent-Disposition: attachment\r\n"
                  b"\r\nz\r\n")
    client.select('"%s"' % FOLDER, True)
    _, found = client.uid("SEARCH", "ALL")
    their_uid = int(found[0].split()[-1])
    client.logout()
    told = postern.Mcp(server, theirs["access_token"]).tool(
        "get_mail_attachment", folder=FOLDER, uid=their_uid, part="1")
    assert re.search(r"/([0-9a-f]{64})/", told["url"])[1] not in (
        key, re.search(r"/([0-9a-f]{64})/", other)[1]), told


@with_store("item 37: a file on its way to the store tells its bytes")
def _():
    content = os.urandom(2 * 1024 * 1024)
    uid = message(file("long.bin", content))
    held = Held(server, over=1024 * 1024)
    mcp = held.mcp(True)
    stream = Stream(mcp, "get_mail_attachment", folder=FOLDER, uid=uid)
    held.await_held()
    told = stream.progress()
    assert told["progress"] < told["total"] == len(content), told
    held.go.set()
    told, answer = stream.rest()
    assert told[-1]["progress"] > 0, told
    url = answer["result"]["structuredContent"]["url"]
    assert postern.fetch("GET", url).body == content


@with_store("item 38: of a file whose client goes nothing half is stored")
def _():
    content = os.urandom(2 * 1024 * 1024)
    uid = message(file("left.bin", content))
    held = Held(server, over=1024 * 1024)
    stream = Stream(held.mcp(True), "get_mail_attachment", folder=FOLDER,
                    uid=uid)
    held.await_held()
    stream.progress()
    stream.leave()
    soon(lambda: held.open() == 0)
    held.go.set()
    assert postern.fetch("GET", url_of(uid)).body == content


@without_store("a sealed link: its headers, HEAD, other methods")
def _():
    url = url_of(message(file("x.html", b"<script>", "text/html")))
    response = postern.fetch("GET", url)
    assert response.header("Content-Type") == "text/html", response
    assert response.header("Content-Disposition").startswith("attachment;")
    assert response.header("X-Content-Type-Options") == "nosniff"
    assert "sandbox" in response.header("Content-Security-Policy")
    assert "no-store" in response.header("Cache-Control")
    assert response.header("Referrer-Policy") == "no-referrer"
    assert response.header("Content-Length") == "8"
    assert response.header("Access-Control-Allow-Origin") is None
    response = postern.fetch("HEAD", url)
    assert response.status == 200 and response.body == b""
    assert response.header("Content-Length") == "8"
    assert postern.fetch("POST", url, {}, b"x").status == 405


@without_store("a sealed link that is not one of ours opens nothing")
def _():
    url = url_of(message(file("x", b"secret")))
    token = url.rsplit("/", 1)[1]
    parts = token.split(".")
    access = server.token()
    flipped = [".".join(parts[:n] + [
        ("B" if parts[n][:1] == "A" else "A") + parts[n][1:]] +
        parts[n + 1:]) for n in (0, 2, 3, 4)]
    for bad in flipped + ["x", "", "a.b.c.d.e", access, token + "A",
                          token[:-1], token + "=", token + "%00"]:
        response = postern.fetch(
            "GET", server.base_url + "/attachment/" + bad)
        assert response.status in (400, 401, 404), (bad, response)
        assert b"secret" not in response.body
        assert bad == "" or bad == "x" or bad.encode() not in response.body
    response = postern.fetch("GET", server.base_url + "/attachment/" +
                             flipped[3])
    assert response.status == 401 and b"new one" in response.body, response
    response = server.mcp().post({}, {"Authorization": "Bearer " + token})
    assert response.status == 401, response


@without_store("a sealed link opens as well where it is too long for a path")
def _():
    url = url_of(message(file("x", b"words")))
    start, token = url.rsplit("/", 1)
    response = postern.fetch("GET", start + "/?t=" + token)
    assert response.status == 200 and response.body == b"words", response
    # Whichever web server: it comes to the program, which refuses it.
    for bad in ("a" * 6000, token + "a" * 6000, token[:-1], "", "a=b&c"):
        response = postern.fetch("GET", start + "/?t=" + bad)
        assert response.status == 401, (bad[-100:], response)
        assert bad not in response.text() or not bad


def expunge():
    client = server.imap(FOLDER)
    client.expunge()
    client.logout()


@without_store("a link to what is gone says so")
def _():
    uid = message(file("x", b"secret"))
    url = url_of(uid)
    told = server.mcp().tool("delete_mail_message", folder=FOLDER, uid=uid,
                             permanent=True)
    if uid in mailboxes.subjects(server, FOLDER):
        assert uid not in mailboxes.remaining(server, FOLDER, told)
        expunge()
    response = postern.fetch("GET", url)
    assert response.status == 404, response
    assert b"no longer" in response.body, response


@case("inline: text as text, in pieces")
def _():
    text = "Zeile ä\n" * 12000
    uid = message(file("t.txt", text.encode(), "text/plain; charset=utf-8"))
    told = get(uid, inline=True)
    assert "url" not in told
    assert told["total_chars"] == len(text), told["total_chars"]
    got = told["text"]
    while "next_offset" in told:
        assert told["next_offset"] == len(got)
        told = get(uid, inline=True, offset=told["next_offset"])
        got += told["text"]
    assert got == text
    told = get(message(file("j.json", b'{"a": "\xe4"}',
                            "application/json")), inline=True)
    assert "a" in told["text"]


@case("inline: images and other files as content, within limits")
def _():
    image, other = os.urandom(200000), os.urandom(70 * 1024)
    mcp = server.mcp()
    uid = message(file("i.png", image, "image/png"),
                  file("o.bin", other), file("big.bin", other + b"x"),
                  file("big.png", os.urandom(1024 * 1024 + 1), "image/png"))
    result = mcp.result("get_mail_attachment", folder=FOLDER, uid=uid,
                        part="2", inline=True)
    block = result["content"][1]
    assert block["type"] == "image" and block["mimeType"] == "image/png"
    assert base64.b64decode(block["data"], validate=True) == image
    told = result["structuredContent"]
    assert told["filename"] == "i.png" and told["size"] == len(image), told
    assert "200000 bytes" in told["note"] and "image" in told["note"], told
    result = mcp.result("get_mail_attachment", folder=FOLDER, uid=uid,
                        part="3", inline=True)
    block = result["content"][1]
    assert block["type"] == "resource", block["type"]
    assert base64.b64decode(block["resource"]["blob"]) == other
    told = result["structuredContent"]
    assert told["filename"] == "o.bin" and told["size"] == len(other), told
    assert "%d bytes" % len(other) in told["note"], told
    assert block["resource"]["uri"].startswith("mail:///")
    for part in ("4", "5"):
        error = mcp.tool_error("get_mail_attachment", folder=FOLDER,
                               uid=uid, part=part, inline=True)
        assert error["code"] == "limit" and "URL" in error["hint"], error


@case("a part that is not there: named are those that are")
def _():
    uid = message(file("a", b"a"), file("b", b"b"))
    mcp = server.mcp()
    for part in (None, "9", "1.2.3", "x", "2]", "2 BODY[1"):
        arguments = {} if part is None else {"part": part}
        error = mcp.tool_error("get_mail_attachment", folder=FOLDER,
                               uid=uid, **arguments)
        assert error["code"] == "invalid_argument", (part, error)
        assert "2, 3" in error["message"], error
    for code, arguments in (
            ("message_not_found", {"folder": FOLDER, "uid": 99999}),
            ("folder_not_found", {"folder": "Nirgends", "uid": 1}),
            ("uidvalidity_changed", {"folder": FOLDER, "uid": uid,
                                     "uidvalidity": 7})):
        error = mcp.tool_error("get_mail_attachment", **arguments)
        assert error["code"] == code, error


@case("nothing is marked read by it")
def _():
    uid = message(file("a.txt", b"a", "text/plain"))
    postern.fetch("GET", get(uid)["url"])
    get(uid, inline=True)
    assert "\\Seen" not in mailboxes.flags(server, FOLDER, uid)


LEFT_MB = 30		# half of it, coded, is more than waits in sockets
HUGE_BYTES = 40 * 1024 * 1024
MEMORY_BYTES = 16 * 1024 * 1024


@without_store("a client that goes ends what is read for it")
def _():
    if os.environ.get("WEB") == "hosts":
        raise postern.Skip("these hosts reach no server of the test's own")
    held = Held(server, over=1024 * 1024)
    uid = message(file("left", os.urandom(1024 * 1024) * LEFT_MB))
    told = held.mcp().tool("get_mail_attachment", folder=FOLDER, uid=uid)
    parts = urllib.parse.urlsplit(told["url"])
    line = socket.create_connection((parts.hostname, parts.port))
    line.sendall(b"GET %s HTTP/1.1\r\nHost: %s\r\n\r\n" % (
        parts.path.encode(), parts.netloc.encode()))
    # Some web servers take no more than their client reads.
    line.settimeout(0.1)
    until = time.monotonic() + postern.TIMEOUT
    while not held.reached.acquire(blocking=False):
        assert time.monotonic() < until
        with contextlib.suppress(TimeoutError):
            assert line.recv(1 << 20)
    line.close()
    held.go.set()
    soon(lambda: held.broke)


@without_store("40 MB are streamed in little memory")
def _():
    content = os.urandom(1024 * 1024) * (HUGE_BYTES // 1024 // 1024)
    parts = urllib.parse.urlsplit(url_of(message(file("huge", content))))
    with memory.Watch("attachment") as watch:
        connection = http.client.HTTPConnection(
            parts.hostname, parts.port, timeout=postern.TIMEOUT)
        connection.request("GET", parts.path)
        got = connection.getresponse().read()
        connection.close()
    assert got == content
    assert memory.is_sanitized() or watch.grown() < MEMORY_BYTES, \
        watch.grown()


@with_store("40 MB go to the store in little memory")
def _():
    content = os.urandom(1024 * 1024) * (HUGE_BYTES // 1024 // 1024)
    uid = message(file("huge", content))
    with memory.Watch("mcp") as watch:
        url = url_of(uid)
    assert postern.fetch("GET", url).body == content
    assert memory.is_sanitized() or watch.grown() < MEMORY_BYTES, \
        watch.grown()


case.run()
