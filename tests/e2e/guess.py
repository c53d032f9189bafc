#!/usr/bin/env python3
"""A page of a list is asked for in the flight that opens the folder, by the
numbers that it had when the session last saw the folder.  Whatever has
happened there since, the answer is what a second IMAP client sees.  And a
login goes out with the flight behind it where the server is known to read on;
one that is refused is told as ever."""
import imaplib
import json
import os
import pathlib
import time

import postern
import relay

server = postern.Server()
case = postern.Cases()
FOLDER = server.folder("Guess")
PAGE = 5
CALLS = 8		# until each worker has been asked
TRIPS = 2		# of a guess that was wrong
REST = 2		# seconds that a folder stays open
told = server.ready["imap"]
gate = relay.Relay((told["host"], told["port"]))
mcp = postern.Mcp(server, server.sign_in(
    client=server.provision(imap=gate.port))["access_token"])
names = iter(range(1000))


def arrive(count):
    return [server.deliver(FOLDER, "From: ann@example.org\nSubject: %d\n\n"
                           "Hello.\n" % next(names)) for _ in range(count)]


def truth():
    client = server.imap(FOLDER, True)
    _, found = client.uid("SEARCH", "ALL")
    client.logout()
    return sorted(map(int, found[0].split()), reverse=True)


def remove(uids):
    client = server.imap(FOLDER)
    client.uid("STORE", ",".join(map(str, uids)), "+FLAGS", "(\\Deleted)")
    client.expunge()
    client.logout()


def trips(page=1, **arguments):
    """A page, compared with what is there: its round trips where a session
    was kept, else None."""
    before = gate.turns, gate.connections
    answer = mcp.tool("list_mail_messages", folder=FOLDER, page=page,
                      per_page=PAGE, **arguments)
    took = gate.turns - before[0]
    there = truth()
    most = page * PAGE
    assert answer["total"] == len(there), (answer["total"], there)
    assert [one["uid"] for one in answer["messages"]] == \
        there[most - PAGE:most], (answer, there)
    assert ("next_cursor" in answer) == (len(there) > most), answer
    return took if gate.connections == before[1] else None


def all_workers(most, **arguments):
    """The same of every worker, which at first does not know what was
    done, and then does."""
    took = [trips(**arguments) for _ in range(CALLS)]
    kept = [one for one in took if one is not None]
    print("# round trips: " + " ".join(map(str, kept)))
    assert all(one <= most for one in kept), kept
    assert not kept or kept[-1] == 1, kept


@case("a folder that is as it was")
def _():
    arrive(2 * PAGE + 3)
    all_workers(TRIPS)
    all_workers(1)
    arrive(1)
    all_workers(TRIPS)


@case("several have arrived")
def _():
    arrive(3)
    all_workers(TRIPS)


@case("the newest, the oldest, and one of the page are gone")
def _():
    for which in -1, 0, 2:
        remove([truth()[which]])
        all_workers(TRIPS)


@case("as many have arrived as are gone")
def _():
    arrive(2)
    remove(truth()[2:4])
    all_workers(TRIPS)


@case("a second page, and a third that is not full")
def _():
    for page in 2, 3:
        all_workers(1, page=page)
    arrive(1)
    all_workers(TRIPS, page=2)
    remove(truth()[:4])
    all_workers(TRIPS, page=2)
    all_workers(1, page=3)


@case("less is left than the page, then nothing, then something")
def _():
    remove(truth()[3:])
    all_workers(TRIPS)
    remove(truth())
    all_workers(TRIPS)
    arrive(PAGE + 1)
    all_workers(TRIPS)


@case("a message is read as it is now: its flags, and that it is gone")
def _():
    uid = arrive(1)[0]

    def flagged():
        answers = [mcp.tool("get_mail_message", folder=FOLDER, uid=uid)
                   for _ in range(CALLS)]
        return ["Flagged" in json.dumps(one) for one in answers]

    assert not any(flagged())
    client = server.imap(FOLDER)
    client.uid("STORE", str(uid), "+FLAGS", "(\\Flagged)")
    client.logout()
    assert all(flagged())
    later = arrive(1)[0]
    assert all(mcp.tool("get_mail_message", folder=FOLDER, uid=later)[
        "message"]["text"] == "Hello." for _ in range(CALLS))
    remove([uid])
    for _ in range(CALLS):
        error = mcp.tool_error("get_mail_message", folder=FOLDER, uid=uid)
        assert error["code"] == "message_not_found", error


def patiently(command):
    """Cyrus changes no folder while another session is at work there."""
    for _ in range(50):
        kind, said = command()
        if kind == "OK":
            return
        time.sleep(0.1)
    raise AssertionError(said)


def delete(client):
    patiently(lambda: client.delete('"%s"' % FOLDER))


@case("a folder of that name that was made anew")
def _():
    client = server.imap()
    delete(client)
    assert client.create('"%s"' % FOLDER)[0] == "OK"
    client.logout()
    arrive(PAGE + 1)
    all_workers(TRIPS + 1)


@case("a folder that is another by its name, as is found out late")
def _():
    other, between = server.folder("Other"), server.folder("Between")
    arrive(1)
    for _ in range(CALLS):
        mcp.tool("list_mail_messages", folder=FOLDER, flagged=True)
    client = server.imap()
    assert client.create('"%s"' % other)[0] == "OK"
    uid = server.deliver(other, "Subject: other\n\nOther.\n")
    for names in (FOLDER, between), (other, FOLDER), (between, other):
        patiently(lambda: client.rename(*('"%s"' % one for one in names)))
    client.logout()
    for _ in range(CALLS):
        answer = mcp.tool("list_mail_messages", folder=FOLDER, unread=True)
        assert [one["uid"] for one in answer["messages"]] == [uid], answer
    time.sleep(REST)
    for _ in range(CALLS):
        trips()
        assert mcp.tool("get_mail_message", folder=FOLDER, uid=uid)[
            "message"]["text"] == "Other."


@case("a folder that is gone")
def _():
    client = server.imap()
    delete(client)
    client.logout()
    for _ in range(CALLS):
        error = mcp.tool_error("list_mail_messages", folder=FOLDER)
        assert error["code"] == "folder_not_found", error


def listed(port, *flags):
    """A way to list the other user's mail through a new line."""
    line = relay.Relay(("127.0.0.1", port))
    name, password = os.environ["TEST_OTHER"], os.environ[
        "TEST_OTHER_PASSWORD"]
    told = server.sign_in(client=server.provision(*flags, imap=line.port),
                          fields={"username": name, "password": password})
    his = postern.Mcp(server, told["access_token"])

    def ask():
        line.drop_all()
        before = line.turns, line.connections
        response = his.post(*his.message("tools/call", {
            "name": "list_mail_messages", "arguments": {}}))
        return (response, line.turns - before[0],
                line.connections - before[1])
    return ask


def change(users, text, password):
    """Dovecot looks once a second whether the file is another."""
    users.write_text(text)
    for _ in range(50):
        client = imaplib.IMAP4_SSL("127.0.0.1",
                                   int(os.environ["TEST_IMAPS_PORT"]))
        try:
            client.login(os.environ["TEST_OTHER"], password)
            client.logout()
            return
        except imaplib.IMAP4.error:
            time.sleep(0.1)
    raise AssertionError("the password is what it was")


@case("a password that was changed ends the login and what follows it")
def _():
    client = imaplib.IMAP4_SSL("127.0.0.1", int(os.environ["TEST_IMAPS_PORT"]))
    client.logout()
    if b"Dovecot" not in client.welcome:
        raise postern.Skip("only Dovecot reads on behind a login")
    users = pathlib.Path(os.environ["TEST_LMTP"]).parent.parent / "users"
    ways = [listed(int(os.environ["TEST_IMAPS_PORT"]), "--imap-ssl"),
            listed(told["port"])]
    before, password = users.read_text(), os.environ["TEST_OTHER_PASSWORD"]
    plain = [one() for one in ways]
    try:
        change(users, before.replace(password, "another"), "another")
        refused = [one() for one in ways]
    finally:
        change(users, before, password)
    again = [one() for one in ways]
    for response, _, opened in plain + again:
        assert response.status == 200 and opened == 1, (response, opened)
        assert "isError" not in response.text(), response
    # Two of TLS, the login with the folder, and the page if it has one; one
    # more where an answer comes in pieces, or the program ends at once and
    # says LOGOUT.  bench/counts.py has the number itself.
    assert min(plain[0][1], again[0][1]) <= 5, (plain, again)
    for response, _, opened in refused:
        assert response.status == 401 and opened == 1, (response, opened)
    assert refused[0][0].header("WWW-Authenticate") == \
        refused[1][0].header("WWW-Authenticate"), refused


case.run()
