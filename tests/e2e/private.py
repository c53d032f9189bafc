#!/usr/bin/env python3
"""The folder that is the program's own: no tool reaches it, by any way.

The tools are those that tools/list names, with every argument that names a
folder, so that one that is new is tried by itself."""
import re

import postern

server = postern.Server()
NAME = "Connected Agents"
ROOT = server.folder(NAME)
WORD = "quetzalcoatlus"
case = postern.Cases(None if server.keeps() else
                     "GRANTS_FOLDER is empty")

# Ways to say a folder's name: the server's own, others' delimiters and
# prefixes, cases, and what some server may take for the same.
SPELLINGS = [
    NAME, NAME.lower(), NAME.upper(), ROOT, ROOT.lower(),
    "INBOX." + NAME, "inbox." + NAME, "InBoX/" + NAME, "INBOX\\" + NAME,
    NAME + "/Uploads", NAME + ".Uploads", NAME + "\\Uploads",
    server.folder(NAME, "Uploads"), server.folder(NAME, "New"),
    NAME + " (Uploads)", "/" + NAME, "./" + NAME, NAME + "/", NAME + ".",
    "user." + server.username + "." + NAME, "Connected  Agents",
    " " + NAME, NAME + " ", "Connected\u00a0Agents", "\uff23onnected Agents",
    "Conn\u200bected Agents", "Connected A\u0301gents",
]
FOLDERS = ("folder", "destination", "name", "new_name")
GIVEN = {
    "uid": 1, "uids": [1], "to": "anna@postern.test", "subject": "x",
    "text_body": "x", "part": "2", "add": ["\\Flagged"], "query": "ALL",
    "folder": "INBOX", "destination": "INBOX", "name": server.folder("Elsewhere"),
    "new_name": "Elsewhere else", "response": "accept", "filename": "x",
    "size": 1, "undo": "x",
}


def deliver(folder, name="secret"):
    return server.deliver(folder, (
        "From: a@postern.test\nSubject: %s %s\nMessage-ID: <%s@x.example>\n"
        "References: <start@x.example>\n\n%s\n" % (name, WORD, name, WORD)))


def state():
    """All that another client sees of the folder and those below it."""
    client = server.imap()
    _, told = client.list()
    found = {}
    for line in told:
        name = re.search(rb'(?:"([^"]*)"|(\S+))$', line)
        name = (name.group(1) or name.group(2)).decode()
        if NAME not in name:
            continue
        client.select('"%s"' % name, True)
        _, uids = client.uid("SEARCH", "ALL")
        flags = []
        if uids[0]:
            _, flags = client.uid("FETCH", uids[0].decode().replace(" ", ","),
                                  "(FLAGS)")
        found[name] = flags
    client.logout()
    return found


def arguments(tool, **more):
    required = tool["inputSchema"].get("required", ())
    given = {n: GIVEN[n] for n in required if n in GIVEN}
    if "uid" in tool["inputSchema"]["properties"] and "uids" not in given:
        given["uid"] = 1
    return {**given, **more}


def refused(mcp, tool, **more):
    error = mcp.tool_error(tool["name"], **arguments(tool, **more))
    # A name that no folder could have is found out before.
    assert error["code"] == "not_permitted" or (
        "mailbox" in tool["name"] and error["code"] == "invalid_argument"
        and not set(more.values()) & {NAME, ROOT}), (tool["name"], more, error)
    return error


server.token()                  # Signing in keeps a card there.
deliver(ROOT)
deliver(server.folder("Elsewhere"), "open")
BEFORE = state()


@case("each tool refuses it, by each argument and each spelling")
def _():
    mcp, tried = server.mcp(), 0
    for tool in mcp.tools():
        for row in FOLDERS:
            if row not in tool["inputSchema"]["properties"] or (
                    row == "name" and "mailbox" not in tool["name"]):
                continue
            for spelling in SPELLINGS:
                error = refused(mcp, tool, **{row: spelling})
                tried += 1
            assert error["hint"], error
    print("# %d calls" % tried)
    assert tried > 10 * len(SPELLINGS)
    assert state() == BEFORE


@case("what is nested in arguments is refused too")
def _():
    mcp, tried = server.mcp(), 0
    for tool in mcp.tools():
        for row, schema in tool["inputSchema"]["properties"].items():
            kind = schema["type"]
            if row not in ("attach_messages", "in_reply_to"):
                continue
            for spelling in SPELLINGS:
                one = {"folder": spelling, "uid": 1}
                refused(mcp, tool, **{row: [one] if kind == "array" else one})
                tried += 1
    assert tried >= 2 * len(SPELLINGS), tried
    assert state() == BEFORE


@case("encoded by the caller it is another folder, and none there is")
def _():
    mcp = server.mcp()
    for spelling in ("&AEM-onnected Agents",
                     "&AEMAbwBuAG4AZQBjAHQAZQBk- Agents",
                     "INBOX&AC4-" + NAME):
        for name in ("list_mail_messages", "search_mail_messages"):
            error = mcp.tool_error(name, folder=spelling)
            assert error["code"] in ("folder_not_found",
                                     "not_permitted"), error
            assert '"%s"' % NAME not in error["message"] or \
                error["code"] == "not_permitted", error
    assert state() == BEFORE


@case("no list shows it, whatever the pattern")
def _():
    mcp = server.mcp()
    for pattern in (None, "*", "%", "Connected*", "*Agents*", NAME, ROOT,
                    ROOT + "*", ROOT + "/%", ROOT + ".%", "*Uploads",
                    "con*", "INBOX%", "inbox*"):
        told = mcp.tool("list_mailboxes", **(
            {} if pattern is None else {"pattern": pattern}))
        for box in told.get("mailboxes", []):
            assert "connected" not in box["name"].lower(), (pattern, box)
        assert told["total"] == len(told.get("mailboxes", [])) or \
            told["total"] > 20


@case("a search of all folders finds nothing in it")
def _():
    for how in ({"text": WORD}, {"query": "TEXT " + WORD},
                {"subject": WORD}):
        told = server.mcp().tool("search_mail_messages", folder="\\All",
                                 **how)
        found = [m["subject"] for m in told["messages"]]
        assert found and not [s for s in found if "secret" in s], told


@case("a conversation does not lead there")
def _():
    uid = deliver("INBOX", "reply")
    names = {t["name"] for t in server.mcp().tools()}
    if "get_mail_thread" not in names:
        raise postern.Skip("there is no such tool")
    told = server.mcp().tool("get_mail_thread", folder="INBOX", uid=uid,
                             cross_folder=True)
    subjects = [m.get("subject", "") for m in told["messages"]]
    assert subjects and not [s for s in subjects if "secret" in s], told


@case("no error proposes it as similar")
def _():
    for name in ("Conected Agents", "Agents", "Conn"):
        error = server.mcp().tool_error("list_mail_messages", folder=name)
        assert error["code"] == "folder_not_found", error
        assert "Connected Agents" not in error["message"], error


@case("the folders above it stay where they are")
def _():
    names = {t["name"] for t in server.mcp().tools()}
    for name in ("INBOX", "inbox"):
        if "delete_mailbox" in names:
            server.mcp().tool_error("delete_mailbox", name=name,
                                    even_if_not_empty=True)
        if "rename_mailbox" in names:
            server.mcp().tool_error("rename_mailbox", name=name,
                                    new_name="Away")
    assert state() == BEFORE


@case("nothing is learnt from what lies in it")
def _():
    names = {t["name"] for t in server.mcp().tools()}
    if "suggest_mail_actions" not in names:
        raise postern.Skip("there is no such tool")
    told = server.mcp().tool("suggest_mail_actions", folder="INBOX",
                             uid=deliver("INBOX", "another"))
    assert NAME not in str(told), told


@case("it can be made by none")
def _():
    uid = deliver("INBOX", "moved")
    for spelling in SPELLINGS:
        error = server.mcp().tool_error(
            "move_mail_message", uid=uid,
            destination=spelling, create=True)
        assert error["code"] == "not_permitted", error
    assert state() == BEFORE


case.run()
