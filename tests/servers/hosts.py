"""Two hosts behind one address: hosts.py front PORT FOLDER USER MAIL_PORT...

FOLDER/one and FOLDER/two are all that the hosts have; FOLDER/routes says, as
Apache is told it, which program answers what.  X-Host in an answer says who
gave it.  hosts.py relay LISTEN TARGET PORT... passes connections on."""
import asyncio
import contextlib
import http.server
import itertools
import os
import random
import re
import signal
import subprocess
import sys
import threading

NAMES = ("one", "two")
PIECE = 65536


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True)


class Host:
    """A network namespace that reaches our mail servers at its own loopback
    address, and nothing else."""

    def __init__(self, folder, name, number, ports):
        self.folder, self.name = os.path.join(folder, name), name
        self.space = "postern-%d-%s" % (os.getpid(), name)
        self.link = "ph%d-%d" % (os.getpid() % 100000, number)
        self.near, self.far = NETWORK % (4 * number + 1), NETWORK % (
            4 * number + 2)
        self.ports, self.relays = ports, []

    def start(self):
        ip("netns", "add", self.space)
        ip("link", "add", self.link, "type", "veth", "peer", "name", "eth0",
           "netns", self.space)
        ip("addr", "add", self.near + "/30", "dev", self.link)
        ip("link", "set", self.link, "up")
        for words in (["addr", "add", self.far + "/30", "dev", "eth0"],
                      ["link", "set", "eth0", "up"],
                      ["link", "set", "lo", "up"]):
            ip("-n", self.space, *words)
        self.relay([], self.near, "127.0.0.1")
        self.relay(self.inside(), "127.0.0.1", self.near)

    def relay(self, before, listen, target):
        relay = subprocess.Popen(
            [*before, sys.executable, os.path.abspath(__file__), "relay",
             listen, target, *self.ports], stdout=subprocess.PIPE)
        relay.stdout.readline()
        self.relays.append(relay)

    def inside(self):
        return ["nsenter", "--net=/run/netns/" + self.space]

    def stop(self):
        for relay in self.relays:
            relay.kill()
            relay.wait()
        subprocess.run(["ip", "netns", "del", self.space], check=False,
                       capture_output=True)

    def run(self, program, variables):
        return subprocess.Popen(
            [*self.inside(), "setpriv", "--reuid=" + USER, "--clear-groups",
             os.path.join(self.folder, "programs", program)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd="/",
            env={"POSTERN_CONF": self.folder + "/postern.conf", **variables})


async def pass_on(listen, target, ports):
    async def pump(reader, writer):
        with contextlib.suppress(OSError):
            while piece := await reader.read(PIECE):
                writer.write(piece)
                await writer.drain()
        with contextlib.suppress(OSError):
            writer.close()

    def serve(port):
        async def accept(reader, writer):
            try:
                far = await asyncio.open_connection(target, port)
            except OSError:
                writer.close()
                return
            await asyncio.gather(pump(reader, far[1]), pump(far[0], writer))
        return asyncio.start_server(accept, listen, port)

    for port in ports:
        await serve(port)
    print("ready", flush=True)
    await asyncio.Event().wait()


class Front(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def program(self, path):
        for pattern, name in ROUTES:
            if re.match(pattern, path):
                return name
        return None

    def variables(self, path, query, length):
        told = {"GATEWAY_INTERFACE": "CGI/1.1",
                "SERVER_PROTOCOL": "HTTP/1.1", "REQUEST_METHOD": self.command,
                "REQUEST_URI": self.path, "SCRIPT_NAME": path,
                "QUERY_STRING": query, "REMOTE_ADDR": self.client_address[0]}
        if length:
            told["CONTENT_LENGTH"] = str(length)
        for name in set(self.headers):
            value = ", ".join(self.headers.get_all(name))
            word = name.upper().replace("-", "_")
            if word not in ("CONTENT_LENGTH", "PROXY"):
                told[word if word == "CONTENT_TYPE" else
                     "HTTP_" + word] = value
        return told

    def answer(self):
        self.close_connection = True
        path, _, query = self.path.partition("?")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        program = self.program(path)
        if program is None:
            self.send_error(404)
            return
        with LOCK:
            host = next(TURNS)
        process = host.run(program, self.variables(path, query, len(body)))
        threading.Thread(target=self.feed, args=(process, body)).start()
        try:
            self.pass_back(host, process.stdout)
        except OSError:
            process.kill()
        process.stdout.close()
        process.wait()

    @staticmethod
    def feed(process, body):
        with contextlib.suppress(OSError):
            process.stdin.write(body)
            process.stdin.close()

    def pass_back(self, host, told):
        status, lines = 200, []
        while line := told.readline().rstrip(b"\r\n").decode():
            name, _, value = line.partition(":")
            if name.lower() == "status":
                status = int(value.split()[0])
            else:
                lines.append((name, value.strip()))
        self.send_response_only(status)
        for name, value in lines + [("X-Host", host.name),
                                    ("Connection", "close")]:
            self.send_header(name, value)
        self.end_headers()
        while piece := told.read1(PIECE):
            self.wfile.write(piece)
            self.wfile.flush()

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = answer
    do_PATCH = answer

    def log_message(self, *_):
        pass


def routes(folder):
    with open(folder + "/routes", encoding="utf-8") as file:
        return re.findall(r"^AliasMatch (\S+) \S+/(\S+)$", file.read(),
                          re.M)


def leave(*_):
    raise SystemExit(0)


if sys.argv[1] == "relay":
    asyncio.run(pass_on(sys.argv[2], sys.argv[3], map(int, sys.argv[4:])))
NETWORK = "10.%d.%d.%%d" % (random.randint(200, 250), random.randint(1, 250))
USER, ROUTES, LOCK = sys.argv[4], routes(sys.argv[3]), threading.Lock()
HOSTS = [Host(sys.argv[3], name, number, sys.argv[5:])
         for number, name in enumerate(NAMES)]
TURNS = itertools.cycle(HOSTS)
signal.signal(signal.SIGTERM, leave)
try:
    for one in HOSTS:
        one.start()
    http.server.ThreadingHTTPServer(
        ("127.0.0.1", int(sys.argv[2])), Front).serve_forever()
finally:
    for one in HOSTS:
        one.stop()
