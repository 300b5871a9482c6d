import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import { type Front, startFront } from '@/test/adapters/ensemble/setting';
import { type Forwarded, openForwarded, WELL } from '@/test/support/forwarded';
import { condemnations, nobodyCondemned, purgeSurely, verdictBecomes } from '@/test/support/scenario';

/**
 * A registration whose session ZooKeeper has forgotten. No real ensemble can be made to do that at will, so what the real
 * admin servers say passes through fronts that leave one session out of their dumps. The member's address is a forwarder's,
 * so that nothing but the dump can prove its death.
 */
const FORGOTTEN = '/services/forgotten';

let ensemble: Ensemble;
let forwarded: Forwarded;
let fronts: Front[] = [];

/**
 * Leaves a session out of a dump's table of expiries. The tree goes on naming it as an owner, as it does where a session
 * was really forgotten.
 */
function without(dump: string, session: bigint): string {
	const id = BigInt.asIntN(64, session).toString();
	return dump.replaceAll(new RegExp(`(\\[|,)\\s*${id}\\s*(,|\\])`, 'g'), (_, before: string, after: string) => {
		const isFirst = before === '[';
		const isLast = after === ']';
		return isFirst ? `[${isLast ? ']' : ''}` : after;
	});
}

function forget(front: Front, session: bigint): void {
	front.behave(async (command, response, pass) => {
		const answer = await pass();
		response.end(command === 'dump' ? without(answer, session) : answer);
	});
}

beforeAll(async () => {
	ensemble = await startEnsemble();
	fronts = await Promise.all(ensemble.config.map(({ admin }) => startFront(admin ?? '')));
	const servers = ensemble.config.map((server, i) => ({ ...server, admin: fronts[i]?.admin ?? null }));
	forwarded = await openForwarded({ ensemble, servers }, { path: FORGOTTEN, ip: '127.0.0.8' });
});

afterAll(async () => {
	await forwarded?.close();
	await Promise.all(fronts.map((front) => front.close()));
	await ensemble?.stop();
});

describe('a session that the dumps no longer know', () => {
	test('condemns nobody whose connection a server lists', async () => {
		const { scenario, well } = forwarded;
		for (const front of fronts) {
			forget(front, BigInt(well.sessionId));
		}
		await nobodyCondemned(scenario, 6_000);
		await verdictBecomes(scenario, WELL, 'alive');
	});

	test('is dead once its connection is gone too: ZooKeeper itself has forgotten it', async () => {
		const { scenario, hidden } = forwarded;
		for (const front of fronts) {
			forget(front, BigInt(hidden.sessionId));
		}
		hidden.kill('SIGKILL');
		await hidden.ended;
		const { reasons, session } = await verdictBecomes(scenario, FORGOTTEN, 'dead');
		expect(reasons).toEqual(['session-orphaned', 'session-gone']);
		expect(session.state).toBe('orphaned');
		expect(await purgeSurely(scenario, FORGOTTEN)).toMatchObject({ outcome: 'purged' });
		expect(await condemnations(scenario, [WELL])).toEqual([]);
	});
});
