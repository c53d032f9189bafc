#!/usr/bin/env python3
"""get_upload_url: a file goes to a URL, and from there into a message, without
passing through the model."""
import datetime
import hashlib
import os
import re
import socket
import threading
import time
import urllib.parse

import mailboxes
import memory
import postern

server = postern.Server()
ROOT = server.folder("Connected Agents")
UPLOADS = server.folder("Connected Agents", "Uploads")
FLAT = ROOT + " (Uploads)"
DRAFTS = "\\Drafts"
BIG_BYTES = 20 * 1024 * 1024
MEMORY_BYTES = 16 * 1024 * 1024  # of a program that starts anew, too
case = postern.Cases(None if server.keeps() else
                     "GRANTS_FOLDER is empty")


def get(filename="Maße.bin", size=9, **more):
    return server.mcp().tool("get_upload_url", filename=filename, size=size,
                             **more)


def is_sealed(url):
    return url.startswith(server.base_url + "/")


def put(url, content, headers=None):
    return postern.fetch("PUT", url, headers, content)


def waiting():
    """The messages of the hidden folder, whatever it is called here."""
    client = server.imap()
    found = []
    for folder in (UPLOADS, FLAT):
        kind, _ = client.select('"%s"' % folder, True)
        if kind == "OK":
            _, told = client.uid("SEARCH", "UNDELETED")
            found += told[0].split()
    client.logout()
    return found


def draft(url, **more):
    """A draft with the file of a URL; its message."""
    told = server.mcp().tool("create_draft_mail_message",
                             to="anna@postern.test", subject="with a file",
                             text_body="x", attachment_urls=[url], **more)
    client = server.imap(told["folder"])
    message = mailboxes.read(client, told["uid"])
    client.logout()
    return message


def file_of(message):
    part, = message.iter_attachments()
    return part


STORE = not is_sealed(get()["url"])


def with_store(name):
    """A case for uploads to an S3 store; elsewhere there is no such case."""
    return case(name) if STORE else lambda function: function


def without_store(name):
    return (lambda function: function) if STORE else case(name)


@case("a file that was put there is enclosed byte for byte, once")
def _():
    for size in (1, 56, 57, 58, 14592, 300001):
        content = os.urandom(size)
        told = get("Maße.bin", size, content_type="image/png")
        response = put(told["url"], content)
        assert response.status in (200, 201), (size, response)
        part = file_of(draft(told["url"]))
        assert part.get_filename() == "Maße.bin"
        assert part.get_content_type() == "image/png"
        assert part.get_payload(decode=True) == content, size
        error = server.mcp().tool_error(
            "create_draft_mail_message", to="anna@postern.test",
            attachment_urls=[told["url"]])
        assert error["code"] == "message_not_found", error
        assert "get_upload_url" in error["hint"], error
    assert not waiting()


@case("a file that was never put there is said to be missing")
def _():
    error = server.mcp().tool_error(
        "create_draft_mail_message", to="anna@postern.test",
        attachment_urls=[get()["url"]])
    assert error["code"] == "message_not_found", error


@case("a call that fails leaves the file for the next")
def _():
    url = get("note.txt", 4)["url"]
    assert put(url, b"text").status in (200, 201)
    error = server.mcp().tool_error(
        "send_mail_message", to="nobody@elsewhere.example", subject="x",
        text_body="x", attachment_urls=[url])
    assert error["code"], error
    assert file_of(draft(url)).get_payload(decode=True) == b"text"


@case("a file is sent to people, and gone then")
def _():
    address, password = mailboxes.other()
    content = os.urandom(5000)
    url = get("sent.bin", len(content))["url"]
    assert put(url, content).status in (200, 201)
    told = server.mcp().tool("send_mail_message", to=address, subject="file",
                             text_body="x", attachment_urls=[url])
    assert told["state"] == "sent", told
    client = mailboxes.login(server, address, password)
    message = mailboxes.read(client, mailboxes.await_message(
        client, told["message_id"]))
    client.logout()
    assert file_of(message).get_payload(decode=True) == content
    assert not waiting()


@case("what no file is called is made a name; no type is one")
def _():
    url = get("../../etc/pass\u202ewd", 1)["url"]
    put(url, b"x")
    part = file_of(draft(url))
    assert part.get_filename() == "passwd", part.get_filename()
    for wrong in ("x", "text/html\r\nBcc: a@b", "a/b/c", "x" * 101):
        error = server.mcp().tool_error("get_upload_url", filename="x",
                                        size=1, content_type=wrong)
        assert error["code"] == "invalid_argument", error


@case("a type may come with parameters, as programs tell it")
def _():
    url = get("a.txt", 4, content_type="text/plain; charset=utf-8")["url"]
    put(url, b"text")
    part = file_of(draft(url))
    assert part.get_content_type() == "text/plain", part
    assert part.get_payload(decode=True) == b"text"


@case("arguments that are wrong")
def _():
    for wrong in ({"size": 1}, {"filename": "x"},
                  {"filename": "x", "size": 0},
                  {"filename": "x", "size": 26214401},
                  {"filename": "x", "size": "many"}):
        error = server.mcp().tool_error("get_upload_url", **wrong)
        assert error["code"] == "invalid_argument", (wrong, error)


@case("a file of another size is refused, and leaves nothing")
def _():
    url = get("a", 10)["url"]
    for wrong in (b"", b"123456789", b"12345678901"):
        response = put(url, wrong)
        assert 400 <= response.status < 500, response
    assert not waiting()
    error = server.mcp().tool_error(
        "create_draft_mail_message", to="anna@postern.test",
        attachment_urls=[url])
    assert error["code"] == "message_not_found", error


@case("a file put there twice is there once, as it was put last")
def _():
    url = get("a", 5)["url"]
    for content in (b"first", b"other"):
        assert put(url, content).status in (200, 201)
    assert STORE or len(waiting()) == 1
    assert file_of(draft(url)).get_payload(decode=True) == b"other"


@case("a URL holds for the message it is named in, and may be named twice")
def _():
    url = get("a", 5)["url"]
    assert put(url, b"first").status in (200, 201)
    told = server.mcp().tool(
        "create_draft_mail_message", to="anna@postern.test",
        text_body="x", attachment_urls=[url, url])
    client = server.imap(told["folder"])
    files = list(mailboxes.read(client, told["uid"]).iter_attachments())
    client.logout()
    assert [f.get_payload(decode=True) for f in files] == [b"first"] * 2
    assert not waiting()
    error = server.mcp().tool_error(
        "create_draft_mail_message", to="anna@postern.test",
        attachment_urls=[url])
    assert error["code"] == "message_not_found", error


@case("files that are put there at once are one of them, whole")
def _():
    url, told = get("a", 200000)["url"], []

    def one(letter):
        told.append(put(url, letter * 200000).status)

    threads = [threading.Thread(target=one, args=(letter,))
               for letter in (b"a", b"b", b"c")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(told) <= {200, 201}, told
    content = file_of(draft(url)).get_payload(decode=True)
    assert content in (b"a" * 200000, b"b" * 200000, b"c" * 200000)
    assert not waiting()


@case("the scope for sending is needed")
def _():
    told = server.mcp(scopes=("mail:read",))
    assert "get_upload_url" not in [t["name"] for t in told.tools()]
    try:
        told.tool("get_upload_url", filename="x", size=1)
    except postern.Refused as refused:
        assert refused.status == 403, refused
    else:
        raise AssertionError("was not refused")


@case("the folder shows in no list, but to the user")
def _():
    url = get("a", 5)["url"]
    put(url, b"first")
    names = [m["name"] for m in
             server.mcp().tool("list_mailboxes")["mailboxes"]]
    assert not [n for n in names if "Connected" in n], names
    client = server.imap()
    _, told = client.list()
    assert STORE or any(b"Uploads" in line for line in told), told
    _, told = client.lsub()
    client.logout()
    assert not any(line and b"Uploads" in line for line in told), told
    draft(url)


@without_store("the answer says what to do with it; no other method is served")
def _():
    url = get("a", 5)["url"]
    response = put(url, b"first")
    assert response.status == 201, response
    assert "attachment_urls" in response.text(), response
    assert response.header("Content-Type") == "text/plain; charset=utf-8"
    assert postern.fetch("POST", url, {}, b"first").status == 405
    response = postern.fetch("GET", url)
    assert response.status == 401, response
    assert b"first" not in response.body
    draft(url)


@without_store("tokens that are none, and those of other kinds")
def _():
    url = get("a", 5)["url"]
    place, token = url.rsplit("/", 1)
    download = server.mcp().tool("get_mail_attachment", folder="INBOX",
                                 uid=with_file())["url"]
    for wrong in (token[:-2], token[:-1] + "x", "x", "",
                  download.rsplit("/", 1)[1], server.token()):
        response = put(place + "/" + wrong, b"first")
        assert response.status in (401, 404), (wrong, response)
        assert "text/plain" in response.header("Content-Type")
    assert not waiting()


def with_file():
    return server.deliver("INBOX", "From: a@postern.test\nSubject: f\n"
                          "MIME-Version: 1.0\nContent-Type: "
                          "application/octet-stream; name=a\n"
                          "Content-Disposition: attachment; filename=a\n\nx")


@without_store("a body that breaks off leaves nothing behind")
def _():
    url = urllib.parse.urlsplit(get("a", 300000)["url"])
    for length, sent in ((300000, 100000), (300000, 0)):
        line = socket.create_connection((url.hostname, url.port),
                                        timeout=postern.TIMEOUT)
        line.sendall(("PUT %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d"
                      "\r\n\r\n" % (url.path, url.netloc, length)).encode())
        line.sendall(b"x" * sent)
        line.close()
    time.sleep(1)
    assert not waiting()


@without_store("a large file takes little memory, there and back")
def _():
    content = os.urandom(BIG_BYTES)
    url = get("big.bin", len(content))["url"]
    with memory.Watch("attachment") as watch:
        response = put(url, content)
    assert response.status == 201, response
    print("# attachment grew by %d KiB" % (watch.grown() // 1024))
    assert memory.is_sanitized() or watch.grown() < MEMORY_BYTES, \
        watch.grown()
    part = file_of(draft(url))
    assert (hashlib.sha256(part.get_payload(decode=True)).digest() ==
            hashlib.sha256(content).digest())
    assert not waiting()


@without_store("what is never used goes after some days")
def _():
    client = server.imap()
    for folder in (UPLOADS, FLAT):
        kind, _ = client.select('"%s"' % folder)
        if kind == "OK":
            break
    old = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(
        days=4)
    kind, told = client.append('"%s"' % folder, "", old,
                               b"Subject: old\r\n\r\nx\r\n")
    assert kind == "OK", told
    client.logout()
    assert len(waiting()) == 1
    url = get("a", 5)["url"]
    put(url, b"first")
    assert len(waiting()) == 1
    draft(url)
    assert not waiting()


@without_store("no URL of an upload is in the log")
def _():
    if "TEST_POSTERN_CONF" not in os.environ:
        raise postern.Skip("where the log is is not told")
    url = get("a", 5)["url"]
    put(url, b"first")
    # The end is this token's alone; all of them start alike.
    token = url.rsplit("/", 1)[1][-60:]
    home = os.path.dirname(os.environ["TEST_POSTERN_CONF"])
    for place, _, names in os.walk(home):
        for name in names:
            if name == "log" or name.endswith(".log"):
                with open(os.path.join(place, name), "rb") as file:
                    assert token.encode() not in file.read(), name
    draft(url)


@with_store("the store binds the size, and keeps what is put for itself")
def _():
    url = get("a", 5)["url"]
    assert "X-Amz-SignedHeaders=content-length" in url, url
    assert put(url, b"first").status in (200, 201)
    assert postern.fetch("GET", url).status == 403
    assert file_of(draft(url)).get_payload(decode=True) == b"first"


@with_store("the key of somebody else's upload is not taken")
def _():
    url = get("a", 5)["url"]
    put(url, b"first")
    changed = re.sub(r"(uploads/[0-9a-f]{32}-)[0-9a-f]{8}", r"\g<1>00000000",
                     url)
    assert changed != url
    error = server.mcp().tool_error(
        "create_draft_mail_message", to="anna@postern.test",
        attachment_urls=[changed])
    assert error["code"] == "invalid_argument", error
    draft(url)


case.run()
