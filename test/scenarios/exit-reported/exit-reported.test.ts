import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import type { Identity } from '@/lib/core/ports';
import { streamed } from '@/test/adapters/audit-store/temporary-store';
import { type Forwarded, openForwarded, WELL } from '@/test/support/forwarded';
import { condemnations, detailOf, purgeSurely, verdictBecomes } from '@/test/support/scenario';

const HIDDEN = '/services/hidden';

const REPORTER: Identity = {
	actor: { kind: 'token', name: 'supervisor', role: 'reporter', sourceAddress: '127.0.0.1' },
	role: 'reporter',
	viaCookie: false,
};

let ensemble: Ensemble;
let forwarded: Forwarded;

beforeAll(async () => {
	ensemble = await startEnsemble({ servers: 1 });
	forwarded = await openForwarded({ ensemble }, { path: HIDDEN, ip: '127.0.0.7' });
});

afterAll(async () => {
	await forwarded?.close();
	await ensemble?.stop();
});

function report(path: string, czxid = detailOf(forwarded.scenario, path).czxid) {
	return forwarded.scenario.cluster.reportExit(
		{ path, czxid, reporter: 'supervisor of host 7', detail: 'exit code 137' },
		REPORTER,
	);
}

describe('an exit report', () => {
	test('of a member that lives proves nothing, and its next sign of life voids it', async () => {
		const { scenario } = forwarded;
		expect(await report(WELL)).toMatchObject({ result: 'accepted', verdict: 'alive' });
		await verdictBecomes(scenario, WELL, 'alive');
		expect(await condemnations(scenario, [WELL])).toEqual([]);
	});

	test('of another incarnation changes nothing, and is recorded as stale', async () => {
		expect(await report(WELL, '0x1')).toMatchObject({ result: 'stale' });
		const recorded = await streamed(forwarded.scenario.audit, { action: 'member.exit-report', outcome: 'stale' });
		expect(recorded).toMatchObject([{ member: WELL, czxid: '0x1', actor: { name: 'supervisor' } }]);
	});

	test('of nobody says so', async () => {
		expect(await report('/services/nobody', '0x1')).toMatchObject({ result: 'not-registered', auditId: null });
	});

	test('proves a death that no refusal can: the member is purged on it', async () => {
		const { scenario, hidden } = forwarded;
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
