"""A small Internet in namespaces of its own: a nameserver, web servers and
mail servers of made-up domains at public addresses, in which the sign-in
program is asked for the servers of addresses.  Prints what it answered, and
what the servers saw, as JSON.  Run by autoconfig.py."""
import concurrent.futures
import ctypes
import fcntl
import json
import os
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

import postern

BUILD = os.path.abspath(os.environ.get("BUILD", "build"))
NEWNS, NEWNET = 0x20000, 0x40000000
BIND, PRIVATE, REC = 0x1000, 0x40000, 0x4000
WORLD, INSIDE = "11.22.33.44", "10.1.2.3"
A, MX, AAAA, SRV = 1, 15, 28, 33
BASE = "https://agents.example.net"
QUERY = urllib.parse.urlencode({
    "response_type": "code", "redirect_uri": "http://127.0.0.1:9/callback",
    "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    "code_challenge_method": "S256"})


def server(tag, kind, host, port, socket_type, more=""):
    return ("<%s type='%s'><hostname>%s</hostname><port>%d</port>"
            "<socketType>%s</socketType>%s</%s>" %
            (tag, kind, host, port, socket_type, more, tag))


def document(*servers):
    return ("<?xml version='1.0'?><clientConfig><emailProvider id='x'>" +
            "".join(servers) + "</emailProvider></clientConfig>")


def imap(host="imap.hoster.example", port=993, how="SSL", more=""):
    return server("incomingServer", "imap", host, port, how, more)


SMTP = server("outgoingServer", "smtp", "smtp.hoster.example", 587,
              "STARTTLS", "<username>%EMAILLOCALPART%</username>")
GOOD = document(imap(), SMTP)
WELL = "/.well-known/autoconfig/mail/config-v1.1.xml"
OWN = "/mail/config-v1.1.xml"

# (host, path): status, headers, body; a number of seconds instead: silence.
PAGES = {
    ("autoconfig.doc.example", OWN): (200, "", GOOD),
    ("well.example", WELL): (200, "", GOOD),
    ("autoconfig.slow.example", OWN): 20,
    ("slow.example", WELL): (200, "", GOOD),
    ("autoconfig.moved.example", OWN): (
        301, "Location: https://autoconfig.doc.example" + OWN + "\r\n", ""),
    ("autoconfig.large.example", OWN): (200, "", GOOD + " " * 65536),
    ("autoconfig.html.example", OWN): (200, "", "<!doctype html><p>Hello"),
    ("html.example", WELL): (200, "", "<!doctype html><p>Hello"),
    ("autoconfig.doctype.example", OWN): (200, "", "<!DOCTYPE x>" + GOOD),
    ("autoconfig.private.example", OWN): (
        200, "", document(imap("imap.internal"), imap("127.0.0.1"),
                          imap("imap.hoster.example", 22))),
    ("autoconfig.oauth.example", OWN): (200, "", document(imap(
        more="<authentication>OAuth2</authentication>"), SMTP)),
    ("autoconfig.both.example", OWN): (200, "", GOOD),
    ("autoconfig.wrongname.example", OWN): (200, "", GOOD),
    ("autoconfig.inside.example", OWN): (200, "", GOOD),
    ("autoconfig.mail.taker.example", OWN): (404, "", "No"),
    ("autoconfig.taker.example", OWN): (200, "", GOOD),
    ("autoconfig.example", OWN): (200, "", GOOD),
}

# name: {type: records}; a name that is not here is not there.
ZONE = {name: {A: [WORLD]} for host, _ in PAGES
        for name in (host, host.replace("autoconfig.", ""))}
ZONE.update({
    "imap.hoster.example": {A: [WORLD]},
    "autoconfig.inside.example": {A: [INSIDE]},
    "google.example": {MX: [(10, "aspmx.l.google.com"),
                            (20, "alt1.aspmx.l.google.com")]},
    "microsoft.example": {MX: [(
        0, "microsoft-example.mail.protection.outlook.com")]},
    "both.example": {A: [WORLD], MX: [(10, "in1-smtp.messagingengine.com")]},
    "hosted.example": {MX: [(10, "mx1.mail.taker.example"),
                            (20, "mx.slow.example")]},
    "alone.example": {MX: [(10, "mail.alone.example")]},
    "srv.example": {},
    "_imaps._tcp.srv.example": {SRV: [(20, 0, 993, "b.srv.example"),
                                      (10, 0, 993, "a.srv.example")]},
    "_imap._tcp.srv.example": {SRV: [(0, 0, 143, "plain.srv.example")]},
    "_submissions._tcp.srv.example": {SRV: [(0, 0, 0, "")]},
    "_submission._tcp.srv.example": {SRV: [(0, 0, 587, "out.srv.example")]},
    "foreign.example": {},
    "_imaps._tcp.foreign.example": {SRV: [(0, 0, 993, "mx.elsewhere.com")]},
    "odd.example": {},
    "_imaps._tcp.odd.example": {SRV: [(0, 0, 22, "ssh.odd.example"),
                                      (1, 0, 993, "localhost"),
                                      (2, 0, 993, "a b.odd.example")]},
    "_imap._tcp.odd.example": {SRV: [(0, 0, 0, "")]},
    "guess.example": {}, "mail.guess.example": {A: [WORLD]},
    "smtp.guess.example": {A: [WORLD]},
    "badcert.example": {}, "imap.badcert.example": {A: [WORLD]},
    "web.example": {}, "imap.web.example": {A: [WORLD]},
    "nothing.example": {},
    "broken.example": None, "mute.example": 0})
# The certificate of the world's servers is for all names but these.
OTHERS = ("badcert.example", "wrongname.example")
NAMES = sorted(name for name in ZONE if not name.startswith("_") and
               not name.endswith(OTHERS))

seen = {"https": [], "mail": [], "inside": 0, "slow": []}


def libc(function, *arguments):
    call = getattr(ctypes.CDLL(None, use_errno=True), function)
    if call(*arguments) != 0:
        raise OSError(ctypes.get_errno(), function)


def cover(source, target):
    libc("mount", source.encode(), target.encode(), None, BIND, None)


def set_up_network():
    """The interface of this computer to itself, with more addresses."""
    control = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    addresses = [("lo", "127.0.0.1"), ("lo:1", WORLD), ("lo:2", INSIDE)]
    for name, address in addresses:
        fcntl.ioctl(control, 0x8916, struct.pack(  # SIOCSIFADDR
            "16sHH4s8x", name.encode(), socket.AF_INET, 0,
            socket.inet_aton(address)))
        fcntl.ioctl(control, 0x8914, struct.pack(  # SIOCSIFFLAGS
            "16sH14x", name.encode(), 0x41))


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


def make_certificates(folder):
    def path(name):
        return os.path.join(folder, name)

    def key(name):
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt",
                "ec_paramgen_curve:P-256", "-out", path(name))
    os.mkdir(path("certs"))
    key("ca.key")
    openssl("req", "-x509", "-new", "-key", path("ca.key"), "-out",
            path("certs/ca.pem"), "-days", "30", "-subj", "/CN=World",
            "-addext", "keyUsage=keyCertSign")
    openssl("rehash", path("certs"))
    key("key")
    with open(path("ext"), "w", encoding="ascii") as file:
        file.write("subjectAltName=" + ",".join("DNS:" + n for n in NAMES))
    openssl("req", "-new", "-key", path("key"), "-subj", "/CN=x", "-out",
            path("csr"))
    openssl("x509", "-req", "-in", path("csr"), "-CA", path("certs/ca.pem"),
            "-CAkey", path("ca.key"), "-CAcreateserial", "-days", "30",
            "-extfile", path("ext"), "-out", path("cert"))


def wire_name(name):
    labels = [n.encode() for n in name.split(".") if n]
    return b"".join(bytes([len(n)]) + n for n in labels) + b"\0"


def data(kind, record):
    if kind == A:
        return socket.inet_aton(record)
    if kind == MX:
        return struct.pack(">H", record[0]) + wire_name(record[1])
    return struct.pack(">HHH", *record[:3]) + wire_name(record[3])


def answer(question):
    at, labels = 12, []
    while question[at]:
        labels.append(question[at + 1:at + 1 + question[at]].decode())
        at += 1 + question[at]
    name = ".".join(labels).lower()
    kind = struct.unpack(">H", question[at + 1:at + 3])[0]
    asked = question[12:at + 5]
    if name not in ZONE and not any(n.endswith("." + name) for n in ZONE):
        return question[:2] + b"\x81\x83\0\1\0\0\0\0\0\0" + asked
    zone = ZONE.get(name, {})
    if zone == 0:
        return None
    if zone is None:
        return question[:2] + b"\x81\x82\0\1\0\0\0\0\0\0" + asked
    records = [b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 60, len(d)) + d
               for d in (data(kind, r) for r in zone.get(kind, []))]
    return (question[:2] + b"\x81\x80\0\1" + struct.pack(">H", len(records)) +
            b"\0\0\0\0" + asked + b"".join(records))


def serve_names():
    names = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    names.bind(("127.0.0.1", 53))

    def run():
        while True:
            question, peer = names.recvfrom(2048)
            told = answer(question)
            if told is not None:
                names.sendto(told, peer)
    threading.Thread(target=run, daemon=True).start()


def listen(address, port, serve):
    listener = socket.create_server((address, port), backlog=50)

    def one(connection):
        try:
            serve(connection)
        except OSError:
            pass
        finally:
            connection.close()

    def run():
        while True:
            threading.Thread(target=one, args=listener.accept()[:1],
                             daemon=True).start()
    threading.Thread(target=run, daemon=True).start()


def serve_page(connection):
    head = b""
    while b"\r\n\r\n" not in head:
        piece = connection.recv(4096)
        if not piece:
            return
        head += piece
    lines = head.decode().split("\r\n")
    target = lines[0].split(" ")[1]
    host = next(line[6:] for line in lines if line.startswith("Host: "))
    seen["https"].append([host, target, head.decode()])
    page = PAGES.get((host, target.split("?")[0]), (404, "", "No"))
    if isinstance(page, int):
        connection.settimeout(page)
        seen["slow"].append("waiting")
        try:
            connection.recv(1)
        finally:
            seen["slow"].append("gone")
        return
    if host == "slow.example":
        until = time.monotonic() + 4
        while not seen["slow"] and time.monotonic() < until:
            time.sleep(0.01)
        seen["slow"].append("other")
    status, headers, body = page
    connection.sendall(("HTTP/1.1 %d X\r\nContent-Length: %d\r\n%s\r\n%s" % (
        status, len(body), headers, body)).encode())


def serve_mail(greeting):
    def serve(connection):
        connection.sendall(greeting)
        connection.settimeout(10)
        seen["mail"].append(connection.recv(1000).decode("latin-1"))
    return serve


def with_tls(context, serve):
    def run(connection):
        with context.wrap_socket(connection, server_side=True) as secure:
            serve(secure)
    return run


def count_inside(_):
    seen["inside"] += 1


def serve_world(folder):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.path.join(folder, "cert"),
                            os.path.join(folder, "key"))
    serve_names()
    listen(WORLD, 443, with_tls(context, serve_page))
    listen(WORLD, 993, with_tls(context, serve_mail(b"* OK hello\r\n")))
    listen(WORLD, 465, with_tls(context, serve_mail(b"220 hello\r\n")))
    for port in (443, 993, 143, 465):
        listen(INSIDE, port, count_inside)
        listen("127.0.0.1", port, count_inside)


def cgi(program, settings, method, target, body=b"", **headers):
    """Status, headers and text of a program's answer."""
    path, _, query = target.partition("?")
    environment = {
        "GATEWAY_INTERFACE": "CGI/1.1", "REQUEST_METHOD": method,
        "REQUEST_URI": target, "SCRIPT_NAME": path, "QUERY_STRING": query,
        "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "agents.example.net",
        "CONTENT_LENGTH": str(len(body)), **settings, **headers,
        **postern.SANITIZERS}
    done = subprocess.run([BUILD + "/cgi-bin/" + program], input=body,
                          env=environment, capture_output=True, timeout=60)
    head, _, text = done.stdout.partition(b"\r\n\r\n")
    lines = [line.partition(": ") for line in head.decode().split("\r\n")]
    told = {name.lower(): value for name, _, value in lines}
    status = told.get("status", "200 OK").split(" ")[0]
    assert status != "503", done.stderr
    return int(status), told, text.decode(), done.stderr.decode()


class Page:
    """A sign-in page, and its script."""

    def __init__(self, settings):
        self.settings = settings
        client = cgi("register", settings, "POST", "/oauth/register",
                     json.dumps({"redirect_uris": [
                         "http://127.0.0.1:9/callback"]}).encode(),
                     CONTENT_TYPE="application/json")
        query = QUERY + "&client_id=" + json.loads(client[2])["client_id"]
        page = cgi("authorize", settings, "GET", "/oauth/authorize?" + query)
        self.cookie = page[1]["set-cookie"].split(";")[0]
        self.sealed = dict(postern.Form(page[2]).fields)["request"]

    def discover(self, address, client="198.51.100.7"):
        started = time.monotonic()
        status, _, text, log = cgi(
            "authorize", self.settings, "GET", "/oauth/discover?" +
            urllib.parse.urlencode({"address": address,
                                    "request": self.sealed}),
            HTTP_COOKIE=self.cookie, HTTP_SEC_FETCH_SITE="same-origin",
            REMOTE_ADDR=client)
        return {"status": status, "log": log, "told": json.loads(text),
                "seconds": round(time.monotonic() - started, 1)}


def full(folder, settings, address):
    """What is answered while others look already, as many as may."""
    os.mkdir(os.path.join(folder, "run"))
    with open(os.path.join(folder, "run", "discover"), "w",
              encoding="ascii") as places:
        fcntl.lockf(places, fcntl.LOCK_EX)
        return Page({**settings, "RUN_DIR": os.path.join(
            folder, "run")}).discover(address)


def often(folder, settings, pool):
    """What is told before, behind, and beside too many questions."""
    path = os.path.join(folder, "often")
    os.mkdir(path)
    page = Page({**settings, "RUN_DIR": path})
    first = page.discover("me@doc.example")
    list(pool.map(page.discover, ["me@unknown.example"] * 60))
    return [first["told"], page.discover("me@doc.example")["told"],
            page.discover("me@gmail.com")["told"],
            page.discover("me@doc.example", "198.51.100.8")["told"]]


def main():
    libc("unshare", NEWNS | NEWNET)
    libc("mount", None, b"/", None, PRIVATE | REC, None)
    with tempfile.TemporaryDirectory() as folder:
        set_up_network()
        make_certificates(folder)
        with open(folder + "/resolv.conf", "w", encoding="ascii") as file:
            file.write("nameserver 127.0.0.1\n")
        cover(folder + "/resolv.conf", os.path.realpath("/etc/resolv.conf"))
        cover(folder + "/certs", "/etc/ssl/certs")
        serve_world(folder)
        settings = {"BASE_URL": BASE, "ENCRYPTION_KEY": os.urandom(32).hex()}
        page = Page(settings)
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            told = dict(zip(sys.argv[1:], pool.map(
                page.discover, sys.argv[1:])))
            counted = often(folder, settings, pool)
        print(json.dumps({
            "told": told, "seen": seen, "often": counted,
            "full": full(folder, settings, "me@doc.example")}))


if __name__ == "__main__":
    main()
