"""Other mailboxes of the mail server under test, and messages in them."""
import email
import email.policy
import imaplib
import json
import os
import subprocess
import time

import postern

ARRIVAL_SECONDS = 60


def other():
    """Address and password of a second person's mailbox."""
    if "TEST_OTHER" not in os.environ:
        raise postern.Skip("no second mailbox is told in TEST_OTHER")
    return os.environ["TEST_OTHER"], os.environ["TEST_OTHER_PASSWORD"]


def through(server, imap_port=None, smtp_port=None, smtp_tls=False):
    """A client of the MCP endpoint whose grant reaches the mail servers by
    other ports of this computer, such as a relay's; smtp_tls: TLS from the
    first byte."""
    if "TEST_POSTERN_CONF" not in os.environ:
        raise postern.Skip("no configuration is told in TEST_POSTERN_CONF")
    told = subprocess.run(
        [os.path.join(os.environ.get("BUILD", "build"), "postern"),
         "client", "--json", "--name=Relayed", "--no-imap-ssl",
         "--smtp-ssl=true" if smtp_tls else "--no-smtp-ssl",
         "--imap-host=127.0.0.1", "--smtp-host=127.0.0.1",
         "--imap-port=%d" % (imap_port or server.ready["imap"]["port"]),
         "--smtp-port=%d" % (smtp_port or server.ready["smtp"]["port"])],
        env={"POSTERN_CONF": os.environ["TEST_POSTERN_CONF"],
             **postern.SANITIZERS},
        capture_output=True, check=True, timeout=postern.TIMEOUT).stdout
    client = json.loads(told)
    token = server.sign_in(client=(client["client_id"],
                                   client.get("client_secret")))
    return postern.Mcp(server, token["access_token"])


def login(server, username=None, password=None):
    """An IMAP client; without a name, in the mailbox under test."""
    told = server.ready["imap"]
    client = imaplib.IMAP4(told["host"], told["port"],
                           timeout=postern.TIMEOUT)
    client.login(username or server.username, password or server.password)
    return client


def raw(client, uid):
    _, answer = client.uid("FETCH", str(uid), "(BODY.PEEK[])")
    return answer[0][1]


def read(client, uid):
    return email.message_from_bytes(raw(client, uid),
                                    policy=email.policy.default)


def find(client, folder, header, value):
    """UIDs of the messages with that header."""
    kind, _ = client.select('"%s"' % folder, True)
    if kind != "OK":
        return []
    kind, found = client.uid("SEARCH", None, "HEADER", header,
                             '"%s"' % value)
    assert kind == "OK", found
    return [int(uid) for uid in found[0].split()]


def await_message(client, message_id, folder="INBOX"):
    """The UID of the message with that Message-ID once it has arrived; its
    folder is then open."""
    until = time.monotonic() + ARRIVAL_SECONDS
    while time.monotonic() < until:
        found = find(client, folder, "Message-ID", message_id)
        if found:
            assert len(found) == 1, found
            return found[0]
        time.sleep(0.2)
    raise AssertionError("%s did not arrive" % message_id)


def subjects(server, folder):
    """Subjects of all messages in a folder, raw, by UID."""
    client = login(server)
    kind, _ = client.select('"%s"' % folder, True)
    assert kind == "OK", folder
    told = {}
    _, found = client.uid("SEARCH", None, "ALL")
    for uid in found[0].split():
        told[int(uid)] = str(read(client, uid.decode())["Subject"])
    client.logout()
    return told


def remaining(server, folder, answer):
    """The same of those that a tool left there: a server that can't expunge
    single messages (without UIDPLUS) keeps the others, marked \\Deleted, and
    the answer says so."""
    told = subjects(server, folder)
    if server.can("UIDPLUS"):
        return told
    assert "\\Deleted" in answer["note"], answer
    return {uid: subject for uid, subject in told.items()
            if "\\Deleted" not in flags(server, folder, uid)}


def flags(server, folder, uid):
    client = login(server)
    client.select('"%s"' % folder, True)
    _, answer = client.uid("FETCH", str(uid), "(FLAGS)")
    client.logout()
    return {flag.decode() for flag in imaplib.ParseFlags(answer[0])}
