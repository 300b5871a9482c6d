import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import type { Identity } from '@/lib/core/ports';
import { streamed } from '@/test/adapters/audit-store/temporary-store';
import {
	allProvable,
	condemnations,
	detailOf,
	openScenario,
	purgeSurely,
	registration,
	type Scenario,
	verdictBecomes,
} from '@/test/support/scenario';
import { type ScriptedMember, startScriptedMember } from '@/test/support/scripted-member';
import { startTcpProxy, type TcpProxy } from '@/test/support/tcp-proxy';

/** A member whose address cannot be tied to its session (a forwarder's): a refusal there is only a hint. */
const HIDDEN = '/services/hidden';
const WELL = '/services/well';
const FORWARDER = '127.0.0.7';

const REPORTER: Identity = {
	actor: { kind: 'token', name: 'supervisor', role: 'reporter', sourceAddress: '127.0.0.1' },
	role: 'reporter',
	viaCookie: false,
};

let ensemble: Ensemble;
let scenario: Scenario;
let hidden: ScriptedMember;
let well: ScriptedMember;
let forwarder: TcpProxy;

beforeAll(async () => {
	ensemble = await startEnsemble({ servers: 1 });
	scenario = await openScenario({ ensemble, registrations: [registration('/services', 'auto')] });
	hidden = await startScriptedMember(ensemble.connect, 40_000);
	well = await startScriptedMember(ensemble.connect, 40_000);
	forwarder = await startTcpProxy(await hidden.listen(), FORWARDER);
	await hidden.register(HIDDEN, JSON.stringify({ host: FORWARDER, port: forwarder.port }));
	await well.register(WELL, JSON.stringify({ host: '127.0.0.1', port: await well.listen() }));
	await allProvable(scenario, 1);
});

afterAll(async () => {
	await scenario?.close();
	for (const member of [hidden, well]) {
		member?.kill('SIGKILL');
	}
	await forwarder?.close();
	await ensemble?.stop();
});

function report(path: string, czxid = detailOf(scenario, path).czxid) {
	return scenario.cluster.reportExit(
		{ path, czxid, reporter: 'supervisor of host 7', detail: 'exit code 137' },
		REPORTER,
	);
}

describe('an exit report', () => {
	test('of a member that lives proves nothing, and its next sign of life voids it', async () => {
		expect(await report(WELL)).toMatchObject({ result: 'accepted', verdict: 'alive' });
		await verdictBecomes(scenario, WELL, 'alive');
		expect(await condemnations(scenario, [WELL])).toEqual([]);
	});

	test('of another incarnation changes nothing, and is recorded as stale', async () => {
		expect(await report(WELL, '0x1')).toMatchObject({ result: 'stale' });
		const recorded = await streamed(scenario.audit, { action: 'member.exit-report', outcome: 'stale' });
		expect(recorded).toMatchObject([{ member: WELL, czxid: '0x1', actor: { name: 'supervisor' } }]);
	});

	test('of nobody says so', async () => {
		expect(await report('/services/nobody', '0x1')).toMatchObject({ result: 'not-registered', auditId: null });
	});

	test('proves a death that no refusal can: the member is purged on it', async () => {
		hidden.kill('SIGKILL');
		await hidden.ended;
		const suspected = await verdictBecomes(scenario, HIDDEN, 'suspect');
		expect(suspected.evidence.missing).not.toEqual([]);
		expect(await report(HIDDEN)).toMatchObject({ result: 'accepted' });
		const { reasons } = await verdictBecomes(scenario, HIDDEN, 'dead');
		expect(reasons).toEqual(['exit-reported', 'session-gone']);
		expect(await purgeSurely(scenario, HIDDEN)).toMatchObject({ outcome: 'purged' });
	});
});
