// Cases in order, printed as TAP; one that is given no chance calls its
// argument with why. What a failed one should have made is
// missing later, so the first failure ends the run.
const cases = [];

export function test(name, run) {
	cases.push([name, run]);
}

// end: what is to be done after all of them.
export async function run(end = () => {}) {
	let failed = 0;
	console.log(`1..${cases.length}`);
	for (const [i, [name, body]] of cases.entries()) {
		if (failed > 0) {
			console.log(`not ok ${i + 1} - ${name}: not run`);
			continue;
		}
		try {
			let skipped = "";
			await body((why) => skipped = ` # SKIP ${why}`);
			console.log(`ok ${i + 1} - ${name}${skipped}`);
		} catch (error) {
			failed++;
			console.log(`not ok ${i + 1} - ${name}`);
			for (const line of String(error.stack).split("\n"))
				console.log("# " + line.slice(0, 2000));
		}
	}
	await end();
	process.exit(failed > 0 ? 1 : 0);
}
