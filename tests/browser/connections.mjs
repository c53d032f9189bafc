// The user's own page, with and without scripts, by keyboard, on a phone.
import assert from "node:assert/strict";
import { listen, look, open, ready, register, signInUrl,
	ways } from "./page.mjs";
import { test } from "./tap.mjs";

const address = `${ready.base_url}/connections`;
async function signIn(page) {
	await page.locator("#username").fill(ready.account.username);
	await page.locator("#password").fill(ready.account.password);
	await page.keyboard.press("Enter");
	await page.getByRole("button", { name: "Sign out" }).waitFor();
}

// An agent that is connected in a tab of its own.
async function connect(name) {
	const client = await listen();
	const id = await register(client.redirect, name);
	const page = await open(signInUrl(id, client.redirect));
	await page.locator("#username").fill(ready.account.username);
	await page.locator("#password").fill(ready.account.password);
	await page.keyboard.press("Enter");
	await page.waitForURL(client.redirect + "**");
	await page.context().close();
	client.close();
}

for (const javaScriptEnabled of [true, false])
	test(`agents are seen and disconnected, scripts ${javaScriptEnabled}`,
		async () => {
			const name = `Gardener ${javaScriptEnabled}`;
			await connect(name);
			const page = await open(address, { javaScriptEnabled });
			await signIn(page);
			const button = page.getByRole("button",
				{ name: `Disconnect ${name}`, exact: true }).first();
			await button.focus();
			await page.keyboard.press("Enter");
			await page.getByRole("status")
				.filter({ hasText: "was disconnected" }).waitFor();
			await page.getByLabel("What it is for").fill("My script");
			await page.getByRole("switch", { name: /^Send/ }).uncheck();
			await page.getByRole("button", { name: "Make a token" }).click();
			assert.match(await page.getByLabel("Token", { exact: true })
				.inputValue(), /^[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+$/);
			await page.getByRole("button", { name: "Sign out" }).click();
			await page.locator("#password").waitFor();
			await page.goto(address);
			assert.equal(await page.getByRole("button",
				{ name: "Sign out" }).count(), 0);
			assert.deepEqual(page.complaints, []);
			await page.context().close();
		});

test("a new token is copied whole", async () => {
	const page = await open(address);
	await signIn(page);
	await page.context().grantPermissions(
		["clipboard-read", "clipboard-write"]);
	await page.getByRole("button", { name: "Make a token" }).click();
	await page.getByRole("button", { name: "Copy", exact: true }).click();
	await page.getByRole("button", { name: "Copied" }).waitFor();
	assert.equal(await page.evaluate(() => navigator.clipboard.readText()),
		await page.getByLabel("Token", { exact: true }).inputValue());
	await page.context().close();
});

test("who comes from elsewhere by a link is still signed in", async () => {
	const page = await open(address);
	await signIn(page);
	const client = await listen();
	await page.goto(client.base);
	await page.evaluate((url) => {
		document.body.innerHTML = `<a href="${url}">there</a>`;
	}, address);
	await page.getByRole("link").click();
	await page.getByRole("button", { name: "Sign out" }).waitFor();
	client.close();
	await page.context().close();
});

for (const [name, settings] of ways)
	test(`the own page looks right and is open to all: ${name}`, async () => {
		await connect("Claude");
		const page = await open(address, settings);
		await look(page, `own-sign-in-${name}`);
		await page.locator("#username").fill(ready.account.username);
		await page.locator("#password").fill("wrong");
		await page.keyboard.press("Enter");
		await page.getByRole("alert").waitFor();
		await look(page, `own-wrong-password-${name}`);
		await signIn(page);
		await look(page, `own-agents-${name}`);
		await page.getByRole("button", { name: "Test the" }).click();
		await page.getByText("works").first().waitFor();
		await look(page, `own-tested-${name}`);
		await page.getByRole("button", { name: "Make a token" }).click();
		await page.getByLabel("Token", { exact: true }).waitFor();
		await look(page, `own-token-${name}`);
		await page.getByRole("button", { name: "Disconnect all" }).click();
		await page.getByText("None is connected").waitFor();
		await look(page, `own-none-${name}`);
		assert.deepEqual(page.complaints, []);
		await page.context().close();
	});
