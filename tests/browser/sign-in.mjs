// Signing in as people do: by keyboard, without scripts, on a phone.
import assert from "node:assert/strict";
import { barriers, listen, look, open, ready, register, signInUrl,
	unfold, violations, ways } from "./page.mjs";
import { test } from "./tap.mjs";

const narrow = ["narrow-dark", { colorScheme: "dark",
	viewport: { width: 320, height: 640 } }];
const client = await listen();
const known = await register(client.redirect, "A <b>tool</b>");
const afar = await register("https://agent.example/callback", "Claude");
// Types into the first field and on, as far as the button.
async function type(page, username, password) {
	await page.locator("#username").fill(username);
	await page.locator("#password").fill(password);
}

function last() {
	return client.heard[client.heard.length - 1];
}

test("signs in by keyboard alone", async () => {
	const page = await open(signInUrl(known, client.redirect));
	assert.equal(await page.evaluate(() => document.activeElement.id),
		"username");
	await page.keyboard.type(ready.account.username);
	await page.keyboard.press("Tab");
	await page.keyboard.type(ready.account.password);
	await page.keyboard.press("Enter");
	await page.waitForURL(client.redirect + "**");
	assert.ok(last().get("code"));
	assert.equal(last().get("state"), "a+/= <b>");
	assert.equal(last().get("iss"), ready.base_url);
	assert.deepEqual(page.complaints, []);
	assert.ok(!page.url().includes(ready.account.password));
	await page.context().close();
});

test("signs in without scripts", async () => {
	const page = await open(signInUrl(known, client.redirect),
		{ javaScriptEnabled: false });
	const before = client.heard.length;
	await type(page, ready.account.username, ready.account.password);
	await page.getByRole("button", { name: "Connect", exact: true }).click();
	await page.waitForURL(client.redirect + "**");
	assert.equal(client.heard.length, before + 1);
	await page.context().close();
});

test("switches are switches", async () => {
	const page = await open(signInUrl(known, client.redirect,
		{ scope: "mail:read" }));
	const on = () => page.locator("[name=scope]:checked").count();
	assert.equal(await page.locator("#scopes").getByRole("switch").count(),
		5);
	assert.equal(await on(), 1);
	assert.equal(await page.locator("[name=ask]").count(), 7);
	assert.deepEqual(await page.locator("[name=ask]:checked").evaluateAll(
		(all) => all.map((one) => one.value)), ["send", "delete"]);
	await page.getByRole("switch", { name: "Search messages" }).focus();
	await page.keyboard.press("Space");
	assert.equal(await on(), 2);
	await page.context().close();
});

test("a wrong password: what is wrong has the focus, all else is kept",
	async () => {
		const page = await open(signInUrl(known, client.redirect));
		await type(page, ready.account.username, "not the password");
		await page.getByRole("switch", { name: /^Send/ }).uncheck();
		await page.getByRole("button", { name: "Connect", exact: true })
			.click();
		await page.waitForFunction(() =>
			document.activeElement.matches("[role=alert]"));
		assert.match(await page.title(), /^Not connected yet/);
		assert.equal(await page.locator("#username").inputValue(),
			ready.account.username);
		assert.equal(await page.locator("#password").inputValue(), "");
		assert.equal(await page.locator("#password")
			.getAttribute("aria-invalid"), "true");
		assert.equal(await page.getByRole("switch", { name: /^Send/ })
			.isChecked(), false);
		assert.ok(!(await page.content()).includes("not the password"));
		await page.getByRole("alert").getByRole("link").first().click();
		assert.equal(await page.evaluate(() => document.activeElement.id),
			"password");
		assert.deepEqual(await barriers(page), []);
		await page.keyboard.type(ready.account.password);
		await page.keyboard.press("Enter");
		await page.waitForURL(client.redirect + "**");
		assert.ok(last().get("code"));
		await page.context().close();
	});

// The one mailbox of these servers under an address of its own.
async function typeBox(page, number) {
	await type(page, `box${number}@example.org`, ready.account.password);
	await unfold(page, "My user name is not my email address", "#login");
	await page.locator("#login").fill(ready.account.username);
	await unfold(page, "Label, name and signature", "#label");
	await page.locator("#label").fill(`Box ${number}`);
}

function button(page, name) {
	return page.getByRole("button", { name, exact: true });
}

for (const scripts of [true, false])
	test(`five mailboxes, ${scripts ? "with" : "without"} scripts`,
		async () => {
			const page = await open(signInUrl(known, client.redirect),
				{ javaScriptEnabled: scripts });
			for (let number = 1; number <= 5; number++) {
				await typeBox(page, number);
				if (number === 2) {
					await page.getByRole("switch", { name: /^Send/ })
						.uncheck();
					await page.getByRole("switch", { name: /^Flag/ })
						.uncheck();
				}
				await button(page, number < 5 ? "Add another mailbox" :
					"Connect").click();
				if (number === 5)
					break;
				await page.locator(".boxes li").nth(number - 1).waitFor();
				assert.equal(await page.locator(".boxes li").count(), number);
				assert.equal(await page.locator("#username").inputValue(), "");
			}
			await page.waitForURL(client.redirect + "**");
			assert.ok(last().get("code").length <= 3000);
			await page.context().close();
		});

test("a mailbox is removed again; a wrong password loses none", async () => {
	const page = await open(signInUrl(known, client.redirect));
	for (const number of [1, 2]) {
		await typeBox(page, number);
		await button(page, "Add another mailbox").click();
		await page.getByRole("heading", { name: "Mailboxes added" }).waitFor();
	}
	await type(page, "box3@example.org", "wrong");
	await page.keyboard.press("Enter");
	await page.getByRole("alert").waitFor();
	assert.equal(await page.locator(".boxes li").count(), 2);
	await button(page, "Remove box1@example.org").click();
	await page.waitForFunction(() =>
		document.querySelectorAll(".boxes li").length === 1);
	assert.equal(await page.locator("#username").inputValue(),
		"box3@example.org");
	await page.locator("#username").fill("");
	await button(page, "Connect").click();
	await page.waitForURL(client.redirect + "**");
	assert.ok(last().get("code"));
	await page.context().close();
});

test("limits and how long stay where something was wrong", async () => {
	const page = await open(signInUrl(known, client.redirect));
	await type(page, ready.account.username, ready.account.password);
	await page.getByText("Only some folders or recipients").click();
	await page.getByLabel("Only these folders").fill("INBOX\nArchive, old");
	await page.getByLabel("Send only to").fill("nobody");
	await page.getByRole("radio", { name: "30 days" }).check();
	await button(page, "Connect").click();
	await page.getByRole("alert").waitFor();
	assert.equal(await page.getByLabel("Only these folders").inputValue(),
		"INBOX\nArchive, old");
	assert.ok(await page.getByRole("radio", { name: "30 days" }).isChecked());
	await page.getByRole("alert").getByRole("link").first().click();
	assert.equal(await page.evaluate(() => document.activeElement.id),
		"recipients");
	assert.deepEqual(await violations(page), []);
	await page.context().close();
});

test("servers are found as the address is typed", async () => {
	const page = await open(signInUrl(known, client.redirect));
	const asked = [];
	await page.route("**/oauth/discover?*", (route) => {
		const address = new URL(route.request().url()).searchParams
			.get("address");
		asked.push(address);
		route.fulfill({ json: address.endsWith("@closed.example") ?
			{ found: true, sure: true, provider: "Closed", closed: true,
				hint: "No password opens it." } :
			{ found: true, sure: true, provider: "Big <b>Mail</b>",
				closed: false, hint: "Make an app password.",
				link: "https://example.org/apps", username: "anna",
				imap: { host: "imap.big.example", port: 993,
					tls: "implicit" },
				smtp: { host: "smtp.big.example", port: 587,
					tls: "starttls" } } });
	});
	await page.getByText("Server settings").click();
	for (const kind of ["imap", "smtp"])
		await page.locator(`#${kind}_host`).fill("");
	await page.locator("#username").pressSequentially("anna@big.example");
	await page.getByText("Make an app password.").waitFor();
	assert.equal(await page.locator("#provider strong").innerText(),
		"Big <b>Mail</b>.");
	assert.equal(await page.locator("#imap_host").inputValue(),
		"imap.big.example");
	assert.equal(await page.locator("#imap_tls").inputValue(), "implicit");
	assert.equal(await page.locator("#smtp_port").inputValue(), "587");
	assert.equal(await page.locator("#login").inputValue(), "anna");
	assert.deepEqual(asked, ["anna@big.example"]);
	await page.locator("#imap_port").fill("143");
	await page.getByText(/become encrypted by STARTTLS/).waitFor();
	await page.locator("#imap_tls").selectOption("starttls");
	assert.equal(await page.locator("#imap_port-note").innerText(), "");
	await page.locator("#smtp_host").fill("mine.example");
	await page.locator("#username").fill("anna@closed.example");
	await page.getByText("No password opens it.").waitFor();
	assert.equal(await page.locator("#imap_host").inputValue(), "");
	assert.equal(await page.locator("#smtp_host").inputValue(),
		"mine.example");
	assert.deepEqual(await violations(page), []);
	assert.deepEqual(page.complaints, []);
	await page.context().close();
});

test("don't connect", async () => {
	const page = await open(signInUrl(known, client.redirect));
	await page.getByRole("button", { name: /Don.t connect/ }).click();
	await page.waitForURL(client.redirect + "**");
	assert.equal(last().get("error"), "access_denied");
	assert.equal(last().get("iss"), ready.base_url);
	assert.deepEqual(page.complaints, []);
	await page.context().close();
});

test("is shown in no frame", async () => {
	const address = signInUrl(known, client.redirect);
	const page = await open(client.base + "/?frame=" +
		encodeURIComponent(address));
	await page.waitForLoadState("networkidle");
	assert.equal(await page.frames()[1].locator("#password").count(), 0);
	assert.ok(page.complaints.some((text) => /frame-ancestors/.test(text)));
	await page.context().close();
});

test("names of clients are text", async () => {
	const page = await open(signInUrl(known, client.redirect));
	for (const name of await page.locator("q").allInnerTexts())
		assert.equal(name, "A <b>tool</b>");
	assert.equal(await page.locator("b").count(), 0);
	assert.deepEqual(page.complaints, []);
	await page.context().close();
});

for (const [name, settings] of [...ways, narrow])
	test(`looks right and is open to all: ${name}`, async () => {
		const page = await open(signInUrl(afar,
			"https://agent.example/callback"), settings);
		await look(page, `sign-in-${name}`);
		await page.goto(signInUrl(ready.client?.client_id ?? known,
			client.redirect));
		await look(page, `sign-in-known-${name}`);
		for (const fold of await page.locator("summary").all())
			await fold.click();
		await page.getByLabel("Signature", { exact: true }).fill("Anna\n-- \nZürich");
		await look(page, `sign-in-open-${name}`);
		await type(page, ready.account.username, "wrong");
		await page.keyboard.press("Enter");
		await page.getByRole("alert").waitFor();
		await look(page, `wrong-password-${name}`);
		await page.goto(signInUrl(known, client.redirect));
		for (const number of [1, 2]) {
			await typeBox(page, number);
			if (number === 2)
				await page.getByRole("switch", { name: /^Send/ }).uncheck();
			await button(page, "Add another mailbox").click();
			await page.getByRole("heading", { name: "Mailboxes added" })
				.waitFor();
		}
		await look(page, `two-mailboxes-${name}`);
		await page.goto(`${ready.base_url}/oauth/authorize?client_id=x`);
		await look(page, `error-${name}`);
		await page.goto(`${ready.base_url}/`);
		await look(page, `welcome-${name}`);
		assert.deepEqual(page.complaints, []);
		await page.context().close();
	});
