"""What has to be so after a request, however it went: an effect knows what an
answer that is a success must be, and how often what it tells of was done."""
import re

from mailbox import BODY

# What differs from one answer to the next: what is sealed, and times.
CHANGING = re.compile(
    r'eyJ[A-Za-z0-9_-]+\.\.[A-Za-z0-9_.-]+|\d{4}-\d\d-\d\dT[0-9:.]+Z?'
    r'|nonce-[A-Za-z0-9+/=_-]+|"(client_id_issued_at|expires_in)":\d+'
    r'|Expires: .*|Max-Age=\d+|uid=\d+')


def steady(answer):
    """The answer without what differs each time."""
    head = "\n".join("%s: %s" % told for told in answer.headers
                     if told[0] not in ("Content-Length", "Set-Cookie"))
    return CHANGING.sub("*", head + "\n\n" + answer.text())


def is_success(answer):
    """Whether whoever asked has to take it for one."""
    if answer.broken or answer.status >= 400:
        return False
    if not (answer.header("Content-Type") or "").startswith(
            "application/json") or not answer.body:
        return True
    told = answer.json()
    return not (isinstance(told, dict) and
                ("error" in told or told.get("result", {}).get("isError")))


class Effect:
    """Of what changes nothing: a success is the answer that there always is,
    and so is what it says when all goes well."""

    def __init__(self, usual=None):
        self.usual = usual

    def succeeded(self, answer):
        """Fails unless this success is true."""
        assert self.usual is None or steady(answer) == self.usual, \
            "not the usual answer"

    def settled(self, answer, again):
        """Fails unless all is as it should, however it went: again asks the
        same once more, and nothing fails then."""


class Change(Effect):
    """Of what changes something: is_done tells how often that was done."""

    def __init__(self, is_done, check=None, retried=True):
        super().__init__()
        self.is_done, self.check, self.retried = is_done, check, retried

    def succeeded(self, answer):
        done = self.is_done()
        assert done == 1, "told as done: %r" % done
        if self.check:
            self.check(answer)

    def settled(self, answer, again):
        assert self.is_done() in (0, 1), "doubled: %r" % self.is_done()
        if not self.retried or is_success(answer):
            return
        told = again()
        assert is_success(told) and self.is_done() == 1, (
            "tried again: %r done" % self.is_done(), told)


class Send(Change):
    """Of a message that is sent once: what was taken, and is told of it."""

    def __init__(self, torture, title, retried=True):
        self.torture, self.title = torture, title
        super().__init__(lambda: torture.smtp.count(title),
                         retried=retried)

    def _state(self, answer):
        told = answer.json()["result"]
        return "error" if told.get("isError") else \
            told["structuredContent"]["state"]

    def _is_whole(self):
        for taken in self.torture.smtp.taken:
            if taken.header("Subject") == self.title:
                text = taken.content.decode("utf-8", "replace")
                assert BODY in text and "the end of it" in text, text
                assert len(taken.recipients) == 1, taken.recipients

    def succeeded(self, answer):
        state, count = self._state(answer), self.is_done()
        assert state in ("sent", "sent_not_filed", "unknown"), answer
        assert count <= 1 and (count == 1 or state == "unknown"), (
            state, count)
        self._is_whole()

    def settled(self, answer, again):
        count = self.is_done()
        assert count <= 1, "doubled"
        self._is_whole()
        if not answer.broken and answer.ended in (None, 0) and \
                answer.status == 200 and not is_success(answer):
            assert count == 0, ("told as not sent, but it was", answer)
        if not self.retried:
            return
        told = again()
        state, after = self._state(told), self.is_done()
        assert after <= 1, ("doubled when it was tried again", told)
        assert after == 1 or state in ("unknown", "error"), (state, after)
        box = self.torture.box
        assert box.count(box.sent, self.title) <= 1, "two copies"
