#!/usr/bin/env python3
"""table.py FOLDER TABLE COLUMN...: reads what record.py wrote down of each
column, FOLDER/COLUMN.json, and makes a table of it that says of each request
whether all columns answered it alike.  What may differ stands below, with the
reason; whatever else does is a failure, told as TAP."""
import json
import os
import re
import sys

# Of any answer: how a web server speaks for itself, or frames a connection.
NOT_COMPARED = {
    "date": "the time",
    "server": "a web server's own name",
    "connection": "RFC 9112 9: between the client and the web server",
    "keep-alive": "RFC 9112 9: likewise",
    "transfer-encoding": "RFC 9112 6: how a body without a length ends",
}
ANY = object()


class Allowed:
    """One difference, and why it stays.  columns, name and target are
    expressions; member is a header, status or body; values, if given, are
    what it may be there."""

    def __init__(self, name, columns, members, reason, values=ANY):
        self.name, self.columns = re.compile(name), re.compile(columns)
        self.members, self.reason, self.values = members, reason, values
        self.used = set()

    def covers(self, row, column, member, value):
        covered = (self.name.fullmatch(row["name"]) and
                   self.columns.fullmatch(column) and
                   member in self.members and
                   (self.values is ANY or value in self.values))
        if covered:
            self.used.add(row["name"])
        return covered


ALLOWED = (
    Allowed("a file.*|nothing.*|unknown document", ".*",
            {"etag", "last-modified", "accept-ranges"},
            "each web server makes validators of a file in its own way"),
    Allowed("nothing.*|unknown document|a path out of it", "lighttpd.*",
            {"x-content-type-options"},
            "lighttpd adds headers to no page of an error"),
    Allowed("a path out of it", ".*",
            {"status", "content-type", "content-length", "body",
             "x-content-type-options", "etag", "last-modified",
             "accept-ranges"},
            "what leads out of the site is no address at all to some: 400; "
            "or nothing is there: 404"),
    Allowed("mcp, more than any program takes", ".*",
            {"content-type", "content-length", "body", "retry-after"},
            "413 of the web server, in its own words: no program is asked"),
    Allowed("an upload, chunked", "apache-cgid|caddy",
            {"status", "body"},
            "tells CGI no length of what comes in chunks, and a file's has "
            "to be known: 400 says that it is missing"),
    Allowed("a stream.*", "nginx.*", {"x-accel-buffering"},
            "nginx does as that header says, and keeps it"),
    Allowed(".*HEAD", "lighttpd.*|apache.*|nginx.*|caddy",
            {"content-length"},
            "RFC 9110 9.3.2: may be left out of an answer to HEAD"),
    Allowed("ping, HTTP/1.0", ".*", {"content-length"},
            "the end of the connection may end the body"),
)


def members(row):
    told = {name: value for name, value in row["headers"].items()
            if name not in NOT_COMPARED}
    return {"status": row["status"], "body": row["body"], **told}


def text(value):
    return "absent" if value is None else json.dumps(value)[:160]


def compare(rows):
    """Differences of one request's rows, {column: row}: those that are
    allowed, and those that are not."""
    told = {column: members(row) for column, row in rows.items()}
    kinds = list(told.values())
    allowed, others = [], []
    for member in sorted({name for one in kinds for name in one}):
        values = [one.get(member) for one in kinds]
        usual = max(values, key=values.count)
        for column, one in told.items():
            if one.get(member) == usual:
                continue
            for rule in ALLOWED:
                if rule.covers(rows[column], column, member,
                               one.get(member)):
                    allowed.append((column, member, rule))
                    break
            else:
                others.append("%s: %s is %s, not %s" % (
                    column, member, text(one.get(member)), text(usual)))
    return allowed, others


def cells(rows, allowed, columns):
    differing = {column for column, _, _ in allowed}
    return ["%s%s" % (rows[column]["status"],
                      "*" if column in differing else "")
            for column in columns]


def escape(words):
    return str(words).replace("|", "\\|")


def main(folder, path, columns):
    told = {}
    for column in columns:
        with open(os.path.join(folder, column + ".json"),
                  encoding="utf-8") as file:
            told[column] = json.load(file)
    lines = ["# The same requests behind each web server", "",
             "Status, all headers and the body are compared. A star: "
             "something differs that may, see below.", "",
             "| request | | " + " | ".join(columns) + " | same |",
             "|---|---|" + "---|" * (len(columns) + 1)]
    failed, used = [], {}
    for at, first in enumerate(told[columns[0]]):
        rows = {column: told[column][at] for column in columns}
        assert all(row["name"] == first["name"] for row in rows.values())
        allowed, others = compare(rows)
        for column, member, rule in allowed:
            used.setdefault((rule, member), set()).add(column)
        name = "%s: %s %s" % (first["name"], first["method"],
                              first["target"].split("?")[0])
        failed.append((name, others))
        lines.append("| %s | %s | %s | %s |" % (
            escape(first["name"]),
            escape("%s %s" % (first["method"],
                              first["target"].split("?")[0])),
            " | ".join(cells(rows, allowed, columns)),
            "no" if others else "but for what may differ" if allowed
            else "yes"))
    lines += ["", "## What may differ", ""]
    lines += ["- `%s` everywhere: %s" % one
              for one in sorted(NOT_COMPARED.items())]
    for (rule, member), where in sorted(
            used.items(), key=lambda one: (one[0][0].reason, one[0][1])):
        lines.append("- `%s` of %s (%s): %s" % (
            member, " and ".join(sorted(rule.used)[:4]),
            ", ".join(sorted(where)), rule.reason))
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    print("1..%d" % len(failed))
    for number, (name, others) in enumerate(failed, 1):
        print("%sok %d - matrix: %s" % ("not " if others else "", number,
                                        name))
        for one in others:
            print("# " + one)
    sys.exit(any(others for _, others in failed))


main(sys.argv[1], sys.argv[2], sys.argv[3:])
