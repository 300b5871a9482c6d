import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '@/lib/adapters/clock';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import { howItEnded } from '@/lib/cli/members';
import { spawnTied } from '@/lib/cli/spawn-tied';
import { DEFAULT_POLICY } from '@/lib/core/policy';
import type { PurgeRequest } from '@/lib/core/purge-view';
import { streamed } from '@/test/adapters/audit-store/temporary-store';
import { replaysWhole } from '@/test/support/replayed';
import { ADMIN, allProvable, nobodyCondemned, objections, openScenario, type Scenario } from '@/test/support/scenario';
import { eventually } from '@/test/support/zookeeper';

/**
 * Five eighths of a group die at once and are cleared in one stated action. ROLLCALL_MASS: how many members there are (800 of
 * whom 500 die is what is promised); ROLLCALL_MASS_SERVERS: of how many servers the ensemble is.
 */
const MEMBERS = Number(process.env.ROLLCALL_MASS ?? 120);
const SERVERS = Number(process.env.ROLLCALL_MASS_SERVERS ?? 1);
const DYING = Math.floor((MEMBERS * 5) / 8);
const HOST_MEMBERS = 100;
const WAIT_MS = 90_000;
const HOST_PROGRAM = fileURLToPath(new URL('./member-host.mjs', import.meta.url));

type Host = { readonly process: ChildProcess; readonly ended: Promise<string> };

let ensemble: Ensemble;
let scenario: Scenario;
let dying: Host[];
let living: Host[];

const pathsOf = (from: number, to: number) =>
	Array.from({ length: to - from }, (_, index) => `/turms/members/member-${from + index}`);
const dead = pathsOf(0, DYING);
const alive = pathsOf(DYING, MEMBERS);

beforeAll(async () => {
	// Sessions of five minutes: nobody's registration may lapse by itself while a busy machine takes its time.
	ensemble = await startEnsemble({ servers: SERVERS, tickTimeMs: 15_000 });
	dying = await startHosts(0, DYING);
	living = await startHosts(DYING, MEMBERS);
	scenario = await openScenario({ ensemble });
	await allProvable(scenario, MEMBERS);
}, 180_000);

afterAll(async () => {
	await scenario?.close();
	for (const host of [...(dying ?? []), ...(living ?? [])]) {
		host.process.kill('SIGKILL');
	}
	await ensemble?.stop();
});

async function startHosts(from: number, to: number): Promise<Host[]> {
	const hosts: Host[] = [];
	for (let first = from; first < to; first += HOST_MEMBERS) {
		const args = ['--connect', ensemble.connect, '--first', first, '--count', Math.min(HOST_MEMBERS, to - first)];
		const child = spawnTied(process.execPath, [HOST_PROGRAM, ...args.map(String)], {
			stdio: ['pipe', 'pipe', 'inherit'],
		});
		const ended = howItEnded(child);
		const ready = new Promise<string>((resolve) => child.stdout.once('data', () => resolve('ready')));
		expect(await Promise.race([ready, ended])).toBe('ready');
		hosts.push({ process: child, ended });
	}
	return hosts;
}

async function registered(paths: readonly string[]): Promise<string[]> {
	const stats = await Promise.all(paths.map((path) => scenario.zk.stat(path)));
	return paths.filter((_, index) => stats[index] !== null);
}

function tallyOf(texts: readonly string[]): Record<string, number> {
	const tally: Record<string, number> = {};
	for (const text of texts) {
		tally[text] = (tally[text] ?? 0) + 1;
	}
	return tally;
}

/** When nobody but the living was registered any more, looked at ten times a second until `told`; else when it was told. */
async function goneAtMs(told: AbortSignal): Promise<number> {
	while (!told.aborted) {
		const names = (await scenario.zk.children('/turms/members'))?.names ?? [];
		if (names.length <= alive.length) {
			break;
		}
		await systemClock.sleep(100, told);
	}
	return systemClock.nowMs();
}

/** The test must not keep the console's event loop busy: counts are kept anyway, a member's page is made when it is asked for. */
const deadCount = () => scenario.cluster.view().counts.dead;

/** Named as they are registered now, from one listing. */
async function purgeAll(paths: readonly string[], more: Partial<PurgeRequest> = {}) {
	const wanted = new Set(paths);
	const members = scenario.cluster
		.members()
		.filter(({ path }) => wanted.has(path))
		.map(({ path, czxid }) => ({ path, czxid }));
	const request = { members, reason: 'scenario', confirm: String(members.length), ...more };
	const [only] = members;
	const confirm = members.length === 1 && only ? only.path.slice(only.path.lastIndexOf('/') + 1) : request.confirm;
	return (await scenario.cluster.purge({ ...request, confirm }, ADMIN)).outcomes;
}

test('all who died at once are proven, and cleared by one request that says how many', async () => {
	const killedAtMs = systemClock.nowMs();
	for (const { process: host } of dying) {
		host.kill('SIGKILL');
	}
	await Promise.all(dying.map(({ ended }) => ended));
	await eventually(`${DYING} dead`, () => (deadCount() === DYING ? true : null), WAIT_MS).catch((error: Error) => {
		const missing = dead.map((path) => scenario.cluster.member(path)?.evidence.missing.join() ?? 'not registered');
		throw new Error(`${error.message}; missing: ${JSON.stringify(tallyOf(missing))}`);
	});
	const judgedMs = systemClock.nowMs() - killedAtMs;

	// Without a word to that effect nobody goes, not even those whom the radius would allow.
	const tooMany = dead.slice(0, Math.floor(MEMBERS * DEFAULT_POLICY.blastRadiusShare) + 1);
	await eventually(
		'refused by the radius alone',
		async () => {
			const outcomes = await purgeAll(tooMany);
			expect(tallyOf(outcomes.map(({ outcome }) => outcome))).toEqual({ refused: tooMany.length });
			return outcomes.every((outcome) => objections(outcome).join() === 'blast-radius: radius-exceeded') ? true : null;
		},
		WAIT_MS,
	);
	expect(await registered(dead)).toEqual(dead);

	const approval = { members: DYING };
	const sizes = new Map<string, number>();
	const times: number[] = [];
	const goneMs: number[] = [];
	await eventually(
		'cleared',
		async () => {
			const rest = await registered(dead);
			if (rest.length === 0) {
				return true;
			}
			const startedAtMs = systemClock.nowMs();
			const told = new AbortController();
			const gone = goneAtMs(told.signal);
			const outcomes = await purgeAll(rest, { approval }).finally(() => told.abort());
			goneMs.push(Math.round((await gone) - startedAtMs));
			times.push(Math.round(systemClock.nowMs() - startedAtMs));
			const tally = tallyOf(outcomes.map(({ outcome, reason }) => `${outcome} ${reason}`));
			const numbered = outcomes.filter(({ auditId }) => auditId !== null).length;
			process.stdout.write(
				`purge of ${rest.length}: ${times.at(-1)} ms, ${JSON.stringify(tally)}, ${numbered} numbered\n`,
			);
			for (const { outcome, zxid } of outcomes) {
				if (outcome === 'purged' && zxid !== null) {
					sizes.set(zxid, (sizes.get(zxid) ?? 0) + 1);
				}
			}
			return null;
		},
		WAIT_MS,
	);
	const multis = [...sizes.values()];
	process.stdout.write(
		`${DYING} of ${MEMBERS} killed at once, ${SERVERS} server(s): judged in ${Math.round(judgedMs)} ms, cleared in ${goneMs} ms and told of in ${times} by ${multis.length} transactions of ${multis}\n`,
	);
	expect(multis.reduce((sum, size) => sum + size, 0)).toBe(DYING);
	expect(multis.length).toBeLessThanOrEqual(Math.ceil(DYING / 10));

	expect(await registered(alive)).toEqual(alive);
	const latches = await scenario.zk.children('/turms/leader');
	expect(latches?.names).toHaveLength(alive.length);
	await nobodyCondemned(scenario, 1_000, alive);
	await everyoneIsRecordedOnce();
	// Each death, each refusal, each purge: decided once more, on nothing but the exported log.
	expect(await replaysWhole(await streamed(scenario.audit))).toBeGreaterThanOrEqual(2 * DYING + tooMany.length);
}, 300_000);

/** One entry a member, by the attempt's own key, each with the whole input of its decision. */
async function everyoneIsRecordedOnce(): Promise<void> {
	const entries = await eventually(
		'recorded',
		async () => {
			const found = (await streamed(scenario.audit, { action: 'member.purge' })).filter(
				({ outcome }) => outcome === 'purged',
			);
			return found.length >= DYING ? found : null;
		},
		WAIT_MS,
	);
	expect(entries.map(({ member }) => member).toSorted()).toEqual([...dead].toSorted());
	for (const { detail, member } of entries) {
		expect(detail).toMatchObject({ input: { state: { incarnation: { path: member } } } });
	}
}
