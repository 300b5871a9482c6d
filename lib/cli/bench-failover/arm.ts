import { type BenchMember, startBenchMember } from './bench-member';
import type { RegistryWatch } from './registry-watch';

/** Older than this at its death: a tripwire was held for 5 s, and the incarnation is older than 10 s. */
const AGE_MS_MIN = 14_000;
/** A listener that closes and opens again, as a server does that binds anew: its connections and its session stay. */
const BLINK_MS = 300;
const SEEN_LOOK_MS = 10;
const SEEN_LOOKS_MAX = 500;

/** One way of clearing the dead, with a group of members of its own under `parent`. */
export type Arm = {
	readonly name: string;
	readonly killed: readonly number[];
	/** Killed and still registered when its time was over. */
	readonly missed: readonly string[];
	/** Healthy members whose registration went. */
	readonly harmed: readonly string[];
	readonly blinks: number;
	/** Fills the group up. */
	fill(): Promise<void>;
	/** Kills the oldest member and waits in the background until its registration has gone. */
	killOldest(): Promise<void>;
	/** Kills every member that there is, oldest first. */
	killAll(): Promise<void>;
	/** Has one of the healthy close its listener for a moment. */
	blink(): Promise<void>;
	/** Resolves when every killed member is gone or missed. */
	settled(): Promise<void>;
	close(): void;
};

export type ArmOptions = {
	readonly name: string;
	readonly connect: string;
	readonly parent: string;
	readonly size: number;
	readonly sessionTimeoutMs: number;
	readonly registry: RegistryWatch;
	/** Longer than its session lasts. */
	readonly goneWithinMs: number;
	readonly onMember?: (member: BenchMember) => void;
	readonly onKilled?: (member: BenchMember) => void;
	readonly pause: (ms: number) => Promise<void>;
};

export function openArm(options: ArmOptions): Arm {
	const { registry, pause } = options;
	const killed: number[] = [];
	const missed: string[] = [];
	const harmed = new Set<string>();
	const pending = new Set<Promise<void>>();
	let members: BenchMember[] = [];
	let started = 0;
	let blinks = 0;

	async function add(): Promise<void> {
		started += 1;
		const member = await startBenchMember({ ...options, name: `m${String(started).padStart(5, '0')}` });
		// Whom the registry's watch has not seen yet has not been harmed.
		for (let looks = 0; looks < SEEN_LOOKS_MAX && !registry.has(member.name); looks += 1) {
			await pause(SEEN_LOOK_MS);
		}
		members.push(member);
		options.onMember?.(member);
	}

	/** Whoever lives is registered, or was harmed; it is counted once and leaves the group. */
	function countHarmed(): void {
		for (const { name } of members.filter((member) => !registry.has(member.name))) {
			harmed.add(name);
		}
		for (const member of members.filter(({ name }) => harmed.has(name))) {
			member.process.kill('SIGKILL');
		}
		members = members.filter(({ name }) => !harmed.has(name));
	}

	async function killOldest(): Promise<void> {
		countHarmed();
		const [oldest] = members;
		if (oldest === undefined) {
			throw new Error(`no member of ${options.name} is left to be killed`);
		}
		await pause(Math.max(0, oldest.registeredAtMs + AGE_MS_MIN - performance.now()));
		countHarmed();
		if (members[0] !== oldest) {
			return;
		}
		members = members.slice(1);
		const atMs = performance.now();
		oldest.process.kill('SIGKILL');
		options.onKilled?.(oldest);
		const done = registry.gone(oldest.name, options.goneWithinMs).then(
			(goneAtMs) => void killed.push(goneAtMs - atMs),
			() => void missed.push(oldest.path),
		);
		pending.add(done);
		void done.finally(() => pending.delete(done));
	}

	return {
		name: options.name,
		killed,
		missed,
		get harmed() {
			return [...harmed];
		},
		get blinks() {
			return blinks;
		},
		async fill() {
			while (members.length < options.size) {
				await Promise.all(Array.from({ length: Math.min(4, options.size - members.length) }, add));
			}
		},
		killOldest,
		async killAll() {
			while (members.length > 0) {
				await killOldest();
			}
		},
		async blink() {
			countHarmed();
			// The youngest of the old: it is provable, and lives on for a while.
			const old = members.filter(({ registeredAtMs }) => performance.now() - registeredAtMs > AGE_MS_MIN / 2);
			const member = old.at(-1);
			if (member === undefined) {
				return;
			}
			blinks += 1;
			await member.process.tell('closeListeners', {});
			await pause(BLINK_MS);
			await member.process.tell('openListeners');
		},
		async settled() {
			await Promise.all(pending);
			countHarmed();
		},
		close() {
			for (const member of members) {
				member.process.kill('SIGKILL');
			}
		},
	};
}
