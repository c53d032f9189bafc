"""An SMTP server that goes wrong where it is told to, and remembers what it
took.

    with ScriptedSmtp(implicit=True) as smtp:
        smtp.plan = {"rcpt": ["250 ok", "550 no"], "dot": "cut"}
        ... send to smtp.port ...
        smtp.await_idle()
        smtp.taken              every Message it took, in order
        smtp.logins             how often somebody wanted to log in
    smtp.logins             how often somebody tried to log in

A plan says for a stage what to do instead of the usual: a reply ("450
later"), or one of
    refuse      nobody listens (connect only)
    reset       the connection is reset
    cut         it is closed
    half        it is closed within a reply
    garbage     what comes is no reply
    stall       nothing comes until the client goes
    drip        a reply that never ends, byte by byte
Stages: connect greeting ehlo starttls tls secure_ehlo auth mail rcpt data
content dot quit.  rcpt takes a list, one for each recipient in order.  At
content the action comes within the message, content_bytes after its start.  A
message counts as taken when its final dot was read, unless the dot's reply is
a refusal or the plan's "lost" is true: then it is taken by nobody.
"""
import base64
import random
import re
import socket
import ssl
import struct
import threading
import time

STALL_SECONDS = 60
DRIP_SECONDS = 0.05
IDLE_SECONDS = 10
LINE_BYTES = 64 * 1024
EXTENSIONS = ("PIPELINING", "8BITMIME", "SMTPUTF8", "SIZE 52428800")


class Gone(Exception):
    """The connection is over."""


class Message:
    """One that was taken: its envelope, MAIL's parameters, its content."""

    def __init__(self, sender, parameters, recipients, content):
        self.sender, self.parameters = sender, parameters
        self.recipients, self.content = recipients, content

    def header(self, name):
        found = re.search(rb"(?im)^" + name.encode() + rb": *(.*?)\r$",
                          self.content.split(b"\r\n\r\n")[0] + b"\r\n")
        return found.group(1).decode() if found else None


class ScriptedSmtp:
    def __init__(self, tls, implicit=False, extensions=EXTENSIONS):
        """tls: the folder with server.pem and server.key."""
        self.implicit, self.extensions = implicit, extensions
        self.plan, self.taken, self.on_taken = {}, [], None
        self.mechanisms, self.logins = "PLAIN", 0
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(tls + "/server.pem",
                                      tls + "/server.key")
        self._open, self._lock = 0, threading.Condition()
        self.port, self._listener = None, None
        self.listen()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.refuse()

    def listen(self):
        """On the port it had, else outside those given to clients."""
        ports = [self.port] if self.port else random.sample(
            range(10000, 32000), 50)
        for port in ports:
            try:
                self._listener = socket.create_server(("127.0.0.1", port))
            except OSError:
                continue
            self.port = port
            threading.Thread(target=self._accept, daemon=True,
                             args=(self._listener,)).start()
            return
        raise AssertionError("no port to listen on")

    def refuse(self):
        """Nobody listens, until listen is called."""
        if self._listener.fileno() != -1:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()

    def await_idle(self):
        """Until every connection is over."""
        with self._lock:
            assert self._lock.wait_for(lambda: self._open == 0,
                                       IDLE_SECONDS), "still connected"

    def is_idle(self):
        with self._lock:
            return self._open == 0

    def _accept(self, listener):
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with self._lock:
                self._open += 1
            threading.Thread(target=self._serve, daemon=True,
                             args=(connection,)).start()

    def _serve(self, connection):
        session = Session(self, connection)
        try:
            session.run()
        except (Gone, OSError):
            pass
        session.close()
        with self._lock:
            self._open -= 1
            self._lock.notify_all()

    def take(self, message):
        self.taken.append(message)
        if self.on_taken is not None:
            self.on_taken(message)

    def wrap(self, connection):
        return self._context.wrap_socket(connection, server_side=True)


class Session:
    def __init__(self, server, connection):
        self._server, self._plan = server, dict(server.plan)
        self._connection, self._buffer = connection, b""
        self._secure = server.implicit
        self._sender, self._parameters = None, ""
        self._asked, self._recipients = 0, []
        connection.settimeout(STALL_SECONDS)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self):
        try:
            self._connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._connection.close()

    def _reset(self):
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                    struct.pack("ii", 1, 0))
        self._connection.close()
        raise Gone

    def _stall(self):
        while self._connection.recv(65536):
            pass
        raise Gone

    def _drip(self):
        until = time.monotonic() + STALL_SECONDS
        self._connection.sendall(b"2")
        while time.monotonic() < until:
            self._connection.sendall(b"5")
            time.sleep(DRIP_SECONDS)
        raise Gone

    def _say(self, text):
        self._connection.sendall(text.encode() + b"\r\n")

    def _act(self, stage, usual):
        """Replies as planned; whether that was no refusal."""
        action = self._plan.get(stage)
        if stage == "rcpt" and action:
            action = action[min(self._asked, len(action) - 1)]
        if action in ("reset", "stall", "drip"):
            getattr(self, "_" + action)()
        if action == "garbage":
            self._say("\x00 what? \xff")
            self._stall()
        if action == "half":
            self._connection.sendall(usual.encode()[:2])
        if action in ("cut", "half"):
            raise Gone
        self._say(action or usual)
        return action is None or action[0] in "23"

    def _line(self):
        while b"\n" not in self._buffer:
            data = self._connection.recv(65536)
            if not data or len(self._buffer) > LINE_BYTES:
                raise Gone
            self._buffer += data
        line, self._buffer = self._buffer.split(b"\n", 1)
        return line.rstrip(b"\r").decode("utf-8", "replace")

    def _ehlo(self):
        told = list(self._server.extensions)
        if self._secure:
            told.append("AUTH " + self._server.mechanisms)
        elif self._plan.get("starttls") != "absent":
            told.append("STARTTLS")
        stage = "secure_ehlo" if self._secure else "ehlo"
        self._act(stage, "\r\n".join(
            "250%s%s" % (" " if i == len(told) else "-", word)
            for i, word in enumerate(["scripted", *told])))

    def _starttls(self):
        if not self._act("starttls", "220 go"):
            return
        if self._plan.get("tls") == "garbage":
            self._connection.recv(65536)
            self._say("this is no TLS")
            raise Gone
        if self._plan.get("tls") in ("cut", "reset", "stall"):
            self._act("tls", "")
        self._connection = self._server.wrap(self._connection)
        self._secure = True

    def _auth(self, words):
        self._server.logins += 1
        if self._plan.get("auth"):
            return self._act("auth", "")
        if len(words) < 3:
            self._say("334 ")
            words.append(None)
            words[2] = self._line()
        told = base64.b64decode(words[2]).split(b"\0")
        self._say("235 ok" if len(told) == 3 else "535 no")

    def _mail(self, line):
        self._recipients, self._asked = [], 0
        found = re.fullmatch(r"(?i)MAIL FROM:<([^<>]*)>(.*)", line)
        if found and self._act("mail", "250 ok"):
            self._sender, self._parameters = found.group(1), found.group(2)

    def _rcpt(self, line):
        found = re.fullmatch(r"(?i)RCPT TO:<([^<>]+)>(.*)", line)
        if self._sender is None or not found:
            return self._say("503 5.5.1 MAIL first")
        if self._act("rcpt", "250 ok"):
            self._recipients.append(found.group(1))
        self._asked += 1

    def _data(self):
        if not self._recipients:
            return self._say("503 5.5.1 RCPT first")
        if not self._act("data", "354 go on"):
            return
        message = Message(self._sender, self._parameters, self._recipients,
                          self._content())
        self._sender, self._recipients = None, []
        action = self._plan.get("dot", "")
        if not self._plan.get("lost") and not action[:1] in ("4", "5"):
            self._server.take(message)
        self._act("dot", "250-taken\r\n250 2.0.0 queued")

    def _content(self):
        """What comes before the final dot, dots undoubled."""
        whole, action = self._buffer, self._plan.get("content")
        most = self._plan.get("content_bytes", 0)
        while not (whole.endswith(b"\r\n.\r\n") or whole == b".\r\n"):
            if action is not None and len(whole) >= most:
                self._act("content", "")
            data = self._connection.recv(65536)
            if not data:
                raise Gone
            whole += data
        if action is not None:
            self._act("content", "")
        self._buffer = b""
        return re.sub(rb"(?m)^\.\.", b".", whole[:-3])

    def run(self):
        if self._plan.get("connect") == "reset":
            self._reset()
        if self._server.implicit:
            self._connection = self._server.wrap(self._connection)
        self._act("greeting", "220 scripted")
        while True:
            line = self._line()
            words = line.split(" ")
            verb = words[0].upper()
            if verb == "EHLO":
                self._ehlo()
            elif verb == "STARTTLS" and not self._secure:
                self._starttls()
            elif verb == "AUTH":
                self._auth(words)
            elif verb == "MAIL":
                self._mail(line)
            elif verb == "RCPT":
                self._rcpt(line)
            elif verb == "DATA":
                self._data()
            elif verb == "RSET":
                self._sender = None
                self._say("250 ok")
            elif verb == "QUIT":
                self._act("quit", "221 bye")
                return
            else:
                self._say("502 5.5.2 unknown")
