import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import { type DemoMember, startMember } from '@/lib/cli/members';
import type { Identity } from '@/lib/core/ports';
import {
	ADMIN,
	allProvable,
	nobodyCondemned,
	OPERATOR,
	objections,
	openScenario,
	planOf,
	purge,
	purgeSurely,
	type Scenario,
	verdictBecomes,
} from '@/test/support/scenario';
import { eventually } from '@/test/support/zookeeper';

/** Six of eight members die at once: all are proven, and no more than three may go within a minute without a word. */
const WAIT_MS = 60_000;

let ensemble: Ensemble;
let scenario: Scenario;
let members: DemoMember[];
let dead: string[];
let living: string[];

beforeAll(async () => {
	ensemble = await startEnsemble({ servers: 1, tickTimeMs: 6_000 });
	const { connect } = ensemble;
	const ids = Array.from({ length: 8 }, (_, index) => `member-${index + 1}`);
	members = await Promise.all(
		ids.map((id) => startMember({ connect, id, sessionTimeoutMs: 120_000, heartbeatMs: 5_000 })),
	);
	dead = members.slice(0, 6).map(({ path }) => path);
	living = members.slice(6).map(({ path }) => path);
	scenario = await openScenario({ ensemble });
	await allProvable(scenario, members.length);
});

afterAll(async () => {
	await scenario?.close();
	for (const member of members ?? []) {
		member.kill('SIGKILL');
	}
	await ensemble?.stop();
});

async function registered(paths: readonly string[]): Promise<string[]> {
	const stats = await Promise.all(paths.map((path) => scenario.zk.stat(path)));
	return paths.filter((_, index) => stats[index] !== null);
}

/** Asks until nothing but the blast radius speaks against it: on a busy machine a proof may lapse for a moment. */
async function refusedByRadiusAlone(paths: readonly string[], by: Identity, approval?: { members: number }) {
	let last: string[] = [];
	return eventually(
		'refused by the blast radius alone',
		async () => {
			const outcomes = await purge(scenario, paths, by, approval ? { approval } : {});
			expect(outcomes.map((outcome) => outcome.outcome)).toEqual(paths.map(() => 'refused'));
			last = outcomes.map((outcome) => objections(outcome).join());
			return last.every((objection) => objection === 'blast-radius: radius-exceeded') ? outcomes : null;
		},
		WAIT_MS,
	).catch((error: Error) => {
		throw new Error(`${error.message}; found ${JSON.stringify(last)}`);
	});
}

test('more than the blast radius allows is refused as a whole, an operator cannot approve it, an administrator can', async () => {
	for (const member of members.slice(0, 6)) {
		member.kill('SIGKILL');
	}
	for (const path of dead) {
		await verdictBecomes(scenario, path, 'dead');
	}

	await refusedByRadiusAlone(dead.slice(0, 4), OPERATOR);
	await refusedByRadiusAlone(dead.slice(0, 4), OPERATOR, { members: 4 });
	await refusedByRadiusAlone(dead, ADMIN, { members: 2 });
	expect(await registered(dead)).toEqual(dead);

	for (const path of dead.slice(0, 3)) {
		await purgeSurely(scenario, path, OPERATOR);
	}
	const fourth = dead[3] ?? '';
	await refusedByRadiusAlone([fourth], OPERATOR);
	expect(objections(await planOf(scenario, fourth))).toContain('blast-radius: radius-exceeded');
	expect(await registered(dead)).toEqual(dead.slice(3));

	await eventually('what an administrator approved', async () => {
		const rest = await registered(dead.slice(3));
		const outcomes = rest.length > 0 ? await purge(scenario, rest, ADMIN, { approval: { members: 3 } }) : [];
		return outcomes.every(({ outcome }) => outcome === 'purged') ? true : null;
	});
	expect(await registered(dead)).toEqual([]);
	await nobodyCondemned(scenario, 1_000, living);
	expect(await registered(living)).toEqual(living);
});
