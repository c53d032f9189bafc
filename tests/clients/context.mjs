// What a server has beside tools, as a client asks for it: rows of cases.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { Mailbox } from "./mailbox.mjs";
import { ready } from "./ready.mjs";
import { test } from "./tap.mjs";

const WAIT_SECONDS = 3;
const PATIENCE_MS = 60000;
const me = ready.account.username;
const prompts = ["daily_digest", "draft_reply", "find_and_unsubscribe",
	"summarize_thread", "triage_inbox"];

// A template's variables, as RFC 6570 2.3 expands them.
function expand(template, values) {
	return template.replace(/\{(\w+)\}/g, (all, name) =>
		encodeURIComponent(values[name]));
}

export function resourceCases(title, state) {
	const say = (name) => `${title}: ${name}`;
	const values = { account: me, folder: "INBOX", part: 1,
		query: randomUUID() };
	const read = async (uri) => {
		const { contents } = await state.client.readResource({ uri });
		assert.equal(contents.length, 1);
		assert.equal(contents[0].uri, uri);
		return contents[0];
	};

	// What was read may be kept for a while, so it is there before.
	test(say("reads the inbox that is listed"), async () => {
		const box = await Mailbox.open(ready);
		values.uid = await box.deliver(["From: anna@postern.test",
			`To: ${me}`, `Subject: ${values.query}`, "",
			`of ${values.query}`]);
		box.close();
		const { resources } = await state.client.listResources();
		assert.equal(resources.length, 1);
		const told = JSON.parse((await read(resources[0].uri)).text);
		assert.equal(told.folder, "INBOX");
		assert.ok(told.messages.some((one) => one.uid === values.uid));
		values.uidvalidity = told.uidvalidity;
	});
	test(say("reads what templates stand for"), async () => {
		const { resourceTemplates } =
			await state.client.listResourceTemplates();
		const told = {};
		for (const template of resourceTemplates)
			told[template.name] = (await read(
				expand(template.uriTemplate, values))).text;
		assert.deepEqual(Object.keys(told).sort(),
			["attachment", "folders", "message", "newest", "search"]);
		for (const name of ["attachment", "message", "newest", "search"])
			assert.ok(told[name].includes(values.query), name);
		assert.ok(told.folders.includes("INBOX"));
	});
	test(say("a resource that is not there is refused"), () =>
		assert.rejects(read(`mail:///${encodeURIComponent(me)}/Nowhere`),
			/Nowhere/));
}

export function promptCases(title, state) {
	const say = (name) => `${title}: ${name}`;

	test(say("gets prompts"), async () => {
		const listed = (await state.client.listPrompts()).prompts;
		assert.deepEqual(listed.map((one) => one.name).sort(), prompts);
		for (const { name, arguments: rows } of listed) {
			const given = (rows ?? []).filter((row) => row.required)
				.map((row) => [row.name, "Anna"]);
			const { messages } = await state.client.getPrompt({ name,
				arguments: Object.fromEntries(given) });
			assert.equal(messages[0].role, "user");
			assert.match(messages[0].content.text, /_mail_/);
			for (const [, value] of given)
				assert.ok(messages[0].content.text.includes(value), name);
		}
	});
	test(say("a prompt without what it needs is refused"), () =>
		assert.rejects(state.client.getPrompt({ name: "draft_reply" }),
			/message/));
}

export function completionCases(title, state) {
	const say = (name) => `${title}: ${name}`;
	const complete = async (ref, name, value) => (await state.client
		.complete({ ref, argument: { name, value } })).completion.values;

	test(say("completes arguments"), async () => {
		const prompt = { type: "ref/prompt", name: "triage_inbox" };
		const { resourceTemplates } =
			await state.client.listResourceTemplates();
		const uri = resourceTemplates.find((one) =>
			one.name === "newest").uriTemplate;
		assert.ok((await complete(prompt, "folder", "inb"))
			.includes("INBOX"));
		assert.deepEqual(await complete(prompt, "folder", "nowhere"), []);
		assert.deepEqual(await complete({ type: "ref/resource", uri },
			"account", me.slice(0, 3)), [me]);
	});
}

// state.progress(params, heard): a call that hands on what it is told.
export function progressCases(title, state) {
	test(`${title}: is told how far a long call is`, async () => {
		const until = Date.now() + PATIENCE_MS;
		let heard, began;
		// It comes back at once while too many others wait.
		do {
			heard = [];
			began = Date.now();
			const result = await state.progress({ name: "wait_for_mail",
				arguments: { timeout_seconds: WAIT_SECONDS,
					subject: randomUUID() } },
			(told) => heard.push(told));
			assert.equal(result.structuredContent.timed_out, true);
		} while (Date.now() < began + WAIT_SECONDS * 1000 &&
		    Date.now() < until);
		assert.ok(heard.length > 0, "it was told nothing");
		for (const [i, told] of heard.entries())
			assert.ok(i === 0 ||
				told.progress > heard[i - 1].progress, told.progress);
	});
}

export function contextCases(title, state) {
	resourceCases(title, state);
	promptCases(title, state);
	completionCases(title, state);
	progressCases(title, state);
}
