import type { RuntimeKnob } from '@/lib/core/settings';

/** What follows a figure: one of it, or several. */
const many = (one: string, other: string) => (n: number) => (n === 1 ? one : other);

export type KnobText = {
	readonly label: string;
	/** Behind a figure of that size; '' for a share. */
	readonly unit: (n: number) => string;
	/** What it decides, in one sentence. */
	readonly what: string;
	readonly formula: string;
	readonly tradeOff: string;
};

const radius =
	'Purged within the window and not yet replaced, plus what this purge removes, may be at most the larger of the minimum and the share of the registered members. A replacement gives its place back. All consoles share one count.';
const mass =
	'Stops when more members of a group than the minimum, and at least the share of the group, are not alive. Those purged a moment ago and not replaced count as not alive.';
const flapping =
	'The same path or address may be purged this often within the window, counted since a person last purged it; then a person has to look.';

/** Taken from docs/policy.md, which says more. */
export const knobs: Record<RuntimeKnob, KnobText> = {
	observersMin: {
		label: 'Observers that must agree',
		unit: many('observer', 'observers'),
		what: 'How many consoles and agents must each find every address of a member refused before it is dead by refusal.',
		formula:
			'This console and the counted votes of others are at least this many. A vote counts when it was re-read within 2 s and its observer’s own session makes progress.',
		tradeOff:
			'One observer can be cut off by a firewall that answers with resets; three in two failure domains hardly can. More than run here means that nothing is ever proven by refusal, and the slowest decides.',
	},
	observerDomainsMin: {
		label: 'Failure domains they are in',
		unit: many('failure domain', 'failure domains'),
		what: 'In how many failure domains (hosts, racks, zones) those observers must be.',
		formula:
			'Distinct domains among them, this console’s included, are at least this many. At most as many as observers.',
		tradeOff: 'More domains withstand the fault of a whole rack, and need consoles or agents in each of them.',
	},
	settleMs: {
		label: 'Settling time',
		unit: () => 'ms',
		what: 'How long a member’s session must have been on no server before any proof.',
		formula:
			'From the first to the latest of an unbroken run of complete sweeps that find the session gone: at most 500 ms apart, at least two, the same leader and epoch.',
		tradeOff:
			'A lower value proves deaths earlier by just as much. A living client needs up to 1.1 s to find its next server: below 1,200 ms one that is slow to reconnect can be taken for dead.',
	},
	evidenceAgeMsMax: {
		label: 'Oldest evidence',
		unit: () => 'ms',
		what: 'How old the evidence under a purge may be when it is written.',
		formula: 'Now − the older of the latest round and the latest sweep that found the session gone.',
		tradeOff:
			'Lower is safer, and makes purges fail on a slow ensemble, where a sweep takes long. Beyond 2 s a member may have come back, so it can only be lowered.',
	},
	blastRadiusMin: {
		label: 'Blast radius, at least',
		unit: many('member', 'members'),
		what: 'How many members may always be purged before somebody has to look.',
		formula: radius,
		tradeOff: 'It lets a small cluster lose anything at all. Larger values let a fault do more damage before it stops.',
	},
	blastRadiusShare: {
		label: 'Blast radius, share',
		unit: () => '',
		what: 'Which share of the registered members may be purged before somebody has to look.',
		formula: radius,
		tradeOff:
			'It lets a large cluster lose a rack. With minimum and share both 0 every purge needs an administrator’s approval.',
	},
	blastRadiusWindowMs: {
		label: 'Blast radius, window',
		unit: () => 'ms',
		what: 'How long a purge that nobody has replaced counts.',
		formula: radius,
		tradeOff: 'A shorter window lets a fault of Rollcall or of the network do more damage before it stops.',
	},
	massFailureMin: {
		label: 'Mass failure, more than',
		unit: many('member', 'members'),
		what: 'How many members of a group may fail at once before the cause is hardly the members.',
		formula: mass,
		tradeOff:
			'Lower stops sooner when a switch or a zone fails; higher trusts the proofs in a storm. People are not bound.',
	},
	massFailureShare: {
		label: 'Mass failure, share of a group',
		unit: () => '',
		what: 'Which share of a group may fail at once before the cause is hardly the members.',
		formula: mass,
		tradeOff: 'Lower leaves the clearing to people sooner; higher goes on purging while much of a group is down.',
	},
	rateBurst: {
		label: 'Burst',
		unit: many('purge', 'purges'),
		what: 'How many automatic purges may go at once.',
		formula: 'The size of a token bucket over the automatic purges of all consoles; each registration takes one token.',
		tradeOff: 'Smaller leaves more time to pull the kill switch when it goes wrong; larger clears more deaths at once.',
	},
	ratePerS: {
		label: 'Rate after the burst',
		unit: many('purge a second', 'purges a second'),
		what: 'How fast automatic purges go on once the burst is used up.',
		formula: 'Tokens that the bucket gains a second.',
		tradeOff: 'Slower leaves more time to stop it; faster is done sooner.',
	},
	flappingPurgesMax: {
		label: 'Flapping, purges',
		unit: many('purge', 'purges'),
		what: 'How often the same path or address may be purged automatically before a person has to look.',
		formula: flapping,
		tradeOff:
			'A member that dies again and again has a cause that purging hides. A purge by a person is the acknowledgement.',
	},
	flappingWindowMs: {
		label: 'Flapping, window',
		unit: () => 'ms',
		what: 'Over how long those purges are counted.',
		formula: flapping,
		tradeOff: 'Longer notices slower flapping. Beyond an hour the counters are kept longer, too.',
	},
};

/** The recovery page: what happens by itself, who can stop it, and how it went so far. */
