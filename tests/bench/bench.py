#!/usr/bin/env python3
"""Ourselves beside the physical limit, in one run.  The limit of a tool is
the IMAP it needs, straight at the server (floor), and a program that says
hello behind the same web server, the one's median added to the other's.

Usage: bench.py ENV..., of the sites that keep sessions, that keep none, of
plain CGI, with 1, 2 and 8 workers, and with an S3 store (tests/bench/run).
Writes bench.md and bench.svg to $BUILD/bench.  Everything goes over TLS to the
mail server."""
import base64
import json
import os
import shlex
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))
sys.path.insert(0, HERE)
import answers
import footprint
import mailbox
import memory
import plot
import postern
import relay

BUILD = os.environ.get("BUILD", "build")
OUT = os.path.join(BUILD, "bench")
TIMES = int(os.environ.get("BENCH_TIMES", "400"))
TOTAL = int(os.environ.get("BENCH_MESSAGES", "10000"))
# BENCH_SIZES="1000 1000000" takes a quarter of an hour to fill.
SIZES = [int(size) for size in
         os.environ.get("BENCH_SIZES", "1000 30000").split()]
CROWD = 8		# clients at once
SESSIONS = 8
TRIES = 24
ROUNDS = 3
CGI_MS = 8		# more than a fresh session, as plain CGI
FOLDER = "Bench"
FULL_BYTES = 100 * 1024 * 1024
DELAY_SECONDS = 0.0125	# either way
LISTED = ("UID FLAGS RFC822.SIZE INTERNALDATE ENVELOPE BODYSTRUCTURE PREVIEW "
          "BODY.PEEK[HEADER.FIELDS (REFERENCES)]<0.320>")
READ = "UID FLAGS RFC822.SIZE INTERNALDATE ENVELOPE BODYSTRUCTURE"
FULL = (b"Subject: film\nMIME-Version: 1.0\n"
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\n"
        b"Content-Type: text/plain\n\nHere it is.\n\n--b\n"
        b"Content-Type: video/mp4\nContent-Disposition: attachment; "
        b"filename=film.mp4\nContent-Transfer-Encoding: base64\n\n%s--b--\n")


NEAR = "near the limit: met in one run and not in another"
# Why what is not met is not, by the end of its name.
WHY = (
    (", kept", "what is over the limit is our own work: the token, the card, "
     "IMAP into JSON; 0.2 to 0.45 ms of the processor a call"),
    (", CGI", "each process loads libcurl with thirty libraries, 5 ms"),
    (", fresh", NEAR), (", processor", NEAR),
    (" clients", "driver, web server, workers and mail server share the "
     "processors; the floor has neither web server nor workers"),
    ("start of well-known", "a filter of system calls, settings and an answer "
     "are a third of what an empty program takes"),
    ("a small message", "of 249 characters; sender, subject and date alone "
     "are more than half of that"))


class Timed:
    """What floor and drive print: milliseconds, and how many a second."""

    def __init__(self, said):
        self.median, self.late, self.rate = map(float, said.split())


def tool(name, *words):
    return subprocess.run([os.path.join(OUT, name), *map(str, words)],
                          check=True, stdout=subprocess.PIPE,
                          timeout=1800).stdout.decode()


class Site:
    """One of the three; its settings are in the environment from then on."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.told = dict(line.split("=", 1) for line in
                             shlex.split(file.read()))
        self.enter()
        self.server = postern.Server()
        self.mcp = self.sign_in()

    def enter(self):
        os.environ.update(self.told)

    def sign_in(self, port=None, username=None):
        self.enter()
        port = port or int(os.environ["TEST_IMAPS_PORT"])
        told = self.server.sign_in(
            client=self.server.provision("--imap-ssl", imap=port),
            fields={"username": username} if username else None)
        return postern.Mcp(self.server, told["access_token"])

    def _write(self, head, body):
        path = os.path.join(OUT, "request")
        with open(path, "wb") as file:
            file.write(head.encode() + b"Content-Length: %d\r\n\r\n" %
                       len(body) + body)
        return path

    def drive(self, path, text, people=1, times=TIMES):
        return Timed(tool("drive", self.told["TEST_HTTP_PORT"], people,
                          times, path, text))

    def hello(self, **how):
        return self.drive(self._write(
            "POST /hello HTTP/1.1\r\nHost: 127.0.0.1\r\n", b"{}"), "hello",
            **how)

    def call(self, name, arguments, mcp=None, **how):
        mcp = mcp or self.mcp
        message, headers = mcp.message("tools/call", {
            "name": name, "arguments": arguments})
        headers = {"Host": "127.0.0.1:" + self.told["TEST_HTTP_PORT"],
                   "Content-Type": "application/json",
                   "Accept": "application/json, text/event-stream",
                   "Authorization": "Bearer " + mcp.token, **headers}
        return self.drive(self._write(
            "POST /mcp HTTP/1.1\r\n" + "".join(
                "%s: %s\r\n" % one for one in headers.items()),
            json.dumps(message).encode()),
            '"mailboxes":' if name == "list_mailboxes" else '"uidvalidity":',
            **how)


def quickest(*measures):
    """Of each the best median of some rounds, in which they take turns, so
    that what else the machine does hits all alike."""
    rounds = [[measure().median for measure in measures]
              for _ in range(ROUNDS)]
    return map(min, zip(*rounds))


def floor(way, folder, *flights, people=1, times=TIMES, port=None):
    return Timed(tool("floor", port or os.environ["TEST_IMAPS_PORT"], way,
                      people, times, os.environ["TEST_USER"],
                      os.environ["TEST_PASSWORD"], folder, *flights))


def curl(url, *words):
    """Seconds, and bytes of the answer."""
    said = subprocess.run(
        ["curl", "-sS", "--fail", "-o", os.devnull, "-w",
         "%{time_total} %{size_download}", *words, url],
        check=True, stdout=subprocess.PIPE, timeout=1800).stdout
    return map(float, said.split())


def put_alone():
    """Seconds that the store takes for as many bytes from a file."""
    told = os.environ
    with tempfile.TemporaryDirectory(dir=OUT) as folder:
        with open(folder + "/netrc", "w", encoding="utf-8") as file:
            file.write("default login %s password %s\n" % (
                told["TEST_S3_ACCESS_KEY"], told["TEST_S3_SECRET_KEY"]))
        with open(folder + "/film", "wb") as file:
            file.write(os.urandom(FULL_BYTES))
        took, _ = curl("%s/%s/alone" % (told["TEST_S3_ENDPOINT"],
                                        told["TEST_S3_BUCKET"]),
                       "--aws-sigv4", "aws:amz:%s:s3" %
                       told["TEST_S3_REGION"], "--netrc-file",
                       folder + "/netrc", "-H",
                       "x-amz-content-sha256: UNSIGNED-PAYLOAD", "-T",
                       folder + "/film")
    return took


def found(server, word):
    """The flight that fetches the newest that a search finds."""
    client = server.imap(FOLDER, True)
    _, told = client.uid("SEARCH", "SUBJECT", word)
    client.logout()
    return "UID FETCH %s (%s)" % (
        ",".join(told[0].decode().split()[-20:]), LISTED)


def steps(server, at):
    """Name, tool, its arguments, and the floor's folder and flights."""
    rare = "draft"
    return (
        ("list 20", "list_mail_messages", {"folder": FOLDER, "per_page": 20},
         FOLDER, "FETCH %d:%d (%s)" % (at.total - 19, at.total, LISTED)),
        ("read, small", "get_mail_message",
         {"folder": FOLDER, "uid": at.small}, FOLDER,
         "UID FETCH %d (%s BODY.PEEK[1])" % (at.small, READ)),
        ("text, 10 MB attached", "get_mail_message",
         {"folder": FOLDER, "uid": at.attached}, FOLDER,
         "UID FETCH %d (%s BODY.PEEK[1.1])" % (at.attached, READ)),
        ("search", "search_mail_messages",
         {"folder": FOLDER, "subject": rare}, FOLDER,
         "UID SEARCH SUBJECT " + rare, found(server, rare)),
        ("folders", "list_mailboxes", {}, "",
         'LIST "" "*" RETURN (SUBSCRIBED SPECIAL-USE STATUS (MESSAGES '
         "UNSEEN))"))


def why(what):
    return next((words for end, words in WHY if what.endswith(end)),
                "it is not known why")


class Bench:
    def __init__(self, paths):
        self.fresh, self.cgi = Site(paths[1]), Site(paths[2])
        self.others = [(workers, Site(path)) for workers, path in
                       zip((1, 2, 8), paths[3:])]
        self.s3 = Site(paths[6])
        self.kept = Site(paths[0])
        self.server = self.kept.server
        self.rows, self.bars = [], []

    def row(self, target, what, measured, limit, most, unit="ms", least=None):
        """Ratio of measured to limit, at most so much, or at least."""
        share = measured / limit if limit else 0
        met = share >= least if least is not None else share <= most
        print("%s %s: %.2f %s, limit %.2f, ratio %.2f, %s" % (
            target, what, measured, unit, limit, share,
            "met" if met else "NOT MET"), flush=True)
        self.rows.append((target, what, "%.2f %s" % (measured, unit),
                          "%.2f" % limit, "%.2f" % share,
                          "≥ %.2f" % least if least is not None
                          else "≤ %.2f" % most, "met" if met
                          else "**no**: " + why(what)))

    def most(self, target, what, measured, most, unit):
        self.row(target, what, measured, most, 1, unit)

    def sessions(self):
        for name, tool_name, arguments, *imap in steps(self.server, self.at):
            times = TIMES // 4 if name == "search" else TIMES
            # Once round all workers, so that each has its session.
            for _ in range(TRIES):
                self.kept.mcp.tool(tool_name, **arguments)
            hello, bare, kept = quickest(
                lambda: self.kept.hello(),
                lambda: floor("kept", *imap, times=times),
                lambda: self.kept.call(tool_name, arguments, times=times))
            times //= 4
            anew, fresh, cgi = quickest(
                lambda: floor("fresh", *imap, times=times),
                lambda: self.fresh.call(tool_name, arguments, times=times),
                lambda: self.cgi.call(tool_name, arguments, times=times))
            self.row("1", name + ", kept", kept, bare + hello, 1.3)
            self.row("2", name + ", fresh", fresh, anew + hello, 1.3)
            self.row("2", name + ", CGI", cgi, anew + CGI_MS, 1)
            self.bars.append((name, (
                ("limit, kept", bare + hello), ("Postern, kept", kept),
                ("limit, fresh", anew + hello), ("Postern, fresh", fresh),
                ("Postern, CGI", cgi))))

    def together(self):
        name, tool_name, arguments, *imap = steps(self.server, self.at)[0]
        limit = floor("kept", *imap, people=CROWD, times=4 * TIMES).rate
        rate = self.kept.call(tool_name, arguments, people=CROWD,
                              times=4 * TIMES).rate
        self.row("1", "%s, %d clients" % (name, CROWD), rate, limit, 0,
                 "a second", 0.7)

    def delayed(self):
        """As over a line of 25 ms: what round trips cost."""
        gate = relay.Relay(("127.0.0.1", int(os.environ["TEST_IMAPS_PORT"])),
                           delay=DELAY_SECONDS)
        mcp = self.kept.sign_in(port=gate.port)
        hello = self.kept.hello(times=50)
        for name, tool_name, arguments, *imap in \
                steps(self.server, self.at)[:2]:
            for _ in range(TRIES):
                mcp.tool(tool_name, **arguments)
            limit = floor("kept", *imap, times=20, port=gate.port).median
            self.row("3", name + ", 25 ms away", self.kept.call(
                tool_name, arguments, mcp=mcp, times=20).median,
                limit + hello.median, 1.3)

    def growth(self):
        """A folder of any size costs as much; make scale counts the
        commands and bytes of it."""
        smallest = None
        for total in SIZES:
            folder = "Of%d" % total
            at = mailbox.fill(self.server, folder, total)
            took = [self.kept.call(name, {"folder": folder, **more}).median
                    for name, more in (
                        ("list_mail_messages", {"per_page": 20}),
                        ("list_mail_messages", {"per_page": 20, "page": 3}),
                        ("get_mail_message", {"uid": at.small}))]
            if smallest is None:
                smallest = total, took
                continue
            for what, now, before in zip(("list 20", "its third page",
                                          "read"), took, smallest[1]):
                self.row("6", "%s of %s, against %s messages" % (
                    what, format(total, ","), format(smallest[0], ",")),
                    now, before, 1.15)

    def crews(self):
        """So many workers for as many clients as before."""
        for workers, site in self.others:
            site.enter()
            for _ in range(TRIES):
                site.mcp.tool("list_mail_messages", folder=FOLDER)
            rate = site.call("list_mail_messages", {
                "folder": FOLDER, "per_page": 20}, people=CROWD,
                times=2 * TIMES).rate
            own = sum(footprint.of_workers("mcp")) / 1024
            self.rows.append(("6", "list 20, %d clients, %d workers" % (
                CROWD, workers), "%.0f a second, %.1f MB" % (rate, own),
                "", "", "", ""))
            print(self.rows[-1], flush=True)
        self.kept.enter()

    def whole(self):
        """A large attachment to a client and to the store, and what its worker
        grows by at most; of each the quickest of some rounds, taking turns."""
        uid = self.server.deliver("Full", FULL % base64.encodebytes(
            os.urandom(FULL_BYTES)))
        flight = "UID FETCH %d (BODY.PEEK[2])" % uid
        rounds = [(floor("kept", "Full", flight, times=1).median / 1000,
                   put_alone(), self.to_client(uid), self.to_store())
                  for _ in range(ROUNDS)]
        limits, alone, client, store = zip(*rounds)
        for what, times in (("a client", client), ("S3", store)):
            took, grown = zip(*times)
            self.row("4", "100 MB to " + what, FULL_BYTES / min(took) / 1e6,
                     FULL_BYTES / min(limits) / 1e6, 0, "MB/s", 0.6)
            self.most("4", "100 MB to %s, memory of its worker" % what,
                      max(grown), 16, "MB")
        self.rows.append(("4", "100 MB to S3, put there by curl", "%.0f MB/s" %
                          (FULL_BYTES / min(alone) / 1e6), "", "", "", ""))
        print(self.rows[-1], flush=True)

    def to_client(self, uid):
        """(seconds, MB)"""
        self.kept.enter()
        url = self.kept.mcp.tool("get_mail_attachment", folder="Full",
                                 uid=uid, part="2")["url"]
        with memory.Watch("attachment") as watch:
            took, size = curl(url)
        assert size == FULL_BYTES, size
        return took, watch.grown() / 1024 / 1024

    def to_store(self):
        """The same of one that is not there yet: another copy of the mail."""
        self.s3.enter()
        client = self.server.imap("Full")
        client.copy("1", "Full")
        uid = int(client.uid("SEARCH", "*")[1][0])
        client.logout()
        with memory.Watch("mcp") as watch:
            start = time.monotonic()
            url = self.s3.mcp.tool("get_mail_attachment", folder="Full",
                                   uid=uid, part="2")["url"]
            took = time.monotonic() - start
        _, size = curl(url)
        assert size == FULL_BYTES, size
        return took, watch.grown() / 1024 / 1024

    def work(self):
        """Of the processor, for 1,000 lists."""
        _, tool_name, arguments, *_ = steps(self.server, self.at)[0]
        self.kept.enter()
        before = sum(map(footprint.seconds, footprint.workers("mcp")))
        self.kept.call(tool_name, arguments, times=1000)
        used = sum(map(footprint.seconds, footprint.workers("mcp"))) - before
        self.most("5", "1,000 lists, processor", used, 0.35, "s")

    def memory(self):
        self.kept.enter()
        self.most("4", "mcp, idle", max(footprint.of_workers("mcp")) / 1024,
                  2, "MB")
        self.most("4", "well-known, idle",
                  max(footprint.of_workers("well-known")) / 1024, 0.5, "MB")
        self.most("4", "all, idle", footprint.suite() / 1024, 30, "MB")

    def eight(self):
        people = [self.kept.sign_in(username="number%d@postern.test" % i)
                  for i in range(SESSIONS)]
        for _ in range(TRIES):
            for one in people:
                one.tool("list_mail_messages", folder="INBOX")
        best = max((footprint.connections(pid),
                    footprint.kilobytes(pid, "Private_Dirty"))
                   for pid in footprint.workers("mcp"))
        self.most("4", "mcp, %d sessions" % best[0], best[1] / 1024, 4, "MB")

    def start(self):
        home = os.path.dirname(os.environ["TEST_POSTERN"])
        names = ("well-known", "token", "mcp")
        with footprint.request() as environment:
            for name in names:
                footprint.check(os.path.join(home, name), environment)
            said = subprocess.run(
                [os.path.join(OUT, "start"), os.path.join(OUT, "empty"),
                 *(os.path.join(home, name) for name in names)],
                env=environment, check=True, capture_output=True
            ).stdout.split()
        for name, took, most in zip(names, said[1:], (1.1, 3, 6)):
            self.row("7", "start of " + name, float(took), float(said[0]),
                     most)

    def context(self):
        self.kept.enter()
        for name, unit, most, measure in answers.ROWS:
            measured = measure(self.kept.mcp, FOLDER, self.at)
            self.row("8", name, measured, most, 1, unit)

    def run(self):
        self.memory()
        self.at = mailbox.fill(self.server, FOLDER, TOTAL)
        self.sessions()
        self.together()
        self.delayed()
        self.work()
        self.growth()
        self.crews()
        self.whole()
        self.eight()
        self.start()
        self.context()
        self.write()

    def write(self):
        head = ("target", "what", "measured", "limit", "ratio", "wanted", "")
        lines = ["| " + " | ".join(row) + " |" for row in
                 (head, ("---",) * len(head), *self.rows)]
        with open(os.path.join(OUT, "bench.md"), "w",
                  encoding="utf-8") as file:
            file.write("Medians of %d calls, a mailbox of %s messages, %s; "
                       "%d processors.\n\n" % (
                           TIMES, format(TOTAL, ","),
                           time.strftime("%Y-%m-%d"), os.cpu_count()) +
                       "\n".join(lines) + "\n")
        plot.write(os.path.join(OUT, "bench.svg"), self.bars)


Bench(sys.argv[1:]).run()
