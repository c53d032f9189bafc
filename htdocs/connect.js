// The guide for connecting an agent: fills in this server's own address, and
// makes tabs and copy buttons of what is a plain page without it.
"use strict";

const base = new URL(".", location.href).href;

function fillAddress() {
	for (const code of document.querySelectorAll("code"))
		code.textContent = code.textContent.replaceAll(
			"https://THIS-HOST/", base);
}

async function copy(button, text) {
	try {
		await navigator.clipboard.writeText(text);
		button.textContent = "Copied";
	} catch {
		// Not a secure page, or not allowed: it is marked instead.
		getSelection().selectAllChildren(
			button.parentElement.querySelector("code"));
		button.textContent = "Marked: press Ctrl+C";
	}
	setTimeout(() => { button.textContent = "Copy"; }, 3000);
}

function addCopyButtons() {
	for (const block of document.querySelectorAll("pre.copied")) {
		const button = document.createElement("button");
		button.type = "button";
		button.className = "copy";
		button.textContent = "Copy";
		button.setAttribute("aria-live", "polite");
		button.addEventListener("click", () => copy(button,
			block.querySelector("code").textContent));
		block.append(button);
	}
}

// WAI-ARIA tabs: one is in the order of the Tab key, arrows go to the others.
function makeTabs() {
	const list = document.querySelector(".clients ul");
	const tabs = [...list.querySelectorAll("a")];
	const panels = tabs.map((tab) =>
		document.getElementById(tab.hash.slice(1)));

	function choose(chosen, focus) {
		tabs.forEach((tab, i) => {
			tab.setAttribute("aria-selected", String(i === chosen));
			tab.tabIndex = i === chosen ? 0 : -1;
			panels[i].hidden = i !== chosen;
		});
		if (focus)
			tabs[chosen].focus();
	}
	list.setAttribute("role", "tablist");
	list.setAttribute("aria-label", "Agents");
	list.parentElement.setAttribute("role", "presentation");
	list.parentElement.removeAttribute("aria-label");
	tabs.forEach((tab, i) => {
		tab.parentElement.setAttribute("role", "presentation");
		tab.setAttribute("role", "tab");
		tab.id = `${panels[i].id}-tab`;
		tab.setAttribute("aria-controls", panels[i].id);
		panels[i].setAttribute("role", "tabpanel");
		panels[i].setAttribute("aria-labelledby", tab.id);
		tab.addEventListener("click", (event) => {
			event.preventDefault();
			history.replaceState(null, "", tab.hash);
			choose(i, false);
		});
		tab.addEventListener("keydown", (event) => {
			const next = { ArrowRight: i + 1, ArrowLeft: i - 1,
				Home: 0, End: tabs.length - 1 }[event.key];
			if (next === undefined)
				return;
			event.preventDefault();
			choose((next + tabs.length) % tabs.length, true);
		});
	});
	choose(Math.max(0, tabs.findIndex((tab) =>
		tab.hash === location.hash)), false);
}

fillAddress();
addCopyButtons();
makeTabs();
