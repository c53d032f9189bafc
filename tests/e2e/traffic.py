#!/usr/bin/env python3
"""What a tool moves over the line to the mail server, counted by a relay."""
import base64
import os

import postern
import relay

server = postern.Server()
FOLDER = server.folder("Traffic")
case = postern.Cases()
MOST = 64 * 1024
TEXT = "Please find the film of our holiday attached.\n"


def large_message():
    film = base64.encodebytes(os.urandom(25 * 1024 * 1024)).decode()
    return ("From: Ann <ann@example.org>\nSubject: Film\nMIME-Version: 1.0\n"
            "Content-Type: multipart/mixed; boundary=b\n\n--b\n"
            "Content-Type: text/plain; charset=utf-8\n\n" + TEXT +
            "\n--b\nContent-Type: video/mp4; name=film.mp4\n"
            "Content-Disposition: attachment; filename=film.mp4\n"
            "Content-Transfer-Encoding: base64\n\n" + film + "--b--\n")


def mail_by(gate):
    told = server.sign_in(client=server.provision(imap=gate.port))
    return postern.Mcp(server, told["access_token"])


@case("the text of a message with 25 MB attached moves less than 64 KB")
def _():
    uid = server.deliver(FOLDER, large_message())
    told = server.ready["imap"]
    with relay.Relay((told["host"], told["port"])) as gate:
        mcp = mail_by(gate)
        before = gate.received
        answer = mcp.tool("get_mail_message", folder=FOLDER, uid=uid)
        moved = gate.received - before
        print("# get_mail_message: %d bytes came from the server" % moved)
        message = answer["message"]
        assert message["text"].strip() == TEXT.strip(), message
        assert message["attachments"][0]["filename"] == "film.mp4"
        assert 0 < moved < MOST, moved
        for tool in ("list_mail_messages", "search_mail_messages"):
            before = gate.received
            listed = mcp.tool(tool, folder=FOLDER)
            moved = gate.received - before
            print("# %s: %d bytes came from the server" % (tool, moved))
            assert listed["messages"][0]["uid"] == uid
            assert 0 < moved < MOST, moved


case.run()
