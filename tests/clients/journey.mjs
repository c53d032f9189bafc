// What every client is led through: from an unknown server to every tool, as
// rows of cases over an adapter { open(provider), unauthorized(error),
// finish(transport, callback) } of one client library.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { Provider } from "./provider.mjs";
import { signIn } from "./browser.mjs";
import { run, test } from "./tap.mjs";

const ARRIVAL_MS = 30000;
const redirect = "http://127.0.0.1:9/callback";
const ready = JSON.parse(readFileSync(
	process.env.POSTERN_READY ?? "build/run/ready.json"));
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

export async function journey(title, adapter) {
	const provider = new Provider(redirect);
	const mcp = new URL(ready.mcp_url);
	const subject = `Grüße ${title} ${randomUUID()}`;
	const file = "Zeile eins\nline two \u{1F4EE}\n";
	const used = new Set();
	let client, message;

	const say = (name) => `${title}: ${name}`;
	const call = async (name, args = {}) => {
		used.add(name);
		const result = await client.callTool({ name, arguments: args });
		assert.ok(!result.isError, JSON.stringify(result.content));
		assert.deepEqual(JSON.parse(result.content[0].text),
			result.structuredContent);
		return result.structuredContent;
	};
	const where = () => ({ folder: "INBOX", uid: message.uid,
		uidvalidity: message.uidvalidity });

	test(say("an unknown server leads to its sign-in page"), async () => {
		const opened = adapter.make(mcp, provider);
		await assert.rejects(opened.connect(),
			(error) => adapter.isUnauthorized(error));
		assert.ok(provider.kept.client.client_id);
		assert.ok(provider.kept.url);
		const callback = await signIn(provider.kept.url, ready);
		assert.equal(callback.searchParams.get("error"), null);
		assert.equal(callback.searchParams.get("state"),
			provider.kept.state);
		await opened.finish(callback.searchParams);
		assert.ok(provider.kept.tokens.access_token);
		assert.ok(provider.kept.tokens.refresh_token);
	});
	test(say("connects with the token"), async () => {
		const opened = adapter.make(mcp, provider);
		await opened.connect();
		client = opened.client;
		assert.equal(opened.version(), adapter.version);
	});
	test(say("lists the tools"), async () => {
		const { tools } = await client.listTools();
		assert.deepEqual(tools.map((tool) => tool.name).sort(), names);
		for (const tool of tools)
			assert.ok(tool.title && tool.description &&
				tool.inputSchema && tool.outputSchema &&
				typeof tool.annotations.readOnlyHint === "boolean",
				tool.name);
	});
	test(say("accounts and folders"), async () => {
		const { accounts } = await call("list_accounts");
		assert.equal(accounts[0].address, ready.account.username);
		const { mailboxes } = await call("list_mailboxes");
		assert.ok(mailboxes.some((box) => box.name === "INBOX"));
	});
	test(say("sends a message"), async () => {
		const sent = await call("send_mail_message", {
			to: [ready.account.username], subject,
			text_body: "Schöne Grüße\n",
			attachments: [{ filename: "näher.txt",
				content_type: "text/plain; charset=utf-8",
				content_base64:
					Buffer.from(file).toString("base64") }] });
		assert.equal(sent.state, "sent");
		assert.deepEqual(sent.accepted, [ready.account.username]);
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
				await new Promise((go) => setTimeout(go, 300));
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
	test(say("flags it"), async () => {
		const flags = await call("update_mail_message_flags",
			{ ...where(), add: ["\\Flagged"] });
		assert.ok(flags.flags.includes("\\Flagged"));
		assert.deepEqual(flags.uids, [message.uid]);
		await call("undo_mail_change", { undo: flags.undo });
	});
	test(say("makes a folder, copies there and removes it"), async () => {
		const name = `Clients ${randomUUID()}`;
		await call("create_mailbox", { name });
		await call("rename_mailbox", { name, new_name: `${name} 2` });
		const copied = await call("copy_mail_message",
			{ ...where(), destination: `${name} 2` });
		assert.deepEqual(copied.uids, [message.uid]);
		await call("delete_mailbox",
			{ name: `${name} 2`, even_if_not_empty: true });
	});
	test(say("sees what is around it"), async () => {
		const thread = await call("get_mail_thread", where());
		assert.ok(thread.messages.some((one) => one.subject === subject));
		const { since } = await call("list_mail_changes", {});
		assert.ok((await call("list_mail_changes", { since })).since);
		assert.equal((await call("wait_for_mail",
			{ timeout_seconds: 1, subject: randomUUID() })).timed_out,
			true);
		await call("find_unanswered_mail");
		const told = await call("suggest_mail_actions", where());
		assert.equal(told.messages.length, 1);
	});
	test(say("answers and forwards it as drafts"), async () => {
		const to = ready.account.username;
		for (const [name, more] of [["reply_mail_message", {}],
			["forward_mail_message", { to }]]) {
			const kept = await call(name, { ...where(), ...more,
				text_body: "Danke\n", draft: true });
			await call("delete_mail_message", { folder: "\\Drafts",
				uid: kept.filed.uid, permanent: true });
		}
	});
	test(say("sends a draft"), async () => {
		const draft = await call("create_draft_mail_message",
			{ to: ready.account.username, subject: randomUUID() });
		const sent = await call("send_draft_mail_message",
			{ uid: draft.uid });
		assert.equal(sent.state, "sent");
	});
	test(say("gets an address to upload to"), async () => {
		const { url } = await call("get_upload_url",
			{ filename: "a.txt", size: 5 });
		const put = await fetch(url, { method: "PUT", body: "first" });
		assert.ok(put.ok, put.status);
	});
	test(say("what a message does not offer is refused"), async () => {
		for (const [name, more] of [["unsubscribe_mailing_list", {}],
			["respond_to_invitation", { response: "accept" }]]) {
			used.add(name);
			const result = await client.callTool({ name,
				arguments: { ...where(), ...more } });
			assert.equal(result.isError, true, name);
		}
	});
	test(say("keeps a draft"), async () => {
		const draft = await call("create_draft_mail_message", {
			to: [ready.account.username], text_body: "Danke\n",
			in_reply_to: { folder: "INBOX", uid: message.uid } });
		assert.ok(draft.uid > 0);
		await call("delete_mail_message", { folder: "\\Drafts",
			uid: draft.uid, permanent: true });
	});
	test(say("moves it"), async () => {
		const moved = await call("move_mail_message",
			{ ...where(), destination: "Clients", create: true });
		assert.deepEqual(moved.uids, [message.uid]);
		await call("delete_mail_message", { folder: "Clients",
			uid: moved.new_uids[0] });
	});
	test(say("a refusal says what to do"), async () => {
		const result = await client.callTool({ name: "get_mail_message",
			arguments: { folder: "Nowhere", uid: 1 } });
		assert.equal(result.isError, true);
		assert.match(result.content[0].text, /Nowhere|folder/);
	});
	test(say("refreshes an access token that no longer opens"), async () => {
		const before = provider.kept.tokens;
		const saves = provider.saves;
		provider.kept.tokens = { ...before, access_token: "expired" };
		await call("list_accounts");
		assert.equal(provider.saves, saves + 1);
		assert.notEqual(provider.kept.tokens.access_token,
			before.access_token);
		assert.ok(provider.kept.tokens.refresh_token);
	});
	test(say("every tool was called"), async () => {
		assert.deepEqual([...used].sort(), names);
		await client.close();
	});
	await run();
}
