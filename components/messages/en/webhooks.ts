import type { PauseCause, WebhookProblemCode } from '@/lib/core/webhook';
import { FORMATS } from '../format';

const f = FORMATS.en;

const problems: Record<WebhookProblemCode, string> = {
	'address-refused': 'Its name leads to a link-local address, where clouds keep credentials. Nothing is sent there.',
	'name-unresolved': 'The name of its host cannot be resolved.',
	'connection-refused': 'Nobody listens at its address and port.',
	'connection-failed': 'The connection failed or broke off.',
	'tls-failed': 'Its certificate or TLS was not accepted.',
	'timed-out': 'It did not answer in time.',
	redirected: 'It answered with a redirect, and redirects are not followed. Name where it leads to.',
	gone: 'It answered “410 Gone”: it wants no more deliveries.',
	'status-bad': 'It answered, but not with a status of 200 to 299.',
};

const causes: Record<PauseCause, string> = {
	person: 'by a person',
	gone: 'because its receiver answered 410 Gone',
	failing: 'because a day of attempts failed',
};

/** Webhooks on the page Settings, and their dialogs. */
export const webhooks = {
	title: 'Webhooks',
	note: 'Each tells a receiver what is recorded in the audit log, in its order and at least once, signed. Nothing waits for it.',
	none: 'Nobody is told. Add a webhook for a pager, a chat or another system.',
	add: 'Add a webhook…',
	actions: 'Change…',
	actionsOf: (host: string) => `Change the webhook to ${host}`,
	chooseText: 'Each asks for a reason first.',
	columns: {
		url: 'Address',
		told: 'What it is told',
		state: 'State',
		delivered: 'Last delivered',
		behind: 'Waiting',
		actions: 'Actions',
	},
	never: 'never',
	states: { delivering: 'delivering', retrying: 'trying again', paused: 'paused' },
	/** `since` is a duration. */
	retryingSince: (since: string, attempts: number) =>
		attempts === 1 ? `1 attempt failed, ${since} ago` : `${f.number(attempts)} attempts failed in the last ${since}`,
	pausedSince: (since: string, cause: PauseCause) => `${since} ago, ${causes[cause]}`,
	problems,
	behind: (entries: number, more: boolean) => (more ? `${f.number(entries)} or more` : f.number(entries)),
	everything: 'Everything',
	deaths: 'Deaths and purges',
	outcomesOnly: (outcomes: string) => `only ${outcomes}`,
	clustersOnly: (clusters: string) => `in ${clusters}`,
	more: (count: number) => `${f.number(count)} more`,
	change: {
		test: 'Test…',
		edit: 'Change the address or what it is told…',
		pause: 'Pause…',
		resume: 'Go on delivering…',
		secret: 'New secret…',
		remove: 'Remove…',
	},
	dialog: {
		url: 'Address',
		urlHint: 'https://hooks.example/rollcall',
		urlMissing: 'Give an address.',
		urlBad: 'Expected http:// or https://, with neither username and password nor a part behind “#”.',
		told: 'What it is told',
		choices: {
			deaths: {
				name: 'Deaths and purges',
				text: 'Who is proven dead or superseded, what was purged, by whom, and what went wrong with it.',
			},
			everything: { name: 'Everything', text: 'Every entry of the audit log, sign-ins and changes of verdict too.' },
			chosen: { name: 'What is chosen below', text: 'By action, and if you like by outcome.' },
		},
		actions: 'Actions',
		actionsMissing: 'Choose an action.',
		outcomes: 'Outcomes, with commas; empty for all',
		outcomesHint: 'dead, purged',
		clusters: 'Clusters; none chosen for all',
		add: {
			title: 'Add a webhook',
			text: 'It is told what is recorded from now on. Its secret, by which the receiver knows that it was us, is shown once.',
			go: 'Add the webhook',
		},
		edit: {
			title: (host: string) => `Change the webhook to ${host}`,
			text: 'What is recorded from now on is told as it stands then; a new address is tried at once.',
			go: 'Change the webhook',
			same: 'Nothing is changed yet.',
		},
		test: {
			title: (host: string) => `Test the webhook to ${host}`,
			text: 'A signed event of the type “webhook.test” is sent at once, also while it is paused.',
			go: 'Send a test',
			delivered: (status: number | null, ms: string) =>
				`Delivered: the receiver answered ${status ?? '–'} after ${ms}.`,
			failed: (ms: string) => `Not delivered, after ${ms}.`,
			again: 'Send another',
		},
		pause: {
			title: (host: string) => `Pause the webhook to ${host}`,
			text: 'Nothing more is sent until somebody lets it go on.',
			go: 'Pause it',
		},
		resume: {
			title: (host: string) => `Go on delivering to ${host}`,
			text: 'The next attempt is made at once.',
			go: 'Go on',
			missed: 'What was recorded meanwhile',
			deliver: { name: 'is delivered first', text: 'In its order, before anything newer.' },
			skip: { name: 'is left out', text: 'It is told what is recorded from now on. The audit log has the rest.' },
		},
		secret: {
			title: (host: string) => `New secret for ${host}`,
			text: 'It signs from the next delivery on. The receiver refuses deliveries until it has the new one; they are tried again.',
			go: 'Make a new secret',
		},
		remove: {
			title: (host: string) => `Remove the webhook to ${host}`,
			text: 'Nothing more is sent, and what waits for it is forgotten. This cannot be undone.',
			go: 'Remove it',
		},
	},
};
