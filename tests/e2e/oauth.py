#!/usr/bin/env python3
"""Discovery, registration and the token endpoint, by raw HTTP."""
import base64
import json
import re
import secrets
from urllib.parse import parse_qs, urlencode, urlsplit

import postern

server = postern.Server()
case = postern.Cases()
BASE = server.base_url
WELL_KNOWN = BASE + "/.well-known/"
REDIRECT = "http://127.0.0.1:9/callback"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
JSON = {"Content-Type": "application/json"}


def fetch(method, path, headers=None, body=None):
    url = path if path.startswith("http") else BASE + path
    return postern.fetch(method, url, headers, body)


def register(metadata, **headers):
    body = metadata if isinstance(metadata, (str, bytes)) else json.dumps(
        metadata)
    return fetch("POST", "/oauth/register", {**JSON, **headers}, body)


def error(response, status, word):
    """An OAuth error in full: JSON, never stored, readable by scripts."""
    assert response.status == status, response
    told = response.json()
    assert told["error"] == word, response
    assert told["error_description"], response
    assert response.header("Cache-Control") == "no-store", response
    assert response.header("Access-Control-Allow-Origin") == "*", response
    return told


def token(status, word, headers=None, **form):
    return error(fetch("POST", "/oauth/token", headers, form), status, word)


@case("item 1: the protected resource, at both addresses")
def _():
    answers = [fetch("GET", WELL_KNOWN + "oauth-protected-resource" + path)
               for path in ("", "/mcp")]
    assert answers[0].body == answers[1].body
    told = answers[0].json()
    assert answers[0].header("Content-Type") == "application/json"
    assert told["resource"] == server.mcp_url == BASE + "/mcp"
    assert told["authorization_servers"] == [BASE]
    assert told["scopes_supported"] == list(postern.SCOPES)
    assert told["bearer_methods_supported"] == ["header"]


@case("item 2: the authorization server, at both addresses")
def _():
    answers = [fetch("GET", WELL_KNOWN + "oauth-authorization-server" + path)
               for path in ("", "/mcp")]
    assert answers[0].body == answers[1].body
    told = answers[0].json()
    assert told["issuer"] == BASE and not BASE.endswith("/")
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert told["response_types_supported"] == ["code"]
    assert told["authorization_response_iss_parameter_supported"] is True
    for name in ("authorization", "token", "registration", "revocation"):
        assert told[name + "_endpoint"].startswith(BASE + "/oauth/")
    assert told["revocation_endpoint_auth_methods_supported"] == \
        told["token_endpoint_auth_methods_supported"]
    assert told["client_id_metadata_document_supported"] is True


@case("item 3: no OpenID provider, and no HTML where JSON is looked for")
def _():
    none = ["oauth-authorization-server/other",
            "oauth-protected-resource/other", "nonsense"]
    openid = ["openid-configuration", "openid-configuration/mcp"]
    # Below a path, clients may find the document by that name only.
    if postern.path_of(BASE):
        assert fetch("GET", WELL_KNOWN + openid[0]).json()["issuer"] == BASE
        openid = []
    for path in openid + none:
        response = fetch("GET", WELL_KNOWN + path)
        assert response.status == 404, response
        assert response.header("Content-Type") == "application/json"


@case("item 4: preflight, HEAD, other methods, caching")
def _():
    url = WELL_KNOWN + "oauth-authorization-server"
    response = fetch("OPTIONS", url, {
        "Origin": "https://client.example",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "mcp-protocol-version"})
    assert response.status == 204, response
    assert response.header("Access-Control-Allow-Origin") == "*"
    assert "GET" in response.header("Access-Control-Allow-Methods")
    assert "mcp-protocol-version" in response.header(
        "Access-Control-Allow-Headers").lower()
    response = fetch("HEAD", url)
    assert response.status == 200 and response.body == b""
    response = fetch("GET", url)
    assert response.header("Cache-Control") == "public, max-age=3600"
    assert response.header("Access-Control-Allow-Origin") == "*"
    response = fetch("POST", url, JSON, "{}")
    assert response.status == 405, response
    assert response.header("Allow") == "GET, HEAD, OPTIONS"


@case("item 5: what Host says changes nothing")
def _():
    for host in ("evil.example", "127.0.0.1.evil.example"):
        response = fetch("GET", WELL_KNOWN + "oauth-authorization-server",
                         {"Host": host, "X-Forwarded-Host": host})
        assert b"evil" not in response.body, response


@case("health answers")
def _():
    response = fetch("GET", "/health")
    assert response.json() == {"status": "ok", "service": "postern"}
    assert response.header("Cache-Control") == "no-store", response


@case("item 26: registration, at both addresses")
def _():
    for path in ("/oauth/register", "/register"):
        response = fetch("POST", path, JSON, json.dumps({
            "redirect_uris": [REDIRECT], "client_name": "Tests",
            "token_endpoint_auth_method": "none",
            "grant_types": ["authorization_code", "refresh_token"]}))
        assert response.status == 201, response
        assert response.header("Cache-Control") == "no-store"
        assert response.header("Access-Control-Allow-Origin") == "*"
        told = response.json()
        assert told["redirect_uris"] == [REDIRECT]
        assert told["client_name"] == "Tests"
        assert told["response_types"] == ["code"]
        assert isinstance(told["client_id_issued_at"], int)
        assert None not in told.values() and "client_secret" not in told
        assert len(told["client_id"]) <= 1500


@case("item 28: an id that travels, and what is ignored or left out")
def _():
    told = register({
        "redirect_uris": ["javascript:x", REDIRECT, "http://a.example/cb"],
        "token_endpoint_auth_method": "private_key_jwt",
        "software_statement": "eyJ", "nonsense": [1],
        "grant_types": ["authorization_code", "implicit"]})
    assert told.status == 201, told
    told = told.json()
    assert told["redirect_uris"] == [REDIRECT], told
    assert told["grant_types"] == ["authorization_code"], told
    assert not {"software_statement", "nonsense"} & set(told), told
    assert re.fullmatch("[A-Za-z0-9._~-]{1,1500}", told["client_id"]), told
    assert postern.fetch("GET", BASE + "/oauth/authorize?" + urlencode({
        "response_type": "code", "client_id": told["client_id"],
        "code_challenge": CHALLENGE, "code_challenge_method": "S256",
    })).status == 200


@case("items 7, 11, 12: the way back keeps its query; state, iss, no CORS")
def _():
    redirect = REDIRECT + "?a=b%2Fc"
    client = server.register(redirect)["client_id"]
    for fields, member in (({}, "code"), ({"decision": "deny"}, "error")):
        response = server.authorize(client, redirect, CHALLENGE,
                                    fields=fields)
        assert response.status == 303, response
        assert response.header("Cache-Control") == "no-store"
        assert response.header("Access-Control-Allow-Origin") is None
        where = response.header("Location")
        assert where.startswith(redirect + "&"), where
        told = parse_qs(urlsplit(where).query)
        assert told["state"] == ["st/+="] and told["iss"] == [BASE], told
        assert len(told[member]) == 1, told
    assert told["error"] == ["access_denied"], told


@case("item 27: registrations that are refused")
def _():
    error(register({}), 400, "invalid_redirect_uri")
    error(register({"redirect_uris": ["javascript:x"]}), 400,
          "invalid_redirect_uri")
    error(register("{"), 400, "invalid_client_metadata")
    error(register("[" * 1000), 400, "invalid_client_metadata")
    error(register({"redirect_uris": [REDIRECT], "client_name": 1}), 400,
          "invalid_client_metadata")
    error(register(b"\xff\xfe"), 400, "invalid_client_metadata")
    big = register({"redirect_uris": [REDIRECT], "x": "x" * 20000})
    assert big.status == 413, big
    response = fetch("GET", "/oauth/register")
    assert response.status == 405, response
    assert response.header("Allow") == "POST, OPTIONS"


@case("item 17: the token endpoint takes one form, once")
def _():
    response = fetch("GET", "/oauth/token")
    assert response.status == 405 and \
        response.header("Allow") == "POST, OPTIONS", response
    error(fetch("POST", "/oauth/token", JSON, "{}"), 400, "invalid_request")
    error(fetch("POST", "/oauth/token", {
        "Content-Type": "application/x-www-form-urlencoded"},
        "grant_type=refresh_token&grant_type=refresh_token"), 400,
        "invalid_request")
    error(fetch("POST", "/oauth/token", {
        "Content-Type": "application/x-www-form-urlencoded"},
        "grant_type=%zz"), 400, "invalid_request")
    token(400, "invalid_request", code="x")
    for path in ("/oauth/token", "/token"):
        error(fetch("POST", path, None, {"grant_type": "password"}), 400,
              "unsupported_grant_type")


@case("items 22, 23: clients that are unknown or prove nothing")
def _():
    token(401, "invalid_client", grant_type="refresh_token",
          refresh_token="x", client_id="nobody")
    told = register({"redirect_uris": [REDIRECT]}).json()
    assert told["token_endpoint_auth_method"] == "client_secret_basic"
    assert told["client_secret_expires_at"] == 0
    form = {"grant_type": "refresh_token", "refresh_token": "x"}
    token(401, "invalid_client", client_id=told["client_id"], **form)
    token(401, "invalid_client", client_id=told["client_id"],
          client_secret="wrong", **form)
    pair = "%s:%s" % (told["client_id"], told["client_secret"])
    basic = {"Authorization": "Basic " + base64.b64encode(
        pair.encode()).decode()}
    token(400, "invalid_grant", basic, **form)
    token(400, "invalid_request", basic,
          client_secret=told["client_secret"], **form)
    wrong = {"Authorization": "Basic " + base64.b64encode(
        (told["client_id"] + ":wrong").encode()).decode()}
    response = fetch("POST", "/oauth/token", wrong, form)
    error(response, 401, "invalid_client")
    assert response.header("WWW-Authenticate").startswith("Basic ")


@case("item 18: preflight of the token endpoint; no credentials shared")
def _():
    response = fetch("OPTIONS", "/oauth/token", {
        "Origin": "https://client.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type"})
    assert response.status == 204, response
    assert response.header("Access-Control-Allow-Origin") == "*"
    assert response.header("Access-Control-Allow-Credentials") is None
    asked = response.header("Access-Control-Allow-Headers").lower()
    assert "authorization" in asked and "content-type" in asked


@case("a body over its limit is refused before it is read")
def _():
    response = fetch("POST", "/oauth/token", None, {
        "grant_type": "refresh_token", "refresh_token": "x" * 200000})
    assert response.status == 413, response


@case("items 19, 20, 21: sign in, redeem, refresh, and refresh again")
def _():
    client = server.register(grant_types=["authorization_code",
                                          "refresh_token"])["client_id"]
    told = server.sign_in(client=(client, None))
    assert told["token_type"] == "Bearer" and told["expires_in"] > 0
    assert set(told["scope"].split()) == set(postern.SCOPES)
    assert len(told["access_token"]) <= 4096
    for _ in range(2):
        response = fetch("POST", "/oauth/token", None, {
            "grant_type": "refresh_token", "client_id": client,
            "refresh_token": told["refresh_token"]})
        assert response.status == 200, response
        assert response.header("Cache-Control") == "no-store"
        assert response.json()["access_token"] != told["access_token"]
        assert (response.json()["access_token"].split(".")[0] ==
                told["access_token"].split(".")[0])
        told = response.json()
    token(400, "invalid_scope", grant_type="refresh_token",
          client_id=client,
          refresh_token=server.sign_in(
              ("mail:read",), client=(client, None))["refresh_token"],
          scope="mail:read mail:send")
    other = server.register()["client_id"]
    token(400, "invalid_grant", grant_type="refresh_token",
          client_id=other, refresh_token=told["refresh_token"])
    for kind in (told["access_token"], client, secrets.token_urlsafe(99)):
        token(400, "invalid_grant", grant_type="refresh_token",
              client_id=client, refresh_token=kind)


case.run()
