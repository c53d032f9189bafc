"""The line between a worker and its mail server, in clear text: a relay in one
thread for all connections, which can do to a line what a network does.

    line = Line(("127.0.0.1", imap_port))
    line.cut(100)       the line that 100 bytes more of the server's have gone
                        through is cut; with hang=True nothing more passes it
    line.leave(text)    behind the last answer, on the line it came by, is this
                        text of the server's too; {tag} in it is the tag that
                        the next command there will have
    line.calm()         nothing is to happen any more; lines that hang are cut,
                        unless they are to hang on: calm(False)
"""
import re
import selectors
import socket
import threading

PIECE_BYTES = 65536
TAG = re.compile(rb"(?:^|\r\n)([A-Z]+)(\d+) [A-Z]")


class End:
    """One end of a line; its other is .other."""

    def __init__(self, line, from_server):
        self.line, self.from_server = line, from_server
        self.other = None
        self.tag, self.hangs, self.leaves = (b"A", 0), False, False
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


class Line:
    def __init__(self, target):
        self.target = target
        self._lock = threading.RLock()
        self._after, self._hang, self._latest = None, False, None
        self._ends = selectors.DefaultSelector()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]
        self._ends.register(self._listener, selectors.EVENT_READ)
        self.connections = 0
        threading.Thread(target=self._run, daemon=True).start()

    def cut(self, after, hang=False):
        with self._lock:
            self._after, self._hang = after, hang

    def leave(self, text):
        """Whether there was a line to leave it on."""
        with self._lock:
            end = self._latest
            if end is None or end.line.fileno() == -1:
                return False
            letter, number = end.tag
            text = text.replace(b"{tag}", b"%s%d" % (letter, number + 1))
            try:
                end.line.sendall(text)
            except OSError:
                return False
            return True

    def calm(self, cut=True):
        with self._lock:
            self._after, self._hang = None, False
            if not cut:
                return
            for key in list(self._ends.get_map().values()):
                if key.data is not None and key.data.hangs:
                    self._drop(key.data)

    def _run(self):
        while True:
            for key, _ in self._ends.select():
                with self._lock:
                    if key.data is None:
                        self._accept()
                    elif key.data.line.fileno() != -1:
                        self._pass(key.data)

    def _accept(self):
        client, _ = self._listener.accept()
        try:
            server = socket.create_connection(self.target)
        except OSError:
            client.close()
            return
        self.connections += 1
        ends = End(client, False), End(server, True)
        for end, other in (ends, reversed(ends)):
            end.other = other
            self._ends.register(end.line, selectors.EVENT_READ, end)

    def _drop(self, end):
        for one in (end, end.other):
            if one.line.fileno() != -1:
                self._ends.unregister(one.line)
                one.line.close()

    def _pass(self, end):
        try:
            piece = end.line.recv(PIECE_BYTES)
            if piece and end.from_server:
                self._pass_answer(end, piece)
            elif piece:
                self._pass_commands(end, piece)
        except OSError:
            piece = b""
        if not piece:
            self._drop(end)

    def _pass_commands(self, end, piece):
        tags = TAG.findall(piece)
        if tags:
            end.tag = tags[-1][0], int(tags[-1][1])
        end.leaves = end.leaves or b" LOGOUT\r\n" in piece
        end.other.line.sendall(piece)

    def _pass_answer(self, end, piece):
        # Those who were told good-bye answer that after others' answers.
        if not end.other.leaves:
            self._latest = end.other
        if end.hangs:
            return
        if self._after is None:
            end.other.line.sendall(piece)
            return
        end.other.line.sendall(piece[:self._after])
        self._after -= len(piece)
        if self._after > 0:
            return
        self._after = None
        if self._hang:
            end.hangs = end.other.hangs = True
        else:
            self._drop(end)
