import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '@/lib/adapters/clock';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import { type NetworkNamespace, openNamespace, whyNoNamespaces } from '@/test/support/network-namespace';
import { registration } from '@/test/support/scenario';
import { type ScriptedMember, startScriptedMember } from '@/test/support/scripted-member';
import { startWatchingConsole, type WatchingConsole } from '@/test/support/watching-console';

/**
 * A console that hears ZooKeeper and none of the members: it runs in a network namespace of its own, in which packets
 * from the members' address are dropped. It may say that nobody can be reached, and must condemn nobody.
 */
const obstacle = await whyNoNamespaces();
if (obstacle !== null) {
	process.stderr.write(`skipped: a console cut off from the members: ${obstacle}\n`);
}

const SESSION_MS = 40_000;
const NAMES = ['member-1', 'member-2', 'member-3', 'dies-unseen'] as const;
const LIVING = NAMES.slice(0, 3).map(pathOf);
const DIES = pathOf('dies-unseen');

let ensemble: Ensemble;
let namespace: NetworkNamespace;
let watching: WatchingConsole;
const members = new Map<string, ScriptedMember>();

function pathOf(name: string): string {
	return `/services/${name}`;
}

/** The members' sessions come from the address that they register, as on hosts of their own. */
async function startMembers(): Promise<void> {
	const host = namespace.otherHostIp;
	const client = ensemble.servers[0]?.clientPort;
	for (const name of NAMES) {
		const member = await startScriptedMember(`${host}:${client}`, SESSION_MS);
		members.set(name, member);
		await member.heartbeat(1_000);
		const port = await member.listen(0, host);
		await member.register(pathOf(name), JSON.stringify({ host, port }));
	}
}

describe.skipIf(obstacle !== null)('a console that hears no member', () => {
	beforeAll(async () => {
		ensemble = await startEnsemble({
			servers: 1,
			extraConfig: { clientPortAddress: '0.0.0.0', 'admin.serverAddress': '0.0.0.0' },
		});
		namespace = await openNamespace();
		await startMembers();
		const asSeenFromInside = (text: string) => text.replaceAll('127.0.0.1', namespace.hostIp);
		watching = startWatchingConsole(
			{
				ensemble: {
					connect: asSeenFromInside(ensemble.connect),
					config: ensemble.config.map(({ client, admin }) => ({
						client: asSeenFromInside(client),
						admin: admin && asSeenFromInside(admin),
					})),
				},
				registrations: [registration('/services', 'auto')],
			},
			namespace.within,
		);
		for (const path of [...LIVING, DIES]) {
			await watching.tells(path, 'provable');
		}
	});

	afterAll(async () => {
		await watching?.close();
		for (const member of members.values()) {
			member.kill();
		}
		await namespace?.remove();
		await ensemble?.stop();
	});

	test('nobody is condemned, not even one that dies meanwhile, and those who live are alive when they are heard again', async () => {
		await namespace.dropFrom(namespace.otherHostIp, true);
		const from = watching.sightings().length;
		await systemClock.sleep(8_000);
		members.get('dies-unseen')?.kill();
		const unreached = await watching.tells(DIES, 'unreachable', from);
		expect(unreached.reasons).toContain('all-probes-timed-out');
		await systemClock.sleep(6_000);
		expect(watching.condemned([...LIVING, DIES])).toEqual([]);

		const heardAgain = watching.sightings().length;
		await namespace.dropFrom(namespace.otherHostIp, false);
		for (const path of LIVING) {
			const last = watching.sightings().findLast((each) => each.path === path && each.verdict !== 'provable');
			if (last?.verdict !== 'alive') {
				await watching.tells(path, 'alive', heardAgain);
			}
		}
		await systemClock.sleep(3_000);
		expect(watching.condemned(LIVING)).toEqual([]);
	});
});
