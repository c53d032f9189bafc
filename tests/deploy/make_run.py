#!/usr/bin/env python3
"""make run, as its users run it: two beside each other, Ctrl-C, and a mail
server of one's own."""
import json
import imaplib
import os
import re
import shutil
import signal
import smtplib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, "tests", "e2e"))
import postern  # noqa: E402

BUILD = os.path.join(TOP, os.environ.get("BUILD", "build"))
START_SECONDS = 120
STOP_SECONDS = 30
MESSAGES = 36
case = postern.Cases()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def alive(pid):
    """Whether it runs: who is dead but not yet buried does not."""
    try:
        with open("/proc/%d/stat" % pid, encoding="utf-8") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


class Run:
    """A make run on a port of its own."""

    def __init__(self, port=None, **settings):
        self.port = port or free_port()
        self.path = os.path.join(BUILD, "run", str(self.port), "ready.json")
        told = {n: v for n, v in os.environ.items() if n not in
                ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "POSTERN_CONF")}
        self.make = subprocess.Popen(
            ["make", "run", "BUILD=" + os.environ.get("BUILD", "build")],
            cwd=TOP, env={**told, "PORT": str(self.port), **settings},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, start_new_session=True, text=True,
            # In the background of a shell Ctrl-C is ignored, and so by all
            # that is started there.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))

    def wait(self):
        """Waits until all answers; what ready.json says."""
        until = time.monotonic() + START_SECONDS
        while not os.path.exists(self.path):
            assert self.make.poll() is None, self.make.stdout.read()
            assert time.monotonic() < until, "not ready"
            time.sleep(0.2)
        with open(self.path, encoding="utf-8") as file:
            self.ready = json.load(file)
        return self.ready

    def folder(self):
        """Where its servers write, as their command lines tell."""
        return subprocess.run(
            ["ps", "-o", "args=", "-p", str(self.ready["pids"][0])],
            capture_output=True, text=True,
            check=True).stdout.split()[-1].rsplit("/", 2)[0]

    def stop(self, alone=None):
        """Ctrl-C for all in the terminal, or that signal for make alone; the
        output."""
        if alone is None:
            os.killpg(self.make.pid, signal.SIGINT)
        else:
            self.make.send_signal(alone)
        return self.make.communicate(timeout=STOP_SECONDS)[0]

    def kill(self):
        """For the end of a test that failed."""
        if self.make.poll() is None:
            os.killpg(self.make.pid, signal.SIGTERM)
            self.make.communicate(timeout=STOP_SECONDS)


def processes(folder):
    """Those whose command line names the folder."""
    found = subprocess.run(["ps", "-eo", "pid=,args="], capture_output=True,
                           text=True, check=True).stdout
    return [line for line in found.splitlines() if folder in line]


first, second = Run(), Run()


@case("ready.json has all a client needs")
def _():
    ready = first.wait()
    assert ready["base_url"] == "http://127.0.0.1:%d" % first.port
    assert ready["mcp_url"] == ready["base_url"] + "/mcp"
    assert ready["account"]["username"] == "demo@postern.test"
    assert ready["account"]["password"]
    assert ready["client"]["client_id"] and ready["client"]["client_secret"]
    for kind in ("imap", "smtp"):
        assert ready[kind]["host"] == "127.0.0.1" and ready[kind]["port"]
    assert len(ready["pids"]) >= 3 and all(map(alive, ready["pids"]))


@case("a second one runs beside it, on another port")
def _():
    ready = second.wait()
    assert first.make.poll() is None
    assert ready["imap"]["port"] != first.ready["imap"]["port"]
    assert not set(ready["pids"]) & set(first.ready["pids"])
    with open(os.path.join(BUILD, "run", "ready.json"),
              encoding="utf-8") as file:
        assert json.load(file) in (ready, first.ready)


@case("the mail servers take plain logins")
def _():
    account = first.ready["account"]
    told = first.ready["imap"]
    with imaplib.IMAP4(told["host"], told["port"]) as client:
        client.login(account["username"], account["password"])
        _, listed = client.list()
        names = [line.decode().rsplit(" ", 1)[1].strip('"')
                 for line in listed if b"\\Noselect" not in line]
        count = 0
        for name in names:
            kind, told = client.select('"%s"' % name, True)
            assert kind == "OK", name
            count += int(told[0])
    assert count >= MESSAGES, count
    told = first.ready["smtp"]
    with smtplib.SMTP(told["host"], told["port"]) as client:
        client.login(account["username"], account["password"])


@case("its client signs in, and an agent reads the mail")
def _():
    os.environ["POSTERN_READY"] = first.path
    server = postern.Server()
    listed = server.mcp().tool("list_mail_messages")
    assert listed["total"] >= MESSAGES / 2, listed["total"]
    found = server.mcp(modern=True).tool("search_mail_messages",
                                         subject="kick-off")
    assert found["total"] >= 4, found


@case("who connects without it finds the servers filled in")
def _():
    server = postern.Server()
    client = server.register()
    answer = postern.fetch("GET", server.metadata()["authorization_endpoint"]
                           + "?" + urllib.parse.urlencode({
                               "response_type": "code",
                               "client_id": client["client_id"],
                               "redirect_uri": client["redirect_uris"][0],
                               "code_challenge": "A" * 43,
                               "code_challenge_method": "S256"}))
    assert answer.status == 200, answer
    assert 'name="username"' in answer.text(), answer
    fields = dict(postern.Form(answer.text()).fields)
    assert fields["imap_host"] == "127.0.0.1", fields
    assert fields["imap_port"] == str(server.ready["imap"]["port"]), fields
    told = server.sign_in(client=(client["client_id"], None))
    assert told["access_token"]


@case("what README.md says to ask with curl is answered")
def _():
    with open(os.path.join(TOP, "README.md"), encoding="utf-8") as file:
        told = [block for block in re.findall(
            r"^```sh\n(.*?)^```$", file.read(), re.M | re.S)
            if block.startswith("curl")]
    server = postern.Server()
    told = [json.loads(subprocess.run(
        ["sh", "-euc", block.replace(":8480", ":%d" % first.port)],
        env={**os.environ, "TOKEN": server.token()}, capture_output=True,
        check=True, timeout=postern.TIMEOUT).stdout) for block in told]
    assert told[0]["resource"] == server.mcp_url, told
    assert "list_mailboxes" in {tool["name"] for tool in
                                told[1]["result"]["tools"]}, told


@case("a port that is taken: says so, and names another")
def _():
    third = Run(first.port)
    told = third.make.communicate(timeout=START_SECONDS)[0]
    assert third.make.returncode != 0
    assert "port %d is taken" % first.port in told, told
    assert alive(first.ready["pids"][0])


@case("who can't be root is told so before anything is made")
def _():
    with tempfile.TemporaryDirectory(dir="/tmp") as top:
        os.chmod(top, 0o777)
        for name in ("deploy/run", "deploy/postern.conf.sample",
                     "tests/servers/process.sh"):
            os.makedirs(os.path.dirname(os.path.join(top, name)),
                        exist_ok=True)
            shutil.copy(os.path.join(TOP, name), os.path.join(top, name))
        os.mkdir(os.path.join(top, "bin"))
        with open(os.path.join(top, "bin/sudo"), "w",
                  encoding="utf-8") as file:
            file.write("#!/bin/sh\nexit 1\n")
        subprocess.run(["chmod", "-R", "a+rX,a+x", top], check=True)
        before = sorted(os.listdir(top))
        nobody = ["setpriv", "--reuid=65534", "--clear-groups"]
        done = subprocess.run(
            (nobody if os.getuid() == 0 else []) + [top + "/deploy/run"],
            env={"PATH": top + "/bin:" + os.environ["PATH"],
                 "PORT": str(free_port())}, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=START_SECONDS)
        assert done.returncode == 1 and done.stdout == "", done
        assert "user with sudo" in done.stderr, done
        assert "IMAP_HOST" in done.stderr, done
        assert sorted(os.listdir(top)) == before


@case("Ctrl-C ends all that one started, and nothing else")
def _():
    folder = second.folder()
    assert os.path.isdir(folder) and processes(folder)
    told = second.stop()
    assert "Traceback" not in told
    assert told.rstrip().endswith("stopping ...\nstopped"), told
    assert "make: ***" not in told and "status=401" not in told, told
    assert not [p for p in second.ready["pids"] if alive(p)]
    assert not processes(folder), processes(folder)
    assert not os.path.exists(folder)
    assert not os.path.exists(second.path)
    assert all(map(alive, first.ready["pids"]))
    with open(os.path.join(BUILD, "run", "ready.json"),
              encoding="utf-8") as file:
        assert json.load(file) != second.ready


@case("so does an interrupt for make alone")
def _():
    folder = first.folder()
    first.stop(alone=signal.SIGINT)
    assert not [p for p in first.ready["pids"] if alive(p)]
    assert not processes(folder), processes(folder)
    assert not os.path.exists(folder) and not os.path.exists(first.path)


@case("with a mail server of one's own none is started; and it ends when make "
      "alone is told that the terminal is closed")
def _():
    own = Run(IMAP_HOST="imap.example.org", SMTP_HOST="smtp.example.org")
    try:
        ready = own.wait()
        assert "account" not in ready and "imap" not in ready, ready
        told = postern.fetch("GET", ready["base_url"] +
                             "/.well-known/oauth-authorization-server")
        assert told.status == 200, told
        folder = own.folder()
        assert not [p for p in processes(folder) if "dovecot -c" in p]
        own.stop(alone=signal.SIGHUP)
        assert not [p for p in ready["pids"] if alive(p)]
        assert not processes(folder), processes(folder)
    finally:
        own.kill()


try:
    case.run()
finally:
    first.kill()
    second.kill()
