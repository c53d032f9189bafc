"""Mailboxes of which each thing has a word in it that is its owner's only."""
import os
import re
import secrets

import mailboxes

MESSAGES = 4
CARDS = "Connected Agents"
BROKEN = "Broken"
BROKEN_SAID, BROKEN_BYTES = 300, 301	# what its name says, what it has
WORD = re.compile(rb"canary-([0-9a-f]{12})")


def words(text):
    """Whose words there are in a text."""
    return set(WORD.findall(text))


class Mailbox:
    """One user's: .word is in his address, his folder, and in every subject,
    sender, body and file name."""

    def __init__(self, server):
        self.id = secrets.token_hex(6).encode()
        self.word = "canary-" + self.id.decode()
        self.name = self.word + "@postern.test"
        self.folder = "Folder " + self.word
        self.uids = list(range(1, MESSAGES + 1))
        self._fill(server)

    def subject(self, uid):
        return "subject %d %s" % (uid, self.word)

    def text(self, uid):
        return "text %d %s" % (uid, self.word)

    def sender(self):
        return "sender-%s@example.org" % self.word

    def filename(self):
        return "file-%s.txt" % self.word

    def _message(self, uid):
        return "\r\n".join([
            "From: %s" % self.sender(), "To: %s" % self.name,
            "Subject: %s" % self.subject(uid), "MIME-Version: 1.0",
            "Message-ID: <%d.%s@example.org>" % (uid, self.word),
            'Content-Type: multipart/mixed; boundary="b"', "", "--b",
            "Content-Type: text/plain", "", self.text(uid), "--b",
            "Content-Type: text/plain; name=%s" % self.filename(),
            "Content-Disposition: attachment; filename=%s" % self.filename(),
            "", "content " + self.word, "--b--", ""]).encode()

    def _fill(self, server):
        client = mailboxes.login(server, self.name, server.password)
        for folder in (self.folder, BROKEN):
            kind, told = client.create('"%s"' % folder)
            assert kind == "OK", told
        for uid in self.uids:
            kind, told = client.append('"%s"' % self.folder, None, None,
                                       self._message(uid))
            assert kind == "OK", told
        client.logout()
        self._break()

    def _break(self):
        """One whose file is longer than its name says: Dovecot ends the
        session in the midst of a FETCH."""
        folder = os.path.join(os.path.dirname(os.environ["POSTERN_READY"]),
                              "mail", self.name, "mail", BROKEN)
        text = ("Subject: broken %s\r\n\r\n" % self.word).encode()
        text += b"x" * (BROKEN_BYTES - len(text))
        path = "%s/cur/1.M1P1.x,S=%d:2," % (folder, BROKEN_SAID)
        with open(path, "wb") as file:
            file.write(text)
        told = os.stat(folder)
        os.chown(path, told.st_uid, told.st_gid)

    def cards(self, server):
        """UIDs of the messages that agents have access by."""
        client = mailboxes.login(server, self.name, server.password)
        kind, _ = client.select('"%s"' % CARDS, True)
        found = []
        if kind == "OK":
            _, told = client.uid("SEARCH", "HEADER", "X-Postern-Grant", "v1")
            found = [int(uid) for uid in told[0].split()]
        client.logout()
        return set(found)

    def revoke(self, server, card):
        """As the user would; other agents stay."""
        client = mailboxes.login(server, self.name, server.password)
        client.select('"%s"' % CARDS)
        client.uid("STORE", str(card), "+FLAGS.SILENT", "(\\Deleted)")
        client.uid("EXPUNGE", str(card))
        client.logout()
