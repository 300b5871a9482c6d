import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { systemClock } from '@/lib/adapters/clock';
import { toFolder } from '@/lib/adapters/observers/names';
import { joinObservers } from '@/lib/adapters/observers/observers';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import type { Accusation } from '@/lib/core/accusation';
import type { ObserverSelf, ObserversPort, Suspicion } from '@/lib/core/observers';
import type { ZooKeeperPort } from '@/lib/core/ports';
import { prepareRoot, rootPathsOf } from '@/lib/runtime/prepare-root';
import { startTcpProxy, type TcpProxy } from '@/test/support/tcp-proxy';
import { connected, eventually, openClient } from '@/test/support/zookeeper';

/** Observers of one cluster meet in a real ZooKeeper; each test has a cluster of its own. */
let ensemble: Ensemble;
let admin: ZooKeeperPort;
const clients: ZooKeeperPort[] = [];
const ports: ObserversPort[] = [];
const proxies: TcpProxy[] = [];
let clusters = 0;

const CONSOLE: ObserverSelf = { kind: 'console', failureDomain: 'rack-1', watches: 'all' };

beforeAll(async () => {
	ensemble = await startEnsemble({ servers: 1 });
	admin = openClient(ensemble.connect);
	await connected(admin);
});

afterEach(async () => {
	await Promise.all(ports.splice(0).map((port) => port.close()));
	await Promise.all(clients.splice(0).map((client) => client.close()));
	await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
});

afterAll(async () => {
	await admin?.close();
	await ensemble?.stop();
});

type Paths = ReturnType<typeof rootPathsOf>;

async function newCluster(): Promise<Paths> {
	clusters += 1;
	const paths = rootPathsOf('/rollcall', `c${clusters}`);
	await prepareRoot(admin, paths, systemClock);
	return paths;
}

function join(paths: Paths, name: string, zk: ZooKeeperPort = client()): ObserversPort {
	const port = joinObservers({
		zk,
		paths,
		name,
		clock: systemClock,
		follow: true,
		onPresence: () => undefined,
		onSuspicion: () => undefined,
	});
	ports.push(port);
	return port;
}

function client(connect = ensemble.connect): ZooKeeperPort {
	const zk = openClient(connect);
	clients.push(zk);
	return zk;
}

function accusation(path: string, more: Partial<Accusation> = {}): Accusation {
	return {
		incarnation: { path, czxid: 0x1_0000_0007n, ephemeralOwner: 0xf200_0000_0000_0001n },
		refused: [{ ip: '10.0.0.1', port: 80 }],
		timedOut: [{ ip: '::1', port: 81 }],
		tripwireHeldMs: 6_000,
		...more,
	};
}

function nameOf(port: ObserversPort): Promise<string> {
	return eventually('announced', () => port.name());
}

function suspicionOf(port: ObserversPort, path: string): Promise<Suspicion> {
	return eventually(`a suspicion of ${path}`, () => port.suspicionsOf(path)[0] ?? null);
}

async function nobodyAccuses(port: ObserversPort, path: string): Promise<void> {
	await eventually(`no suspicion of ${path}`, () => (port.suspicionsOf(path).length === 0 ? true : null));
}

async function childrenOf(path: string): Promise<string[]> {
	return (await admin.children(path))?.names ?? [];
}

test('an accusation reaches the others as it was made, is written once, and its folder goes when it is withdrawn', async () => {
	const paths = await newCluster();
	const [a, b] = [join(paths, 'a'), join(paths, 'b')];
	a.announce(CONSOLE);
	b.announce({ kind: 'agent', failureDomain: 'rack-2', watches: ['/members/x'] });
	await eventually('both present', () => (a.presences().length === 1 && b.presences().length === 1 ? true : null));
	expect(a.presences()).toMatchObject([{ name: 'b', kind: 'agent', failureDomain: 'rack-2', watches: ['/members/x'] }]);

	a.accuse(accusation('/members/x'));
	const seen = await suspicionOf(b, '/members/x');
	expect(seen).toMatchObject({ ...accusation('/members/x'), observer: 'a', failureDomain: 'rack-1' });
	expect(a.suspicionsOf('/members/x'), 'its own is no word of others').toEqual([]);

	const folder = `${paths.suspicions}/${toFolder('/members/x')}`;
	a.accuse(accusation('/members/x'));
	await b.reread(['/members/x']);
	expect((await admin.stat(`${folder}/a`))?.version, 'the same again is not written').toBe(0);
	a.accuse(accusation('/members/x', { timedOut: [] }));
	await eventually('the change', () => (b.suspicionsOf('/members/x')[0]?.timedOut.length === 0 ? true : null));

	a.withdraw('/members/x');
	await nobodyAccuses(b, '/members/x');
	await eventually('the empty folder gone', async () => ((await admin.stat(folder)) === null ? true : null));
});

test('a second console of the same name takes another, and neither overwrites nor counts as the first', async () => {
	const paths = await newCluster();
	const [first, second, third] = [join(paths, 'console'), join(paths, 'console'), join(paths, 'onlooker')];
	for (const port of [first, second, third]) {
		port.announce(CONSOLE);
	}
	const names = [await nameOf(first), await nameOf(second)].sort();
	expect(names).toEqual(['console', 'console-2']);
	first.accuse(accusation('/members/x'));
	second.accuse(accusation('/members/x'));
	const seen = await eventually('two accusers', () => {
		const found = third.suspicionsOf('/members/x');
		return found.length === 2 ? found : null;
	});
	expect(seen.map(({ observer }) => observer).sort()).toEqual(names);
	expect(new Set(seen.map(({ sessionId }) => sessionId)).size).toBe(2);
});

test('after its session expired an observer is announced again and its accusations stand again, by the new session', async () => {
	const paths = await newCluster();
	const proxy = await startTcpProxy(Number(ensemble.connect.split(':')[1]));
	proxies.push(proxy);
	const zk = client(proxy.connect);
	const [a, b] = [join(paths, 'a', zk), join(paths, 'b')];
	a.announce(CONSOLE);
	b.announce(CONSOLE);
	a.accuse(accusation('/members/x'));
	const before = await suspicionOf(b, '/members/x');
	await proxy.stopAccepting();
	proxy.reset();
	await eventually('expired', () => (b.presences().length === 0 ? true : null), 60_000);
	await nobodyAccuses(b, '/members/x');
	await proxy.acceptAgain();
	const after = await suspicionOf(b, '/members/x');
	expect(after.sessionId).not.toBe(before.sessionId);
	expect(b.presences()).toMatchObject([{ sessionId: after.sessionId }]);
});

test('what stands is confirmed by reading it again; what its writer changed is not', async () => {
	const paths = await newCluster();
	const [a, b] = [join(paths, 'a'), join(paths, 'b')];
	a.announce(CONSOLE);
	a.accuse(accusation('/members/x'));
	const first = await suspicionOf(b, '/members/x');
	await systemClock.sleep(20);
	await b.reread(['/members/x', '/members/unknown']);
	expect(b.suspicionsOf('/members/x')[0]?.readAtMs).toBeGreaterThan(first.readAtMs);
});

test('one session is one observer, and an accusation without the presence of its own session is none', async () => {
	const paths = await newCluster();
	const onlooker = join(paths, 'onlooker');
	onlooker.announce(CONSOLE);
	await nameOf(onlooker);
	const stranger = client();
	await connected(stranger);
	const data = Buffer.from(
		JSON.stringify({
			czxid: '0x1',
			ephemeralOwner: '0x2',
			refused: ['10.0.0.1:80'],
			timedOut: [],
			tripwireHeldMs: 9_000,
			failureDomain: 'elsewhere',
		}),
	);
	const folder = `${paths.suspicions}/${toFolder('/members/x')}`;
	await admin.create(folder, Buffer.alloc(0), 'persistent');
	for (const name of ['one', 'two', 'three']) {
		await stranger.create(`${folder}/${name}`, data, 'ephemeral');
	}
	await eventually('followed', () => (onlooker.suspected().includes('/members/x') ? true : null));
	expect(onlooker.suspicionsOf('/members/x'), 'nobody of that name is present').toEqual([]);
	const presence = (domain: string) =>
		Buffer.from(JSON.stringify({ kind: 'agent', failureDomain: domain, watches: 'all' }));
	await stranger.create(`${paths.observers}/one`, presence('d1'), 'ephemeral');
	await stranger.create(`${paths.observers}/two`, presence('d2'), 'ephemeral');
	const seen = await suspicionOf(onlooker, '/members/x');
	await systemClock.sleep(200);
	expect(onlooker.suspicionsOf('/members/x')).toHaveLength(1);
	expect(seen, 'its failure domain is the one it announced').toMatchObject({ observer: 'one', failureDomain: 'd1' });
	// A presence of another session does not lend its name.
	await admin.create(`${paths.observers}/three`, presence('d3'), 'ephemeral');
	await eventually('three is present', () => onlooker.presences().find(({ name }) => name === 'three') ?? null);
	expect(onlooker.suspicionsOf('/members/x')).toHaveLength(1);
	await admin.remove(`${paths.observers}/three`, -1);
});

test('whatever strangers write is no observer and no accusation, and hides nobody', async () => {
	const paths = await newCluster();
	const [a, b] = [join(paths, 'a'), join(paths, 'b')];
	a.announce(CONSOLE);
	b.announce(CONSOLE);
	const rubbish = [
		'',
		'{',
		'[]',
		'{"kind":"console"}',
		'x'.repeat(20_000),
		JSON.stringify({ ...CONSOLE, kind: 'god' }),
	];
	for (const [index, text] of rubbish.entries()) {
		await admin.create(`${paths.observers}/rubbish-${index}`, Buffer.from(text), 'ephemeral');
		await admin.create(`${paths.suspicions}/%E0%A4%A-${index}`, Buffer.from(text), 'persistent');
		await admin.create(`${paths.suspicions}/%E0%A4%A-${index}/a`, Buffer.from(text), 'ephemeral');
	}
	// A presence that outlives its session is nobody's.
	await admin.create(`${paths.observers}/for-ever`, Buffer.from(JSON.stringify(CONSOLE)), 'persistent');
	a.accuse(accusation('/members/x'));
	await suspicionOf(b, '/members/x');
	expect(b.presences().map(({ name }) => name)).toEqual(['a']);
	expect(b.suspected()).toEqual(['/members/x']);
	for (const name of await childrenOf(paths.observers)) {
		if (name.startsWith('rubbish')) {
			await admin.remove(`${paths.observers}/${name}`, -1);
		}
	}
});

test('more accusers of one member than are followed are said to be too many, and hide nobody else', async () => {
	const paths = await newCluster();
	const [a, b] = [join(paths, 'a'), join(paths, 'b')];
	a.announce(CONSOLE);
	b.announce(CONSOLE);
	const folder = `${paths.suspicions}/${toFolder('/members/crowded')}`;
	const stranger = client();
	await connected(stranger);
	await stranger.create(folder, Buffer.alloc(0), 'persistent');
	await Promise.all(
		Array.from({ length: 70 }, (_, index) => stranger.create(`${folder}/${index}`, Buffer.from('{}'), 'ephemeral')),
	);
	await eventually('told', () => (/more than 64 accusers/.test(b.trouble() ?? '') ? true : null));
	a.accuse(accusation('/members/x'));
	await suspicionOf(b, '/members/x');
	await stranger.close();
	await eventually('all is well again', () => (b.trouble() === null ? true : null));
	await eventually('the folder gone', async () => ((await admin.stat(folder)) === null ? true : null));
});

test('names that ZooKeeper cannot bear are borne: dots, slashes, and paths too long for one name', async () => {
	const paths = await newCluster();
	const b = join(paths, 'b');
	b.announce(CONSOLE);
	for (const [name, path] of [
		['..', `/members/${'x'.repeat(900)}`],
		['a/b', `/members/${'成'.repeat(500)}`],
		['', '/members/%2F..'],
	] as const) {
		const port = join(paths, name);
		port.announce(CONSOLE);
		port.accuse(accusation(path));
		const seen = await suspicionOf(b, path);
		expect(seen.incarnation.path).toBe(path);
		await port.close();
		await nobodyAccuses(b, path);
	}
	await eventually('all folders gone', async () => ((await childrenOf(paths.suspicions)).length === 0 ? true : null));
});

test('without the folders that a console makes an agent is not announced and says why', async () => {
	const port = join(rootPathsOf('/rollcall', 'nobody'), 'a');
	port.announce(CONSOLE);
	const trouble = await eventually('trouble', () => port.trouble());
	expect(trouble).toMatch(/no-node.*observers\/nobody/);
	expect(port.name()).toBeNull();
	await prepareRoot(admin, rootPathsOf('/rollcall', 'nobody'), systemClock);
	expect(await nameOf(port)).toBe('a');
	expect(port.trouble()).toBeNull();
});
