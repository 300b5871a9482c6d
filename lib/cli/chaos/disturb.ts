import { setTimeout as pause } from 'node:timers/promises';
import type { EnsembleServer } from '../ensemble';
import type { Wave } from './draw-trials';
import type { DisturbanceName } from './faults';
import type { World } from './world';

const CLOCK_JUMP_MS = 3_600_000;

/** What happens to everybody while a wave's trials run. */
type Disturbance = (world: World, forMs: number, wave: number) => Promise<void>;

async function isLeader({ adminPort }: EnsembleServer): Promise<boolean> {
	const url = `http://127.0.0.1:${adminPort}/commands/leader`;
	// Whoever does not answer is no leader that could be killed now.
	const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) }).catch(() => null);
	const body = (await answer?.json()) as { is_leader?: boolean } | undefined;
	return body?.is_leader === true;
}

/** Servers of the given role, in an order that the wave's number turns. */
async function serversOfRole(world: World, leader: boolean, wave: number): Promise<EnsembleServer[]> {
	const { servers } = world.ensemble;
	const roles = await Promise.all(servers.map(isLeader));
	const found = servers.filter((_, index) => roles[index] === leader);
	const first = found.length === 0 ? 0 : wave % found.length;
	return [...found.slice(first), ...found.slice(0, first)];
}

async function killAndRestart(server: EnsembleServer | undefined, forMs: number): Promise<void> {
	server?.kill('SIGKILL');
	await pause(forMs);
	await server?.start();
}

const DISTURBANCES: Record<DisturbanceName, Disturbance> = {
	none: async () => undefined,
	async 'follower-killed'(world, forMs, wave) {
		await killAndRestart((await serversOfRole(world, false, wave))[0], forMs);
	},
	async 'leader-killed'(world, forMs, wave) {
		await killAndRestart((await serversOfRole(world, true, wave))[0], forMs);
	},
	async 'rolling-restart'(world, forMs) {
		for (const server of world.ensemble.servers) {
			await killAndRestart(server, forMs);
		}
	},
	async 'server-paused'(world, forMs, wave) {
		const server = world.ensemble.servers[wave % world.ensemble.servers.length];
		server?.kill('SIGSTOP');
		await pause(forMs);
		server?.kill('SIGCONT');
	},
	async 'admin-hanging'(world, forMs, wave) {
		const relay = world.adminRelays[wave % world.adminRelays.length];
		relay?.hang();
		await pause(forMs);
		relay?.goOn();
	},
	async 'console-paused'(world, forMs) {
		world.console.kill('SIGSTOP');
		await pause(forMs);
		world.console.kill('SIGCONT');
	},
	async 'console-cut-off'(world, forMs) {
		await world.network.drop(null, 'both');
		await pause(forMs);
		await world.network.heal(null);
	},
	async 'console-clock-jump'(world, _forMs, wave) {
		await world.console.tell('jumpClock', { ms: wave % 2 === 0 ? CLOCK_JUMP_MS : -CLOCK_JUMP_MS });
	},
};

/** Runs the wave's disturbance at its time; resolves when everything is up again. */
export async function disturb(world: World, wave: Wave): Promise<void> {
	const { name, startMs, forMs } = wave.disturbance;
	await pause(startMs);
	await DISTURBANCES[name](world, forMs, wave.number);
}
