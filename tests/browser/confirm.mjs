// The user's word for what an agent may not do alone, with and without scripts.
import assert from "node:assert/strict";
import { listen, look, open, ready, ways } from "./page.mjs";
import { test } from "./tap.mjs";

const home = `${ready.base_url}/connections`;
const text = "Dear Ann,\n\n  <b>this</b> is the whole text & nothing else.\n" +
	"<script>alert(1)</script>\n\nBob";
let id = 0;

async function signIn(page, password = ready.account.password) {
	await page.locator("#username").fill(ready.account.username);
	await page.locator("#password").fill(password);
	await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

// A token of one's own that has to ask before it sends or deletes.
async function makeToken() {
	const page = await open(home);
	await signIn(page);
	await page.getByLabel("What it is for").fill("Gardener");
	for (const name of [/^Send/, /^Flag/, /^moving to the trash/])
		await page.getByRole("switch", { name }).check();
	await page.getByRole("button", { name: "Make a token" }).click();
	const token = await page.getByLabel("Token", { exact: true })
		.inputValue();
	await page.context().close();
	return token;
}

async function call(token, name, args) {
	const response = await fetch(ready.mcp_url, { method: "POST", headers: {
		Authorization: `Bearer ${token}`, "Content-Type": "application/json",
		Accept: "application/json, text/event-stream" },
	body: JSON.stringify({ jsonrpc: "2.0", id: ++id, method: "tools/call",
		params: { name, arguments: args } }) });
	const body = await response.json();
	assert.ok(body.result?.structuredContent, JSON.stringify(body));
	return body.result.structuredContent;
}

async function askToSend(token, subject) {
	const told = await call(token, "send_mail_message",
		{ to: [ready.account.username], subject, text_body: text });
	assert.equal(told.state, "waiting_for_confirmation");
	return told.confirm_url;
}

async function count(token, subject) {
	const told = await call(token, "search_mail_messages",
		{ folder: "INBOX", subject });
	return told.messages.length;
}

const token = { value: null };
async function own() {
	token.value ??= await makeToken();
	return token.value;
}

for (const javaScriptEnabled of [true, false])
	test(`what is to be sent is shown, and sent once, scripts ${
		javaScriptEnabled}`, async () => {
		const subject = `Roses <i>${javaScriptEnabled}</i> ${Date.now()}`;
		const url = await askToSend(await own(), subject);
		const page = await open(url, { javaScriptEnabled });
		// Nothing is told to whoever has the link alone.
		assert.ok(!(await page.content()).includes("Roses"));
		assert.equal(await page.locator("#username").inputValue(),
			ready.account.username);
		await signIn(page);
		await page.getByRole("heading", { name: "Do you confirm this?" })
			.waitFor();
		assert.ok(!page.url().includes(ready.account.password));
		assert.equal(await page.locator(".outgoing").innerText(), text);
		const facts = await page.locator("dl").innerText();
		assert.ok(facts.includes(subject), facts);
		assert.ok(facts.includes(ready.account.username), facts);
		assert.ok(facts.includes("Gardener"), facts);
		assert.equal(await count(token.value, subject), 0);
		// By keyboard alone.
		await page.getByRole("button", { name: "Confirm" }).focus();
		await page.keyboard.press("Enter");
		await page.getByRole("status").filter({ hasText: "go back" })
			.waitFor();
		for (let i = 0; i < 50 && await count(token.value, subject) < 1; i++)
			await new Promise((done) => setTimeout(done, 200));
		assert.equal(await count(token.value, subject), 1);
		// The same link again does nothing, and says so.
		await page.goto(url);
		await page.getByRole("heading", { name: /was used/ }).waitFor();
		await new Promise((done) => setTimeout(done, 1000));
		assert.equal(await count(token.value, subject), 1);
		assert.deepEqual(page.complaints, []);
		await page.context().close();
	});

test("what is refused is not done, and cannot be done any more", async () => {
	const subject = `Thorns ${Date.now()}`;
	const url = await askToSend(await own(), subject);
	const page = await open(url);
	await signIn(page);
	await page.getByRole("button", { name: /^Don.t do it/ }).click();
	await page.getByText("Nothing was done").first().waitFor();
	await page.goto(url);
	await page.getByRole("heading", { name: /was used/ }).waitFor();
	assert.equal(await page.getByRole("button", { name: "Confirm" }).count(),
		0);
	assert.equal(await count(token.value, subject), 0);
	await page.context().close();
});

test("the messages to be moved to the trash are named, without their text",
	async () => {
		const subject = `Leaves ${Date.now()}`;
		const sent = await open(await askToSend(await own(), subject));
		await signIn(sent);
		await sent.getByRole("button", { name: "Confirm" }).click();
		await sent.getByRole("status").filter({ hasText: "go back" })
			.waitFor();
		let found = [];
		for (let i = 0; i < 50 && found.length === 0; i++) {
			await new Promise((done) => setTimeout(done, 200));
			found = (await call(token.value, "search_mail_messages",
				{ folder: "INBOX", subject })).messages;
		}
		const told = await call(token.value, "delete_mail_message",
			{ folder: "INBOX", uid: found[0].uid });
		await sent.goto(told.error.confirm_url);
		const facts = await sent.locator("dl").innerText();
		assert.ok(facts.includes("INBOX") && facts.includes(
			String(found[0].uid)), facts);
		assert.ok(!(await sent.content()).includes("Leaves"));
		await look(sent, "confirm-delete-light");
		await sent.getByRole("button", { name: "Confirm" }).click();
		await sent.getByRole("status").filter({ hasText: "go back" })
			.waitFor();
		assert.equal(await count(token.value, subject), 0);
		await sent.context().close();
	});

test("a link that is none has a page that says what to do", async () => {
	const url = await askToSend(await own(), "Seeds");
	for (const bad of [`${ready.base_url}/confirm`, url.slice(0, -4) + "AAAA",
		`${ready.base_url}/confirm?link=x`,
		`${ready.base_url}/confirm?link=${token.value}`]) {
		const page = await open(bad);
		await page.getByText("Ask your agent to do it again").waitFor();
		await page.context().close();
	}
});

test("a form from elsewhere confirms nothing", async () => {
	const subject = `Weeds ${Date.now()}`;
	const url = await askToSend(await own(), subject);
	const page = await open(url);
	await signIn(page);
	await page.getByRole("button", { name: "Confirm" }).waitFor();
	const client = await listen();
	await page.goto(client.base);
	await page.evaluate((action) => {
		document.body.innerHTML = `<form method="post" action="${action}">` +
			"<button name=decision value=confirm>Win a prize</button></form>";
	}, url);
	await page.getByRole("button").click();
	await page.getByText("This form cannot be accepted").waitFor();
	assert.equal(await count(token.value, subject), 0);
	client.close();
	await page.context().close();
});

test("who is signed in to another mailbox is asked for the right one",
	async () => {
		const url = await askToSend(await own(), "Hedges");
		const page = await open(url);
		await signIn(page, "wrong");
		await page.getByRole("alert").waitFor();
		assert.equal(await page.locator("#username").inputValue(),
			ready.account.username);
		assert.equal(await page.getByRole("button", { name: "Confirm" })
			.count(), 0);
		await page.context().close();
	});

for (const [name, settings] of ways)
	test(`/confirm looks right and is open to all: ${name}`, async () => {
		const url = await askToSend(await own(), "The roses, once more");
		const page = await open(url, settings);
		await look(page, `confirm-sign-in-${name}`);
		await signIn(page);
		await page.getByRole("button", { name: "Confirm" }).waitFor();
		await look(page, `confirm-send-${name}`);
		await page.getByRole("button", { name: "Confirm" }).click();
		await page.getByRole("status").filter({ hasText: "go back" })
			.waitFor();
		await look(page, `confirm-done-${name}`);
		await page.goto(url);
		await look(page, `confirm-used-${name}`);
		await page.goto(`${ready.base_url}/confirm?link=x`);
		await look(page, `confirm-over-${name}`);
		assert.deepEqual(page.complaints, []);
		await page.context().close();
	});
