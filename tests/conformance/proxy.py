"""A loopback proxy that adds a bearer token, for the suite can send none.

What names the proxy in Host and Origin names the server behind it; any other
name is passed on as it is.  An answer is passed on as it comes."""
import http.client
import http.server
import threading
import urllib.parse

TIMEOUT = 60
HOP = ("connection", "keep-alive", "transfer-encoding", "content-length")


class Listener(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """The suite leaves as soon as it has seen enough."""


class Proxy:
    def __init__(self, url, token):
        self.target = urllib.parse.urlsplit(url)
        self.token = token
        self.server = Listener(("127.0.0.1", 0),
                               lambda *more: Handler(self, *more))
        self.netloc = "127.0.0.1:%d" % self.server.server_port
        threading.Thread(target=self.server.serve_forever,
                         daemon=True).start()

    def url(self):
        return "http://" + self.netloc + self.target.path

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, proxy, *more):
        self.proxy = proxy
        super().__init__(*more)

    def renamed(self, name, value):
        if name.lower() not in ("host", "origin"):
            return value
        for own in (self.proxy.netloc,
                    self.proxy.netloc.replace("127.0.0.1", "localhost")):
            value = value.replace(own, self.proxy.target.netloc)
        return value

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        behind = http.client.HTTPConnection(self.proxy.target.netloc,
                                            timeout=TIMEOUT)
        behind.putrequest(self.command, self.path, skip_host=True,
                          skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() not in HOP:
                behind.putheader(name, self.renamed(name, value))
        behind.putheader("Authorization", "Bearer " + self.proxy.token)
        behind.putheader("Content-Length", str(len(body)))
        try:
            behind.endheaders(body)
            self.pass_on(behind.getresponse())
        finally:
            behind.close()

    def pass_on(self, answer):
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in HOP:
                self.send_header(name, value)
        if answer.status == 204:
            self.end_headers()
            return
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        while piece := answer.read1(65536):
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.flush()
        self.wfile.write(b"0\r\n\r\n")

    do_GET = do_POST = do_DELETE = do_PUT = do_OPTIONS = answer

    def log_message(self, *_):
        pass
