import { type Facts, numberFact, textFact } from '@/components/purge/facts';
import type { GuardCode, GuardName, GuardResult } from '@/lib/core/guard';
import type { OutcomeReason, OwnedZnode, PurgeOutcomeKind } from '@/lib/core/purge-plan';
import { FORMATS } from '../format';
import { secondPersonCodes } from './overrides';

const f = FORMATS.en;
const members = (count: number) => (count === 1 ? '1 member' : `${f.number(count)} members`);
/** A sentence with one place that is set off (bold, monospace): what stands before it and after it. */
type Around = readonly [before: string, after: string];

const guardNames: Record<GuardName, string> = {
	verdict: 'Proof of death',
	'second-person': 'Second administrator',
	'evidence-age': 'Age of the evidence',
	'session-registrations': 'Registrations of its session',
	'blast-radius': 'Blast radius',
	latch: 'Purge latch',
	fence: 'Fence',
	'mass-failure': 'Mass failure',
	rate: 'Purge rate',
	flapping: 'Flapping',
	maintenance: 'Maintenance',
	'kill-switch': 'Kill switch',
	'recovery-enabled': 'Automatic recovery',
};

const guardResults: Record<GuardResult, string> = {
	pass: 'Passes',
	fail: 'Fails',
	unknown: 'Undecided',
	inactive: 'Not for this purge',
};

/** Those that pass are short, since they stand at the end of the line; the others say what to do. */
const guardCodes: Record<GuardCode, (facts: Facts) => string> = {
	proven: () => 'proven',
	'proven-by-override': () => 'replaced by your override',
	'proven-by-takeover': () => 'proven for the member that starts in its place',
	'takeover-not-proven': () => 'Its death is not proven for the member that starts in its place.',
	'proof-lapsed': () => 'Its proof is being renewed: the last looks came too far apart. This takes a second or two.',
	'not-proven': (facts) =>
		facts.verdict === 'left'
			? 'It is no longer registered as this incarnation: nothing is left to purge.'
			: 'Its death is not proven. Its page says what is missing.',
	'override-not-allowed': () => 'Only an administrator may override, and only for an unreachable member.',
	'override-veto': () => 'Something shows that it lives. An override replaces a proof, never a sign of life.',
	'override-session-not-gone': () =>
		'Two complete sweeps have to find its ZooKeeper session gone before an override counts.',
	...secondPersonCodes,
	fresh: (facts) => {
		const age = numberFact(facts, 'ageMs');
		return age === null ? 'fresh' : f.ago(age);
	},
	'stale-evidence': (facts) => {
		const age = numberFact(facts, 'ageMs');
		const max = numberFact(facts, 'allowedMs');
		if (age !== null && max !== null && age <= max) {
			return 'The latest look could not confirm the proof. Rollcall goes on looking.';
		}
		return `The evidence is ${age === null ? 'too old' : `${f.duration(age)} old`}${max === null ? '' : `, at most ${f.duration(max)} is allowed`}. Rollcall goes on looking.`;
	},
	'no-evidence': () => 'Nothing has been observed of this incarnation yet.',
	'only-registration': () => 'its only one',
	'all-registrations-proven': (facts) => {
		const count = numberFact(facts, 'count');
		return count === null ? 'all proven' : `all ${f.number(count)} proven`;
	},
	'other-registration-lives': (facts) =>
		`The same session also owns ${textFact(facts, 'path') ?? 'another registration'}, which is not proven dead.`,
	'other-registration-unprovable': (facts) =>
		`The same session also owns ${textFact(facts, 'path') ?? 'another registration'}, which cannot be probed: nobody can say whether it lives.`,
	'owned-znodes-unknown': () => 'What else its session owns could not be read from ZooKeeper.',
	'within-radius': (facts) => {
		const [used, allowed] = [numberFact(facts, 'used'), numberFact(facts, 'allowed')];
		return used === null || allowed === null ? 'within the limit' : `${f.number(used)} of ${f.number(allowed)} allowed`;
	},
	'radius-exceeded': (facts) => {
		const [used, allowed] = [numberFact(facts, 'used'), numberFact(facts, 'allowed')];
		const figures =
			used === null || allowed === null ? '' : `: ${f.number(used)} with this purge, ${f.number(allowed)} allowed`;
		return `Too many members purged and not yet replaced${figures}. Wait for replacements, or let an administrator approve it.`;
	},
	'radius-approved': (facts) => {
		const [used, allowed] = [numberFact(facts, 'used'), numberFact(facts, 'allowed')];
		return used === null || allowed === null ? 'approved' : `approved, ${f.number(used)} of ${f.number(allowed)}`;
	},
	'counters-unknown': () => 'The counters that all consoles share in ZooKeeper could not be read.',
	'latch-held': () => 'held by this console',
	'latch-elsewhere': () => 'Held by another console, to which this purge is handed.',
	'latch-not-held': (facts) => {
		const holder = textFact(facts, 'holder');
		return `Another console${holder === null ? '' : ` (${holder})`} is in charge of purging. This one removes nothing.`;
	},
	'latch-unknown': () => 'Rollcall cannot tell who is in charge of purging: its own ZooKeeper session is not well.',
	'fence-full': () => 'full',
	'fence-weak': () => 'Weak: not every folder above it could be guarded, for lack of permission.',
	'fence-unavailable': () => 'A registration in the same instant could not be noticed, so nothing is removed.',
	'automatic-only': () => 'Binds automatic recovery, not a person.',
	'group-stands': (facts) => {
		const [notAlive, count] = [numberFact(facts, 'notAlive'), numberFact(facts, 'members')];
		return notAlive === null || count === null ? 'no' : `${f.number(notAlive)} of ${f.number(count)} not alive`;
	},
	'mass-failure': (facts) => {
		const [notAlive, count] = [numberFact(facts, 'notAlive'), numberFact(facts, 'members')];
		const figures =
			notAlive === null || count === null ? '' : `: ${f.number(notAlive)} of ${f.number(count)} not alive`;
		return `So much of the group ${textFact(facts, 'group') ?? ''} failed at once${figures} that the cause is hardly the members. A person decides.`;
	},
	'within-rate': () => 'within the rate',
	'rate-exceeded': () => 'Automatic purges came too fast. The next one goes as soon as the rate allows it.',
	'not-flapping': () => 'no',
	flapping: (facts) => {
		const purges = numberFact(facts, 'purges');
		return `This path or address was purged ${purges === null ? 'often' : `${f.number(purges)} times`} within the window. A purge by a person acknowledges it.`;
	},
	'no-maintenance': () => 'none',
	maintenance: (facts) =>
		`Under maintenance${textFact(facts, 'by') === null ? '' : ` by ${textFact(facts, 'by')}`}: ${textFact(facts, 'reason') ?? ''}`,
	'kill-switch-off': () => 'off',
	'kill-switch-on': (facts) =>
		`Switched on${textFact(facts, 'by') === null ? '' : ` by ${textFact(facts, 'by')}`}: ${textFact(facts, 'reason') ?? ''}`,
	'recovery-on': () => 'on',
	'recovery-off': (facts) =>
		textFact(facts, 'where') === 'registration'
			? 'Automatic recovery is off for this registration.'
			: 'Automatic recovery is off for this cluster.',
	'settings-unknown': () => 'The cluster’s settings in ZooKeeper cannot be read. An administrator can write them anew.',
};

const outcomeKinds: Record<PurgeOutcomeKind, (id: string) => string> = {
	purged: (id) => `${id} is purged.`,
	refused: (id) => `${id} was not purged: refused.`,
	stale: (id) => `${id} was not purged: it is no longer the same.`,
	contended: (id) => `${id} was not purged: too much went on around it.`,
	partial: (id) => `${id} is purged, but not everything of its session.`,
	failed: (id) => `The purge of ${id} failed.`,
};

const outcomeReasons: Record<OutcomeReason, string> = {
	committed: 'The registration went, and its record was written, in one transaction.',
	guard: 'A guard said no, or could not be decided:',
	'second-person-needed': 'It waits for a second administrator, who has ten minutes to approve it.',
	'overrides-full': 'Too many overrides wait for a second administrator already. Approve or withdraw some of them.',
	'confirm-mismatch': 'What was typed to confirm did not match.',
	'reason-missing': 'No reason was given.',
	'incarnation-changed': 'It has registered again in the meantime. The new incarnation is untouched.',
	'data-changed': 'Its registration was written in the meantime, so somebody lives. Nothing was removed.',
	'member-unknown': 'No such registration is left.',
	'parent-busy': 'Others registered beside it during every attempt. Nothing was removed; it can be tried again.',
	'counters-busy': 'Other purges went on during every attempt. Nothing was removed; it can be tried again.',
	'latch-lost': 'This console was no longer in charge of purging. Nothing was removed.',
	'settings-changed': 'The settings of this cluster changed in the same moment. Nothing was removed; look again.',
	quota: 'A ZooKeeper quota does not leave room for the fence. Nothing was removed; raise the quota.',
	'no-permission': 'ZooKeeper denied Rollcall the permission. Nothing was removed; check the ACL.',
	'out-of-reach': 'Some znodes of the session lie where Rollcall may not or cannot remove them.',
	connection: 'The connection to ZooKeeper broke on the way.',
	'leader-slow': 'ZooKeeper’s leader answered too slowly to be sure of the moment. Nothing was removed.',
	'evidence-expired': 'The evidence had grown too old when the moment came. Nothing was removed.',
	'audit-unavailable': 'The audit log could not be written, and nothing is purged without a record.',
	'request-expired': 'It waited too long for the console in charge of purging. Nothing was removed; ask again.',
	'request-too-large':
		'Too much to be handed to the console in charge of purging. Nothing was removed; purge fewer members at a time.',
	internal: 'Rollcall made an error. Its log names it.',
};

const ownedKinds: Record<OwnedZnode['kind'], string> = {
	registration: 'registration',
	sequence: 'lock or latch',
	other: 'ephemeral',
	'out-of-reach': 'out of reach, stays',
};

/** The purge dialog: what would go, why it may, what it takes, and what became of it. */
export const purge = {
	title: (count: number, id: string) => `Purge ${count === 1 ? id : members(count)}`,
	lead: (count: number): string =>
		count === 1
			? 'Removes this one incarnation from ZooKeeper, so that its successor can take over now.'
			: 'Removes exactly these incarnations from ZooKeeper, so that their successors can take over now.',
	leftAlone: (count: number): Around => [
		count === 1 ? 'Left alone, ZooKeeper removes it in ' : 'Left alone, ZooKeeper removes them in ',
		'.',
	],
	leftAloneDue: 'ZooKeeper is about to remove it by itself.',
	leftAloneUnknown: (count: number): string =>
		count === 1
			? 'When ZooKeeper would remove it by itself is not known.'
			: 'When ZooKeeper would remove all of them by itself is not known.',
	failoverAlready: (id: string) => `${id} is registered already: a successor was there before the purge.`,
	stopped: 'The dry run has ended; close the dialog and open it again.',
	range: (firstMs: number, lastMs: number) => `${f.countdown(firstMs)} to ${f.countdown(lastMs)}`,
	goes: 'Goes, in one transaction',
	goesMany: 'What goes',
	ownedKinds,
	ownedMore: (count: number) => `and ${f.number(count)} more`,
	incarnation: (count: number): Around =>
		count === 1
			? ['Incarnation ', '. If it registers again before the transaction commits, nothing is removed.']
			: ['', ''],
	incarnationsNote: 'Each is removed only as this very incarnation. One that registers again in the meantime stays.',
	session: 'session',
	guards: 'Guards, checked again as it commits',
	guardNames,
	guardResults,
	guardCodes,
	guardOnly: (ids: readonly string[]) => `Concerns ${f.list(ids)}.`,
	guardOnlyMany: (ids: readonly string[], more: number) => `Concerns ${ids.join(', ')} and ${f.number(more)} more.`,
	inactive: (names: readonly string[]) =>
		`Bind automatic recovery, not a person: ${f.list(names.map((name) => name.toLowerCase()))}.`,
	checking: 'Checking the guards',
	checkedAgo: (ms: number) => `Checked ${f.ago(ms)}`,
	checkedOld: (ms: number) => `Last checked ${f.ago(ms)}, asking again. What stands here may have changed.`,
	planUnanswered: 'The console does not answer. It is asked again every second.',
	planRefused: (detail: string) => `The console refused the dry run: ${detail}`,
	announceReady: 'All active guards pass.',
	announceNotReady: (failing: number, unknown: number, names: readonly string[]) =>
		`${failing > 0 ? `${f.number(failing)} ${failing === 1 ? 'guard fails' : 'guards fail'}` : ''}${failing > 0 && unknown > 0 ? ', ' : ''}${unknown > 0 ? `${f.number(unknown)} ${unknown === 1 ? 'is' : 'are'} undecided` : ''}: ${f.list(names)}.`,
	announceUnanswered: 'The console does not answer.',
	reason: 'Reason, for the audit log',
	reasonHint: 'OOM-killed, INC-2231',
	confirm: (): Around => ['Type ', ' to confirm'],
	confirmMany: ' (their number)',
	override: 'Override the missing proof',
	overrideText: (names: string) =>
		`${names} does not answer, and from outside nobody can tell a dead host from a cut network. If it lives after all, it goes on working while a successor takes over its id, its locks and its work. The audit log records that you decided this without a proof. Signs of life still stop it.`,
	overrideAgree: 'I have made sure by other means that it is dead',
	approval: 'Go beyond the blast radius',
	approvalText: (excess: number) =>
		`With this purge, ${members(excess)} more than allowed at once would be purged and not yet replaced. The limit is there for the case that Rollcall itself sees wrongly: make sure that they are really down before you go beyond it.`,
	approvalLabel: (): Around => ['Type ', ', how many go beyond it, to approve'],
	goAsk: 'Ask a second administrator',
	waitsForSecond: 'A second administrator has to approve this before anything is purged.',
	waitingTitle: 'Waiting for a second administrator',
	waiting: (id: string) => `${id} is not purged yet.`,
	go: (count: number, id: string) => `Purge ${count === 1 ? id : members(count)}`,
	going: (count: number, id: string) => `Purging ${count === 1 ? id : members(count)}`,
	cancel: 'Cancel',
	done: 'Close',
	recorded: 'Recorded under your name, with the evidence.',
	blocked: {
		role: 'Viewers cannot purge. An operator can.',
		planMissing: 'Waiting for the guards.',
		planOld: 'Waiting for a fresh check of the guards.',
		gone: (ids: readonly string[]) =>
			`${f.list(ids)}: no longer registered as this incarnation. It has left, or registered again, and nothing is left to purge.`,
		guards: (failing: number, unknown: number) =>
			[
				failing > 0 ? `${f.number(failing)} ${failing === 1 ? 'guard fails' : 'guards fail'}` : '',
				unknown > 0 ? `${f.number(unknown)} undecided` : '',
			]
				.filter((part) => part !== '')
				.join(', ')
				.concat('. All active guards have to pass.'),
		reason: 'Give a reason.',
		confirm: (expected: string) => `Type ${expected} to confirm.`,
	},
	refusedBeforehand: (detail: string) => `Nothing was purged. The console refused the request: ${detail}`,
	resultTitle: (purged: number, of: number) =>
		of === 1 ? (purged === 1 ? 'Purged' : 'Not purged') : `${f.number(purged)} of ${f.number(of)} purged`,
	outcomeKinds,
	outcomeReasons,
	zxid: 'Transaction',
	auditEntry: (sequence: string) => `Audit entry ${sequence}`,
	auditSearch: 'Find it in the audit log',
	auditPending: 'Its record is in ZooKeeper and reaches the audit log within moments.',
	auditElsewhere:
		'The console that holds the latch carried it out. Its record has no number here yet; it is found by the member’s path.',
	outcomesMore: (next: number, rest: number) =>
		next === rest ? `Show the other ${f.number(rest)}` : `Show ${f.number(next)} of the other ${f.number(rest)}`,
	goesMore: (next: number, rest: number) =>
		next === rest ? `Show the other ${members(rest)}` : `Show ${f.number(next)} of the other ${members(rest)}`,
	leftBehind: 'Left behind:',
	unknownTitle: 'What happened is not known',
	unknownText:
		'The answer never came. The purge may have happened, or may still happen within seconds. Nothing is sent again by itself, and you should not send it again either before the audit log has told.',
	unknownDetail: (detail: string) => `What was seen: ${detail}`,
	lookAgain: 'Look at the audit log again',
	looking: 'Looking at the audit log',
	lookFailed: 'The audit log does not answer either.',
	lookNothing:
		'The audit log has no purge of this incarnation so far. A late one can still arrive; look again in a few seconds.',
	lookFound: 'The audit log says:',
	failover: 'Failover',
	failoverWaiting: 'since the purge; no replacement has registered yet',
	failoverDone: (id: string, ms: number) => `${id} is registered again, ${f.duration(ms)} after the purge.`,
	failoverIncarnation: 'New incarnation',
	failoverOver: (ms: number) =>
		`No replacement has registered within ${f.duration(ms)}. The place is free: whoever starts there registers at once.`,
	failoverCount: (replaced: number, purged: number) => `${f.number(replaced)} of ${f.number(purged)} registered again`,
	failoverTimes: (medianMs: number, slowestMs: number) =>
		`Half of them within ${f.duration(medianMs)} of the purge, the slowest after ${f.duration(slowestMs)}.`,
	zooKeeperAlone: (ms: number) => `ZooKeeper alone would have needed ${f.countdown(ms)} more.`,
	ghost: (id: string) =>
		`${id} has come back by itself: its session is connected, so it was alive when it was purged. It may go on working without being registered. Restart it, and find out how it came to look dead.`,
	ghosts: (count: number) =>
		`${members(count)} came back: alive when purged. They may go on working without being registered. Restart them, and find out how they came to look dead.`,
	ghostEntry: 'See the audit log',
	failoverBlind: 'The live view is interrupted; a replacement would not be seen.',
};
