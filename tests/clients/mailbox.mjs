// A mail program of the mailbox's owner: what comes in, and what is thrown
// away, while an agent is connected.
import { connect } from "node:net";

const PATIENCE_MS = 20000;

// "text" as IMAP quotes it.
function quoted(text) {
	return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

export class Mailbox {
	static async open({ imap, account }) {
		const box = new Mailbox();
		box.socket = connect(imap.port, imap.host);
		box.socket.setEncoding("utf8");
		box.socket.setTimeout(PATIENCE_MS, () =>
			box.socket.destroy(new Error("IMAP: no answer")));
		box.said = "";
		box.socket.on("data", (text) => {
			box.said += text;
			box.wake?.();
		});
		box.socket.on("error", (error) => {
			box.broken = error;
			box.wake?.();
		});
		await box.until(/^\* OK/);
		await box.command(`LOGIN ${quoted(account.username)} ` +
			quoted(account.password));
		return box;
	}
	// What was said up to the line that matches.
	async until(pattern) {
		while (!pattern.test(this.said)) {
			if (this.broken)
				throw this.broken;
			await new Promise((wake) => this.wake = wake);
		}
		return this.said;
	}
	async command(text, literal) {
		this.said = "";
		if (literal !== undefined) {
			this.socket.write(`a ${text} {${literal.length}}\r\n`);
			await this.until(/^(\+|a (NO|BAD))/m);
			this.socket.write(literal);
			text = "";
		}
		this.socket.write(literal === undefined ? `a ${text}\r\n` : "\r\n");
		const told = await this.until(/^a (OK|NO|BAD).*\r\n$/m);
		if (!/^a OK/m.test(told))
			throw new Error(told);
		return told;
	}
	// Lines of a message; gives its UID in INBOX.
	async deliver(lines) {
		const told = await this.command("APPEND INBOX",
			Buffer.from(lines.join("\r\n") + "\r\n"));
		return Number(/APPENDUID \d+ (\d+)/.exec(told)[1]);
	}
	// Throws away what has this in its subject: how much it was.
	async remove(folder, subject) {
		await this.command(`SELECT ${quoted(folder)}`);
		const told = await this.command(
			`UID SEARCH SUBJECT ${quoted(subject)}`);
		const uids = /^\* SEARCH ?(.*)$/m.exec(told)[1].trim();
		if (uids === "")
			return 0;
		const set = uids.replaceAll(" ", ",");
		await this.command(`UID STORE ${set} +FLAGS.SILENT (\\Deleted)`);
		await this.command(`UID EXPUNGE ${set}`);
		await this.command("UNSELECT");
		return set.split(",").length;
	}
	close() {
		this.socket.end("a LOGOUT\r\n");
	}
}
