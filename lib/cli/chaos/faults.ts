/**
 * What a trial can do to its member, and what is true of the member afterwards.
 *
 * `truth`: `alive`: its process lives all the time, so any condemnation is false; `death`: it dies and can be proven dead;
 * `death-unprovable`: it dies, but from outside nobody can tell it from something that lives, so a condemnation is right
 * and its absence is expected; `exit`: it closes its session and goes, and its registration with it.
 * `pace`: how long the fault lasts; slow ones share a wave. `network`: needs namespaces of its own (root on Linux).
 */
export type FaultTraits = {
	readonly truth: 'alive' | 'death' | 'death-unprovable' | 'exit';
	readonly pace: 'quick' | 'slow';
	readonly weight: number;
	readonly network?: true;
	/** Range of the fault's length, ms. */
	readonly forMs?: readonly [number, number];
	/** Range of the wait between a death and what follows it (a restart, a stranger), ms. */
	readonly delayMs?: readonly [number, number];
	/** Session time-out of its members, ms; 30 s unless given. */
	readonly sessionTimeoutMs?: number;
	/** Addresses of its record: as drawn unless given. */
	readonly addresses?: 1 | 3;
};

const SHORT_SESSION_MS = 10_000;

export const FAULTS = {
	untouched: { truth: 'alive', pace: 'quick', weight: 2 },
	sigkill: { truth: 'death', pace: 'quick', weight: 14 },
	'clean-exit': { truth: 'exit', pace: 'quick', weight: 3 },
	'sigstop-5s': { truth: 'alive', pace: 'quick', weight: 3, forMs: [5_000, 5_000] },
	'full-backlog': { truth: 'alive', pace: 'quick', weight: 2, forMs: [4_000, 6_000] },
	'listener-reopened': { truth: 'alive', pace: 'quick', weight: 5, forMs: [200, 5_000] },
	'listener-closed-on-loss': { truth: 'alive', pace: 'quick', weight: 4, forMs: [200, 4_000] },
	// One address, closed with all its connections: within the settling time it must survive …
	'all-closed-on-short-loss': { truth: 'alive', pace: 'quick', weight: 4, forMs: [100, 800], addresses: 1 },
	// … and beyond it this is the known residue, tallied apart.
	'all-closed-on-long-loss': { truth: 'alive', pace: 'quick', weight: 2, forMs: [1_500, 4_000], addresses: 1 },
	'session-reset': { truth: 'alive', pace: 'quick', weight: 4, forMs: [0, 4_000] },
	'tripwires-reset': { truth: 'alive', pace: 'quick', weight: 4 },
	'session-and-tripwires-reset': { truth: 'alive', pace: 'quick', weight: 4, forMs: [0, 4_000] },
	'member-clock-jump': { truth: 'alive', pace: 'quick', weight: 2 },
	'restart-new-id': { truth: 'death', pace: 'quick', weight: 5, delayMs: [0, 1_500] },
	'restart-curator': { truth: 'death', pace: 'quick', weight: 3, delayMs: [0, 2_500] },
	'restart-dubbo': { truth: 'death', pace: 'quick', weight: 3, delayMs: [0, 2_500] },
	'restart-kafka': {
		truth: 'death-unprovable',
		pace: 'slow',
		weight: 2,
		delayMs: [0, 2_500],
		sessionTimeoutMs: SHORT_SESSION_MS,
	},
	'address-shared-reset': { truth: 'alive', pace: 'quick', weight: 3, forMs: [1_500, 4_000] },
	'address-shared-killed': {
		truth: 'death-unprovable',
		pace: 'slow',
		weight: 2,
		sessionTimeoutMs: SHORT_SESSION_MS,
	},
	'registrar-killed': { truth: 'death', pace: 'quick', weight: 3, addresses: 1 },
	'registrar-listener-closed': { truth: 'alive', pace: 'quick', weight: 2, forMs: [1_000, 5_000], addresses: 1 },
	'hanging-address-killed': { truth: 'death', pace: 'quick', weight: 3 },
	'hanging-address-reset': { truth: 'alive', pace: 'quick', weight: 2, forMs: [0, 4_000] },
	'nat-killed': { truth: 'death-unprovable', pace: 'slow', weight: 2, sessionTimeoutMs: SHORT_SESSION_MS },
	'nat-restarted': { truth: 'alive', pace: 'quick', weight: 3, forMs: [1_500, 5_000] },
	'id-reused': { truth: 'alive', pace: 'quick', weight: 3, forMs: [1_500, 4_000] },
	'address-reused': {
		truth: 'death-unprovable',
		pace: 'slow',
		weight: 3,
		delayMs: [0, 1_000],
		sessionTimeoutMs: SHORT_SESSION_MS,
	},
	'sigstop-15s': { truth: 'alive', pace: 'slow', weight: 3, forMs: [15_000, 15_000] },
	'sigstop-25s': { truth: 'alive', pace: 'slow', weight: 3, forMs: [25_000, 25_000] },
	unreachable: { truth: 'alive', pace: 'slow', weight: 3, forMs: [4_000, 18_000], network: true },
	'requests-dropped': { truth: 'alive', pace: 'slow', weight: 2, forMs: [4_000, 15_000], network: true },
	'answers-dropped': { truth: 'alive', pace: 'slow', weight: 2, forMs: [4_000, 15_000], network: true },
	'loss-80': { truth: 'alive', pace: 'slow', weight: 2, forMs: [10_000, 15_000], network: true },
	'flip-flop': { truth: 'alive', pace: 'slow', weight: 2, forMs: [20_000, 20_000], network: true },
	'killed-in-outage': { truth: 'death', pace: 'slow', weight: 2, forMs: [2_000, 5_000], network: true },
	'power-lost': {
		truth: 'death-unprovable',
		pace: 'slow',
		weight: 2,
		sessionTimeoutMs: SHORT_SESSION_MS,
		network: true,
	},
} as const satisfies Record<string, FaultTraits>;

export type FaultName = keyof typeof FAULTS;
export const FAULT_NAMES = Object.keys(FAULTS) as FaultName[];

export function traitsOf(fault: FaultName): FaultTraits {
	return FAULTS[fault];
}

/** What happens to the ensemble or to the console while the trials of a wave run. */
export type DisturbanceTraits = {
	readonly weight: number;
	readonly network?: true;
	readonly forMs?: readonly [number, number];
};

export const DISTURBANCES = {
	none: { weight: 20 },
	'follower-killed': { weight: 2, forMs: [1_000, 6_000] },
	'leader-killed': { weight: 2, forMs: [1_000, 6_000] },
	'rolling-restart': { weight: 1, forMs: [500, 1_500] },
	'server-paused': { weight: 2, forMs: [2_000, 8_000] },
	'admin-hanging': { weight: 3, forMs: [3_000, 8_000] },
	'console-paused': { weight: 4, forMs: [500, 6_000] },
	'console-cut-off': { weight: 3, forMs: [2_000, 8_000], network: true },
	'console-clock-jump': { weight: 2 },
} as const satisfies Record<string, DisturbanceTraits>;

export type DisturbanceName = keyof typeof DISTURBANCES;

export function disturbanceTraitsOf(name: DisturbanceName): DisturbanceTraits {
	return DISTURBANCES[name];
}
