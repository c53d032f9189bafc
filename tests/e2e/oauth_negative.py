#!/usr/bin/env python3
"""Every case of the corpus own/oauth-negative: one changed request each, and
what it must come to.  The cases are those of the file; here stands how each
is made.  What was observed is printed behind its name."""
import base64
import collections
import concurrent.futures
import json
import os
import re
import secrets
import socket
import sys
import time
from urllib.parse import parse_qs, urlencode, urlsplit

import asking
import client_host
import mailboxes
import postern
import program
from relay import Relay

server = postern.Server()
case = postern.Cases()
CORPUS = os.path.join(os.environ.get("POSTERN_CORPORA", "../shared/corpora"),
                      "own", "oauth-negative", "cases.json")
BASE, TOKEN = server.base_url, server.base_url + "/oauth/token"
APP, LOOPBACK = "https://app.example/cb", "http://127.0.0.1/cb"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
FORM = "application/x-www-form-urlencoded"
JSON = {"Content-Type": "application/json"}
FAR = "198.51.100.7"            # an address that is not this computer
CASES = {}
LATE = ("token-code-expired",)  # a minute passes while the others run


def drive(*ids):
    def keep(function):
        for id_ in ids:
            CASES[id_] = function
        return function
    return keep


class Once:
    """A value that is made when it is first asked for."""

    def __init__(self, make):
        self._make, self._value = make, None

    def __call__(self):
        if self._value is None:
            self._value = self._make()
        return self._value


app = Once(lambda: server.register(APP)["client_id"])
native = Once(lambda: server.register(LOOPBACK)["client_id"])
other = Once(lambda: server.register(APP)["client_id"])


def query_of(**more):
    query = {"response_type": "code", "client_id": app(), "state": "s",
             "redirect_uri": APP, "code_challenge": CHALLENGE,
             "code_challenge_method": "S256", **more}
    return {n: v for n, v in query.items() if v is not None}


def authorize(extra="", **more):
    return postern.fetch("GET", BASE + "/oauth/authorize?" +
                         urlencode(query_of(**more)) + extra)


def page_only(response):
    """HTML for the person, and nobody is redirected."""
    assert response.status == 400, response
    assert response.header("Location") is None, response
    assert response.header("Content-Type").startswith("text/html"), response
    return "400, a page, no redirect"


def sent_back(response, *words):
    """An error by redirect, with state and iss."""
    assert response.status in (302, 303), response
    where = response.header("Location")
    assert where.startswith(APP + "?"), where
    told = parse_qs(urlsplit(where).query)
    assert told["error"][0] in words, told
    assert told["iss"] == [BASE] and told["state"] == ["s"], told
    assert "code" not in told, told
    return "%d, error=%s with state and iss" % (response.status,
                                                told["error"][0])


def refused(response, status, *words):
    """An OAuth error as JSON."""
    assert response.status == status, response
    assert response.json()["error"] in words, response
    assert response.header("Cache-Control") == "no-store", response
    return "%d %s" % (status, response.json()["error"])


# GET /authorize

BAD_SENDERS = {
    "authz-no-client_id": {"client_id": None},
    "authz-redirect-suffix": {"redirect_uri": APP + "/../evil"},
    "authz-redirect-query": {"redirect_uri": APP + "?x=1"},
    "authz-redirect-port": {"redirect_uri": "https://app.example:444/cb"},
    "authz-redirect-backslash": {
        "redirect_uri": "https://app.example\\@evil.example/cb"}}
BAD_WISHES = {
    "authz-response_type-missing": ({"response_type": None},
                                    "invalid_request"),
    "authz-no-pkce": ({"code_challenge": None}, "invalid_request"),
    "authz-pkce-plain": ({"code_challenge_method": "plain"},
                         "invalid_request"),
    "authz-pkce-method-missing": ({"code_challenge_method": None},
                                  "invalid_request"),
    "authz-pkce-short": ({"code_challenge": "a" * 42}, "invalid_request"),
    "authz-pkce-badchars": ({"code_challenge": "+/=" + "a" * 40},
                            "invalid_request"),
    "authz-resource-other": ({"resource": "https://other.example/mcp"},
                             "invalid_target"),
    "authz-prompt-none": ({"prompt": "none"}, "login_required")}


@drive(*BAD_SENDERS)
def _(id_):
    return page_only(authorize(**BAD_SENDERS[id_]))


@drive(*BAD_WISHES)
def _(id_):
    return sent_back(authorize(**BAD_WISHES[id_][0]), BAD_WISHES[id_][1])


@drive("authz-unknown-client")
def _(id_):
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    forged = program.run(
        "register", "POST", "/oauth/register", JSON,
        body=json.dumps({"redirect_uris": [APP]}).encode(),
        settings={"ENCRYPTION_KEY_FILE": "", "ENCRYPTION_KEY": key,
                  "POSTERN_CONF": "", "BASE_URL": BASE})
    assert forged.status == 201, forged
    return page_only(authorize(client_id=forged.json()["client_id"]))


@drive("authz-client-tampered")
def _(id_):
    whole = app()
    for at in range(0, len(whole), 37):
        if whole[at] != ".":
            bad = whole[:at] + chr(ord(whole[at]) ^ 1) + whole[at + 1:]
            told = page_only(authorize(client_id=bad))
    return told


@drive("authz-redirect-loopback-path", "authz-redirect-loopback-host")
def _(id_):
    assert authorize(client_id=native(), redirect_uri="http://127.0.0.1:5/cb"
                     ).status == 200
    return page_only(authorize(client_id=native(), redirect_uri={
        "authz-redirect-loopback-path": "http://127.0.0.1:5/other",
        "authz-redirect-loopback-host": "http://localhost:5/cb"}[id_]))


@drive("authz-redirect-dup", "authz-param-dup-client")
def _(id_):
    name, value = {"authz-redirect-dup": ("redirect_uri", APP),
                   "authz-param-dup-client": ("client_id", other())}[id_]
    return page_only(authorize("&" + urlencode({name: value})))


@drive("authz-scope-unknown")
def _(id_):
    page = authorize(scope="mail:read admin")
    assert page.status == 200, page
    on = [v for n, v in postern.Form(page.text()).fields if n == "scope"]
    assert on == ["mail:read"], on
    return "ignored: only mail:read is switched on; alone: " + sent_back(
        authorize(scope="admin"), "invalid_scope")


@drive("authz-scope-ctl")
def _(id_):
    for scope in ('mail:read "', "mail:read \\"):
        told = sent_back(authorize(scope=scope), "invalid_scope")
    response = authorize(scope="mail:read\rmail:send")
    if response.status == 400:
        return told + "; CR: 400 from the web server"
    return sent_back(response, "invalid_scope")


@drive("authz-state-8k")
def _(id_):
    state = secrets.token_hex(4096)
    response = authorize(state=state, response_type="x")
    if response.status in (400, 414, 431):
        return "%d from the web server" % response.status
    told = parse_qs(urlsplit(response.header("Location")).query)
    assert told["state"] == [state], response
    return "%d, echoed exactly" % response.status


@drive("authz-state-html")
def _(id_):
    state = "<script>alert(1)</script>\"'"
    page = authorize(state=state)
    assert page.status == 200 and "<script>alert" not in page.text(), page
    where = authorize(state=state, response_type="x").header("Location")
    assert "<" not in where and '"' not in where, where
    assert parse_qs(urlsplit(where).query)["state"] == [state], where
    return "percent-encoded in the Location, escaped on the page"


@drive("authz-request-param")
def _(id_):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        told = sent_back(authorize(request="eyJhbGciOiJub25lIn0.e30."),
                         "request_not_supported")
        sent_back(authorize(request_uri="http://127.0.0.1:%d/" %
                            listener.getsockname()[1]),
                  "request_not_supported")
        listener.settimeout(0.1)
        try:
            raise AssertionError(listener.accept()[1])
        except TimeoutError:
            return told + ", never fetched"


@drive("authz-response_mode")
def _(id_):
    for mode in ("fragment", "form_post"):
        told = sent_back(authorize(response_mode=mode), "invalid_request")
    return told


@drive("authz-method-put")
def _(id_):
    response = postern.fetch("PUT", BASE + "/oauth/authorize?" +
                             urlencode(query_of()), None, "x")
    assert response.status == 405, response
    return "405, Allow: " + response.header("Allow")


@drive("authz-frame", "authz-cache")
def _(id_):
    page = authorize()
    assert "frame-ancestors 'none'" in page.header("Content-Security-Policy")
    assert page.header("X-Frame-Options") == "DENY", page
    assert page.header("Cache-Control") == "no-store", page
    assert page.header("Referrer-Policy") == "no-referrer", page
    return "as expected"


# POST /authorize

class Visit:
    """A browser with the page open."""

    def __init__(self, run=None, **more):
        self.target = "/oauth/authorize?" + urlencode(query_of(**more))
        self._run = run or (lambda method, target, headers, body:
                            postern.fetch(method, BASE + target, headers,
                                          body))
        page = self._run("GET", self.target, {}, None)
        assert page.status == 200, page
        self.form = postern.Form(page.text())
        self.cookie = page.header("Set-Cookie").split(";")[0]

    def fields(self, **values):
        names = {name for name, _ in self.form.fields}
        return self.form.filled({
            "username": server.username, "password": server.password,
            **{n: v for n, v in server.server_fields().items()
               if n in names}, **values})

    def send(self, fields=None, target=None, **headers):
        headers = {"Content-Type": FORM, "Origin": server.origin(),
                   "Cookie": self.cookie,
                   **{n.replace("_", "-"): v for n, v in headers.items()}}
        body = (fields if isinstance(fields, (str, bytes)) else
                urlencode(self.fields() if fields is None else fields))
        return self._run("POST", target or self.target, headers, body)


def far(settings):
    """How to reach the program from another address."""
    def run(method, target, headers, body):
        return program.run("authorize", method, target, headers,
                           body=(body or "").encode(), settings=settings,
                           address=FAR)
    return run


Watched = collections.namedtuple("Watched", "client relay")


def watched():
    """A client whose mail server counts who connects."""
    told = server.ready["imap"]
    relay = Relay((told["host"], told["port"]))
    return Watched(server.provision(imap=relay.port)[0], relay)


def visit_watched(**more):
    here = watched()
    visit = Visit(client_id=here.client,
                  redirect_uri="http://127.0.0.1:9/cb", **more)
    return visit, here.relay


def forbidden(response, status=403):
    assert response.status == status, response
    assert response.header("Location") is None, response
    return str(status)


@drive("authz-get-post-mix")
def _(id_):
    visit, relay = visit_watched()
    response = visit.send(visit.fields(client_id=other()))
    assert response.status == 400 and not relay.connections, response
    return "400, no login attempt"


@drive("login-csrf-missing")
def _(id_):
    visit, relay = visit_watched()
    told = forbidden(visit.send([(n, v) for n, v in visit.fields()
                                 if n != "request"]))
    assert relay.connections == 0, relay.connections
    return told + ", no login attempt"


@drive("login-csrf-other-browser")
def _(id_):
    visit, relay = visit_watched()
    told = forbidden(visit.send(Cookie=Visit().cookie))
    assert relay.connections == 0, relay.connections
    return told


@drive("login-csrf-other-request")
def _(id_):
    visit = Visit()
    for more in ({"client_id": other()}, {"scope": "mail:send"},
                 {"state": "t"}):
        told = forbidden(visit.send(target="/oauth/authorize?" + urlencode(
            query_of(**more))))
    forbidden(visit.send(target="/oauth/authorize?" + urlencode(query_of(
        client_id=native(), redirect_uri="http://127.0.0.1:5/cb"))))
    return told


@drive("login-csrf-replay")
def _(id_):
    visit = Visit()
    codes = [parse_qs(urlsplit(visit.send().header("Location")).query)
             ["code"][0] for _ in range(2)]
    assert codes[0] != codes[1], codes
    told = [redeem(code) for code in codes]
    assert [r.status for r in told] == [200, 200], told
    return "two grants of their own"


@drive("login-origin-null")
def _(id_):
    visit, relay = visit_watched()
    told = forbidden(visit.send(Origin="null"))
    assert relay.connections == 0, relay.connections
    return told


@drive("login-ct-json", "login-ct-text")
def _(id_):
    visit, relay = visit_watched()
    body, kind = {"login-ct-json": (json.dumps(dict(visit.fields())),
                                    "application/json"),
                  "login-ct-text": (None, "text/plain")}[id_]
    told = forbidden(visit.send(body, Content_Type=kind), 415)
    assert relay.connections == 0, relay.connections
    return told


@drive("login-user-crlf")
def _(id_):
    visit, relay = visit_watched()
    for name in ("a\r\nb LOGOUT", "a\nb", "a\0b"):
        response = visit.send(visit.fields(username=name))
        assert response.status in (400, 422), (name, response)
        assert relay.connections == 0, name
    response = visit.send(visit.fields(username="a{5}"))
    assert response.status == 422, response
    return "controls: refused before connect; {5}: just a wrong user name"


@drive("login-pass-utf8")
def _(id_):
    told = imap_that_records()
    client = server.provision(imap=told.port)[0]
    visit = Visit(client_id=client, redirect_uri="http://127.0.0.1:9/cb")
    visit.send(visit.fields(password="pässwörd €"))
    words = ["AUTHENTICATE PLAIN", base64.b64encode(
        b"\0" + server.username.encode() + b"\0" +
        "pässwörd €".encode()).decode()]
    assert any(words[1] in line for line in told.lines), told.lines
    return "SASL PLAIN with UTF-8"


class imap_that_records:
    """An IMAP server that has PLAIN, notes each line, and lets nobody in."""

    def __init__(self):
        import ssl
        import threading
        self.lines = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        folder = os.environ["TEST_TLS"]
        self._context.load_cert_chain(folder + "/server.pem",
                                      folder + "/server.key")
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        plain, _ = self._listener.accept()
        plain.sendall(b"* OK [CAPABILITY IMAP4rev1 STARTTLS] hello\r\n")
        while True:
            line = plain.recv(4096)
            if b"STARTTLS" in line:
                break
            plain.sendall(b"* CAPABILITY IMAP4rev1 STARTTLS\r\n" +
                          line.split()[0] + b" OK done\r\n")
        plain.sendall(line.split()[0] + b" OK begin\r\n")
        line = self._context.wrap_socket(plain, server_side=True)
        for text in line.makefile("rb"):
            self._answer(line, text)

    def _answer(self, line, text):
        self.lines.append(text.decode())
        words = text.split()
        if len(words) > 1 and words[1].upper() == b"CAPABILITY":
            line.sendall(b"* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\n" +
                         words[0] + b" OK done\r\n")
        elif len(words) > 1:
            line.sendall(words[0] + b" NO [AUTHENTICATIONFAILED] no\r\n")


def agree(measure, apart):
    """Times of what must not differ in time by more.  A busy computer may
    make them; a difference that tells something is there each time."""
    for _ in range(5):
        times = measure()
        if max(times) - min(times) < apart:
            return times
    raise AssertionError(times)


@drive("login-host-private")
def _(id_):
    texts = set()

    def try_one(visit, host, port):
        started = time.monotonic()
        page = visit.send(visit.fields(imap_host=host, imap_port=port,
                                       smtp_host="", smtp_port=""))
        assert page.status == 422, page
        text = re.sub(r'name="request" value="[^"]*"', "", page.text())
        texts.add(text.replace(host, "HOST").replace(port, "PORT"))
        return time.monotonic() - started

    def measure():
        visit = Visit(far({"IMAP_HOST": "", "SMTP_HOST": "",
                           "ALLOWED_MAIL_HOSTS": "",
                           "RUN_DIR": program.run_dir()}))
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            return list(pool.map(
                lambda place: try_one(visit, *place),
                (("127.0.0.1", "993"), ("127.0.0.2", "143"),
                 ("10.1.2.3", "993"), ("192.168.7.7", "143"))))

    times = agree(measure, 0.5)
    assert len(texts) == 1, texts
    return "one text, one time (%.1f s), whatever is there" % max(times)


@drive("login-wrong-pass")
def _(id_):
    texts = set()

    def try_one(visit, name, word):
        started = time.monotonic()
        page = visit.send(visit.fields(username=name, password=word))
        took = time.monotonic() - started
        assert page.status == 422, page
        texts.add(re.search(r'role="alert".*?</section>', page.text(),
                            re.S).group())
        return took

    def measure():
        visit = Visit(far({"RUN_DIR": program.run_dir()}))
        took = [try_one(visit, server.username, "wrong"),
                try_one(visit, server.username, "also wrong"),
                try_one(visit, "nobody@example.org", "wrong")]
        assert took[0] >= 1.5 and took[1] >= 1.75 and took[2] >= 1.5, took
        return took[0], took[2]

    # There are mail servers that take longer to refuse than we hold it.
    took = agree(measure, 0.4)
    assert len(texts) == 1, texts
    return "422, the same text, after " + ", ".join("%.2f s" % t
                                                    for t in took)


@drive("login-many-wrong")
def _(id_):
    here = watched()
    settings = {"RUN_DIR": program.run_dir()}
    visit = Visit(far(settings), client_id=here.client,
                  redirect_uri="http://127.0.0.1:9/cb")
    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        told = list(pool.map(lambda _: visit.send(
            visit.fields(password="wrong")).status, range(20)))
    count = collections.Counter(told)
    assert count[429] >= 10 and count[422] <= 10, count
    assert here.relay.connections <= 10, here.relay.connections
    before = here.relay.connections
    # Nor with the right one, nor, from there, for 30 other names.
    assert visit.send(visit.fields()).status == 429
    assert here.relay.connections == before
    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        more = list(pool.map(lambda n: visit.send(visit.fields(
            username="u%d@example.org" % n, password="x")).status, range(40)))
    assert 429 in more and more.count(422) <= 30, more
    return "%d tried, %d times 429; of 40 more names %d" % (
        count[422], count[429], more.count(429))


@drive("login-redirect-303")
def _(id_):
    response = Visit().send()
    assert response.status == 303, response
    told = parse_qs(urlsplit(response.header("Location")).query)
    assert response.header("Location").startswith(APP + "?"), response
    assert told["code"] and told["state"] == ["s"], told
    assert told["iss"] == [BASE], told
    return "303 with code, state, iss"


# POST /token

def new_code():
    response = Visit().send()
    return parse_qs(urlsplit(response.header("Location")).query)["code"][0]


def redeem(code, fetch=None, **more):
    form = {"grant_type": "authorization_code", "code": code,
            "client_id": app(), "code_verifier": VERIFIER,
            "redirect_uri": APP, **more}
    form = {n: v for n, v in form.items() if v is not None}
    return (fetch or token)(form)


def token(form, headers=None):
    return postern.fetch("POST", TOKEN, headers, form)


def refresh(value, **more):
    return token({"grant_type": "refresh_token", "client_id": app(),
                  "refresh_token": value, **more})


def with_settings(**settings):
    return lambda form: program.run("token", "POST", "/oauth/token",
                                    form=form, settings=settings)


tokens = Once(lambda: redeem(new_code()).json())
old_code = Once(lambda: (time.monotonic(), new_code()))
WRONG = {
    "token-code-other-client": {"client_id": other},
    "token-verifier-missing": {"code_verifier": lambda: None},
    "token-verifier-wrong": {"code_verifier": lambda: "x" * 43},
    "token-verifier-long": {"code_verifier": lambda: "x" * 129},
    "token-verifier-is-challenge": {"code_verifier": lambda: CHALLENGE}}


@drive("token-code-expired")
def _(id_):
    made, code = old_code()
    time.sleep(max(0, 61.5 - (time.monotonic() - made)))
    return refused(redeem(code), 400, "invalid_grant")


@drive(*WRONG)
def _(id_):
    code = new_code()
    more = {n: v() for n, v in WRONG[id_].items()}
    # What is missing or too long is a fault of the request (RFC 6749 5.2).
    told = refused(redeem(code, **more), 400, "invalid_request" if
                   id_ in ("token-verifier-long", "token-verifier-missing")
                   else "invalid_grant")
    assert redeem(code).status == 200
    return told + ", the code not consumed"


@drive("token-grant-password", "token-grant-missing")
def _(id_):
    form = {"client_id": app(), "username": "a", "password": "b"}
    if id_ == "token-grant-password":
        return refused(token({"grant_type": "password", **form}), 400,
                       "unsupported_grant_type")
    return refused(token(form), 400, "invalid_request")


@drive("token-grant-dup")
def _(id_):
    return refused(token("grant_type=refresh_token&grant_type=refresh_token",
                         {"Content-Type": FORM}), 400, "invalid_request")


@drive("token-get")
def _(id_):
    response = postern.fetch("GET", TOKEN)
    assert response.status == 405, response
    return "405, Allow: " + response.header("Allow")


@drive("token-body-1m")
def _(id_):
    parts = urlsplit(TOKEN)
    with socket.create_connection((parts.hostname, parts.port),
                                  timeout=30) as line:
        line.sendall(("POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: %s\r\n"
                      "Content-Length: 1048576\r\nConnection: close\r\n\r\n"
                      % (parts.path, parts.netloc, FORM)).encode())
        try:
            for _ in range(16):
                line.sendall(b"x" * 65536)
        except OSError:
            pass
        answer = line.recv(65536)
    assert answer.split()[1] == b"413", answer
    return "413"


@drive("token-code-is-at", "token-rt-is-at", "token-rt-is-code")
def _(id_):
    if id_ == "token-code-is-at":
        return refused(redeem(tokens()["access_token"]), 400,
                       "invalid_grant")
    value = (new_code() if id_ == "token-rt-is-code"
             else tokens()["access_token"])
    return refused(refresh(value), 400, "invalid_grant")


@drive("token-rt-widen")
def _(id_):
    visit = Visit(scope="mail:read")
    response = visit.send(visit.form.filled({
        **dict(visit.fields()), "scope": "mail:read"}))
    code = parse_qs(urlsplit(response.header("Location")).query)["code"][0]
    told = redeem(code).json()
    assert told["scope"] == "mail:read", told
    return refused(refresh(told["refresh_token"],
                           scope="mail:read mail:send"), 400,
                   "invalid_scope")


@drive("token-rt-expired")
def _(id_):
    told = redeem(new_code(), with_settings(REFRESH_TOKEN_TTL="1")).json()
    time.sleep(2.1)
    return refused(refresh(told["refresh_token"]), 400, "invalid_grant")


@drive("token-rt-other-issuer")
def _(id_):
    there = with_settings(BASE_URL="https://mail.example")
    told = there({"grant_type": "refresh_token", "client_id": app(),
                  "refresh_token": tokens()["refresh_token"]})
    # Even the client is not known there: it was registered here.
    refused(told, 401, "invalid_client")
    settings = {"BASE_URL": "https://mail.example"}
    client = program.run("register", "POST", "/oauth/register", JSON,
                         body=json.dumps({
                             "redirect_uris": [APP],
                             "token_endpoint_auth_method": "none"}).encode(),
                         settings=settings).json()["client_id"]
    return refused(there({"grant_type": "refresh_token", "client_id": client,
                          "refresh_token": tokens()["refresh_token"]}), 400,
                   "invalid_grant")


def basic(name, word):
    return {"Authorization": "Basic " + base64.b64encode(
        ("%s:%s" % (name, word)).encode()).decode()}


@drive("token-auth-basic-public", "token-auth-two")
def _(id_):
    form = {"grant_type": "refresh_token", "refresh_token": "x"}
    if id_ == "token-auth-basic-public":
        return refused(token(form, basic(app(), "secret")), 401,
                       "invalid_client")
    told = server.register(
        APP, token_endpoint_auth_method="client_secret_basic")
    return refused(token({**form, "client_secret": told["client_secret"]},
                         basic(told["client_id"], told["client_secret"])),
                   400, "invalid_request")


@drive("token-cache", "token-cors")
def _(id_):
    code = new_code()
    response = token({"grant_type": "authorization_code", "code": code,
                      "client_id": app(), "code_verifier": VERIFIER,
                      "redirect_uri": APP},
                     {"Origin": "https://client.example"})
    assert response.status == 200, response
    assert response.header("Cache-Control") == "no-store", response
    assert response.header("Access-Control-Allow-Origin") == "*", response
    assert response.header("Access-Control-Allow-Credentials") is None
    return "no-store; any origin, without credentials"


# POST /register

def register(metadata):
    body = metadata if isinstance(metadata, str) else json.dumps(metadata)
    return postern.fetch("POST", BASE + "/oauth/register", JSON, body)


BAD_CLIENTS = {
    "reg-empty": ([{}], "invalid_redirect_uri"),
    "reg-js": (["javascript:alert(1)"], "invalid_redirect_uri"),
    "reg-data": (["data:text/html,x", "vbscript:x", "file:///etc/passwd",
                  "blob:x", "about:blank"], "invalid_redirect_uri"),
    "reg-fragment": (["https://a/cb#x"], "invalid_redirect_uri"),
    "reg-relative": (["/cb"], "invalid_redirect_uri"),
    "reg-wildcard": (["https://*.example/cb"], "invalid_redirect_uri"),
    "reg-many": ([{"redirect_uris": ["https://a.example/%d" % n
                                     for n in range(101)]}],
                 "invalid_client_metadata"),
    "reg-long": (["https://a.example/" + "x" * 4096],
                 "invalid_client_metadata"),
    "reg-deep": ([{"redirect_uris": [APP], "x": json.loads(
        "[" * 900 + "]" * 900)}, "[" * 1000 + "]" * 1000],
                 "invalid_client_metadata")}


@drive(*BAD_CLIENTS)
def _(id_):
    for what in BAD_CLIENTS[id_][0]:
        if isinstance(what, str) and not what.startswith("["):
            what = {"redirect_uris": [what]}
        told = refused(register(what), 400, BAD_CLIENTS[id_][1])
    return told


def shown(name, redirect=APP, **more):
    """The consent page of a client with that name."""
    told = register({"redirect_uris": [redirect], "client_name": name,
                     "token_endpoint_auth_method": "none", **more})
    assert told.status == 201, told
    page = authorize(client_id=told.json()["client_id"],
                     redirect_uri=redirect)
    assert page.status == 200, page
    return told.json(), page.text()


@drive("reg-name-long", "reg-name-html", "reg-name-bidi", "reg-name-brand",
       "reg-logo")
def _(id_):
    if id_ == "reg-name-long":
        told, page = shown("A" * 10240)
        assert told["client_name"] == "A" * 64 and "A" * 65 not in page
        return "cut to 64 characters"
    if id_ == "reg-name-html":
        _, page = shown("<img src=x onerror=alert(1)>")
        assert "<img src=x" not in page and "&lt;img src=x" in page
        return "escaped"
    if id_ == "reg-name-bidi":
        _, page = shown("a\u202eb\u200bc")
        assert "abc" in page and "\u202e" not in page and "\u200b" not in page
        return "stripped"
    if id_ == "reg-name-brand":
        _, page = shown("Claude", "https://evil.example/cb")
        assert '<strong class="host">evil.example</strong>' in page
        assert page.index("evil.example") < page.index("<q>Claude</q>")
        assert "unverified" in page
        return "the host first, in bold; the name quoted, unverified"
    host = client_host.Host()
    told, page = shown("A", logo_uri=host.url + "/logo.png")
    assert "logo" not in page and not host.asked and "logo_uri" not in told
    return "not fetched, not on the page"


@drive("reg-flood")
def _(id_):
    settings = {"RUN_DIR": program.run_dir()}
    body = json.dumps({"redirect_uris": [APP]}).encode()

    def once(_):
        return program.run("register", "POST", "/oauth/register", JSON,
                           body=body, settings=settings, address=FAR)

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        told = list(pool.map(once, range(1000)))
    count = collections.Counter(r.status for r in told)
    assert count == {201: 300, 429: 700}, count
    late = [r for r in told if r.status == 429]
    assert all(r.header("Retry-After") for r in late)
    return "%d times 201, %d times 429" % (count[201], count[429])


@drive("reg-size")
def _(id_):
    most = 0
    for count in range(1, 11):
        told = register({"client_name": "ü" * 64, "redirect_uris": [
            "https://app.example/%s%d" % ("x" * 80, n)
            for n in range(count)]})
        if told.status == 201:
            most = max(most, len(told.json()["client_id"]))
        else:
            refused(told, 400, "invalid_client_metadata")
    assert 0 < most <= 1500, most
    return "%d bytes at most, longer ones are refused" % most


# Clients known by a document

@drive("cimd-http", "cimd-no-path", "cimd-userinfo")
def _(id_):
    host = client_host.Host()
    parts = urlsplit(host.add())
    told = page_only(authorize(client_id={
        "cimd-http": "http://" + parts.netloc + parts.path,
        "cimd-no-path": "https://" + parts.netloc,
        "cimd-userinfo": "https://me@" + parts.netloc + parts.path}[id_]))
    assert not host.asked, host.asked
    return told


@drive("cimd-rebind")
def _(id_):
    """Who answers for a name is chosen in tests/net/ssrf.c; here the name
    of this computer, that nobody allowed."""
    host = client_host.Host()
    told = page_only(program.run(
        "authorize", "GET", "/oauth/authorize?" + urlencode(query_of(
            client_id=host.add())), settings={"ALLOWED_CLIENT_HOSTS": ""}))
    assert not host.asked, host.asked
    return told + "; one lookup, its address dialled: ssrf dns-rebind-*"


@drive("cimd-mismatch", "cimd-big", "cimd-slow", "cimd-redirect-uri")
def _(id_):
    def slow(handler, document):
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.end_headers()
        for byte in json.dumps(document).encode():
            handler.wfile.write(bytes([byte]))
            time.sleep(1)

    host = client_host.Host()
    client = host.add(slow if id_ == "cimd-slow" else None, **{
        "cimd-mismatch": {"client_id": host.url + "/other"},
        "cimd-big": {"x": "x" * 65536}}.get(id_, {}))
    started = time.monotonic()
    told = page_only(authorize(client_id=client, redirect_uri=APP if
                               id_ == "cimd-redirect-uri" else
                               client_host.REDIRECT))
    assert time.monotonic() - started < 60  # of the minutes it would take
    assert len(host.asked) == 1, host.asked
    return told + {"cimd-big": "; up to 64 KiB are read",
                   "cimd-slow": " after 5 s"}.get(id_, "")


# POST /mcp

def mcp(value=None, headers=None, path="", body=None):
    sent = {**JSON, "Accept": "application/json, text/event-stream",
            **({"Authorization": "Bearer " + value} if value else {}),
            **(headers or {})}
    return postern.fetch("POST", server.mcp_url + path, sent, json.dumps(
        body or {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}))


def challenged(response, word):
    assert response.status == 401, response
    told = response.header("WWW-Authenticate")
    assert told.startswith("Bearer ") and 'resource_metadata="' in told, told
    assert ('error="%s"' % word in told) if word else "error" not in told
    assert 'scope="' in told, told
    return "401, " + (word or "a bare challenge with resource_metadata "
                      "and scope")


@drive("mcp-none", "mcp-basic", "mcp-expired", "mcp-aud", "mcp-rt",
       "mcp-code")
def _(id_):
    if id_ == "mcp-none":
        return challenged(mcp(), None)
    if id_ == "mcp-basic":
        return challenged(mcp(headers=basic("a", "b")), "invalid_token")
    if id_ == "mcp-expired":
        value = redeem(new_code(), with_settings(ACCESS_TOKEN_TTL="1")
                       ).json()["access_token"]
        time.sleep(2.1)
        return challenged(mcp(value), "invalid_token")
    if id_ == "mcp-aud":
        there = BASE + "/other"
        value = far_token(there)
        return challenged(mcp(value), "invalid_token")
    value = (tokens()["refresh_token"] if id_ == "mcp-rt" else new_code())
    return challenged(mcp(value), "invalid_token")


def far_token(base):
    """An access token of another deployment with the same key."""
    settings = {"BASE_URL": base}
    prefix = urlsplit(base).path

    def run(method, target, headers, body):
        return program.run("authorize", method, target, headers,
                           body=(body or "").encode(), settings=settings)

    client = program.run(
        "register", "POST", prefix + "/oauth/register", JSON,
        body=json.dumps({"redirect_uris": [APP],
                         "token_endpoint_auth_method": "none"}).encode(),
        settings=settings).json()["client_id"]
    target = prefix + "/oauth/authorize?" + urlencode(query_of(
        client_id=client))
    visit = Visit.__new__(Visit)
    visit.target, visit._run = target, run
    page = run("GET", target, {}, None)
    assert page.status == 200, page
    visit.form = postern.Form(page.text())
    visit.cookie = page.header("Set-Cookie").split(";")[0]
    code = parse_qs(urlsplit(visit.send().header("Location")).query)
    told = program.run("token", "POST", prefix + "/oauth/token", form={
        "grant_type": "authorization_code", "code": code["code"][0],
        "client_id": client, "code_verifier": VERIFIER}, settings=settings)
    assert told.status == 200, told
    return told.json()["access_token"]


@drive("mcp-query")
def _(id_):
    value = tokens()["access_token"]
    told = challenged(mcp(path="?access_token=" + value), None)
    log = os.environ.get("TEST_HTTP_LOG")
    if log:
        with open(log, encoding="utf-8", errors="replace") as lines:
            assert value[:200] not in lines.read()
    return told + "; not in the log"


@drive("mcp-two")
def _(id_):
    parts = urlsplit(server.mcp_url)
    value, body = tokens()["access_token"], b'{"jsonrpc":"2.0","id":1}'
    with socket.create_connection((parts.hostname, parts.port),
                                  timeout=30) as line:
        line.sendall(("POST %s HTTP/1.1\r\nHost: %s\r\n"
                      "Authorization: Bearer %s\r\nAuthorization: Bearer x"
                      "\r\nContent-Type: application/json\r\n"
                      "Content-Length: %d\r\nConnection: close\r\n\r\n" % (
                          parts.path, parts.netloc, value,
                          len(body))).encode() + body)
        status = line.recv(65536).split(b" ")[1]
    assert status in (b"400", b"401"), status
    return status.decode()


@drive("mcp-scope")
def _(id_):
    response = server.mcp(scopes=("mail:read",)).post({
        "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
            "name": "send_mail_message", "arguments": {
                "to": "a@example.org", "subject": "s", "body": "b"}}})
    assert response.status == 403, response
    told = response.header("WWW-Authenticate")
    assert 'error="insufficient_scope"' in told, told
    assert "mail:send" in re.search('scope="([^"]*)"', told).group(1), told
    return "403, " + told.split(", error_description")[0]


@drive("mcp-16k")
def _(id_):
    try:
        response = mcp("x" * 16384)
        assert response.status in (400, 401, 413, 431), response
        told = str(response.status)
    except OSError:
        told = "the web server hangs up"
    assert mcp(tokens()["access_token"]).status == 200
    return told + "; the next request is served"


@drive("mcp-origin")
def _(id_):
    return forbidden(mcp(tokens()["access_token"],
                         {"Origin": "https://evil.example"}))


@drive("mcp-version", "mcp-name")
def _(id_):
    client = server.mcp(modern=True, scopes=("mail:read",))
    message, headers = client.message("tools/call", {
        "name": "send_mail_message", "arguments": {}})
    headers.update({"MCP-Protocol-Version": "2025-11-25"} if
                   id_ == "mcp-version" else
                   {"Mcp-Name": "get_mail_message"})
    response = client.post(message, headers)
    assert response.status == 400, response
    assert response.json()["error"]["code"] == -32020, response
    return "400, -32020"


def revoke(token, client):
    body = {"token": token, "client_id": client[0]}
    if client[1]:
        body["client_secret"] = client[1]
    return postern.fetch("POST", BASE + "/oauth/revoke", None, body)


@drive("revoke-other-client")
def _(id_):
    told = server.sign_in()
    for kind in ("access_token", "refresh_token"):
        response = revoke(told[kind], (other(), None))
        assert response.status == 400, response
        assert response.json()["error"] == "invalid_grant", response
    postern.Mcp(server, told["access_token"]).tool("list_mail_messages")
    return "400 invalid_grant; the token works"


@drive("revoke-imap-down")
def _(id_):
    if not server.keeps():
        raise postern.Skip("GRANTS_FOLDER is empty")
    told = server.ready["imap"]
    with Relay((told["host"], told["port"])) as gate:
        client = server.provision(imap=gate.port)
        token = server.sign_in(client=client)["access_token"]
    response = revoke(token, client)
    assert response.status == 503, response
    assert response.header("Retry-After"), response
    return "503, Retry-After: " + response.header("Retry-After")


careful = Once(lambda: asking.client(server, "send"))


def asked():
    """A message of which the user is asked first: its arguments, and the
    requestState of the question."""
    arguments = asking.message()
    return arguments, asking.call(careful(), "send_mail_message",
                                  arguments)["requestState"]


def state_refused(arguments, state):
    said = asking.refused(careful(), "send_mail_message", arguments, state)
    box = mailboxes.login(server)
    sent = mailboxes.find(box, server.folder("Sent"), "Subject",
                          arguments["subject"])
    box.logout()
    assert not sent, sent
    return "-32602, nothing is sent: " + said


@drive("mcp-state-tamper")
def _(id_):
    arguments, state = asked()
    for changed in asking.tampered(state):
        observed = state_refused(arguments, changed)
    return observed


@drive("mcp-state-other-args")
def _(id_):
    arguments, state = asked()
    return state_refused({**arguments, "to": "third@postern.test"}, state)


@drive("mcp-state-twice")
def _(id_):
    arguments, state = asked()
    told = asking.call(careful(), "send_mail_message", arguments, state,
                       asking.YES)["structuredContent"]
    said = asking.refused(careful(), "send_mail_message", arguments, state)
    assert asking.arrivals(server, told["message_id"]) == 1
    return "sent once, then -32602: " + said


def main():
    if not os.path.exists(CORPUS):
        print("1..1\nok 1 - own/oauth-negative # SKIP no corpora")
        sys.exit(0)
    with open(CORPUS, encoding="utf-8") as file:
        rows = json.load(file)
    old_code()
    rows.sort(key=lambda row: row["id"] in LATE)
    for row in rows:
        add(row)
    assert not set(CASES) - {row["id"] for row in rows}, "cases of no row"
    case.run()


def add(row):
    @case("%(id)s: %(where)s, %(change)s: expected %(expect)s" % row)
    def _():
        observed = CASES[row["id"]](row["id"])
        print("# %s: observed %s" % (row["id"], observed))


main()
