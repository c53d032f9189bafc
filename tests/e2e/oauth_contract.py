#!/usr/bin/env python3
"""The checklist of the authorization server, item by item, by raw HTTP: the
name of each case starts with the item's number.  What one item has of its own
program stands there: documents.py (16), redeem.py (25)."""
import base64
import json
import re
import time
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import postern
import program

server = postern.Server()
case = postern.Cases()
BASE = server.base_url
APP, LOOPBACK = "https://app.example/cb?k=v%2Fw", "http://127.0.0.1/cb"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}
PROGRAMS = ("authorize", "token", "register", "revoke")
clients = {}


def client(redirect=APP, **more):
    key = json.dumps([redirect, more], sort_keys=True)
    if key not in clients:
        clients[key] = server.register(redirect, **more)["client_id"]
    return clients[key]


def query_of(**more):
    query = {"response_type": "code", "client_id": client(), "state": "a+/=&",
             "redirect_uri": APP, "code_challenge": CHALLENGE,
             "code_challenge_method": "S256", **more}
    return urlencode([(n, v) for n, v in query.items() if v is not None],
                     doseq=True)


def ask(path="/oauth/authorize", headers=None, extra="", **more):
    return postern.fetch("GET", BASE + path + "?" + query_of(**more) + extra,
                         headers)


def sign_in(path="/oauth/authorize", fields=None, **more):
    """The answer to the page, filled in."""
    url = BASE + path + "?" + query_of(**more)
    page = postern.fetch("GET", url)
    assert page.status == 200, page
    form = postern.Form(page.text())
    names = {name for name, _ in form.fields}
    values = {"username": server.username, "password": server.password,
              **{n: v for n, v in server.server_fields().items()
                 if n in names}, **(fields or {})}
    return postern.fetch("POST", urljoin(url, form.action), {
        **FORM, "Origin": server.origin(),
        "Cookie": page.header("Set-Cookie").split(";")[0]},
        urlencode(form.filled(values)))


def told_back(response, redirect=APP):
    """What the client is told: state and iss always."""
    assert response.status in (302, 303), response
    where = response.header("Location")
    assert where.startswith(redirect + ("&" if "?" in redirect else "?"))
    assert response.header("Cache-Control") == "no-store", response
    assert response.header("Access-Control-Allow-Origin") is None, response
    told = parse_qs(urlsplit(where).query)
    assert told["state"] == ["a+/=&"] and told["iss"] == [BASE], told
    assert all(len(v) == 1 for v in told.values()), told
    return {n: v[0] for n, v in told.items()}


def error_back(word, **more):
    told = told_back(ask(**more))
    assert told["error"] == word and "code" not in told, told
    assert told["error_description"], told


def page_only(response):
    assert response.status == 400, response
    assert response.header("Location") is None, response
    assert response.header("Content-Type").startswith("text/html"), response
    assert "<script>" not in response.text(), response


def post(path, form=None, headers=None):
    return postern.fetch("POST", BASE + path, headers, form or {})


def error(response, status, word):
    assert response.status == status, response
    assert response.header("Content-Type") == "application/json", response
    told = response.json()
    assert told["error"] == word and told["error_description"], response
    assert None not in told.values(), told
    assert response.header("Cache-Control") == "no-store", response
    assert response.header("Pragma") == "no-cache", response
    assert response.header("Access-Control-Allow-Origin") == "*", response


def new_code(**more):
    return told_back(sign_in(**more), more.get("redirect_uri", APP))["code"]


def redeem(code, path="/oauth/token", **more):
    form = {"grant_type": "authorization_code", "code": code,
            "client_id": client(), "code_verifier": VERIFIER, **more}
    return post(path, {n: v for n, v in form.items() if v is not None})


def refresh(value, **more):
    return post("/oauth/token", {
        "grant_type": "refresh_token", "client_id": client(),
        "refresh_token": value, **more})


def documents(base, name, path=""):
    """A document of another BASE_URL, at a path of the public host."""
    return program.run("well-known", "GET", "/.well-known/" + name + path,
                       settings={"BASE_URL": base})


@case("item 1: the protected resource's document, in each place of a path")
def _():
    base = "https://mail.example/in/mail"
    for path in ("/in/mail/mcp", "/in/mail"):
        told = documents(base, "oauth-protected-resource", path).json()
        assert told["resource"] == base + "/mcp", told
        assert told["authorization_servers"] == [base], told
        assert "offline_access" not in told["scopes_supported"], told
    below = program.run("well-known", "GET", "/in/mail/.well-known/"
                        "oauth-protected-resource/mcp",
                        settings={"BASE_URL": base})
    assert below.json()["resource"] == base + "/mcp", below


@case("item 2: the authorization server's document, in each place of a path")
def _():
    base = "https://mail.example/mail"
    served = [documents(base, "oauth-authorization-server", "/mail"),
              program.run("well-known", "GET", "/mail/.well-known/"
                          "oauth-authorization-server",
                          settings={"BASE_URL": base})]
    for response in served:
        told = response.json()
        assert told["issuer"] == base, told
        assert told["code_challenge_methods_supported"] == ["S256"], told
        assert told["client_id_metadata_document_supported"] is True, told
        assert None not in told.values(), told
        for name in PROGRAMS[:2]:
            key = {"authorize": "authorization"}.get(name, name)
            assert told[key + "_endpoint"] == base + "/oauth/" + name, told


@case("item 3: the name of OpenID's discovery, at a root and below a path")
def _():
    name = "openid-configuration"
    root = documents("https://mail.example", name)
    assert root.status == 404, root
    assert root.header("Content-Type") == "application/json", root
    base = "https://mail.example/mail"
    for response in (
            documents(base, name, "/mail"),
            program.run("well-known", "GET", "/mail/.well-known/" + name,
                        settings={"BASE_URL": base})):
        assert response.status == 200, response
        assert response.json()["issuer"] == base, response


@case("item 4: each document: HEAD, OPTIONS, 405, caching, any origin")
def _():
    for name in ("oauth-protected-resource", "oauth-protected-resource/mcp",
                 "oauth-authorization-server",
                 "oauth-authorization-server/mcp"):
        url = BASE + "/.well-known/" + name
        whole, head = postern.fetch("GET", url), postern.fetch("HEAD", url)
        assert head.status == whole.status == 200, (head, whole)
        assert not head.body and whole.body, (head, whole)
        assert whole.header("Access-Control-Allow-Origin") == "*", whole
        age = re.fullmatch("public, max-age=([0-9]+)",
                           whole.header("Cache-Control"))
        assert int(age.group(1)) <= 3600, whole
        before = postern.fetch("OPTIONS", url, {
            "Origin": "https://client.example",
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "mcp-protocol-version, x-a"})
        assert before.status == 204, before
        assert "x-a" in before.header("Access-Control-Allow-Headers"), before
        for method in ("POST", "PUT", "DELETE"):
            refused = postern.fetch(method, url, JSON, "{}")
            assert refused.status == 405, refused
            assert refused.header("Allow") == "GET, HEAD, OPTIONS", refused


@case("item 5: the configured address stands in every document and challenge")
def _():
    headers = {"X-Forwarded-Host": "evil.example",
               "X-Forwarded-Proto": "https", "Forwarded": "host=evil.example"}
    for url in (BASE + "/.well-known/oauth-authorization-server",
                BASE + "/.well-known/oauth-protected-resource"):
        response = postern.fetch("GET", url, headers)
        assert b"evil" not in response.body and response.status == 200
    response = postern.fetch("POST", server.mcp_url, {**JSON, **headers}, "{}")
    assert response.status == 401 and "evil" not in str(response.headers)


@case("item 6: an unknown client or address: a page, never a redirect")
def _():
    hostile = '"><script>alert(1)</script>'
    for more in ({"client_id": None}, {"client_id": hostile},
                 {"client_id": "https://localhost:1/none"},
                 {"redirect_uri": hostile},
                 {"redirect_uri": "https://evil.example/cb"},
                 {"redirect_uri": [APP, APP]},
                 {"client_id": [client(), client()]}):
        page_only(ask(**more))
        page_only(ask("/authorize", **more))


@case("item 7: where an answer may go: to the letter, but a loopback's port")
def _():
    native = client(LOOPBACK)
    for redirect in ("http://127.0.0.1:1/cb", "http://127.0.0.1:65535/cb",
                     LOOPBACK):
        assert ask(client_id=native, redirect_uri=redirect).status == 200
    for redirect in ("http://localhost/cb", "http://[::1]/cb",
                     "http://127.0.0.1/CB", "http://127.0.0.1/cb/",
                     "http://127.0.0.1/cb?x", "https://127.0.0.1/cb",
                     "http://127.0.0.2/cb", "http://127.0.0.1:0/cb"):
        page_only(ask(client_id=native, redirect_uri=redirect))
    for redirect in (APP + "&x", APP.replace("app", "APP"), APP[:-1],
                     APP.replace("%2F", "/"), APP.replace("//", "//a@")):
        page_only(ask(redirect_uri=redirect))
    for one in ("http://localhost:3/cb", "http://[::1]:3/cb",
                "cursor://anysphere.cursor-mcp/oauth/callback"):
        assert ask(client_id=client(one), redirect_uri=one).status == 200
    # Only one is registered, so it need not be named.
    assert told_back(ask(redirect_uri=None, response_type="x"))["error"]
    two = server.register(redirect_uris=[APP, LOOPBACK])["client_id"]
    page_only(ask(client_id=two, redirect_uri=None))
    # A client of the operator's without any may use each port and path.
    made = server.provision()[0]
    assert ask(client_id=made, redirect_uri="http://127.0.0.1:7/x?y"
               ).status == 200
    page_only(ask(client_id=made, redirect_uri=APP))


@case("item 8: what is malformed goes back as an error")
def _():
    for word, more in (
            ("invalid_request", {"response_type": None}),
            ("invalid_request", {"response_type": ""}),
            ("unsupported_response_type", {"response_type": "token"}),
            ("unsupported_response_type", {"response_type": "code token"}),
            ("invalid_request", {"code_challenge": None}),
            ("invalid_request", {"code_challenge_method": None}),
            ("invalid_request", {"code_challenge_method": "plain"}),
            ("invalid_request", {"code_challenge": "a" * 44}),
            ("invalid_request", {"response_type": ["code", "code"]}),
            ("invalid_request", {"scope": ["mail:read", "mail:read"]}),
            ("invalid_request", {"code_challenge": [CHALLENGE, CHALLENGE]})):
        error_back(word, **more)
    twice = ask(state=["a", "b"])
    assert twice.status == 303, twice
    assert "error=invalid_request" in twice.header("Location"), twice
    assert ask(nonsense="x", nonce="y", scope="", resource="").status == 200


@case("item 9: a resource indicator is ours, or is refused")
def _():
    mine = server.mcp_url
    for resource in (None, mine, mine + "/", mine.replace("http", "HTTP"),
                     [mine, mine]):
        assert ask(resource=resource).status == 200, resource
    for resource in ("https://other.example/mcp", BASE + "/other",
                     mine + "?a", mine + "#a", "mcp", mine + "//",
                     [mine, "https://other.example/mcp"]):
        error_back("invalid_target", resource=resource)
    code = new_code(resource=mine)
    error(redeem(code, resource="https://other.example/mcp"), 400,
          "invalid_target")
    told = redeem(code, resource=mine + "/")
    assert told.status == 200, told
    error(refresh(told.json()["refresh_token"],
                  resource="https://other.example/mcp"), 400,
          "invalid_target")


@case("item 10: unknown scopes are dropped, and the grant says what it holds")
def _():
    def on(**more):
        form = postern.Form(ask(**more).text())
        return {v for n, v in form.fields if n == "scope"}

    assert on(scope="mail:read admin offline_access") == {"mail:read"}
    assert on() == on(scope="offline_access") == set(postern.SCOPES)
    error_back("invalid_scope", scope="admin")
    error_back("invalid_scope", scope='mail:read"')
    told = redeem(new_code(scope="mail:search mail:read")).json()
    assert told["scope"] == "mail:read mail:search", told


@case("item 11: iss is in every answer, and promised")
def _():
    assert server.metadata()["authorization_response_iss_parameter_supported"]
    assert told_back(sign_in())["iss"] == BASE
    error_back("invalid_request", code_challenge=None)
    assert told_back(sign_in(fields={"decision": "deny"}))["error"] == \
        "access_denied"


@case("item 12: state to the letter, the address's own query, 303")
def _():
    for state in ("", "x", "a b+c/d=e&f#g%h", "ü€", "'\"<>"):
        response = ask(state=state, response_type="x")
        told = parse_qs(urlsplit(response.header("Location")).query)
        assert told.get("state", [""]) == [state], told
        assert told["k"] == ["v/w"], told
    response = sign_in()
    assert response.status == 303, response
    assert response.header("Location").startswith(APP + "&"), response
    assert response.header("Referrer-Policy") == "no-referrer", response


@case("item 13: deny is an error for the client")
def _():
    told = told_back(sign_in(fields={"decision": "deny"}))
    assert told["error"] == "access_denied" and "code" not in told, told


@case("item 14: what browsers are told; a wrong password is told here")
def _():
    page = ask()
    policy = page.header("Content-Security-Policy")
    assert "default-src 'none'" in policy and \
        "frame-ancestors 'none'" in policy, policy
    assert "form-action 'self' https://app.example" in policy, policy
    assert page.header("X-Frame-Options") == "DENY", page
    assert page.header("Referrer-Policy") == "no-referrer", page
    assert page.header("X-Content-Type-Options") == "nosniff", page
    assert page.header("Cache-Control") == "no-store", page
    wrong = sign_in(fields={"password": "wrong"})
    assert wrong.status == 422 and not wrong.header("Location"), wrong
    assert server.username in wrong.text(), wrong


@case("item 15: a code is new each time, short and for nobody's scripts")
def _():
    response = sign_in()
    one, two = told_back(response)["code"], new_code()
    assert one != two and len(one) <= 3000, (len(one), len(two))
    assert len(response.header("Location")) < 4000, response
    for wrong in ({"client_id": client(LOOPBACK)},
                  {"redirect_uri": APP + "x"}, {"code_verifier": "y" * 43}):
        error(redeem(one, **wrong), 400, "invalid_grant")
    assert redeem(one).status == 200
    before = postern.fetch("OPTIONS", BASE + "/oauth/authorize", {
        "Origin": "https://client.example",
        "Access-Control-Request-Method": "GET"})
    assert before.header("Access-Control-Allow-Origin") is None, before


@case("item 17: the token endpoint takes a form by POST, at both addresses")
def _():
    for path in ("/oauth/token", "/token"):
        refused = postern.fetch("GET", BASE + path)
        assert refused.status == 405, refused
        assert refused.header("Allow") == "POST, OPTIONS", refused
        for kind in ("application/json", "text/plain", "multipart/form-data"):
            error(postern.fetch("POST", BASE + path, {"Content-Type": kind},
                                "{}"), 400, "invalid_request")
        error(postern.fetch("POST", BASE + path, FORM, urlencode(
            [("grant_type", "refresh_token"), ("client_id", client()),
             ("client_id", client())])), 400, "invalid_request")


@case("item 18: every answer is JSON that nobody keeps and any script reads")
def _():
    good = redeem(new_code())
    assert good.status == 200, good
    assert good.header("Content-Type") == "application/json", good
    assert good.header("Cache-Control") == "no-store", good
    assert good.header("Pragma") == "no-cache", good
    assert good.header("Access-Control-Allow-Origin") == "*", good
    assert None not in good.json().values(), good
    error(post("/oauth/token"), 400, "invalid_request")


@case("item 19: a code needs its verifier, client and address")
def _():
    code = new_code()
    error(redeem(code, code_verifier=None), 400, "invalid_request")
    for wrong in ({"code_verifier": "x" * 43},
                  {"code_verifier": CHALLENGE},
                  {"redirect_uri": "https://app.example/cb"},
                  {"client_id": client(LOOPBACK)},
                  {"code": code[:-2]}, {"code": "x"},
                  {"code": client()}):
        error(redeem(**{"code": code, **wrong}), 400, "invalid_grant")
    # RFC 6749's clients send redirect_uri, OAuth 2.1's do not.
    assert redeem(code, redirect_uri=APP).status == 200
    assert redeem(new_code()).status == 200


@case("item 20: what a client is given")
def _():
    told = redeem(new_code()).json()
    assert set(told) == {"access_token", "token_type", "expires_in", "scope",
                         "refresh_token"}, told
    assert told["token_type"] == "Bearer" and told["expires_in"] > 0, told
    assert told["scope"].split() == list(postern.SCOPES), told
    once = client(grant_types=["authorization_code"])
    told = redeem(new_code(client_id=once), client_id=once).json()
    assert "refresh_token" not in told, told


@case("item 21: a refresh gives both anew, and no more than there was")
def _():
    told = redeem(new_code(scope="mail:read mail:search")).json()
    narrow = refresh(told["refresh_token"], scope="mail:read")
    assert narrow.status == 200, narrow
    assert narrow.json()["scope"] == "mail:read", narrow
    assert narrow.json()["refresh_token"] != told["refresh_token"], narrow
    whole = refresh(narrow.json()["refresh_token"])
    assert whole.json()["scope"] == "mail:read mail:search", whole
    last = whole.json()["refresh_token"]
    error(refresh(last, scope="mail:read mail:send"), 400, "invalid_scope")
    error(refresh(last, client_id=client(LOOPBACK)), 400, "invalid_grant")
    error(refresh(whole.json()["access_token"]), 400, "invalid_grant")


@case("item 22: three ways to authenticate, of which each client has one")
def _():
    form = {"grant_type": "refresh_token", "refresh_token": "x"}
    told = server.register(APP, token_endpoint_auth_method=None)
    assert told["token_endpoint_auth_method"] == "client_secret_basic", told
    name, word = told["client_id"], told["client_secret"]
    raw = base64.b64encode((name + ":" + word).encode()).decode()
    escaped = base64.b64encode("".join(
        "%%%02X" % ord(c) if c in "-_" else c for c in name + ":" + word
    ).encode()).decode()
    for given in (raw, escaped):
        error(post("/oauth/token", form, {"Authorization": "Basic " + given}),
              400, "invalid_grant")
    error(post("/oauth/token", {**form, "client_id": name,
                                "client_secret": word}), 400,
          "invalid_grant")
    for more in ({"client_id": name}, {"client_id": name,
                                       "client_secret": "x"}):
        response = post("/oauth/token", {**form, **more})
        error(response, 401, "invalid_client")
        assert response.header("WWW-Authenticate") is None, response
    wrong = base64.b64encode((name + ":x").encode()).decode()
    response = post("/oauth/token", form, {"Authorization": "Basic " + wrong})
    error(response, 401, "invalid_client")
    assert response.header("WWW-Authenticate").startswith("Basic "), response


@case("item 23: an unknown grant type, an unknown client")
def _():
    for kind in ("password", "client_credentials", "implicit",
                 "urn:ietf:params:oauth:grant-type:jwt-bearer"):
        error(post("/oauth/token", {"grant_type": kind,
                                    "client_id": client()}), 400,
              "unsupported_grant_type")
    for who in ("nobody", client()[:-3], "http://localhost/x"):
        error(post("/oauth/token", {"grant_type": "refresh_token",
                                    "refresh_token": "x", "client_id": who}),
              401, "invalid_client")


@case("item 24: no kind of token passes for another")
def _():
    code = new_code()
    told = redeem(new_code()).json()
    kinds = {"code": code, "access": told["access_token"],
             "refresh": told["refresh_token"], "client": client()}
    names = {json.loads(base64.urlsafe_b64decode(
        v.split(".")[0] + "==="))["typ"] for v in kinds.values()}
    assert len(names) == len(kinds), names
    for kind, value in kinds.items():
        bearer = postern.Mcp(server, value).post(
            {"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
        assert bearer.status == (200 if kind == "access" else 401), kind
        if kind != "code":
            error(redeem(value), 400, "invalid_grant")
        if kind != "refresh":
            error(refresh(value), 400, "invalid_grant")
        if kind != "client":
            page_only(ask(client_id=value))


@case("item 25: a code serves once, and a refresh token only for its grace")
def _():
    code = new_code()
    assert redeem(code).status == 200
    response = redeem(code)
    error(response, 400, "invalid_grant")


@case("item 26: a registration is echoed, with what is the default filled in")
def _():
    for path in ("/oauth/register", "/register"):
        response = postern.fetch("POST", BASE + path, JSON, json.dumps({
            "redirect_uris": [APP], "client_name": "A", "scope":
            "mail:read x", "application_type": "native",
            "contacts": ["a@example.org"]}))
        assert response.status == 201, response
        assert response.header("Cache-Control") == "no-store", response
        assert response.header("Access-Control-Allow-Origin") == "*"
        told = response.json()
        assert None not in told.values(), told
        assert told["redirect_uris"] == [APP] and told["client_name"] == "A"
        assert told["grant_types"] == ["authorization_code", "refresh_token"]
        assert told["response_types"] == ["code"], told
        assert told["token_endpoint_auth_method"] == "client_secret_basic"
        assert told["client_secret"] and told["scope"] == "mail:read", told
        assert told["client_secret_expires_at"] == 0, told
        assert told["application_type"] == "native", told
        assert abs(told["client_id_issued_at"] - time.time()) < 60, told
        nothing = postern.fetch("POST", BASE + path, JSON, json.dumps({
            "redirect_uris": [APP], "client_name": None, "scope": None,
            "token_endpoint_auth_method": "none", "logo_uri": None}))
        assert nothing.status == 201, nothing
        assert None not in nothing.json().values(), nothing
        assert not {"client_name", "client_secret", "scope"} & set(
            nothing.json()), nothing


@case("item 27: one bad redirect URI is dropped, only bad ones are refused")
def _():
    cursor = "cursor://anysphere.cursor-mcp/oauth/callback"
    told = server.register(redirect_uris=[
        "http://app.example/cb", cursor, "javascript:x", APP + "#f", APP])
    assert told["redirect_uris"] == [cursor, APP], told
    for uris in (None, [], ["http://app.example/cb"], ["x:y"], [""]):
        error(postern.fetch("POST", BASE + "/oauth/register", JSON,
                            json.dumps({"redirect_uris": uris})), 400,
              "invalid_redirect_uri")
    for body in ("", "[]", '"x"', '{"redirect_uris":"x"}',
                 '{"redirect_uris":[1]}', "{'a':1}"):
        error(postern.fetch("POST", BASE + "/oauth/register", JSON, body),
              400, "invalid_client_metadata")
    error(postern.fetch("POST", BASE + "/oauth/register", FORM, "a=b"), 400,
          "invalid_client_metadata")


@case("item 28: another process knows a registration at once")
def _():
    told = program.run("register", "POST", "/oauth/register", JSON,
                       body=json.dumps({
                           "redirect_uris": [APP],
                           "software_statement": "eyJ"}).encode()).json()
    assert not told["client_id"].startswith("https://"), told
    assert re.fullmatch("[A-Za-z0-9._-]{1,1500}", told["client_id"]), told
    assert "software_statement" not in told, told
    assert ask(client_id=told["client_id"]).status == 200


@case("item 29: revocation takes a form by POST, and ends a grant at once")
def _():
    assert server.metadata()["revocation_endpoint"] == BASE + "/oauth/revoke"
    for kind in ("access_token", "refresh_token"):
        told = redeem(new_code()).json()
        mcp = postern.Mcp(server, told["access_token"])
        assert call(mcp, "list_mail_messages").status == 200
        response = post("/oauth/revoke", {
            "token": told[kind], "client_id": client(),
            "token_type_hint": "nonsense"})
        assert response.status == 200 and not response.body, response
        after = call(mcp, "list_mail_messages")
        assert after.status == 401, (kind, after)
        error(refresh(told["refresh_token"]), 400, "invalid_grant")
    for path in ("/oauth/revoke", "/revoke"):
        error(post(path, {"client_id": client()}), 400, "invalid_request")
        error(post(path, {"token": "x", "client_id": "nobody"}), 401,
              "invalid_client")
        response = post(path, {"token": "x", "client_id": client()})
        assert response.status == 200 and not response.body, response


@case("every program answers at the root of the host too")
def _():
    code = told_back(sign_in("/authorize"))["code"]
    assert redeem(code, "/token").status == 200
    for name in PROGRAMS:
        for path in ("/" + name + "/", "/oauth/" + name + "/x", "/OAUTH/" +
                     name):
            response = postern.fetch("GET", BASE + path)
            assert response.status == 404, (path, response)


def call(mcp, name, **arguments):
    message, headers = mcp.message("tools/call", {"name": name,
                                                  "arguments": arguments})
    return mcp.post(message, headers)


@case("item 32: a scope that was never asked for: one challenge with all of "
      "them")
def _():
    mail = {"to": "a@example.org", "subject": "s", "body": "b"}
    for held, name, arguments, wanted in (
            (("mail:folders",), "get_mail_message", {"uid": 1},
             "mail:folders mail:read"),
            (("mail:read",), "send_mail_message", mail,
             "mail:read mail:send"),
            (("mail:folders",), "forward_mail_message",
             {"uid": 1, "to": "a@example.org"},
             "mail:folders mail:read mail:send"),
            (("mail:read",), "get_mail_message",
             {"uid": 1, "mark_seen": True}, "mail:read mail:modify")):
        response = call(server.mcp(scopes=held), name, **arguments)
        assert response.status == 403, (name, response)
        told = response.header("WWW-Authenticate")
        assert told.count("Bearer") == 1, told
        parts = dict(re.findall('([a-z_]+)="([^"]*)"', told))
        assert parts["error"] == "insufficient_scope", told
        assert parts["scope"] == wanted, told
        assert parts["error_description"], told
        assert parts["resource_metadata"].startswith(BASE + "/.well-known/")


@case("item 32: a scope that the user kept back is told to the model, not "
      "asked for again")
def _():
    told = server.sign_in(scopes=("mail:read",))
    mcp = postern.Mcp(server, told["access_token"])
    for _ in range(2):
        error_told = mcp.tool_error("send_mail_message", to="a@example.org",
                                    subject="s", body="b")
        assert error_told["code"] == "not_permitted", error_told
        mark = mcp.tool_error("get_mail_message", uid=1, mark_seen=True)
        assert mark["code"] == "not_permitted", mark
        # So it stays after a refresh.
        client_id, secret = server.client()
        answer = post("/oauth/token", {
            "grant_type": "refresh_token", "client_id": client_id,
            **({"client_secret": secret} if secret else {}),
            "refresh_token": told["refresh_token"]})
        assert answer.status == 200, answer
        told = answer.json()
        mcp = postern.Mcp(server, told["access_token"])


case.run()
