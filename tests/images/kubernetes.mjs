// Manifests against Kubernetes' own OpenAPI schema, as the package
// kubernetes-models has it: values by its validators, and that every name is
// one there, which those let pass, by its declarations.
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const home = path.dirname(require.resolve("kubernetes-models/package.json"));
const declarations = new Map();

// What an interface's file declares: its members' types by name, or null where
// it is a text or a number; and where the types it names are.
function declared(file) {
	if (declarations.has(file))
		return declarations.get(file);
	const text = fs.readFileSync(file, "utf8");
	const imports = new Map();
	for (const [, name, from] of text.matchAll(
	    /^import \{ (\w+) \} from "([^"]+)";$/gm))
		imports.set(name, from.startsWith(".")
			? path.join(path.dirname(file), from + ".d.ts")
			: require.resolve(from).replace(/\.js$/, ".d.ts"));
	const body = text.match(/^export interface [^{]*\{\n([^]*?)^\}/m);
	let members = null;
	if (body !== null) {
		members = new Map();
		for (const [, name, type] of body[1].matchAll(
		    /^ {4}"([^"]+)"\??: ([^]*?);$/gm))
			members.set(name, type);
	}
	const result = { members, imports };
	declarations.set(file, result);
	return result;
}

// Names in value that the declaration does not have, each with its path.
function unknown(value, file, at) {
	const { members, imports } = declared(file);
	if (members === null)
		return [];
	return Object.entries(value).flatMap(([name, inner]) => {
		const where = `${at}.${name}`;
		const type = members.get(name);
		if (type === undefined)
			return [`${where} is no name of Kubernetes'`];
		const next = [...imports.keys()].find((word) =>
			type.match(new RegExp(`\\b${word}\\b`)));
		if (next === undefined || inner === null)
			return [];
		const each = Array.isArray(inner) ||
			type.includes("[key: string]")
			? Object.entries(inner) : [["", inner]];
		return each.flatMap(([key, one]) =>
			typeof one === "object" && one !== null
			? unknown(one, imports.get(next), `${where}.${key}`)
			: []);
	});
}

// What is wrong with a manifest: a list of texts.
export function wrong({ apiVersion, kind, ...rest }) {
	if (!/^[\w./]+$/.test(apiVersion) || !/^\w+$/.test(kind))
		return [`${apiVersion} ${kind} is nothing of Kubernetes'`];
	const file = path.join(home, apiVersion, kind + ".d.ts");
	if (!fs.existsSync(file))
		return [`${apiVersion} ${kind} is nothing of Kubernetes'`];
	const Model = require(`kubernetes-models/${apiVersion}/${kind}`)[kind];
	const found = unknown({ apiVersion, kind, ...rest }, file, kind);
	try {
		new Model(rest).validate();
	} catch (error) {
		found.push(error.message);
	}
	return found;
}
