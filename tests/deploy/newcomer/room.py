"""python3 room.py COMMAND...: runs it in a copy of this machine, as root: the
same files, whose changes nobody else sees and which are gone at its end; a
network with nothing but 127.0.0.1; no process but its own.  sudo and systemctl
are those of the folder bin beside this file.  Any number of rooms may be open
at once.  Needs root."""
import os
import signal
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
APART = ("unshare", "--mount", "--net", "--pid", "--uts", "--ipc", "--fork",
         "--kill-child")
PATH = ("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")


def words(*command):
    """What to execute for a command in a room."""
    return (*APART, sys.executable, os.path.abspath(__file__), "--inside",
            *command)


def may():
    """Whether this machine lets us."""
    return os.getuid() == 0 and subprocess.run(
        words("true"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        check=False).returncode == 0


def mount(*arguments):
    subprocess.run(("mount", *arguments), check=True)


def overlay(lower, name, target):
    """Where a folder may lie on anything, what changes lies in memory."""
    for kind in ("upper", "work"):
        os.makedirs("/mnt/%s/%s" % (name, kind))
    mount("-t", "overlay", "overlay", "-o",
          "lowerdir=%s,upperdir=/mnt/%s/upper,workdir=/mnt/%s/work"
          % (lower, name, name), target)


def furnish():
    subprocess.run(("ip", "link", "set", "lo", "up"), check=True)
    subprocess.run(("hostname", "newcomer"), check=True)
    mount("-t", "tmpfs", "tmpfs", "/mnt")
    os.mkdir("/mnt/room")
    overlay("/", "root", "/mnt/room")
    mount("-t", "proc", "proc", "/mnt/room/proc")
    mount("--rbind", "/dev", "/mnt/room/dev")
    mount("-t", "tmpfs", "tmpfs", "/mnt/room/run")
    os.mkdir("/mnt/room/run/lock")
    os.chmod("/mnt/room/run/lock", 0o1777)
    mount("-t", "tmpfs", "-o", "mode=1777", "tmpfs", "/mnt/room/tmp")
    # Of packages only those are known that are installed.
    mount("-t", "tmpfs", "tmpfs", "/mnt/room/var/lib/apt/lists")
    # The clone and what is built may lie on other file systems.
    build = os.path.join(TOP, os.environ.get("BUILD", "build"))
    for number, path in enumerate((TOP, build)):
        if os.path.isdir(path):
            os.makedirs("/mnt/room" + path, exist_ok=True)
            overlay(path, "part%d" % number, "/mnt/room" + path)
    os.chroot("/mnt/room")
    os.chdir(TOP)


def stay(command):
    """The first process of a room buries whatever has ended there."""
    environment = {**os.environ, "HOME": "/root", "USER": "root",
                   "PATH": os.path.join(HERE, "bin") + ":" + PATH}
    first = os.spawnvpe(os.P_NOWAIT, command[0], command, environment)
    while True:
        pid, status = os.wait()
        if pid == first:
            return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--inside"]:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
        furnish()
        sys.exit(stay(sys.argv[2:]))
    os.execvp(APART[0], words(*sys.argv[1:]))
