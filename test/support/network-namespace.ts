import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** Carries the pid of whoever made it, so that a later run may clear up after one that was killed. */
const NAME_PATTERN = /^rc(\d+)-[0-9a-f]{3}$/;
const INNER = 'veth0';
/** Rules of the namespace's routing, before its table of local addresses. */
const PREF = { fromOutside: 10, fromInside: 11, local: 100 } as const;
const FROM_OUTSIDE = ['pref', String(PREF.fromOutside), 'iif', INNER, 'blackhole'];
const FROM_INSIDE = ['pref', String(PREF.fromInside), 'iif', 'lo', 'blackhole'];

export type Drops = { readonly fromOutside: boolean; readonly fromInside: boolean };

/** A network namespace joined to this one by a pair of interfaces, as if by a router that drops packets when told to. */
export type NetworkNamespace = {
	/** Address on this side, in reach from inside. */
	readonly hostIp: string;
	/** Another address on this side, for what is to be told apart from it. */
	readonly otherHostIp: string;
	/** Address of what runs inside. */
	readonly ip: string;
	/** Command line that runs the command appended to it inside, as the same process. */
	readonly within: readonly string[];
	/** Resolves when packets are dropped like this, and no others. */
	drop(what: Drops): Promise<void>;
	/** Resolves when packets that come from this address of the other side are dropped, or pass again. */
	dropFrom(hostIp: string, dropped: boolean): Promise<void>;
	/**
	 * Drops everything both ways in this share of slots (0..1), drawn anew every 20 to 50 ms, until the function that it
	 * gives is called, which resolves when all passes again.
	 */
	lose(share: number): () => Promise<void>;
	/** Removes it; what runs inside has to be ended before. Idempotent. */
	remove(): Promise<void>;
};

export const DROP_ALL: Drops = { fromOutside: true, fromInside: true };
export const DROP_NOTHING: Drops = { fromOutside: false, fromInside: false };

async function ip(...args: readonly string[]): Promise<string> {
	return (await run('ip', args, { timeout: 10_000 })).stdout;
}

function removeNow(name: string): void {
	spawnSync('ip', ['link', 'del', name], { stdio: 'ignore' });
	spawnSync('ip', ['netns', 'del', name], { stdio: 'ignore' });
}

/** Removes namespaces and interfaces whose maker no longer runs. */
async function removeLeftovers(): Promise<void> {
	const names = (await ip('netns', 'list')).split('\n').map((line) => line.split(' ')[0] ?? '');
	for (const name of names) {
		const pid = NAME_PATTERN.exec(name)?.[1];
		if (pid !== undefined && !existsSync(`/proc/${pid}`)) {
			removeNow(name);
		}
	}
}

/** Why there can be no namespaces here; null when there can. */
export async function whyNoNamespaces(): Promise<string | null> {
	try {
		await removeLeftovers();
		const trial = await openNamespace();
		await trial.remove();
		return null;
	} catch (error) {
		const detail = error instanceof Error ? error.message : String(error);
		return `no network namespace can be made here (root and iproute2 are needed): ${detail.replace(/\s+/g, ' ').trim()}`;
	}
}

type Subnet = { readonly hostIp: string; readonly innerIp: string; readonly otherHostIp: string };

/** Addresses of a /29 that nothing but a default route covers. */
async function freeSubnet(): Promise<Subnet> {
	for (;;) {
		const prefix = `10.${randomInt(64, 250)}.${randomInt(256)}`;
		const base = 8 * randomInt(32);
		const routes = (await ip('-o', 'route', 'show', 'match', `${prefix}.${base + 1}`)).trim().split('\n');
		if (routes.every((route) => route === '' || route.startsWith('default'))) {
			return {
				hostIp: `${prefix}.${base + 1}`,
				innerIp: `${prefix}.${base + 2}`,
				otherHostIp: `${prefix}.${base + 3}`,
			};
		}
	}
}

async function macOf(lines: Promise<string>): Promise<string> {
	return /link\/ether ([0-9a-f:]+)/.exec(await lines)?.[1] ?? '';
}

/** Joins the two sides and makes the drops possible; see `drop`. */
async function wire(name: string, { hostIp, innerIp, otherHostIp }: Subnet): Promise<void> {
	await ip('link', 'add', name, 'type', 'veth', 'peer', 'name', INNER, 'netns', name);
	await ip('addr', 'add', `${hostIp}/29`, 'dev', name);
	// A subnet of its own: what connects to it from here comes from it.
	await ip('addr', 'add', `${otherHostIp}/32`, 'dev', name);
	await ip('-n', name, 'addr', 'add', `${innerIp}/29`, 'dev', INNER);
	await ip('link', 'set', name, 'up');
	await ip('-n', name, 'link', 'set', 'lo', 'up');
	await ip('-n', name, 'link', 'set', INNER, 'up');
	// Neighbours known for ever: a drop is a drop, as behind a router, and not ARP's 'no such host' after a while.
	const inner = await macOf(ip('-n', name, '-o', 'link', 'show', INNER));
	const outer = await macOf(ip('-o', 'link', 'show', name));
	await ip('neigh', 'replace', innerIp, 'lladdr', inner, 'dev', name, 'nud', 'permanent');
	for (const hostAddress of [hostIp, otherHostIp]) {
		await ip('-n', name, 'neigh', 'replace', hostAddress, 'lladdr', outer, 'dev', INNER, 'nud', 'permanent');
	}
	// The kernel asks its table of local addresses first: behind the rules that drop, so that these can.
	await ip('-n', name, 'rule', 'add', 'pref', String(PREF.local), 'lookup', 'local');
	await ip('-n', name, 'rule', 'del', 'pref', '0');
}

/** Tells one long-running `ip` what to do: a process for each slot of some milliseconds would cost more than it shows. */
function loseIn(name: string, share: number): () => Promise<void> {
	const batch: ChildProcess = spawn('ip', ['-n', name, '-force', '-batch', '-'], {
		stdio: ['pipe', 'ignore', 'ignore'],
	});
	const ended = new Promise<void>((resolve) => batch.once('close', () => resolve()));
	let dropping = false;
	let timer: NodeJS.Timeout | null = null;
	function set(next: boolean): void {
		if (next !== dropping) {
			const verb = next ? 'add' : 'del';
			batch.stdin?.write(`rule ${verb} ${FROM_OUTSIDE.join(' ')}\nrule ${verb} ${FROM_INSIDE.join(' ')}\n`);
			dropping = next;
		}
	}
	function slot(): void {
		set(Math.random() < share);
		timer = setTimeout(slot, randomInt(20, 51));
	}
	slot();
	return async () => {
		clearTimeout(timer ?? undefined);
		set(false);
		batch.stdin?.end();
		await ended;
	};
}

/** Makes a namespace; rejects with what `ip` says where it may not. Removed by `remove`, at the latest when this process ends. */
export async function openNamespace(): Promise<NetworkNamespace> {
	const name = `rc${process.pid}-${randomBytes(2).toString('hex').slice(1)}`;
	const subnet = await freeSubnet();
	const onExit = () => removeNow(name);
	process.once('exit', onExit);
	let present: Drops = DROP_NOTHING;
	let removed: Promise<void> | null = null;

	async function remove(): Promise<void> {
		// Both are tried, whatever becomes of the other: either may be missing after a failed beginning.
		await Promise.allSettled([ip('link', 'del', name)]);
		await Promise.allSettled([ip('netns', 'del', name)]);
		process.removeListener('exit', onExit);
	}
	async function toggle(rule: readonly string[], before: boolean, after: boolean): Promise<void> {
		if (before !== after) {
			await ip('-n', name, 'rule', after ? 'add' : 'del', ...rule);
		}
	}
	try {
		await ip('netns', 'add', name);
		await wire(name, subnet);
	} catch (error) {
		await remove();
		throw error;
	}
	return {
		hostIp: subnet.hostIp,
		otherHostIp: subnet.otherHostIp,
		ip: subnet.innerIp,
		within: ['ip', 'netns', 'exec', name],
		async drop(what) {
			await toggle(FROM_OUTSIDE, present.fromOutside, what.fromOutside);
			await toggle(FROM_INSIDE, present.fromInside, what.fromInside);
			present = what;
		},
		dropFrom: (hostIp, dropped) => toggle(['from', hostIp, ...FROM_OUTSIDE], !dropped, dropped),
		lose: (share) => loseIn(name, share),
		remove: () => {
			removed ??= remove();
			return removed;
		},
	};
}
