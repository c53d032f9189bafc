// The pages work without this.  With it, the servers of an address are found as
// it is typed, a port that contradicts its encryption is pointed out at once,
// and a form is sent once only.
"use strict";

const PAUSE_MS = 500;
const form = document.getElementById("connect");
const field = (name) => document.getElementById(name);

// What this script put into a field, to be changed again with the address;
// what a person typed stays.
const ours = new Map();

function fill(name, value) {
	const input = field(name);
	if (!input || (input.value && input.value !== ours.get(name)))
		return false;
	input.value = value;
	ours.set(name, value);
	return true;
}

// A host that is the person's own keeps its port and encryption, too.
function fillServer(kind, server) {
	const host = field(`${kind}_host`);
	if (!host || (host.value && host.value !== ours.get(host.id)))
		return;
	host.value = server ? server.host : "";
	ours.set(host.id, host.value);
	if (!server)
		return;
	field(`${kind}_port`).value = server.port;
	field(`${kind}_tls`).value = server.tls;
	checkPort(kind);
}

function paragraph(...parts) {
	const element = document.createElement("p");
	element.className = "hint";
	element.append(...parts);
	return element;
}

function strong(text) {
	const element = document.createElement("strong");
	element.textContent = text;
	return element;
}

function link(url) {
	const element = document.createElement("a");
	element.href = url;
	element.target = "_blank";
	element.rel = "noopener noreferrer";
	element.textContent = "Open its page for that (in a new tab)";
	return element;
}

// The server's answer, as /oauth/discover has it.
function show(found) {
	const provider = field("provider");
	const parts = [];
	if (found.provider)
		parts.push(strong(`${found.provider}.`), " ");
	if (found.hint)
		parts.push(found.hint, " ");
	if (found.link && found.link.startsWith("https://"))
		parts.push(link(found.link));
	if (found.found && !parts.length && found.imap)
		parts.push(`The mail server ${found.imap.host} was found.`);
	if (found.found && !found.closed && !found.sure)
		parts.push(" Look at the server settings below before you type a password.");
	provider.replaceChildren(...(parts.length ? [paragraph(...parts)] : []));
	fillServer("imap", found.closed ? null : found.imap);
	fillServer("smtp", found.closed ? null : found.smtp);
	if (found.username && found.username !== field("username").value.trim() &&
	    fill("login", found.username))
		field("login").closest("details").open = true;
	if (found.smtp_username)
		fill("smtp_username", found.smtp_username);
	field("servers-found").textContent =
		field("imap_host").value ? `: ${field("imap_host").value}` : "";
	if (!found.found || !found.sure)
		field("servers").open = !found.closed;
}

let timer, last = field("username")?.value.trim(), asking;

async function discover() {
	const address = field("username").value.trim();
	if (address === last || !/^[^@\s]+@[^@\s]+\.[^@\s.]{2,}$/.test(address))
		return;
	last = address;
	asking?.abort();
	asking = new AbortController();
	const query = new URLSearchParams({ address,
		request: form.elements.request.value });
	try {
		const answer = await fetch(`${form.dataset.discover}?${query}`,
			{ signal: asking.signal, cache: "no-store" });
		if (answer.ok)
			show(await answer.json());
	} catch {
		// Nothing was found: the servers are typed, or looked up again
		// when the form is sent.
	}
}

// The same words as the server has for it.
const usual = { 993: "implicit", 465: "implicit", 143: "starttls",
	587: "starttls", 25: "starttls" };
const advice = {
	implicit: "Ports 993 and 465 are encrypted from the start: choose TLS, or another port.",
	starttls: "Ports 143, 587 and 25 become encrypted by STARTTLS: choose that, or another port.",
};

function checkPort(kind) {
	const wanted = usual[field(`${kind}_port`).value.trim()];
	const chosen = field(`${kind}_tls`).value;
	field(`${kind}_port-note`).textContent =
		wanted && chosen && wanted !== chosen ? advice[wanted] : "";
}

if (field("imap_host")) {
	field("username").addEventListener("input", () => {
		clearTimeout(timer);
		timer = setTimeout(discover, PAUSE_MS);
	});
	field("username").addEventListener("change", discover);
	for (const kind of ["imap", "smtp"])
		for (const name of ["port", "tls"])
			field(`${kind}_${name}`).addEventListener("input",
				() => checkPort(kind));
}

// A new token is long, and shown once.
const token = field("token-text");
if (token) {
	const button = document.createElement("button");
	button.type = "button";
	button.className = "copy";
	button.textContent = "Copy";
	button.setAttribute("aria-live", "polite");
	button.addEventListener("click", async () => {
		try {
			await navigator.clipboard.writeText(token.value);
			button.textContent = "Copied";
		} catch {
			// Not a secure page, or not allowed: it is marked instead.
			token.select();
			button.textContent = "Marked: press Ctrl+C";
		}
		setTimeout(() => { button.textContent = "Copy"; }, 3000);
	});
	token.after(button);
}

// The mail servers may take their time: say that they are asked.
function tell(text) {
	for (const line of document.querySelectorAll(".asking"))
		line.textContent = text;
}

addEventListener("submit", (event) => {
	if (event.target.dataset.sent)
		event.preventDefault();
	event.target.dataset.sent = "yes";
	tell(event.submitter?.hasAttribute("formnovalidate") ? "" :
		"Asking your mail server …");
});
addEventListener("pageshow", () => {
	for (const sent of document.forms)
		delete sent.dataset.sent;
	tell("");
});
