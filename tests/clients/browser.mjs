// A browser as far as signing in needs one: it opens a page, fills its form
// and follows where that leads.

export const scopes = ["mail:folders", "mail:read", "mail:search",
	"mail:modify", "mail:send"];

const entities = { amp: "&", lt: "<", gt: ">", quot: "\"", "#39": "'" };

export function decode(text) {
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

// A page and what follows from it, as far as this site.
class Visit {
	constructor(url) {
		this.url = new URL(url);
		this.cookies = new Map();
	}
	async ask(method, body) {
		const headers = { Origin: this.url.origin,
			Referer: String(this.url) };
		if (this.cookies.size > 0)
			headers.Cookie = [...this.cookies].map((one) =>
				one.join("=")).join("; ");
		const response = await fetch(this.url,
			{ method, body, headers, redirect: "manual" });
		for (const cookie of response.headers.getSetCookie()) {
			const [, name, value] = /^(.*?)=(.*?)(;|$)/.exec(cookie);
			this.cookies.set(name, value);
		}
		this.text = await response.text();
		const to = response.headers.get("Location");
		this.left = null;
		if (to === null && response.status !== 200)
			throw new Error(`${method} ${this.url.pathname}: ` +
				`${response.status} ${this.text}`);
		if (to === null)
			return;
		const next = new URL(to, this.url);
		if (next.origin !== this.url.origin) {
			this.left = next;
			return;
		}
		this.url = next;
		await this.ask("GET");
	}
	open() {
		return this.ask("GET");
	}
	// Sends the page's form with these values; lists replace what is on.
	async send(values) {
		const form = readForm(this.text);
		for (const [name, value] of Object.entries(values))
			if (Array.isArray(value)) {
				form.fields.delete(name);
				for (const one of value)
					form.fields.append(name, one);
			} else if (value !== undefined)
				form.fields.set(name, value);
		this.url = new URL(form.action || this.url, this.url);
		await this.ask("POST", form.fields);
	}
	// The mailbox, and its servers where the page asks for them.
	mailbox(ready) {
		const { fields } = readForm(this.text);
		return { username: ready.account.username,
			password: ready.account.password,
			...Object.fromEntries(Object.entries(serverFields(ready))
				.filter(([name]) => fields.has(name))) };
	}
}

// Signs in at an authorization URL, allows that and wants to be asked before
// these; the callback's URL with its parameters.
export async function signIn(url, ready, allowed = scopes, asks = []) {
	const visit = new Visit(url);
	await visit.open();
	await visit.send({ ...visit.mailbox(ready), decision: "allow",
		scope: allowed, ask: asks });
	if (visit.left === null)
		throw new Error(`sign-in: ${visit.text}`);
	return visit.left;
}

// Opens the page of something to confirm, signs in there, and decides; what
// the page said before, and then.
export async function decide(url, ready, decision) {
	const visit = new Visit(url);
	await visit.open();
	await visit.send({ ...visit.mailbox(ready), decision: "sign-in" });
	const asked = visit.text;
	await visit.send({ decision });
	return { asked, told: visit.text };
}
