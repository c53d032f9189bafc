#!/usr/bin/env python3
"""Hostile JSON and hostile bodies at the endpoint of MCP, by raw HTTP: each
gets the right error, and the program that met it is as small as before."""
import glob
import json
import os
import socket
import time
import urllib.parse

import memory
import postern

server = postern.Server()
case = postern.Cases()
CORPORA = os.path.join(os.environ.get("POSTERN_CORPORA", "../shared/corpora"),
                       "json")
SUITE = sorted(glob.glob(os.path.join(CORPORA, "JSONTestSuite", "*.json")))
TRANSFORM = sorted(glob.glob(os.path.join(CORPORA, "JSONTestSuite-transform",
                                          "*.json")))
# Texts are C strings here, and a name may stand once in an object.
NOT_OURS = ("y_string_null_escape", "y_object_escaped_null_in_key",
            "y_object_duplicated_key", "y_object_duplicated_key_and_value",
            "y_string_nonCharacterInUTF-8_U+10FFFF")
PARSE, REQUEST = -32700, -32600
MIB = 1024 * 1024
BODY_MOST = 24 * MIB
# A program may keep so much more than before, and take so many times the
# body for reading it.
KEPT_BYTES, TIMES = 6 * MIB, 12
BEGIN, END = b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":', b"}}"


def post(body, headers=None):
    if isinstance(body, str):
        body = body.encode()
    return postern.fetch("POST", server.mcp_url, {
        "Authorization": "Bearer " + server.token(),
        "Content-Type": "application/json", **(headers or {})}, body)


def code(response):
    assert response.status == 400, response
    assert response.header("Content-Type") == "application/json", response
    return response.json()["error"]["code"]


def alive():
    assert post(BEGIN + b"1" + END).json()["result"] == {}


def read(path):
    with open(path, "rb") as file:
        return os.path.basename(path)[:-5], file.read()


@case("item 34: what is no JSON is told so, by itself and within a request")
def _():
    if not SUITE:
        raise postern.Skip("no corpora")
    count = 0
    for name, text in map(read, SUITE):
        if not name.startswith("n_"):
            continue
        count += 1
        for body in (text, BEGIN + text + END):
            assert code(post(body)) == PARSE, (name, body[:200])
    assert count > 100, count
    alive()


@case("item 34: what is JSON is no message by itself, and well in params")
def _():
    if not SUITE:
        raise postern.Skip("no corpora")
    count = 0
    for name, text in map(read, SUITE + TRANSFORM):
        response, within = post(text), post(BEGIN + text + END)
        if not name.startswith("y_") or name in NOT_OURS:
            assert response.status in (200, 400), (name, response)
            assert within.status == 200 or code(within) == PARSE, name
            continue
        count += 1
        assert within.json()["result"] == {}, (name, within)
        if response.status == 400:
            assert code(response) == REQUEST, (name, response)
            continue
        # A list is a batch of what are no messages.
        for answer in response.json():
            assert answer["error"]["code"] == REQUEST, (name, response)
    assert count > 45, count
    alive()


@case("item 34: a name that stands twice, however it is spelled: -32700")
def _():
    for body in (
            '{"jsonrpc":"2.0","id":1,"method":"ping","method":"ping"}',
            '{"jsonrpc":"2.0","id":1,"method":"ping","m\\u0065thod":"x"}',
            '{"jsonrpc":"2.0","id":1,"id":1,"method":"ping"}',
            '{"jsonrpc":"2.0","id":1,"method":"ping","params":'
            '{"_meta":{},"_meta":{}}}',
            '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":'
            '"list_accounts","arguments":{"check":true,"check":false}}}',
            '[{"jsonrpc":"2.0","id":1,"method":"ping","id":2}]'):
        assert code(post(body)) == PARSE, body
    # Beside each other they are two objects.
    assert post(BEGIN + b'[{"a":1},{"a":1}]' + END).json()["result"] == {}


@case("item 34: numbers beyond all measure")
def _():
    for number in ("9" * 400, "-" + "9" * 100000, "1e999999999", "1E-9999999",
                   "0." + "0" * 100000 + "1", "18446744073709551616"):
        assert post(BEGIN + number.encode() + END).status in (200, 400), number
        response = post('{"jsonrpc":"2.0","id":%s,"method":"ping"}' % number)
        assert code(response) in (PARSE, REQUEST), (number[:30], response)
        error = post(
            '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":'
            '"get_mail_message","arguments":{"uid":%s}}}' % number)
        if error.status == 200:
            assert error.json()["result"]["isError"] is True, error
        else:
            assert code(error) == PARSE, error
    for number in (2 ** 63 - 2, 2 - 2 ** 63):
        response = post('{"jsonrpc":"2.0","id":%d,"method":"ping"}' % number)
        assert response.json()["id"] == number, response
    alive()


@case("item 34: bytes that are no UTF-8, wherever they stand: -32700")
def _():
    for wrong in (b"\xff", b"\xc0\xaf", b"\xe0\x80\xaf", b"\xed\xa0\x80",
                  b"\xf4\x90\x80\x80", b"\xf8\x88\x80\x80\x80", b"\xc3",
                  b"\xe2\x82", b"\x80", b"\\ud800", b"\\udc00\\ud800",
                  b"\\u0000", b"\x00", b"\x1f"):
        for body in (BEGIN + b'"' + wrong + b'"' + END,
                     BEGIN + b'{"' + wrong + b'":1}' + END,
                     b'{"jsonrpc":"2.0","id":"' + wrong +
                     b'","method":"ping"}'):
            assert code(post(body)) == PARSE, body
    whole = BEGIN + b"1" + END
    for body in (b"\xef\xbb\xbf" + whole, b"\xff" + whole, whole + b"\xff",
                 whole + b"\0", whole.decode().encode("utf-16"),
                 whole.decode().encode("utf-32-le")):
        assert code(post(body)) == PARSE, body[:60]


@case("item 34: depth ends at 32, in no memory to speak of")
def _():
    with memory.Watch("mcp") as watch:
        for depth in (33, 34, 1000, 100000, MIB):
            for begin, end in ((b"[", b"]"), (b'{"a":', b"}")):
                for body in (begin * depth + b"1" + end * depth,
                             begin * depth):
                    assert code(post(body)) == PARSE, (depth, begin)
                    assert code(post(BEGIN + body + END)) == PARSE
    deep = b"[" * 30 + b"]" * 30
    assert post(BEGIN + deep + END).json()["result"] == {}
    if not memory.is_sanitized():
        assert watch.kept() < KEPT_BYTES, watch.kept()


@case("item 34: many values and long texts: refused or answered, memory flat")
def _():
    for name, value, fine in (
            ("values", b"[" + b"0," * 240000 + b"0]", True),
            ("too many values", b"[" + b"0," * 3 * MIB + b"0]", False),
            ("members", b"{" + b",".join(b'"%d":0' % i for i in
                                         range(100000)) + b"}", True),
            ("a text", b'"' + b"a" * 8 * MIB + b'"', True),
            ("escapes", b'"' + b"\\u00e9" * MIB + b'"', True),
            ("objects", b"[" + b"{}," * MIB + b"{}]", False)):
        body = BEGIN + value + END
        with memory.Watch("mcp") as watch:
            response = post(body)
        if fine:
            assert response.json()["result"] == {}, (name, response)
        else:
            assert code(response) == PARSE, (name, response)
        if memory.is_sanitized() or not watch.seen():
            continue
        print("# %s: %d KiB for %d, kept %d" % (
            name, watch.grown() // 1024, len(body) // 1024,
            watch.kept() // 1024))
        assert watch.kept() < KEPT_BYTES, (name, watch.kept())
        assert watch.grown() < TIMES * max(len(body), 5 * MIB), (
            name, watch.grown())


class Wire:
    """A connection to the web server, byte by byte."""

    def __init__(self):
        parts = urllib.parse.urlsplit(server.mcp_url)
        self.host = parts.netloc
        self.path = parts.path
        self.socket = socket.create_connection(
            (parts.hostname, parts.port), postern.TIMEOUT)

    def begin(self, *headers):
        lines = ["POST %s HTTP/1.1" % self.path, "Host: " + self.host,
                 "Authorization: Bearer " + server.token(),
                 "Content-Type: application/json", "Connection: close",
                 *headers]
        self.socket.sendall("\r\n".join(lines).encode() + b"\r\n\r\n")

    def send(self, data):
        """Whether it was taken; a server may answer before all is there."""
        try:
            self.socket.sendall(data)
            return True
        except (BrokenPipeError, ConnectionResetError):
            return False

    def answer(self):
        """Status, None where the connection was just closed, and body."""
        told = b""
        try:
            while piece := self.socket.recv(65536):
                told += piece
        except ConnectionResetError:
            pass
        self.socket.close()
        if not told.startswith(b"HTTP/1.1 "):
            return None, told
        return int(told.split()[1]), told.partition(b"\r\n\r\n")[2]


def chunk(data):
    return b"%x\r\n%s\r\n" % (len(data), data)


@case("item 34: a body in chunks, of unknown length, is read whole")
def _():
    body = BEGIN + b'"' + b"x" * 100000 + b'"' + END
    for size in (len(body), 5000):
        wire = Wire()
        wire.begin("Transfer-Encoding: chunked")
        for at in range(0, len(body), size):
            wire.send(chunk(body[at:at + size]))
        wire.send(b"0\r\n\r\n")
        status, told = wire.answer()
        assert status == 200 and b'"result":{}' in told, (size, status, told)
    wire = Wire()
    wire.begin("Transfer-Encoding: chunked")
    wire.send(chunk(b"{") + b"0\r\n\r\n")
    status, told = wire.answer()
    assert status == 400 and b"-32700" in told, (status, told)


@case("item 34: chunks that are none are no request")
def _():
    for sent in (b"zz\r\n{}\r\n0\r\n\r\n", b"-5\r\n{}\r\n0\r\n\r\n"):
        wire = Wire()
        wire.begin("Transfer-Encoding: chunked")
        wire.send(sent)
        status, told = wire.answer()
        assert status is None or 400 <= status < 500, (sent, status, told)
    for length in ("-1", "x", "1e3", "99999999999999999999"):
        wire = Wire()
        wire.begin("Content-Length: " + length)
        wire.send(b"{}")
        status, told = wire.answer()
        assert status is None or 400 <= status < 500, (length, status, told)
    alive()


def is_too_large(wire):
    status, told = wire.answer()
    assert status in (413, None), (status, told[:500])
    return status


@case("item 34: more than 24 MiB: 413 or an end, never memory")
def _():
    with memory.Watch("mcp") as watch:
        wire = Wire()
        wire.begin("Content-Length: %d" % (BODY_MOST + 1))
        piece, whole = b" " * MIB, True
        for _ in range(25):
            whole = whole and wire.send(piece)
        is_too_large(wire)
        wire = Wire()
        wire.begin("Transfer-Encoding: chunked")
        for _ in range(40):
            if not wire.send(chunk(piece)):
                break
        wire.send(b"0\r\n\r\n")
        is_too_large(wire)
    if not memory.is_sanitized() and watch.seen():
        assert watch.grown() < 4 * BODY_MOST, watch.grown()
        assert watch.kept() < KEPT_BYTES, watch.kept()
    alive()


@case("item 34: a body that does not come holds nobody up")
def _():
    wire = Wire()
    wire.begin("Content-Length: 1000")
    wire.send(b"{")
    begun = time.monotonic()
    alive()
    assert time.monotonic() - begun < postern.TIMEOUT
    wire.socket.close()
    alive()


@case("item 34: content types that are not application/json: 415")
def _():
    body = (BEGIN + b"1" + END)
    for kind in ("application/json-rpc", "application/json-patch+json",
                 "text/json", "application/jsonx", "xapplication/json",
                 "multipart/form-data; boundary=x", "application",
                 "application/json, text/plain", "text/plain;application/json",
                 "*/*"):
        response = post(body, {"Content-Type": kind})
        assert response.status == 415, (kind, response)
        assert response.json()["error"]["code"] == REQUEST, response
    for kind in ("application/json", "APPLICATION/JSON",
                 "application/json;charset=utf-8",
                 'application/json ; charset="utf-8"'):
        assert json.loads(post(body, {"Content-Type": kind}).body)["result"] \
            == {}, kind


case.run()
