#!/usr/bin/env python3
"""A folder of MESSAGES (1,000,000) messages costs what one of 1,000 does:
the same commands, and as many bytes.  The time is printed.

The mailbox is Dovecot's: an mbox file is written and imported, which is the
quickest way to as many messages that differ."""
import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "e2e"))
import measure
import postern

server = postern.Server()
case = postern.Cases()
SMALL = 1000
LARGE = int(os.environ.get("MESSAGES", "1000000"))
HOUR = 3600
LETTER = ("From: %s\nTo: demo@postern.test\nSubject: %s\n"
          "Date: Thu, 1 Oct 2026 10:00:00 +0200\nMessage-ID: <%s>\n\n"
          "This is message %d.\n\n")
costs = {}


def write(path, total):
    """An mbox; the last message is the one to be found."""
    with open(path, "w", encoding="ascii", buffering=1 << 20) as file:
        for i in range(total):
            subject = ("needle" if i == total - 1 else
                       "Message %d about topic %d" % (i, i % 1000))
            file.write("From a@example.org Thu Oct  1 10:00:00 2026\n")
            file.write(LETTER % ("Ann %d <ann%d@example.org>" %
                                 (i % 97, i % 97), subject,
                                 "m%d@example.org" % i, i))


def doveadm(*words):
    home = os.path.dirname(os.path.dirname(os.environ["TEST_LMTP"]))
    return subprocess.run(
        ["doveadm", "-o", "mail_fsync=never", "-c",
         os.path.join(home, "dovecot.conf"), *words],
        check=True, capture_output=True, timeout=HOUR).stdout.decode()


def fill(name, total):
    start = time.monotonic()
    # Dovecot's user moves the file about in its folder.
    with tempfile.TemporaryDirectory() as folder:
        write(os.path.join(folder, name), total)
        owner = os.stat(os.path.join(os.path.dirname(
            os.environ["TEST_CA_FILE"]), "..", "mail"))
        for path in (folder, os.path.join(folder, name)):
            os.chown(path, owner.st_uid, owner.st_gid)
        doveadm("import", "-u", server.username, "mbox:" + folder, "", "all")
    client = server.imap(name)
    client.store("*", "+FLAGS", "(\\Flagged)")
    told, found = client.status('"%s"' % name, "(MESSAGES)")
    assert told == "OK" and b"MESSAGES %d" % total in found[0], found
    client.logout()
    # The first search of all reads each message, within no tool's time; what
    # it finds Dovecot keeps.
    doveadm("search", "-u", server.username, "mailbox", name, "subject",
            "needle")
    print("# %d messages were there after %d s" % (
        total, time.monotonic() - start))


def measure_all(name, total):
    fill(name, total)
    meter = measure.Meter(server)
    letter = (LETTER % ("ann@example.org", "later", "later@example.org",
                        total)).replace("\n", "\r\n").encode()
    costs[total] = dict(measure.steps(meter, name, total, "needle"))
    costs[total]["list, page 1,000"] = meter.of(
        "list_mail_messages", name, page=min(1000, total // 20), per_page=20)
    costs[total].update(measure.changes(meter, server, name, letter))


@case("folders of %d and of %d messages are filled" % (SMALL, LARGE))
def _():
    measure_all("Scale-a", SMALL)
    measure_all("Scale-b", LARGE)


def make_case(name):
    @case("%s: costs the same in both" % name)
    def _():
        small, large = costs[SMALL][name], costs[LARGE][name]
        print("# %d: %s" % (SMALL, small))
        print("# %d: %s" % (LARGE, large))
        measure.same(small, large)


for step in ("list, page 1", "list, page 1,000", "list, a page in the middle",
             "list, last page", "read the newest", "read the oldest",
             "search a subject", "search a flag", "changes, the first call",
             "changes, none", "changes, some"):
    make_case(step)


@case("both folders are removed")
def _():
    doveadm("mailbox", "delete", "-u", server.username, "Scale-a", "Scale-b")


case.run()
