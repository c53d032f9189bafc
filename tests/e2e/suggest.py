#!/usr/bin/env python3
"""suggest_mail_actions on a mailbox that somebody has had habits in."""
import email.message
import email.policy
import time

import mailboxes
import postern

server = postern.Server()
case = postern.Cases()
RUN = "%x" % int(time.time() * 1000)
DESK = server.folder("Desk " + RUN)
NEWS = server.folder("News " + RUN)
BILLS = server.folder("Bills " + RUN)
CRATE = server.folder("Crate " + RUN)
TRASH = server.folder("Trash")
RIGHT_LEAST = 19
SEEN, ANSWERED = "(\\Seen)", "(\\Seen \\Answered)"
FLAGGED = "(\\Seen \\Flagged)"
BOX, COUNT = {}, [0]


def letter(sender, subject, list_id=None):
    COUNT[0] += 1
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["From"] = "%s <%s.%s@example.org>" % (sender.title(), sender, RUN)
    message["To"] = "demo@postern.test"
    message["Subject"] = subject
    message["Message-ID"] = "<%d.%s@example.org>" % (COUNT[0], RUN)
    if list_id:
        message["List-Id"] = "A list <%s.%s.example.org>" % (list_id, RUN)
    message.set_content("Hello.\n")
    return bytes(message)


class Seed:
    """What there is to be put into folders, all by one connection."""

    def __init__(self):
        self.folders = {}

    def add(self, folder, message, flags="", name=None):
        self.folders.setdefault(folder, []).append((message, flags, name))

    def earlier(self, folder, flags, sender, subjects, list_id=None):
        for subject in subjects:
            self.add(folder, letter(sender, subject, list_id), flags)

    def new(self, name, sender, subject, list_id=None):
        self.add(DESK, letter(sender, subject, list_id), "", name)

    def sow(self):
        client = mailboxes.login(server)
        for folder, messages in self.folders.items():
            client.create('"%s"' % folder)
            for message, flags, _ in messages:
                kind, told = client.append('"%s"' % folder, flags or None,
                                           None, message)
                assert kind == "OK", told
            client.select('"%s"' % folder, True)
            _, found = client.uid("SEARCH", "ALL")
            uids = [int(uid) for uid in found[0].split()][-len(messages):]
            for uid, (_, _, name) in zip(uids, messages):
                if name:
                    BOX[name] = uid
        client.logout()


# What is right for each new message: action, destination, of how many.
HABITS, NO_EVIDENCE = {}, []


def habit(name, action, destination=None):
    HABITS[name] = (action, destination)


def plant():
    seed = Seed()
    topics = ("Lunch", "The plan for spring", "Numbers", "A question")
    for i in range(6):
        who = "news%d" % i
        seed.earlier(NEWS, SEEN if i % 2 else "", who,
                     ["Issue %d: %s" % (n, t) for n, t in
                      enumerate(topics, 1)], who)
        seed.new(who, who, "Issue 99: all that is new", who)
        habit(who, "move", NEWS)
    for i in range(4):
        who = "colleague%d" % i
        seed.earlier(DESK if i < 2 else CRATE, ANSWERED, who,
                     [t + " of " + who for t in topics])
        seed.new(who, who, "Could you help with this")
        habit(who, "answer", None if i < 2 else CRATE)
    for i in range(4):
        who = "shop%d" % i
        seed.earlier(TRASH, SEEN if i % 2 else "", who,
                     ["Only today: %s" % t for t in topics[:3]])
        seed.new(who, who, "Tomorrow again at " + who)
        habit(who, "delete")
    for i in range(2):
        who = "boss%d" % i
        seed.earlier(DESK, FLAGGED, who, [t + " for " + who for t in topics])
        seed.new(who, who, "Read this first, " + who)
        habit(who, "flag")
    for i in range(2):
        kind = ("Electricity bill", "Zahlungsbeleg Köln")[i]
        for n in range(4):
            seed.earlier(BILLS, SEEN, "payer%d%d" % (i, n),
                         ["%s %s no. %d" % (kind, RUN, 4000 + n)])
        seed.new("bill%d" % i, "payer%d9" % i,
                 "%s %s no. 5123" % (kind, RUN))
        habit("bill%d" % i, "move", BILLS)
    for i in range(2):
        who = "friend%d" % i
        seed.earlier(DESK, SEEN, who, [t + " with " + who for t in topics])
        seed.new(who, who, "Tonight at eight, " + who)
        habit(who, "leave")
    seed.earlier(NEWS, SEEN, "mixed", ["One mixed", "Two mixed"])
    seed.earlier(TRASH, SEEN, "mixed", ["Three mixed", "Four mixed"])
    seed.earlier(DESK, ANSWERED, "mixed", ["Five mixed", "Six mixed"])
    seed.new("mixed", "mixed", "Seven of them now")
    seed.earlier(NEWS, SEEN, "once", ["Only once"])
    seed.new("once", "once", "For the second time")
    for i in range(3):
        seed.new("stranger%d" % i, "stranger%d" % i,
                 "Never seen anything of this sort %s" % ("abc"[i] * 5))
    NO_EVIDENCE.extend(["mixed", "once"] + ["stranger%d" % i
                                            for i in range(3)])
    seed.earlier(BILLS, SEEN, "both", ["Your receipt %s %d" % (RUN, n)
                                       for n in range(3)])
    seed.earlier(TRASH, SEEN, "both", ["Offer %s no. %d" % (RUN, n)
                                       for n in range(3)])
    seed.new("receipt", "both", "Your receipt %s 77" % RUN)
    seed.new("offer", "both", "Offer %s no. 78" % RUN)
    seed.add(DESK, b"Subject: x\r\n\r\nx\r\n", "", "bare")
    seed.add(DESK, b'From: "a\\"" <"q\\" OR ALL"@example.org>\r\n'
             b'Subject: {3} "abc\\" \xff\xe4 OR ALL (BODY x)\r\n'
             b"List-Id: <\xff\"\\ * %>\r\n\r\nx\r\n", "", "hostile")
    seed.sow()


def suggest(*names, **more):
    told = server.mcp().tool("suggest_mail_actions", folder=DESK,
                             uids=[BOX[name] for name in names], **more)
    assert [m["uid"] for m in told["messages"]] == [BOX[n] for n in names]
    assert all(m["uidvalidity"] for m in told["messages"]), told
    return dict(zip(names, told["messages"]))


@case("19 of 20 habits are found, and nothing is made up without evidence")
def _():
    plant()
    assert len(HABITS) == 20
    begun = time.monotonic()
    told = suggest(*HABITS, *NO_EVIDENCE)
    spent = time.monotonic() - begun
    right = []
    for name, (action, destination) in HABITS.items():
        one = told[name]["suggestion"]
        if (one["action"], one.get("destination")) == (action, destination):
            right.append(name)
        else:
            print("# %s: wanted %s %s: %r" % (name, action, destination,
                                              told[name]))
    silent = [n for n in NO_EVIDENCE
              if told[n]["suggestion"] == {"action": "none"}]
    print("# %d of %d habits are suggested, \"none\" for %d of %d messages "
          "without evidence, in %.1f s" % (len(right), len(HABITS),
                                           len(silent), len(NO_EVIDENCE),
                                           spent))
    assert len(right) >= RIGHT_LEAST, right
    assert silent == NO_EVIDENCE, [told[n] for n in NO_EVIDENCE]


@case("counts and support, as the mailbox has them")
def _():
    news = suggest("news0")["news0"]
    assert news["suggestion"] == {
        "action": "move", "destination": NEWS, "support": 4, "of": 4,
        "because": "same list"}, news
    assert news["similar"] == {
        "messages": 4, "unread": 4,
        "folders": [{"folder": NEWS, "messages": 4}]}, news
    answered = suggest("colleague0")["colleague0"]
    assert answered["suggestion"] == {
        "action": "answer", "support": 4, "of": 4,
        "because": "same sender"}, answered
    assert answered["similar"]["answered"] == 4, answered
    deleted = suggest("shop1")["shop1"]
    assert deleted["similar"]["deleted"] == 3, deleted
    client = server.imap(NEWS, True)
    _, found = client.uid("SEARCH", "FROM", "news0.%s@example.org" % RUN)
    client.logout()
    assert len(found[0].split()) == 4, found


@case("a sender of two kinds of mail: what was done with that kind")
def _():
    told = suggest("receipt", "offer")
    assert told["receipt"]["suggestion"]["action"] == "move", told
    assert told["receipt"]["suggestion"]["destination"] == BILLS, told
    assert told["offer"]["suggestion"]["action"] == "delete", told
    assert told["receipt"]["suggestion"]["because"] == \
        "same sender and subject", told


@case("a habit that changes the mailbox changes the suggestion")
def _():
    seed = Seed()
    seed.earlier(CRATE, SEEN, "once", ["Now it is kept", "And this, too"])
    seed.sow()
    told = suggest("once")["once"]
    assert told["similar"]["messages"] == 3, told
    assert told["suggestion"]["destination"] == CRATE, told


@case("one uid, and uidvalidity")
def _():
    mcp = server.mcp()
    listed = mcp.tool("list_mail_messages", folder=DESK)
    told = mcp.tool("suggest_mail_actions", folder=DESK, uid=BOX["boss1"],
                    uidvalidity=listed["uidvalidity"])
    assert told["messages"][0]["suggestion"]["action"] == "flag", told
    flags = mailboxes.login(server)
    flags.select('"%s"' % DESK, True)
    _, answer = flags.uid("FETCH", str(BOX["boss1"]), "(FLAGS)")
    flags.logout()
    assert b"\\Seen" not in answer[0], answer


@case("messages without anything, and with forged everything")
def _():
    told = suggest("bare", "hostile")
    assert told["bare"]["suggestion"] == {"action": "none"}, told
    assert told["hostile"]["suggestion"] == {"action": "none"}, told
    assert told["bare"]["similar"] == {"messages": 0}, told


@case("what is refused, and how")
def _():
    mcp = server.mcp()
    for code, arguments in (
            ("message", {"folder": DESK, "uid": 4000000000}),
            ("folder", {"folder": DESK + "x", "uid": 1}),
            ("changed", {"folder": DESK, "uid": BOX["bare"],
                         "uidvalidity": 1}),
            ("argument", {"folder": DESK}),
            ("argument", {"folder": DESK, "uid": 1, "uids": [2]}),
            ("argument", {"folder": DESK, "uids": list(range(1, 102))})):
        error = mcp.tool_error("suggest_mail_actions", **arguments)
        assert code in error["code"], (arguments, error)
    for scopes in (("mail:read",), ("mail:folders",)):
        try:
            server.mcp(scopes=scopes).call("tools/call", {
                "name": "suggest_mail_actions",
                "arguments": {"folder": DESK, "uid": 1}})
            assert False, "it was not refused"
        except postern.Refused as why:
            assert why.status == 403, why.response


case.run()
