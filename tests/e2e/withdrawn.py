#!/usr/bin/env python3
"""A mailbox that is not to be had while a token lives: whose password was
changed has to sign in again, and whose server is away for a while has not."""
import contextlib
import socket

import postern
from between import Between

server = postern.Server()
case = postern.Cases()
FOR_GOOD = (b"NO [AUTHENTICATIONFAILED] wrong", b"NO wrong password",
            b"NO [EXPIRED] change it first", b"NO [CONTACTADMIN] blocked")
FOR_NOW = (b"NO [UNAVAILABLE] backend", b"NO [LIMIT] many", b"NO [INUSE] x",
           b"NO [SERVERBUG] x", b"NO [THROTTLED] x",
           b"NO [ALERT] Too many simultaneous connections. (Failure)",
           b"NO Server Unavailable. 15", b"NO Temporary authentication failure")


class Cut(Between):
    """All sessions through it can be ended, those that are kept too."""

    def __init__(self, *arguments):
        self.lines = []
        super().__init__(*arguments)

    def _greet(self, line):
        self.lines.append(super()._greet(line))
        return self.lines[-1]

    def cut(self):
        while self.lines:
            with contextlib.suppress(OSError):
                self.lines.pop().shutdown(socket.SHUT_RDWR)


class Agent:
    """It is signed in by a server between, that then says what it is to."""

    def __init__(self):
        self.between = Cut(server, {})
        self.client = server.provision(imap=self.between.port)
        self.told = server.sign_in(client=self.client)

    def says(self, words):
        """What a login is answered; None: as it is."""
        def answer(_):
            return b"{tag} " + words + b"\r\n"
        self.between.answers = {} if words is None else {
            "LOGIN": answer, "AUTHENTICATE": answer}
        self.between.cut()

    def call(self):
        mcp = postern.Mcp(server, self.told["access_token"])
        message, headers = mcp.message("tools/call", {
            "name": "list_mail_messages", "arguments": {}})
        return mcp.post(message, headers)

    def refresh(self):
        answer = postern.fetch(
            "POST", server.metadata()["token_endpoint"], None,
            {"grant_type": "refresh_token", "client_id": self.client[0],
             "client_secret": self.client[1],
             "refresh_token": self.told["refresh_token"]})
        if answer.status == 200:
            self.told = answer.json()
        return answer

    def works(self):
        self.says(None)
        answer = self.call()
        assert answer.status == 200 and '"isError"' not in answer.text()
        assert self.refresh().status == 200


@case("T52: a password that was changed is 401, and invalid_grant")
def _():
    agent = Agent()
    for words in FOR_GOOD:
        agent.says(words)
        answer = agent.call()
        assert answer.status == 401, (words, answer)
        assert 'error="invalid_token"' in answer.header(
            "WWW-Authenticate"), answer
        if server.keeps():
            answer = agent.refresh()
            assert answer.status == 400, (words, answer)
            assert answer.json()["error"] == "invalid_grant", answer
        # Who has it set back goes on.
        agent.works()


@case("T52: a server that has no time is tried again, and is never 401")
def _():
    agent = Agent()
    for words in FOR_NOW:
        agent.says(words)
        answer = agent.call()
        assert answer.status == 200, (words, answer)
        assert answer.header("WWW-Authenticate") is None, (words, answer)
        error = answer.json()["result"]["structuredContent"]["error"]
        assert error["code"] == "unavailable" and error["retryable"], error
        if server.keeps():
            answer = agent.refresh()
            assert answer.status == 503, (words, answer)
            assert answer.header("Retry-After"), (words, answer)
            assert answer.json()["error"] == "temporarily_unavailable"
        agent.works()


@case("T52: nor is one that is gone")
def _():
    agent = Agent()
    port = agent.between.port
    agent.between.listener.shutdown(socket.SHUT_RDWR)
    agent.between.cut()
    answer = agent.call()
    assert answer.status == 200 and str(port) not in str(answer.headers)
    error = answer.json()["result"]["structuredContent"]["error"]
    assert error["retryable"], error
    if server.keeps():
        assert agent.refresh().status == 503


case.run()
