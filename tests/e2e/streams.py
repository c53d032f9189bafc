"""Answers that are read as they come, and mail servers that hold theirs back
until a case lets them go."""
import http.client
import json
import select
import threading
import time
import urllib.parse

import postern
from between import Between

EVENTS = "application/json, text/event-stream"
LEAVE = 18		# seconds within which a client's leaving is noticed;
			# what a session does without an answer takes longer


class Held(Between):
    """A mail server that until it is let go does not answer commands with a
    word in them, or stops half-way through an answer of over so many bytes."""

    def __init__(self, server, word=None, over=None):
        super().__init__(server, {})
        self.server, self.over = server, over
        self.broke = False	# the client went in the midst of an answer
        self.word = word.encode() if word else None
        self.go = threading.Event()
        self.reached = threading.Semaphore(0)
        self.lines, self.heard = [], []
        self.answers = self

    def get(self, _):
        return self.hold

    def hold(self, said):
        self.heard.append(said)
        if self.word is not None and self.word in said:
            self.wait()

    def wait(self):
        if not self.go.is_set():
            self.reached.release()
            assert self.go.wait(postern.TIMEOUT), "nobody let it go"

    def hand_on(self, line, said):
        half = len(said) // 2
        if self.over is not None and len(said) > self.over:
            line.sendall(said[:half])
            self.wait()
            said = said[half:]
        try:
            super().hand_on(line, said)
        except OSError:
            self.broke = True
            raise

    def _talk(self, line):
        self.lines.append(line)
        super()._talk(line)
        line.close()

    def await_held(self, times=1):
        for _ in range(times):
            assert self.reached.acquire(timeout=postern.TIMEOUT), self.heard

    def open(self):
        """Sessions whose client has not hung up."""
        poll = select.poll()
        for line in self.lines:
            if line.fileno() != -1:
                poll.register(line.fileno(), select.POLLRDHUP)
        gone = {number for number, _ in poll.poll(0)}
        return sum(line.fileno() not in gone | {-1} for line in self.lines)

    def mcp(self, modern=False):
        client = self.server.provision(imap=self.port)
        told = self.server.sign_in(client=client)
        return postern.Mcp(self.server, told["access_token"], modern)


class Stream:
    """One POST whose answer is read as it comes."""

    def __init__(self, mcp, name, token="t1", accept=EVENTS, **arguments):
        params = {"name": name, "arguments": arguments}
        if token is not None:
            params["_meta"] = {"progressToken": token}
        self.message, headers = mcp.message("tools/call", params)
        self.post(mcp, self.message, headers, accept)

    def post(self, mcp, body, headers, accept):
        parts = urllib.parse.urlsplit(mcp.server.mcp_url)
        self.line = http.client.HTTPConnection(
            parts.hostname, parts.port, timeout=postern.TIMEOUT)
        self.line.request("POST", parts.path, json.dumps(body), {
            "Content-Type": "application/json", "Accept": accept,
            "Authorization": "Bearer " + mcp.token, **headers})
        self.response = None

    def head(self):
        """Status and media type, once they have come."""
        if self.response is None:
            self.response = self.line.getresponse()
        kind = self.response.getheader("Content-Type") or ""
        return self.response.status, kind.split(";")[0]

    def event(self):
        """The next event's data, or the text of a comment; None: the end."""
        assert self.head() == (200, "text/event-stream"), (
            self.head(), self.response.read())
        lines = []
        while (line := self.response.readline()) not in (b"\n", b""):
            assert line.endswith(b"\n"), line
            lines.append(line[:-1].decode())
        if not lines:
            return None
        if lines[0].startswith(":"):
            return lines[0]
        assert lines[0] == "event: message" and len(lines) == 2, lines
        assert lines[1].startswith("data: {"), lines
        return json.loads(lines[1][6:])

    def progress(self):
        """The next event, which is no comment and not the last."""
        while isinstance(event := self.event(), str):
            pass
        assert event["jsonrpc"] == "2.0" and "id" not in event, event
        assert event["method"] == "notifications/progress", event
        return event["params"]

    def rest(self):
        """All that is told until the response, and that, which is last."""
        told = []
        while True:
            event = self.event()
            if isinstance(event, str):
                continue
            assert event is not None, "no response"
            if "id" in event:
                break
            told.append(event["params"])
        assert event["id"] == self.message["id"], event
        assert self.event() is None, "something behind the response"
        return told, event

    def json(self):
        """The whole answer, which must be plain JSON."""
        status, kind = self.head()
        assert kind == "application/json", (status, kind)
        return status, json.loads(self.response.read())

    def leave(self):
        self.line.sock.close()
        if self.response is not None:
            self.response.close()
        self.line.close()


def soon(what, within=LEAVE):
    """Until it is so."""
    until = time.monotonic() + within
    while not what():
        assert time.monotonic() < until, "not within %d seconds" % within
        time.sleep(0.05)
