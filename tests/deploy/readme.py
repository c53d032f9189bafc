#!/usr/bin/env python3
"""What README.md says of the configuration is true, and lighttpd takes the
lines of doc/lighttpd.md in whatever configuration it has.  Commands are typed
by the program chapters."""
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
case = postern.Cases()
root = tempfile.mkdtemp(prefix="postern.", dir="/tmp")
os.chmod(root, 0o711)
with open(os.path.join(TOP, "README.md"), encoding="utf-8") as file:
    README = file.read()


def blocks(language, page=README):
    return re.findall(r"^```%s\n(.*?)^```$" % language, page, re.M | re.S)


def page(name):
    with open(os.path.join(TOP, "doc", name), encoding="utf-8") as file:
        return file.read()


def here(text):
    """The same, below our folder and as who we are."""
    text = re.sub(r"(?<![\w.])/(etc/(?:postern|nginx|apache2|systemd)|usr/local|run/lighttpd)",
                  root + r"/\1", text)
    return text


def run(command):
    path = os.path.join(root, "usr/local/bin") + ":" + os.environ["PATH"]
    done = subprocess.run(
        ["sh", "-euc", command], cwd=TOP, capture_output=True, text=True,
        env={**os.environ, "PATH": path, **postern.SANITIZERS}, timeout=300)
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return done.stdout


def is_root():
    return os.getuid() == 0


@case("it is installed below a folder, with a key and settings")
def _():
    run("make -s BUILD=%s DESTDIR=%s install" % (BUILD, root))
    os.makedirs(os.path.join(root, "etc/postern"))
    run("cp %s/usr/local/share/postern/postern.conf.sample "
        "%s/etc/postern/postern.conf" % (root, root))
    prepare()
    run("postern key --file=%s/etc/postern/key" % root)
    if is_root():
        shutil.chown(os.path.join(root, "etc/postern/key"), "www-data")


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


def debian(text, *others):
    """Debian's own configuration for lighttpd, and in it those lines beside
    others that it has ready."""
    folder = os.path.join(root, "etc/lighttpd")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree("/etc/lighttpd", folder, symlinks=True)
    shutil.rmtree(os.path.join(folder, "conf-enabled"))
    os.mkdir(os.path.join(folder, "conf-enabled"))
    for name in (*others, "50-postern.conf"):
        with open(os.path.join(folder, "conf-enabled", name), "w",
                  encoding="utf-8") as file:
            if name.startswith("50"):
                file.write(here(text))
            else:
                with open("/etc/lighttpd/conf-available/" + name,
                          encoding="utf-8") as own:
                    file.write(own.read())
    with open("/etc/lighttpd/lighttpd.conf", encoding="utf-8") as file:
        told = file.read()
    told = re.sub(r"/(var/(www/html|cache/lighttpd/uploads|log/lighttpd/"
                  r"error.log)|run/lighttpd.pid|etc/lighttpd)",
                  root + r"/\1", told)
    told = re.sub(r"^(server.port *= *)80$", r"\g<1>%d" % port, told,
                  flags=re.M)
    if not is_root():
        told = re.sub(r"^server.(user|group)name.*", "", told, flags=re.M)
    for name in ("www/html", "cache/lighttpd/uploads", "log/lighttpd"):
        os.makedirs(os.path.join(root, "var", name), exist_ok=True)
        if is_root():
            shutil.chown(os.path.join(root, "var", name), "www-data")
    return told


def alone(text):
    """As little as lighttpd needs besides those lines."""
    told = 'server.bind = "127.0.0.1"\nserver.port = %d\n' % port
    told += 'server.document-root = "%s/var"\n' % root
    if is_root():
        told += 'server.username = "www-data"\n'
    return told + here(text)


FILES = (("/", "text/html"), ("/style.css", "text/css"),
         ("/sign-in.js", ("text/javascript", "application/javascript")),
         ("/icon.svg", "image/svg+xml"))
PROGRAMS = ("/mcp", "/oauth/token", "/token", "/authorize",
            "/oauth/revoke", "/revoke",
            "/oauth/register", "/health", "/.well-known/x",
            "/attachment/x", "/mcp/x", "//mcp", "/./mcp")


def fetch(method, path, body=None):
    return postern.fetch(method, "http://127.0.0.1:%d%s" % (port, path), {},
                         body)


def check_served():
    told = fetch("GET", "/.well-known/oauth-protected-resource/mcp")
    assert told.json()["resource"].endswith(":%d/mcp" % port), told
    for path in ("/mcp", "/oauth/token", "/revoke"):
        told = fetch("POST", path, b"")
        assert told.status in (400, 401, 415), told
    for path, kind in FILES:
        told = fetch("GET", path)
        assert told.status == 200, (path, told)
        assert told.header("Content-Type").startswith(kind), (path, told)
    for path in PROGRAMS:
        told = fetch("GET", path)
        assert b"\x7fELF" not in told.body[:4], path


def serve(configuration, check=check_served):
    """lighttpd with that, and what it answers."""
    path = os.path.join(root, "lighttpd.conf")
    os.makedirs(os.path.join(root, "run/lighttpd"), exist_ok=True)
    os.makedirs(os.path.join(root, "var"), exist_ok=True)
    if is_root():
        shutil.chown(os.path.join(root, "run/lighttpd"), "www-data")
        shutil.chown(os.path.join(root, "etc/postern/postern.conf"),
                     "root", "www-data")
    with open(path, "w", encoding="utf-8") as file:
        file.write(configuration)
    server = subprocess.Popen(["lighttpd", "-D", "-f", path],
                              stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            try:
                fetch("GET", "/health")
                break
            except OSError:
                assert server.poll() is None, "lighttpd does not start"
                time.sleep(0.1)
        check()
    finally:
        server.terminate()
        server.wait()


@case("lighttpd with those lines serves, as FastCGI and as CGI")
def _():
    wanted, = blocks("lighttpd", page("lighttpd.md"))
    serve(alone(wanted))
    serve(alone(wanted.replace("watched.conf", "cgi.conf")))


@case("lighttpd as Debian sets it up serves with them too")
def _():
    wanted, = blocks("lighttpd", page("lighttpd.md"))
    serve(debian(wanted))
    wanted = wanted.replace("watched.conf", "cgi.conf")
    serve(debian(wanted))
    serve(debian(wanted, "05-setenv.conf", "10-cgi.conf",
                 "10-fastcgi.conf"))


@case("where they stand at the wrong end, no program is given out")
def _():
    wanted, = blocks("lighttpd", page("lighttpd.md"))
    wanted = wanted.replace("watched.conf", "cgi.conf")
    text = debian("") + here(wanted)

    def refused():
        for path in PROGRAMS:
            told = fetch("GET", path)
            assert b"\x7fELF" not in told.body, path
    serve(text, refused)


@case("the table has each name of the configuration, and no other")
def _():
    with open(os.path.join(TOP, "deploy/postern.conf.sample"),
              encoding="utf-8") as file:
        known = set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", file.read(), re.M))
    table = README.split("## Configuration")[1].split("\n## ")[0]
    told = {name for row in re.findall(r"^\| (`[^|]*)\|", table, re.M)
            for name in re.findall(r"`((?:[A-Z0-9_]|<NAME>)+)`", row)}
    # Those of a provider: the first is whole, the others end as it would.
    told = {re.sub("^(UPSTREAM_<NAME>)?_", "UPSTREAM_EXAMPLE_", name)
            for name in told}
    assert told == known, told ^ known


@case("the settings of providers are taken as they stand there")
def _():
    told = blocks("ini", page("sign-in-with.md"))
    assert len(told) == 2
    for block in told:
        path = os.path.join(root, "providers.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write("BASE_URL=http://localhost\nENCRYPTION_KEY_FILE="
                       "%s/etc/postern/key\n%s" % (root, block))
        run("POSTERN_CONF=%s postern check --offline" % path)


@case("Dovecot takes the settings that it is to have for them")
def _():
    if shutil.which("doveconf") is None:
        raise postern.Skip("no Dovecot")
    path = os.path.join(root, "dovecot.conf")
    with open(path, "w", encoding="utf-8") as file:
        file.write(blocks("dovecot", page("sign-in-with.md"))[0])
    told = run("doveconf -n -c " + path)
    assert "driver = oauth2" in told, told
    # What is in the other file is what the tests' own Dovecot has.
    with open(os.path.join(TOP, "tests/servers/dovecot"),
              encoding="utf-8") as file:
        ours = set(re.findall(r"^\t+(\w+) = ", file.read(), re.M))
    names = {line.split(" = ")[0]
             for line in blocks("dovecot-oauth2", page("sign-in-with.md"))[0].splitlines()}
    assert names and names <= ours, names - ours


@case("files it names are there")
def _():
    for name in re.findall(r"`((?:deploy|tests|lib|cgi)/[\w./-]*)`", README):
        assert os.path.exists(os.path.join(TOP, name)), name


try:
    case.run()
finally:
    shutil.rmtree(root)
