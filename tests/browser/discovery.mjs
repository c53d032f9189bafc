// Signing in where only the address and its password are typed: the domain
// says itself which mail servers it has.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { listen, look, open, ready, register, signInUrl, unfold } from
	"./page.mjs";
import { test } from "./tap.mjs";

// The domain's own servers and the page, for as long as the test runs.
async function domain() {
	const child = spawn("python3", [`${process.env.TESTS}/browser/domain.py`],
		{ stdio: ["pipe", "pipe", "inherit"] });
	const lines = createInterface({ input: child.stdout });
	const [line] = await Promise.race([once(lines, "line"),
		once(child, "exit").then(() => [`{"skip":"no domain"}`])]);
	return { ...JSON.parse(line), end: () => child.stdin.end() };
}

async function typeIn(page, world) {
	await page.locator("#username").fill(`someone@${world.domain}`);
	await page.locator("#password").fill(ready.account.password);
	await unfold(page, "My user name is not my email address", "#login");
	await page.locator("#login").fill(ready.account.username);
}

for (const javaScriptEnabled of [true, false])
	test(`the servers are the domain's own, scripts ${javaScriptEnabled}`,
		async (skip) => {
			const world = await domain();
			if (world.skip)
				return skip(world.skip);
			const client = await listen();
			const id = await register(client.redirect, "Claude",
				world.base_url);
			const page = await open(signInUrl(id, client.redirect, {},
				world.base_url), { javaScriptEnabled });
			await typeIn(page, world);
			if (javaScriptEnabled) {
				await page.getByText(`The mail server ${world.mail_host} was found`)
					.waitFor();
				assert.equal(await page.locator("#imap_port").inputValue(),
					world.imap_port);
				assert.equal(await page.locator("#imap_tls").inputValue(),
					"starttls");
				await look(page, "servers-found-light");
			}
			await page.getByRole("button", { name: "Connect", exact: true })
				.click();
			await page.waitForURL(client.redirect + "**");
			assert.ok(client.heard[0].get("code"));
			assert.equal(client.heard[0].get("iss"), world.base_url);
			assert.deepEqual(page.complaints, []);
			await page.context().close();
			client.close();
			world.end();
		});
