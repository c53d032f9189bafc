"""Postern's sites behind real web servers, as deploy/ sets them up, each in a
folder of its own, whose configuration a test changes and puts back."""
import contextlib
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
SERVERS = os.path.join(TOP, "tests", "servers")
BUILD = os.path.join(TOP, os.environ.get("BUILD", "build"))
POSTERN = os.path.join(BUILD, "postern")
WAIT = 30
PATH = os.environ["PATH"] + ":/usr/sbin:/sbin"


def web_user():
    return pwd.getpwnam("www-data") if os.geteuid() == 0 else pwd.getpwuid(
        os.geteuid())


def as_web_user():
    if os.geteuid() != 0:
        return {}
    user = web_user()
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def new_folder():
    path = tempfile.mkdtemp(prefix="postern.", dir="/tmp")
    os.chmod(path, 0o711)
    return path


def free_ports(count):
    """Outside the range that outgoing connections are given."""
    told = subprocess.run(
        [". ./process.sh; free_ports %d" % count], shell=True, cwd=SERVERS,
        capture_output=True, text=True, check=True)
    return [int(word) for word in told.stdout.split()]


def listens(port):
    with contextlib.suppress(OSError), socket.create_connection(
            ("127.0.0.1", port), 1):
        return True
    return False


def wait(condition, what):
    until = time.monotonic() + WAIT
    while not condition():
        if time.monotonic() > until:
            raise AssertionError("in vain: " + what)
        time.sleep(0.02)


def check(conf, *arguments, settings=None, before=()):
    """postern check --json: its status, its findings by id, and all of it."""
    done = subprocess.run(
        [*before, POSTERN, "check", "--json", *arguments], text=True,
        capture_output=True, timeout=120, check=False,
        env={"PATH": PATH, **({"POSTERN_CONF": conf} if conf else {}),
             "ASAN_OPTIONS": "detect_leaks=0", **(settings or {})})
    told = json.loads(done.stdout) if done.stdout else {"findings": []}
    found = {}
    for one in told["findings"]:
        assert one["what"] and one["why"] and one["mend"], one
        found.setdefault(one["id"], one)
    return done.returncode, found, (told, done.stderr)


class Site:
    """One web server with all programs; name is as WEB has it."""

    def __init__(self, name):
        self.name, _, self.way = name.partition("-")
        self.dir = new_folder()
        self.here = os.path.join(self.dir, self.name)
        self.changed = {}
        self.after = []

    def start(self, settings=""):
        for name, text in (("settings", settings), ("env", "")):
            with open(os.path.join(self.dir, name), "w") as file:
                file.write(text)
        self._script("start")
        with open(os.path.join(self.dir, "env")) as file:
            env = dict(line.strip().split("=", 1) for line in file)
        self.port = int(env["TEST_HTTP_PORT"].strip("'"))
        self.base = env["TEST_BASE_URL"].strip("'")
        # What the operator has: the test changes what the programs have.
        self.conf = os.path.join(self.dir, "doctor.conf")
        shutil.copy(os.path.join(self.here, "postern.conf"), self.conf)
        os.chmod(self.conf, 0o644)
        return self

    def _script(self, what):
        # Not a pipe: what it starts would hold it open.
        with open(os.path.join(self.dir, "said"), "w+") as said:
            done = subprocess.run(
                [os.path.join(SERVERS, self.name), what, self.dir],
                env={**os.environ, "WAY": self.way} if self.way else
                {k: v for k, v in os.environ.items() if k != "WAY"},
                stdout=said, stderr=said, stdin=subprocess.DEVNULL,
                timeout=120, check=False)
            said.seek(0)
            assert what == "stop" or done.returncode == 0, said.read()

    def stop(self):
        self._script("stop")
        self._end_workers()
        shutil.rmtree(self.dir, ignore_errors=True)

    def _end_workers(self):
        """Those that lighttpd had only just started when it was told to end
        never heard of it."""
        for name in os.listdir("/proc"):
            with contextlib.suppress(OSError):
                if name.isdigit() and os.readlink(
                        "/proc/%s/exe" % name).startswith(self.dir + "/"):
                    os.kill(int(name), signal.SIGTERM)

    def path(self, name):
        return os.path.join(self.here, name)

    def read(self, name):
        with open(self.path(name)) as file:
            return file.read()

    def write(self, name, text):
        """Changes a file of the site, until it is mended."""
        path = self.path(name)
        if name not in self.changed:
            self.changed[name] = (self.read(name), os.stat(path)) \
                if os.path.exists(path) else None
        with open(path, "w") as file:
            file.write(text)
        if self.changed[name] is None:
            os.chmod(path, 0o644)

    def replace(self, name, old, new):
        text = self.read(name)
        assert old in text, (name, old)
        self.write(name, text.replace(old, new))

    def replace_first(self, name, old, new):
        text = self.read(name)
        assert old in text, (name, old)
        self.write(name, text.replace(old, new, 1))

    def append(self, name, text):
        self.write(name, self.read(name) + "\n" + text + "\n")

    def mend(self):
        for name, was in self.changed.items():
            if was is None:
                os.unlink(self.path(name))
            else:
                with open(self.path(name), "w") as file:
                    file.write(was[0])
        self.changed = {}
        for action in self.after:
            action()
        self.after = []

    def restart(self):
        """The web server alone; its workers stay, where it has not started
        them itself."""
        if os.path.exists(self.path("pid")):
            with open(self.path("pid")) as file:
                pid = int(file.read())
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
            wait(lambda: not self._runs(pid), self.name + " ends")
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.path("pid"))
        getattr(self, "_" + self.name)()
        wait(lambda: listens(self.port), self.name + " listens")
        wait(lambda: os.path.exists(self.path("pid")) and
             os.path.getsize(self.path("pid")) > 0, "its process id")

    @staticmethod
    def _runs(pid):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
        with contextlib.suppress(OSError), open("/proc/%d/stat" % pid) as f:
            return f.read().rpartition(")")[2].split()[0] != "Z"
        return False

    def _log(self):
        return open(self.path("log"), "ab")

    def _run(self, *command):
        done = subprocess.run(command, capture_output=True, text=True,
                              timeout=WAIT, env={**os.environ, "PATH": PATH},
                              check=False, stdin=subprocess.DEVNULL)
        assert done.returncode == 0, done

    def _nginx(self):
        self._run("nginx", "-q", "-c", self.path("nginx.conf"), "-e",
                  self.path("log"))

    def _apache(self):
        self._run("apache2", "-f", self.path("apache2.conf"), "-k", "start")

    def _start(self, command, **more):
        with self._log() as log:
            return subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
                env={**os.environ, "PATH": PATH, **more.pop("env", {})},
                **more)

    def _lighttpd(self):
        self._run("lighttpd", "-tt", "-f", self.path("lighttpd.conf"))
        self._start(["lighttpd", "-D", "-f", self.path("lighttpd.conf")])

    def _caddy(self):
        home = self.path("uploads")
        started = self._start(
            ["caddy", "run", "--config", self.path("Caddyfile"), "--adapter",
             "caddyfile"], env={"HOME": home, "XDG_DATA_HOME": home,
                                "XDG_CONFIG_HOME": home}, **as_web_user())
        with open(self.path("pid"), "w") as file:
            file.write(str(started.pid))
