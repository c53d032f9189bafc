#!/usr/bin/env python3
"""An object store that is down, says 500, hangs, is slow, finds our clock
wrong or breaks off: the tool says so within ten seconds (or half a minute where
it stops in the midst of a file), no link is given to what is not there, and the
mailbox is served as ever."""
import base64
import http.server
import json
import os
import shutil
import threading
import time

import load
import postern
import program

ANSWER_SECONDS = {"put": 40, "drip": 40}	# else:
USUAL_SECONDS = 11
FILE = os.urandom(200 * 1024)
REFUSALS = {
    "500": (500, b"<Error><Code>InternalError</Code></Error>"),
    "skew": (403, b"<Error><Code>RequestTimeTooSkewed</Code></Error>")}

server = postern.Server()
case = postern.Cases()
FOLDER = server.folder("Storage")
RUN = program.run_dir()


class Store(http.server.BaseHTTPRequestHandler):
    """Keeps what is put there whole; way says how it goes wrong."""

    protocol_version = "HTTP/1.1"
    way, kept, ending = None, {}, threading.Event()

    def log_message(self, *_):
        pass

    def tell(self, status, body=b""):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def hang(self):
        self.ending.wait(60)
        self.close_connection = True

    def take(self):
        """The body, a little at a time where it is slow."""
        left, body = int(self.headers.get("Content-Length", 0)), b""
        while left > len(body):
            if self.way == "drip":
                self.ending.wait(1)
            if self.way == "break" or self.ending.is_set():
                self.close_connection = True
                return None
            body += self.rfile.read(min(1 if self.way == "drip" else 65536,
                                        left - len(body)))
        return body

    def answer(self):
        key = self.path.split("?")[0]
        if self.way in REFUSALS:
            # Who closes before he has read all may take his answer back.
            self.take()
            return self.tell(*REFUSALS[self.way])
        if self.way == "hang" or \
                self.way == "put" and self.command == "PUT":
            return self.hang()
        if self.command != "PUT":
            return self.tell(200 if key in self.kept else 404)
        body = self.take()
        if body is not None:
            self.kept[key] = body
            self.tell(200)
        return None

    do_GET = do_HEAD = do_PUT = do_DELETE = answer


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_):
        pass


store = Server(("127.0.0.1", 0), Store)
threading.Thread(target=store.serve_forever, daemon=True).start()
PORT = store.server_address[1]


def deliver():
    return server.deliver(FOLDER, b"From: a@postern.test\nMIME-Version: 1.0\n"
                          b"Content-Type: multipart/mixed; boundary=b\n\n--b\n"
                          b"Content-Type: application/x-file; name=f\n"
                          b"Content-Disposition: attachment\n"
                          b"Content-Transfer-Encoding: base64\n\n" +
                          base64.encodebytes(FILE) + b"\n--b--\n")


def call(tool, port=PORT, **arguments):
    """A tool's result by a process of its own that has the store; and how
    long it took."""
    began = time.monotonic()
    answer = program.run(
        "mcp", "POST", "/mcp",
        {"Authorization": "Bearer " + server.token(),
         "Content-Type": "application/json"},
        body=json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
                         "params": {"name": tool, "arguments": arguments}}
                        ).encode(),
        settings={"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:%d" % port,
                  "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "key",
                  "AWS_REGION": "us-east-1", "AWS_S3_BUCKET": "bucket",
                  "RUN_DIR": RUN, "RATE_CALLS": "0"})
    assert answer.status == 200, answer
    return answer.json()["result"], time.monotonic() - began


def refused(result, took):
    error = result["structuredContent"]["error"]
    assert result["isError"] is True, result
    assert error["code"] == "storage_failed" and error["retryable"], error
    assert "http" not in json.dumps(result).replace("HTTP", ""), result
    assert took <= ANSWER_SECONDS.get(Store.way, USUAL_SECONDS), took
    return error["message"]


def go_wrong(way, why):
    """All that touches the store fails, and leaves nothing behind."""
    port = 9 if way == "down" else PORT
    Store.way, Store.kept = way, {}
    Store.ending.clear()
    uid, longest = deliver(), 0
    try:
        threads = [threading.Thread(target=lambda: told.append(call(
            "list_mail_messages", port, folder=FOLDER))) for _ in range(2)]
        told = []
        for one in threads:
            one.start()
        result, took = call("get_mail_attachment", port, folder=FOLDER,
                            uid=uid)
        for one in threads:
            one.join()
    finally:
        Store.ending.set()
    message, longest = refused(result, took), max(longest, took)
    assert why in message, message
    assert not any(one[0].get("isError") for one in told), told
    assert Store.kept == {}, Store.kept.keys()
    load.report("R5", "%s: \"%s\" in %.1f s, mail listed in %.2f s" % (
        way, message, longest, max(one[1] for one in told)))


WAYS = [("down", "nobody answers"), ("500", "answers 500"),
        ("skew", "403 RequestTimeTooSkewed"), ("hang", "in time"),
        ("put", "in time"), ("drip", "in time"), ("break", "")]
for way_now, why_now in WAYS if load.LONG else WAYS[:3] + WAYS[6:]:
    @case("R5: a store that is wrong (%s) is told, and nothing is linked"
          % way_now)
    def _(way=way_now, why=why_now):
        go_wrong(way, why)


@case("R5: the store is well again, and the file is whole")
def _():
    Store.way = None
    Store.ending.clear()
    result, _ = call("get_mail_attachment", folder=FOLDER, uid=deliver())
    assert not result.get("isError"), result
    key = result["structuredContent"]["url"].partition("?")[0].split(
        "/", 3)[3]
    assert Store.kept["/" + key] == FILE
    shutil.rmtree(RUN)


case.run()
