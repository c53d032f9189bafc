"""A mail server between Postern and the true one, that answers some commands
by itself."""
import os
import re
import socket
import ssl
import threading

CAPABILITY = b"* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\n"


class Between:
    """A server of its own in front of the true one, by STARTTLS.  Lines with
    a verb of answers get what that says, or what it makes of the line, {tag}
    in it filled in; all else, and None, is the true server's.  asked has the verbs that came."""

    def __init__(self, server, answers):
        told = server.ready["imap"]
        self.target, self.answers = (told["host"], told["port"]), answers
        self.asked = []
        self.lock = threading.Lock()
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
            threading.Thread(target=self._serve, args=(line,),
                             daemon=True).start()

    def _serve(self, line):
        try:
            self._talk(self._greet(line))
        except OSError:
            pass

    def _greet(self, line):
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.sendall(b"* OK hello\r\n")
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
        true = socket.create_connection(self.target)
        reader = true.makefile("rb")
        reader.readline()
        threading.Thread(target=self._back, args=(reader, line),
                         daemon=True).start()
        for said in line.makefile("rb"):
            verb = re.match(rb"(\S+) (?:UID )?([A-Z]+)", said)
            name = verb[2].decode() if verb else ""
            self.asked.append(name)
            answer = self.answers.get(name)
            if callable(answer):
                answer = answer(said)
            if answer is None:
                true.sendall(said)
            else:
                self._say(line, answer.replace(b"{tag}", verb[1]))
        true.close()

    def _back(self, reader, line):
        try:
            for said in reader:
                # Nothing of ours may come between a response's literals.
                while literal := re.search(rb"\{(\d+)\}\r\n$", said):
                    said += reader.read(int(literal[1])) + reader.readline()
                self._say(line, said)
        except OSError:
            pass

    def _say(self, line, text):
        """Two threads write to one line."""
        with self.lock:
            line.sendall(text)
