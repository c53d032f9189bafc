#!/usr/bin/env python3
"""Who comes again meets the session with the mail server that is open still,
on however many hosts: told by how often the mail server is signed in to."""
import collections
import http.client
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))
sys.path.insert(0, HERE)
import postern                                                  # noqa: E402
from cluster import FRONTS, NAMES, Cluster                      # noqa: E402

PEOPLE = 4
REQUESTS = 15           # of each person, by each balancer
LOG = os.path.join(os.path.dirname(os.environ["TEST_CLUSTER"]),
                   "dovecot", "log")

server = postern.Server()
cluster = Cluster(os.environ["TEST_CLUSTER"])
case = postern.Cases()
HOSTS = NAMES[:3]


def post(front, path, token, body, status=200):
    """What the balancer answers, and which host gave it."""
    link = http.client.HTTPConnection(
        "127.0.0.1", cluster.ports[front], timeout=postern.TIMEOUT)
    try:
        link.request("POST", path, body, {
            "Host": cluster.told["host"],
            "Content-Type": "application/json",
            "Accept": "application/json, text/event-stream",
            "Authorization": "Bearer " + token})
        answer = link.getresponse()
        told = answer.read()
        assert answer.status == status, (answer.status, told)
        return told, cluster.name_of(answer.getheader("X-Host"))
    finally:
        link.close()


class Person:
    def __init__(self, front, number):
        self.front = front
        self.name = "%s%d@postern.test" % (front, number)
        client = server.register()["client_id"]
        self.token = server.sign_in(client=(client, None), fields={
            "username": self.name,
            "password": os.environ["TEST_PASSWORD"]})["access_token"]

    def ask(self):
        """A list of the inbox; who gave it."""
        told, host = post(self.front, "/mcp", self.token, json.dumps({
            "jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": {"name": "list_mail_messages", "arguments": {}}}))
        assert b'"isError"' not in told, told
        return host


def logins():
    """How often each has signed in to the mail server."""
    with open(LOG, encoding="utf-8") as file:
        return collections.Counter(re.findall(
            r"imap-login: Info: Login: user=<([^>]*)>", file.read()))


def count(names, by_token=True):
    """Sign-ins by balancer, and the hosts that each person met."""
    cluster.balance(names, by_token)
    cluster.reload_balancers()
    cluster.await_hosts(names)
    # New workers: what is kept of before is not counted.
    for name in names:
        cluster.hosts[name].workers("reload")
    before = logins()
    met = {person: {person.ask() for _ in range(REQUESTS)}
           for person in people}
    new = logins() - before
    return {front: sum(new[p.name] for p in people if p.front == front)
            for front in FRONTS}, met


people = [Person(front, n) for front in FRONTS for n in range(PEOPLE)]
MOST = PEOPLE * cluster.told["mcp"]     # each of a host's workers once
one, _ = count("a")
several, met = count(HOSTS)
turns, turned = count(HOSTS, False)
for told, words in ((one, "one host"), (several, "three, by the token"),
                    (turns, "three in turn")):
    print("# %s: %s" % (words, ", ".join("%s %d" % pair
                                         for pair in told.items())))


@case("three hosts need no more sign-ins than one")
def _():
    for front in FRONTS:
        assert 0 < one[front] <= MOST, one
        assert 0 < several[front] <= MOST, several


@case("each person meets one host, and not all the same one")
def _():
    for person, hosts in met.items():
        assert len(hosts) == 1, (person.name, hosts)
    assert len(set.union(*met.values())) > 1, met


@case("in turn they would need more")
def _():
    for front in FRONTS:
        assert turns[front] >= 2 * several[front], (turns, several)
    assert all(hosts == set(HOSTS) for hosts in turned.values()), turned


@case("who tries passwords chooses no host by what looks like a token")
def _():
    cluster.balance(HOSTS)
    cluster.reload_balancers()
    cluster.await_hosts(HOSTS)
    for front in FRONTS:
        met = {post(front, "/authorize", "%d.x" % n, "{}", 415)[1]
               for n in range(12)}
        assert len(met) == 1, (front, met)
        met = {post(front, "/mcp", "%d.x" % n, "{}", 401)[1]
               for n in range(12)}
        assert len(met) > 1, (front, met)


case.run()
