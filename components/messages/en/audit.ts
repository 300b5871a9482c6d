import type { AuditAction } from '@/lib/core/audit-entry';
import type { ExportState } from '@/lib/core/export-view';
import { FORMATS } from '../format';

const f = FORMATS.en;

const entriesText = (n: number) => `${f.number(n)} ${n === 1 ? 'entry' : 'entries'}`;

const actions: Record<AuditAction, string> = {
	'console.start': 'Console started',
	'console.stop': 'Console stopped',
	'operator.sign-in': 'Sign-in',
	'operator.sign-in-refused': 'Sign-in refused',
	'operator.sign-out': 'Sign-out',
	'request.refused': 'Request refused',
	'member.verdict': 'Verdict',
	'member.purge': 'Purge',
	'member.takeover': 'Takeover',
	'member.late-purge': 'Late purge',
	'member.ghost': 'Ghost',
	'member.replaced': 'Replaced',
	'member.exit-report': 'Exit report',
	'override.request': 'Override asked for',
	'override.approve': 'Override approved',
	'override.withdraw': 'Override withdrawn',
	'override.expire': 'Override expired',
	'recovery.change': 'Recovery changed',
	'maintenance.begin': 'Maintenance began',
	'maintenance.end': 'Maintenance ended',
	'drill.start': 'Drill ordered',
	'drill.finish': 'Drill ended',
	'drill.export': 'Drill reports exported',
	'audit.export': 'Audit export',
	'audit.heads-anew': 'Heads in ZooKeeper begun anew',
	'audit.archive': 'Archive file sealed',
	'audit.sign-off': 'Archive file signed off',
	'operator.create': 'Operator added',
	'operator.change': 'Operator changed',
	'token.create': 'Token issued',
	'token.revoke': 'Token revoked',
	'webhook.create': 'Webhook added',
	'webhook.change': 'Webhook changed',
	'webhook.remove': 'Webhook removed',
	'webhook.secret': 'New secret for a webhook',
	'webhook.test': 'Webhook tested',
	'webhook.pause': 'Webhook paused',
	'outbox.garbage': 'Unreadable record in the outbox',
};

/** By outcome as recorded; one that is not known here is shown as it is. */
const outcomes: Readonly<Record<string, string | undefined>> = {
	ok: 'done',
	refused: 'refused',
	purged: 'purged',
	stale: 'not purged, changed',
	contended: 'not purged, too busy',
	partial: 'purged in part',
	failed: 'failed',
	dead: 'dead',
	superseded: 'superseded',
	alive: 'alive',
	suspect: 'suspect',
	unreachable: 'unreachable',
	ordered: 'ordered',
	complete: 'complete',
	'not-replaced': 'not replaced',
	'not-purged': 'not purged',
	'not-dead': 'did not die',
	aborted: 'aborted',
	unresponsive: 'unresponsive',
	unknown: 'unknown',
	left: 'left',
	gone: 'receiver gone',
	failing: 'failed for a day',
};

/** The audit page: what was done, by whom, on what evidence. */
export const audit = {
	title: 'Audit',
	summary:
		'Everything that was decided, newest first. Entries are only ever added, each bears the hash of the one before.',
	actions,
	outcomes,
	actorKinds: { operator: 'operator', token: 'API token', system: 'console' } as Readonly<
		Record<string, string | undefined>
	>,
	columns: {
		at: 'When',
		actor: 'Who',
		action: 'What',
		outcome: 'Outcome',
		member: 'Member',
		reason: 'Reason',
		entry: 'Entry',
	},
	filters: 'Filters',
	moreFilters: 'More filters',
	search: 'Search',
	searchHint: 'Reason, member, evidence',
	cluster: 'Cluster',
	actor: 'Who',
	actorHint: 'Username or token',
	action: 'What',
	outcome: 'Outcome',
	member: 'Member’s path',
	memberHint: '/turms/members/…',
	from: 'From',
	to: 'Until',
	any: 'All',
	clear: 'Clear the filters',
	refresh: 'Refresh',
	filtering: 'Searching',
	ignored: (names: readonly string[]) => `Not understood and left out of the filter: ${names.join(', ')}.`,
	count: (count: number, more: boolean) =>
		more
			? `${f.number(count)} entries shown, there are older ones`
			: count === 1
				? '1 entry'
				: `${f.number(count)} entries`,
	older: 'Older entries',
	notYet: 'Nothing found so far',
	lookedTo: (sequence: string) =>
		`Looked through the log back to entry ${sequence}, as far as one look goes. There may be more before it.`,
	lookOn: 'Look further back',
	newest: 'Back to the newest',
	pages: 'Pages',
	empty: 'Nothing is recorded yet',
	emptyText: 'Sign-ins, purges, refusals and deaths appear here as they happen.',
	noMatch: 'No entry matches',
	noMatchText: 'Loosen a filter, or clear them all.',
	failed: 'The audit log cannot be read',
	failedText:
		'While that lasts, nothing is purged either: no purge goes without its record. The console’s log names the cause.',
	starting: 'The console is starting',
	startingText: 'The audit log can be read in a moment.',
	cursorInvalid: 'This place in the log does not exist',
	cursorInvalidText: 'The link may come from another console. Start from the newest entry.',
	searchTooLong: 'The search is too long',
	searchTooLongText: 'Use fewer or shorter words.',
	export: 'Export',
	exportAs: (format: string) => `Export what is filtered as ${format}`,
	exportProgress: 'Progress of the export',
	exportWaiting: 'The export begins',
	exporting: (entries: number, share: number) =>
		`${entriesText(entries)} written, ${f.percent(share)} of the way through the log`,
	exported: (state: ExportState, entries: number) => {
		const written = entriesText(entries);
		if (state === 'unknown') return 'What became of the export is not known here; the browser’s downloads say.';
		if (state === 'failed') return `The log could not be read to its end: the file holds ${written} and is not whole.`;
		if (state === 'cut-off') return `The download was broken off after ${written}: the file is not whole.`;
		return `${written} written, all that match.`;
	},
	chain: 'Chain',
	verify: 'Check the chain',
	verifying: 'Checking every entry',
	chainOk: (entries: number) => (entries === 1 ? '1 entry, unbroken' : `${f.number(entries)} entries, unbroken`),
	chainEmpty: 'No entries yet',
	chainBroken: (sequence: number) =>
		`Broken at entry ${f.number(sequence)}: it, or one before it, was changed after it was written. Keep the database as it is and compare it with an export or a backup.`,
	chainFailed: (detail: string) => `Not checked: ${detail}`,
	head: 'Head',
	headsNone: 'No head in ZooKeeper yet',
	headsAgree: (sequence: number) => `The head in ZooKeeper at entry ${f.number(sequence)} agrees, written`,
	headsContradict: (cluster: string, from: number, to: number) =>
		`ZooKeeper (${cluster}) contradicts the database: an entry from ${f.number(from)} to ${f.number(to)} was changed, or is missing. Keep the database as it is and compare it with an export or a backup.`,
	headsLost: (cluster: string, detail: string) => `Heads lost in ZooKeeper (${cluster}): ${detail}`,
	headsUnreachable: (clusters: readonly string[]) => `Not compared, out of reach: ${f.list(clusters)}`,
	archives: 'Archive files',
	archivedUpTo: (upTo: number) =>
		`Entries 1 to ${f.number(upTo)} are in archive files, and no more in this database. The chain goes on from them.`,
	archiveWaiting: (first: number, last: number, days: number) =>
		`Entries ${f.number(first)} to ${f.number(last)} are older than ${f.number(days)} days and wait to be archived: npm run audit -- archive`,
	archiveRange: (first: number, last: number) => `Entries ${f.number(first)} to ${f.number(last)}`,
	archiveSealed: (name: string) => `sealed by ${name},`,
	archiveSignedOff: (name: string) => `signed off by ${name},`,
	archiveUnsigned: 'not signed off: its entries are all here still',
	inArchive: (sequence: string) =>
		`Entry ${sequence} is in an archive file; the list at the end of this page names it.`,
	detail: (sequence: string) => `Entry ${sequence}`,
	closeDetail: 'Close the entry',
	notShown: (sequence: string) => `Entry ${sequence} is not among those shown. Clear the filters or go to older ones.`,
	source: 'Address',
	role: 'Role',
	path: 'Path',
	czxid: 'Incarnation',
	zxid: 'Transaction',
	key: 'Key',
	hash: 'Hash',
	previousHash: 'Hash before',
	guards: 'Guards at the time',
	evidence: 'Evidence at the time',
	evidenceNone: 'None was needed.',
	evidenceCut: (shown: number, of: number) =>
		`The first ${f.number(shown)} of ${f.number(of)} characters; an export has all of it.`,
	none: 'none',
};
