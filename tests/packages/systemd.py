#!/usr/bin/env python3
"""What doc/systemd.md says is done in a Debian that runs systemd, with what
make install brings; and no restart loses a request."""
import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
import time

import inside
from inside import TOP, BUILD, postern

PAGE = "doc/systemd.md"
PROGRAMS = {"well-known": 1, "register": 1, "authorize": 4, "token": 2,
            "revoke": 1, "connections": 2, "mcp": 4, "attachment": 4}
CLIENTS = 4
KILLS = 8
USER, PASSWORD = "demo@postern.test", "demo-secret"
BACK_SECONDS = 1.0

case = postern.Cases(inside.why_not())
blocks = inside.blocks(PAGE)
host = mail = None


def block(word):
    told, = [one for one in blocks if word in one]
    return told


def wait_for(what, seconds=10.0):
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, what
        time.sleep(0.02)


def processes(program):
    """Of the workers that run: unit and process."""
    told = host.ask("systemctl show -p Id -p MainPID 'postern-%s@*.service'"
                    % program)
    ids = re.findall(r"^Id=(.*)$", told, re.M)
    pids = re.findall(r"^MainPID=(.*)$", told, re.M)
    return {unit: int(pid) for unit, pid in zip(ids, pids) if pid != "0"}


def all_processes():
    return {unit: pid for program in PROGRAMS
            for unit, pid in processes(program).items()}


@case("its first commands start every worker")
def _():
    global host
    host = inside.Machine("systemd")
    done = subprocess.run(
        ["make", "-s", "install", "BUILD=" + BUILD, "DESTDIR=" + host.root],
        cwd=TOP, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done
    host.boot()
    host.type(block("systemd-sysusers"))
    conf = host.read("etc/postern/postern.conf")
    host.write("etc/postern/postern.conf", re.sub(
        r"^BASE_URL=.*", "BASE_URL=https://mail.example.org", conf,
        flags=re.M))
    host.type(block("enable --now postern.target"))
    for program, count in PROGRAMS.items():
        wait_for(lambda: len(processes(program)) == count)
    failed = host.ask("systemctl --failed --no-legend")
    assert not failed.strip(), failed


@case("they answer at their sockets, which only the web server's group opens")
def _():
    for path, wanted in (("/health", 200),
                         ("/.well-known/oauth-authorization-server", 200),
                         ("/mcp", 401), ("/oauth/token", 400),
                         ("/oauth/revoke", 400), ("/oauth/register", 400)):
        method = "GET" if wanted == 200 else "POST"
        told = host.fetch(method, path, b"" if wanted == 200 else b"{}")
        assert told[0] == wanted, (path, told)
    assert host.fetch("GET", "/authorize")[0] == 400
    assert host.fetch("GET", "/connections")[0] == 200
    told = host.ask("stat -c '%a %U %G' /run/postern/*.sock")
    assert set(told.splitlines()) == {"660 root www-data"}, told


# Asked of each worker's process as the kernel has it.
def status(pid):
    told = host.ask("cat /proc/%d/status" % pid)
    return dict(re.findall(r"^(\w+):\s*(.*)$", told, re.M))


@case("each is nobody, with no right, no new one, and few system calls")
def _():
    user = host.ask("id -u postern").strip()
    for program in PROGRAMS:
        for pid in processes(program).values():
            told = status(pid)
            assert set(told["Uid"].split()) == {user}, told["Uid"]
            assert told["NoNewPrivs"] == "1" and told["Seccomp"] == "2", told
            for name in ("CapEff", "CapPrm", "CapBnd", "CapAmb"):
                assert int(told[name], 16) == 0, (program, name, told[name])


@case("each has its own keys and no others, and none can read the key")
def _():
    lines = {}
    for program in set(PROGRAMS) - {"well-known"}:
        for unit, pid in processes(program).items():
            seen = "/proc/%d/root" % pid
            lines[program] = host.ask("cat %s/run/credentials/%s/key"
                                      % (seen, unit))
            derived = host.ask("env POSTERN_CONF=/etc/postern/postern.conf "
                               "postern keys --for=" + program)
            assert lines[program] == derived, program
            told = host.ask("stat -c '%%a %%s' %s/etc/postern/key" % seen)
            assert told.split() == ["0", "0"], told
            others = host.ask("su -s /bin/sh postern -c 'cat "
                              "/run/postern/keys/%s'" % program, well=False)
            assert "Permission denied" in others, others
    assert len(set(lines.values())) == len(lines)
    told = host.ask("stat -c '%a %U' /etc/postern/key "
                    "/etc/postern/postern.conf")
    assert told.splitlines() == ["400 root", "600 root"], told


@case("nothing is written or run but what may be, and nobody is dialled offline")
def _():
    for program in PROGRAMS:
        pid = list(processes(program).values())[0]
        mounts = {line.split()[4]: line.split()[5].split(",") for line in
                  host.ask("cat /proc/%d/mountinfo" % pid).splitlines()}
        writable = {path for path, how in mounts.items() if "rw" in how}
        allowed = {"/proc", "/dev/pts"}
        if program != "well-known":
            allowed.add("/run/postern/locks")
            assert "noexec" in mounts["/run/postern/locks"], mounts
        assert writable <= allowed, (program, writable)
        for path in ("/usr/bin", "/usr/sbin", "/tmp", "/etc/postern/key"):
            told = host.ask("stat -c %%a /proc/%d/root%s" % (pid, path))
            assert told == "0\n", (program, path, told)
        links = host.ask("nsenter -t %d -n cat /proc/net/dev" % pid)
        alone = len(re.findall(r"^\s*\w+:", links, re.M)) == 1
        own = host.ask("readlink /proc/%d/ns/net" % pid) != \
            host.ask("readlink /proc/1/ns/net")
        assert alone and own == (program in ("well-known", "register")), (
            program, links)


@case("under all of that mail is read: a name is looked up, a certificate checked")
def _():
    global mail
    mail = tempfile.mkdtemp(prefix="postern.", dir="/tmp")
    os.chmod(mail, 0o711)
    with open(os.path.join(mail, "env"), "w", encoding="utf-8"):
        pass
    for words in (("tls", "start"), ("dovecot", "start")):
        serve_mail(*words)
    with open(os.path.join(mail, "env"), encoding="utf-8") as file:
        told = dict(re.findall(r"^(\w+)='?([^'\n]*)", file.read(), re.M))
    with open(os.path.join(mail, "tls/ca.pem"), encoding="utf-8") as file:
        host.write("etc/postern/ca.pem", file.read())
    conf = host.read("etc/postern/postern.conf")
    host.write("etc/postern/postern.conf", conf + "\n".join((
        "IMAP_HOST=localhost", "IMAP_PORT=" + told["TEST_IMAP_PORT"],
        "IMAP_TLS=starttls", "MAIL_CA_FILE=/etc/postern/ca.pem",
        "ALLOW_HEADER_CREDENTIALS=1")) + "\n")
    host.ask("systemctl restart postern.target")
    answer = host.fetch("POST", "/mcp", json.dumps(
        {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params":
         {"name": "list_mailboxes", "arguments": {}}}).encode(),
        HTTP_MCP_PROTOCOL_VERSION="2025-11-25",
        HTTP_ACCEPT="application/json, text/event-stream",
        HTTP_X_IMAP_USER=USER, HTTP_X_IMAP_PASS=PASSWORD)
    assert answer[0] == 200 and b"INBOX" in answer[1], answer
    host.write("etc/postern/postern.conf", conf)


def serve_mail(*words):
    """The tests' own mail server, on the machine's loopback."""
    # It keeps what it was started with open.
    with open(os.path.join(mail, "said"), "w", encoding="utf-8") as said:
        done = subprocess.run(
            ["nsenter", "--net", "--target", host.process(),
             os.path.join(TOP, "tests/servers", words[0]), words[1], mail],
            stdout=said, stderr=said, timeout=60, check=False,
            env={**os.environ, "TEST_USER": USER, "TEST_PASSWORD": PASSWORD})
    assert done.returncode == 0, done


class Load:
    """Clients who ask as fast as they are answered, until told to end."""

    def __init__(self):
        self.asked, self.failed, self.ending = 0, [], False
        self.slowest = 0.0
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self.go, args=(number,))
                        for number in range(CLIENTS)]
        for thread in self.threads:
            thread.start()

    def go(self, number):
        wanted = (("GET", "/health", b"", 200), ("POST", "/mcp", b"{}", 401),
                  ("POST", "/oauth/token", b"grant_type=x", 400),
                  ("GET", "/connections", b"", 200))
        while not self.ending:
            number += 1
            method, path, body, status = wanted[number % len(wanted)]
            began, problem = time.monotonic(), None
            try:
                told = host.fetch(method, path, body)
                if told[0] != status:
                    problem = (path, told)
            except (OSError, AssertionError) as bad:
                problem = (path, bad)
            with self.lock:
                self.asked += 1
                self.slowest = max(self.slowest, time.monotonic() - began)
                if problem:
                    self.failed.append(problem)

    def end(self):
        self.ending = True
        for thread in self.threads:
            thread.join()
        print("# %d requests, the slowest %.2f s, %d failed"
              % (self.asked, self.slowest, len(self.failed)))


@case("workers are restarted one after another, and then all, under load: "
      "no request fails")
def _():
    before = all_processes()
    change, = [one for one in blocks
               if one == "sudo systemctl restart postern.target\n"]
    load = Load()
    try:
        for unit in before:
            host.ask("systemctl restart " + unit)
        for _ in range(3):
            host.type(change)
    finally:
        load.end()
    after = all_processes()
    assert set(after) == set(before)
    assert not set(after.values()) & set(before.values()), (before, after)
    assert not load.failed, load.failed[:5]
    assert load.asked > 100, load.asked


@case("a request that a worker is at when it is restarted is answered")
def _():
    for program, path, wanted in (("token", "/oauth/token", 400),
                                  ("mcp", "/mcp", 401)):
        before = set(processes(program).values())
        begun = []

        def restart():
            host.ask("systemctl restart --no-block 'postern-%s@*.service'"
                     % program)
            # All but the one that waits for the other half are new.
            wait_for(lambda: len(before & set(processes(program).values()))
                     == 1)
            begun.append(True)
        body = b"grant_type=" + b"x" * 100
        told = host.fetch("POST", path, body, restart)
        assert told[0] == wanted and begun, told
        wait_for(lambda: not before & set(processes(program).values()))


@case("of workers that are killed each is back within a second, and no more "
      "requests fail than were killed")
def _():
    load = Load()
    try:
        for number in range(KILLS):
            program = ("mcp", "token", "well-known")[number % 3]
            units = processes(program)
            unit = sorted(units)[number % len(units)]
            host.ask("kill -KILL %d" % units[unit])
            began = time.monotonic()
            wait_for(lambda: processes(program).get(unit, units[unit])
                     != units[unit], 5)
            assert time.monotonic() - began < BACK_SECONDS * 2, unit
            time.sleep(0.2)
    finally:
        load.end()
    assert len(load.failed) <= KILLS, load.failed


@case("a new key is taken up, and the old one still opens")
def _():
    before = host.ask("cat /run/postern/keys/mcp")
    load = Load()
    try:
        host.type(block("--add"))
    finally:
        load.end()
    assert not load.failed, load.failed[:5]
    unit, pid = list(processes("mcp").items())[0]
    after = host.ask("cat /proc/%d/root/run/credentials/%s/key" % (pid, unit))
    assert after.endswith(before) and len(after) == 2 * len(before), after


@case("one more worker, and one less")
def _():
    more, less = block("postern-mcp@5").splitlines()
    host.type(more)
    wait_for(lambda: len(processes("mcp")) == 5)
    host.type(less)
    wait_for(lambda: len(processes("mcp")) == 4)


@case("settings that are wrong are told, and mended without more ado")
def _():
    conf = host.read("etc/postern/postern.conf")
    host.write("etc/postern/postern.conf", conf + "RATE_CALL=1\n")
    host.ask("systemctl restart postern.target")
    wait_for(lambda: not processes("mcp"))
    shown = host.ask(block("journalctl"), well=False)
    assert "RATE_CALL" in shown and "status=78" in shown, shown
    host.write("etc/postern/postern.conf", conf)
    host.ask("systemctl restart postern.target")
    wait_for(lambda: len(processes("mcp")) == 4)
    assert host.fetch("GET", "/health")[0] == 200


@case("what it may do is told by systemd itself")
def _():
    told = host.ask(block("security"))
    exposed = re.search(r"exposure level for \S+: ([\d.]+)", told)
    assert exposed and float(exposed[1]) < 1.5, told


@case("stopped, it answers nobody")
def _():
    host.ask("systemctl stop postern.target")
    wait_for(lambda: ".sock" not in host.ask("ls /run/postern"))
    for program in PROGRAMS:
        assert not processes(program), program


@case("of many hosts, workers listen where doc/many-hosts.md has them listen")
def _():
    told, = [one for one in inside.blocks("doc/many-hosts.md")
             if "postern-$program.socket.d" in one]
    host.ask(told.replace("10.0.0.11", "127.0.0.1")
             .replace("10.0.0.1\n", "127.0.0.1\n"))
    host.ask("systemctl start postern.target")
    assert host.fetch_at(9001, "GET", "/health")[0] == 200
    assert host.fetch_at(9002, "GET", "/register")[0] == 405
    assert host.fetch_at(9006, "GET", "/connections")[0] == 200
    assert host.fetch_at(9007, "GET", "/mcp")[0] in (401, 405)


try:
    case.run()
finally:
    if mail is not None:
        serve_mail("dovecot", "stop")
        shutil.rmtree(mail)
    if host is not None:
        host.stop()
