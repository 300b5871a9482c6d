import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '@/lib/adapters/clock';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import { toHex } from '@/lib/core/ids';
import { registration } from '@/test/support/scenario';
import { type ScriptedMember, startScriptedMember } from '@/test/support/scripted-member';
import { stopProcess } from '@/test/support/stop-process';
import { startTcpProxy, type TcpProxy } from '@/test/support/tcp-proxy';
import { startWatchingConsole, type WatchingConsole } from '@/test/support/watching-console';
import { connected, eventually, openClient } from '@/test/support/zookeeper';

/**
 * A console that stands still (SIGSTOP) in the middle of three proofs, while the world goes on: one that looked dead
 * returns, one is replaced by its next life, one stays dead. When it goes on, what it saw before proves nothing.
 */
const RETURNS = '/careful/returns';
const REPLACED = '/services/replaced';
const DIES = '/services/dies';
const WITNESS = '/services/witness';
/** For the one that returns: long, so that the console is surely stopped before it held it dead by right (the known residue). */
const SETTLE_MS = 8_000;
/** Longer than pause and proof together on a busy machine. */
const SESSION_MS = 90_000;
/** More than any settling time. */
const PAUSE_MS = 10_000;

let ensemble: Ensemble;
let console_: WatchingConsole;
let zooKeeper: TcpProxy;
let returning: ScriptedMember;
const others: ScriptedMember[] = [];

function record(port: number): string {
	return JSON.stringify({ host: '127.0.0.1', port });
}

async function begin(path: string): Promise<{ member: ScriptedMember; port: number }> {
	const member = await startScriptedMember(ensemble.connect, SESSION_MS);
	others.push(member);
	await member.heartbeat(5_000);
	const port = await member.listen();
	await member.register(path, record(port));
	return { member, port };
}

beforeAll(async () => {
	ensemble = await startEnsemble({ servers: 1, tickTimeMs: 6_000 });
	zooKeeper = await startTcpProxy(ensemble.servers[0]?.clientPort ?? 0);
	returning = await startScriptedMember(zooKeeper.connect, SESSION_MS);
	await returning.heartbeat(5_000);
	await returning.closeWhenLost('connections');
	await returning.register(RETURNS, record(await returning.listen()));
});

afterAll(async () => {
	await console_?.close();
	for (const member of [...others, returning]) {
		member?.kill();
	}
	await zooKeeper?.close();
	await ensemble?.stop();
});

test('a console stopped in the middle of proofs condemns nobody for what it saw before, and proves the dead one anew', async () => {
	const dying = await begin(DIES);
	const replaced = await begin(REPLACED);
	await begin(WITNESS);
	const next = await startScriptedMember(ensemble.connect, SESSION_MS);
	others.push(next);
	await next.heartbeat(5_000);
	console_ = startWatchingConsole({
		ensemble,
		registrations: [registration('/services', 'auto'), { ...registration('/careful', 'auto'), settleMs: SETTLE_MS }],
	});
	for (const path of [RETURNS, REPLACED, DIES, WITNESS]) {
		await console_.tells(path, 'provable');
	}

	const from = console_.sightings().length;
	await zooKeeper.stopAccepting();
	zooKeeper.reset();
	dying.member.kill();
	replaced.member.kill();
	await Promise.all([RETURNS, DIES, REPLACED].map((path) => console_.tells(path, 'suspect', from)));
	await stopProcess(console_.pid);
	// What it had told before it stood still is in the pipe.
	await systemClock.sleep(500);
	const stoppedAt = console_.sightings().length;
	expect(console_.condemned([RETURNS]), 'stopped before it had settled anything').toEqual([]);

	const losses = (await returning.losses()).length;
	await zooKeeper.acceptAgain();
	await eventually('back at ZooKeeper', async () => (await returning.losses())[losses] ?? null);
	await next.listen(replaced.port);
	await next.replace(REPLACED, record(replaced.port));
	await systemClock.sleep(PAUSE_MS);
	expect(console_.sightings().length).toBe(stoppedAt);
	console_.kill('SIGCONT');

	await console_.tells(DIES, 'dead', stoppedAt);
	await console_.tells(RETURNS, 'alive', stoppedAt);
	await console_.tells(REPLACED, 'alive', stoppedAt);
	await systemClock.sleep(3_000);
	const czxid = await czxidOf(REPLACED);
	expect(console_.condemned([RETURNS, WITNESS])).toEqual([]);
	expect(console_.condemned([REPLACED]).filter((each) => each.czxid === czxid)).toEqual([]);
	const last = console_.sightings().findLast(({ path, verdict }) => path === REPLACED && verdict !== 'provable');
	expect(last).toMatchObject({ czxid, verdict: 'alive' });
});

async function czxidOf(path: string): Promise<string> {
	const client = openClient(ensemble.connect);
	await connected(client);
	const stat = await client.stat(path);
	await client.close();
	return toHex(stat?.czxid ?? 0n);
}
