// All pages, in one browser and one list of cases.
import "./connections.mjs";
import "./guide.mjs";
import "./sign-in.mjs";
import { browser } from "./page.mjs";
import { run } from "./tap.mjs";

await run().finally(() => browser.close());
