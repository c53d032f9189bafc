#!/usr/bin/env python3
"""What `make install` brings for systemd: that systemd takes it, how little
each unit may do, and whether it is what web servers and programs go by.
Whether it works is asked of a systemd that runs: make packages."""
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, "tests", "e2e"))
import postern  # noqa: E402

BUILD = os.path.join(TOP, os.environ.get("BUILD", "build"))
EXPOSURE_MOST = 1.5
# What a program is that dials nobody.
OFFLINE = {"well-known", "register", "keys"}

case = postern.Cases()
root = tempfile.mkdtemp(prefix="postern.", dir="/tmp")
os.chmod(root, 0o711)
UNITS = os.path.join(root, "lib/systemd/system")
PROGRAMS = {os.path.basename(path)[:-2]
            for path in glob.glob(os.path.join(TOP, "cgi/*.c"))}


def ask(*command):
    return subprocess.run(command, cwd=TOP, capture_output=True, text=True,
                          timeout=120, env={**os.environ,
                                            "BASE_URL": "http://localhost",
                                            "ENCRYPTION_KEY": "0123456789abcdef" * 4,
                                            **postern.SANITIZERS})


def unit(name):
    """The settings of a unit, with all values of each."""
    told = {}
    with open(os.path.join(UNITS, name), encoding="utf-8") as file:
        for line in file:
            match = re.match(r"(\w+)=(.*)$", line)
            if match:
                told.setdefault(match[1], []).append(match[2])
    return told


def workers():
    return {name: unit("postern-%s@.service" % name) for name in PROGRAMS}


def services():
    return ["postern-%s@1.service" % name for name in sorted(PROGRAMS)] + \
        ["postern-keys.service"]


@case("systemd finds nothing wrong with them")
def _():
    done = ask("make", "-s", "install", "PREFIX=" + root)
    assert done.returncode == 0, done
    names = services() + ["postern-%s.socket" % name for name in PROGRAMS]
    done = ask("systemd-analyze", "verify", "--man=no", "postern.target",
               *[os.path.join(UNITS, name) for name in names],
               os.path.join(UNITS, "postern.target"))
    ours = [line for line in done.stderr.splitlines() if "postern" in line]
    assert not ours, ours


@case("workers at ports of an address, as doc/many-hosts.md has them")
def _():
    with open(os.path.join(TOP, "doc/many-hosts.md"),
              encoding="utf-8") as file:
        text = re.search(r"run by tests/deploy/units\.py -->\n```sh\n(.*?)```",
                         file.read(), re.S)[1]
    text = re.sub(r"^sudo systemctl .*$", "", text, flags=re.M).replace(
        "sudo ", "").replace("/etc/systemd/system", UNITS)
    done = ask("bash", "-euc", text)
    assert done.returncode == 0, done
    listens = set()
    try:
        for name in PROGRAMS:
            place = os.path.join(UNITS, "postern-%s.socket" % name)
            done = ask("systemd-analyze", "verify", "--man=no", place)
            assert not [line for line in done.stderr.splitlines()
                        if "postern" in line], done
            # The usual socket is taken back, for its only other one.
            told = unit("postern-%s.socket.d/address.conf" % name)
            assert "IPAddressDeny" in told, told
            listens.add(told["ListenStream"][-1])
    finally:
        for name in PROGRAMS:
            shutil.rmtree(os.path.join(UNITS, "postern-%s.socket.d" % name))
    assert listens == {"10.0.0.11:%d" % (9001 + i)
                       for i in range(len(PROGRAMS))}, listens


@case("no unit is exposed by %.1f or more" % EXPOSURE_MOST)
def _():
    for name in services():
        done = ask("systemd-analyze", "security", "--offline=yes",
                   "--threshold=%d" % (EXPOSURE_MOST * 10),
                   os.path.join(UNITS, name))
        told = re.search(r"Overall exposure level for \S+: ([\d.]+)",
                         done.stdout)
        assert told, done
        print("# %s: %s" % (name, told[1]))
        assert float(told[1]) < EXPOSURE_MOST, (name, told[1])
        assert done.returncode == 0, done


@case("each program has a socket, and workers that wait at it")
def _():
    wanted = " ".join(unit("postern.target")["Wants"]).split()
    for name, told in workers().items():
        socket = unit("postern-%s.socket" % name)
        assert socket["ListenStream"] == ["/run/postern/%s.sock" % name]
        assert socket["Service"] == ["postern-%s@1.service" % name]
        assert told["Sockets"] == ["postern-%s.socket" % name]
        assert told["ExecStart"] == [
            os.path.join(root, "lib/postern/cgi-bin", name)]
        assert "postern-%s.socket" % name in wanted, name
        count = [one for one in wanted
                 if re.fullmatch(r"postern-%s@\d+\.service" % name, one)]
        assert len(count) >= 1 and len(set(count)) == len(count), name
        # What the unit's first lines say of one more.
        with open(os.path.join(UNITS, "postern-%s@.service" % name),
                  encoding="utf-8") as file:
            assert "postern-%s@%d.service" % (name, len(count) + 1) in \
                file.read(), name
    assert len(wanted) == len(set(wanted)), wanted


@case("a worker is given no keys but its own, and the settings")
def _():
    made = unit("postern-keys.service")["ExecStart"]
    for name, told in workers().items():
        given = [one for one in told["LoadCredential"]
                 if not one.startswith("postern.conf:")]
        derives = "%s/bin/postern keys --for=%s --file=%%t/postern/keys/%s" \
            % (root, name, name)
        done = ask(os.path.join(root, "bin/postern"), "keys", "--for=" + name)
        if "needs no key" in done.stderr:
            assert given == [] and derives not in made, (name, given)
            continue
        assert given == ["key:/run/postern/keys/" + name], (name, given)
        assert derives in made, (name, made)
    assert len(made) == len(PROGRAMS) - 1, made


@case("who dials nobody has no network")
def _():
    for name, told in {**workers(),
                       "keys": unit("postern-keys.service")}.items():
        alone = told.get("PrivateNetwork") == ["yes"]
        assert alone == (name in OFFLINE), name


@case("who they run as is made by the file for that, and owns no key")
def _():
    with open(os.path.join(root, "lib/sysusers.d/postern.conf"),
              encoding="utf-8") as file:
        user, = re.findall(r"^u (\S+) ", file.read(), re.M)
    for name, told in workers().items():
        assert told["User"] == [user], name


@case("web servers ask at the sockets that systemd has")
def _():
    ours = {"/run/postern/%s.sock" % name for name in PROGRAMS}
    count = 0
    for path in glob.glob(os.path.join(TOP, "deploy/nginx/*")):
        with open(path, encoding="utf-8") as file:
            asked = set(re.findall(r"unix:(/run/postern/[^;|\s]+\.sock)",
                                   file.read()))
        asked = {re.sub(r"-\d+\.sock$", ".sock", one) for one in asked}
        if asked:
            assert asked == ours, (path, asked ^ ours)
            count += 1
    assert count > 0


try:
    case.run()
finally:
    shutil.rmtree(root)
