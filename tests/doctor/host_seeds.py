"""Mail servers, an object store and a key that are wrongly set up: what
postern check has to find of each."""
import os
import shutil
import socket
import ssl
import subprocess
import threading

import sites


class Listener:
    """A mail server of a few words: protocol imap or smtp, from the start
    with a certificate's TLS, or with STARTTLS where that is offered."""

    GREETING = {"imap": b"* OK ready\r\n", "smtp": b"220 ready ESMTP\r\n"}

    def __init__(self, protocol, tls=None, starttls=None, greeting=None):
        self.protocol, self.tls, self.starttls = protocol, tls, starttls
        self.greeting = greeting or self.GREETING[protocol]
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    @staticmethod
    def _context(path):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path + ".pem", path + ".key")
        return context

    def _serve(self):
        while True:
            try:
                peer, _ = self.socket.accept()
            except OSError:
                return
            peer.settimeout(10)
            try:
                self._talk(peer)
            except (OSError, ssl.SSLError):
                pass
            peer.close()

    def _talk(self, peer):
        if self.tls:
            peer = self._context(self.tls).wrap_socket(
                peer, server_side=True)
        peer.sendall(self.greeting)
        self._converse(peer)

    def _converse(self, peer):
        for line in peer.makefile("rb"):
            words = line.decode("latin-1").split()
            answer = self._imap(words) if self.protocol == "imap" else \
                self._smtp(words)
            peer.sendall(answer)
            if "STARTTLS" in words and self.starttls:
                peer = self._context(self.starttls).wrap_socket(
                    peer, server_side=True)
                self._converse(peer)
                return

    def _imap(self, words):
        if "CAPABILITY" in words:
            return ("* CAPABILITY IMAP4rev1%s\r\n%s OK\r\n" % (
                " STARTTLS" if self.starttls else "", words[0])).encode()
        return ("%s %s\r\n" % (words[0], "OK" if self.starttls
                               else "BAD no")).encode()

    def _smtp(self, words):
        if words[:1] == ["EHLO"]:
            return b"250-here\r\n250 %s\r\n" % (
                b"STARTTLS" if self.starttls else b"8BITMIME")
        return b"220 go\r\n" if self.starttls else b"502 no\r\n"

    def close(self):
        self.socket.close()


class Host:
    """Settings alone, and certificates; and the object store."""

    def __init__(self):
        self.dir = sites.new_folder()
        self.base = None
        self.after = []

    def start(self):
        with open(os.path.join(self.dir, "env"), "w"):
            pass
        for name in ("tls", "swift"):
            done = subprocess.run(
                [os.path.join(sites.SERVERS, name), "start", self.dir],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, text=True, check=False, timeout=180)
            assert done.returncode == 0, done.stdout
        with open(os.path.join(self.dir, "env")) as file:
            self.env = {name: value.strip("'") for name, value in
                        (line.strip().split("=", 1) for line in file)}
        self.tls = self.env["TEST_TLS"]
        self.key = self.new_key("key")
        self.conf = os.path.join(self.dir, "conf")
        with open(self.conf, "w") as file:
            file.write("BASE_URL=https://mail.example.org\n")
        return self

    def new_key(self, name, mode=0o400, text=None):
        path = os.path.join(self.dir, name)
        with open(path, "w") as file:
            file.write(text or subprocess.run(
                [sites.POSTERN, "key"], capture_output=True, text=True,
                check=True).stdout)
        os.chmod(path, mode)
        return path

    def settings(self):
        return {"ENCRYPTION_KEY_FILE": self.key}

    def listen(self, *arguments, **more):
        listener = Listener(*arguments, **more)
        self.after.append(listener.close)
        return listener.port

    def store(self, **changed):
        return {**self.settings(),
                "AWS_ENDPOINT_URL_S3": self.env["TEST_S3_ENDPOINT"],
                "AWS_ACCESS_KEY_ID": self.env["TEST_S3_ACCESS_KEY"],
                "AWS_SECRET_ACCESS_KEY": self.env["TEST_S3_SECRET_KEY"],
                "AWS_REGION": self.env["TEST_S3_REGION"],
                "AWS_S3_BUCKET": self.env["TEST_S3_BUCKET"], **changed}

    def mend(self):
        for action in self.after:
            action()
        self.after = []

    def stop(self):
        subprocess.run([os.path.join(sites.SERVERS, "swift"), "stop",
                        self.dir], check=False, capture_output=True)
        shutil.rmtree(self.dir, ignore_errors=True)


def mail(protocol, certificate=None, tls="implicit", **more):
    """The settings for one server that is as told, beside a good one."""
    def seed(host):
        def at(name):
            return os.path.join(host.tls, name)

        told = dict(more)
        if certificate:
            told["starttls" if tls == "starttls" else "tls"] = at(certificate)
        port = {"imap": host.listen("imap", tls=at("server")),
                "smtp": host.listen("smtp", tls=at("server"))}
        mode = {"imap": "implicit", "smtp": "implicit"}
        port[protocol] = host.listen(protocol, **told)
        mode[protocol] = tls
        return {**host.settings(), "MAIL_CA_FILE": at("ca.pem"),
                **{"%s_%s" % (name.upper(), word): str(value)
                   for name in port for word, value in (
                       ("HOST", "localhost"), ("PORT", port[name]),
                       ("TLS", mode[name]))}}
    return seed


def changed(protocol, **settings):
    def seed(host):
        return {**mail("imap", "server")(host),
                **{protocol.upper() + "_" + name: value
                   for name, value in settings.items()}}
    return seed


def store(**settings):
    return lambda host: host.store(**settings)


def refusing(code):
    """A store that refuses all, with that name for the error: Swift has
    another for keys that it does not know than Amazon has."""
    def seed(host):
        body = b"<Error><Code>%s</Code></Error>" % code.encode()
        port = host.listen("smtp", greeting=b"HTTP/1.1 403 Forbidden\r\n"
                           b"Content-Length: %d\r\nConnection: close\r\n"
                           b"\r\n%s" % (len(body), body))
        return host.store(
            AWS_ENDPOINT_URL_S3="http://127.0.0.1:%d" % port)
    return seed


def key(**more):
    def seed(host):
        path = host.new_key("other-key", **more)
        host.after.append(lambda: os.unlink(path))
        return {"ENCRYPTION_KEY_FILE": path}
    return seed


# A row: name, ids, words of the mend, the settings, the part, options.
HOST = [
    ("good mail servers", [], "", mail("imap", "server"), "mail"),
    ("good mail servers with STARTTLS", [], "",
     mail("smtp", "server", "starttls"), "mail"),
    ("a good store", [], "", store(), "store"),
    ("a good key", [], "", lambda host: host.settings(), "key"),
]
for one, word in (("imap", "IMAP_"), ("smtp", "SMTP_")):
    HOST += [
        (one + ": a name without an address", [one + "-dns"], word + "HOST",
         changed(one, HOST="nowhere.invalid"), "mail"),
        (one + ": a port where nobody listens", [one + "-unreachable"],
         word + "PORT", changed(one, PORT="1"), "mail"),
        (one + ": an expired certificate", [one + "-expired"], "renew",
         mail(one, "expired"), "mail"),
        (one + ": a certificate for another name", [one + "-name"],
         word + "HOST", mail(one, "wrong"), "mail"),
        (one + ": a certificate of nobody's", [one + "-untrusted"],
         "CA_FILE", mail(one, "alone"), "mail"),
        (one + ": no STARTTLS", [one + "-starttls"], "implicit",
         mail(one, None, "starttls"), "mail"),
        (one + ": TLS where there is none", [one + "-tls"], "starttls",
         mail(one, None), "mail"),
        (one + ": another service", [one + "-greeting"], word + "PORT",
         mail(one, "server", greeting=b"HTTP/1.1 400 Bad Request\r\n\r\n"),
         "mail"),
        (one + ": an expired certificate behind STARTTLS",
         [one + "-expired"], "renew", mail(one, "expired", "starttls"),
         "mail"),
    ]
HOST += [
    ("a wrong region", ["s3-region"], "AWS_REGION",
     store(AWS_REGION="eu-west-9"), "store"),
    ("an unknown access key", ["s3-key"], "AWS_ACCESS_KEY_ID",
     refusing("InvalidAccessKeyId"), "store"),
    ("a key that may not write", ["s3-refused"], "s3:PutObject",
     refusing("AccessDenied"), "store"),
    ("a wrong secret", ["s3-secret"], "AWS_SECRET_ACCESS_KEY",
     store(AWS_SECRET_ACCESS_KEY="wrong"), "store"),
    ("no such bucket", ["s3-bucket"], "AWS_S3_BUCKET",
     store(AWS_S3_BUCKET="nobody-made-it"), "store"),
    ("no store at that address", ["s3-unreachable"], "AWS_ENDPOINT_URL_S3",
     store(AWS_ENDPOINT_URL_S3="http://127.0.0.1:1"), "store"),
    ("a clock an hour behind the store's", ["s3-clock"], "timedatectl",
     store(), "store", "-3600"),
    ("no key file", ["key-missing"], "postern key --file",
     lambda host: {"ENCRYPTION_KEY_FILE": host.dir + "/none"}, "key"),
    ("no key at all", ["key-missing"], "ENCRYPTION_KEY_FILE",
     lambda host: {}, "key"),
    ("a key that was typed", ["key-short"], "postern key --file",
     key(text="secret\n"), "key"),
    ("a key of one letter over and over", ["key-short"], "32 random bytes",
     key(text="QUFB" * 10 + "QUE=\n"), "key"),
    ("a key that others may read", ["key-readable"], "chmod 0400",
     key(mode=0o644), "key"),
    ("a key below the document root", ["key-below-root"], "move it outside",
     lambda host: host.settings(), "key", "--document-root"),
]
