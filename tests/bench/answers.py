"""How much of what a model can read answers take: each once, as it is written
in the answer."""
import json

import mailbox

LIST_BYTES = 5 * 1024


def size(answer):
    return len(text(answer).encode())


def text(answer):
    return json.dumps(answer, separators=(",", ":"), ensure_ascii=False)


def _of_tools(mcp, _folder, _at):
    tools = mcp.tools()
    return size(tools) // len(tools)


def _of_list(mcp, folder, _at):
    told = mcp.tool("list_mail_messages", folder=folder, per_page=20)
    assert len([m for m in told["messages"] if m.get("preview")]) > 10, told
    return size(told)


def _small(mcp, folder, at):
    told = mcp.tool("get_mail_message", folder=folder, uid=at.small)
    assert told["message"]["text"] == mailbox.SMALL.strip(), told
    return size(told)


def _of_small(mcp, folder, at):
    return 100 * _small(mcp, folder, at) // len(mailbox.SMALL)


def _beside(mcp, folder, at):
    return _small(mcp, folder, at) - len(mailbox.SMALL)


def _of_thread(mcp, folder, at):
    told = mcp.tool("get_mail_thread", folder=folder, uid=at.thread,
                    include_body=True)
    new = [mailbox.said(number) for number in at.replies()]
    assert [m["text"] for m in told["messages"]] == [
        one.strip() for one in new], told
    return 100 * size(told) // sum(map(len, new))


def _of_html(mcp, folder, at):
    return len(text(mcp.tool("get_mail_message", folder=folder, uid=at.html,
                             max_chars=80000)))


# What is measured, in which unit, how much it may be, and how to.
ROWS = (
    ("a tool in tools/list, on average", "bytes", 800, _of_tools),
    ("list of 20", "bytes", LIST_BYTES, _of_list),
    ("a small message", "hundredths of its text", 150, _of_small),
    ("a message, beside its text", "bytes", 280, _beside),
    ("a thread of 10", "hundredths of its new text", 130, _of_thread),
    ("a message of 1.5 MB of HTML", "characters", 100000, _of_html)
)
