// What the user wants to be asked first, rows of cases over a client that
// shows forms: it is asked by one where the revision has a way to, else there
// is a page to confirm on.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { decide } from "./browser.mjs";
import { ready } from "./ready.mjs";
import { test } from "./tap.mjs";

const me = ready.account.username;

// How often a message with that subject was sent.
async function sent(state, subject) {
	const { structuredContent } = await state.client.callTool({
		name: "search_mail_messages",
		arguments: { folder: "\\Sent", subject } });
	return structuredContent.total;
}

function send(state, subject) {
	return state.client.callTool({ name: "send_mail_message",
		arguments: { to: me, subject, text_body: "May I?\n" } });
}

// state.answer(params): what the person does with a form.
export function formCases(title, state) {
	const say = (name) => `${title}: ${name}`;
	let asked;

	test(say("a form that is agreed to sends, once"), async () => {
		const subject = randomUUID();
		asked = [];
		state.answer = (params) => {
			asked.push(params);
			return { action: "accept", content: { ok: true } };
		};
		const result = await send(state, subject);
		assert.equal(result.structuredContent?.state, "sent",
			JSON.stringify(result));
		assert.equal(asked.length, 1);
		assert.match(asked[0].message, /Send a message/);
		assert.ok(asked[0].message.includes(me));
		assert.equal(asked[0].requestedSchema.properties.ok.type,
			"boolean");
		assert.equal(await sent(state, subject), 1);
	});
	test(say("a form that is not agreed to sends nothing"), async () => {
		for (const answer of [{ action: "decline" }, { action: "cancel" },
			{ action: "accept", content: { ok: false } }]) {
			const subject = randomUUID();
			state.answer = () => answer;
			const result = await send(state, subject);
			assert.equal(result.structuredContent?.state, "refused",
				JSON.stringify(result));
			assert.equal(await sent(state, subject), 0);
		}
	});
}

// decision(url, word): what the person does with the page, and what it said.
export function pageCases(title, state, decision =
	(url, word) => decide(url, ready, word)) {
	const say = (name) => `${title}: ${name}`;

	for (const [word, times] of [["confirm", 1], ["refuse", 0]])
		test(say(`a page to ${word} on`), async () => {
			const subject = randomUUID();
			state.answer = () => assert.fail("a form was shown");
			const { structuredContent } = await send(state, subject);
			assert.equal(structuredContent.state,
				"waiting_for_confirmation");
			assert.equal(await sent(state, subject), 0);
			const { asked, told } = await decision(
				structuredContent.confirm_url, word);
			assert.ok(asked.includes(subject) && asked.includes(me));
			assert.ok(!told.includes("That did not work"), told);
			assert.equal(await sent(state, subject), times);
		});
}
