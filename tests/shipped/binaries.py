#!/usr/bin/env python3
"""What the linker and the compiler were told is true of each program that is
installed, and of the bundle's one where it is built: read from the files."""
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(TOP, "tests", "e2e"))
import postern                                                  # noqa: E402

BUILD = os.path.join(TOP, os.environ.get("BUILD", "build"))
BUNDLE = BUILD + "/bundle/postern.cgi"
# Whose objects say that they were made for it; libraries from archives of the
# system's may not, and then no program says so.
FLOW = {"Advanced Micro Devices X86-64": ("IBT", "SHSTK"),
        "AArch64": ("BTI", "PAC")}
root = tempfile.mkdtemp(prefix="postern.", dir="/tmp")
case = postern.Cases()


def readelf(*words):
    return subprocess.run(["readelf", "-W", *words], capture_output=True,
                          text=True, check=True).stdout


def install():
    done = subprocess.run(
        ["make", "-s", "install", "BUILD=" + BUILD, "DESTDIR=" + root,
         "PREFIX=/usr"], cwd=TOP, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done
    found = glob.glob(root + "/usr/lib/postern/cgi-bin/*")
    found.append(root + "/usr/bin/postern")
    assert len(found) == len(glob.glob(TOP + "/cgi/*.c")) + 1, found
    return found + ([BUNDLE] if os.path.exists(BUNDLE) else [])


programs = install()


def each(good):
    """Those of which it is not so; and there is what is looked at."""
    bad = [os.path.basename(path) for path in programs if not good(path)]
    assert not bad, bad


@case("each program can lie anywhere in memory")
def _():
    each(lambda path: re.search(r"Type:\s+DYN", readelf("-h", path)) and
         re.search(r"FLAGS_1.*\bPIE\b", readelf("-d", path)))


@case("each program's tables are read-only when it starts")
def _():
    each(lambda path: "GNU_RELRO" in readelf("-l", path) and
         re.search(r"\b(BIND_NOW|NOW)\b", readelf("-d", path)) and
         "TEXTREL" not in readelf("-d", path))


@case("no program has memory that is both written and run")
def _():
    each(lambda path: re.search(r"GNU_STACK.*\bRW\s", readelf("-l", path)) and
         not re.search(r"\b(RWE|WE)\b", readelf("-l", path)))


@case("each program looks after its frames and its blocks")
def _():
    each(lambda path: {"__stack_chk_fail", "__memcpy_chk"} <= set(
        re.findall(r"__\w+_(?:fail|chk)\b", readelf("--dyn-syms", path))))


@case("no program looks for libraries in a folder of its own")
def _():
    each(lambda path: not re.search(r"\((RPATH|RUNPATH)\)",
                                    readelf("-d", path)))


@case("each object is made for checks of where calls and returns go")
def _():
    machine = re.search(r"Machine:\s+(.*)", readelf("-h", programs[0]))[1]
    if machine not in FLOW:
        raise postern.Skip("this machine has none")
    objects = glob.glob(BUILD + "/lib/*/*.o") + glob.glob(BUILD + "/cgi/*.o")
    assert objects
    told = readelf("-n", *objects).split("\nFile: ")[1:]
    assert len(told) == len(objects)
    for notes in told:
        assert all(name in notes for name in FLOW[machine]), (
            notes, "made before it was asked for: make clean")


try:
    case.run()
finally:
    shutil.rmtree(root)
