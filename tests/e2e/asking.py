"""What the user wants to be asked first, as clients meet it: a question that
the client shows, or a link to the user's own page."""
import secrets
import urllib.parse

import mailboxes
import postern
from visitor import Visitor

FORMS = {"elicitation": {}}
ALL = ("send", "delete", "trash", "move", "draft", "invitation",
       "unsubscribe")


class Box:
    """A folder of somebody's who is asked, and what lies in any of theirs."""

    def __init__(self, server, folder):
        self.server, self.folder = server, folder

    def put(self, folder=None, subject="received text"):
        return self.server.deliver(folder or self.folder, (
            "From: someone@example.org\nTo: %s\nSubject: %s\n"
            "Message-ID: <%s@x.example>\n\nreceived body\n" % (
                self.server.username, subject, secrets.token_hex(8))))

    def there(self, folder, uid):
        """Whether a message is, and is not marked as deleted."""
        box = mailboxes.login(self.server)
        box.select('"%s"' % folder, True)
        _, told = box.uid("FETCH", str(uid), "(FLAGS)")
        box.logout()
        return told[0] is not None and b"\\Deleted" not in told[0]

    def kept(self, folder, header, value):
        """The UIDs of those that are, by a header."""
        box = mailboxes.login(self.server)
        found = mailboxes.find(box, folder, header, value)
        box.logout()
        return [uid for uid in found if self.there(folder, uid)]


def client(server, *kinds, modern=True, agent=None, **fields):
    """A client whose user wants to be asked first before these."""
    token = server.sign_in(client=agent,
                           fields={"ask": list(kinds), **fields})
    return postern.Mcp(server, token["access_token"], modern)


def call(mcp, tool, arguments, state=None, answers=None, forms=FORMS):
    """The result of tools/call by a client that shows forms; a shown question
    is what the specification has it be."""
    params = {"name": tool, "arguments": arguments,
              "_meta": {postern.META + "clientCapabilities": forms}}
    if state is not None:
        params["requestState"] = state
    if answers is not None:
        params["inputResponses"] = answers
    result = mcp.call("tools/call", params)
    if result["resultType"] == "input_required":
        check_question(result)
    else:
        assert result["resultType"] == "complete", result
        schema = {t["name"]: t for t in mcp.tools()}[tool]["outputSchema"]
        if not result.get("isError"):
            postern.check_schema(schema, result["structuredContent"])
    return result


def check_question(result):
    assert set(result) == {"resultType", "inputRequests", "requestState",
                           "_meta"}, result
    request, = result["inputRequests"].values()
    assert request["method"] == "elicitation/create", request
    form = request["params"]
    assert form["mode"] == "form", form
    properties = form["requestedSchema"]["properties"]
    assert [p["type"] for p in properties.values()] == ["boolean"], form
    assert form["requestedSchema"]["required"] == list(properties), form


def question(result):
    """Its text, as lines."""
    assert result["resultType"] == "input_required", result
    return result["inputRequests"]["confirm"]["params"]["message"].split("\n")


def said(action, **content):
    told = {"action": action}
    if content:
        told["content"] = content
    return {"confirm": told}


YES, NO = said("accept", ok=True), said("accept", ok=False)


def confirmed(mcp, tool, arguments):
    """Asks, says yes, and gives the question and the answer."""
    asked = call(mcp, tool, arguments)
    lines = question(asked)
    result = call(mcp, tool, arguments, asked["requestState"], YES)
    assert not result.get("isError"), result
    return lines, result["structuredContent"]


def refused(mcp, tool, arguments, state, answers=None):
    """The JSON-RPC error of a call with that state."""
    if answers is None:
        answers = YES
    try:
        call(mcp, tool, arguments, state, answers)
    except postern.Refused as bad:
        assert bad.code == -32602, bad
        return bad.error["message"]
    raise AssertionError("it was accepted")


def link_of(mcp, tool, arguments):
    """The link that a client gets which shows no forms, and what else it is
    told."""
    result = mcp.result(tool, **arguments)
    told = result["structuredContent"]
    if result.get("isError"):
        told = told["error"]
        assert told["code"] == "confirmation_required", told
        assert told["confirm_url"] in result["content"][0]["text"]
    else:
        assert told["state"] == "waiting_for_confirmation", told
    assert told["confirm_url"].startswith(
        mcp.server.base_url + "/confirm?link="), told
    assert len(told["confirm_url"]) < 4200, len(told["confirm_url"])
    return told["confirm_url"], told


def visit(server, url, **who):
    """A browser at that link, signed in."""
    visitor = Visitor(server)
    visitor.url = url
    page = visitor.sign_in(**who)
    assert page.status == 303, page
    visitor.open(url)
    return visitor


def press(visitor, decision):
    """A button of the page, also of one that was left since then."""
    if 'name="request"' in visitor.page.text():
        visitor.form = visitor.page
    visitor.page = visitor.form
    return visitor.send([("decision", decision)])


def message(**more):
    address, _ = mailboxes.other()
    return {"to": address, "subject": "asked " + secrets.token_hex(8),
            "text_body": "The text of it.\n", **more}


def arrivals(server, message_id):
    """How often it is in the other mailbox, once it is."""
    box = mailboxes.login(server, *mailboxes.other())
    mailboxes.await_message(box, message_id)
    found = mailboxes.find(box, "INBOX", "Message-ID", message_id)
    box.logout()
    return len(found)


def forget_outcome(server):
    """As if who acted last on a yes had been killed before it was noted what
    came of it."""
    box = mailboxes.login(server)
    box.select('"%s"' % server.folder("Connected Agents", "Sent Once"))
    _, found = box.uid("SEARCH", "UNDELETED")
    box.uid("STORE", found[0].split()[-1].decode(), "+FLAGS.SILENT",
            r"(\Deleted)")
    box.expunge()
    box.logout()


def tampered(token):
    """The same with another last letter of each part."""
    parts = token.split(".")
    for at, part in enumerate(parts):
        if part:
            changed = "A" if part[0] != "A" else "B"
            yield ".".join(parts[:at] + [changed + part[1:]] +
                           parts[at + 1:])


def token_of(url):
    query = urllib.parse.urlsplit(url).query
    return urllib.parse.parse_qs(query)["link"][0]
