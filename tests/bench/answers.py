#!/usr/bin/env python3
"""How large answers are: a table of what a model reads, what HTTP carries
(structuredContent and the same as text), and what the mail server sends for
it.  A measurement, no verdict."""
import email.message
import email.policy
import email.utils
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "e2e"))
import postern
import recorder

FOLDER = "Bench"
THREAD = 10
PEOPLE = (("Anna Berg", "anna.berg@example.org"),
          ("Robert Okafor", "robert@example.org"),
          ("Ines da Silva", "ines.dasilva@example.org"))
TEXT = ("Hello,\n\nthe draft of the contract is ready. I have marked the "
        "three paragraphs that changed since Tuesday; the rest is as we "
        "agreed. Please tell me by Friday whether the dates in the second "
        "one suit you, so that I can send it on.\n\nBest regards\n%s\n")


def letter(number, talk, before):
    name, address = PEOPLE[number % len(PEOPLE)]
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["From"] = "%s <%s>" % (name, address)
    message["To"] = "Demo Person <demo@postern.test>"
    message["Cc"] = "%s <%s>" % PEOPLE[(number + 1) % len(PEOPLE)]
    message["Subject"] = "%s%s, paragraph %d" % (
        "Re: " if before else "", talk, 2 if before else number)
    message["Date"] = "Thu, 1 Oct 2026 10:%02d:00 +0200" % number
    message["Message-ID"] = "<%s.%d@example.org>" % (talk[:4], number)
    if before:
        message["In-Reply-To"] = before[-1]
        message["References"] = " ".join(before)
    quoted = "".join("> " + line for line in
                     (TEXT % name).splitlines(True)) if before else ""
    message.set_content(TEXT % name + (
        "\nOn Thursday %s wrote:\n%s" % (name, quoted) if quoted else ""))
    if number % 5 == 4:
        message.add_attachment(b"%PDF-1.4 " + bytes(30000), filename=
                               "contract.pdf", maintype="application",
                               subtype="pdf")
    return message


def fill(server):
    """UID of the last of a conversation; 20 others are newer."""
    before = []
    for number in range(THREAD):
        message = letter(number, "Offer", before)
        uid = server.deliver(FOLDER, bytes(message))
        before.append(str(message["Message-ID"]))
    for number in range(20):
        server.deliver(FOLDER, bytes(letter(number, "Contract", [])))
    return uid


def row(name, size, body, received):
    print("| %s | %s | %s | %s |" % (name, format(size, ","),
                                     format(body, ","),
                                     format(received, ",")))


def main():
    server = postern.Server()
    uid = fill(server)
    gate = recorder.Recorder(server)
    told = server.sign_in(client=server.provision(imap=gate.port))
    mcp = postern.Mcp(server, told["access_token"])
    calls = (("list of 20", "list_mail_messages", {"folder": FOLDER}),
             ("list of 20 with texts", "list_mail_messages",
              {"folder": FOLDER, "include_body": True}),
             ("read", "get_mail_message", {"folder": FOLDER, "uid": uid}),
             ("thread of 10", "get_mail_thread",
              {"folder": FOLDER, "uid": uid}),
             ("thread of 10 with texts", "get_mail_thread",
              {"folder": FOLDER, "uid": uid, "include_body": True}),
             ("search, 20 found", "search_mail_messages",
              {"folder": FOLDER, "subject": "Contract"}),
             ("folders", "list_mailboxes", {}),
             ("accounts", "list_accounts", {}),
             ("changes, none", "list_mail_changes",
              {"folder": FOLDER, "since": mcp.tool(
                  "list_mail_changes", folder=FOLDER)["since"]}))
    print("| answer | bytes a model reads | of HTTP | from the mail server |")
    print("|---|---|---|---|")
    for name, tool, arguments in calls:
        gate.drop_all()
        before = gate.received
        message, headers = mcp.message("tools/call", {
            "name": tool, "arguments": arguments})
        response = mcp.post(message, headers)
        result = response.json()["result"]
        assert not result.get("isError"), result
        row(name, len(result["content"][0]["text"].encode()),
            len(response.body), gate.received - before)
    message, headers = mcp.message("tools/list")
    response = mcp.post(message, headers)
    tools = response.json()["result"]["tools"]
    row("tools/list, %d tools" % len(tools),
        len(json.dumps(tools, separators=(",", ":"),
                       ensure_ascii=False).encode()), len(response.body), 0)


main()
