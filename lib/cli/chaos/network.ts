import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { spawnTied } from '../spawn-tied';

const run = promisify(execFile);

/** Link between this process's namespace (members, ensemble) and the observers' one. */
const OUR_END = '10.230.0.1';
const OBSERVERS_END = '10.230.0.2';
/** Addresses of ensemble and members: the kernel takes all of them for its own. */
const WORLD = '10.231.0.0/16';
const MEMBERS = '10.231.128.0/17';
const RULES_AT = '10';

export type Direction = 'requests' | 'answers' | 'both';

/**
 * Where the members live and how the observers reach them. With namespaces every packet between the two crosses a link
 * and may be lost, silently and one way; without them all is loopback, and faults of the network cannot be made.
 */
export type Network = {
	readonly canDrop: boolean;
	readonly zooKeeperIp: string;
	/** The n-th address of a member, n from 0; never given twice. */
	memberIp(index: number): string;
	/** Command line of a program that runs where the observers are. */
	asObserver(command: string, args: readonly string[]): { command: string; args: string[] };
	/** Packets between the observers and the address (null: all members) are lost from now on. */
	drop(ip: string | null, direction: Direction): Promise<void>;
	/** The host falls silent for everybody, the ensemble included: no FIN and no RST ever leaves it. */
	silence(ip: string): Promise<void>;
	/** Undoes all of it for the address. */
	heal(ip: string | null): Promise<void>;
	close(): void;
};

/** Whether this process may make network namespaces: root, on Linux, with iproute2 and util-linux. */
export function namespacesWork(): boolean {
	const probe = spawnSync('unshare', ['--net', 'ip', 'rule'], { stdio: 'ignore' });
	return probe.status === 0 && spawnSync('nsenter', ['--version'], { stdio: 'ignore' }).status === 0;
}

export function loopbackNetwork(): Network {
	const refuse = () => Promise.reject(new Error('packets can be dropped only in network namespaces'));
	return {
		canDrop: false,
		zooKeeperIp: '127.0.0.1',
		memberIp: (index) => `127.20.${1 + Math.floor(index / 250)}.${1 + (index % 250)}`,
		asObserver: (command, args) => ({ command, args: [...args] }),
		drop: refuse,
		silence: refuse,
		heal: () => Promise.resolve(),
		close: () => undefined,
	};
}

async function ip(...args: string[]): Promise<void> {
	await run('ip', args);
}

/** Runs within a namespace of its own (chaos.ts sees to it); the observers' one ends with the process that holds it. */
export async function namespacedNetwork(): Promise<Network> {
	const holder = spawnTied('unshare', ['--net', 'sleep', 'infinity'], { stdio: ['ignore', 'ignore', 'ignore'] });
	const space = `/proc/${holder.pid}/ns/net`;
	await leftOurNamespace(space);
	const there = (...args: string[]) => run('nsenter', [`--net=${space}`, 'ip', ...args]);
	await ip('link', 'set', 'lo', 'up');
	await ip('link', 'add', 'world', 'type', 'veth', 'peer', 'name', 'observers');
	await ip('link', 'set', 'observers', 'netns', String(holder.pid));
	await ip('addr', 'add', `${OUR_END}/30`, 'dev', 'world');
	await ip('link', 'set', 'world', 'up');
	await there('link', 'set', 'lo', 'up');
	await there('addr', 'add', `${OBSERVERS_END}/30`, 'dev', 'observers');
	await there('link', 'set', 'observers', 'up');
	await there('route', 'add', WORLD, 'via', OUR_END);
	await ip('route', 'add', 'local', WORLD, 'dev', 'lo');
	// Packets to local addresses are looked up first of all; what drops them has to come before.
	await ip('rule', 'add', 'pref', '1000', 'lookup', 'local');
	await ip('rule', 'del', 'pref', '0');
	return { ...dropRules(), canDrop: true, ...addresses(space), close: () => holder.kill('SIGKILL') };
}

/** The holder's first instants are in our own namespace. */
async function leftOurNamespace(space: string): Promise<void> {
	const linkOf = async (path: string) => (await run('readlink', [path])).stdout;
	const ours = await linkOf('/proc/self/ns/net');
	for (let attempts = 0; attempts < 200; attempts++) {
		const theirs = await linkOf(space).catch(() => ours);
		if (theirs !== ours) {
			return;
		}
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
	throw new Error('no network namespace could be made for the observers');
}

function addresses(space: string): Pick<Network, 'zooKeeperIp' | 'memberIp' | 'asObserver'> {
	return {
		zooKeeperIp: '10.231.0.1',
		memberIp: (index) => `10.231.${128 + (Math.floor(index / 250) % 128)}.${1 + (index % 250)}`,
		asObserver: (command, args) => ({ command: 'nsenter', args: [`--net=${space}`, command, ...args] }),
	};
}

type Rule = readonly string[];

function dropRules(): Pick<Network, 'drop' | 'silence' | 'heal'> {
	const active = new Map<string, Rule[]>();

	async function add(key: string, rule: Rule): Promise<void> {
		active.set(key, [...(active.get(key) ?? []), rule]);
		await ip('rule', 'add', 'pref', RULES_AT, ...rule, 'blackhole');
	}

	return {
		async drop(member, direction) {
			const address = member ?? MEMBERS;
			if (direction !== 'answers') {
				await add(address, ['from', OBSERVERS_END, 'to', address]);
			}
			if (direction !== 'requests') {
				await add(address, ['from', address, 'to', OBSERVERS_END]);
			}
		},
		async silence(member) {
			await add(member, ['from', member]);
			await add(member, ['to', member]);
		},
		async heal(member) {
			const address = member ?? MEMBERS;
			const rules = active.get(address) ?? [];
			active.delete(address);
			for (const rule of rules) {
				await ip('rule', 'del', 'pref', RULES_AT, ...rule, 'blackhole');
			}
		},
	};
}
