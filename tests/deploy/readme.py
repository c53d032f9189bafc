#!/usr/bin/env python3
"""What README.md says to type is typed here, in a folder instead of the
whole machine; and what it says of the configuration is true."""
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, "tests", "e2e"))
import postern  # noqa: E402

BUILD = os.environ.get("BUILD", "build")
# The two commands have tests of their own: make_run.py, and all of this.
ELSEWHERE = ("make run", "make check")
case = postern.Cases()
root = tempfile.mkdtemp(prefix="postern.", dir="/tmp")
os.chmod(root, 0o711)
with open(os.path.join(TOP, "README.md"), encoding="utf-8") as file:
    README = file.read()


def blocks(language):
    return re.findall(r"^```%s\n(.*?)^```$" % language, README, re.M | re.S)


def here(text):
    """The same, below our folder and as who we are."""
    text = re.sub(r"(?<![\w.])/(etc/postern|usr/local|run/lighttpd)",
                  root + r"/\1", text)
    text = text.replace("sudo ", "")
    return re.sub(r"^make( install)?$", r"make -s BUILD=%s DESTDIR=%s\1"
                  % (BUILD, root), text, flags=re.M)


def run(command):
    path = os.path.join(root, "usr/local/bin") + ":" + os.environ["PATH"]
    done = subprocess.run(
        ["sh", "-euc", command], cwd=TOP, capture_output=True, text=True,
        env={**os.environ, "PATH": path, **postern.SANITIZERS}, timeout=300)
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return done.stdout


def is_root():
    return os.getuid() == 0


@case("each command works as it is written, in this order")
def _():
    count = 0
    for block in blocks("sh"):
        for line in block.splitlines():
            if line in ELSEWHERE:
                continue
            if line.startswith("sudo chown") and not is_root():
                continue
            print("# " + line)
            told = run(here(line))
            count += 1
            if "check --offline" in line:
                assert "ok" in told, told
            if line.startswith("sudo cp"):
                prepare()
    assert count >= 7, count


def prepare():
    """What the reader is told to edit."""
    path = os.path.join(root, "etc/postern/postern.conf")
    with open(path, encoding="utf-8") as file:
        text = here(file.read())
    with open(path, "w", encoding="utf-8") as file:
        file.write(re.sub(r"^BASE_URL=.*$", "BASE_URL=http://127.0.0.1:%d"
                          % port, text, flags=re.M))


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


port = free_port()


def serve(configuration):
    """lighttpd with that; the well-known document it gives out."""
    path = os.path.join(root, "lighttpd.conf")
    os.makedirs(os.path.join(root, "run/lighttpd"), exist_ok=True)
    text = 'server.bind = "127.0.0.1"\nserver.port = %d\n' % port
    if is_root():
        shutil.chown(os.path.join(root, "run/lighttpd"), "www-data")
        os.chmod(os.path.join(root, "etc/postern/postern.conf"), 0o644)
        text += 'server.username = "www-data"\n'
    with open(path, "w", encoding="utf-8") as file:
        file.write(text + here(configuration))
    server = subprocess.Popen(["lighttpd", "-D", "-f", path],
                              stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            try:
                told = postern.fetch(
                    "GET", "http://127.0.0.1:%d/.well-known/"
                    "oauth-protected-resource/mcp" % port)
                break
            except OSError:
                time.sleep(0.1)
        assert told.json()["resource"].endswith(":%d/mcp" % port), told
        for path in ("/mcp", "/oauth/token"):
            told = postern.fetch("POST", "http://127.0.0.1:%d%s"
                                 % (port, path), {}, b"")
            assert told.status in (400, 401, 415), told
        assert postern.fetch("GET", "http://127.0.0.1:%d/style.css"
                             % port).status == 200
    finally:
        server.terminate()
        server.wait()


@case("lighttpd with those lines serves, as FastCGI and as CGI")
def _():
    wanted, = blocks("lighttpd")
    serve(wanted)
    serve(wanted.replace("fastcgi.conf", "cgi.conf"))


@case("the table has each name of the configuration, and no other")
def _():
    with open(os.path.join(TOP, "deploy/postern.conf.sample"),
              encoding="utf-8") as file:
        known = set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", file.read(), re.M))
    table = README.split("## Configuration")[1].split("\n## ")[0]
    told = {name for row in re.findall(r"^\| (`[^|]*)\|", table, re.M)
            for name in re.findall(r"`([A-Z0-9_]+)`", row)}
    assert told == known, told ^ known


@case("files and links it names are there")
def _():
    for name in re.findall(r"`((?:deploy|tests|lib|cgi)/[\w./-]*)`", README):
        assert os.path.exists(os.path.join(TOP, name)), name
    for name in re.findall(r"\]\(([^)#:]+)\)", README):
        assert os.path.exists(os.path.join(TOP, name)), name


try:
    case.run()
finally:
    shutil.rmtree(root)
