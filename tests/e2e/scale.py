#!/usr/bin/env python3
"""A folder of 20,000 messages costs what one of 1,000 does: the commands are
the same, and as many bytes come back.  make scale has more."""
import measure
import postern

server = postern.Server()
case = postern.Cases()
SMALL, LARGE = 1000, 20000
BASE = 100
LETTER = ("From: Ann <ann@example.org>\r\nTo: demo@postern.test\r\n"
          "Subject: %s\r\nMessage-ID: <%s@example.org>\r\n"
          "Date: Thu, 1 Oct 2026 10:00:00 +0200\r\n\r\nHello.\r\n")
costs = {}


def put(client, folder, name, flags=""):
    told, _ = client.append('"%s"' % folder, flags, None,
                            (LETTER % (name, name)).encode())
    assert told == "OK", told


def fill(name, total):
    """A folder of so many messages, most of them copies within it."""
    folder = server.folder(name)
    client = server.imap()
    client.create('"%s"' % folder)
    for i in range(BASE):
        put(client, folder, "message-%02d" % i)
    client.select('"%s"' % folder)
    there = BASE
    while there < total - 1:
        more = min(there, total - 1 - there)
        told, _ = client.copy("1:%d" % more, '"%s"' % folder)
        assert told == "OK", told
        client.noop()
        there += more
    put(client, folder, "needle", "(\\Flagged)")
    client.logout()
    return folder


def measure_all(name, total):
    folder = fill(name, total)
    meter = measure.Meter(server)
    letter = (LETTER % ("later", "later")).encode()
    costs[total] = dict(measure.steps(meter, folder, total, "needle"))
    costs[total].update(measure.changes(meter, server, folder, letter))
    client = server.imap()
    client.delete('"%s"' % folder)
    client.logout()


@case("folders of 1,000 and of 20,000 messages are listed, read, searched")
def _():
    measure_all("Scale-a", SMALL)
    measure_all("Scale-b", LARGE)
    assert list(costs[SMALL]) == list(costs[LARGE])


def make_case(name):
    @case("%s: costs the same in both" % name)
    def _():
        small, large = costs[SMALL][name], costs[LARGE][name]
        print("# %d: %s" % (SMALL, small))
        print("# %d: %s" % (LARGE, large))
        measure.same(small, large)


for step in ("list, page 1", "list, a page in the middle",
             "list, last page", "read the newest", "read the oldest",
             "search a subject", "search a flag", "changes, the first call",
             "changes, none", "changes, some"):
    make_case(step)
case.run()
