// A browser as far as signing in needs one: it opens a page, fills its form
// and follows where that leads.

export const scopes = ["mail:folders", "mail:read", "mail:search",
	"mail:modify", "mail:send"];

const entities = { amp: "&", lt: "<", gt: ">", quot: "\"", "#39": "'" };

function decode(text) {
	return text.replace(/&(#x[0-9a-f]+|#\d+|\w+);/gi, (all, name) => {
		if (name in entities)
			return entities[name];
		if (/^#x/i.test(name))
			return String.fromCodePoint(parseInt(name.slice(2), 16));
		return name[0] === "#" ?
			String.fromCodePoint(parseInt(name.slice(1), 10)) : all;
	});
}

function attributes(tag) {
	const found = {};
	const pattern = /([\w-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?/g;
	for (const [, name, a, b, c] of tag.matchAll(pattern))
		found[name.toLowerCase()] = decode(a ?? b ?? c ?? "");
	return found;
}

// The first form's address and what a browser would send of it.
function readForm(page) {
	const form = /<form\b([^>]*)>([\s\S]*?)<\/form>/i.exec(page);
	if (form === null)
		throw new Error("the page has no form: " + page.slice(0, 500));
	const fields = new URLSearchParams();
	for (const [, tag] of form[2].matchAll(/<input\b([^>]*)>/gi)) {
		const has = attributes(tag);
		if (!has.name || "disabled" in has)
			continue;
		const isSwitch = has.type === "checkbox" || has.type === "radio";
		if (!(isSwitch && !("checked" in has)) &&
		    has.type !== "submit" && has.type !== "button")
			fields.append(has.name, has.value ?? (isSwitch ? "on" : ""));
	}
	return { action: attributes(form[1]).action ?? "", fields };
}

function fill(form, account, servers, allowed) {
	const values = { username: account.username,
		password: account.password, decision: "allow" };
	for (const [name, value] of Object.entries(servers))
		if (form.fields.has(name))
			values[name] = value;
	for (const [name, value] of Object.entries(values))
		form.fields.set(name, value);
	// What the tools are told is done at once.
	form.fields.delete("ask");
	form.fields.delete("scope");
	for (const value of allowed)
		form.fields.append("scope", value);
	return form.fields;
}

// What a person types into the server fields, where the page has them.
function serverFields(ready) {
	const fields = {};
	for (const kind of ["imap", "smtp"])
		if (ready[kind]) {
			fields[kind + "_host"] = ready[kind].host;
			fields[kind + "_port"] = String(ready[kind].port);
		}
	return fields;
}

// Signs in at an authorization URL; the callback's URL with its parameters.
export async function signIn(url, ready, allowed = scopes) {
	const page = await fetch(url, { redirect: "manual" });
	const text = await page.text();
	if (page.status !== 200)
		throw new Error(`sign-in page: ${page.status} ${text}`);
	const form = readForm(text);
	const cookies = page.headers.getSetCookie()
		.map((cookie) => cookie.split(";")[0]);
	const headers = { Origin: new URL(url).origin, Referer: String(url) };
	if (cookies.length > 0)
		headers.Cookie = cookies.join("; ");
	const response = await fetch(new URL(form.action || url, url), {
		method: "POST", redirect: "manual", headers,
		body: fill(form, ready.account, serverFields(ready), allowed),
	});
	if (response.status !== 302 && response.status !== 303)
		throw new Error(
			`sign-in: ${response.status} ${await response.text()}`);
	return new URL(response.headers.get("Location"));
}
