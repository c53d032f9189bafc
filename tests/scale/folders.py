#!/usr/bin/env python3
"""FOLDERS (5,000) folders are listed page by page, in bounded answers; each
page asks for the counts of its own folders only."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "e2e"))
import measure
import postern

server = postern.Server()
case = postern.Cases()
TOTAL = int(os.environ.get("FOLDERS", "5000"))
PER_PAGE = 200
FOLDER_BYTES = 250	# that come for each of a page's folders
NAME_BYTES = 100	# and for each there is
MADE = ["Scale %04d" % i for i in range(TOTAL)]


@case("%d folders are made" % TOTAL)
def _():
    client = server.imap()
    for name in MADE:
        told, _ = client.create('"%s"' % name)
        assert told == "OK", name
    client.logout()


@case("all of them are listed, none twice")
def _():
    meter = measure.Meter(server)
    names, page, costs = [], 1, []
    while len(names) < TOTAL + 100:
        cost = meter.of("list_mailboxes", page=page, per_page=PER_PAGE)
        told = cost.answer["mailboxes"]
        names += [folder["name"] for folder in told]
        costs.append(cost)
        assert cost.bytes < PER_PAGE * FOLDER_BYTES + (
            TOTAL + 100) * NAME_BYTES, cost
        if len(names) >= cost.answer["total"] or not told:
            break
        page += 1
    print("# %d folders, %d pages; the first: %s; the last: %s" % (
        cost.answer["total"], page, costs[0], costs[-1]))
    assert len(set(names)) == len(names) == cost.answer["total"]
    assert set(MADE) <= set(names)


@case("without counts, and those of a pattern, cost less")
def _():
    meter = measure.Meter(server)
    plain = meter.of("list_mailboxes", counts=False, per_page=PER_PAGE)
    few = meter.of("list_mailboxes", pattern="Scale 000%",
                   per_page=PER_PAGE)
    print("# without counts: %s" % plain)
    print("# ten of them: %s" % few)
    assert len(few.answer["mailboxes"]) == 10, few.answer
    assert few.bytes < plain.bytes, (few, plain)


case.run()
