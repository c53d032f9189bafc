#!/usr/bin/env python3
"""A domain that says which mail servers it has, and the sign-in page where its
addresses are typed: a nameserver, the domain's https server with a document of
autoconfig, and the programs as CGI, in a mount namespace where nothing else is
known.  Prints what a browser needs as one line of JSON; ends with its input.
Run by discovery.mjs beside the servers under test."""
import http.server
import json
import os
import socket
import sys
import tempfile
import threading

sys.path.insert(0, os.path.join(os.environ["TESTS"], "e2e"))
import domains  # noqa: E402
import postern  # noqa: E402
import program  # noqa: E402

DOMAIN = "garden.example"
# Addresses of this run alone, on the interface of this computer to itself.
NET = "127.77.%d" % (os.getpid() % 250 + 1)
NAMES, WEB = NET + ".53", NET + ".1"
TYPES = {".css": "text/css", ".js": "text/javascript",
         ".svg": "image/svg+xml"}
HTDOCS = os.path.join(os.environ["TESTS"], "..", "htdocs")
PROGRAMS = {"/oauth/authorize": "authorize", "/oauth/discover": "authorize",
            "/oauth/register": "register"}
server = postern.Server()


def serve_names():
    names = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    names.bind((NAMES, 53))

    def run():
        while True:
            question, peer = names.recvfrom(2048)
            told = domains.answer(question)
            if told is not None:
                names.sendto(told, peer)
    threading.Thread(target=run, daemon=True).start()


def set_up_world(folder):
    host = "autoconfig." + DOMAIN
    domains.ZONE.clear()
    domains.ZONE.update({DOMAIN: {}, host: {domains.A: [WEB]}})
    domains.NAMES[:] = [host]
    imap = int(os.environ["TEST_IMAP_PORT"])
    smtp = int(os.environ["TEST_SMTP_PORT"])
    domains.PAGES[host, domains.OWN] = (200, "", domains.document(
        domains.imap("localhost", imap, "STARTTLS"),
        domains.server("outgoingServer", "smtp", "localhost", smtp,
                       "STARTTLS")))
    domains.make_certificates(folder)
    with open(folder + "/resolv.conf", "w", encoding="ascii") as file:
        file.write("nameserver %s\n" % NAMES)
    domains.cover(folder + "/resolv.conf",
                  os.path.realpath("/etc/resolv.conf"))
    # A host of ours that is not public is proved by the operator's own CAs.
    with open(folder + "/cas", "w", encoding="ascii") as file:
        for name in (folder + "/certs/ca.pem", os.environ["TEST_CA_FILE"]):
            with open(name, encoding="ascii") as own:
                file.write(own.read())
    serve_names()
    context = domains.ssl.SSLContext(domains.ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder + "/cert", folder + "/key")
    domains.listen(WEB, 443, domains.with_tls(context, domains.serve_page))


class Site(http.server.BaseHTTPRequestHandler):
    """The files of htdocs, and the programs."""

    def do_GET(self):
        path = self.path.partition("?")[0]
        if path in PROGRAMS:
            self.do_POST()
            return
        name = os.path.join(HTDOCS, os.path.basename(path))
        kind = TYPES.get(os.path.splitext(name)[1])
        if kind is None or not os.path.isfile(name):
            self.send_error(404)
            return
        with open(name, "rb") as file:
            self.answer(200, [("Content-Type", kind)], file.read())

    def do_POST(self):
        name = PROGRAMS.get(self.path.partition("?")[0])
        if name is None:
            self.send_error(404)
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        told = program.run(name, self.command, self.path,
                           dict(self.headers.items()), body=body,
                           settings=self.server.settings)
        self.answer(told.status, [
            (n, v) for n, v in told.headers
            if n.lower() not in ("status", "content-length")], told.body)

    def answer(self, status, headers, body):
        self.send_response(status)
        for header, value in headers:
            self.send_header(header, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def serve_site(folder):
    site = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    base = "http://127.0.0.1:%d" % site.server_port
    site.settings = {
        "BASE_URL": base, "IMAP_HOST": "", "SMTP_HOST": "",
        "RUN_DIR": program.run_dir(), "MAIL_CA_FILE": folder + "/cas",
        "ALLOWED_MAIL_HOSTS": "localhost:*,autoconfig.%s:*,%s:*" % (
            DOMAIN, DOMAIN)}
    threading.Thread(target=site.serve_forever, daemon=True).start()
    return base


def main():
    try:
        domains.libc("unshare", domains.NEWNS)
    except OSError as error:
        print(json.dumps({"skip": "no namespaces: %s" % error}), flush=True)
        return
    domains.libc("mount", None, b"/", None,
                 domains.PRIVATE | domains.REC, None)
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        set_up_world(folder)
        print(json.dumps({"base_url": serve_site(folder), "domain": DOMAIN,
                          "mail_host": "localhost",
                          "imap_port": os.environ["TEST_IMAP_PORT"]}),
              flush=True)
        sys.stdin.read()


main()
