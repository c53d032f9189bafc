#!/usr/bin/env python3
"""MCP by raw HTTP: what results and errors hold, in both eras, whatever the
method and the tool."""
import json
import os
import re
import subprocess
import tempfile

import postern
import program
from postern import META, MODERN

server = postern.Server()
case = postern.Cases()
FOLDER = server.folder("Results")
RESULT_CHARS = 150000
# Not to be used, or of another era: codes of the revision 2026-07-28.
NEVER_MODERN = {-32002, -32042} | set(range(-32019, -31999))
# All controls of C0 and C1 but line feed and tab.
CONTROLS = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f]")
READING = (("list_accounts", {}), ("list_mailboxes", {"counts": True}),
           ("list_mail_messages", {"folder": FOLDER, "include_body": True}),
           ("search_mail_messages", {"folder": FOLDER, "text": "word"}),
           ("list_mail_changes", {"folder": FOLDER}),
           ("find_unanswered_mail", {}))


def hostile():
    """A mail with controls wherever one can be."""
    raw = "".join(chr(i) for i in list(range(1, 10)) + [11, 12] +
                  list(range(14, 32)) + [127]) + "\u0085\u009b31m"
    return ("From: =?utf-8?Q?A=1B]0;evil=07B?= <a@postern.test>\r\n"
            "To: b@postern.test\r\n"
            "Subject: =?utf-8?Q?bell=07_escape=1B[2J_line=0A_sep?=\r\n"
            "Message-ID: <results-%d@postern.test>\r\nMIME-Version: 1.0\r\n"
            "Content-Type: text/html; charset=utf-8\r\n\r\n"
            "<p onclick='x()'>word %s</p><script>evil()</script>"
            "<img src='https://evil.example/pixel.png'>"
            "<style>p{}</style><p>end</p>\r\n" % (os.getpid(), raw))


def filled():
    for number in range(3):
        server.deliver(FOLDER, "From: a@postern.test\r\nSubject: word %d\r\n"
                               "Message-ID: <r%d@postern.test>\r\n\r\nword\r\n"
                       % (number, number))
    return server.deliver(FOLDER, hostile().encode())


UID = filled()


def texts(value):
    """Every text in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, member in value.items():
            yield name
            yield from texts(member)
    elif isinstance(value, list):
        for member in value:
            yield from texts(member)


def modern_error(message, headers=None):
    params = message.setdefault("params", {})
    params.setdefault("_meta", {META + "protocolVersion": MODERN,
                                META + "clientCapabilities": {}})
    response = server.mcp().post(
        {"jsonrpc": "2.0", "id": 1, **message},
        {"MCP-Protocol-Version": MODERN, "Mcp-Method": message["method"],
         "Mcp-Name": params.get("name", params.get("uri")),
         **(headers or {})})
    return response.json()["error"]


@case("items 44, 48: what a modern result carries, and a legacy one does not")
def _():
    for method, params in (
            ("server/discover", {}), ("tools/list", {}),
            ("resources/list", {}), ("resources/templates/list", {}),
            ("prompts/list", {}),
            ("tools/call", {"name": "list_accounts", "arguments": {}}),
            ("tools/call", {"name": "get_mail_message", "arguments": {}}),
            ("completion/complete", {
                "ref": {"type": "ref/prompt", "name": "none"},
                "argument": {"name": "x", "value": ""}})):
        result = server.mcp(True).call(method, params)
        assert result["resultType"] == "complete", (method, result)
        info = result["_meta"][META + "serverInfo"]
        assert info["name"] == "postern" and info["version"], result
        if method == "server/discover":
            continue
        result = server.mcp().call(method, params)
        assert not {"resultType", "ttlMs", "cacheScope"} & set(result), result


@case("item 49: the six methods that may be cached say for how long")
def _():
    resources = server.mcp(True).call("resources/list")["resources"]
    for method, params, scope in (
            ("server/discover", {}, "public"), ("tools/list", {}, "private"),
            ("prompts/list", {}, None), ("resources/list", {}, "private"),
            ("resources/templates/list", {}, None),
            ("resources/read", {"uri": resources[0]["uri"]}, "private")):
        result = server.mcp(True).call(method, params)
        assert type(result["ttlMs"]) is int, (method, result)
        assert result["ttlMs"] >= 0, (method, result)
        assert result["cacheScope"] in ("public", "private"), (method, result)
        assert scope in (None, result["cacheScope"]), (method, result)
    for name, arguments in READING:
        result = server.mcp(True).call(
            "tools/call", {"name": name, "arguments": arguments})
        assert not {"ttlMs", "cacheScope"} & set(result), (name, result)


@case("items 44, 51, 58: a resource that is not there, in each era")
def _():
    for uri in ("mail:///none", "mail:///x/y;uidvalidity=1/1", "test://x",
                "https://example.org/", "mail:", "mail://"):
        error = modern_error({"method": "resources/read",
                              "params": {"uri": uri}})
        assert error["code"] == -32602, (uri, error)
        assert error["data"]["uri"] == uri, (uri, error)
        try:
            server.mcp().call("resources/read", {"uri": uri})
        except postern.Refused as refused:
            assert refused.status == 200, (uri, refused)
            assert refused.code == -32002, (uri, refused)
        else:
            raise AssertionError(uri)


@case("item 51: no modern error has a code of another use")
def _():
    for message in (
            {"method": "none"}, {"method": "initialize"},
            {"method": "tools/call", "params": {"name": "none"}},
            {"method": "tools/call", "params": {}},
            {"method": "prompts/get", "params": {"name": "none"}},
            {"method": "resources/read", "params": {"uri": "x:y"}},
            {"method": "resources/read", "params": {}},
            {"method": "resources/list", "params": {"cursor": "x"}},
            {"method": "tools/list", "params": {"cursor": "x"}},
            {"method": "tools/list", "params": {"_meta": {}}},
            {"method": "completion/complete", "params": {}}):
        error = modern_error(message)
        assert error["code"] not in NEVER_MODERN, (message, error)
        assert error["code"] in (-32700, -32600, -32601, -32602, -32603,
                                 -32020, -32021, -32022), (message, error)


@case("item 55: a mail server's no is for the model, in each era")
def _():
    for modern in (False, True):
        result = server.mcp(modern).call("tools/call", {
            "name": "get_mail_message",
            "arguments": {"folder": "No such folder", "uid": 1}})
        assert result["isError"] is True, result
        assert result["structuredContent"]["error"]["code"] == \
            "folder_not_found", result


@case("item 56: what a tool answers fits its schema, with a copy as text")
def _():
    for modern in (False, True):
        mcp = server.mcp(modern)
        for name, arguments in READING + (
                ("get_mail_message", {"folder": FOLDER, "uid": UID}),
                ("get_mail_thread", {"folder": FOLDER, "uid": UID}),
                ("suggest_mail_actions", {"folder": FOLDER, "uid": UID})):
            # result() checks both.
            result = mcp.result(name, **arguments)
            assert not result.get("isError"), (name, result)
            assert result["content"][0]["type"] == "text", result
        for tool in mcp.tools():
            for schema in (tool["inputSchema"], tool["outputSchema"]):
                assert schema["type"] == "object", tool
                assert all(isinstance(inner, dict) for inner in
                           schema.get("properties", {}).values()), tool


@case("item 57: a cursor that is none of ours is refused")
def _():
    for modern in (False, True):
        for method in ("tools/list", "prompts/list", "resources/list",
                       "resources/templates/list"):
            for cursor in ("x", "0", "AAAA", "a.b.c.d.e", 5, {}):
                try:
                    server.mcp(modern).call(method, {"cursor": cursor})
                except postern.Refused as refused:
                    assert refused.status == 200, (method, cursor, refused)
                    assert refused.code == -32602, (method, cursor, refused)
                else:
                    raise AssertionError("%s %r" % (method, cursor))
    first = server.mcp().tool("list_mail_messages", folder=FOLDER, per_page=2)
    mine = first["next_cursor"]
    assert server.mcp().tool("list_mail_messages", folder=FOLDER, per_page=2,
                             cursor=mine)["messages"]
    for cursor in (mine[:-1] + "x", "x" + mine, mine + ".1", "1.1.1", "-1"):
        error = server.mcp().tool_error("list_mail_messages", folder=FOLDER,
                                        per_page=2, cursor=cursor)
        assert error["code"] in ("invalid_argument", "uidvalidity_changed")


@case("item 59: no control, script or far image of a mail reaches a model")
def _():
    for name, arguments in READING + (
            ("get_mail_message", {"folder": FOLDER, "uid": UID}),
            ("get_mail_message", {"folder": FOLDER, "uid": UID,
                                  "format": "markdown"}),
            ("get_mail_message", {"folder": FOLDER, "uid": UID,
                                  "format": "html"}),
            ("get_mail_thread", {"folder": FOLDER, "uid": UID,
                                 "include_body": True})):
        result = server.mcp().result(name, **arguments)
        assert not result.get("isError"), (name, result)
        assert len(json.dumps(result)) < RESULT_CHARS, name
        for text in texts(result["structuredContent"]):
            found = CONTROLS.search(text.replace("\r\n", "\n"))
            assert not found, (name, arguments, text)
            for active in ("<script", "evil()", "onclick", "pixel.png"):
                assert active not in text, (name, arguments, text)


def without(kind):
    """A key file for the program of MCP that lacks one kind of key."""
    with open(os.environ["TEST_POSTERN_CONF"], encoding="utf-8") as file:
        path = re.search("^ENCRYPTION_KEY_FILE=(.*)$", file.read(),
                         re.M).group(1)
    told = subprocess.run(
        [os.environ["TEST_POSTERN"], "keys", "--for=mcp"],
        env={"POSTERN_CONF": os.environ["TEST_POSTERN_CONF"],
             **postern.SANITIZERS},
        check=True, capture_output=True, timeout=postern.TIMEOUT).stdout
    lines = [line for line in told.decode().splitlines()
             if kind not in line.split()]
    handle, made = tempfile.mkstemp(prefix="postern-key-")
    os.write(handle, "\n".join(lines).encode() + b"\n")
    os.close(handle)
    owner = os.stat(path)
    os.chown(made, owner.st_uid, owner.st_gid)
    os.chmod(made, 0o400)
    return made


@case("item 39: what fails inside is -32603 in-band, and tells nothing")
def _():
    uid = server.deliver(FOLDER, (
        "From: a@postern.test\r\nMIME-Version: 1.0\r\n"
        "Content-Type: application/octet-stream\r\n"
        "Content-Disposition: attachment; filename=a.bin\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\nAAAA\r\n").encode())
    key = without("mcp-dl+jwe")
    for modern in (False, True):
        mcp = server.mcp(modern)
        message, headers = mcp.message("tools/call", {
            "name": "get_mail_attachment",
            "arguments": {"folder": FOLDER, "uid": uid, "part": "1"}})
        response = program.run(
            "mcp", "POST", "/mcp",
            {"Authorization": "Bearer " + mcp.token,
             "Content-Type": "application/json", **headers},
            body=json.dumps(message).encode(),
            settings={"ENCRYPTION_KEY_FILE": key})
        assert response.status == 200, response
        told = response.json()
        assert told["error"] == {"code": -32603,
                                 "message": "internal error"}, told
        assert told["id"] == message["id"], told
        said = response.body.decode() + response.log
        for secret in (server.password, mcp.token, server.username):
            assert secret not in said, said
        assert os.path.dirname(key) not in response.body.decode()
    os.unlink(key)


case.run()
