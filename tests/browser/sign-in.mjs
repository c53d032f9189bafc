// Signing in as people do: by keyboard, without scripts, on a phone.
import assert from "node:assert/strict";
import { barriers, faintTexts, listen, open, ready, register,
	signInUrl } from "./page.mjs";
import { test } from "./tap.mjs";

const client = await listen();
const known = await register(client.redirect, "A <b>tool</b>");
const afar = await register("https://agent.example/callback", "Claude");
const ways = [
	["light", { colorScheme: "light", viewport: { width: 1100, height: 900 } }],
	["dark", { colorScheme: "dark", viewport: { width: 1100, height: 900 } }],
	["phone", { colorScheme: "light", viewport: { width: 320, height: 640 } }],
	["phone-dark", { colorScheme: "dark",
		viewport: { width: 390, height: 844 } }],
];

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
	const on = () => page.getByRole("switch", { checked: true }).count();
	assert.equal(await page.getByRole("switch").count(), 5);
	assert.equal(await on(), 1);
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
	assert.equal(await page.locator("q").innerText(), "A <b>tool</b>");
	assert.deepEqual(page.complaints, []);
	await page.context().close();
});

for (const [name, settings] of ways)
	test(`looks right and is open to all: ${name}`, async () => {
		const shot = (page, what) => page.screenshot({ fullPage: true,
			path: `${what}-${name}.png` });
		const page = await open(signInUrl(afar,
			"https://agent.example/callback"), settings);
		await shot(page, "sign-in");
		assert.deepEqual(await barriers(page), []);
		assert.deepEqual(await faintTexts(page), []);
		await page.goto(signInUrl(ready.client?.client_id ?? known,
			client.redirect));
		await shot(page, "sign-in-known");
		for (const fold of await page.locator("summary").all())
			await fold.click();
		await page.getByLabel("Signature").fill("Anna\n-- \nZürich");
		await shot(page, "sign-in-open");
		assert.deepEqual(await barriers(page), []);
		assert.deepEqual(await faintTexts(page), []);
		await type(page, ready.account.username, "wrong");
		await page.keyboard.press("Enter");
		await page.getByRole("alert").waitFor();
		await shot(page, "wrong-password");
		assert.deepEqual(await barriers(page), []);
		assert.deepEqual(await faintTexts(page), []);
		await page.goto(`${ready.base_url}/oauth/authorize?client_id=x`);
		await shot(page, "error");
		assert.deepEqual(await barriers(page), []);
		assert.deepEqual(await faintTexts(page), []);
		await page.goto(`${ready.base_url}/`);
		await shot(page, "welcome");
		assert.deepEqual(await barriers(page), []);
		assert.deepEqual(await faintTexts(page), []);
		assert.deepEqual(page.complaints, []);
		await page.context().close();
	});
