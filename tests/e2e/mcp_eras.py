#!/usr/bin/env python3
"""MCP by raw HTTP: which era a request is of, and that of two mistakes the
one is told whose check comes first; with what clients in the field get wrong
and are forgiven."""
import itertools
import json

import postern
import program
from postern import LEGACY, META, MODERN

server = postern.Server()
case = postern.Cases()
LEGACY_VERSIONS = ("2024-11-05", "2025-03-26", "2025-06-18", LEGACY)
ENVELOPE = {META + "protocolVersion": MODERN, META + "clientCapabilities": {}}
FIRST = "list_accounts"


def post(message, headers=None, token=True):
    mcp = server.mcp() if token else postern.Mcp(server, None)
    return mcp.post(message, headers)


def ping(**more):
    return {"jsonrpc": "2.0", "id": 1, "method": "ping", **more}


def call():
    """A modern request without a mistake: message and headers."""
    return ({"jsonrpc": "2.0", "id": "m", "method": "tools/call",
             "params": {"name": FIRST, "arguments": {},
                        "_meta": dict(ENVELOPE)}},
            {"MCP-Protocol-Version": MODERN, "Mcp-Method": "tools/call",
             "Mcp-Name": FIRST})


def code(response):
    return response.status, response.json()["error"]["code"]


# Each mistake of a modern request, in the order of the ladder; what it makes
# of message and headers, and what it comes to.

def other_type(_, headers):
    headers["Content-Type"] = "text/plain"


def no_json_rpc(message, _):
    message["jsonrpc"] = "1.0"


def bad_envelope(message, _):
    message["params"]["_meta"][META + "clientCapabilities"] = []


def other_version(_, headers):
    headers["MCP-Protocol-Version"] = "2099-01-01"


def other_method(_, headers):
    headers["Mcp-Method"] = "tools/list"


def unspoken(message, headers):
    message["params"]["_meta"][META + "protocolVersion"] = "2098-01-01"
    if headers["MCP-Protocol-Version"] == MODERN:
        headers["MCP-Protocol-Version"] = "2098-01-01"


def no_version(_, headers):
    headers["MCP-Protocol-Version"] = None


def no_method(_, headers):
    headers["Mcp-Method"] = None


def other_name(_, headers):
    headers["Mcp-Name"] = "other"


def unknown_tool(message, headers):
    message["params"]["name"] = "none_such"
    if headers["Mcp-Name"] == FIRST:
        headers["Mcp-Name"] = "none_such"


LADDER = [(other_type, (415, -32600)), (no_json_rpc, (400, -32600)),
          (bad_envelope, (400, -32602)), (other_version, (400, -32020)),
          (other_method, (400, -32020)), (unspoken, (400, -32022)),
          (no_version, (400, -32020)), (no_method, (400, -32020)),
          (other_name, (400, -32020)), (unknown_tool, (200, -32602))]
# Both are about one header, which is there or is not.
EXCLUDE = {(other_version, no_version), (other_method, no_method)}


@case("item 46: of each two mistakes the one is told that comes first")
def _():
    for first, then in itertools.combinations(LADDER, 2):
        if (first[0], then[0]) in EXCLUDE:
            continue
        message, headers = call()
        first[0](message, headers)
        then[0](message, headers)
        response = post(message, headers)
        assert code(response) == first[1], (first, then, response)
        if first[0] not in (other_type,):
            assert response.json()["id"] == "m", response


@case("T20: no header permits what the body asks for")
def _():
    token = server.token(("mail:read",))
    def ask(name, header, modern):
        message, headers = call()
        message["params"]["name"] = name
        headers["Mcp-Name"] = header
        if not modern:
            del message["params"]["_meta"], headers["Mcp-Method"]
            headers["MCP-Protocol-Version"] = LEGACY
        return postern.Mcp(server, token).post(message, headers)
    for tool in ("delete_mail_message", "send_mail_message"):
        told = ask(tool, FIRST, True)
        assert code(told) == (400, -32020), told
        # Before there was such a header, it is nothing.
        told = ask(tool, FIRST, False)
        assert told.status == 403, told
        assert "insufficient_scope" in told.header("WWW-Authenticate"), told
        assert ask(tool, tool, True).status == 403
        assert ask(FIRST, tool, False).status == 200


@case("item 46: each mistake alone; who asks comes before all of them")
def _():
    for mistake, told in LADDER:
        message, headers = call()
        mistake(message, headers)
        assert code(post(message, headers)) == told, mistake
        assert post(message, headers, token=False).status == 401, mistake
    assert post(*call()).json()["result"]["resultType"] == "complete"


@case("items 30, 32, 33: Origin, then the token, then the method, then the "
      "body")
def _():
    foreign = {"Origin": "https://evil.example.org"}
    bearer = {"Authorization": "Bearer " + server.token()}
    for method in ("POST", "GET", "DELETE"):
        for more in ({}, bearer):
            response = postern.fetch(method, server.mcp_url,
                                     {**foreign, **more})
            assert response.status == 403, response
            assert response.json()["error"]["code"] == -32600, response
    response = postern.fetch("GET", server.mcp_url, bearer)
    assert response.status == 405, response
    assert response.header("Allow") == "POST, OPTIONS", response
    response = postern.fetch("POST", server.mcp_url,
                             {**bearer, "Content-Type": "text/plain"}, "{")
    assert response.status == 415, response


@case("item 31: a script of an allowed origin may read every refusal")
def _():
    origin = {"Origin": server.origin()}
    message, headers = call()
    for response, status in (
            (post(message, {**headers, **origin}), 200),
            (post(message, {**headers, **origin}, token=False), 401),
            (post(message, {**headers, **origin, "Mcp-Name": "x"}), 400),
            (post("{", origin), 400),
            (post(ping(), {**origin, "Content-Type": "text/plain"}), 415),
            (postern.fetch("GET", server.mcp_url, {
                **origin, "Authorization": "Bearer " + server.token()}),
             405)):
        assert response.status == status, response
        assert response.header("Access-Control-Allow-Origin") == \
            server.origin(), response
        assert "Origin" in response.header("Vary"), response
        assert "WWW-Authenticate" in response.header(
            "Access-Control-Expose-Headers"), response


@case("item 36: a request without an id is a notification: nothing is done")
def _():
    name = server.folder("Notified")
    message = {"jsonrpc": "2.0", "method": "tools/call",
               "params": {"name": "create_mailbox",
                          "arguments": {"name": name}}}
    claim = {**message, "params": {**message["params"], "_meta": ENVELOPE}}
    for sent, headers in (
            (message, {}), (claim, {"MCP-Protocol-Version": MODERN,
                                    "Mcp-Method": "tools/call",
                                    "Mcp-Name": "create_mailbox"})):
        response = post(sent, headers)
        assert response.status == 202 and response.body == b"", response
    assert name not in postern.folders()


@case("item 36: a notification with a header of no revision: 400, without id")
def _():
    response = post({"jsonrpc": "2.0", "method": "notifications/x"},
                    {"MCP-Protocol-Version": "1"})
    assert code(response) == (400, -32600), response
    assert "id" not in response.json(), response


@case("item 40: only the claim in the body makes a request modern")
def _():
    info = {META + "clientInfo": {"name": "x", "version": "1"},
            META + "clientCapabilities": {}}
    for version in (None, *LEGACY_VERSIONS):
        for meta in ({}, info, {"progressToken": 1}):
            response = post(ping(params={"_meta": meta}),
                            {"MCP-Protocol-Version": version})
            assert response.json()["result"] == {}, response
    # A header of the modern era alone says nothing, without Mcp-Method.
    response = post(ping(params={"_meta": info}),
                    {"MCP-Protocol-Version": MODERN})
    assert response.json()["result"] == {}, response
    response = post(ping(params={"_meta": info}),
                    {"MCP-Protocol-Version": MODERN, "Mcp-Method": "ping"})
    assert code(response) == (400, -32602), response


@case("item 40: what clients in the field get wrong and are forgiven")
def _():
    # Another revision than the one agreed on, copies made by a proxy, no
    # header at all, a session of another server, initialize after discover.
    for headers in ({"MCP-Protocol-Version": "2024-11-05"},
                    {"MCP-Protocol-Version": "%s,%s" % (LEGACY, LEGACY)},
                    {"MCP-Protocol-Version": None, "Accept": "*/*"},
                    {"Mcp-Session-Id": "f00", "Last-Event-ID": "1"},
                    {"Accept": "application/json", "Mcp-Method": "x"}):
        assert post(ping(), headers).json()["result"] == {}, headers
    message, headers = call()
    headers["MCP-Protocol-Version"] = "%s, %s" % (MODERN, MODERN)
    assert post(message, headers).json()["result"], headers
    message = {**message, "method": "server/discover"}
    headers["Mcp-Method"] = "server/discover"
    assert post(message, headers).status == 200
    assert post({**ping(), "method": "initialize", "params": {
        "protocolVersion": LEGACY, "capabilities": {},
        "clientInfo": {"name": "t", "version": "1"}}}).json()["result"]


def run(message, headers, **settings):
    """The same, of a program with settings of its own."""
    headers = {n: v for n, v in headers.items() if v is not None}
    return program.run(
        "mcp", "POST", "/mcp",
        {"Authorization": "Bearer " + server.token(),
         "Content-Type": "application/json", **headers},
        body=json.dumps(message).encode(), settings=settings)


@case("item 40: an older header over a modern body is forgiven where the "
      "operator says so")
def _():
    message, headers = call()
    headers["MCP-Protocol-Version"] = LEGACY
    bare = {"MCP-Protocol-Version": LEGACY}
    for sent in (headers, bare):
        assert code(run(message, sent)) == (400, -32020)
        response = run(message, sent, LENIENT_VERSION_HEADER="1")
        assert response.json()["result"]["resultType"] == "complete", response
        assert "LENIENT_VERSION_HEADER" in response.log, response.log
    for sent in ({**headers, "Mcp-Name": "other"},
                 {**headers, "Mcp-Method": "tools/list"},
                 {**headers, "MCP-Protocol-Version": "2099-01-01"},
                 {**headers, "MCP-Protocol-Version": None}):
        response = run(message, sent, LENIENT_VERSION_HEADER="1")
        assert code(response) == (400, -32020), response


@case("item 41: initialize says what discover says, and asks for no more")
def _():
    told = server.mcp(True).call("server/discover")
    for version in LEGACY_VERSIONS:
        result = server.mcp().call("initialize", {
            "protocolVersion": version, "capabilities": {},
            "clientInfo": {"name": "t", "version": "1"}})
        assert result["capabilities"] == told["capabilities"], result
        assert result["instructions"] == told["instructions"], result
        assert result["serverInfo"] == \
            told["_meta"][META + "serverInfo"], result
        assert set(result) == {"protocolVersion", "capabilities",
                               "serverInfo", "instructions"}, result
    for sub in told["capabilities"].values():
        assert sub == {}, told


@case("item 42: what was not declared is no method, in each legacy revision")
def _():
    for version in LEGACY_VERSIONS:
        for method in ("logging/setLevel", "resources/subscribe",
                       "resources/unsubscribe", "tasks/list", "tasks/get",
                       "roots/list", "sampling/createMessage",
                       "elicitation/create", "subscriptions/listen",
                       "notifications/initialized"):
            response = post({**ping(), "method": method, "params": {}},
                            {"MCP-Protocol-Version": version})
            assert code(response) == (200, -32601), (method, response)


@case("item 43: as many as fit, each by itself, whatever is between them")
def _():
    most = [ping(id=i) for i in range(50)]
    response = post(most)
    assert [a["id"] for a in response.json()] == list(range(50)), response
    response = post(most + [{"jsonrpc": "2.0", "method": "notifications/x"}])
    assert code(response) == (400, -32600), response
    answer = {"jsonrpc": "2.0", "id": 9, "result": {}}
    assert post([answer, answer]).status == 202
    response = post([answer, ping(), [ping()], 5, None])
    told = response.json()
    assert [a.get("id") for a in told] == [1, None, None, None], told
    assert [a["error"]["code"] for a in told[1:]] == [-32600] * 3, told
    lost = {"method": "tools/call", "params": {"name": "none_such"}}
    told = post([ping(), {**ping(id=2), **lost}]).json()
    assert told[1]["error"]["code"] == -32602, told
    for version in ("2025-06-18", LEGACY, MODERN, "2024-11-05", "x"):
        response = post([ping()], {"MCP-Protocol-Version": version})
        assert code(response) == (400, -32600), (version, response)


@case("item 45: a task that nobody offered is run at once, in every revision")
def _():
    for version in LEGACY_VERSIONS:
        response = post({**ping(), "method": "tools/call", "params": {
            "name": FIRST, "arguments": {}, "task": {"ttl": 1000}}},
            {"MCP-Protocol-Version": version})
        result = response.json()["result"]
        assert isinstance(result["structuredContent"], dict), result
        assert "task" not in result and "taskId" not in result, result


@case("item 52: who asks may be unknown, and say what nobody knows")
def _():
    for more in ({META + "clientInfo": 5}, {META + "clientInfo": {}},
                 {META + "logLevel": "no level"}, {"x": [{}]},
                 {"traceparent": "00-" + "0" * 32 + "-" + "0" * 16 + "-00"}):
        message, headers = call()
        message["params"]["_meta"].update(more)
        headers.update({"Mcp-Param-Folder": "INBOX", "Mcp-Param-": "x"})
        assert post(message, headers).json()["result"], more


case.run()
