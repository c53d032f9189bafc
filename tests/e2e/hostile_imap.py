#!/usr/bin/env python3
"""A mail server that means harm, behind tools: it gets no wrong answer told,
and neither takes the program's memory nor its time."""
import re

import postern
from between import Between

server = postern.Server()
case = postern.Cases()
CAPABILITY = b"* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\n"


def mail_by(answers):
    """A client whose mailbox is behind that, and what is between; until the
    sign-in is done it does no harm."""
    between = Between(server, {})
    told = server.sign_in(client=server.provision(imap=between.port))
    mcp = postern.Mcp(server, told["access_token"])
    mcp.tools()
    between.answers = {verb: spare(answer)
                       for verb, answer in answers.items()}
    return mcp, between


def spare(answer):
    """The same, but the folder that is Postern's own is left in peace."""
    def answer_others(said):
        if b"Connected Agents" in said or b"X-Postern-" in said:
            return None
        return answer(said) if callable(answer) else answer
    return answer_others


def listed(count):
    return b"".join(b'* LIST () "/" "folder %d"\r\n' % i
                    for i in range(count)) + b"{tag} OK\r\n"


@case("a folder that the server will not open is not called missing")
def _():
    refused = server.folder("Refused")
    server.deliver(refused, "Subject: x\n\nx\n")
    mcp, _ = mail_by({"EXAMINE": b"{tag} NO come back on Monday\r\n"})
    error = mcp.tool_error("list_mail_messages", folder=refused)
    assert "come back on Monday" in error["message"], error
    error = mcp.tool_error("list_mail_messages", folder=refused[:-1])
    assert error["code"] == "folder_not_found", error
    assert '"%s"' % refused in error["message"], error


@case("a message whose text is left out is not called empty")
def _():
    folder = server.folder("Left")
    uid = server.deliver(folder, "Subject: x\n\nthe text\n")

    def answer(said):
        if b"BODY.PEEK[1]" not in said:
            return None
        return b"* 1 FETCH (UID %d)\r\n{tag} OK\r\n" % uid
    mcp, _ = mail_by({"FETCH": answer})
    error = mcp.tool_error("get_mail_message", folder=folder, uid=uid)
    assert error["code"] == "protocol_error", error
    assert error["retryable"], error


@case("a structure that makes no sense is made of the headers of the parts")
def _():
    folder = server.folder("Broken")
    uid = server.deliver(
        folder, "Subject: x\nMIME-Version: 1.0\n"
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n"
        "Content-Type: multipart/alternative; boundary=c\n\n--c\n"
        "Content-Type: text/plain\n\nthe text\n--c\n"
        "Content-Type: text/html\n\n<p>the text</p>\n--c--\n--b\n"
        "Content-Type: application/pdf; name=a.pdf\n\n%PDF\n--b--\n")
    for structure in (b"NIL", b'(NIL "oops" (1 2) 3)', b"(())",
                      b'("text" "plain" 7)'):
        def answer(said, structure=structure):
            if b"BODYSTRUCTURE" not in said:
                assert b"BODY.PEEK[]" not in said
                return None
            return (b"* 1 FETCH (UID %d RFC822.SIZE 400 BODYSTRUCTURE %s)"
                    b"\r\n{tag} OK\r\n" % (uid, structure))
        mcp, _ = mail_by({"FETCH": answer})
        message = mcp.tool("get_mail_message", folder=folder,
                           uid=uid)["message"]
        assert message["text"] == "the text", (structure, message)
        assert [(f["part"], f["filename"]) for f in
                message["attachments"]] == [("2", "a.pdf")], message
    uid = server.deliver(folder, "Subject: y\n\nplain\n")
    mcp, _ = mail_by({"FETCH": answer})
    message = mcp.tool("get_mail_message", folder=folder, uid=uid)["message"]
    assert message["text"] == "plain", message


@case("a search of many folders that are refused lists them not for each")
def _():
    mcp, between = mail_by({"LIST": listed(3000),
                            "EXAMINE": b"{tag} NO\r\n",
                            "SEARCH": b"{tag} NO\r\n"})
    found = mcp.tool("search_mail_messages", folder="\\All", subject="x")
    assert found["total"] == 0
    assert len(found["not_searched"]) > 0
    assert between.asked.count("LIST") < 5, between.asked.count("LIST")


@case("5,000 folders are listed page by page, each asked for once")
def _():
    def status(said):
        name = re.search(rb'STATUS ("[^"]*"|\S+) ', said)[1]
        return b"* STATUS %s (MESSAGES 7 UNSEEN 1)\r\n{tag} OK\r\n" % name
    mcp, between = mail_by({"LIST": listed(5000), "STATUS": status})
    names, page = [], 0
    while len(names) < 5000:
        page += 1
        between.asked.clear()
        result = mcp.result("list_mailboxes", page=page, per_page=500)
        assert len(result["content"][0]["text"]) <= 100000
        told = result["structuredContent"]
        assert told.get("total") == 5000, str(told)[:300]
        assert len(told["mailboxes"]) == 500, told
        if page > 1:
            # One more asks about our own folder.
            assert between.asked.count("STATUS") <= 501
            assert told["mailboxes"][0]["messages"] == 7, told
        assert between.asked.count("LIST") == 1, between.asked
        names += [m["name"] for m in told["mailboxes"]]
    assert len(set(names)) == 5000 and page == 10
    assert "mailboxes" in mcp.tool("list_mailboxes", page=11, per_page=500)


@case("folders whose names are long: what did not fit is told")
def _():
    lines = b"".join(b'* LIST () "/" "%s %d"\r\n' % (b"x" * 90, i)
                     for i in range(1000)) + b"{tag} OK\r\n"
    mcp, _ = mail_by({"LIST": lines, "EXAMINE": b"{tag} NO\r\n",
                      "SEARCH": b"{tag} NO\r\n"})
    result = mcp.result("list_mailboxes", counts=False, per_page=500)
    assert len(result["content"][0]["text"]) <= 100000
    assert "per_page" in result["structuredContent"]["note"], result
    result = mcp.result("search_mail_messages", folder="\\All", subject="x")
    assert len(result["content"][0]["text"]) < 10000
    assert "more folders" in result["structuredContent"].get("note", ""), \
        str(result)[:3000]


@case("list_accounts: check says which server refuses, and why")
def _():
    def refuse(said):
        return b"{tag} NO [AUTHENTICATIONFAILED] changed yesterday\r\n"
    mcp, between = mail_by({"LOGIN": refuse, "AUTHENTICATE": refuse})
    account, = mcp.tool("list_accounts", check=True)["accounts"]
    assert account["imap"]["ok"] is False, account
    assert "changed yesterday" in account["imap"]["error"], account
    assert account["smtp"] == {"ok": True}, account
    between.listener.close()
    account, = mcp.tool("list_accounts", check=True)["accounts"]
    assert account["imap"]["ok"] is False, account


@case("a folder's removal that the server refuses is told as such")
def _():
    mcp, between = mail_by({"LIST": listed(3),
                            "STATUS": b"{tag} NO not today\r\n",
                            "DELETE": b"{tag} NO not ever\r\n",
                            "RENAME": b"{tag} NO not ever\r\n",
                            "CREATE": b"{tag} NO not ever\r\n"})
    error = mcp.tool_error("delete_mailbox", name="folder 1")
    assert "does not tell" in error["message"], error
    assert "DELETE" not in between.asked
    for tool, more in (("delete_mailbox", {"name": "folder 1",
                                           "even_if_not_empty": True}),
                       ("rename_mailbox", {"name": "folder 1",
                                           "new_name": "folder 9"}),
                       ("create_mailbox", {"name": "folder 9"})):
        error = mcp.tool_error(tool, **more)
        assert error["code"] == "server_refused", error
        assert "not ever" in error["message"], error


@case("a search whose answers would take all memory ends with an answer")
def _():
    uids = b" ".join(b"%d" % i for i in range(1, 1000001))
    mcp, between = mail_by({
        "LIST": listed(400),
        "EXAMINE": b"* 1 EXISTS\r\n* OK [UIDVALIDITY 1]\r\n{tag} OK\r\n",
        "SEARCH": b"* SEARCH " + uids + b"\r\n{tag} OK\r\n",
        "FETCH": b"{tag} OK\r\n"})
    found = mcp.tool("search_mail_messages", folder="\\All", subject="x")
    assert "room" in found["note"] or "time" in found["note"], found
    assert between.asked.count("SEARCH") < 100


case.run()
