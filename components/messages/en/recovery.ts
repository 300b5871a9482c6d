import type { RuntimeKnob } from '@/lib/core/settings';
import { FORMATS } from '../format';

const f = FORMATS.en;
const count = (n: number, one: string, many: string) => `${f.number(n)} ${n === 1 ? one : many}`;
const many = (one: string, other: string) => (n: number) => (n === 1 ? one : other);
const members = (n: number) => count(n, 'member', 'members');

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
const knobs: Record<RuntimeKnob, KnobText> = {
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
export const recovery = {
	title: 'Recovery',
	summary: 'What Rollcall does about proven deaths by itself, and how it went.',
	failedTitle: 'Recovery could not be read',
	failedText: 'The console did not answer this question. It is asked again every few seconds.',
	old: (ms: number) => `The console does not answer. What you see is from ${f.ago(ms)}.`,
	states: {
		on: 'Automatic recovery is on.',
		off: 'Automatic recovery is off.',
		'all-off': 'Automatic recovery is on, but off for every registration.',
		'kill-switch': 'Automatic recovery is stopped by the kill switch.',
		maintenance: 'Automatic recovery leaves the cluster alone: it is under maintenance.',
		'held-back': 'Automatic recovery holds back.',
		'settings-unknown': 'Nothing automatic happens: the settings cannot be read.',
	},
	stateTexts: {
		on: 'A member that is proven dead is purged without being asked, under all guards.',
		off: 'Deaths are proven and shown. Nobody is purged until a person does it, or ZooKeeper’s session time-out is over.',
		'all-off': 'Nobody is purged until a person does it, or ZooKeeper’s session time-out is over.',
		'kill-switch':
			'No console and no agent purges anybody by itself, and no member takes over its predecessor’s place. People can still purge.',
		maintenance: 'Proven deaths wait for a person, or for the end of the maintenance.',
		'held-back': 'Members that are proven dead wait, because a guard says no. A person can purge them.',
		'settings-unknown':
			'They are in ZooKeeper, and cannot be read or understood. An administrator writes them anew with any change made here; until then the kill switch counts as on.',
	},
	latchHeld: 'This console carries out the purges.',
	latchWaiting: (holder: string | null) =>
		holder === null ? 'Another console carries out the purges.' : `Another console carries out the purges: ${holder}.`,
	latchUnknown: 'Who carries out the purges is not known just now.',
	waiting: (n: number) => (n === 1 ? '1 member waits' : `${f.number(n)} members wait`),
	heldBack: 'What holds it back',
	radius: 'Blast radius',
	radiusUsed: (used: number, allowed: number, windowMs: number) =>
		`${f.number(used)} of ${f.number(allowed)} purged within ${f.duration(windowMs)} and not yet replaced`,
	radiusUnknown: 'cannot be counted just now',
	killSwitch: 'Kill switch',
	killSwitchOn: 'On',
	killSwitchOff: 'Off',
	killSwitchText: 'Stops everything automatic, for every console and agent, at once.',
	killSwitchBy: (by: string) => `Pulled by ${by}`,
	pull: 'Pull the kill switch',
	release: 'Release the kill switch',
	onlyOperator: 'An operator or an administrator can do this.',
	onlyAdmin: 'An administrator can do this.',
	notWhileOld: 'Not while what you see is old.',
	switches: 'Switches',
	switchesNote: 'A member is purged automatically when the switch of the cluster and that of its registration are on.',
	wholeCluster: 'The whole cluster',
	on: 'on',
	off: 'off',
	switchOf: (name: string) => `Automatic recovery of ${name}`,
	asConfigured: 'as in the config',
	configured: (value: string) => `the config says ${value}`,
	putBack: 'Put back',
	putBackOf: (name: string) => `Put back ${name}`,
	policy: 'Policy',
	policyNote:
		'What a purge needs and when automatic recovery stops. A change holds for every console and agent at once; a purge on its way in that moment is refused.',
	knobs,
	columns: { knob: 'Knob', value: 'Now', configured: 'In the config', standard: 'Default', explain: 'Explanation' },
	explain: 'Explain',
	explainOf: (label: string) => `Explain ${label}`,
	parts: { formula: 'Formula', unit: 'Unit', tradeOff: 'Trade-off' },
	share: 'share',
	unitRange: (unit: string, min: string, max: string) => `${unit}, ${min} to ${max}`,
	changed: 'changed',
	duration: (ms: number) => f.duration(ms),
	percent: (share: number) => `${f.number(Math.round(share * 1000) / 10)}\u00a0%`,
	edit: 'Change values',
	editing: (changes: number, wrong: number) =>
		wrong > 0
			? `${count(wrong, 'value is', 'values are')} not valid`
			: changes === 0
				? 'Nothing changed yet'
				: count(changes, 'change', 'changes'),
	discard: 'Discard',
	save: 'Save…',
	newValue: (label: string) => `New value of ${label}`,
	problems: {
		number: 'A number, such as 1200 or 0.5.',
		whole: 'A whole number.',
		range: (min: string, max: string) => `From ${min} to ${max}.`,
		domains: (max: number) => `At most as many as observers (${f.number(max)}): an observer is in one failure domain.`,
	},
	settleCost: (ms: number) =>
		`Deaths are proven ${f.number(1_200 - ms)} ms sooner than by default. The price: a living member that on losing ZooKeeper closes its listener and its connections, and needs longer than ${f.number(ms)} ms to reconnect, is taken for dead. With 150 ms that happened in 21 of 21 trials. Lower it only if you know that your members do not do that.`,
	maintenance: 'Maintenance',
	maintenanceNote: 'Automatic recovery and takeovers leave these alone. People are not held up.',
	noMaintenance: 'Nothing is under maintenance.',
	maintenanceColumns: { target: 'Left alone', why: 'Why', until: 'Until', end: 'End' },
	targets: {
		member: 'Member',
		group: (group: string) => (group === '' ? 'Members without a group' : `Group ${group}`),
		cluster: 'The whole cluster',
	},
	by: (who: string) => `by ${who}`,
	endsIn: (ms: number) => `in ${f.duration(ms)}`,
	ending: 'ending now',
	end: 'End',
	endOf: (target: string) => `End the maintenance of ${target}`,
	begin: 'Begin maintenance…',
	history: 'Automatic decisions',
	historyNote: 'Newest first. What was refused is here too, with the guards that said no.',
	historyAll: 'All of them in the audit log',
	historyEmpty: 'Automatic recovery has decided nothing yet.',
	historyEmptyOff: 'Automatic recovery has decided nothing yet. It is off.',
	historyFailed: 'The audit log does not answer. It is asked again every few seconds.',
	historyColumns: { at: 'When', member: 'Member', outcome: 'Decision', entry: 'Audit' },
	entry: (sequence: string) => `Entry ${sequence}`,
	failover: 'Failover times',
	failoverNote: 'From the purge to the registration of the replacement, whoever purged.',
	failoverEmpty: 'No purged member has been replaced yet. The times appear here with the first one.',
	failoverSummary: (n: number) => `${count(n, 'replacement', 'replacements')}, of the latest 1,000 purges`,
	median: 'Median',
	p95: '95 % within',
	worst: 'Slowest',
	sessionTimeout: 'ZooKeeper alone',
	sessionTimeoutNote: (ms: number) => `session time-out ${f.duration(ms)}`,
	histogram: (n: number, median: number, p95: number, worst: number, timeout: number | null) =>
		`${count(n, 'failover', 'failovers')}: median ${f.duration(median)}, 95 % within ${f.duration(p95)}, the slowest ${f.duration(worst)}.${timeout === null ? '' : ` ZooKeeper alone would have waited ${f.duration(timeout)}.`}`,
	bar: (n: number, fromMs: number, toMs: number) => `${f.number(n)} from ${f.duration(fromMs)} to ${f.duration(toMs)}`,
	score: 'Scorecard',
	scoreNote: 'Of the latest 1,000 purges, by anybody.',
	purged: 'Purged',
	purgedAutomatic: (n: number) => `${f.number(n)} of them automatically`,
	replaced: 'Replaced',
	replacedOf: (share: number) => `${f.number(Math.round(share * 100))}\u00a0% of those purged`,
	ghosts: 'Ghosts',
	ghostsNone: 'No purged member came back by itself.',
	ghostsSome: 'Members that came back by themselves: they were alive when they were purged. Look at each.',
	scoreEmpty: 'Nobody has been purged yet.',
	inAudit: 'in the audit log',
	dialog: {
		reason: 'Reason, for the audit log',
		reasonHint: 'Network works, CHG-1182',
		reasonMissing: 'Give a reason.',
		cancel: 'Cancel',
		sending: 'Being written',
		recorded: 'Recorded under your name.',
		refused: (detail: string) => `Not changed: ${detail}`,
		unknown: (detail: string) =>
			`No answer came (${detail}). Whether it changed shows on this page in a moment; look before you try again.`,
		kill: {
			title: 'Pull the kill switch',
			text: 'No console and no agent of this cluster purges anybody by itself any more, and no member takes over its predecessor’s place. A purge on its way in this moment is refused. People can still purge. An administrator releases it.',
			go: 'Pull the kill switch',
		},
		release: {
			title: 'Release the kill switch',
			text: 'What was switched on before acts again at once: members that are proven dead by then are purged without being asked.',
			textOff: 'Automatic recovery stays off. Takeovers at start-up work again.',
			go: 'Release the kill switch',
		},
		enable: {
			title: (name: string) => `Switch automatic recovery on for ${name}`,
			text: 'Members that are proven dead are purged without being asked, under all guards. That saves the session time-out; a fault of the proof costs a living member its registration. Best after drills have shown that your members are proven rightly.',
			go: 'Switch on',
		},
		disable: {
			title: (name: string) => `Switch automatic recovery off for ${name}`,
			text: 'Deaths are still proven and shown. A person purges, or ZooKeeper’s session time-out does.',
			go: 'Switch off',
		},
		knobs: {
			title: (n: number) => `Change ${count(n, 'value', 'values')} of the policy`,
			text: 'Holds for every console and agent at once. A purge on its way in this moment is refused.',
			go: 'Save',
			change: (from: string, to: string) => `${from} → ${to}`,
			back: 'as in the config',
		},
		begin: {
			title: 'Begin maintenance',
			text: 'Automatic recovery and takeovers leave it alone until then. People can still purge.',
			target: 'What is left alone',
			kinds: { member: 'One member', group: 'A group', cluster: 'The whole cluster' },
			member: 'Member',
			memberHint: 'Id or path',
			memberMissing: 'Choose a member.',
			memberAmbiguous: (n: number) => `${members(n)} have this id: choose the path.`,
			memberUnknown: 'A member’s id as registered now, or a path.',
			memberAbsent: 'Not registered just now; it holds when it comes.',
			group: 'Group',
			noGroup: 'without a group',
			until: 'Until',
			inMinutes: (n: number) => `${f.number(n)} min`,
			inHours: (n: number) => `${f.number(n)} h`,
			date: 'A date',
			dateLabel: 'Until when',
			dateInvalid: 'A time within the next 30 days.',
			endsAt: (at: string) => `Ends ${at}.`,
			go: 'Begin',
		},
		end: {
			title: (target: string) => `End the maintenance of ${target}`,
			text: 'Automatic recovery minds it again at once: who is proven dead by then is purged without being asked, where it is switched on.',
			go: 'End it',
		},
	},
};
