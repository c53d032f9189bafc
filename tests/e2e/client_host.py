"""An https server on this computer that serves clients' metadata documents,
good and bad, and counts who asks.

    host = Host()
    client_id = host.add(client_name="An app")
    host.asked              (path, headers) of each request so far
"""
import hashlib
import http.server
import json
import os
import secrets
import ssl
import threading

REDIRECT = "http://127.0.0.1:9/callback"
JSON = "application/json"


class Host(http.server.ThreadingHTTPServer):
    """An https server on this computer; what it answers is a function of
    the path, and asked counts."""

    daemon_threads = True

    def __init__(self, certificate="server", name="localhost"):
        super().__init__(("127.0.0.1", 0), Handler)
        folder = os.environ["TEST_TLS"]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain("%s/%s.pem" % (folder, certificate),
                                "%s/%s.key" % (folder, certificate))
        self.socket = context.wrap_socket(self.socket, server_side=True,
                                          do_handshake_on_connect=False)
        self.url = "https://%s:%d" % (name, self.server_address[1])
        self.answers, self.asked, self.kept = {}, [], set()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def new_path(self):
        """One whose document is kept in a file of its own."""
        while True:
            path = "/" + secrets.token_hex(8)
            file = hashlib.sha256((self.url + path).encode()).digest()[0]
            if file not in self.kept:
                self.kept.add(file)
                return path

    def handle_error(self, request, address):
        pass                            # they hang up on us, as they should

    def add(self, answer=None, path=None, **members):
        """A new client's id; answer(handler, document) sends it."""
        path = path or self.new_path()
        document = {"client_id": self.url + path, "client_name": "A client",
                    "redirect_uris": [REDIRECT], **members}
        document = {n: v for n, v in document.items() if v is not None}
        self.answers[path] = (answer or send, document)
        return self.url + path


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.asked.append((self.path, dict(self.headers)))
        answer, document = self.server.answers[self.path]
        answer(self, document)

    def log_message(self, *_):
        pass


def send(handler, document, status=200, content_type=JSON, **headers):
    body = (document if isinstance(document, bytes)
            else json.dumps(document).encode())
    handler.send_response(status)
    if content_type:
        handler.send_header("Content-Type", content_type)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)
