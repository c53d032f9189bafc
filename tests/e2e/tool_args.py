#!/usr/bin/env python3
"""T31, T32: hostile arguments (corpus own/tool-args): each is taken as what it
is, or refused, and never becomes a second command, header or recipient.  What
comes to the mail servers is read there, as they would read it."""
import base64
import email
import email.policy
import json
import os
import re

import mailboxes
import postern
import program
from between import Between
from scripted_smtp import ScriptedSmtp

server = postern.Server()
FOLDER, DRAFTS = map(server.folder, ("Arguments", "Drafts"))
case = postern.Cases()
CORPUS = os.path.join(os.environ.get("POSTERN_CORPORA", "../shared/corpora"),
                      "own", "tool-args", "cases.json")
KNOWN = {"from", "to", "cc", "bcc", "subject", "date", "message-id",
         "mime-version", "content-type", "content-transfer-encoding",
         "content-disposition", "content-id", "in-reply-to", "references",
         "reply-to"}
# What a tool of ours may say to a server at all.
VERBS = {"AUTHENTICATE", "LOGIN", "CAPABILITY", "ID", "ENABLE", "NAMESPACE",
         "LIST", "LSUB", "STATUS", "EXAMINE", "SELECT", "UNSELECT", "NOOP",
         "CREATE", "APPEND", "FETCH", "STORE", "SEARCH", "SORT", "THREAD",
         "UID", "LOGOUT", "GETQUOTAROOT", "IDLE", "MOVE", "COPY", "EXPUNGE"}
# One argument: a list of some, a quoted string, a literal, or an atom.
WORD = re.compile(rb'\(|\)|"((?:[^"\\\r\n\x80-\xff]|\\["\\])*)"'
                  rb"|\{(\d+)\+?\}\r\n|BODY(?:\.PEEK)?\[[^\]\r\n]*\]"
                  rb"(?:<[0-9.]+>)?|([^\s(){\"\x00-\x1f\x7f-\xff]+)")


class Listener(Between):
    """Keeps what is said to the true server, by connection."""

    def __init__(self):
        super().__init__(server, {})
        self.lines = []

    def _talk(self, line):
        self.lines.append([])
        mine = self.lines[-1]
        self.answers = {}
        reader = line.makefile("rb")

        class Told:
            """The line, with all that is read of it kept."""

            def makefile(self, _):
                for said in reader:
                    mine.append(said)
                    yield said

            def __getattr__(self, name):
                return getattr(line, name)

        super()._talk(Told())

    def forget(self):
        for mine in self.lines:
            mine.clear()

    def commands(self):
        """Verb and arguments of all that was said since it was asked last."""
        found = []
        for mine in self.lines:
            said = b"".join(mine)
            mine.clear()
            at = 0
            while at < len(said):
                words, at = read_command(said, at)
                found.append(words)
        return found


def read_command(said, at):
    """One command as RFC 9051 has it, as its words, and where it ends."""
    tag = re.compile(rb"([AL]\d+) |[A-Za-z0-9+/=*]*\r\n").match(said, at)
    assert tag, said[at:at + 200]
    words, at = [], tag.end()
    while tag[1] and not said.startswith(b"\r\n", at):
        word = WORD.match(said, at)
        assert word, said[at:at + 200]
        at = word.end()
        if word[2]:
            words.append(said[at:at + int(word[2])])
            at += int(word[2])
        elif word[1] is not None:
            words.append(re.sub(rb"\\(.)", rb"\1", word[1]))
        else:
            words.append(word[0])
        at += said[at:at + 1] == b" "
    assert not words or words[0].decode() in VERBS, words
    return words, at + 2 * bool(tag[1])


imap, smtp = Listener(), ScriptedSmtp(os.environ["TEST_TLS"])
mcp = mailboxes.through(server, imap.port, smtp.port)


def in_utf7(name):
    return re.sub("&[^-]*-|[^ -~]+", lambda run: "&" + base64.b64encode(
        run[0].encode("utf-16-be")).decode().rstrip("=").replace("/", ",") +
        "-" if run[0][0] != "&" else "&-", name.replace("&", "&-")).encode()


def outcome(name, **arguments):
    """A tool's answer, or None where it was refused for the argument."""
    try:
        result = mcp.result(name, **arguments)
    except postern.Refused as refused:
        assert refused.code in (-32700, -32602, -32600), refused
        return None
    if not result.get("isError"):
        return result["structuredContent"]
    error = result["structuredContent"]["error"]
    assert error["code"] in ("invalid_argument", "folder_not_found",
                             "recipients_refused", "server_refused",
                             "unsupported", "message_not_found"), error
    return None


def kept(answer):
    """Our own headers and the text of a draft as it was stored."""
    client = mailboxes.login(server)
    client.select(DRAFTS, True)
    raw = mailboxes.raw(client, answer["uid"])
    client.logout()
    assert b"\n" not in raw.replace(b"\r\n", b""), raw
    assert b"\r" not in raw.replace(b"\r\n", b""), raw
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    message = email.message_from_bytes(raw, policy=email.policy.default)
    names = [name.lower() for name in message.keys()]
    assert set(names) <= KNOWN and len(names) == len(set(names)), names
    return message


def text_of(message):
    text = message.get_content().replace("\r\n", "\n")
    return text.rstrip("\n")


def draft(**arguments):
    answer = outcome("create_draft_mail_message", **arguments)
    return None if answer is None else kept(answer)


def folder(value):
    outcome("list_mail_messages", folder=value)
    names = [words[1] for words in imap.commands()
             if words and words[0] in (b"EXAMINE", b"SELECT", b"STATUS")]
    assert all(name in (in_utf7(value), value.encode("utf-8", "replace"))
               or b"Connected Agents" in name or not any(
                   c in value for c in '\r\n"\\*\u202e\u2028')
               for name in names), names


def search(value):
    answer = outcome("search_mail_messages", folder="INBOX", text=value)
    assert answer is not None or any(c < " " for c in value), value
    searches = [words for words in imap.commands()
                if words[:2] == [b"UID", b"SEARCH"] and b"TEXT" in words]
    assert answer is None or searches
    for words in searches:
        at = words.index(b"TEXT")
        # The text is one argument, and the last but what we add.
        assert words[at + 1] == value.encode(), words
        assert words.count(b"TEXT") == 1 and b"DELETE" not in words, words
    outcome("search_mail_messages", folder="INBOX", query=value)


def uid(value):
    for name in ("get_mail_message", "delete_mail_message"):
        assert outcome(name, folder="INBOX", uid=value) is None, value


def subject(value):
    message = draft(to="a@postern.test", subject=value, text_body="x")
    if message is not None:
        assert message.get("Bcc") is None
        assert message.get_content().strip() == "x"


def recipient(value):
    value = value.replace("example.org", "postern.test")
    message = draft(to=[value], subject="x", text_body="x")
    if message is not None and message["To"] is not None:
        assert len(message["To"].addresses) == 1, message["To"]
        assert message.get("Bcc") is None
    answer = outcome("send_mail_message", to=[value], subject="x",
                     text_body="x")
    sent = taken()
    assert (answer is None) == (sent is None), (answer, sent)
    if answer is not None:
        told = answer.get("accepted", []) + [
            one["address"] for one in answer.get("refused", [])]
        assert len(told) == 1, told
        assert sent.recipients == told and sent.sender == server.username


def taken():
    """The one message that came to the server, or None; as it came."""
    smtp.await_idle()
    messages = list(smtp.taken)
    smtp.taken.clear()
    if not messages:
        return None
    message, = messages
    content = message.content.replace(b"\r\n", b"")
    assert b"\r" not in content and b"\n" not in content, message.content
    assert b"\0" not in content
    assert max(map(len, message.content.split(b"\r\n"))) <= 998
    return message


def body(value):
    message = draft(to="a@postern.test", subject="x", text_body=value)
    if message is None:
        assert "\0" in value, value
        return
    assert message.get("Bcc") is None and not message.is_multipart()
    want = value.replace("\r\n", "\n").replace("\r", "\n")
    assert text_of(message) == want.rstrip("\n"), value
    sent = outcome("send_mail_message", to=server.username, subject="x",
                   text_body=value)
    assert sent["accepted"] == [server.username], sent
    got = taken()
    assert got.recipients == [server.username], got.recipients
    assert text_of(email.message_from_bytes(
        got.content, policy=email.policy.default)) == want.rstrip("\n"), value


def filename(value):
    parameter = "".join("%%%02X" % byte for byte in value.encode())
    uid_there = server.deliver(FOLDER, (
        "From: a@b.c\nSubject: f\nContent-Type: application/x-y\n"
        "Content-Disposition: attachment; filename*=UTF-8''%s\n\nx\n"
        % parameter))
    told = outcome("get_mail_attachment", folder=FOLDER, uid=uid_there,
                   part="1")
    response = postern.fetch("GET", told["url"])
    assert response.status == 200, response
    shown = response.header("Content-Disposition")
    assert response.header("X-Evil") is None
    assert shown.startswith("attachment; filename="), shown
    for bad in ("/", "\\", "..", "\0", "\u202e"):
        assert bad not in told.get("filename", ""), told
        assert bad not in shown, shown


def inside(name):
    def run(value):
        if name == "content_type" or name == "content_id":
            file = {"filename": "x", "content_base64": "eA==", name: value}
            draft(to="a@postern.test", text_body="x", attachments=[file])
        else:
            assert draft(to="a@postern.test", text_body="x",
                         **{name: value}) is None
    return run


WAYS = {"folder": folder, "query": search, "uid": uid, "subject": subject,
        "to[0]": recipient, "text": body,
        "filename of the MIME part": filename,
        "inreplyto": inside("in_reply_to"), "refs": inside("references"),
        "date": inside("date"), "ctype": inside("content_type"),
        "cid": inside("content_id")}


def state():
    """What no hostile argument may change."""
    client = mailboxes.login(server)
    _, boxes = client.list()
    client.logout()
    # Without the attributes: \\Marked comes and goes.
    return sorted(box.partition(b") ")[2] for box in boxes)


def one(row):
    @case("%s: %s" % (row["id"], row["expect"]))
    def _():
        if row["arg"] not in WAYS:
            raise postern.Skip("no tool has the argument " + row["arg"])
        before = state()
        imap.forget()
        WAYS[row["arg"]](row["value"])
        imap.commands()         # reads them all
        assert state() == before


def read_rows():
    if not os.path.exists(CORPUS):
        return []
    with open(CORPUS, encoding="utf-8") as file:
        return json.load(file)


@case("T46: line breaks and escapes in every argument are no line of the log")
def _():
    evil = "x\r\nlevel=error forged=1\n\x1b[2J\x1b]0;forged\x07\x9b\u2028"
    asked = [{"name": tool["name"], "arguments": {
        name: evil for name in tool["inputSchema"]["properties"]}}
        for tool in mcp.tools()]
    asked += [{"name": tool["name"], "arguments": {
        name: evil if about.get("type") == "string" else 7
        for name, about in tool["inputSchema"]["properties"].items()
        if name != "account"}} for tool in mcp.tools()[::6]]
    asked += [{"name": evil, "arguments": {evil: evil}}, {evil: evil}]
    calls = [("/mcp", {}, {"jsonrpc": "2.0", "id": evil, "method": method,
                           "params": params})
             for method, params in [("tools/call", one) for one in asked] +
             [(evil, {}), ("resources/read", {"uri": evil}),
              ("prompts/get", {"name": evil})]]
    calls += [("/mcp/" + evil, {}, {}), ("/mcp?" + evil, {}, {}),
              ("/mcp", {"Origin": evil, "Mcp-Name": evil,
                        "MCP-Protocol-Version": evil}, {})]
    for path, headers, message in calls:
        answer = program.run(
            "mcp", "POST", path, {"Authorization": "Bearer " + mcp.token,
                                  "Content-Type": "application/json",
                                  **headers}, body=json.dumps(message)
            .encode(), settings={"RATE_CALLS": "0"})
        assert answer.log.count("\n") == 1, (message, answer.log)
        assert re.fullmatch(r"level=[ -~]+\n", answer.log), answer.log
        assert " forged" not in answer.log, answer.log


server.deliver(FOLDER, "From: a@b.c\nSubject: first\n\nx\n")
rows = read_rows()
for item in rows:
    one(item)
if not rows:
    @case("hostile arguments")
    def _():
        raise postern.Skip("no corpora")

case.run()
