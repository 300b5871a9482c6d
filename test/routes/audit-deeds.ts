/** The registration that the deeds are about. */
export const PATH = '/services/one';
/** The reason that is given wherever one has to be. */
export const WHY = 'is it recorded?';
/** An id of the right shape that is nobody's. */
export const UNKNOWN = 'AAAAAAAAAAAAAAAAAAAAAA';
const NOBODY_LISTENS = 'http://127.0.0.1:1/';

export type Deed = {
	/** Whose token asks for it, or which person; null: it is asked for in its own way. */
	readonly by: 'admin' | 'operator' | 'member' | 'reporter' | 'grace' | 'linus' | null;
	/** What {name} or {id} is; an {id} that is not given is nobody's. */
	readonly target?: string;
	readonly body?: (czxid: string) => object;
	readonly query?: string;
	/** The entry that it leaves. */
	readonly action: string;
	readonly outcome: string;
};

/** By method and path of operations.ts. */
export const DEEDS: Readonly<Record<string, Deed>> = {
	'post /api/auth/sign-in/username': { by: null, action: 'operator.sign-in', outcome: 'ok' },
	'post /api/auth/sign-out': { by: null, action: 'operator.sign-out', outcome: 'ok' },
	'post /api/me/password': {
		by: 'linus',
		body: () => ({ current: 'linuslinus', password: 'linus-and-more' }),
		action: 'operator.change',
		outcome: 'ok',
	},
	'post /api/me/sign-out-everywhere': { by: 'grace', action: 'operator.sign-out', outcome: 'ok' },
	'post /api/users': {
		by: 'grace',
		body: () => ({ username: 'newcomer', role: 'viewer', reason: WHY }),
		action: 'operator.create',
		outcome: 'ok',
	},
	'put /api/users/{name}': {
		by: 'grace',
		target: 'adele',
		body: () => ({ role: 'viewer', reason: WHY }),
		action: 'operator.change',
		outcome: 'ok',
	},
	'delete /api/users/{name}': {
		by: 'grace',
		target: 'barbara',
		body: () => ({ reason: WHY }),
		action: 'operator.change',
		outcome: 'ok',
	},
	'post /api/users/{name}/password': {
		by: 'grace',
		target: 'edith',
		body: () => ({ reason: WHY }),
		action: 'operator.change',
		outcome: 'ok',
	},
	'post /api/tokens': {
		by: 'grace',
		body: () => ({ name: 'made-here', role: 'viewer', reason: WHY }),
		action: 'token.create',
		outcome: 'ok',
	},
	'delete /api/tokens/{name}': {
		by: 'grace',
		target: 'made-here',
		body: () => ({ reason: WHY }),
		action: 'token.revoke',
		outcome: 'ok',
	},
	'post /api/webhooks': {
		by: 'grace',
		body: () => ({ url: NOBODY_LISTENS, actions: ['drill.export'], reason: WHY }),
		action: 'webhook.create',
		outcome: 'ok',
	},
	'put /api/webhooks/{id}': {
		by: 'grace',
		target: 'changed',
		body: () => ({ paused: true, reason: WHY }),
		action: 'webhook.change',
		outcome: 'ok',
	},
	'delete /api/webhooks/{id}': {
		by: 'grace',
		target: 'removed',
		body: () => ({ reason: WHY }),
		action: 'webhook.remove',
		outcome: 'ok',
	},
	'post /api/webhooks/{id}/test': {
		by: 'grace',
		target: 'tested',
		body: () => ({ reason: WHY }),
		action: 'webhook.test',
		outcome: 'ok',
	},
	'post /api/webhooks/{id}/secret': {
		by: 'grace',
		target: 'tested',
		body: () => ({ reason: WHY }),
		action: 'webhook.secret',
		outcome: 'ok',
	},
	'post /api/clusters/{cluster}/purges': {
		by: 'operator',
		body: () => ({ members: [{ path: PATH, czxid: '0x1' }], reason: WHY, confirm: 'one' }),
		action: 'member.purge',
		outcome: 'stale',
	},
	'post /api/clusters/{cluster}/overrides/{id}': {
		by: 'admin',
		body: () => ({ reason: WHY, confirm: 'one' }),
		action: 'request.refused',
		outcome: 'refused',
	},
	'delete /api/clusters/{cluster}/overrides/{id}': { by: 'admin', action: 'request.refused', outcome: 'refused' },
	'post /api/clusters/{cluster}/exit-reports': {
		by: 'reporter',
		body: (czxid) => ({ path: PATH, czxid, reporter: 'the test' }),
		action: 'member.exit-report',
		outcome: 'accepted',
	},
	'post /api/clusters/{cluster}/takeovers': {
		by: 'member',
		body: () => ({ path: '/services/nobody', holdsAddress: true }),
		action: 'member.takeover',
		outcome: 'not-registered',
	},
	'put /api/clusters/{cluster}/recovery': {
		by: 'operator',
		body: () => ({ killSwitch: true, reason: WHY }),
		action: 'recovery.change',
		outcome: 'ok',
	},
	'put /api/clusters/{cluster}/maintenance': {
		by: 'operator',
		body: () => ({ target: { path: PATH }, until: Date.now() + 60_000, reason: WHY }),
		action: 'maintenance.begin',
		outcome: 'ok',
	},
	'post /api/clusters/{cluster}/drills': {
		by: 'operator',
		body: (czxid) => ({ path: PATH, czxid, reason: WHY, confirm: 'one' }),
		action: 'drill.start',
		outcome: 'refused',
	},
	'post /api/audit/archives/sign-offs': {
		by: 'admin',
		body: () => ({ sha256: 'a'.repeat(64), reason: WHY }),
		action: 'request.refused',
		outcome: 'refused',
	},
	'get /api/clusters/{cluster}/drills': {
		by: 'operator',
		query: '?format=csv',
		action: 'drill.export',
		outcome: 'ok',
	},
	'get /api/audit/export': { by: 'operator', query: '?format=ndjson', action: 'audit.export', outcome: 'ok' },
};
