"""An IMAP server before the IMAP server: it ends TLS, so that it sees which
commands Postern sends, and can hide what the server behind it can do.

    with Recorder(server, hidden=("MOVE", "UIDPLUS")) as gate:
        ... Postern connects to gate.port, by STARTTLS ...
        gate.commands           every command since then, without its tag;
                                literals are left out
        gate.received           bytes that came from the server so far
        gate.used()             the words of EXTENSIONS that these make use of

A command that needs what is hidden is answered BAD.
"""
import os
import re
import select
import socket
import ssl
import threading

# What a command makes use of: the first column stands in tables, the second
# is looked for in commands, the third is the capability that offers it.
EXTENSIONS = (
    ("MOVE", r"^UID MOVE ", "MOVE"),
    ("COPY", r"^UID COPY ", None),
    ("STORE", r"^UID STORE ", None),
    ("UID EXPUNGE", r"^UID EXPUNGE ", "UIDPLUS"),
    ("UIDPLUS", r"^\(UIDs were told\)", None),
    ("EXPUNGE", r"^(EXPUNGE|CLOSE)$", None),
    ("APPEND", r"^APPEND ", None),
    ("NAMESPACE", r"^NAMESPACE", "NAMESPACE"),
    ("LIST-EXTENDED", r"^LIST (\(.+\) |.* RETURN \()", "LIST-EXTENDED"),
    ("SPECIAL-USE", r"^LIST .*SPECIAL-USE", "SPECIAL-USE"),
    ("LIST-STATUS", r"^LIST .*STATUS \(", "LIST-STATUS"),
    ("LSUB", r"^LSUB ", None),
    ("STATUS", r"^STATUS ", None),
    ("ESEARCH", r"^UID (SEARCH|THREAD|SORT) RETURN ", "ESEARCH"),
    ("SEARCH", r"^UID SEARCH (?!RETURN )", None),
    ("THREAD=REFS", r"^UID THREAD REFS ", "THREAD=REFS"),
    ("THREAD=REFERENCES", r"^UID THREAD REFERENCES ", "THREAD=REFERENCES"),
    ("SORT", r"^UID SORT ", "SORT"),
    ("PREVIEW", r"FETCH .*PREVIEW", "PREVIEW"),
    ("OBJECTID", r"FETCH .*(THREADID|EMAILID)", "OBJECTID"),
    ("CONDSTORE", r"CONDSTORE|CHANGEDSINCE|UNCHANGEDSINCE|HIGHESTMODSEQ"
     r"|MODSEQ", "CONDSTORE"),
    ("QRESYNC", r"QRESYNC|VANISHED", "QRESYNC"),
    ("IDLE", r"^IDLE", "IDLE"),
    ("QUOTA", r"^GETQUOTA", "QUOTA"),
    ("UNSELECT", r"^UNSELECT", "UNSELECT"),
    ("ID", r"^ID ", "ID"),
    ("LITERAL+", r"\{\d+\+\}", "LITERAL+"),
    ("literals that wait", r"\{\d+\}", None),
    ("SASL-IR", r"^AUTHENTICATE \S+ \S", "SASL-IR"),
)
PATIENCE = 60


def uses(command):
    return [name for name, pattern, _ in EXTENSIONS
            if re.search(pattern, command, re.I)]


class _Lines:
    """Commands within what a client sends, with their literals skipped."""

    def __init__(self):
        self._rest, self._literal, self._command = b"", 0, b""

    def feed(self, data):
        """(bytes, command) for each line; the command is None within one
        that goes on, and the bytes are what to hand on."""
        self._rest += data
        while self._rest:
            if self._literal > 0:
                taken = self._rest[:self._literal]
                self._rest = self._rest[len(taken):]
                self._literal -= len(taken)
                yield taken, None
                continue
            line, end, rest = self._rest.partition(b"\n")
            if not end:
                return
            self._rest = rest
            line, end = line.rstrip(b"\r"), b"\r" * line.endswith(b"\r") + end
            self._command += line
            literal = re.search(rb"\{(\d+)\+?\}$", line)
            if literal:
                self._literal = int(literal.group(1))
                yield line + end, None
            else:
                command, self._command = self._command, b""
                yield line + end, command.decode("utf-8", "replace")


class _Session:
    """One connection of Postern's, and ours behind it."""

    def __init__(self, recorder, client):
        self.recorder, self.client = recorder, client
        self.server = socket.create_connection(recorder.target)
        if recorder.secure:
            self.server = ssl.create_default_context(
                cafile=os.environ["TEST_CA_FILE"]).wrap_socket(
                    self.server, server_hostname="localhost")
        self._lines, self._idles = _Lines(), False
        self._held = b""
        self._said = b""

    def _upgrade(self):
        self.client = self.recorder.context.wrap_socket(
            self.client, server_side=True)

    def _take(self, data):
        for piece, command in self._lines.feed(data):
            self._held += piece
            if command is None:
                if not self._refuses(self._held.decode("utf-8", "replace")):
                    self._hand_on()
                continue
            self._end_command(command)

    def _hand_on(self):
        self.server.sendall(self._held)
        self._held = b""

    def _refuses(self, command):
        hidden = self.recorder.hidden
        return any(capability in hidden and re.search(
            pattern, command.partition(" ")[2], re.I)
            for _, pattern, capability in EXTENSIONS if capability)

    def _end_command(self, line):
        if self._idles:
            self._idles = False
            return self._hand_on()
        tag, _, command = line.partition(" ")
        if command.upper() == "STARTTLS":
            self._held = b""
            self.client.sendall(tag.encode() + b" OK go\r\n")
            return self._upgrade()
        if not command:                 # a step of AUTHENTICATE
            return self._hand_on()
        self.recorder.keep(command)
        if self._refuses(line):
            self._held = b""
            return self.client.sendall(tag.encode() + b" BAD what\r\n")
        self._idles = command.upper() == "IDLE"
        return self._hand_on()

    def _hide(self, data):
        """Whole lines of the server's, without the hidden capabilities."""
        if not self.recorder.hidden and not self.recorder.secure:
            return data
        data, self._said = self._said + data, b""
        if not data.endswith(b"\n") and b"CAPABILITY" in \
                data.rpartition(b"\n")[2] or data.endswith(b"CAPABILIT"):
            data, _, self._said = data.rpartition(b"\n")
            data += b"\n" if data else b""
        return re.sub(rb"(\* |\[)CAPABILITY [^\r\n\]]*", self._without, data)

    def _without(self, told):
        words = told.group(0).split(b" ")
        kept = [word for word in words if word.decode().upper()
                not in self.recorder.hidden]
        if self.recorder.secure and not isinstance(self.client,
                                                   ssl.SSLSocket):
            kept.append(b"STARTTLS")
        return b" ".join(kept)

    def _ready(self):
        """The ends that have something to read."""
        ends = [self.client, self.server]
        held = [end for end in ends if isinstance(end, ssl.SSLSocket) and
                end.pending()]
        return held or select.select(ends, [], [], PATIENCE)[0]

    def run(self):
        try:
            if self.recorder.implicit:
                self._upgrade()
            while True:
                ready = self._ready()
                if self.client in ready:
                    data = self.client.recv(65536)
                    if not data:
                        break
                    self._take(data)
                if self.server in ready:
                    data = self.server.recv(65536)
                    if not data:
                        break
                    self.recorder.received += len(data)
                    if re.search(rb"\[(APPENDUID|COPYUID) ", data):
                        self.recorder.keep("(UIDs were told)")
                    self.client.sendall(self._hide(data))
        except (OSError, ValueError):
            pass
        self.close()

    def close(self):
        for end in (self.client, self.server):
            end.close()


class Recorder:
    """implicit: Postern comes with TLS at once, not with STARTTLS; secure:
    the server behind is spoken to in TLS."""

    def __init__(self, server, hidden=(), implicit=False, secure=False):
        self.implicit, self.secure = implicit, secure
        self.target = (server.ready["imap"]["host"],
                       int(os.environ["TEST_IMAPS_PORT"]) if secure
                       else server.ready["imap"]["port"])
        self.hidden = {word.upper() for word in hidden}
        self.commands, self._lock = [], threading.Lock()
        self.received = 0
        folder = os.path.dirname(os.environ["TEST_CA_FILE"])
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(os.path.join(folder, "server.pem"),
                                     os.path.join(folder, "server.key"))
        self._sessions = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.drop_all()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                session = _Session(self, client)
            except OSError:
                return
            self._sessions.append(session)
            threading.Thread(target=session.run, daemon=True).start()

    def drop_all(self):
        """Ends every connection, so that the next call starts anew."""
        sessions, self._sessions = self._sessions, []
        for session in sessions:
            try:
                # Of TLS it would end that first, and what comes then be
                # taken for commands.
                socket.socket.shutdown(session.client, socket.SHUT_RDWR)
            except OSError:
                pass

    def keep(self, command):
        with self._lock:
            self.commands.append(command)

    def used(self):
        """Names of EXTENSIONS, each once, in that order; "STATUS×3"."""
        found = [name for command in self.commands for name in uses(command)]
        return [name + ("×%d" % found.count(name) if name == "STATUS" and
                        found.count(name) > 1 else "")
                for name, _, _ in EXTENSIONS if name in found]
