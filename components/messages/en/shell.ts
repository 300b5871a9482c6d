import { FORMATS } from '../format';

const f = FORMATS.en;

/** The frame around every page: navigation, freshness, preferences, and the states a page can be in. */
export const shell = {
	product: 'Rollcall',
	tagline: 'Who is really alive',
	skip: 'Skip to content',
	navigation: 'Main',
	clusters: 'Clusters',
	members: 'Members',
	suspects: 'Suspects',
	ensemble: 'Ensemble',
	recovery: 'Recovery',
	drills: 'Drills',
	audit: 'Audit',
	guide: 'Set-up',
	settings: 'Settings',
	chooseCluster: 'Choose a cluster',
	allClusters: 'All clusters',
	suspectsBadge: (count: number) => `${f.number(count)} not alive`,
	servers: (count: number, leader: string | null) =>
		`${count === 1 ? '1 server' : `${f.number(count)} servers`}${leader ? `, leader ${leader}` : ''}`,
	ensembleSilent: 'ZooKeeper does not answer',
	signOut: 'Sign out',
	signedInAs: (name: string, role: string) => `${name}, ${role}`,
	roles: { viewer: 'viewer', operator: 'operator', admin: 'administrator' },
	switchLanguage: '切换到中文',
	theme: 'Theme',
	themes: { system: 'As the system', light: 'Light', dark: 'Dark' },
	close: 'Close',
	copy: (what: string) => `Copy ${what}`,
	copied: 'Copied',
	copyFailed: 'Not copied: the browser did not allow it',
	retry: 'Try again',
	loading: 'Loading',
	live: 'Live',
	connecting: 'Connecting',
	stale: (ms: number) => `Last update ${f.ago(ms)}, reconnecting`,
	offline: (ms: number) => `This browser is offline, last update ${f.ago(ms)}`,
	staleExplained: 'What you see may have changed since. It is shown as it was, not as it is.',
	neverConnected: 'No data yet: the console is not answering. Trying again.',
	recoveryOff: 'Automatic recovery off',
	recoveryOn: 'Automatic recovery on',
	recoveryStopped: 'Stopped by the kill switch',
	recoveryHeldBack: 'Automatic recovery on, held back',
	ensembleDown: (sinceAtMs: number, seenAtMs: number | null) =>
		seenAtMs === null
			? `ZooKeeper has not answered since ${f.time(sinceAtMs)}. No membership has been read yet.`
			: `ZooKeeper has not answered since ${f.time(sinceAtMs)}; the membership you see is from ${f.time(seenAtMs)}.`,
	impairedSince: (ms: number) => `for ${f.duration(ms)}`,
	impairments: {
		'zookeeper-disconnected':
			'Rollcall has lost its ZooKeeper session. Nothing can be proven or purged until it is back.',
		'zookeeper-never-connected':
			'Rollcall has not reached ZooKeeper yet. Check the addresses in its config, and that the ensemble is up.',
		'sweeps-incomplete':
			'Not every ZooKeeper server could be seen, so no death can be proven. Enable the admin server or the four-letter words on each.',
		'loop-pauses': 'This console itself has been stalling. It does not count its own observations while that lasts.',
		'recovery-held-back': 'Automatic recovery is on, but holds back: members proven dead are waiting for a person.',
		'audit-unavailable': 'The audit log cannot be written. Nothing is purged until it can.',
		'audit-contradicted':
			'The audit log contradicts what ZooKeeper keeps of it: its database was changed, cut off or replaced.',
		'audit-heads-lost':
			'What ZooKeeper keeps of the audit log is gone, older than it was, or of another database. No more is written there until somebody explains it.',
		'outbox-stuck': 'Audit records are waiting in ZooKeeper to be copied into the database.',
		'tripwires-at-limit':
			'This console holds as many connections to members as its file descriptors allow. The members beyond are probed only, and their deaths take longer to prove: raise its limit of open files.',
		'observers-unheard': 'The other observers cannot be told or heard as they should.',
		'nobody-answers':
			'No address that was known to be good answers this console. It may be cut off itself, and proves nobody dead meanwhile.',
		'webhooks-undelivered':
			'A webhook is not told what it should be: whoever listens there knows nothing of this. See Settings, webhooks.',
		'observers-too-few':
			'Fewer observers watch than the policy demands, so no death can be proven by refusals. Start further consoles or agents, in other failure domains.',
	},
	notFoundTitle: 'There is nothing at this address',
	notFoundText: 'The link may be old, or the cluster is not in the config of this console.',
	toClusters: 'Go to the clusters',
	forbiddenTitle: 'Your role does not allow this',
	forbiddenText: 'You are signed in, but this page needs another role. An administrator can change yours.',
	offlineTitle: 'The console does not answer',
	offlineText: 'Its last answer failed. It is asked again every few seconds.',
	signedOutTitle: 'You have been signed out',
	signedOutText: 'Your sign-in has expired. Sign in again and you are back at this page.',
};
