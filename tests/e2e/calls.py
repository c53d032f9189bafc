"""Keeps which tools and parameters the cases of a program called, for
tests/contract/coverage: one line of JSON a case in a file of $TAP_DIR, that
is not written where there is none.  What no answer came to is not kept."""
import json
import os
import sys

_made, _listed = [], {}


def _answer(response):
    """The JSON-RPC answer of a response, be it one event of a stream."""
    kind = response.header("Content-Type") or ""
    if not kind.startswith("text/event-stream"):
        return response.json()
    data = [line[5:] for line in response.text().splitlines()
            if line.startswith("data:")]
    return json.loads(data[-1])


def parameters(arguments):
    """Names of arguments, those within objects and lists as "a.b"."""
    for name, value in arguments.items():
        yield name
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict):
                yield from (name + "." + member for member in item)


def _declared(schema):
    for name, kind in schema.get("properties", {}).items():
        yield name
        members = kind.get("items", kind).get("properties", {})
        yield from (name + "." + member for member in members)


def _keep_list(answer):
    for tool in answer["result"]["tools"]:
        known = _listed.setdefault(tool["name"], set())
        known.update(_declared(tool["inputSchema"]))


def _keep_call(params, answer):
    result = answer.get("result", {"isError": True})
    _made.append({"tool": params["name"], "parameters":
                  sorted(set(parameters(params.get("arguments", {})))),
                  "answered": not result.get("isError", False)})


def keep(body, response):
    """Keeps a call or a list of tools, if that is what was posted."""
    try:
        message = json.loads(body)
        if message["method"] == "tools/call":
            _keep_call(message["params"], _answer(response))
        elif message["method"] == "tools/list":
            _keep_list(_answer(response))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        pass                    # a test of what is no such message


def end_case(name):
    """Writes what was kept since the last case ended."""
    made, _made[:] = _made[:], []
    if "TAP_DIR" not in os.environ:
        return
    program = os.path.splitext(os.path.basename(sys.argv[0]))[0]
    path = os.path.join(os.environ["TAP_DIR"], "%se2e-%s.calls" % (
        os.environ.get("TAP_PREFIX", ""), program))
    listed = {tool: sorted(names) for tool, names in _listed.items()}
    _listed.clear()
    with open(path, "a", encoding="utf-8") as file:
        json.dump({"program": program, "case": name, "calls": made,
                   "listed": listed}, file)
        file.write("\n")
