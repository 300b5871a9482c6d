import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import { type DemoMember, type MemberOptions, startMember } from '@/lib/cli/members';
import { replaceDrilled } from '@/lib/cli/replace-drilled';
import type { RegistrationConfig } from '@/lib/core/config';
import { DRILL_MARKS } from '@/lib/core/drill';
import type { DrillRefusal } from '@/lib/core/drill-refusals';
import type { DrillRequest, DrillStartView } from '@/lib/core/drill-view';
import type { ZooKeeperPort } from '@/lib/core/ports';
import type { KeptReport } from '@/lib/runtime/drill-reports';
import { drillPathsOf, toDrillOrderData, toOptInData } from '@/lib/runtime/drill-znodes';
import { streamed } from '@/test/adapters/audit-store/temporary-store';
import { replaysWhole } from '@/test/support/replayed';
import {
	ADMIN,
	allProvable,
	detailOf,
	OPERATOR,
	openScenario,
	purge,
	registration,
	type Scenario,
} from '@/test/support/scenario';
import { connected, eventually, openClient } from '@/test/support/zookeeper';
import { drillWhole, expectWhole, ordered, orderedBySchedule, settle } from './drill-agents';
import { type SupervisedAgent, superviseAgent } from './supervised-agent';

/** Real members, one console; whoever a drill has ended is started again as the demo does it. */
const PATHS = drillPathsOf('/rollcall', 'turms');
/** The longest that these servers grant: a busy machine has that long to prove a death. */
const SESSION_MS = 40_000;
const AGENTS_PARENT = '/services/jobs';
const AGENTS_GROUP = 'jobs';
let ensemble: Ensemble;
let scenario: Scenario;
let stranger: ZooKeeperPort;
let members: DemoMember[];
const agents: SupervisedAgent[] = [];
let isStopping = false;

beforeAll(async () => {
	ensemble = await startEnsemble();
	const { connect } = ensemble;
	const options: MemberOptions[] = [
		{ connect, id: 'allows', heartbeatMs: 1_000, sessionTimeoutMs: SESSION_MS, drills: PATHS.optIns },
		{ connect, id: 'allows-too', heartbeatMs: 1_000, sessionTimeoutMs: SESSION_MS, drills: PATHS.optIns },
		{ connect, id: 'says-nothing', heartbeatMs: 1_000 },
		{ connect, id: 'spoken-for', heartbeatMs: 1_000 },
	];
	members = await Promise.all(options.map(startMember));
	replaceDrilled(members, options, {
		isStopping: () => isStopping,
		onReplaced: () => undefined,
		onFailed: (id, error) => {
			throw new Error(`${id} could not be started again: ${String(error)}`);
		},
	});
	stranger = openClient(connect, { sessionTimeoutMs: 20_000 });
	await connected(stranger);
	const ofAgents: RegistrationConfig = { ...registration(AGENTS_PARENT, 'auto'), group: AGENTS_GROUP };
	scenario = await openScenario({ ensemble, registrations: [registration('/turms/members', 'turms'), ofAgents] });
	await allProvable(scenario, members.length);
});

afterAll(async () => {
	isStopping = true;
	await Promise.all(agents.map((agent) => agent.close()));
	await scenario?.close();
	await stranger?.close();
	for (const member of members ?? []) {
		member.kill('SIGKILL');
	}
	await ensemble?.stop();
});

function named(id: string): DemoMember {
	const found = members.find((member) => member.id === id);
	if (found === undefined) {
		throw new Error(`no member ${id}`);
	}
	return found;
}

function requestFor(id: string, more: Partial<DrillRequest> = {}): DrillRequest {
	const { path } = named(id);
	return { path, czxid: detailOf(scenario, path).czxid, reason: 'scenario', confirm: id, purge: 'by-hand', ...more };
}

const drill = (request: DrillRequest) => scenario.cluster.drills.start(request, OPERATOR);

/** Beside other reasons perhaps: on a busy machine somebody may be briefly suspect. */
async function refuses(request: DrillRequest, refusal: DrillRefusal): Promise<void> {
	const { outcome, refusals } = await drill(request);
	expect(outcome).toBe('refused');
	expect(refusals).toContain(refusal);
}

test('nobody is ordered to die who has not allowed it by the session that registered it', async () => {
	await refuses(requestFor('says-nothing'), 'not-opted-in');

	const spokenFor = named('spoken-for');
	const forged = { path: spokenFor.path, startNonce: 'f'.repeat(32), replaced: true };
	const znode = `${PATHS.optIns}/${encodeURIComponent(spokenFor.path)}`;
	await stranger.create(znode, toOptInData(forged), 'ephemeral');
	await eventually('the forged opt-in is seen', async () => {
		const { eligible } = await scenario.cluster.drills.view();
		return eligible.find(({ path }) => path === spokenFor.path)?.whyNot.includes('opt-in-foreign') ? true : null;
	});
	const refused = await drill(requestFor('spoken-for'));
	expect(refused).toMatchObject({ outcome: 'refused', drillId: null });
	expect(refused.refusals).toContain('opt-in-foreign');
	expect((await stranger.read(znode))?.data.toString()).toBe(JSON.stringify(forged));
	await stranger.remove(znode, -1);

	await refuses(requestFor('allows', { confirm: 'another' }), 'confirm-mismatch');
	await refuses(requestFor('allows', { purge: undefined }), 'nobody-purges');
	await refuses(requestFor('allows', { czxid: '0x1' }), 'incarnation-changed');
	const { entries } = await scenario.audit.list({ action: 'drill.start' }, { cursor: null, limit: 20 });
	expect(entries.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 5 }, () => 'refused'));
	expect(entries.find(({ sequence }) => String(sequence) === refused.auditId)).toMatchObject({
		member: spokenFor.path,
		actor: OPERATOR.actor,
	});
	expect(await stranger.stat(PATHS.running)).toBeNull();
	expect(members.every((member) => member.running())).toBe(true);
});

test('a drill under the kill switch is refused', async () => {
	const { cluster } = scenario;
	await cluster.changeSettings({ kind: 'recovery', change: { killSwitch: true, reason: 'scenario' } }, ADMIN);
	await refuses(requestFor('allows'), 'kill-switch');
	await cluster.changeSettings({ kind: 'recovery', change: { killSwitch: false, reason: 'scenario' } }, ADMIN);
	expect(named('allows').running()).toBe(true);
});

type Told = { readonly report: KeptReport; readonly victim: DemoMember; readonly meanwhile: DrillStartView };

/** One drill of 'allows', purged by hand as soon as it is proven, to its end. */
async function drillToItsEnd(): Promise<Told> {
	const victim = named('allows');
	await allProvable(scenario, members.length);
	// Whatever stands in the way (somebody briefly suspect on a busy machine) may pass.
	const drillId = await ordered(scenario, () => requestFor('allows'));
	const { running } = await scenario.cluster.drills.view();
	expect(running).toMatchObject({ drillId, path: victim.path, by: 'the-operator', purge: 'by-hand' });
	expect(await victim.ended).toBe('SIGKILL');
	const meanwhile = await drill(requestFor('allows-too'));
	let isPurged = false;
	const report = await eventually(
		'the report',
		async () => {
			const detail = scenario.cluster.member(victim.path);
			if (!isPurged && detail?.verdict === 'dead') {
				const [outcome] = await purge(scenario, [victim.path]);
				isPurged = outcome?.outcome === 'purged';
			}
			return (await scenario.cluster.drills.reports()).find((each) => each.drillId === drillId) ?? null;
		},
		100_000,
	);
	return { report, victim, meanwhile };
}

test('one that allows it dies, is proven, purged by hand and replaced, and the report tells each of it, once', async () => {
	let told = await drillToItsEnd();
	// On a machine too busy to prove a death within the session's time-out there is nothing to purge: once more.
	for (let tries = 1; told.report.outcome === 'not-purged' && tries < 3; tries += 1) {
		told = await drillToItsEnd();
	}
	const { report, victim, meanwhile } = told;
	expect(victim.drilled()).toBe(true);
	expect(meanwhile.outcome).toBe('refused');
	expect(meanwhile.refusals).toContain('drill-running');

	expect(report).toMatchObject({
		outcome: 'complete',
		path: victim.path,
		reasons: ['refused-by-quorum', 'session-gone'],
		expiry: { timeoutMs: SESSION_MS },
	});
	const { timeline } = report;
	const marks = DRILL_MARKS.map((mark) => timeline[mark] ?? -1);
	expect(Math.min(...marks)).toBeGreaterThanOrEqual(0);
	expect(timeline.killed).toBe(Math.min(...marks));
	const order = ['proven', 'purged', 'replaced', 'alive'] as const;
	const inOrder = order.map((mark) => timeline[mark] ?? -1);
	expect(inOrder).toEqual(inOrder.toSorted((a, b) => a - b));
	for (const mark of ['tripwire-closed', 'refused', 'session-gone'] as const) {
		expect(timeline[mark]).toBeLessThanOrEqual(timeline.proven ?? -1);
	}
	// What it would have taken by itself was read off the leader's table.
	expect(report.expiry.afterMs).toBeGreaterThan(timeline.proven ?? Number.POSITIVE_INFINITY);

	const { entries } = await scenario.audit.list({ q: report.drillId }, { cursor: null, limit: 20 });
	expect(entries.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
		'drill.finish complete',
		'drill.start ordered',
	]);
	expect(await stranger.children(PATHS.runs)).toMatchObject({ names: [] });
	await eventually('it is back as another process', () => (named('allows').pid === victim.pid ? null : true));
	expect(named('allows').port).toBe(victim.port);
	await eventually('it allows drills again', async () => {
		const { eligible } = await scenario.cluster.drills.view();
		return eligible.find((each) => each.path === victim.path)?.replaced === true ? true : null;
	});
}, 360_000);

test('a drill whose console is gone is recorded as aborted by whoever holds the latch, and makes room', async () => {
	const drillId = randomUUID();
	const { path } = named('allows-too');
	const order = {
		drillId,
		path,
		czxid: detailOf(scenario, path).czxid,
		id: 'allows-too',
		group: 'GATEWAY',
		by: 'somebody',
		reason: 'scenario',
		scheduled: false,
		purge: 'by-hand' as const,
		orderedAtMs: Date.now(),
		sessionTimeoutMs: SESSION_MS,
		replaced: true,
	};
	// As a console leaves it that has ordered and then lost its session.
	await stranger.create(PATHS.running, toDrillOrderData(order), 'persistent');
	const report = await eventually('the report', async () => {
		const found = await scenario.cluster.drills.reports();
		return found.find((each) => each.drillId === drillId) ?? null;
	});
	expect(report.outcome).toBe('aborted');
	await eventually('room for the next', async () => ((await stranger.stat(PATHS.running)) === null ? true : null));
	expect(named('allows-too').running()).toBe(true);
});

test('an agent that allows drills dies with its member, by order and by schedule, and comes back; one that does not is left alone', async () => {
	const { connect } = ensemble;
	const start = (id: string, drills: Record<string, true>) =>
		superviseAgent(stranger, { connect, path: AGENTS_PARENT, id, cluster: 'turms' }, drills, SESSION_MS);
	const [allows, silent] = await Promise.all([
		start('allows', { 'allow-drills': true, 'drills-replaced': true }),
		start('silent', {}),
	]);
	agents.push(allows, silent);
	const spared = silent.present();
	const czxidOf = (path: string) => detailOf(scenario, path).czxid;
	await eventually(
		'the console has found both',
		() => (agents.every(({ path }) => scenario.cluster.member(path)?.provable === true) ? true : null),
		90_000,
	);
	await settle(stranger, { automaticRecovery: true });
	const asked = { reason: 'scenario' };
	await eventually('automatic recovery is on', async () => {
		const { eligible } = await scenario.cluster.drills.view();
		return eligible.find(({ path }) => path === allows.path)?.recovers === true ? true : null;
	});

	await refuses({ ...asked, path: silent.path, czxid: czxidOf(silent.path), confirm: 'silent' }, 'not-opted-in');
	const byHand = await drillWhole(scenario, allows, () =>
		ordered(scenario, () => ({ ...asked, path: allows.path, czxid: czxidOf(allows.path), confirm: 'allows' })),
	);
	expectWhole(byHand, AGENTS_GROUP);
	expect(byHand).toMatchObject({ id: 'allows', by: 'the-operator', scheduled: false });

	const scheduled = await drillWhole(scenario, allows, () =>
		orderedBySchedule(scenario, stranger, allows.path, AGENTS_GROUP),
	);
	expectWhole(scheduled, AGENTS_GROUP);
	expect(scheduled).toMatchObject({ id: 'allows', by: 'the-admin', reason: 'every minute', scheduled: true });
	const { entries } = await scenario.audit.list({ q: scheduled.drillId }, { cursor: null, limit: 20 });
	expect(entries.find(({ action }) => action === 'drill.start')?.actor).toMatchObject({
		kind: 'system',
		name: 'console-1',
	});

	expect(silent.present()).toBe(spared);
	expect(spared.events().map(({ event }) => event)).not.toContain('drilled');
	expect((await stranger.stat(silent.path))?.ephemeralOwner).toBe(
		BigInt(detailOf(scenario, silent.path).ephemeralOwner),
	);
	await settle(stranger, { automaticRecovery: false });
	// Among them the purges of automatic recovery.
	expect(await replaysWhole(await streamed(scenario.audit))).toBeGreaterThan(0);
}, 600_000);
