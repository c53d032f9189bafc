"""The processes of the site under test: what memory they have, and how much
work the processor had with them."""
import base64
import contextlib
import glob
import os
import re
import subprocess
import tempfile

TICKS = os.sysconf("SC_CLK_TCK")


def _home():
    return os.path.dirname(os.environ["TEST_POSTERN_CONF"])


def workers(program=None):
    """Process ids of one program's workers, or of all programs'."""
    for process in glob.glob("/proc/[0-9]*"):
        try:
            path = os.readlink(process + "/exe")
        except OSError:
            continue
        if path.startswith(_home() + "/") and (
                os.path.basename(path) != "hello" if program is None
                else os.path.basename(path) == program):
            yield int(process[6:])


def kilobytes(pid, name):
    """Of smaps_rollup: Private_Dirty, Pss."""
    with open("/proc/%d/smaps_rollup" % pid, encoding="ascii") as file:
        return int(re.search(r"^%s: +(\d+)" % name, file.read(), re.M)[1])


def of_workers(program):
    """Memory of their own that workers have, in kB."""
    return [kilobytes(pid, "Private_Dirty") for pid in workers(program)]


def suite():
    """Proportional set size of all workers and the web server, in kB."""
    pids = list(workers()) + [int(os.environ["TEST_HTTP_PID"])]
    return sum(kilobytes(pid, "Pss") for pid in pids)


def connections(pid):
    """How many it has, its own listening socket and pipes not counted."""
    found = 0
    with open("/proc/%d/net/tcp" % pid, encoding="ascii") as file:
        # Established, by inode.
        known = {line.split()[9] for line in file if line.split()[3] == "01"}
    for one in glob.glob("/proc/%d/fd/*" % pid):
        try:
            said = re.match(r"socket:\[(\d+)\]", os.readlink(one))
        except OSError:
            continue
        found += said is not None and said[1] in known
    return found


def seconds(pid):
    """Of the processor, in both its modes, its children's too."""
    with open("/proc/%d/stat" % pid, encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICKS


@contextlib.contextmanager
def request():
    """The environment of a GET that a program does nothing for, with a key
    that is whoever's runs this."""
    with tempfile.NamedTemporaryFile("w") as key:
        key.write(base64.b64encode(os.urandom(32)).decode())
        key.flush()
        os.chmod(key.name, 0o400)
        yield {"GATEWAY_INTERFACE": "CGI/1.1", "REQUEST_METHOD": "GET",
               "SERVER_PROTOCOL": "HTTP/1.1",
               "HTTP_HOST": os.environ["TEST_BASE_URL"].split("//")[1],
               "REQUEST_URI": "/", "SCRIPT_NAME": "/", "QUERY_STRING": "",
               "POSTERN_CONF": os.environ["TEST_POSTERN_CONF"],
               "ENCRYPTION_KEY_FILE": key.name}


def check(program, environment):
    """That it is set up: not found is what is to be said."""
    told = subprocess.run([program], env=environment, check=True,
                          stdin=subprocess.DEVNULL, capture_output=True)
    assert told.stdout.startswith(b"Status: 404"), told


def pages(program, environment):
    """How many pages a program touches from exec to exit, as CGI."""
    null = os.open(os.devnull, os.O_RDWR)
    child = os.posix_spawn(program, [program], environment, file_actions=[
        (os.POSIX_SPAWN_DUP2, null, fd) for fd in (0, 1, 2)])
    os.close(null)
    _, status, used = os.wait4(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0, program
    return used.ru_minflt


def libraries(program):
    """How many it is linked with, and these with, glibc's own too."""
    told = subprocess.run([program], check=True, capture_output=True,
                          env={"LD_TRACE_LOADED_OBJECTS": "1"}).stdout
    return told.count(b" => ")
