#!/usr/bin/env python3
"""The user's own page: who is connected, ended there, the servers tested, and
personal tokens."""
import html
import re
import time
import urllib.parse

import postern
from visitor import Visitor

server = postern.Server()
ROOT = server.folder("Connected Agents")
CANARY = "canary-9d2e-password"
case = postern.Cases()
strangers = set()


def visit():
    """Somebody who is signed in and looks at the page."""
    visitor = Visitor(server)
    told = visitor.sign_in()
    assert told.status == 303, told
    assert told.header("Location") == server.base_url + "/connections", told
    page = visitor.open()
    assert page.status == 200 and "Sign out" in page.text(), page
    return visitor


def grants(page):
    return re.findall(r'name="remove" value="([^"]+)"', page.text())


def cards():
    """The UIDs of the cards in the mailbox."""
    client = server.imap()
    kind, _ = client.select('"%s"' % ROOT, True)
    found = []
    if kind == "OK":
        _, told = client.uid("SEARCH", "UNDELETED", "HEADER",
                             "X-Postern-Grant", "v1")
        found = told[0].split()
    client.logout()
    return set(found)


def agent(name="Tests", **fields):
    """A connected agent that has not asked its mailbox anything yet."""
    client = server.register(client_name=name)["client_id"]
    return postern.Mcp(server, sign_in(client, **fields)["access_token"])


def sign_in(client, **fields):
    page = server.authorize(client, "http://127.0.0.1:9/callback",
                            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
                            fields=fields)
    code = urllib.parse.parse_qs(urllib.parse.urlsplit(
        page.header("Location")).query)["code"][0]
    return postern.fetch("POST", server.metadata()["token_endpoint"], None, {
        "grant_type": "authorization_code", "code": code,
        "redirect_uri": "http://127.0.0.1:9/callback",
        "code_verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        "client_id": client}).json()


def is_refused(mcp):
    message, headers = mcp.message(
        "tools/call", {"name": "list_mailboxes", "arguments": {}})
    return mcp.post(message, headers).status == 401


def token_fields(*scopes, ask=(), lasts="1", label="Backup"):
    return ([("label", label), ("lasts", lasts), ("decision", "token")] +
            [("scope", name) for name in scopes] +
            [("ask", name) for name in ask])


def shown_token(page):
    found = re.search(r'<textarea id="token-text".*?>([^<]+)</textarea>',
                      page.text())
    return found and html.unescape(found.group(1))


@case("nobody is signed in at first, and a wrong password signs nobody in")
def _():
    visitor = Visitor(server)
    page = visitor.open()
    assert page.status == 200 and "Disconnect" not in page.text(), page
    assert page.header("Cache-Control") == "no-store", page
    assert "frame-ancestors 'none'" in page.header("Content-Security-Policy")
    told = visitor.sign_in(password=CANARY)
    assert told.status == 422, told
    assert "refused the user name or password" in told.text(), told
    seen = told.text() + str(told.headers)
    assert CANARY not in seen and "postern-session" not in seen, told
    assert server.username in told.text(), told
    for decision in ("disconnect-all", "test", "token", "sign-out"):
        visitor.open()
        told = visitor.send([("decision", decision)])
        assert "signed out meanwhile" in told.text(), told
        assert "Disconnect all" not in told.text(), told


@case("who is signed in is known by a cookie that only this service reads")
def _():
    visitor = Visitor(server)
    told = visitor.sign_in()
    cookie = next(v for n, v in told.headers if n.lower() == "set-cookie"
                  and "postern-session" in v)
    for attribute in ("HttpOnly", "SameSite=Lax", "Max-Age=900"):
        assert attribute in cookie, cookie
    assert cookie.startswith("__Host-") == server.base_url.startswith(
        "https://"), cookie
    assert server.password not in cookie and server.username not in cookie
    name = cookie.partition("=")[0]
    kept = visitor.cookies[name]
    for forged in ("x", kept[:-4] + "AAAA", kept + "A",
                   agent().token, visitor.cookies[next(
                       n for n in visitor.cookies if n != name)]):
        visitor.cookies[name] = forged
        assert "Sign out" not in visitor.open().text(), forged
    visitor.cookies[name] = kept
    assert "Sign out" in visitor.open().text()
    mcp = postern.Mcp(server, kept)
    assert is_refused(mcp), "a cookie is no access token"


@case("signing out is that the browser forgets")
def _():
    visitor = visit()
    told = visitor.send([("decision", "sign-out")])
    assert told.status == 303, told
    assert not any("session" in name for name in visitor.cookies)
    assert "Sign in" in visitor.open().text()


@case("an agent is shown with its name, target and scopes, and ended there")
def _():
    visitor = visit()
    before = grants(visitor.page)
    mcp = agent("Tidy <b>&</b> Co")
    page = visitor.open()
    new = set(grants(page)) - set(before)
    assert len(new) == 1, new
    assert "Tidy &lt;b&gt;&amp;&lt;/b&gt; Co" in page.text(), page
    assert "127.0.0.1" in page.text() and "May " in page.text(), page
    assert not is_refused(mcp)
    count = len(cards())
    page = visitor.send([("remove", new.pop())])
    assert page.status == 200, page
    assert "One agent was disconnected" in page.text(), page
    assert len(cards()) == count - 1 and set(grants(page)) == set(before)
    assert is_refused(mcp)
    again = visitor.send([("remove", "A" * 22)])
    assert "disconnected already" in again.text(), again
    assert len(cards()) == count - 1


@case("when an agent last renewed its access is shown")
def _():
    visitor = visit()
    before = set(grants(visitor.page))
    client = server.register(client_name="Renewing")["client_id"]
    token = sign_in(client)
    page = visitor.open()
    grant = (set(grants(page)) - before).pop()
    entry = re.search(r"<li>(?:(?!<li>).)*%s" % grant, page.text(), re.S)
    assert "renewed" not in entry.group(), entry
    told = postern.fetch("POST", server.metadata()["token_endpoint"], None, {
        "grant_type": "refresh_token", "client_id": client,
        "refresh_token": token["refresh_token"]})
    assert told.status == 200, told
    page = visitor.open()
    entry = re.search(r"<li>(?:(?!<li>).)*%s" % grant, page.text(), re.S)
    now = time.gmtime()
    assert "Last renewed on %d %s %d, " % (
        now.tm_mday, time.strftime("%b", now), now.tm_year) in \
        entry.group(), entry
    assert page.text().count("Last renewed") == 1, page
    visitor.send([("remove", grant)])


@case("a connection replaces those of the same agent where that is said")
def _():
    other, first = agent("Another"), agent("Same")
    client = server.register(client_name="Same")["client_id"]
    second = postern.Mcp(server, sign_in(client)["access_token"])
    assert not is_refused(first), "nothing is replaced by itself"
    third = agent("Same", replaces="1")
    assert is_refused(first) and is_refused(second)
    assert not is_refused(third) and not is_refused(other)
    again = postern.Mcp(server, sign_in(client, replaces="1")["access_token"])
    assert is_refused(third) and not is_refused(again)
    # By its client_id, too, whatever it calls itself and wherever it is.
    nameless = server.register(client_name=None)["client_id"]
    one = postern.Mcp(server, sign_in(nameless)["access_token"])
    two = agent(None, replaces="1")
    assert not is_refused(one), "without a name none is the same"
    three = postern.Mcp(server, sign_in(nameless,
                                        replaces="1")["access_token"])
    assert is_refused(one)
    assert not any(map(is_refused, (two, three, again, other)))


@case("messages that only look like cards hide no agent")
def _():
    visit().send([("decision", "disconnect-all")])
    # Those connected by another server of the mailbox stand only there.
    strangers.update(cards())
    mcp, forged = agent("Behind many"), 520
    client = server.imap()
    for number in range(forged):
        kind, _ = client.append('"%s"' % ROOT, "", None, (
            "From: flood@postern.test\r\nX-Postern-Grant: v1 %022d 0123abcd "
            "0\r\n\r\nx\r\n" % number).encode())
        assert kind == "OK"
    try:
        page = visit().page
        assert "Behind many" in page.text() and "None is" not in page.text()
        page = visit().send([("decision", "disconnect-all")])
        assert page.status == 200 and is_refused(mcp), page
        assert len(cards() - strangers) == forged, len(cards())
    finally:
        client.select('"%s"' % ROOT)
        _, found = client.uid("SEARCH", "FROM", "flood")
        client.uid("STORE", found[0].decode().replace(" ", ","),
                   "+FLAGS.SILENT", r"(\Deleted)")
        client.expunge()
        client.logout()


@case("all are ended with one button")
def _():
    agents = [agent(), agent()]
    visitor = visit()
    assert len(grants(visitor.page)) >= 2
    page = visitor.send([("decision", "disconnect-all")])
    assert "agents were disconnected" in page.text(), page
    assert grants(page) == [] and cards() <= strangers
    assert "None is connected" in page.text(), page
    assert all(is_refused(mcp) for mcp in agents)


@case("a form sent from elsewhere does nothing")
def _():
    mcp = agent()
    visitor = visit()
    grant = grants(visitor.page)[0]
    kept = dict(visitor.cookies)
    page = visitor.page
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"},
                    {"Sec-Fetch-Site": "cross-site"}):
        visitor.page, visitor.cookies = page, dict(kept)
        told = visitor.send([("remove", grant)], **headers)
        assert told.status == 403, (headers, told)
    session = next(n for n in kept if "session" in n)
    other = Visitor(server)
    other.open()
    other.cookies[session] = kept[session]
    visitor.page, visitor.cookies = page, other.cookies
    assert visitor.send([("remove", grant)]).status == 403
    visitor.cookies = dict(kept)
    visitor.page = other.open(server.base_url + "/connections")
    told = visitor.send([("remove", grant), ("request", "x")])
    assert told.status in (400, 403), told
    assert not is_refused(mcp)


@case("the mailbox's servers are tested: green, or red with the reason")
def _():
    visitor = visit()
    page = visitor.send([("decision", "test")])
    assert page.status == 200, page
    text = page.text()
    assert text.count('<span class="badge good">works</span>') == 2, text
    assert "Receiving (IMAP)" in text and "Sending (SMTP)" in text
    wrong = Visitor(server)
    told = wrong.sign_in(smtp_password=CANARY)
    assert told.status == 303, told
    wrong.open()
    page = wrong.send([("decision", "test")])
    text = page.text()
    assert text.count('<span class="badge good">works</span>') == 1, text
    assert "does not work" in text, text
    assert "refused the user name or password" in text, text
    assert CANARY not in text


@case("a personal token is shown once, does what was chosen, and is a card")
def _():
    visitor = visit()
    before = grants(visitor.page)
    page = visitor.send(token_fields("mail:folders", label="My <i>script"))
    token = shown_token(page)
    assert page.status == 200 and token, page
    assert page.header("Cache-Control") == "no-store", page
    assert server.password not in page.text()
    mcp = postern.Mcp(server, token)
    assert mcp.tool("list_mailboxes")["mailboxes"], "it reads folders"
    message, headers = mcp.message("tools/call", {
        "name": "list_mail_messages", "arguments": {}})
    told = mcp.post(message, headers)
    assert told.status == 403 or "scope" in told.text(), told
    page = visitor.open()
    assert shown_token(page) is None, page
    assert "My &lt;i&gt;script" in page.text(), page
    assert "your own token" in page.text(), page
    new = set(grants(page)) - set(before)
    assert len(new) == 1, new
    visitor.send([("remove", new.pop())])
    assert is_refused(mcp)


@case("a personal token asks first where that was switched on, and sends "
      "where it may")
def _():
    visitor = visit()
    page = visitor.send(token_fields("mail:send", ask=("send",)))
    assert shown_token(page), page
    assert "Asks first before sending a message" in page.text(), page
    page = visitor.send(token_fields(*postern.SCOPES))
    assert shown_token(page), page
    mcp = postern.Mcp(server, shown_token(page))
    told = mcp.tool("send_mail_message", to=[server.username],
                    subject="Personal", text_body="x")
    assert told, told


@case("a token needs a scope and a time that may be")
def _():
    visitor = visit()
    count = len(cards())
    for fields in (token_fields(), token_fields("mail:nothing"),
                   token_fields("mail:read", lasts="x"),
                   token_fields("mail:read", lasts="-1"),
                   token_fields("mail:read", lasts="99999")):
        page = visitor.send(fields)
        assert page.status == 422 and not shown_token(page), page
    page = visitor.send([("decision", "anything")])
    assert page.status == 400, page
    assert len(cards()) == count


@case("what is no page of it is not there")
def _():
    for method, path, status in (("PUT", "/connections", 405),
                                 ("GET", "/connections/x", 404)):
        told = postern.fetch(method, server.base_url + path)
        assert told.status == status, told
    told = postern.fetch("POST", server.base_url + "/connections", {
        "Content-Type": "application/json"}, b"{}")
    assert told.status == 415, told


case.run()
