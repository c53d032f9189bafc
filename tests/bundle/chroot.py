#!/usr/bin/env python3
"""The bundle in a folder that holds it, the files of glibc's package, and
nothing else: every program answers there as CGI, and so does the command."""
import glob
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, "tests", "e2e"))
import postern  # noqa: E402

BUILD = os.environ.get("BUILD", "build")
case = postern.Cases()
root = tempfile.mkdtemp(prefix="postern.", dir="/tmp")
MAIL = "/srv/web/mail"
PROGRAM = MAIL + "/cgi-bin/postern.cgi"
USER = 65534
BASE = "https://mail.example.org/mail"
# As what: method, address, status, a word of the answer, and its kind.
ASKED = (
    ("well-known", "GET", "/.well-known/oauth-authorization-server", 200,
     '"issuer":"%s"' % BASE),
    ("well-known", "GET", "/health", 200, '"ok"'),
    # With what it has inside of libunistring.
    ("register", "POST", "/oauth/register", 201, '"client_name":"Claude"'),
    ("authorize", "GET", "/oauth/authorize", 400, "<title>"),
    ("token", "POST", "/oauth/token", 400, "invalid_request"),
    ("revoke", "POST", "/oauth/revoke", 400, "invalid_request"),
    ("mcp", "POST", "/mcp", 401, "token"),
    ("attachment", "GET", "/attachment/x", 401, "link"),
    ("connections", "GET", "/connections", 200, "<form"),
    ("setup", "GET", "/setup", 200, "All is right"),
)
BODIES = {"register": ("application/json",
                       '{"redirect_uris":["https://a.example/x"],'
                       '"client_name":"\\uff23laude"}'),
          "mcp": ("application/json", "{}"),
          "token": ("application/x-www-form-urlencoded", "a=b"),
          "revoke": ("application/x-www-form-urlencoded", "a=b")}


def furnish():
    """The libraries of libc6, and the bundle where a host would have it."""
    if os.getuid() != 0:
        raise postern.Skip("chroot needs root")
    listed = subprocess.run(["dpkg", "-L", "libc6"], capture_output=True,
                            text=True, check=True).stdout.split()
    for path in listed:
        if re.search(r"\.so(\.\d+)?$", path) and "gconv" not in path \
                and os.path.isfile(path):
            os.makedirs(root + os.path.dirname(path), exist_ok=True)
            shutil.copy(path, root + path)
    # On a merged /usr the loader's own name is a link that dpkg knows not.
    if not os.path.exists(root + "/lib64"):
        os.makedirs(root + "/lib64")
    loader = "/lib64/ld-linux-x86-64.so.2"
    if not os.path.exists(root + loader):
        shutil.copy(os.path.realpath(loader), root + loader)
    (found,) = glob.glob(BUILD + "/postern-*.zip")
    os.makedirs(root + "/srv/web")
    subprocess.run(["unzip", "-q", "-d", root + "/srv/web", found],
                   check=True)
    with open(root + MAIL + "/postern.conf", "w", encoding="utf-8") as file:
        file.write("BASE_URL=%s\nENCRYPTION_KEY=%s\n" % (
            BASE, os.urandom(32).hex()))
    for path in glob.glob(root + "/srv/**", recursive=True,
                          include_hidden=True):
        os.chown(path, USER, USER)
    os.chmod(root, 0o711)


def asked(method, path, program, query="", **variables):
    """The environment of such a request."""
    return {"GATEWAY_INTERFACE": "CGI/1.1", "SERVER_PROTOCOL": "HTTP/1.1",
            "REQUEST_METHOD": method, "REQUEST_URI": "/mail" + path +
            ("?" + query if query else ""), "QUERY_STRING": query,
            "HTTPS": "on", "HTTP_HOST": "mail.example.org",
            "REMOTE_ADDR": "192.0.2.1", "DOCUMENT_ROOT": "/srv/web",
            **({"PATH_INFO": "/" + program} if program else {}), **variables}


def inside(variables, body="", words=(), status=0):
    done = subprocess.run(
        [PROGRAM, *words], input=body.encode(), capture_output=True,
        env=variables, check=False, timeout=60,
        preexec_fn=lambda: (os.chroot(root), os.chdir(MAIL + "/cgi-bin"),
                            os.setgroups([]), os.setgid(USER),
                            os.setuid(USER)))
    assert done.returncode == status, done
    return done.stdout.decode()


@case("nothing is there but glibc and the bundle")
def _():
    furnish()
    outside = {path[len(root):] for path, _, _ in os.walk(root)}
    assert all(re.match(r"(/lib|/usr/lib|/srv|$)|/usr$", path)
               for path in outside), outside
    told = subprocess.run(["objdump", "-p", root + PROGRAM],
                          capture_output=True, text=True, check=True).stdout
    needed = set(re.findall(r"NEEDED +(\S+)", told))
    assert needed <= {"libc.so.6", "libm.so.6",
                      "ld-linux-x86-64.so.2"}, needed
    wanted = {tuple(map(int, version.split(".")))
              for version in re.findall(r"GLIBC_([0-9.]+)", told)}
    assert max(wanted) == (2, 34), wanted
    with open(TOP + "/doc/shared-hosting.md", encoding="utf-8") as file:
        assert "glibc 2.34" in file.read()


for program, method, path, status, words in ASKED:
    @case("%s answers %s %s there" % (program, method, path))
    def _(program=program, method=method, path=path, status=status,
          words=words):
        kind, body = BODIES.get(program, ("", ""))
        told = inside(asked(method, path, program, CONTENT_TYPE=kind,
                            CONTENT_LENGTH=str(len(body))), body)
        head, _, rest = told.partition("\r\n\r\n")
        assert head.startswith("Status: %d\r" % status), told
        assert words in rest, told
        if kind == "application/json" and rest:
            json.loads(rest)


@case("the command tells its version there, and makes a key")
def _():
    assert re.match(r"postern \d+\.\d+", inside({}, words=["--version"]))
    inside({}, words=["key", "--file=%s/run/key" % MAIL])
    assert os.stat(root + MAIL + "/run/key").st_mode & 0o777 == 0o400


@case("T41: what stands behind ? is no command")
def _():
    made = MAIL + "/run/never"
    for words in (["--version"], ["help"], ["key", "--file=" + made]):
        for method, path, program in (
                ("GET", "/cgi-bin/postern.cgi", None),
                ("GET", "/.well-known/oauth-authorization-server",
                 "well-known"), ("POST", "/mcp", "mcp")):
            query = "+".join(words).replace("=", "%3D")
            told = inside(asked(method, path, program, query,
                                CONTENT_LENGTH="0"), words=words)
            wanted = {None: 404, "well-known": 200, "mcp": 401}[program]
            assert told.startswith("Status: %d\r" % wanted), told
            assert "usage" not in told and "postern 0" not in told, told
    assert not os.path.exists(root + made)


def greet(folder):
    """An IMAP server with a certificate that nobody but it has signed."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days",
         "2", "-keyout", folder + "/key", "-out", folder + "/certificate",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder + "/certificate", folder + "/key")
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            line, _ = listener.accept()
            try:
                with context.wrap_socket(line, server_side=True) as channel:
                    channel.sendall(b"* OK here\r\n")
                    channel.recv(100)
            except OSError:
                continue
    threading.Thread(target=serve, daemon=True).start()
    return listener.getsockname()[1]


@case("without certificates of the system's own it has those that came along")
def _():
    trusted = root + MAIL + "/ca-certificates.crt"
    with tempfile.TemporaryDirectory() as folder:
        settings = {
            "POSTERN_CONF": MAIL + "/postern.conf", "IMAP_TLS": "implicit",
            "IMAP_HOST": "127.0.0.1", "IMAP_PORT": str(greet(folder)),
            "BASE_URL": "https://127.0.0.1:1/mail"}
        told = inside(settings, words=["check"], status=1)
        assert re.search("^wrong +imap-untrusted", told, re.M), told
        with open(folder + "/certificate", encoding="utf-8") as file:
            own = file.read()
        with open(trusted, "a", encoding="utf-8") as file:
            file.write(own)
        told = inside(settings, words=["check"], status=1)
        assert re.search("^ok +imap", told, re.M), told
        assert "imap-untrusted" not in told, told
    with open(trusted, encoding="utf-8") as file:
        assert file.read().count("BEGIN CERTIFICATE") > 50


try:
    case.run()
finally:
    shutil.rmtree(root, ignore_errors=True)
