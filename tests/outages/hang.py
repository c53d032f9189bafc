#!/usr/bin/env python3
"""One mail server hangs: it accepts and is silent, takes no connection, or
drips a byte a second.  Who asks for its mailboxes is told so in time, most at
once; and those whose server is well are served as ever.

LONG=1: 200 clients ask for what hangs, for a minute each way."""
import time

import load
import postern
from faults import Host

CLIENTS = 200 if load.LONG else 12
ACCOUNTS = 10 if load.LONG else 3
HEALTHY = 4
PAUSE = 0.1 if load.LONG else 0.25
SECONDS = 60 if load.LONG else 7
DEADLINE_SECONDS = 21
WAIT_SECONDS = 10		# for one that is silent
PLACES = 1			# WAITING_WORKERS
FIRST = 4			# workers: as many may wait before it is known

server = postern.Server()
case = postern.Cases()
told = server.ready["imap"]
host = Host((told["host"], told["port"]))
healthy = [load.client(server, "well%d@postern.test" % i)
           for i in range(HEALTHY)]
hung = [load.client(server, "hung%d@postern.test" % i,
                    client=server.provision(imap=host.port))
        for i in range(ACCOUNTS)]


def asks(clients, count):
    return [lambda one=clients[i % len(clients)]: load.ask(
        one, "list_mailboxes") for i in range(count)]


def measure():
    with load.Clients(asks(healthy, HEALTHY), PAUSE) as well:
        time.sleep(SECONDS)
    return well.asked


def flood():
    with load.Clients(asks(healthy, HEALTHY), PAUSE) as well:
        with load.Clients(asks(hung, CLIENTS), patient=True) as ill:
            time.sleep(SECONDS)
    return well.asked, ill.asked


def judge(way, base, well, ill):
    assert [one for one in well if one.kind != "ok"] == []
    assert all(one.retryable for one in ill), load.kinds(ill)
    assert {one.kind for one in ill} <= {
        "unavailable", "timeout", "connection_failed"}, load.kinds(ill)
    refused = [one for one in ill if one.kind == "unavailable"]
    assert len(refused) >= CLIENTS - PLACES - FIRST, load.kinds(ill)
    assert all(one.wait() == 30 for one in refused), refused[0]
    longest = max(one.seconds for one in ill)
    text = "%s: %d clients asked, %s; the longest took %.1f s; p95 of the " \
        "others' %d requests %.0f ms, %.0f ms before" % (
            way, CLIENTS, load.kinds(ill), longest, len(well),
            load.p95(well) * 1000, load.p95(base) * 1000)
    load.report("R4", text)
    if way != "deaf":
        tries = FIRST + PLACES * (1 + SECONDS // WAIT_SECONDS)
        assert 1 <= host.connections <= tries, host.connections
    if load.LONG:
        assert longest <= DEADLINE_SECONDS, longest
        assert load.p95(well) <= 2 * load.p95(base), text


for way_now in ("silent", "drip", "deaf") if load.LONG else ("silent",):
    @case("T37, R4: a server that is %s gets few workers" % way_now)
    def _(way=way_now):
        base = measure() if load.LONG else []
        host.hang(way)
        judge(way, base, *flood())

case.run()
