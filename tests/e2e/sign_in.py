#!/usr/bin/env python3
"""The sign-in page by raw HTTP: what it grants, and what it keeps to
itself."""
import os
import urllib.parse

import postern

server = postern.Server()
case = postern.Cases()
REDIRECT = "http://127.0.0.1:9/callback"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
CANARY = "canary-3f1c-pässword"


def ask(**more):
    client_id, _ = server.client()
    query = {"response_type": "code", "client_id": client_id,
             "redirect_uri": REDIRECT, "code_challenge": CHALLENGE,
             "code_challenge_method": "S256", "state": "s", **more}
    url = (server.metadata()["authorization_endpoint"] + "?" +
           urllib.parse.urlencode(query))
    return url, postern.fetch("GET", url)


def send(url, page, values, more="", **headers):
    """The page's form with these values, by the browser it was given to."""
    form = postern.Form(page.text())
    cookie = page.header("Set-Cookie").split(";")[0]
    headers = {"Content-Type": "application/x-www-form-urlencoded",
               "Origin": server.origin(), "Cookie": cookie, **headers}
    target = urllib.parse.urljoin(url, form.action) + more
    return postern.fetch("POST", target, headers, urllib.parse.urlencode(
        form.filled({**server_fields(form), **values})))


def server_fields(form):
    names = {name for name, _ in form.fields}
    return {name: value for name, value in server.server_fields().items()
            if name in names}


def me(**more):
    return {"username": server.username, "password": server.password,
            "decision": "allow", **more}


def check_headers(response):
    assert response.header("Cache-Control") == "no-store", response
    assert response.header("Referrer-Policy") == "no-referrer", response
    assert response.header("X-Content-Type-Options") == "nosniff", response
    if response.header("Location"):
        return
    assert response.header("X-Frame-Options") == "DENY", response
    assert response.header("Cross-Origin-Opener-Policy") == "same-origin"
    policy = response.header("Content-Security-Policy")
    assert "default-src 'none'" in policy, policy
    assert "frame-ancestors 'none'" in policy, policy


@case("what browsers are told about every page")
def _():
    url, page = ask()
    assert page.status == 200, page
    check_headers(page)
    assert "HttpOnly" in page.header("Set-Cookie"), page
    assert "SameSite=Lax" in page.header("Set-Cookie"), page
    assert ("form-action 'self' http://127.0.0.1:9"
            in page.header("Content-Security-Policy")), page
    _, unknown = ask(client_id="x")
    assert unknown.status == 400, unknown
    check_headers(unknown)
    assert unknown.header("Location") is None, unknown
    wrong = send(url, page, me(password="wrong"))
    assert wrong.status == 422, wrong
    check_headers(wrong)
    check_headers(send(url, page, me()))


@case("8.2 13: who asks, where the answer goes, and what is asked for")
def _():
    name = "A <i>tool</i> & \"more\""
    for redirect, host, warning in (
            (REDIRECT, "127.0.0.1:9", "a program on this computer"),
            ("https://app.example/cb", "app.example", "choose a name")):
        client = server.register(redirect, client_name=name)["client_id"]
        _, page = ask(client_id=client, redirect_uri=redirect,
                      scope="mail:read")
        assert page.status == 200, page
        text = page.text()
        assert "<i>" not in text and "A &lt;i&gt;tool&lt;/i&gt;" in text
        assert '<strong class="host">%s</strong>' % host in text, text
        assert warning in text, text
        form = postern.Form(text)
        assert ("scope", "mail:read") in form.choices, form.choices


@case("the switches decide what is granted")
def _():
    told = server.sign_in(scopes=("mail:read",), asked=("mail:read",
                                                        "mail:send"))
    assert told["scope"] == "mail:read", told
    told = server.sign_in(fields={"decision": "allow-without-sending"})
    assert "mail:send" not in told["scope"], told
    assert "mail:modify" in told["scope"], told


@case("a form sent from elsewhere signs nobody in")
def _():
    url, page = ask()
    other = ask()[1].header("Set-Cookie").split(";")[0]
    refused = [{"Origin": "https://evil.example"}, {"Origin": "null"},
               {"Sec-Fetch-Site": "cross-site"}, {"Cookie": "a=b"},
               {"Cookie": other}]
    for headers in refused:
        response = send(url, page, me(), **headers)
        assert response.status == 403, (headers, response)
        assert response.header("Location") is None, response
    widened = send(url, page, me(), "&scope=mail:send")
    assert widened.status == 403, widened
    forged = send(url, page, me(request="x"))
    assert forged.status == 403, forged


@case("one form sent twice makes two grants, never one twice")
def _():
    url, page = ask()
    first, second = send(url, page, me()), send(url, page, me())
    assert first.status == second.status == 303, (first, second)
    assert first.header("Location") != second.header("Location")


@case("a password is in no page, no address and no line of the log")
def _():
    url, page = ask()
    for values in (me(password=CANARY), me(smtp_password=CANARY),
                   me(password=CANARY, username="a\r\nb"),
                   me(password=CANARY, decision="deny")):
        response = send(url, page, values)
        seen = response.text() + str(response.headers)
        assert "canary" not in seen, response
        assert "canary" not in urllib.parse.unquote(seen), response
    log = os.environ.get("TEST_HTTP_LOG")
    if log is None:
        raise postern.Skip("no log of these servers is known")
    with open(log, encoding="utf-8", errors="replace") as lines:
        text = lines.read()
    assert "program=authorize" in text
    assert "canary" not in text and server.password not in text
    assert server.username not in text and "code=" not in text


@case("a state of 6 KB comes back to the letter")
def _():
    state = "x/+=%&<>" * 700
    url, page = ask(state=state)
    assert page.status in (200, 414, 431), page.status
    if page.status == 200:
        response = send(url, page, me(decision="deny"))
        told = urllib.parse.parse_qs(urllib.parse.urlsplit(
            response.header("Location")).query)
        assert told["state"] == [state], told


case.run()
