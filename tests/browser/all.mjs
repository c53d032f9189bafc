// All pages, or those that are named, in one browser and one list of cases.
import { browser } from "./page.mjs";
import { run } from "./tap.mjs";

const named = process.argv.slice(2);
const pages = ["connections", "confirm", "guide", "sign-in", "discovery"];

for (const page of named.length > 0 ? named : pages)
	await import(`./${page}.mjs`);
await run(() => browser.close());
