#!/usr/bin/env python3
"""Signing in with an OpenID provider whose tokens open the mailbox: a real
provider, and a mail server that asks it whose a token is.  It needs
UPSTREAM=1 of tests/servers/all."""
import base64
import hashlib
import html
import http.cookiejar
import os
import re
import secrets
import ssl
import urllib.error
import urllib.parse
import urllib.request

import postern

server = postern.Server()
case = postern.Cases()
REDIRECT = "http://127.0.0.1:9/callback"
CONTROL = os.environ.get("TEST_UPSTREAM_CONTROL")
USUAL = {"down": 0, "bytes": 32, "rotate": 0, "life": 3600}


def provider(**how):
    """Has the provider behave so, and as usual otherwise."""
    if CONTROL is None:
        raise postern.Skip("no OpenID provider: UPSTREAM=1")
    query = urllib.parse.urlencode({**USUAL, **how})
    assert postern.fetch("POST", CONTROL + "/test?" + query).status == 200


def why(text):
    """What a page says is wrong."""
    said = re.search(r'id="problems">(.*?)</section>', text, re.S)
    text = said.group(1) if said else text
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())[:400]


class Browser:
    """A browser that keeps cookies and stops at every redirect that leads to
    nobody."""

    def __init__(self):
        context = ssl.create_default_context(
            cafile=os.environ["TEST_CA_FILE"])
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=context),
            urllib.request.HTTPCookieProcessor(self.jar), Stop())

    def go(self, url, form=None, **headers):
        data = None if form is None else urllib.parse.urlencode(form).encode()
        try:
            with self.opener.open(urllib.request.Request(
                    url, data, headers), timeout=30) as told:
                self.url = told.url
                return told.status, told.read().decode(), None
        except urllib.error.HTTPError as error:
            self.url = error.url
            return (error.code, error.read().decode(errors="replace"),
                    error.headers.get("Location"))


class Stop(urllib.request.HTTPRedirectHandler):
    """Goes on between the provider's own pages only."""

    def redirect_request(self, request, file, code, message, headers, url):
        if not url.startswith(os.environ["TEST_UPSTREAM"]):
            return None
        return super().redirect_request(request, file, code, message,
                                        headers, url)


class SignIn:
    """One person's way from the agent's question to its answer."""

    def __init__(self, user=None, **more):
        self.user = user or server.username
        self.browser = Browser()
        self.client_id = server.register()["client_id"]
        self.verifier = secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(
            self.verifier.encode()).digest()).rstrip(b"=").decode()
        self.url = (server.metadata()["authorization_endpoint"] + "?" +
                    urllib.parse.urlencode({
                        "response_type": "code", "client_id": self.client_id,
                        "redirect_uri": REDIRECT, "state": "s/+=",
                        "code_challenge": challenge,
                        "code_challenge_method": "S256", **more}))

    def send(self, text, values, scopes=None):
        """The form of a page of ours, with these values."""
        form = postern.Form(text)
        filled = form.filled(values, scopes) if scopes else form.filled(
            values)
        return self.browser.go(urllib.parse.urljoin(self.url, form.action),
                               filled, Origin=server.origin())

    def press(self, scopes=None, **values):
        """Presses the button; the provider's address that it leads to."""
        status, text, _ = self.browser.go(self.url)
        assert status == 200 and "Sign in with Test Mail" in text, why(text)
        status, text, _ = self.send(
            text, {"decision": "upstream-test", **values}, scopes)
        assert status == 200, (status, why(text))
        link = re.search(r'<a href="([^"]+)" id="onward">', text)
        assert link, text
        leads = html.unescape(link.group(1))
        assert 'content="0;url=%s"' % link.group(1) in text, why(text)
        return leads

    def at_provider(self, leads, allow=True):
        """Signs in there; the address of ours that it leads back to."""
        status, text, back = self.browser.go(leads)
        for _ in range(4):
            if back is not None:
                return back
            assert status == 200, (status, why(text))
            action = re.search(r'action="([^"]+)"', text).group(1)
            prompt = re.search(r'name="prompt" value="(\w+)"', text).group(1)
            if not allow:
                action = re.search(r'href="([^"]+/abort)"', text).group(1)
            action = urllib.parse.urljoin(self.browser.url, action)
            form = {"prompt": prompt, "login": self.user, "password": "x"}
            status, text, back = self.browser.go(
                action, form if allow else None)
        raise AssertionError("the provider leads nowhere: " + text)

    def back(self, leads=None, **press):
        """Comes back to our page: status and text."""
        self.returned = self.at_provider(leads or self.press(**press))
        return self.browser.go(self.returned)[:2]

    def allow(self, **press):
        """All of it: the answer of the token endpoint."""
        status, text = self.back(**press)
        assert status == 200 and "Mailboxes added" in text, why(text)
        assert self.user in text, why(text)
        status, text, location = self.send(text, {"decision": "allow"})
        assert status == 303, (status, text)
        told = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(
            location).query))
        assert told["state"] == "s/+=", told
        assert len(location) < 4000, len(location)
        self.code = told["code"]
        return self.ask(grant_type="authorization_code", code=self.code,
                        redirect_uri=REDIRECT, code_verifier=self.verifier)

    def ask(self, **form):
        return postern.fetch("POST", server.metadata()["token_endpoint"],
                             None, {"client_id": self.client_id, **form})

    def refresh(self, token):
        return self.ask(grant_type="refresh_token", refresh_token=token)


def good(response):
    assert response.status == 200, response
    return response.json()


def mailboxes(token):
    return postern.Mcp(server, token).tool("list_mailboxes")["mailboxes"]


@case("who signs in at the provider reads the mailbox")
def _():
    provider()
    told = good(SignIn().allow())
    assert 0 < told["expires_in"] <= 3600, told["expires_in"]
    assert mailboxes(told["access_token"])


@case("the scopes chosen before are those granted")
def _():
    provider()
    told = good(SignIn().allow(scopes=("mail:folders", "mail:read")))
    assert told["scope"] == "mail:folders mail:read", told


@case("our token ends before theirs")
def _():
    provider(life=90)
    told = good(SignIn().allow())
    assert 0 < told["expires_in"] <= 90, told


@case("refreshing ours refreshes theirs, rotated or not")
def _():
    for rotate in (0, 1):
        provider(rotate=rotate)
        way = SignIn()
        told = good(way.allow())
        for _ in range(3):
            told = good(way.refresh(told["refresh_token"]))
            assert mailboxes(told["access_token"])


@case("what is revoked there is revoked here")
def _():
    provider()
    way = SignIn()
    told = good(way.allow())
    provider(forget=1)
    response = way.refresh(told["refresh_token"])
    assert response.status == 400, response
    assert response.json()["error"] == "invalid_grant", response


@case("while the provider is down nothing is lost")
def _():
    provider()
    way = SignIn()
    told = good(way.allow())
    provider(down=1)
    response = way.refresh(told["refresh_token"])
    assert response.status == 503, response
    assert response.json()["error"] == "temporarily_unavailable", response
    status, text, _ = way.browser.go(way.url)
    status, text, _ = way.send(text, {"decision": "upstream-test"})
    assert status == 422 and "cannot be reached now" in text, why(text)
    provider()
    assert mailboxes(good(way.refresh(told["refresh_token"]))[
        "access_token"])


@case("who denies it there is told so, and can go on")
def _():
    provider()
    way = SignIn()
    back = way.at_provider(way.press(), allow=False)
    status, text, _ = way.browser.go(back)
    assert status == 422, (status, why(text))
    assert "you did not allow it" in text, why(text)
    assert good(way.allow())


@case("a state replayed, forged or of another browser opens nothing")
def _():
    provider()
    way = SignIn()
    assert way.back()[0] == 200
    status, text = way.browser.go(way.returned)[:2]
    assert status == 422 and "did not complete" in text, why(text)
    fresh = way.at_provider(way.press())
    status, text = Browser().go(fresh)[:2]
    assert status == 403 and "Mailboxes added" not in text, why(text)
    other = SignIn()
    other.press()
    assert other.browser.go(fresh)[0] == 403
    forged = re.sub(r"state=[^&]+", "state=x", fresh)
    assert way.browser.go(forged)[0] == 403
    mixed = re.sub(r"iss=[^&]+", "iss=https%3A%2F%2Fevil.example", fresh)
    assert mixed != fresh
    status, text = way.browser.go(mixed)[:2]
    assert status == 422 and "another issuer" in text, why(text)
    assert way.browser.go(fresh)[0] == 200


@case("a mailbox that does not take the token is not connected")
def _():
    provider()
    way = SignIn(user="nobody")
    status, text = way.back()
    assert status == 422, (status, why(text))
    assert "email address" in text, why(text)


@case("tokens of many sizes pass, one too long is refused with the reason")
def _():
    for size, passes in ((1900, True), (3000, True), (6000, False)):
        provider(bytes=size)
        way = SignIn()
        if passes:
            assert mailboxes(good(way.allow())["access_token"]), size
        else:
            status, text = way.back()
            assert status == 422, (size, status, why(text))
            assert "Mailboxes added" not in text, why(text)
    provider()


case.run()
