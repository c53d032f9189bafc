#!/usr/bin/env python3
"""What stands behind the ? of an address is no argument of a program, though
by RFC 3875 4.4 a web server makes it one where there is no "=" in it, as
Apache does."""
import re

import postern
import program

server = postern.Server()
case = postern.Cases()
FORM = {"Content-Type": program.FORM}
JSON = {"Content-Type": "application/json"}
# One request of each program, and what it answers, whatever is behind the ?.
ASKED = (
    ("well-known", "GET", "/.well-known/oauth-authorization-server", {}, b"",
     200),
    ("register", "POST", "/oauth/register", JSON,
     b'{"redirect_uris":["http://127.0.0.1/x"]}', 201),
    ("authorize", "GET", "/oauth/authorize", {}, b"", 400),
    ("token", "POST", "/oauth/token", FORM, b"a=b", 400),
    ("revoke", "POST", "/oauth/revoke", FORM, b"a=b", 400),
    ("mcp", "POST", "/mcp", JSON, b"{}", 401),
    ("attachment", "GET", "/attachment/x", {}, b"", 401),
    ("connections", "GET", "/connections", {}, b"", 200))
QUERIES = ("-v", "--version", "--help", "-h+-v", "help", "key+x",
           "key+--file%3Dx", "--", "%2dv", "-c+%2Fetc%2Fpasswd", "+")


def words(query):
    """What becomes of it: words apart at +, each without its %."""
    return [re.sub(r"%([0-9A-Fa-f]{2})", lambda m: chr(int(m[1], 16)), word)
            for word in query.split("+")]


def told(answer):
    """It without what is new each time: ids, sealed values, times; and without
    the address that a form goes back to."""
    head = sorted((name.lower(), value) for name, value in answer.headers
                  if name.lower() not in ("date", "content-length"))
    return answer.status, *(
        re.sub(r"[A-Za-z0-9_-]{16,}|\d{10,}", "*", text)
        for text in (str(head), re.sub(
            r'(action="[^"?]*)\?[^"]*', r"\1", answer.text())))


@case("T41: what stands behind ? is no argument: programs")
def _():
    for name, method, path, headers, body, status in ASKED:
        usual = program.run(name, method, path + "?x=1", headers, body=body)
        assert usual.status == status, (name, usual)
        for query in QUERIES:
            answer = program.run(name, method, path + "?" + query, headers,
                                 body=body, words=words(query))
            assert told(answer) == told(usual), (name, query, answer)


@case("T41: what stands behind ? is no argument: the web server")
def _():
    for name, method, path, headers, body, status in ASKED:
        usual = postern.fetch(method, server.base_url + path + "?x=1",
                              headers, body)
        assert usual.status == status, (name, usual)
        for query in QUERIES:
            answer = postern.fetch(method, server.base_url + path + "?" +
                                   query, headers, body)
            assert told(answer) == told(usual), (name, query, answer)


case.run()
