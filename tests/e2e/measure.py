"""What a tool costs at the mail server: its commands, the bytes that come
back, and the time it takes, always with a new session.

    meter = measure.Meter(server)
    small = meter.of("list_mail_messages", folder=FOLDER)
    small.commands      without numbers and the folder's name
    small.bytes, small.seconds, small.answer
    measure.same(small, large)
"""
import re
import time

import postern
import recorder

SPARE_BYTES = 300	# numbers of a large folder have more digits
SPARE_SHARE = 1.15


class Cost:
    def __init__(self, commands, received, seconds, answer):
        self.commands, self.bytes = commands, received
        self.seconds, self.answer = seconds, answer

    def __str__(self):
        return "%d commands, %d bytes, %d ms" % (
            len(self.commands), self.bytes, self.seconds * 1000)


class Meter:
    def __init__(self, server):
        self.gate = recorder.Recorder(server)
        told = server.sign_in(client=server.provision(imap=self.gate.port))
        self.mcp = postern.Mcp(server, told["access_token"])
        self.mcp.tools()

    def of(self, tool, folder=None, **arguments):
        self.gate.drop_all()
        del self.gate.commands[:]
        before, start = self.gate.received, time.monotonic()
        if folder is not None:
            arguments["folder"] = folder
        answer = self.mcp.tool(tool, **arguments)
        seconds = time.monotonic() - start
        # A program that ends says LOGOUT, be it before this or behind it.
        commands = [re.sub(r"[\d:,*]*\d[\d:,*]*", "N",
                           command.replace(folder or "\0", "F"))
                    for command in self.gate.commands if command != "LOGOUT"]
        return Cost(commands, self.gate.received - before, seconds, answer)


def same(small, large):
    """Fails unless a large folder costs what a small one does."""
    assert small.commands == large.commands, (small.commands, large.commands)
    most = small.bytes * SPARE_SHARE + SPARE_BYTES
    assert large.bytes <= most, "%s; %s" % (small, large)


def steps(meter, folder, total, needle):
    """(name, cost) of what people do with a folder of so many messages, its
    newest flagged one called needle."""
    page = dict(folder=folder, per_page=20)
    listed = meter.of("list_mail_messages", **page)
    assert listed.answer["total"] == total, listed.answer["total"]
    uid = listed.answer["messages"][0]["uid"]
    yield "list, page 1", listed
    yield "list, a page in the middle", meter.of(
        "list_mail_messages", page=total // 40, **page)
    last = meter.of("list_mail_messages", page=(total + 19) // 20, **page)
    assert len(last.answer["messages"]) == (total - 1) % 20 + 1
    assert "next_cursor" not in last.answer
    yield "list, last page", last
    oldest = last.answer["messages"][-1]["uid"]
    yield "read the newest", meter.of("get_mail_message", folder, uid=uid)
    yield "read the oldest", meter.of("get_mail_message", folder, uid=oldest)
    found = meter.of("search_mail_messages", folder, subject=needle)
    assert found.answer["total"] == 1, found.answer
    yield "search a subject", found
    flagged = meter.of("search_mail_messages", folder, flagged=True)
    assert flagged.answer["total"] == 1, flagged.answer
    yield "search a flag", flagged


def changes(meter, server, folder, letter):
    """Cost of list_mail_changes: first, of nothing, and of something."""
    first = meter.of("list_mail_changes", folder)
    yield "changes, the first call", first
    since = first.answer["since"]
    yield "changes, none", meter.of("list_mail_changes", folder, since=since)
    client = server.imap(folder)
    client.store("2:4", "+FLAGS", "(\\Answered)")
    client.store("1", "+FLAGS", "(\\Deleted)")
    client.expunge()
    client.append('"%s"' % folder, "", None, letter)
    client.logout()
    some = meter.of("list_mail_changes", folder, since=since)
    assert len(some.answer["new"]) == 1, some.answer
    if server.can("CONDSTORE"):
        assert len(some.answer["changed"]) == 3, some.answer
    if server.can("QRESYNC"):
        assert len(some.answer["gone"]) == 1, some.answer
    else:
        assert some.answer["gone_count"] == 1, some.answer
    yield "changes, some", some
