#!/usr/bin/env python3
"""The operator's command: keys, clients, check.  Only the last cases need
servers."""
import base64
import concurrent.futures
import json
import os
import shutil
import stat
import subprocess
import tempfile
import time

import postern

BUILD = os.path.abspath(os.environ.get("BUILD", "build"))
case = postern.Cases()
home = tempfile.TemporaryDirectory()
KEY = os.path.join(home.name, "key")
SERVERS = ["--imap-host=imap.example.org", "--smtp-host=smtp.example.org"]


def run(*arguments, **settings):
    """Exit status, standard output, standard error."""
    settings = {"BASE_URL": "https://mail.example.org",
                "ENCRYPTION_KEY_FILE": KEY, **postern.SANITIZERS, **settings}
    done = subprocess.run([BUILD + "/postern", *arguments], env=settings,
                          capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


def client(*arguments, **settings):
    status, told, why = run("client", "--json", *arguments, **settings)
    assert status == 0, why
    return json.loads(told)


def header(token):
    part = token.split(".")[0]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


@case("without a key it says how to make one")
def _():
    status, told, why = run("client", *SERVERS)
    assert status == 1 and told == "" and "postern key --file" in why, why


@case("--help tells the options, --version the version")
def _():
    for arguments in (["help", "client"], ["client", "--help"]):
        status, told, why = run(*arguments)
        assert status == 0 and "--imap-host" in told, (told, why)
    status, told, _ = run("--help")
    assert status == 0 and "client" in told and "check" in told
    status, told, _ = run("--version")
    assert status == 0 and told.startswith("postern 0."), told
    assert run("nonsense", "--help")[0] != 0


@case("who may not read the key is told that, and not to make one")
def _():
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        os.chmod(folder, 0o755)
        path = os.path.join(folder, "key")
        assert run("key", "--file", path)[0] == 0
        os.chmod(path, 0)
        copy = os.path.join(folder, "postern")
        shutil.copy(BUILD + "/postern", copy)
        who = (["setpriv", "--reuid=65534", "--clear-groups"]
               if os.getuid() == 0 else [])
        done = subprocess.run(
            [*who, copy, "check", "--offline"], capture_output=True,
            env={"BASE_URL": "https://mail.example.org",
                 "PATH": os.environ["PATH"],
                 "ENCRYPTION_KEY_FILE": path, **postern.SANITIZERS},
            text=True, timeout=60)
        assert done.returncode == 1, done
        assert "cannot read" in done.stdout and "root" in done.stdout, done
        assert "make one" not in done.stdout, done


@case("key prints 32 random bytes")
def _():
    first, second = run("key")[1], run("key")[1]
    assert len(base64.b64decode(first, validate=False)) == 32
    assert first != second


@case("key --file makes a file only we can read, and never over another")
def _():
    status, told, why = run("key", "--file", KEY)
    assert status == 0, why
    assert stat.S_IMODE(os.stat(KEY).st_mode) == 0o400
    before = open(KEY).read()
    assert before.strip() not in told
    status, told, why = run("key", "--file=" + KEY)
    assert status == 1 and "exists" in why, why
    assert open(KEY).read() == before


@case("key --next opens only, --seal has it seal, --drop takes the old one")
def _():
    path = KEY + ".rotated"

    def lines():
        with open(path, encoding="ascii") as file:
            return file.read().split("\n")[:-1]

    def change(*words):
        status, told, why = run("key", "--file=" + path, *words)
        assert status == 0, why
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o400
        return told.split()[1].rstrip(":")

    def refused(*words):
        before = lines()
        status, _, why = run("key", "--file=" + path, *words)
        assert status != 0 and lines() == before, why
        return why

    old = change()
    first, = lines()
    new = change("--next")
    assert lines()[0] == first and len(lines()) == 2 and old != new
    second = lines()[1]
    assert run("key", "--file=" + path, "--list")[1] == (
        "key %s: seals and opens\nkey %s: opens\n" % (old, new))
    assert "seals" in refused("--drop=" + old)
    assert "no key" in refused("--drop=" + "0" * 8)
    refused("--seal=")
    assert "one at a time" in refused("--seal=" + new, "--drop=" + old)
    assert change("--seal=" + new) == new
    assert lines() == [second, first]
    assert change("--seal=" + new) == new and lines() == [second, first]
    assert change("--drop=" + old) == old and lines() == [second]
    assert "seals" in refused("--drop=" + new)
    assert run("key", "--next")[0] != 0


@case("of keys that are changed at once none is lost; odd files are refused")
def _():
    path = KEY + ".odd"

    def change(*words, status=0, file=path):
        told = run("key", "--file=" + file, *words)
        assert told[0] == status, told
        return told[1] if status == 0 else told[2]

    def kids():
        return {line.split()[1].rstrip(":")
                for line in change("--list").splitlines()}

    def at_once(_):
        status, told, why = run("key", "--file=" + path, "--next")
        assert status == 0 or "just now" in why, why
        return told.split()[1].rstrip(":") if status == 0 else None

    change()
    for _ in range(4):
        before = kids()
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            made = set(pool.map(at_once, range(6))) - {None}
        assert made and kids() == before | made, (before, made)
    # Of a link, what it leads to is changed; who may read stays as it was.
    os.symlink(path, path + ".link")
    os.chmod(path, 0o440)
    before = kids()
    change("--next", file=path + ".link")
    assert os.path.islink(path + ".link") and len(kids()) == len(before) + 1
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o440
    with open(path + ".new", "w", encoding="ascii"):
        assert "remove" in change("--next", status=1)
    os.unlink(path + ".new")
    # No key is lost that stands behind what is read.
    change("--seal=00000000", status=64)
    with open(path, encoding="ascii") as file:
        keys = file.read()
    os.unlink(path)
    with open(path, "w", encoding="ascii") as file:
        file.write(("# %s\n" % ("x" * 300)) * 120 + keys)
    assert "over" in change("--next", status=1)
    os.unlink(path)
    os.mkfifo(path)
    assert "not a file" in change("--next", status=1)
    os.unlink(path)
    os.mkdir(path)
    change("--next", status=1)
    assert not os.path.exists(path + ".new")
    os.rmdir(path)
    change("--next", status=1)


@case("check sends no token where others can read it")
def _():
    path = KEY + ".token"
    with open(path, "w", encoding="ascii") as file:
        file.write("a-token")
    status, told, why = run("check", "--only=key", "--token-file=" + path,
                            "http://mail.example.org")
    assert status == 64 and "https" in why, (told, why)
    for site in ("https://mail.example.org", "http://127.0.0.1:1"):
        assert run("check", "--only=key", "--token-file=" + path,
                   site)[0] != 64


@case("keys prints what one program needs, under the kid of each key")
def _():
    status, told, why = run("keys", "--for=register")
    assert status == 0, why
    kid = header(client(*SERVERS)["client_id"])["kid"]
    lines = [line.split() for line in told.splitlines()]
    assert [line[:2] for line in lines] == [
        [kid, "mcp-client+jwe"], [kid, "mcp-client-secret"],
        [kid, "pace"]], told
    assert len({line[2] for line in lines}) == 3
    assert all(len(base64.b64decode(line[2])) == 32 for line in lines)
    with open(KEY, encoding="ascii") as file:
        assert file.read().strip() not in told
    own = os.path.join(home.name, "own")
    assert run("keys", "--for=register", "--file=" + own)[0] == 0
    assert stat.S_IMODE(os.stat(own).st_mode) == 0o400
    assert run("keys", "--for=register", "--file=" + own)[0] == 1
    # Derived keys are no master: others can't be had from them.
    status, told, why = run("keys", "--for=mcp", ENCRYPTION_KEY_FILE=own)
    assert status == 1 and not told and "takes the master key" in why, why
    for wrong, said in (("nonsense", "register, authorize"),
                        ("well-known", "needs no key")):
        status, told, why = run("keys", "--for=" + wrong)
        assert status != 0 and not told and said in why, why


@case("client prints both servers with their TLS, an id and a secret")
def _():
    status, told, why = run("client", *SERVERS, "--smtp-port=587",
                            "--name=My agent")
    assert status == 0, why
    lines = dict(line.split(None, 1) for line in told.splitlines())
    assert lines["IMAP"] == "imap.example.org port 993, implicit TLS"
    assert lines["SMTP"] == "smtp.example.org port 587, STARTTLS required"
    assert lines["name"] == "My agent"
    assert len(lines["client_id"]) <= 1500
    assert len(lines["client_secret"]) == 43


@case("client --json; no two are alike; the secret is not in the id")
def _():
    told = client(*SERVERS, "--redirect-uri=https://a.example/cb",
                  "--redirect-uri", "http://localhost/cb")
    assert told["imap"] == {"host": "imap.example.org", "port": 993,
                            "tls": "implicit"}, told
    assert told["smtp"] == {"host": "smtp.example.org", "port": 465,
                            "tls": "implicit"}, told
    assert told["redirect_uris"] == ["https://a.example/cb",
                                     "http://localhost/cb"]
    other = client(*SERVERS)
    assert other["client_id"] != told["client_id"]
    assert other["client_secret"] != told["client_secret"]
    assert header(told["client_id"])["typ"] == "mcp-client+jwe"


@case("TLS follows the port unless it is said")
def _():
    rows = [([], "implicit"), (["--imap-port=143"], "starttls"),
            (["--imap-port=143", "--imap-ssl"], "implicit"),
            (["--no-imap-ssl"], "starttls"),
            (["--imap-ssl=false"], "starttls"),
            (["--imap-ssl=true", "--imap-port", "1993"], "implicit")]
    for arguments, tls in rows:
        told = client("--imap-host=127.0.0.1", *arguments)
        assert told["imap"]["tls"] == tls, (arguments, told)
        assert "smtp" not in told


@case("--renew seals under the newest key; what opened opens still")
def _():
    old = client(*SERVERS, "--name=Old", "--no-smtp-ssl")
    status, _, why = run("key", "--file", KEY, "--add")
    assert status == 0, why
    assert stat.S_IMODE(os.stat(KEY).st_mode) == 0o400
    assert len(open(KEY).read().split()) == 2
    new = client("--renew", old["client_id"])
    assert "client_secret" not in new
    assert new["name"] == "Old" and new["smtp"] == old["smtp"]
    assert header(new["client_id"])["kid"] != header(old["client_id"])["kid"]
    newest = open(KEY).read().split()[0]
    single = {"ENCRYPTION_KEY": newest, "ENCRYPTION_KEY_FILE": ""}
    assert client("--renew", new["client_id"], **single)["name"] == "Old"
    status, _, why = run("client", "--renew", old["client_id"], **single)
    assert status == 1 and "key" in why, why


@case("what is wrong is refused, and said")
def _():
    pin = base64.b64encode(bytes(32)).decode()
    rows = [
        ([], "--imap-host"), (["--imap-host"], "--imap-host"),
        (["--imap-host=a b"], ""), (["--imap-host=https://x"], ""),
        (SERVERS + ["--imap-port=0"], "imap-port"),
        (SERVERS + ["--imap-port=65536"], "imap-port"),
        (SERVERS + ["--imap-port=99x"], "imap-port"),
        (SERVERS + ["--imap-ssl=maybe"], "imap-ssl"),
        (SERVERS + ["--imap-hosts=x"], "--imap-hosts"),
        (SERVERS + ["--no-json"], "--no-json"), (SERVERS + ["x"], "x"),
        (SERVERS + ["--imap-host=y"], "twice"),
        (SERVERS + ["--redirect-uri=http://a.example/"], "redirect_uri"),
        (SERVERS + ["--redirect-uri=javascript:x"], "redirect_uri"),
        (SERVERS + ["--ca-file=ca.pem"], "--ca-file"),
        (SERVERS + ["--ca-file=/absent/ca.pem"], "--ca-file"),
        (SERVERS + ["--pin-sha256=abc"], "--pin-sha256"),
        (SERVERS + ["--pin-sha256=" + pin, "--ca-file=" + KEY], "not both"),
        (["--renew=nonsense"], "client_id"),
    ]
    for arguments, word in rows:
        status, told, why = run("client", *arguments)
        assert status != 0 and told == "", (arguments, told)
        assert word in why and "Traceback" not in why, (arguments, why)


@case("--pin-sha256 and --ca-file are taken")
def _():
    pin = base64.b64encode(bytes(range(32))).decode()
    assert client(*SERVERS, "--pin-sha256", pin)["client_id"]
    assert client(*SERVERS, "--ca-file", KEY)["client_id"]


@case("a key file others may read is refused")
def _():
    loose = os.path.join(home.name, "loose")
    with open(loose, "w") as file:
        file.write(run("key")[1])
    os.chmod(loose, 0o644)
    status, _, why = run("client", *SERVERS, ENCRYPTION_KEY_FILE=loose)
    assert status == 1 and "chmod 0400" in why, why


@case("check --offline tells what is set up and what is wrong")
def _():
    status, told, why = run("check", "--offline")
    assert status == 0, (told, why)
    assert "ok     encryption key" in told, told
    status, told, why = run("check", "--offline", ENCRYPTION_KEY_FILE="/x")
    assert status == 1 and "wrong  key-missing" in told, told
    assert "postern key --file=PATH" in told, told
    status, _, why = run("check", "--offline", BASE_URL="http://a.example")
    assert status == 2 and "BASE_URL" in why, why
    status, _, why = run("check", "--offline", IMAP_PORT="x")
    assert status == 2 and "IMAP_PORT" in why, why
    status, _, why = run("check", "--only=sight")
    assert status == 64 and "sight" in why, why


@case("check tells of a key file that is more than a year old")
def _():
    old = os.path.join(home.name, "old")
    assert run("key", "--file=" + old)[0] == 0
    for days, told in ((0, False), (360, False), (370, True)):
        when = time.time() - days * 86400
        os.utime(old, (when, when))
        status, said, why = run("check", "--offline", "--only=key",
                                ENCRYPTION_KEY_FILE=old)
        assert status == 0, (said, why)
        assert ("the key file is %d days old: postern key --add" % days
                in said) == told, said


@case("help, and commands that do not exist")
def _():
    status, told, _ = run("help")
    assert status == 0 and "client" in told and "check" in told
    status, told, _ = run("help", "client")
    assert status == 0 and "--imap-host=" in told and "--[no-]imap-ssl" in told
    assert run("nonsense")[0] == 64
    assert run()[0] == 64


def check(**settings):
    """postern check of the servers under test, some settings changed."""
    if "TEST_POSTERN_CONF" not in os.environ:
        raise postern.Skip("no servers")
    done = subprocess.run(
        [BUILD + "/postern", "check"], capture_output=True, text=True,
        env={"POSTERN_CONF": os.environ["TEST_POSTERN_CONF"],
             **postern.SANITIZERS, **settings},
        timeout=120)
    return done.returncode, done.stdout + done.stderr


@case("check: mail servers, web server and Authorization are all right")
def _():
    status, told = check()
    assert status == 0 and "wrong" not in told, told
    for line in ("ok     imap server", "ok     smtp server",
                 "ok     Authorization arrives", "ok     events come one by",
                 "the documents under /.well-known/ come"):
        assert line in told, told


@case("check: what is wrong with the servers is told")
def _():
    rows = [({"IMAP_PORT": "1"}, "wrong  imap-unreachable"),
            ({"SMTP_PORT": "1"}, "wrong  smtp-unreachable"),
            ({"MAIL_CA_FILE": ""}, "wrong  imap-untrusted"),
            ({"BASE_URL": "http://127.0.0.1:1"}, "wrong  unreachable"),
            ({"BASE_URL": "http://localhost:%s%s" % (
                os.environ.get("TEST_HTTP_PORT", "1"),
                postern.path_of(os.environ.get("TEST_BASE_URL", "")))},
             "wrong  other-base-url")]
    for settings, words in rows:
        status, told = check(**settings)
        assert status == 1 and words in told, (settings, told)


case.run()
