"""A TCP relay, on loopback or another address of ours, that counts what
passes, and can cut the line.

    with Relay(("127.0.0.1", imap_port)) as relay:
        ... or with delay=0.0125: what passes is late by so many seconds ...
        ... connect to relay.port ...
        relay.received          bytes that came from the server so far
        relay.connections       how often somebody connected
        relay.turns             how often a client spoke first, or after the
                                server: the round trips that it waited for
        relay.cut_after = 4096  drop both ends once that many more bytes
                                have come from the server
        relay.cut_once = True   and no connection after that one
        relay.hold_after = 4096 let no more pass once that many more bytes
                                have come from the server, until it is closed
        relay.when_sent(n, act) does act(relay) once n bytes more have come
                                for the server, before more of them pass
"""
import queue
import socket
import threading
import time


class Relay:
    def __init__(self, target, address="127.0.0.1", delay=0):
        self.target, self.delay = target, delay
        self.received = 0
        self.sent = 0
        self.turns = 0
        self.connections = 0
        self.cut_after = None
        self.cut_once = False
        self.hold_after = None
        self._closed = threading.Event()
        self._due = None
        self._lock = threading.Lock()
        self._open = set()
        self._listener = socket.create_server((address, 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._closed.set()
        # Closing alone does not wake a thread that accepts: it would take
        # one connection more.
        if self._listener.fileno() != -1:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
        for end in list(self._open):
            self._drop(end)

    def when_sent(self, count, act):
        self._due = self.sent + count, act

    def drop_all(self):
        """Cuts every connection there is now."""
        for end in list(self._open):
            self._drop(end)

    def _drop(self, end):
        self._open.discard(end)
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        end.close()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            try:
                server = socket.create_connection(self.target)
            except OSError:
                client.close()
                continue
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._open |= {client, server}
            # Whether the server spoke last, on this line.
            line = {"server": True}
            threading.Thread(target=self._pump, daemon=True,
                             args=(client, server, line, False)).start()
            threading.Thread(target=self._pump, daemon=True,
                             args=(server, client, line, True)).start()

    def _allowed(self, data):
        """What of the server's data may pass, and whether to cut then."""
        with self._lock:
            if self.cut_after is None:
                self.received += len(data)
                return data, False
            data = data[:self.cut_after]
            self.cut_after -= len(data)
            self.received += len(data)
            cut = self.cut_after == 0
            if cut and self.cut_once:
                self.cut_after = None
            return data, cut

    def _hold(self, count):
        with self._lock:
            if self.hold_after is None:
                return
            self.hold_after -= count
            if self.hold_after > 0:
                return
        self._closed.wait()

    def _count_sent(self, count, line):
        with self._lock:
            self.turns += line["server"]
            self.sent += count
            if self._due is None or self.sent < self._due[0]:
                return
            act, self._due = self._due[1], None
        act(self)

    def _later(self, sink):
        """Hands on what is given to it when its time has come."""
        held = queue.SimpleQueue()

        def hand_on():
            data = True
            while data:
                due, data = held.get()
                time.sleep(max(0, due - time.monotonic()))
                try:
                    sink.sendall(data)
                except OSError:
                    return
            self._drop(sink)

        threading.Thread(target=hand_on, daemon=True).start()
        return lambda data: held.put((time.monotonic() + self.delay, data))

    def _pump(self, source, sink, line, from_server):
        hand_on = self._later(sink) if self.delay else sink.sendall
        cut = False
        while not cut:
            try:
                data = source.recv(65536)
            except OSError:
                break
            if not data:
                break
            if from_server:
                data, cut = self._allowed(data)
                self._hold(len(data))
            else:
                self._count_sent(len(data), line)
            line["server"] = from_server
            try:
                hand_on(data)
            except OSError:
                break
        self._drop(source)
        if self.delay:
            hand_on(b"")
        else:
            self._drop(sink)
