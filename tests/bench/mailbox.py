"""A mailbox made from numbers, the same each time: mostly short messages, and
near its newest end those that are asked for by UID.

    at = mailbox.fill(server, "Bench", 10000)
    at.small, at.attached, at.html, at.thread, at.newest    UIDs

It is Dovecot's: an mbox file is written and imported."""
import base64
import os
import random
import subprocess
import tempfile

HOUR = 3600
ATTACHED_BYTES = 10 * 1024 * 1024
HTML_ROWS = 6000		# 1.5 MB
THREAD = 10
RARE_EACH = 270		# so many messages have one of the rare sender's
RARE = "rare.sender@zebra.example"
LEAST = 100
PEOPLE = ("Anna Berg <anna.berg@example.org>",
          "Robert Okafor <robert@example.org>",
          "Ines da Silva <ines.dasilva@example.org>",
          "=?utf-8?Q?=C5=81ukasz_Kr=C3=B3l?= <lukasz@example.org>",
          "Helpdesk <help@example.com>")
WORDS = ("budget invoice meeting project report schedule update customer "
         "delivery contract review question answer release summary agenda "
         "travel booking order payment numbers plan draft final").split()
SMALL = ("Hello,\n\nthe draft of the contract is ready. I have marked the "
         "three paragraphs that changed since Tuesday; the rest is as we "
         "agreed. Please tell me by Friday whether the dates in the second "
         "one suit you, so that I can send it on.\n\nBest regards\nAnna\n")
ROW = ('<table width="600" style="border-collapse:collapse"><tr><td style='
       '"color:#333333;font-size:14px"><a href="https://track.example.com/c/'
       '%d?utm_source=x&amp;utm_medium=email">%s</a></td></tr></table>\n')


class Places:
    """UIDs of what stands in a folder of so many messages."""

    def __init__(self, total):
        self.total = self.newest = total
        self.attached, self.html = total - 60, total - 50
        self.small = total - 45
        self.thread = total - 30	# its last message

    def replies(self):
        return range(self.thread - THREAD + 1, self.thread + 1)


def said(number):
    """What is new in a message of the thread."""
    chance = random.Random(number)
    return "\n".join(" ".join(chance.choice(WORDS) for _ in range(11)) + "."
                     for _ in range(5)) + "\n"


def _quoted(number, first):
    """A reply quotes all that was before, each time a level deeper."""
    text = said(number)
    if number > first:
        text += "\nOn Thursday Anna Berg wrote:\n" + "".join(
            "> " + line for line in
            _quoted(number - 1, first).splitlines(True))
    return text


def _attached():
    data = random.Random(1).randbytes(ATTACHED_BYTES)
    return ("Content-Type: multipart/mixed; boundary=m\n\n--m\n"
            "Content-Type: multipart/alternative; boundary=a\n\n--a\n"
            "Content-Type: text/plain; charset=utf-8\n\n" + SMALL +
            "\n--a\nContent-Type: text/html; charset=utf-8\n\n<p>" + SMALL +
            "</p>\n--a--\n\n--m\nContent-Type: application/zip\n"
            'Content-Disposition: attachment; filename="ten.zip"\n'
            "Content-Transfer-Encoding: base64\n\n" +
            base64.encodebytes(data).decode() + "--m--\n")


def _html(rows, chance):
    return ("Content-Type: text/html; charset=utf-8\n\n<html><body>\n" +
            "".join(ROW % (row, " ".join(chance.choice(WORDS)
                                         for _ in range(8)))
                    for row in range(rows)) + "</body></html>\n")


def _plain(text):
    return "Content-Type: text/plain; charset=utf-8\n\n" + text


def letter(number, at):
    chance = random.Random(number)
    sender = ("Zebra Rare <%s>" % RARE if number % RARE_EACH == 0
              else chance.choice(PEOPLE))
    subject = " ".join(chance.choice(WORDS) for _ in range(4)).capitalize()
    head = ("From: %s\nTo: Demo Person <demo@postern.test>\nSubject: %s\n"
            "Date: Thu, 1 Oct 2026 %02d:%02d:%02d +0200\n"
            "Message-ID: <m%d@example.org>\nMIME-Version: 1.0\n")
    more = ""
    if number in at.replies():
        first = at.replies()[0]
        subject = "Offer" if number == first else "Re: Offer"
        body = _plain(_quoted(number, first))
        if number > first:
            more = ("In-Reply-To: <m%d@example.org>\nReferences: %s\n" % (
                number - 1, " ".join("<m%d@example.org>" % i
                                     for i in range(first, number))))
    elif number == at.attached:
        body = _attached()
    elif number == at.html:
        body = _html(HTML_ROWS, chance)
    elif number == at.small:
        body = _plain(SMALL)
    elif number % 9 == 0:
        body = _html(chance.randint(3, 20), chance)
    else:
        body = _plain("".join(said(number + i)
                              for i in range(chance.randint(1, 4))))
    second = number % 86400
    return head % (sender, subject, second // 3600, second // 60 % 60,
                   second % 60, number) + more + body + "\n"


def doveadm(*words):
    home = os.path.dirname(os.path.dirname(os.environ["TEST_LMTP"]))
    return subprocess.run(
        ["doveadm", "-o", "mail_fsync=never", "-c",
         os.path.join(home, "dovecot.conf"), *words],
        check=True, capture_output=True, timeout=HOUR).stdout.decode()


def fill(server, name, total):
    assert total >= LEAST, total
    at = Places(total)
    # Dovecot's user moves the file about in its folder.
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, name)
        with open(path, "w", encoding="ascii", buffering=1 << 20) as file:
            for number in range(1, total + 1):
                file.write("From a@example.org Thu Oct  1 10:00:00 2026\n" +
                           letter(number, at))
        owner = os.stat(os.path.join(os.path.dirname(
            os.environ["TEST_CA_FILE"]), "..", "mail"))
        for one in (folder, path):
            os.chown(one, owner.st_uid, owner.st_gid)
        doveadm("import", "-u", server.username, "mbox:" + folder, "", "all")
    # What Dovecot reads for the first time it keeps.
    doveadm("fetch", "-u", server.username,
            "imap.envelope imap.bodystructure size.virtual body.preview",
            "mailbox", name, "all")
    return at
