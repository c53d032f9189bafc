#!/usr/bin/env python3
"""tests/contract/coverage itself: with everything covered it is content, and
each single thing taken away or added is found."""
import copy
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
# Read by the same words as the check reads it, and no program's answer.
LINES = [line.split(":") for line in open(os.path.join(HERE, "tools.txt"),
                                          encoding="utf-8")
         if line.strip() and not line.startswith("#")]
NAMES = {tool: [name for name in names.split() if name[0] != "+"]
         for tool, names in LINES}
SOUND = {"program": "all", "case": "it works", "listed": NAMES,
         "calls": [{"tool": tool, "parameters": list(names),
                    "answered": True}
                   for tool, names in NAMES.items()]}


def judged(record, tap="ok 1 - it works\n"):
    """The exit status of the check, and the lines that say what is wrong."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "one-e2e-all")
        with open(path + ".calls", "w", encoding="utf-8") as file:
            file.write(json.dumps(record) + "\n")
        with open(path + ".py.tap", "w", encoding="utf-8") as file:
            file.write(tap)
        done = subprocess.run(
            [os.path.join(HERE, "coverage"), folder, "one",
             os.path.join(folder, "table")],
            check=False, capture_output=True, text=True)
        return done.returncode, [line for line in done.stdout.splitlines()
                                 if not line.endswith("wrong")]


def without_parameter(record):
    record["listed"]["list_accounts"].remove("check")


def without_tool(record):
    del record["listed"]["list_mail_messages"]


def unknown_parameter(record):
    record["listed"]["list_accounts"].append("password")


def unknown_tool(record):
    record["listed"]["shell"] = []


def unused_parameter(record):
    record["calls"][1]["parameters"].remove("pattern")


def unused_tool(record):
    del record["calls"][0]


def refused_only(record):
    record["calls"][0]["answered"] = False


def unused_addition(record):
    record["listed"]["list_mail_messages"].append("cursor")


CHANGES = (
    (without_parameter, "list_accounts: check is not in tools/list"),
    (without_tool, "list_mail_messages is not in tools/list"),
    (unknown_parameter, "list_accounts: password is not in the contract"),
    (unknown_tool, "shell is not in the contract"),
    (unused_parameter, "list_mailboxes: no passed case covers pattern"),
    (unused_tool, "list_accounts: no passed case covers it"),
    (refused_only, "list_accounts: no passed case covers check"),
    (unused_addition, "list_mail_messages: no passed case covers cursor"),
)


def main():
    told = [("everything covered", judged(SOUND) == (0, []))]
    for change, words in CHANGES:
        record = copy.deepcopy(SOUND)
        change(record)
        status, lines = judged(record)
        told.append((change.__name__.replace("_", " ") + " is found",
                     status == 1 and "coverage: " + words in lines))
    for tap in ("not ok 1 - it works\n", "ok 1 - it works # SKIP\n", ""):
        told.append(("a case that did not pass covers nothing: " +
                     (tap.strip().replace("#", "no ") or "none"),
                     judged(SOUND, tap)[0] == 1))
    print("1..%d" % len(told))
    for number, (name, good) in enumerate(told, 1):
        print("%sok %d - %s" % ("" if good else "not ", number, name))
    sys.exit(not all(good for _, good in told))


main()
