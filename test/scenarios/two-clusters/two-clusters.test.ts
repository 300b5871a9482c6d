import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import { createAddressBook } from '@/lib/runtime/address-book';
import { condemnations, detailOf, openScenario, registration, type Scenario } from '@/test/support/scenario';
import { type ScriptedMember, startScriptedMember } from '@/test/support/scripted-member';
import { eventually } from '@/test/support/zookeeper';

/** Two clusters of one console, each with an ensemble of its own, whose members claim one address. */
let ensembles: Ensemble[] = [];
let scenarios: Scenario[] = [];
let members: ScriptedMember[] = [];

beforeAll(async () => {
	ensembles = await Promise.all([startEnsemble({ servers: 1 }), startEnsemble({ servers: 1 })]);
	const addressBook = createAddressBook();
	scenarios = await Promise.all(
		ensembles.map((ensemble, i) =>
			openScenario({ ensemble, cluster: `c${i + 1}`, addressBook, registrations: [registration('/services', 'auto')] }),
		),
	);
	members = await Promise.all(ensembles.map((ensemble) => startScriptedMember(ensemble.connect, 20_000)));
	const port = await members[0]?.listen();
	await Promise.all(
		members.map((member, i) => member.register(`/services/m${i + 1}`, JSON.stringify({ host: '127.0.0.1', port }))),
	);
});

afterAll(async () => {
	await Promise.all(scenarios.map((scenario) => scenario.close()));
	for (const member of members) {
		member.kill('SIGKILL');
	}
	await Promise.all(ensembles.map((ensemble) => ensemble.stop()));
});

test('the same address in two clusters is shown as a conflict in both, and condemns nobody', async () => {
	const [first, second] = scenarios;
	if (!first || !second) {
		throw new Error('there are no two clusters');
	}
	const told = (scenario: Scenario, path: string) =>
		eventually('the conflict', () => {
			const { conflictsElsewhere } = scenario.cluster.member(path) ?? { conflictsElsewhere: [] };
			return conflictsElsewhere.length > 0 ? conflictsElsewhere : null;
		});
	expect(await told(first, '/services/m1')).toEqual([{ cluster: 'c2', path: '/services/m2' }]);
	expect(await told(second, '/services/m2')).toEqual([{ cluster: 'c1', path: '/services/m1' }]);
	expect([...(await condemnations(first)), ...(await condemnations(second))]).toEqual([]);
	members[1]?.kill('SIGTERM');
	await members[1]?.ended;
	await eventually(
		'the other has left',
		() => (detailOf(second, '/services/m2').verdict === 'left' ? true : null),
		60_000,
	);
	expect(detailOf(first, '/services/m1').conflictsElsewhere).toEqual([]);
});
