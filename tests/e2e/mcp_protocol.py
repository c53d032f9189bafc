#!/usr/bin/env python3
"""MCP by raw HTTP, both eras on one address: every rung of the ladder that a
message climbs, the statuses, and what each answer must hold."""
import base64
import json
import re

import postern
from postern import LEGACY, META, MODERN

server = postern.Server()
case = postern.Cases()
CAPABILITIES = {"tools": {}, "resources": {}, "prompts": {},
                "completions": {}}
LEGACY_VERSIONS = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")
PARSE, REQUEST, METHOD, PARAMS = -32700, -32600, -32601, -32602
HEADER, VERSION = -32020, -32022
TOOLS_LIST_BYTES = 20 * 1024
ENVELOPE = {META + "protocolVersion": MODERN, META + "clientCapabilities": {}}


def request(method, params=None, **more):
    message = {"jsonrpc": "2.0", "id": 1, "method": method, **more}
    if params is not None:
        message["params"] = params
    return message


def modern(method, params=None, headers=None, meta=None, **more):
    """Posts a request of the modern era; headers override its own."""
    envelope = dict(ENVELOPE if meta is None else meta)
    params = {**(params or {}), "_meta": envelope}
    sent = {"MCP-Protocol-Version": MODERN, "Mcp-Method": method}
    if "name" in params:
        sent["Mcp-Name"] = params["name"]
    sent.update(headers or {})
    return server.mcp().post(request(method, params, **more), sent)


def legacy(method, params=None, headers=None, **more):
    return server.mcp().post(request(method, params, **more), headers)


def refused(response, status, code, echoed=1):
    """A JSON-RPC error with that status and code; its id if it was read."""
    assert response.status == status, response
    assert response.header("Content-Type") == "application/json", response
    answer = response.json()
    assert answer["jsonrpc"] == "2.0" and "result" not in answer, answer
    assert answer["error"]["code"] == code, answer
    assert answer["error"]["message"], answer
    if echoed is not None:
        assert answer["id"] == echoed, answer
    return answer["error"]


def answered(response):
    assert response.status == 200, response
    assert response.header("Content-Type") == "application/json", response
    assert response.header("Cache-Control") == "no-store", response
    answer = response.json()
    assert set(answer) == {"jsonrpc", "id", "result"}, answer
    return answer["result"]


def survives(schema, where, output=False):
    """Nothing in a schema that some client is known to fail at; what is in
    the lists of an answer is not told."""
    for word in ("oneOf", "anyOf", "allOf", "$ref"):
        assert word not in schema, where
    if schema.get("type") == "array" and not output:
        assert isinstance(schema["items"], dict), where
        survives(schema["items"], where)
    for name, inner in schema.get("properties", {}).items():
        assert isinstance(inner, dict), where
        survives(inner, where + "." + name, output)


# Who may ask at all.

@case("item 32: no token: 401 with the challenge, before the method and "
      "the body")
def _():
    mcp = postern.Mcp(server, None)
    for body in (request("ping"), "{", "[]"):
        response = mcp.post(body)
        assert response.status == 401, response
        challenge = response.header("WWW-Authenticate")
        assert challenge.startswith("Bearer "), challenge
        assert "error=" not in challenge, challenge
        assert ('resource_metadata="%s/.well-known/oauth-protected-resource'
                % server.base_url) in challenge, challenge
        for scope in postern.SCOPES:
            assert scope in challenge, challenge
    for method in ("GET", "DELETE", "PUT"):
        response = postern.fetch(method, server.mcp_url)
        assert response.status == 401, response
        assert response.header("WWW-Authenticate"), response


@case("item 32: a bad token: 401 invalid_token")
def _():
    good = server.token()
    parts = good.split(".")
    flipped = parts[3][:-8] + ("A" if parts[3][-8] != "A" else "B") + \
        parts[3][-7:]
    for bad in ("x", "a.b.c.d.e", good + "A", good[:-1],
                ".".join(parts[:3] + [flipped] + parts[4:])):
        response = postern.Mcp(server, bad).post(request("ping"))
        assert response.status == 401, response
        assert 'error="invalid_token"' in \
            response.header("WWW-Authenticate"), response


@case("item 32: a token in the query or of another scheme is none")
def _():
    token = server.token()
    response = postern.fetch(
        "POST", server.mcp_url + "?access_token=" + token,
        {"Content-Type": "application/json"}, json.dumps(request("ping")))
    assert response.status == 401, response
    response = postern.Mcp(server, None).post(
        request("ping"), {"Authorization": "Basic " + token})
    assert response.status == 401, response
    response = postern.Mcp(server, None).post(
        request("ping"), {"Authorization": "bEaReR " + token})
    assert answered(response) == {}


@case("item 33: GET, DELETE, PUT: 405 with Allow")
def _():
    for method in ("GET", "DELETE", "PUT", "PATCH"):
        response = postern.fetch(
            method, server.mcp_url,
            {"Authorization": "Bearer " + server.token(),
             "Accept": "text/event-stream"})
        assert response.status == 405, response
        allow = response.header("Allow").replace(" ", "").split(",")
        assert "POST" in allow and "GET" not in allow, response


@case("item 30: a foreign Origin: 403; its own is let through")
def _():
    for origin in ("https://evil.example.org", "null",
                   server.base_url + ".evil.example.org", "http://[::1",
                   server.origin() + "/", server.origin() + "/x",
                   server.origin().replace("//", "//x@")):
        response = server.mcp().post(request("ping"), {"Origin": origin})
        assert response.status == 403, response
        assert response.header("Access-Control-Allow-Origin") is None
    response = server.mcp().post(request("ping"),
                                 {"Origin": server.origin()})
    assert answered(response) == {}


@case("item 30: a foreign Host on loopback: 403")
def _():
    response = server.mcp().post(request("ping"),
                                 {"Host": "evil.example.org"})
    assert response.status == 403, response


@case("item 31: preflight: 204 without a token, for an Origin that is allowed")
def _():
    asked = {"Origin": server.origin(),
             "Access-Control-Request-Method": "POST",
             "Access-Control-Request-Headers": "authorization,mcp-method"}
    response = postern.fetch("OPTIONS", server.mcp_url, asked)
    assert response.status == 204, response
    assert response.header("Access-Control-Allow-Origin") == server.origin()
    allowed = response.header("Access-Control-Allow-Headers").lower()
    for name in ("authorization", "content-type", "mcp-protocol-version",
                 "mcp-method", "mcp-name"):
        assert name in allowed, response
    asked["Origin"] = "https://evil.example.org"
    response = postern.fetch("OPTIONS", server.mcp_url, asked)
    assert response.header("Access-Control-Allow-Origin") is None, response


# What was posted.

@case("item 34: another content type: 415; parameters do not matter")
def _():
    for kind in ("text/plain", "application/x-www-form-urlencoded",
                 "application/jsonp"):
        response = server.mcp().post(request("ping"), {"Content-Type": kind})
        assert response.status == 415, response
    response = server.mcp().post(
        request("ping"), {"Content-Type": "Application/JSON; charset=utf-8"})
    assert answered(response) == {}


@case("item 35: never 406, whatever is accepted")
def _():
    for accept in ("*/*", "application/json", "text/html", None):
        response = server.mcp().post(request("ping"), {"Accept": accept})
        assert answered(response) == {}, accept


@case("item 34: not JSON: 400 -32700")
def _():
    for body in ("", "{", "{}}", "nul", b"\xff\xfe", b'{"a":"\xff"}',
                 '{"jsonrpc":"2.0","id":1,"method":"ping","method":"ping"}',
                 "[" * 100 + "]" * 100):
        response = server.mcp().post(body)
        refused(response, 400, PARSE, None)
        assert response.json().get("id") is None, response
    response = server.mcp().post("{", {"MCP-Protocol-Version": MODERN})
    assert "id" not in response.json(), response


@case("item 34: no JSON-RPC message: 400 -32600")
def _():
    for body in ("5", '"ping"', "null", "{}", {"jsonrpc": "2.0"},
                 {"jsonrpc": "1.0", "id": 1, "method": "ping"},
                 {"id": 1, "method": "ping"},
                 {"jsonrpc": "2.0", "id": None, "method": "ping"},
                 {"jsonrpc": "2.0", "id": 1.5, "method": "ping"},
                 {"jsonrpc": "2.0", "id": [1], "method": "ping"},
                 {"jsonrpc": "2.0", "id": 1, "method": 5},
                 {"jsonrpc": "2.0", "id": 1, "method": "ping",
                  "params": []}):
        refused(server.mcp().post(body), 400, REQUEST, None)


@case("items 34, 46: an id is echoed as it was")
def _():
    for number in (0, -1, 7, 9007199254740993, "a", "", "\u00e9\u2028\"\\"):
        message = {**request("ping"), "id": number}
        response = server.mcp().post(message)
        assert answered(response) == {}
        assert response.json()["id"] == number, response


@case("item 34: a body over the limit: 413")
def _():
    body = b" " * (24 * 1024 * 1024) + json.dumps(request("ping")).encode()
    try:
        response = server.mcp().post(body)
    except (BrokenPipeError, ConnectionResetError):
        return
    assert response.status == 413, response


@case("item 35: a session id is neither made nor minded")
def _():
    response = server.mcp().post(
        request("ping"), {"Mcp-Session-Id": "x", "Last-Event-ID": "5"})
    assert answered(response) == {}
    assert response.header("Mcp-Session-Id") is None


# The legacy era.

@case("item 41: initialize: the version asked for, else the newest of its era")
def _():
    for asked, told in [(v, v) for v in LEGACY_VERSIONS] + [
            (MODERN, LEGACY), ("1999-01-01", LEGACY), ("", LEGACY)]:
        result = answered(legacy("initialize", {
            "protocolVersion": asked, "capabilities": {},
            "clientInfo": {"name": "t", "version": "1"}}))
        assert result["protocolVersion"] == told, result
        assert result["capabilities"] == CAPABILITIES, result
        assert result["serverInfo"]["name"] == "postern", result
        assert result["instructions"], result
        assert "resultType" not in result, result


@case("item 41: initialize without a version: -32602 in-band")
def _():
    refused(legacy("initialize", {}), 200, PARAMS)


@case("items 40, 41: initialize is needed by no other method")
def _():
    assert answered(legacy("ping")) == {}
    for version in LEGACY_VERSIONS:
        assert answered(legacy("ping", headers={
            "MCP-Protocol-Version": version})) == {}
    doubled = {"MCP-Protocol-Version": "2025-06-18, 2025-06-18"}
    assert answered(legacy("ping", headers=doubled)) == {}


@case("item 40: an unknown version header: 400, with no code of the other era")
def _():
    for version in ("2020-01-01", "x", "2025-06-18, 2025-11-25"):
        refused(legacy("ping", headers={"MCP-Protocol-Version": version}),
                400, REQUEST)


@case("item 42: a legacy method unknown: 200 -32601")
def _():
    for method in ("no/such", "logging/setLevel", "resources/subscribe",
                   "server/discover", "", "TOOLS/LIST"):
        refused(legacy(method, {}), 200, METHOD)


@case("items 44, 57: legacy lists carry nothing of the modern era")
def _():
    result = answered(legacy("tools/list", {}))
    assert set(result) == {"tools"}, result
    refused(legacy("tools/list", {"cursor": "x"}), 200, PARAMS)


@case("item 36: notifications and responses: 202 without a body")
def _():
    for body in ({"jsonrpc": "2.0", "method": "notifications/initialized"},
                 {"jsonrpc": "2.0", "method": "notifications/cancelled",
                  "params": {"requestId": 1}},
                 {"jsonrpc": "2.0", "method": "no/such"},
                 {"jsonrpc": "2.0", "id": 5, "result": {}},
                 {"jsonrpc": "2.0", "id": 5,
                  "error": {"code": 1, "message": "x"}}):
        response = server.mcp().post(body)
        assert response.status == 202 and response.body == b"", response


@case("item 40: some connectors' mixture: a modern header, a legacy body")
def _():
    header = {"MCP-Protocol-Version": MODERN}
    assert answered(legacy("ping", headers=header)) == {}
    refused(legacy("initialize", {"protocolVersion": LEGACY,
                                  "capabilities": {}}, header), 400, HEADER)
    meta = {"_meta": {META + "clientInfo": {"name": "x", "version": "1"}}}
    assert answered(legacy("ping", meta)) == {}


# Batches, of 2025-03-26 alone.

@case("item 43: a batch: an answer for each request, in an array")
def _():
    body = [request("ping"), {"jsonrpc": "2.0", "method": "notifications/x"},
            {**request("no/such"), "id": "b"}, {"jsonrpc": "2.0"},
            {**request("tools/list"), "id": 3}]
    for headers in ({}, {"MCP-Protocol-Version": "2025-03-26"}):
        response = server.mcp().post(body, headers)
        assert response.status == 200, response
        answers = response.json()
        assert len(answers) == 4, answers
        by_id = {a.get("id"): a for a in answers}
        assert by_id[1]["result"] == {}
        assert by_id["b"]["error"]["code"] == METHOD
        assert by_id[None]["error"]["code"] == REQUEST
        assert by_id[3]["result"]["tools"]


@case("item 43: a batch of notifications: 202")
def _():
    body = [{"jsonrpc": "2.0", "method": "notifications/x"}] * 2
    response = server.mcp().post(body)
    assert response.status == 202 and response.body == b"", response


@case("item 43: no batch: empty, too long, later revisions, modern elements")
def _():
    many = [request("ping")] * 51
    claim = request("ping", {"_meta": ENVELOPE})
    for body, headers in (
            ([], {}), (many, {}), ([claim], {}),
            ([request("ping")], {"MCP-Protocol-Version": "2025-06-18"}),
            ([request("ping")], {"MCP-Protocol-Version": MODERN})):
        refused(server.mcp().post(body, headers), 400, REQUEST, None)
    response = server.mcp().post([request("initialize", {
        "protocolVersion": "2025-03-26", "capabilities": {}})])
    assert response.json()[0]["error"]["code"] == REQUEST, response


# The modern era.

@case("item 47: server/discover")
def _():
    result = answered(modern("server/discover"))
    assert result["resultType"] == "complete", result
    assert result["supportedVersions"] == [MODERN], result
    assert result["capabilities"] == CAPABILITIES, result
    assert result["instructions"], result
    assert result["ttlMs"] > 0 and result["cacheScope"] == "public", result
    info = result["_meta"][META + "serverInfo"]
    assert info["name"] == "postern" and info["version"], result


@case("items 49, 54: tools/list: private, in the same order in both eras")
def _():
    result = answered(modern("tools/list"))
    assert result["resultType"] == "complete", result
    assert result["ttlMs"] >= 0 and result["cacheScope"] == "private"
    names = [tool["name"] for tool in result["tools"]]
    assert names == [t["name"] for t in server.mcp().tools()], names
    assert names[0] == "list_accounts"


@case("items 48, 54: tools/call of the first tool without arguments")
def _():
    for arguments in ({}, None):
        params = {"name": "list_accounts"}
        if arguments is not None:
            params["arguments"] = arguments
        result = answered(modern("tools/call", params))
        assert result["resultType"] == "complete", result
        assert "ttlMs" not in result, result
        assert result["structuredContent"]["accounts"], result
        assert json.loads(result["content"][0]["text"]) == \
            result["structuredContent"]


@case("item 46: envelope: what must be in _meta, 400 -32602")
def _():
    for meta in ({META + "protocolVersion": MODERN},
                 {META + "protocolVersion": MODERN,
                  META + "clientCapabilities": None},
                 {META + "protocolVersion": MODERN,
                  META + "clientCapabilities": []},
                 {META + "protocolVersion": 5,
                  META + "clientCapabilities": {}},
                 {META + "protocolVersion": None,
                  META + "clientCapabilities": {}},
                 {META + "clientCapabilities": {}}, {}):
        refused(modern("tools/list", meta=meta), 400, PARAMS)


@case("item 52: clientInfo may be absent, unknown members are ignored")
def _():
    meta = {**ENVELOPE, "progressToken": "p", "x.example/y": [1],
            META + "logLevel": "debug"}
    assert "tools" in answered(modern("tools/list", meta=meta))
    assert "tools" in answered(modern(
        "tools/list", headers={"Mcp-Param-X": "y"}))


@case("item 46: headers that are missing or disagree: 400 -32020")
def _():
    call = {"name": "list_accounts", "arguments": {}}
    for headers in ({"MCP-Protocol-Version": None},
                    {"MCP-Protocol-Version": LEGACY},
                    {"MCP-Protocol-Version": "2099-01-01"},
                    {"Mcp-Method": None}, {"Mcp-Method": "tools/list"},
                    {"Mcp-Method": "TOOLS/CALL"},
                    {"Mcp-Name": None}, {"Mcp-Name": "send_mail_message"},
                    {"Mcp-Name": "List_accounts"},
                    {"Mcp-Name": "=?base64?!!!?="},
                    {"Mcp-Name": "=?base64?bGlzdF9hY2NvdW50cw?="},
                    {"Mcp-Name": "=?base64?/w==?="}):
        refused(modern("tools/call", call, headers), 400, HEADER)


@case("item 53: Mcp-Name in base64, and blanks around values")
def _():
    call = {"name": "list_accounts", "arguments": {}}
    coded = base64.b64encode(b"list_accounts").decode()
    for headers in ({"Mcp-Name": "=?base64?%s?=" % coded},
                    {"Mcp-Name": "  list_accounts  "},
                    {"Mcp-Method": " tools/call "}):
        assert answered(modern("tools/call", call, headers))


@case("item 46: another revision: 400 -32022 with those supported")
def _():
    for version in ("2027-01-01", LEGACY, "x"):
        error = refused(modern(
            "tools/list", headers={"MCP-Protocol-Version": version},
            meta={**ENVELOPE, META + "protocolVersion": version}),
            400, VERSION)
        assert error["data"] == {"supported": [MODERN],
                                 "requested": version}, error


@case("item 46: the ladder: of two mistakes the first is told, with the id")
def _():
    later = {**ENVELOPE, META + "protocolVersion": "2099-01-01"}
    bare = {META + "protocolVersion": MODERN}
    for method, meta, headers, code in (
            ("tools/list", bare, {"MCP-Protocol-Version": LEGACY}, PARAMS),
            ("tools/list", ENVELOPE, {"MCP-Protocol-Version": "2099-01-01",
                                      "Mcp-Method": "x"}, HEADER),
            ("tools/list", later, {"MCP-Protocol-Version": "2099-01-01",
                                   "Mcp-Method": "x"}, HEADER),
            ("tools/list", later, {"MCP-Protocol-Version": None,
                                   "Mcp-Method": None}, VERSION),
            ("no/such", ENVELOPE, {"Mcp-Method": None}, HEADER),
            ("tools/call", ENVELOPE, {}, HEADER)):
        refused(modern(method, None, headers, meta, id="x"), 400, code, "x")


@case("items 46, 55: a name in the header alone: -32602, in-band")
def _():
    refused(modern("tools/call", {}, {"Mcp-Name": "x"}), 200, PARAMS)


@case("item 47: server/discover whatever the client can; initialize is none")
def _():
    for able in ({}, {"elicitation": {}}, {"x.example/y": [1]}):
        meta = {**ENVELOPE, META + "clientCapabilities": able}
        assert answered(modern("server/discover", meta=meta))
    bare = postern.Mcp(server, None).post(
        request("server/discover", {"_meta": ENVELOPE}),
        {"MCP-Protocol-Version": MODERN, "Mcp-Method": "server/discover"})
    assert bare.status == 401, bare


@case("item 50: methods of the other era, or none: 404 -32601")
def _():
    for method in ("initialize", "ping", "logging/setLevel", "no/such",
                   "resources/subscribe", "resources/unsubscribe",
                   "subscriptions/listen"):
        refused(modern(method), 404, METHOD)


@case("item 36: modern notifications: 202; responses: 400")
def _():
    response = server.mcp().post(
        {"jsonrpc": "2.0", "method": "notifications/initialized",
         "params": {"_meta": ENVELOPE}},
        {"MCP-Protocol-Version": MODERN})
    assert response.status == 202 and response.body == b"", response
    refused(server.mcp().post({"jsonrpc": "2.0", "id": 1, "result": {}},
                              {"MCP-Protocol-Version": MODERN}),
            400, REQUEST)


# Tools, in both eras.

@case("item 55: tools/call: what is wrong with the call is -32602, status 200")
def _():
    for params in ({}, {"name": 5}, {"name": "no_such_tool"},
                   {"name": "list_accounts", "arguments": []},
                   {"name": "list_accounts", "arguments": "{}"}):
        refused(legacy("tools/call", params), 200, PARAMS)
    for params in ({"name": "no_such_tool"},
                   {"name": "list_accounts", "arguments": []}):
        refused(modern("tools/call", params), 200, PARAMS)


@case("item 55: tools/call: what is wrong with a value is isError for "
      "the model")
def _():
    for arguments, word in (({"uid": 0}, "uid"), ({"uid": "1:*"}, "uid"),
                            ({"uids": []}, "uid"), ({"udi": 5}, "uid"),
                            ({"uid": 1, "format": "pdf"}, "format")):
        error = server.mcp().tool_error("get_mail_message", **arguments)
        assert error["code"] == "invalid_argument", error
        assert word in error["message"], error
        assert error["hint"] and not error["retryable"], error


@case("items 37, 45: a task is ignored; progress alone makes no stream")
def _():
    params = {"name": "list_accounts", "task": {"ttl": 60000},
              "_meta": {"progressToken": 1}}
    result = answered(legacy("tools/call", params, {
        "Accept": "text/event-stream, application/json"}))
    assert isinstance(result["structuredContent"], dict), result
    assert "task" not in result, result


@case("what arrives a little mangled is understood")
def _():
    mcp = server.mcp()
    mcp.tool("list_mail_messages", page="1", per_page="5", unread="false",
             since=None)
    mcp.tool("list_accounts", check="false")


@case("item 32: a scope that was not granted: 403 insufficient_scope")
def _():
    scopes = ("mail:folders",)
    for mcp in (server.mcp(scopes=scopes), server.mcp(True, scopes)):
        names = [tool["name"] for tool in mcp.tools()]
        assert names == ["list_accounts", "list_mailboxes"], names
        message, headers = mcp.message(
            "tools/call", {"name": "get_mail_message",
                           "arguments": {"uid": 1}})
        response = mcp.post(message, headers)
        assert response.status == 403, response
        challenge = response.header("WWW-Authenticate")
        assert 'error="insufficient_scope"' in challenge, challenge
        assert "mail:read" in challenge and "mail:folders" in challenge
        assert response.json()["id"] == message["id"], response


@case("item 54: tools/list stays under 20 KiB, in both eras")
def _():
    for response in (legacy("tools/list", {}), modern("tools/list")):
        assert answered(response)["tools"]
        assert len(response.body) < TOOLS_LIST_BYTES, len(response.body)


@case("item 54: every tool is whole: names, words, schemas, four hints")
def _():
    for tool in server.mcp().tools():
        assert tool["title"] and tool["description"], tool
        assert re.fullmatch("[A-Za-z0-9_-]{1,64}", tool["name"]), tool
        for schema in (tool["inputSchema"], tool["outputSchema"]):
            assert schema["type"] == "object", tool
            assert isinstance(schema["properties"], dict), tool
            survives(schema, tool["name"],
                     schema is tool["outputSchema"])
        # A token of one mailbox has nothing to choose.
        assert "account" not in tool["inputSchema"]["properties"], tool
        assert set(tool["annotations"]) == {
            "readOnlyHint", "destructiveHint", "idempotentHint",
            "openWorldHint"}, tool
        assert {type(hint) for hint in tool["annotations"].values()} == {
            bool}, tool


@case("items 33, 34: another path, HEAD, no token in the header: each "
      "its status")
def _():
    bearer = {"Authorization": "Bearer " + server.token()}
    response = postern.fetch("HEAD", server.mcp_url, bearer)
    assert response.status == 405 and response.body == b"", response
    response = postern.fetch("POST", server.mcp_url,
                             {"Authorization": "Bearer"}, "{}")
    assert response.status == 401, response
    assert 'error="invalid_token"' in response.header("WWW-Authenticate")
    response = postern.fetch("POST", server.mcp_url, bearer, b"{}")
    assert response.status == 415, response


case.run()
