"""A mail server between Postern and the true one, that answers some commands
by itself."""
import os
import re
import socket
import ssl
import threading

GREETING = b"* OK hello\r\n"
CAPABILITY = b"* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\n"


class Between:
    """A server of its own in front of the true one, by STARTTLS.  Lines with
    a verb of answers get what that says, or what it makes of the line, {tag}
    in it filled in, in pieces where it is no bytes but some; all else, and
    None, is the true server's.  asked has the
    verbs that came, connections says how often somebody connected.  greeting
    is said to the next who connect, and if it is not OK no more."""

    def __init__(self, server, answers):
        told = server.ready["imap"]
        self.target, self.answers = (told["host"], told["port"]), answers
        self.asked, self.connections = [], 0
        self.greeting = GREETING
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        folder = os.environ["TEST_TLS"]
        self.context.load_cert_chain(folder + "/server.pem",
                                     folder + "/server.key")
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                line, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(line,),
                             daemon=True).start()

    def _serve(self, line):
        try:
            self._talk(self._greet(line))
        except OSError:
            pass

    def _greet(self, line):
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.sendall(self.greeting)
        data = b""
        while b"STARTTLS\r\n" not in data:
            data = line.recv(4096)
            if not data:
                raise OSError("gone")
            if b"CAPABILITY" in data:
                line.sendall(CAPABILITY)
            line.sendall(data.split(b" ")[0] + b" OK go on\r\n")
        return self.context.wrap_socket(line, server_side=True)

    def _talk(self, line):
        # Tags of what the true server has yet to answer: ours comes after
        # it, as from one server (RFC 9051 5.5).
        owed, turn = set(), threading.Condition()
        true = self._reach(line, owed, turn)
        reader = line.makefile("rb")
        for said in reader:
            verb = re.match(rb"(\S+) (?:UID )?([A-Z]+)", said)
            name = verb[2].decode() if verb else ""
            self.asked.append(name)
            answer = self.answers.get(name)
            if callable(answer):
                answer = answer(said)
            with turn:
                if answer is None:
                    if verb and re.fullmatch(rb"[AL]\d+", verb[1]):
                        owed.add(verb[1])
                    true.sendall(said)
                else:
                    assert turn.wait_for(lambda: not owed, 60), owed
                    for piece in [answer] if isinstance(answer, bytes) \
                            else answer:
                        line.sendall(piece.replace(b"{tag}", verb[1]))
            # The literal of a command that we answer is nobody's.
            while answer is not None and (
                    literal := re.search(rb"\{(\d+)\+\}\r\n$", said)):
                reader.read(int(literal[1]))
                said = reader.readline()
        true.close()

    def _reach(self, line, owed, turn):
        """The true server, whose answers go to the line from now on."""
        true = socket.create_connection(self.target)
        reader = true.makefile("rb")
        reader.readline()
        threading.Thread(target=self._back, args=(reader, line, owed, turn),
                         daemon=True).start()
        return true

    def hand_on(self, line, said):
        """What the true server said, to the client."""
        line.sendall(said)

    def _back(self, reader, line, owed, turn):
        try:
            for said in reader:
                # Nothing of ours may come between a response's literals.
                while literal := re.search(rb"\{(\d+)\}\r\n$", said):
                    said += reader.read(int(literal[1])) + reader.readline()
                with turn:
                    self.hand_on(line, said)
                    owed.discard(said.split(b" ", 1)[0])
                    turn.notify()
        except OSError:
            pass
