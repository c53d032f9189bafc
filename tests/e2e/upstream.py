#!/usr/bin/env python3
"""Signing in with an OpenID provider whose tokens open the mailbox: a real
provider, and a mail server that asks it whose a token is.  It needs
UPSTREAM=1 of tests/servers/all."""
import datetime
import glob
import os
import re
import subprocess
import time

import mailboxes
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


def ended(token, tool="list_mail_messages", **arguments):
    """The access token opens nothing any more."""
    mcp = postern.Mcp(server, token)
    response = mcp.post(*mcp.message("tools/call", {
        "name": tool, "arguments": arguments}))
    assert response.status == 401, response
    assert 'error="invalid_token"' in response.header("WWW-Authenticate")


def folders(token):
    return postern.Mcp(server, token).tool("list_mailboxes")["mailboxes"]


@case("who signs in at the provider reads the mailbox")
def _():
    provider()
    told = good(SignIn().allow())
    assert 0 < told["expires_in"] <= 3600, told["expires_in"]
    assert folders(told["access_token"])


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
            assert folders(told["access_token"])


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
    assert folders(kept["access_token"])
    told = good(way.refresh(kept["refresh_token"]))
    assert told["expires_in"] > 30, told
    assert folders(told["access_token"])
    assert folders(good(way.refresh(told["refresh_token"]))[
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
    assert folders(good(way.refresh(told["refresh_token"]))[
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
    assert folders(good(way.redeem(code))["access_token"])


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
    assert folders(good(way.refresh(told["refresh_token"]))[
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


@case("whose mailbox it is says the mail server, not the provider")
def _():
    provider(other=1)
    status, text = SignIn().back()
    assert status == 422 and "Mailboxes added" not in text, why(text)
    assert "did not take what you signed in with" in why(text), why(text)
    provider()


@case("mail is sent by the same token, and a new one goes on")
def _():
    provider()
    way = SignIn()
    told = good(way.allow())
    for subject in ("first", "second"):
        mcp = postern.Mcp(server, told["access_token"])
        sent = mcp.tool("send_mail_message", to=[mailboxes.other()[0]],
                        subject="Upstream " + subject, text_body="Hello")
        assert sent["state"] == "sent", sent
        client = mailboxes.login(server, *mailboxes.other())
        uid = mailboxes.await_message(client, sent["message_id"])
        message = mailboxes.read(client, uid)
        client.logout()
        assert message["From"].addresses[0].addr_spec == way.user, message
        provider(expire=1)
        ended(told["access_token"], "send_mail_message",
              to=[mailboxes.other()[0]], subject="Never", text_body="x")
        told = good(way.refresh(told["refresh_token"]))
    assert folders(told["access_token"])


@case("a link ends with the token in it, and its file can still be sent")
def _():
    provider(life=300)
    way = SignIn()
    told = good(way.allow())
    uid = server.deliver("INBOX", (
        "Subject: Upstream file\nMIME-Version: 1.0\n"
        "Content-Type: application/pdf\n"
        "Content-Disposition: attachment; filename=a.pdf\n\nUpstream\n"))
    mcp = postern.Mcp(server, told["access_token"])
    link = mcp.tool("get_mail_attachment", folder="INBOX", uid=uid)
    ends = datetime.datetime.fromisoformat(link["expires_at"]).timestamp()
    assert time.time() < ends <= time.time() + 300, link
    provider(expire=1)
    told = good(way.refresh(told["refresh_token"]))
    sent = postern.Mcp(server, told["access_token"]).tool(
        "send_mail_message", to=[mailboxes.other()[0]], subject="File",
        text_body="x", attachment_urls=[link["url"]])
    assert sent["state"] == "sent", sent


@case("a kept session does not outlive what opened it")
def _():
    provider(life=3)
    way = SignIn()
    told = good(way.allow())
    assert told["expires_in"] <= 3, told
    mcp = postern.Mcp(server, told["access_token"])
    assert mcp.tool("list_mail_messages")["uidvalidity"]
    time.sleep(4)
    ended(told["access_token"])
    provider()
    assert folders(good(way.refresh(told["refresh_token"]))["access_token"])


@case("a mailbox by a password and one by the provider, in one grant")
def _():
    provider()
    way = SignIn()
    address, password = mailboxes.other()
    page = way.add({"username": address, "password": password,
                    "label": "Old"})
    status, text = way.back(page=page, label="New")
    assert status == 200 and address in text and way.user in text, why(text)
    told = good(way.redeem(way.consent(text)))
    for _ in range(2):
        mcp = postern.Mcp(server, told["access_token"])
        for label, owner in (("Old", address), ("New", way.user)):
            sent = mcp.tool("send_mail_message", to=[way.user],
                            account=label, subject="From " + label,
                            text_body="Hello")
            assert sent["state"] == "sent", sent
            client = mailboxes.login(server)
            uid = mailboxes.await_message(client, sent["message_id"])
            message = mailboxes.read(client, uid)
            client.logout()
            assert message["From"].addresses[0].addr_spec == owner, message
        assert told["expires_in"] <= 3600, told
        told = good(way.refresh(told["refresh_token"]))
    provider(expire=1)
    mcp = postern.Mcp(server, told["access_token"])
    assert mcp.tool("list_mail_messages", account="Old")["uidvalidity"]
    ended(told["access_token"], account="New")
    # What ended there ends here, of whichever mailbox.
    provider(forget=1)
    refused(way.refresh(told["refresh_token"]))
    assert way.revoke(told["refresh_token"]).status == 200
    ended(told["access_token"], account="Old")


@case("two mailboxes by the provider, in one grant")
def _():
    provider(rotate=1)
    way = SignIn()
    status, text = way.back()
    assert status == 200, why(text)
    way.user = mailboxes.other()[0]
    way.browser.forget(os.environ["TEST_UPSTREAM"])
    _, page, _ = way.send(text, {"decision": "add"})
    status, text = way.back(page=page, label="Second")
    assert status == 200 and way.user in text, why(text)
    told = good(way.redeem(way.consent(text)))
    for _ in range(3):
        mcp = postern.Mcp(server, told["access_token"])
        for more in ({}, {"account": "Second"}):
            assert mcp.tool("list_mail_messages", **more)["uidvalidity"]
        told = good(way.refresh(told["refresh_token"]))
    # There is no token for the second now: what the first got is not lost.
    provider(rotate=1, away=1)
    told = good(way.refresh(told["refresh_token"]))
    assert 0 < told["expires_in"] <= 30, told["expires_in"]
    mcp = postern.Mcp(server, told["access_token"])
    assert mcp.tool("list_mail_messages")["uidvalidity"]
    for tool, more in (("list_mail_messages", {}), ("send_mail_message", {
            "to": [way.user], "subject": "x", "text_body": "x"})):
        error = mcp.tool_error(tool, account="Second", **more)
        assert error["retryable"] and "try again" in error["message"], error
    provider(rotate=1)
    told = good(way.refresh(told["refresh_token"]))
    mcp = postern.Mcp(server, told["access_token"])
    for more in ({}, {"account": "Second"}):
        assert mcp.tool("list_mail_messages", **more)["uidvalidity"]
    assert way.revoke(told["refresh_token"]).status == 200
    ended(told["access_token"])
    error = postern.Mcp(server, told["access_token"]).tool_error(
        "list_mail_messages", account="Second")
    assert error["code"] == "not_permitted", error


@case("who takes their time is signed in all the same")
def _():
    provider(life=3)
    way = SignIn()
    _, text = way.back()
    time.sleep(4)
    told = good(way.redeem(way.consent(text)))
    before = cards()
    assert way.revoke(told["refresh_token"]).status == 200
    # There was a card: the sign-in's token had ended, and was renewed.
    assert len(before - cards()) == 1


@case("whose sign-in has ended meanwhile is told so")
def _():
    provider()
    way = SignIn()
    _, text = way.back()
    provider(down=1)
    status, text, _ = way.send(text, {"decision": "allow"})
    assert status == 422 and "Try again in a few" in why(text), why(text)
    provider(forget=1)
    status, text, _ = way.send(text, {"decision": "allow"})
    assert status == 422 and "sign in there once more" in why(text), why(text)
    assert "Mailboxes added" not in text, text
    assert good(way.allow())


@case("tokens of Microsoft's size pass, and a code holds none of them")
def _():
    plain = None
    for size, refresh in ((32, 32), (1500, 900), (3000, 900)):
        provider(bytes=size, refresh_bytes=refresh, rotate=1)
        way = SignIn()
        status, text = way.back()
        assert status == 200, why(text)
        code = way.consent(text)
        plain = plain or len(code)
        assert len(code) < plain + refresh * 2, (size, len(code), plain)
        told = good(way.redeem(code))
        assert size * 4 / 3 < len(told["access_token"]) <= 7168, size
        assert folders(told["access_token"]), size
        told = good(way.refresh(told["refresh_token"]))
        assert folders(told["access_token"]), size
    provider()


@case("tokens that are too long are refused with the reason")
def _():
    for sizes in ({"bytes": 6000}, {"refresh_bytes": 2000}):
        provider(**sizes)
        way = SignIn()
        status, text = way.back()
        assert status == 422, (sizes, status, why(text))
        assert "Mailboxes added" not in text, why(text)
        assert "too long to be sealed into a key" in text, why(text)
    # One that grows later ends the grant, and the sign-in says why.
    provider()
    way = SignIn()
    told = good(way.allow())
    provider(bytes=6000)
    response = way.refresh(told["refresh_token"])
    refused(response)
    assert "is the most" in response.json()["error_description"], response
    provider()


@case("postern check tells whether a provider takes what we were given")
def _():
    provider()
    wrong = (({"UPSTREAM_TEST_CLIENT_SECRET": "canary"}, "invalid_client"),
             ({"UPSTREAM_TEST_CLIENT_ID": "nobody"}, "invalid_client"),
             ({"UPSTREAM_TEST_ISSUER": "https://localhost:1"}, "nobody"),
             ({"UPSTREAM_TEST_CA_FILE": ""}, "certificate"))
    for settings, word in (({}, ""), *wrong):
        done = subprocess.run(
            [os.path.join(os.environ.get("BUILD", "build"), "postern"),
             "check"], capture_output=True, text=True, check=False,
            env={"POSTERN_CONF": os.environ["TEST_POSTERN_CONF"],
                 **postern.SANITIZERS, **settings}, timeout=120)
        said, = [line for line in done.stdout.splitlines()
                 if "Test Mail" in line and not line.startswith("note")]
        assert "canary" not in done.stdout + done.stderr
        assert (done.returncode == 0) == (not word), (settings, done)
        assert said.startswith("wrong" if word else "ok"), said
        assert word in said, said


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


@case("a sign-in that ended there ends at the own page")
def _():
    provider()
    way = SignIn()
    way.url = server.base_url + "/connections"
    assert way.back()[0] == 303
    provider(expire=1)
    _, text, _ = way.browser.go(way.url)
    assert "sign in once more" in why(text), why(text)
    assert "password any more" not in text and "Sign out" not in text
    assert way.back()[0] == 303


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
