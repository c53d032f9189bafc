#!/usr/bin/env python3
"""Twenty requests a second, while workers are killed, Dovecot is restarted, one
mail server hangs and the object store stops, by chance: outside of a fault all
is served, inside all of those whom it does not concern but one in a hundred.

SECONDS (15) is how long.  Behind nginx workers are killed; with S3=1 there is a
store."""
import base64
import os
import random
import re
import signal
import statistics
import time

import load
import postern
from faults import Host, restart

SECONDS = int(os.environ.get("SECONDS") or 15)
RATE = 20
CALM_SECONDS = (8, 20) if SECONDS > 60 else (2, 3)
GRACE_SECONDS = 3			# after a fault
# Until a server that did hang is asked again, or what was asked before ended.
HANG_GRACE_SECONDS = 35
INSIDE = 0.99
RSS_KIB = 1024				# more, of a worker
PROGRAMS = os.path.dirname(os.environ["TEST_POSTERN"])
EVERYBODY = {"mail", "other", "plain", "store"}

server = postern.Server()
case = postern.Cases()
told = server.ready["imap"]
host = Host((told["host"], told["port"]))
random.seed(os.environ.get("SEED"))


def workers(name=None):
    """Process ids of the programs, or of one."""
    found = []
    for pid in os.listdir("/proc"):
        try:
            path = os.readlink("/proc/%s/exe" % pid)
        except OSError:
            continue
        if os.path.dirname(path) == PROGRAMS and (
                name is None or os.path.basename(path) == name):
            found.append(int(pid))
    return found


def resident(pid):
    try:
        with open("/proc/%d/status" % pid, encoding="ascii") as file:
            return int(re.search(r"VmRSS:\s*(\d+)", file.read()).group(1))
    except (OSError, AttributeError):
        return 0


def kill():
    os.kill(random.choice(workers("mcp")), signal.SIGKILL)


def end_dovecot():
    restart(server, random.uniform(0.5, 3))


def hang():
    host.hang(random.choice(["silent", "drip"]))
    time.sleep(random.uniform(5, 15) if SECONDS > 60 else 3)
    host.heal()


def stop_store():
    pids = []
    with open(os.path.join(os.path.dirname(PROGRAMS), "..", "swift",
                           "proxy.pid"), encoding="ascii") as file:
        pids.append(int(file.read()))
    os.kill(pids[0], signal.SIGSTOP)
    time.sleep(random.uniform(2, 14))
    os.kill(pids[0], signal.SIGCONT)


# What goes wrong, whom it concerns, and for how long after it.
FAULTS = [("a restart of Dovecot", end_dovecot, EVERYBODY - {"plain"},
           GRACE_SECONDS),
          ("a server that hangs", hang, {"other"}, HANG_GRACE_SECONDS)]
if os.environ.get("WEB", "").startswith("nginx"):
    FAULTS.append(("a worker killed", kill, set(), GRACE_SECONDS))
if os.environ.get("S3") == "1":
    FAULTS.append(("the store stopped", stop_store, {"store"},
                   GRACE_SECONDS + 10))


def initialize(mcp):
    began = time.monotonic()
    try:
        mcp.call("tools/list")
        return load.Asked(began, "ok", None)
    except (AssertionError, OSError, postern.Refused,
            postern.http.client.HTTPException) as bad:
        return load.Asked(began, "broken", repr(bad))


def attached(mcp):
    """A link to an attachment, one in the store if there is one."""
    client = server.imap()
    client.create("Soak")
    client.append("Soak", None, None, (
        "From: a@postern.test\r\nContent-Type: application/x; name=f\r\n"
        "Content-Disposition: attachment\r\nContent-Transfer-Encoding: base64"
        "\r\n\r\n%s\r\n" % base64.b64encode(b"x" * 5000).decode()).encode())
    client.logout()
    return lambda: load.ask(mcp, "get_mail_attachment", folder="Soak", uid=1)


def asks():
    """(kind, what is asked), of as many clients as there are requests a
    second."""
    own = [load.client(server, "soak%d@postern.test" % n) for n in range(4)]
    other = load.client(server, "soak9@postern.test",
                        client=server.provision(imap=host.port))
    all_asks = [("mail", lambda one=own[n % 4], tool=tool: load.ask(one, tool))
                for n in range(4) for tool in (
                    "list_mailboxes", "list_mail_messages", "list_accounts")]
    all_asks += [("plain", lambda one=own[n % 4]: initialize(one))
                 for n in range(5)]
    all_asks += [("other", lambda: load.ask(other, "list_mailboxes"))
                 for _ in range(2)]
    all_asks.append(("store", attached(server.mcp())))
    assert len(all_asks) == RATE, len(all_asks)
    return all_asks


def go_wrong(until):
    """[(what, concerned, from, to)], and how large the workers were."""
    windows, sizes, order = [], [], []
    while time.monotonic() < until:
        time.sleep(random.uniform(*CALM_SECONDS))
        sizes.append(max(map(resident, workers()), default=0))
        if time.monotonic() > until:
            break
        order = order or random.sample(FAULTS, len(FAULTS))
        what, fault, concerned, grace = order.pop()
        began = time.monotonic()
        fault()
        windows.append((what, concerned, began, time.monotonic() + grace))
    return windows, sizes


def is_in(one, window):
    return window[2] <= one.ended and one.began <= window[3]


def judge(of_kind, windows):
    """What failed and should not have, and how much was asked then."""
    outside, inside, asked_inside, expected = [], [], 0, 0
    for kind, asked in of_kind:
        for one in asked:
            at = [window for window in windows if is_in(one, window)]
            if at and any(kind in window[1] for window in at):
                expected += one.kind != "ok"
            elif at:
                asked_inside += 1
                inside += [one] if one.kind != "ok" else []
            elif one.kind != "ok":
                outside.append((kind, one))
    return outside, inside, asked_inside, expected


@case("R23: a soak with random faults, of %d seconds" % SECONDS)
def _():
    all_asks = asks()
    with load.Clients([ask for _, ask in all_asks],
                      len(all_asks) / RATE) as clients:
        windows, sizes = go_wrong(time.monotonic() + SECONDS)
    of_kind = [(kind, each) for (kind, _), each in zip(all_asks,
                                                       clients.each)]
    outside, inside, asked_inside, expected = judge(of_kind, windows)
    total = sum(len(each) for _, each in of_kind)
    faults = ", ".join("%d x %s" % (
        sum(one[0] == name for one in windows), name)
        for name in sorted({one[0] for one in windows}))
    first, last = sizes[len(sizes) // 4:len(sizes) // 2], sizes[
        len(sizes) * 3 // 4:]
    text = "%d seconds, %d requests, %s: outside of faults %d failed; inside, " \
        "of %d whom they did not concern, %d; %d of those whom they did; the " \
        "largest worker %d KiB, later %d" % (
            SECONDS, total, faults, len(outside), asked_inside, len(inside),
            expected, statistics.median(first or sizes),
            statistics.median(last or sizes))
    load.report("R23", text)
    for one in (outside + inside)[:5]:
        print("# %r" % (one,))
    assert windows and not outside, outside[:3]
    assert len(inside) <= (1 - INSIDE) * asked_inside, len(inside)
    allowed = {"ok", "connection_failed", "unavailable", "timeout",
               "protocol_error", "storage_failed"}
    wrong = [one for _, each in of_kind for one in each
             if one.kind not in allowed and one not in inside]
    assert not wrong, wrong[:3]
    if SECONDS > 600:
        assert statistics.median(last) - statistics.median(first) <= RSS_KIB


case.run()
