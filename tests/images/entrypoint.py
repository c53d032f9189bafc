#!/usr/bin/env python3
"""The image's entrypoint, run as a container engine would run it: in a root
that can't be written to, as a user of no rights, with an environment alone.
The root is this machine's own programs and what was built here."""
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(TOP, "tests", "e2e"))
import postern  # noqa: E402

INSIDE = os.path.join(HERE, "inside")
ENTRYPOINT = "/usr/local/share/postern/container/entrypoint"
CONFIGURATION = 78
REGISTRATIONS = 310	# more than one address has
case = postern.Cases()
root = tempfile.mkdtemp(prefix="postern.", dir="/tmp")
os.chmod(root, 0o755)
CARRIED = subprocess.run(
    [os.path.join(HERE, "root"), root + "/root"], check=True,
    stdout=subprocess.PIPE, text=True).stdout.strip() \
    if not os.mkdir(root + "/root") else ""
KEY = ""


def command(variables, arguments=(), carried=()):
    names = ["%s=%s" % pair for pair in variables.items()]
    return subprocess.Popen(
        [INSIDE, root + "/root", *names, ENTRYPOINT, *arguments],
        env={**os.environ, "CARRY": " ".join([CARRIED, *carried])},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, start_new_session=True,
        # Who runs this in the background may have it ignored; no engine has.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))


def ended(variables, *arguments, carried=()):
    """Its status, and what it has said."""
    process = command(variables, arguments, carried)
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Container:
    """One that serves; its processes are those below the one we started."""

    def __init__(self, carried=(), **variables):
        self.port = free_port()
        given = {"BASE_URL": "http://127.0.0.1:%d" % self.port,
                 "ENCRYPTION_KEY": KEY, "LISTEN": "127.0.0.1",
                 "PORT": self.port, **variables}
        self.outer = command({name: value for name, value in given.items()
                              if value is not None}, carried=carried)
        self.log = []
        for stream in (self.outer.stdout, self.outer.stderr):
            threading.Thread(target=self.keep, args=(stream,),
                             daemon=True).start()
        for _ in range(200):
            try:
                assert self.fetch("/health").status == 200
                break
            except OSError:
                assert self.outer.poll() is None, self.log
                time.sleep(0.05)
        else:
            raise AssertionError(self.log)
        self.first = below(self.outer.pid)[0]

    def keep(self, stream):
        for line in stream:
            self.log.append(line)

    def fetch(self, path, method="GET", headers=None, body=None):
        return postern.fetch(method, "http://127.0.0.1:%d%s"
                             % (self.port, path), headers or {}, body)

    def processes(self):
        found, left = [], [self.first]
        while left:
            found.append(left.pop())
            left += below(found[-1])
        return found

    def named(self, name):
        return [pid for pid in self.processes()
                if read(pid, "cmdline").split("\0")[0].endswith("/" + name)]

    def file(self, name):
        """One of those it has written, by its own names."""
        return "/proc/%d/root/tmp/postern/%s" % (self.first, name)

    def stop(self, number=signal.SIGTERM):
        os.kill(self.first, number)
        return self.outer.wait(30)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.outer.poll() is None:
            try:
                self.stop()
            except subprocess.TimeoutExpired:
                self.outer.kill()
                raise


def below(pid):
    try:
        with open("/proc/%d/task/%d/children" % (pid, pid),
                  encoding="utf-8") as file:
            return [int(word) for word in file.read().split()]
    except OSError:
        return []


def read(pid, name):
    try:
        with open("/proc/%d/%s" % (pid, name), encoding="utf-8",
                  errors="replace") as file:
            return file.read()
    except OSError:
        return ""


@case("key makes a key, without any setting")
def _():
    global KEY
    status, out, err = ended({}, "key")
    assert (status, err) == (0, ""), (status, err)
    KEY = out.strip()
    assert len(KEY) == 44, KEY


@case("without an address and a key it does not start, and says all of it")
def _():
    status, out, err = ended({})
    assert (status, out) == (CONFIGURATION, ""), (status, out)
    for word in ("BASE_URL", "https://mail.example.org", "ENCRYPTION_KEY",
                 "docker run --rm postern key"):
        assert word in err, (word, err)
    status, _, err = ended({"ENCRYPTION_KEY": KEY})
    assert status == CONFIGURATION and "ENCRYPTION_KEY" not in err, err
    status, _, err = ended({"BASE_URL": "https://mail.example.org"})
    assert status == CONFIGURATION and "BASE_URL" not in err, err


@case("what is wrong is named before anybody is served, no secret with it")
def _():
    good = {"BASE_URL": "https://mail.example.org", "ENCRYPTION_KEY": KEY}
    rows = (
        ({"BASE_URL": "http://mail.example.org"}, "BASE_URL"),
        ({"ENCRYPTION_KEY": "c2hvcnQ="}, "encryption key"),
        ({"ENCRYPTION_KEY_FILE": "/etc/key"}, "ENCRYPTION_KEY_FILE"),
        ({"ENCRYPTION_KEY": "", "ENCRYPTION_KEY_FILE": "/none"}, "/none"),
        ({"PORT": "0"}, "PORT"), ({"PORT": "65536"}, "PORT"),
        ({"PORT": "80; x"}, "PORT"), ({"PORT": "123456789123"}, "PORT"),
        ({"MCP_WORKERS": "0"}, "MCP_WORKERS"),
        ({"TOKEN_WORKERS": "many"}, "TOKEN_WORKERS"),
        ({"LISTEN": "here\""}, "LISTEN"),
        ({"TRUSTED_PROXIES": "10.0.0.0/8\" => \"x"}, "TRUSTED_PROXIES"),
        ({"IMAP_PORT": "x"}, "IMAP_PORT"),
        ({"IMAP_HOST": "a\nSMTP_HOST=b"}, "IMAP_HOST"),
        ({"AWS_SECRET_ACCESS_KEY_FILE": "/none"},
         "AWS_SECRET_ACCESS_KEY_FILE"),
        ({"AWS_SECRET_ACCESS_KEY_FILE": "/etc/hostname",
          "AWS_SECRET_ACCESS_KEY": "x"}, "AWS_SECRET_ACCESS_KEY"),
        ({"AWS_SECRET_ACCESS_KEY_FILE": "/etc"}, "not a file"),
        ({"AWS_SECRET_ACCESS_KEY_FILE": "/dev/zero"}, "not a file"),
        ({"ENCRYPTION_KEY": "", "ENCRYPTION_KEY_FILE": "/etc"}, "not a file"),
        ({"ENCRYPTION_KEY": "", "ENCRYPTION_KEY_FILE": "/dev/null"},
         "not a file"),
        ({"IMAP_HOST_FILE": "/usr/local/bin/postern"}, "longer than"),
        ({"UPSTREAM_X_ISSUES": "https://a.example"}, "UPSTREAM_X"),
    )
    for wrong, word in rows:
        status, out, err = ended({**good, **wrong})
        assert status == CONFIGURATION, (wrong, status, out, err)
        assert word in err and KEY not in err, (wrong, err)
        assert err.startswith("postern: ") and "ok " not in err, err


@case("check and client have the settings of the container")
def _():
    given = {"BASE_URL": "https://mail.example.org", "ENCRYPTION_KEY": KEY}
    status, out, err = ended(given, "check", "--offline")
    assert status == 0 and "encryption key" in out, (out, err)
    status, out, err = ended(given, "client", "--json",
                             "--imap-host=imap.example.org",
                             "--smtp-host=smtp.example.org")
    assert status == 0 and "client_secret" in json.loads(out), (out, err)


@case("it serves: pages, programs, /health for who has no client of HTTP")
def _():
    with Container() as here:
        told = here.fetch("/.well-known/oauth-protected-resource/mcp")
        assert told.json()["resource"].endswith(":%d/mcp" % here.port), told
        assert here.fetch("/mcp", "POST", body=b"{}").status == 401
        assert here.fetch("/connections").status == 200
        told = here.fetch("/")
        assert told.status == 200 and b"<html" in told.body, told
        assert told.header("Server") is None, told.headers
        healthy = ["nsenter", "--target", str(here.first), "--mount",
                   "--root", "--wd",
                   "/usr/local/share/postern/container/health"]
        assert subprocess.run(healthy, check=False).returncode == 0
        for pid in here.named("well-known"):
            os.kill(pid, signal.SIGSTOP)
        assert subprocess.run(healthy, check=False).returncode != 0
        for pid in here.named("well-known"):
            os.kill(pid, signal.SIGCONT)
        assert here.stop() == 0


@case("no process has rights, or a secret in its environment; nor the log")
def _():
    folder = root + "/settings"
    os.mkdir(folder)
    for name, text in (("key", KEY + "\n"), ("aws", "a secret of S3\n")):
        with open(folder + "/" + name, "w", encoding="utf-8") as file:
            file.write(text)
    with Container(carried=[folder], ENCRYPTION_KEY=None,
                   ENCRYPTION_KEY_FILE=folder + "/key",
                   AWS_ACCESS_KEY_ID="id", AWS_S3_BUCKET="bucket",
                   AWS_SECRET_ACCESS_KEY_FILE=folder + "/aws",
                   MICROSOFT_CLIENT_ID="id",
                   MICROSOFT_CLIENT_SECRET="a secret of Entra\\n\\\\c") as here:
        here.fetch("/authorize?state=a-word-of-the-query")
        pids = here.processes()
        assert len(pids) > 10, pids
        for pid in pids:
            status = dict(line.split(":\t", 1) for line in
                          read(pid, "status").splitlines())
            assert set(status["Uid"].split()) == {"10001"}, status
            assert set(status["Gid"].split()) == {"10001"}, status
            assert status["NoNewPrivs"] == "1", status
            for name in ("CapPrm", "CapEff", "CapBnd", "CapInh", "CapAmb"):
                assert int(status[name], 16) == 0, (name, status)
            told = read(pid, "environ") + read(pid, "cmdline")
            for word in (KEY, "secret of"):
                assert word not in told, (pid, told)
        with open(here.file("postern.conf"), encoding="utf-8") as file:
            kept = file.read()
        for word in ("AWS_SECRET_ACCESS_KEY=a secret of S3\n",
                     "MICROSOFT_CLIENT_SECRET=a secret of Entra\\n\\\\c\n"):
            assert word in kept, kept
        for name in os.listdir(here.file("")):
            mode = os.stat(here.file(name)).st_mode
            assert mode & 0o077 == 0, (name, oct(mode))
        for place in ("/usr/x", "/etc/x", "/x"):
            try:
                with open("/proc/%d/root%s" % (here.first, place), "w",
                          encoding="utf-8"):
                    raise AssertionError(place)
            except OSError:
                pass
    told = "".join(here.log)
    assert "program=authorize" in told, told
    for word in (KEY, "secret of", "a-word-of-the-query"):
        assert word not in told, told


@case("as many workers of each program as the environment says")
def _():
    told = {"MCP_WORKERS": 9, "AUTHORIZE_WORKERS": 3, "TOKEN_WORKERS": 1,
            "CONNECTIONS_WORKERS": 5, "ATTACHMENT_WORKERS": 6}
    with Container(**told) as here:
        for name, count in told.items():
            name = name.removesuffix("_WORKERS").lower()
            for _ in range(50):
                if len(here.named(name)) == count:
                    break
                time.sleep(0.1)
            else:
                raise AssertionError((name, here.named(name)))
        with open(here.file("postern.conf"), encoding="utf-8") as file:
            kept = file.read().splitlines()
        assert "WAITING_WORKERS=3" in kept, kept
        assert "MAX_SESSIONS_PER_ACCOUNT=11" in kept, kept
    with Container(MCP_WORKERS=9, WAITING_WORKERS=1) as here:
        with open(here.file("postern.conf"), encoding="utf-8") as file:
            assert file.read().count("WAITING_WORKERS") == 1


@case("a worker who is killed has a successor at the same socket")
def _():
    with Container(TOKEN_WORKERS=1) as here:
        first = wait_for(lambda: here.named("token"))
        os.kill(first[0], signal.SIGKILL)
        wait_for(lambda: set(here.named("token")) - set(first))
        told = here.fetch("/oauth/token", "POST", {
            "Content-Type": "application/x-www-form-urlencoded"}, b"a=b")
        assert told.status == 400, told.status


def wait_for(look):
    for _ in range(100):
        found = look()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("it did not come")


def register(here, address):
    return here.fetch(
        "/oauth/register", "POST",
        {"Content-Type": "application/json", "X-Forwarded-For": address},
        b'{"redirect_uris":["http://127.0.0.1:9/callback"]}').status


@case("an address is taken from a proxy of ours, and from nobody else")
def _():
    with Container(TRUSTED_PROXIES="127.0.0.0/8, fd00::/8") as here:
        told = {register(here, "203.0.113.7")
                for _ in range(REGISTRATIONS)}
        assert told == {201, 429}, told
        assert register(here, "203.0.113.8") == 201
        # Behind the last one that is ours, anybody may write anything.
        assert register(here, "198.51.100.1, 203.0.113.7") == 429
    with Container(TRUSTED_PROXIES="10.0.0.0/8") as here:
        told = {register(here, "203.0.113.7")
                for _ in range(REGISTRATIONS)}
        assert told == {201}, told


class Slow:
    """An IMAP server that thinks before it greets, and then has enough."""

    def __init__(self, seconds):
        self.seconds = seconds
        self.asked = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return
            self.asked.set()
            time.sleep(self.seconds)
            peer.sendall(b"* BYE enough\r\n")
            peer.close()


@case("told to stop by either signal, it finishes what was begun, takes no "
      "more, and ends well")
def _():
    for number in (signal.SIGTERM, signal.SIGINT):
        slow = Slow(1)
        with Container(IMAP_HOST="127.0.0.1", IMAP_PORT=slow.port,
                       IMAP_TLS="none", SMTP_HOST="127.0.0.1",
                       ALLOW_HEADER_CREDENTIALS=1) as here:
            idle = http.client.HTTPConnection("127.0.0.1", here.port)
            idle.request("GET", "/health")
            idle.getresponse().read()
            answers = []
            asking = threading.Thread(target=lambda: answers.append(
                here.fetch("/mcp", "POST", {
                    "Content-Type": "application/json",
                    "Accept": "application/json, text/event-stream",
                    "x-imap-user": "a@b.test", "x-imap-pass": "b"},
                    json.dumps({
                        "jsonrpc": "2.0", "id": 1, "method": "tools/call",
                        "params": {"name": "list_mailboxes",
                                   "arguments": {}}}).encode())))
            asking.start()
            assert slow.asked.wait(10), here.log
            began = time.monotonic()
            status = here.stop(number)
            asking.join(10)
            assert status == 0, (status, here.log)
            assert time.monotonic() - began < 10
            assert answers and answers[0].body, (answers, here.log)
            assert answers[0].status in (200, 503), answers
            idle.close()


@case("probes by the address of a pod are answered")
def _():
    with Container(BASE_URL="https://mail.example.org") as here:
        for host in ("10.1.2.3:3000", "[fd00::1]:3000", "postern"):
            told = here.fetch("/health", headers={"Host": host})
            assert told.status == 200, (host, told)


@case("while it finishes, nobody else is let in")
def _():
    slow = Slow(2)
    with Container(IMAP_HOST="127.0.0.1", IMAP_PORT=slow.port,
                   IMAP_TLS="none", SMTP_HOST="127.0.0.1",
                   ALLOW_HEADER_CREDENTIALS=1) as here:
        asking = threading.Thread(target=lambda: here.fetch(
            "/mcp", "POST", {"Content-Type": "application/json",
                             "Accept": "application/json, text/event-stream",
                             "x-imap-user": "a@b.test", "x-imap-pass": "b"},
            b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":'
            b'{"name":"list_mailboxes","arguments":{}}}'))
        asking.start()
        assert slow.asked.wait(10), here.log
        os.kill(here.first, signal.SIGTERM)
        time.sleep(0.7)
        assert here.outer.poll() is None
        try:
            here.fetch("/health")
            raise AssertionError("somebody was let in")
        except OSError:
            pass
        asking.join(10)
        assert here.outer.wait(10) == 0


def may():
    told = subprocess.run(["unshare", "--mount", "--pid", "--fork", "true"],
                          stderr=subprocess.DEVNULL, check=False)
    return os.getuid() == 0 and told.returncode == 0


try:
    if may():
        case.run()
    else:
        print("1..1\nok 1 - the entrypoint # SKIP not root, or no namespaces")
finally:
    shutil.rmtree(root)
