"""The mailbox and the server for sending that tortured requests change, looked
at from outside, over lines that stay open."""
import imaplib
import re
import secrets
import time

import postern
from scripted_smtp import ScriptedSmtp

BODY = "canary-body-5d1c"
SUBJECT = "canary-subject-77ae"
FILE = b"canary-file-91be " * 40
TAKEN_SECONDS = 5


class PlainSmtp(ScriptedSmtp):
    """Without TLS, which has far more calls than all else together."""

    def __init__(self, tls):
        super().__init__(tls, implicit=True)

    def wrap(self, connection):
        return connection

    def count(self, subject):
        """How many messages with that subject it took, once nobody speaks to
        it."""
        self.await_idle()
        return sum(m.header("Subject") == subject for m in self.taken)

    def forget(self):
        self.await_idle()
        self.taken.clear()


class Mailbox:
    def __init__(self, server):
        self.server = server
        self.sent, self.drafts, self.trash = map(
            server.folder, ("Sent", "Drafts", "Trash"))
        self.cards = server.folder("Connected Agents")
        self.client = server.imap()
        self._kept = {}

    def put(self, folder, subject, body=BODY, more="", flags=""):
        """The UID of a new message there."""
        text = ("From: Ann <ann@example.org>\nTo: %s\nSubject: %s\n"
                "Message-ID: <%s@example.org>\nDate: Thu, 1 Oct 2026 10:00:00 "
                "+0000\n%s" % (self.server.username, subject,
                               secrets.token_hex(8), more))
        text += "\n%s\n" % body if "Content-Type" not in more else body
        kind, told = self.client.append(
            '"%s"' % folder, flags, None,
            text.replace("\n", "\r\n").encode())
        assert kind == "OK", told
        return int(re.search(rb"APPENDUID \d+ (\d+)", told[0]).group(1))

    def make(self, folder):
        self.client.create('"%s"' % folder)
        return folder

    def select(self, folder, readonly=True):
        kind, _ = self.client.select('"%s"' % folder, readonly)
        return kind == "OK"

    def uids(self, folder, *search):
        """Those of it that a person sees."""
        if not self.select(folder):
            return []
        kind, found = self.client.uid("SEARCH", "UNDELETED", *search)
        assert kind == "OK", found
        return [int(uid) for uid in found[0].split()]

    def count(self, folder, subject):
        return len(self.uids(folder, "SUBJECT", '"%s"' % subject))

    def flags(self, folder, uid):
        self.select(folder)
        _, answer = self.client.uid("FETCH", str(uid), "(FLAGS)")
        return {flag.decode() for flag in imaplib.ParseFlags(answer[0])}

    def is_folder(self, name):
        _, told = self.client.list('""', '"%s"' % name)
        return any(told)

    def keep(self, folder):
        """What is there now stays, when the others go (forget)."""
        self._kept[folder] = max(self.uids(folder), default=0)

    def forget(self):
        """Takes away what came since."""
        for folder, last in self._kept.items():
            new = [uid for uid in self.uids(folder) if uid > last]
            if new and self.select(folder, False):
                self.client.uid("STORE", "%d:*" % (last + 1),
                                "+FLAGS.SILENT", r"(\Deleted)")
                self.client.expunge()

    def await_count(self, count, expected):
        """The first count that is as expected, else the last one."""
        until = time.monotonic() + TAKEN_SECONDS
        while not expected(told := count()) and time.monotonic() < until:
            time.sleep(0.02)
        return told


def subject():
    return SUBJECT + " " + secrets.token_hex(8)


def sign_in(server, client=None):
    """The client with a token: its id, that, and the token's answer."""
    client = client or (server.register()["client_id"], None)
    told = server.sign_in(client=client)
    return client[0], postern.Mcp(server, told["access_token"]), told
