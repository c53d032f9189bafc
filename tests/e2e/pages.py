#!/usr/bin/env python3
"""What browsers are told about each page, whichever it is: that no other page
may frame it, that it runs no script but ours, and names itself to nobody."""
import base64
import hashlib
import re
import urllib.parse

import postern
import program
from visitor import Visitor

server = postern.Server()
case = postern.Cases()
REDIRECT = "http://127.0.0.1:9/callback"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(
    b"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").digest()).rstrip(
        b"=").decode()
ALWAYS = {
    "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
POLICY = {
    "default-src": ["'none'"], "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"], "style-src": ["'self'"],
    "script-src": ["'self'"], "connect-src": ["'self'"],
    "img-src": ["'self'"], "form-action": ["'self'"]}


def check(page, status, words, target=()):
    """The page is the one that is meant, and guarded."""
    assert page.status == status and words in page.text(), (words, page)
    assert page.header("Content-Type") == "text/html; charset=utf-8", page
    for name, value in ALWAYS.items():
        told = [v for n, v in page.headers if n.lower() == name.lower()]
        assert told == [value], (words, name, told)
    told = [v for n, v in page.headers
            if n.lower() == "content-security-policy"]
    assert len(told) == 1, (words, told)
    policy = dict((part.split()[0], part.split()[1:])
                  for part in told[0].split(";"))
    wanted = {**POLICY, "form-action": ["'self'", *target]}
    assert policy == wanted, (words, policy)
    # Nothing in it is what the policy would have to let in.
    assert not re.search(r"<script(?![^>]* src=)|\son\w+=|<style|\sstyle=|"
                         r"<iframe|javascript:", page.text()), page
    return page


def query(client, **more):
    return urllib.parse.urlencode({
        "response_type": "code", "client_id": client,
        "redirect_uri": REDIRECT, "code_challenge": CHALLENGE,
        "code_challenge_method": "S256", "state": "s", **more})


@case("T13: no page of signing in may be framed")
def _():
    client, _ = server.client()
    url = server.base_url + "/oauth/authorize"
    target = ["http://127.0.0.1:9"]
    visitor = Visitor(server)
    page = visitor.open(url + "?" + query(client))
    check(page, 200, "Connect your mailbox", target)
    form = postern.Form(page.text()).filled({
        **{n: v for n, v in server.server_fields().items()},
        "username": server.username, "password": "wrong",
        "decision": "allow"})
    fields = [(n, v) for n, v in form if n != "request"]
    check(visitor.send(fields), 422, "Not connected yet", target)
    visitor.open()
    right = [(n, server.password if n == "password" else
              "add" if n == "decision" else v) for n, v in fields]
    check(visitor.send(right), 200, "Mailboxes added", target)
    check(visitor.send(right, Origin="https://evil.example"), 403, "<h1>")
    check(postern.fetch("GET", url), 400, "<h1>")
    check(postern.fetch("GET", url + "?" + query("x")), 400, "<h1>")
    check(postern.fetch("GET", url + "?" + query(
        client, redirect_uri="https://evil.example/")), 400, "<h1>")
    check(postern.fetch("PUT", url), 405, "<h1>")
    check(postern.fetch("POST", url, {"Content-Type": "text/plain"}, "x"),
          415, "<h1>")
    check(postern.fetch("GET", server.base_url + "/oauth/upstream?state=x"),
          403, "<h1>")


@case("T13: no page of one's own may be framed")
def _():
    visitor = Visitor(server)
    check(visitor.open(), 200, 'name="password"')
    check(visitor.sign_in(password="wrong"), 422, 'role="alert"')
    page = visitor.sign_in()
    page = visitor.open() if page.status == 303 else page
    check(page, 200, server.username)
    check(visitor.send([("decision", "test")]), 200, server.username)
    check(visitor.send([("decision", "token"), ("scope", "mail:read"),
                        ("label", "x"), ("lasts", "0")]), 422, "<h1>")
    check(visitor.send([("decision", "x")], Origin="null"), 403, "<h1>")
    check(postern.fetch("PUT", visitor.url), 405, "<h1>")
    check(postern.fetch("GET", server.base_url + "/confirm"), 410, "<h1>")
    check(postern.fetch("GET", server.base_url + "/confirm?link=x"), 410,
          "<h1>")


@case("T13: nor one that says that nothing works")
def _():
    for name, path in (("authorize", "/oauth/authorize"),
                       ("connections", "/connections")):
        told = program.run(name, "GET", path,
                           settings={"ENCRYPTION_KEY_FILE": "/none"})
        assert told.status == 503, told
        if "html" in (told.header("Content-Type") or ""):
            check(told, 503, "<h1>")
        check(program.run(name, "GET", path + "/nothing"), 404, "<h1>")


case.run()
