#!/usr/bin/env python3
"""The sign-in page by raw HTTP: what it grants, and what it keeps to
itself."""
import datetime
import json
import os
import re
import shutil
import urllib.parse

import postern
import program

server = postern.Server()
case = postern.Cases()
REDIRECT = "http://127.0.0.1:9/callback"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CODE_CHARS, TOKEN_CHARS = 3000, 4096
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


@case("item 13: who asks, where the answer goes, and what is asked for")
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


@case("T17: a good name of somebody else comes after where the answer goes")
def _():
    evil = "https://evil.example/cb"
    client = server.register(evil, client_name="Clau\u202ede\u200b" + "e" * 99,
                             client_uri="https://claude.example/",
                             logo_uri="https://claude.example/logo.png",
                             policy_uri="https://claude.example/policy",
                             tos_uri="https://claude.example/terms")
    assert "logo_uri" not in client and "client_uri" not in client, client
    _, page = ask(client_id=client["client_id"], redirect_uri=evil)
    check_headers(page)
    shown = page.text().partition("<main>")[2]
    host = shown.index('<strong class="host">evil.example</strong>')
    # As a quotation, cut at 64 characters, without what turns or hides.
    name = shown.index("<q>Claudee%s</q>" % ("e" * 57))
    badge = shown.index('<span class="badge">unverified</span>')
    assert host < name < badge < shown.index("Anybody can choose a name"), page
    assert "Claude" not in shown[:name], page
    assert not re.search("\u202e|\u200b|set up by this", page.text()), page
    # Nothing of its is loaded, nor led to.
    assert "claude.example" not in page.text(), page
    sources = re.findall(r'(?:src|href)="([^"]*)"', page.text())
    path = urllib.parse.urlsplit(server.base_url).path
    assert sources and all(one.startswith(path + "/") or one.startswith("#")
                           for one in sources), sources


@case("T17: a name in another form of its letters is shown as it reads")
def _():
    # Full width, bold letters of mathematics, a ligature, an accent apart.
    for name, wanted in (
            ("\uff23\uff4c\uff41\uff55\uff44\uff45", "Claude"),
            ("\U0001d402\U0001d425\U0001d41a\U0001d42e\U0001d41d\U0001d41e",
             "Claude"),
            ("\ufb01le\u3000agent", "file agent"),
            ("Rene\u0301", "Ren\u00e9")):
        client = server.register(REDIRECT, client_name=name)
        assert client["client_name"] == wanted, client
        _, page = ask(client_id=client["client_id"])
        assert "<q>%s</q>" % wanted in page.text(), page
        assert name not in page.text(), page


@case("T17: who registers leaves nothing behind, and is known by it")
def _():
    run = program.run_dir()
    def register(name, **more):
        return program.run(
            "register", "POST", "/oauth/register",
            {"Content-Type": "application/json"}, settings={"RUN_DIR": run},
            body=json.dumps({"redirect_uris": [REDIRECT], "client_name": name,
                             **more}).encode(), address="198.51.100.7")
    told = [register("Agent %d" % number) for number in range(3)]
    ids = {one.json()["client_id"] for one in told}
    assert len(ids) == 3 and all(len(one) <= 1500 for one in ids), ids
    # A counter of who asks is all; its size is always the same.
    assert os.listdir(run) == ["registrations"], os.listdir(run)
    size = os.path.getsize(os.path.join(run, "registrations"))
    assert register("Agent", redirect_uris=[
        REDIRECT + "?%d" % n for n in range(9)]).status == 201
    assert os.path.getsize(os.path.join(run, "registrations")) == size
    shutil.rmtree(run)
    # They were never seen by the programs that are asked now.
    for one in ids:
        assert ask(client_id=one)[1].status == 200


@case("the switches decide what is granted")
def _():
    told = server.sign_in(scopes=("mail:read",), asked=("mail:read",
                                                        "mail:send"))
    assert told["scope"] == "mail:read", told
    told = server.sign_in(fields={"decision": "allow-without-sending"})
    assert "mail:send" not in told["scope"], told
    assert "mail:modify" in told["scope"], told


@case("sending and deleting for good are asked first, unless that is "
      "switched off")
def _():
    def asks(**more):
        url, page = ask()
        form = postern.Form(page.text())
        assert [v for n, v in form.fields if n == "ask"] == [
            "send", "delete"], form.fields
        assert len([n for n, _ in form.choices if n == "ask"]) == 7, form
        page = send(url, page, me(decision="add", **more))
        may = re.search(r'<p class="hint">(May [^<]*)</p>', page.text())
        told = redeem(send(url, page, {"decision": "allow"}))
        account = postern.Mcp(server, told["access_token"]).tool(
            "list_accounts")["accounts"][0]
        return account.get("ask_first"), may.group(1)
    first, told = asks(ask=["send", "delete"])
    assert first == ["send", "delete"], first
    assert "Asks first before sending a message, deleting for good." in told
    assert asks()[0] is None
    # A word that the page does not have is nothing.
    assert asks(ask=["move", "everything", "SEND", ""])[0] == ["move"]


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


def box(number, **more):
    """The one mailbox of these servers, under an address of its own."""
    return me(username="firstname.lastname%d@department.example.org" % number,
              login=server.username, label="Box %d" % number,
              name="Firstname Lastname", decision="add", **more)


def redeem(response):
    """The tokens of a page's answer."""
    assert response.status == 303, response
    told = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(
        response.header("Location")).query))
    assert len(told["code"]) <= CODE_CHARS, len(told["code"])
    client_id, secret = server.client()
    body = {"grant_type": "authorization_code", "code": told["code"],
            "code_verifier": VERIFIER, "client_id": client_id,
            "redirect_uri": REDIRECT}
    if secret:
        body["client_secret"] = secret
    answer = postern.fetch("POST", server.metadata()["token_endpoint"], None,
                           body)
    assert answer.status == 200, answer
    return answer.json()


def problems(page):
    """What a page says is wrong."""
    return re.findall('<li><p>(.*?)</p>', page.text(), re.S)


def boxes(page):
    return re.findall(r'<strong class="host">(\S+?@\S+?)</strong>',
                      page.text())


@case("five mailboxes, each with its own permissions and limits")
def _():
    url, page = ask()
    given = ({}, {"scope": ["mail:folders", "mail:read"]},
             {"folders": "INBOX\r\n", "ask": ["trash", "unsubscribe"]},
             {"recipients": "ann@example.org, example.net"},
             {"aliases": "me@example.org", "ask": ["send", "delete"]})
    for number in (8, 9):
        page = send(url, page, box(number))
    page = send(url, page, {"remove": "0"})
    assert page.status == 200 and "lastname8" not in page.text(), page
    page = send(url, page, {"remove": "0"})
    assert page.status == 200 and not boxes(page), page
    for number, more in enumerate(given):
        page = send(url, page, {**box(number), **more})
        assert page.status == 200, problems(page)
        assert len(boxes(page)) == number + 1, page
        assert server.password not in page.text()
    told = redeem(send(url, page, {"decision": "allow"}))
    assert len(told["access_token"]) <= TOKEN_CHARS, len(told["access_token"])
    print("# five mailboxes: a token of %d" % len(told["access_token"]))
    assert set(told["scope"].split()) == set(postern.SCOPES), told
    mcp = postern.Mcp(server, told["access_token"])
    one, two, three, four, five = mcp.tool("list_accounts")["accounts"]
    assert one["default"] and not two["default"], one
    assert [one["label"], five["label"]] == ["Box 0", "Box 4"], five
    assert two["scopes"] == ["mail:folders", "mail:read"], two
    assert "ask_first" not in two, two
    assert three["ask_first"] == ["trash", "unsubscribe"], three
    assert three["limits"]["folders"] == ["INBOX"], three
    assert four["limits"]["recipients"] == ["ann@example.org",
                                            "example.net"], four
    assert five["aliases"] == ["me@example.org"], five
    assert five["ask_first"] == ["send", "delete"], five


@case("the limits of a mailbox hold in the tools")
def _():
    url, page = ask()
    page = send(url, page, box(0))
    page = send(url, page, {**box(1), "scope": ["mail:folders", "mail:read"]})
    page = send(url, page, {**box(2), "folders": "INBOX"})
    told = redeem(send(url, page, {
        **box(3), "recipients": "example.net", "decision": "allow"}))
    mcp = postern.Mcp(server, told["access_token"])
    elsewhere = {"folder": server.folder("Elsewhere")}
    server.deliver(elsewhere["folder"], "Subject: x\n\nx\n")
    assert mcp.tool("list_mail_messages", account="Box 0", **elsewhere)
    mcp.tool("list_mail_messages", account="Box 2", folder="INBOX")
    bad = mcp.tool_error("list_mail_messages", account="Box 2", **elsewhere)
    assert "INBOX" in bad["message"], bad
    bad = mcp.tool_error("search_mail_messages", account="Box 1", query="x")
    assert bad["code"] == "not_permitted", bad
    letter = {"subject": "x", "text_body": "x"}
    bad = mcp.tool_error("send_mail_message", account="Box 3",
                         to=["ann@example.org"], **letter)
    assert "example.net" in bad["message"], bad


@case("a connection ends when it was said to")
def _():
    for lasts, days in (("1", 1), ("30", 30), ("always", 180)):
        url, page = ask()
        told = redeem(send(url, page, me(lasts=lasts)))
        assert told["expires_in"] <= days * 86400, told
        account, = postern.Mcp(server, told["access_token"]).tool(
            "list_accounts")["accounts"]
        until = datetime.datetime.fromisoformat(account["limits"]["until"])
        left = until - datetime.datetime.now(datetime.timezone.utc)
        assert abs(left.total_seconds() - days * 86400) < 60, account
    url, page = ask()
    for lasts in ("0", "-1", "x", "99999"):
        answer = send(url, page, me(lasts=lasts))
        assert answer.status == 422, answer
        assert 'href="#lasts"' in answer.text(), answer


@case("a mailbox in the page is for this browser and this request only")
def _():
    url, page = ask()
    page = send(url, page, box(0))
    sealed = dict(postern.Form(page.text()).fields)["kept"]
    for query in ({}, {"state": "another"}):
        other, fresh = ask(**query)
        answer = send(other, fresh, me(kept=sealed))
        assert answer.status == 422, answer
        assert "is forgotten" in answer.text(), answer
        assert not boxes(answer), answer
    again = send(url, page, box(0))
    assert again.status == 422 and "added already" in again.text(), again
    assert "Type another address" in again.text(), again
    again = send(url, page, {**box(1), "label": "box 0"})
    assert again.status == 422 and 'href="#label"' in again.text(), again
    again = send(url, page, {**box(1), "password": "wrong"})
    assert again.status == 422 and len(boxes(again)) == 1, again
    blank = send(url, page, {"decision": "allow"})
    assert blank.status == 303, blank


@case("what is wrong is told at its field, and what was typed stays")
def _():
    url, page = ask()
    for field, value in (("folders", "a\tb"), ("recipients", "nobody"),
                         ("recipients", "a@b@c"), ("aliases", "anna"),
                         ("aliases", "*@example.org"), ("login", "a\x01b"),
                         ("label", "x" * 61), ("scope", [])):
        answer = send(url, page, me(**{field: value}, lasts="30"))
        name = {"scope": "scopes"}.get(field, field)
        assert answer.status == 422, (field, value, answer)
        assert 'href="#%s"' % name in answer.text(), (field, answer)
        assert 'value="30" checked' in answer.text(), answer
        typed = isinstance(value, list) or not value.isprintable()
        assert typed or value in answer.text(), answer


case.run()
