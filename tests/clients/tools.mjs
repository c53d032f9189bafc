// Every tool, as a client calls it on a real mailbox: rows of cases over what
// that client can do, see sdk.mjs.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { Mailbox } from "./mailbox.mjs";
import { ready } from "./ready.mjs";
import { test } from "./tap.mjs";

const ARRIVAL_MS = 30000;
const PAUSE_MS = 300;
const me = ready.account.username;
const organizer = process.env.TEST_OTHER ?? "anna@postern.test";
const file = "Zeile eins\nline two \u{1F4EE}\n";
const names = [
	"copy_mail_message", "create_draft_mail_message", "create_mailbox",
	"delete_mail_message", "delete_mailbox", "find_unanswered_mail",
	"forward_mail_message", "get_mail_attachment", "get_mail_message",
	"get_mail_thread", "get_upload_url", "list_accounts",
	"list_mail_changes", "list_mail_messages", "list_mailboxes",
	"move_mail_message", "rename_mailbox", "reply_mail_message",
	"respond_to_invitation", "search_mail_messages",
	"send_draft_mail_message", "send_mail_message",
	"suggest_mail_actions", "undo_mail_change",
	"unsubscribe_mailing_list", "update_mail_message_flags",
	"wait_for_mail"
];

// A list's message, that is left by a mail to its reader.
function news() {
	return ["From: news@list.example", `To: ${me}`, "Subject: News",
		`List-Unsubscribe: <mailto:${me}?subject=leave>`, "", "News"];
}

// Next year, somebody wants to meet.
function invitation() {
	const year = new Date().getUTCFullYear() + 1;
	return [`From: ${organizer}`, `To: ${me}`, "Subject: Lunch",
		"MIME-Version: 1.0",
		"Content-Type: text/calendar; charset=utf-8; method=REQUEST", "",
		"BEGIN:VCALENDAR", "VERSION:2.0", "METHOD:REQUEST",
		"BEGIN:VEVENT", `UID:${randomUUID()}@postern.test`,
		"SUMMARY:Lunch", `DTSTART:${year}0601T120000Z`,
		`DTEND:${year}0601T130000Z`, `ORGANIZER:mailto:${organizer}`,
		`ATTENDEE;RSVP=TRUE:mailto:${me}`, "END:VEVENT",
		"END:VCALENDAR"];
}

// state.client: listTools(), callTool({ name, arguments }).
export function toolCases(title, state) {
	const subject = `Grüße ${title} ${randomUUID()}`;
	const folder = `Clients ${randomUUID()}`;
	const used = new Set();
	let message;

	const say = (name) => `${title}: ${name}`;
	const call = async (name, args = {}) => {
		used.add(name);
		const result = await state.client.callTool(
			{ name, arguments: args });
		assert.ok(!result.isError, JSON.stringify(result.content));
		assert.deepEqual(JSON.parse(result.content[0].text),
			result.structuredContent);
		return result.structuredContent;
	};
	const where = () => ({ folder: "INBOX", uid: message.uid,
		uidvalidity: message.uidvalidity });
	const removeDraft = (uid) => call("delete_mail_message",
		{ folder: "\\Drafts", uid, permanent: true });
	const deliver = async (lines) => {
		const box = await Mailbox.open(ready);
		const uid = await box.deliver(lines);
		box.close();
		return uid;
	};

	test(say("lists the tools"), async () => {
		const { tools } = await state.client.listTools();
		assert.deepEqual(tools.map((tool) => tool.name).sort(), names);
		for (const tool of tools)
			assert.ok(tool.title && tool.description &&
				tool.inputSchema && tool.outputSchema &&
				typeof tool.annotations.readOnlyHint === "boolean",
				tool.name);
	});
	test(say("accounts and folders"), async () => {
		const { accounts } = await call("list_accounts");
		assert.equal(accounts[0].address, me);
		const { mailboxes } = await call("list_mailboxes");
		assert.ok(mailboxes.some((box) => box.name === "INBOX"));
	});
	test(say("uploads a file and sends it"), async () => {
		const { url } = await call("get_upload_url",
			{ filename: "näher.txt", size: Buffer.byteLength(file),
				content_type: "text/plain; charset=utf-8" });
		const put = await fetch(url, { method: "PUT", body: file });
		assert.ok(put.ok, put.status);
		const sent = await call("send_mail_message", { to: [me], subject,
			text_body: "Schöne Grüße\n", attachment_urls: [url] });
		assert.equal(sent.state, "sent");
		assert.deepEqual(sent.accepted, [me]);
		assert.ok(sent.filed.uid > 0);
	});
	test(say("finds it by list and by search"), async () => {
		const until = Date.now() + ARRIVAL_MS;
		while (message === undefined && Date.now() < until) {
			const list = await call("list_mail_messages",
				{ folder: "INBOX" });
			const found = (list.messages ?? [])
				.find((one) => one.subject === subject);
			if (found)
				message = { ...found, uidvalidity: list.uidvalidity };
			else
				await new Promise((go) => setTimeout(go, PAUSE_MS));
		}
		assert.ok(message, "it did not arrive");
		const list = await call("search_mail_messages", { subject });
		assert.deepEqual(list.messages.map((one) => one.uid),
			[message.uid]);
	});
	test(say("reads it"), async () => {
		const read = (await call("get_mail_message", where())).message;
		assert.equal(read.subject, subject);
		assert.equal(read.text.trim(), "Schöne Grüße");
		assert.equal(read.attachments[0].filename, "näher.txt");
	});
	test(say("downloads its attachment"), async () => {
		const told = await call("get_mail_attachment", where());
		assert.equal(told.filename, "näher.txt");
		const response = await fetch(told.url);
		assert.equal(response.status, 200);
		assert.equal(await response.text(), file);
	});
	test(say("flags it, and takes that back"), async () => {
		const flags = await call("update_mail_message_flags",
			{ ...where(), add: ["\\Flagged"] });
		assert.ok(flags.flags.includes("\\Flagged"));
		assert.deepEqual(flags.uids, [message.uid]);
		await call("undo_mail_change", { undo: flags.undo });
		const read = (await call("get_mail_message", where())).message;
		assert.ok(!(read.flags ?? []).includes("\\Flagged"));
	});
	test(say("makes a folder, copies there and removes it"), async () => {
		const name = `${folder} 1`;
		await call("create_mailbox", { name });
		await call("rename_mailbox", { name, new_name: `${folder} 2` });
		const copied = await call("copy_mail_message",
			{ ...where(), destination: `${folder} 2` });
		assert.deepEqual(copied.uids, [message.uid]);
		await call("delete_mailbox",
			{ name: `${folder} 2`, even_if_not_empty: true });
		const { mailboxes } = await call("list_mailboxes");
		assert.deepEqual(mailboxes.filter((box) =>
			box.name.startsWith(folder)), []);
	});
	test(say("sees what is around it"), async () => {
		const thread = await call("get_mail_thread", where());
		assert.ok(thread.messages.some((one) => one.subject === subject));
		const { since } = await call("list_mail_changes", {});
		assert.ok((await call("list_mail_changes", { since })).since);
		assert.equal((await call("wait_for_mail",
			{ timeout_seconds: 1, subject: randomUUID() })).timed_out,
			true);
		assert.ok((await call("find_unanswered_mail")).folder);
		const told = await call("suggest_mail_actions", where());
		assert.equal(told.messages.length, 1);
	});
	test(say("answers and forwards it as drafts"), async () => {
		for (const [name, more] of [["reply_mail_message", {}],
			["forward_mail_message", { to: me }]]) {
			const kept = await call(name, { ...where(), ...more,
				text_body: "Danke\n", draft: true });
			await removeDraft(kept.filed.uid);
		}
	});
	test(say("keeps a draft and sends it"), async () => {
		const draft = await call("create_draft_mail_message",
			{ to: me, subject: randomUUID(), text_body: "Danke\n",
				in_reply_to: { folder: "INBOX", uid: message.uid } });
		const sent = await call("send_draft_mail_message",
			{ uid: draft.uid });
		assert.equal(sent.state, "sent");
		assert.deepEqual(sent.accepted, [me]);
	});
	test(say("leaves a list"), async () => {
		const told = await call("unsubscribe_mailing_list",
			{ uid: await deliver(news()) });
		assert.equal(told.way, "mail");
		assert.equal(told.sent.state, "sent");
	});
	test(say("answers an invitation"), async () => {
		const told = await call("respond_to_invitation",
			{ uid: await deliver(invitation()), response: "accept" });
		assert.equal(told.state, "sent");
		assert.deepEqual(told.accepted, [organizer]);
	});
	test(say("moves it and throws it away"), async () => {
		const moved = await call("move_mail_message",
			{ ...where(), destination: folder, create: true });
		assert.deepEqual(moved.uids, [message.uid]);
		const gone = await call("delete_mail_message",
			{ folder, uid: moved.new_uids[0] });
		assert.deepEqual(gone.uids, moved.new_uids);
		await call("delete_mailbox",
			{ name: folder, even_if_not_empty: true });
	});
	test(say("a refusal says what to do"), async () => {
		const result = await state.client.callTool({
			name: "get_mail_message",
			arguments: { folder: "Nowhere", uid: 1 } });
		assert.equal(result.isError, true);
		assert.match(result.content[0].text, /Nowhere|folder/);
	});
	test(say("every tool was called"), () =>
		assert.deepEqual([...used].sort(), names));
}
