#!/usr/bin/env python3
"""Signing in with an OpenID provider whose tokens open the mailbox: a real
provider, and a mail server that asks it whose a token is.  It needs
UPSTREAM=1 of tests/servers/all."""
import glob
import os
import re

import postern
from provider import Browser, SignIn, good, provider, server, why

case = postern.Cases()
CARDS = server.folder("Connected Agents")


def forget_documents():
    """Empties the cache, as if a day had passed."""
    with open(os.environ["TEST_POSTERN_CONF"], encoding="utf-8") as file:
        folder = re.findall(r"^RUN_DIR=(.*)$", file.read(), re.M)[-1]
    for name in glob.glob(os.path.join(folder, "document-*")):
        os.unlink(name)


def cards():
    client = server.imap(CARDS, True)
    _, told = client.uid("SEARCH", "UNDELETED")
    client.logout()
    return set(told[0].split())


def refused(response, status=400, error="invalid_grant"):
    assert response.status == status, response
    assert response.json()["error"] == error, response


def ended(token):
    """The access token opens nothing any more."""
    response = postern.Mcp(server, token).post(
        *postern.Mcp(server, token).message("tools/call", {
            "name": "list_mail_messages", "arguments": {}}))
    assert response.status == 401, response
    assert 'error="invalid_token"' in response.header("WWW-Authenticate")


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


@case("the provider's document is asked for once")
def _():
    forget_documents()
    before = provider()["documents"]
    way = SignIn()
    told = good(way.allow())
    good(way.refresh(told["refresh_token"]))
    assert provider()["documents"] == before + 1


@case("a refresh token they replaced is not lost while nobody can look")
def _():
    provider(rotate=1)
    way = SignIn()
    first = good(way.allow())
    provider(rotate=1, blind=1)
    kept = good(way.refresh(first["refresh_token"]))
    assert 0 < kept["expires_in"] <= 30, kept["expires_in"]
    provider(rotate=1)
    assert mailboxes(kept["access_token"])
    told = good(way.refresh(kept["refresh_token"]))
    assert told["expires_in"] > 30, told
    assert mailboxes(told["access_token"])
    assert mailboxes(good(way.refresh(told["refresh_token"]))[
        "access_token"])
    # They take the second use of the first for theft.
    refused(way.refresh(first["refresh_token"]))


@case("where they replaced none it is 503, and nothing was used")
def _():
    provider()
    way = SignIn()
    told = good(way.allow())
    provider(blind=1)
    refused(way.refresh(told["refresh_token"]), 503,
            "temporarily_unavailable")
    provider()
    assert mailboxes(good(way.refresh(told["refresh_token"]))[
        "access_token"])


@case("a code that nobody can look at gives nothing, and is not used")
def _():
    provider()
    way = SignIn()
    _, text = way.back()
    code = way.consent(text)
    provider(blind=1)
    refused(way.redeem(code), 503, "temporarily_unavailable")
    provider()
    assert mailboxes(good(way.redeem(code))["access_token"])


@case("what is revoked there is revoked here")
def _():
    provider()
    way = SignIn()
    told = good(way.allow())
    provider(forget=1)
    refused(way.refresh(told["refresh_token"]))
    ended(told["access_token"])


@case("what ended there can be revoked here, though its card stays")
def _():
    provider()
    way = SignIn()
    told = good(way.allow())
    before = cards()
    provider(forget=1)
    for _ in range(2):
        assert way.revoke(told["refresh_token"]).status == 200
    ended(told["access_token"])
    assert cards() == before


@case("while the provider is down nothing is revoked, and then all")
def _():
    provider()
    way = SignIn()
    before = cards()
    told = good(way.allow())
    provider(down=1)
    refused(way.revoke(told["refresh_token"]), 503,
            "temporarily_unavailable")
    provider()
    assert len(cards() - before) == 1
    assert way.revoke(told["refresh_token"]).status == 200
    assert cards() == before
    ended(told["access_token"])
    refused(way.refresh(told["refresh_token"]))


@case("while the provider is down nothing is lost")
def _():
    provider()
    way = SignIn()
    told = good(way.allow())
    provider(down=1)
    refused(way.refresh(told["refresh_token"]), 503,
            "temporarily_unavailable")
    forget_documents()
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


@case("who signs in there sees the agents of the own page, and ends them")
def _():
    provider()
    told = good(SignIn().allow())
    way = SignIn()
    way.url = server.base_url + "/connections"
    status, _ = way.back()
    assert status == 303, status
    status, text, _ = way.browser.go(way.url)
    assert "Sign out" in text and server.username in text, why(text)
    assert "Disconnect all" in text, why(text)
    # What the provider gave ends soon, so that no lasting token is made.
    assert "Make a token" not in text, why(text)
    status, text, _ = way.send(text, {
        "decision": "token", "scope": "mail:read", "label": "x"})
    assert status == 422 and "No token was made" in text, why(text)
    status, text, _ = way.send(text, {"decision": "test"})
    assert "works" in text and "does not work" not in text, why(text)
    status, text, _ = way.send(text, {"decision": "disconnect-all"})
    assert "disconnected" in text, why(text)
    ended(told["access_token"])


@case("who does not sign in there is not signed in at the own page")
def _():
    provider()
    way = SignIn()
    way.url = server.base_url + "/connections"
    back = way.at_provider(way.press(), allow=False)
    status, text, _ = way.browser.go(back)
    assert status == 422 and "you did not allow it" in text, why(text)
    assert "Sign out" not in way.browser.go(way.url)[1]
    # Nor by an answer that another browser asked for.
    other = SignIn()
    other.url = way.url
    fresh = other.at_provider(other.press())
    assert way.browser.go(fresh)[0] == 403
    assert "Sign out" not in way.browser.go(way.url)[1]
    way = SignIn(user="nobody")
    way.url = other.url
    assert way.back()[0] == 422


case.run()
