#!/usr/bin/env python3
"""Signing in to the mail server by TLS and by STARTTLS, with each SASL
mechanism that it offers and Postern speaks, one at a time."""
import imaplib
import os
import ssl

import postern
import recorder

server = postern.Server()
case = postern.Cases()
SPOKEN = ("PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256")
WAYS = (("TLS", True, "--imap-ssl", "TEST_IMAPS_PORT"),
        ("STARTTLS", False, "--no-imap-ssl", "TEST_IMAP_PORT"))


def offered():
    """The mechanisms that the server offers within TLS."""
    context = ssl.create_default_context(cafile=os.environ["TEST_CA_FILE"])
    client = imaplib.IMAP4_SSL("localhost", int(
        os.environ["TEST_IMAPS_PORT"]), ssl_context=context,
        timeout=postern.TIMEOUT)
    client.shutdown()
    return [word[5:] for word in client.capabilities
            if word.startswith("AUTH=")]


def list_folders(port, flag):
    """Signs in, and uses the mailbox."""
    told = server.sign_in(client=server.provision(flag, imap=port))
    mcp = postern.Mcp(server, told["access_token"])
    names = [f["name"] for f in mcp.tool("list_mailboxes")["mailboxes"]]
    assert "INBOX" in names, names


def authenticated(gate):
    """The words Postern signed in with."""
    found = {" ".join(command.split(" ")[:2])
             if command.startswith("AUTHENTICATE") else "LOGIN"
             for command in gate.commands
             if command.startswith(("AUTHENTICATE", "LOGIN"))}
    assert len(found) == 1, found
    return found.pop()


def keep(line):
    print("# " + line)
    if "TAP_DIR" in os.environ:
        path = os.path.join(os.environ["TAP_DIR"], "%se2e-sasl.used" %
                            os.environ.get("TAP_PREFIX", ""))
        with open(path, "a", encoding="utf-8") as file:
            file.write(line + "\n")


def make_cases(way, implicit, flag, port):
    @case("signs in by %s, and uses the mailbox" % way)
    def _():
        list_folders(int(os.environ[port]), flag)

    @case("by %s with each mechanism that is offered" % way)
    def _():
        every = offered()
        tried = [name for name in SPOKEN if name in every]
        assert "PLAIN" in tried, every
        for one in tried:
            hidden = ["AUTH=" + name for name in every if name != one]
            with recorder.Recorder(server, hidden, implicit, True) as gate:
                list_folders(gate.port, flag)
                used = authenticated(gate)
            assert used == "AUTHENTICATE " + one, (one, used)
        keep("%s: %s" % (way, ", ".join(tried)))
        others = sorted(set(every) - set(tried))
        if others:
            print("# not spoken: " + ", ".join(others))

    @case("by %s with LOGIN where no mechanism is offered" % way)
    def _():
        hidden = ["AUTH=" + name for name in offered()]
        with recorder.Recorder(server, hidden, implicit, True) as gate:
            list_folders(gate.port, flag)
            assert authenticated(gate) == "LOGIN", gate.commands


for row in WAYS:
    make_cases(*row)
case.run()
