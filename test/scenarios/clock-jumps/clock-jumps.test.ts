import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '@/lib/adapters/clock';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import type { Clock } from '@/lib/core/ports';
import {
	allProvable,
	detailOf,
	nobodyCondemned,
	openScenario,
	purgeSurely,
	registration,
	type Scenario,
	verdictBecomes,
} from '@/test/support/scenario';
import { type ScriptedMember, startScriptedMember } from '@/test/support/scripted-member';

/** Wall clocks that jump by hours, forth and back: nothing that is decided rests on them. */
const HOUR_MS = 3_600_000;
const NAMES = ['killed-in-the-future', 'killed-in-the-past', 'jumps-itself', 'witness'] as const;

let ensemble: Ensemble;
let scenario: Scenario;
let jumpedMs = 0;
const members = new Map<string, ScriptedMember>();
const jumpingClock: Clock = { ...systemClock, wallMs: () => systemClock.wallMs() + jumpedMs };

function pathOf(name: (typeof NAMES)[number]): string {
	return `/services/${name}`;
}

beforeAll(async () => {
	ensemble = await startEnsemble({ servers: 1, tickTimeMs: 6_000 });
	for (const name of NAMES) {
		const member = await startScriptedMember(ensemble.connect, 90_000);
		members.set(name, member);
		await member.heartbeat(5_000);
		await member.register(pathOf(name), JSON.stringify({ host: '127.0.0.1', port: await member.listen() }));
	}
	scenario = await openScenario({
		ensemble,
		clock: jumpingClock,
		registrations: [registration('/services', 'auto')],
	});
	await allProvable(scenario, NAMES.length);
});

afterAll(async () => {
	await scenario?.close();
	for (const member of members.values()) {
		member.kill();
	}
	await ensemble?.stop();
});

for (const [name, hours] of [
	['killed-in-the-future', 6],
	['killed-in-the-past', -18],
] as const) {
	test(`the console's clock jumps by ${hours} h: nobody is condemned, and one that is killed is proven and purged`, async () => {
		jumpedMs += hours * HOUR_MS;
		const living = scenario.cluster.members().map(({ path }) => path);
		await nobodyCondemned(scenario, 6_000, living);
		for (const path of living) {
			await verdictBecomes(scenario, path, 'alive');
		}
		const path = pathOf(name);
		members.get(name)?.kill();
		const { reasons } = await verdictBecomes(scenario, path, 'dead');
		expect(reasons).toEqual(['refused-by-quorum', 'session-gone']);
		const { auditId } = await purgeSurely(scenario, path);
		expect(auditId).not.toBeNull();
		await nobodyCondemned(
			scenario,
			0,
			living.filter((other) => other !== path),
		);
		// What is shown to people is as the clock has it; the chain of records holds all the same.
		expect(Math.abs((scenario.cluster.view().observedAtMs ?? 0) - jumpingClock.wallMs())).toBeLessThan(HOUR_MS);
		expect(await scenario.audit.verify()).toMatchObject({ ok: true });
	});
}

test("a member's own clock jumps, both ways: alive all along, and dead as ever when it is killed", async () => {
	const path = pathOf('jumps-itself');
	const member = members.get('jumps-itself');
	for (const hours of [5, -11]) {
		await member?.shiftClock(hours * HOUR_MS);
		await nobodyCondemned(scenario, 6_000, [path, pathOf('witness')]);
		await verdictBecomes(scenario, path, 'alive');
	}
	expect(detailOf(scenario, path).ephemeralOwner).toBe(member?.sessionId);
	member?.kill();
	const { reasons } = await verdictBecomes(scenario, path, 'dead');
	expect(reasons).toEqual(['refused-by-quorum', 'session-gone']);
	await nobodyCondemned(scenario, 1_000, [pathOf('witness')]);
});
