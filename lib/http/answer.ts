import { isDatabaseAway } from '@/lib/core/database-away';
import type { Identity, Role } from '@/lib/core/ports';
import type { ClusterHandle, Rollcall } from '@/lib/runtime/rollcall';
import { foreignOrigin } from './csrf';
import { ProblemError, problem } from './problem';
import { limitWrites } from './rate-limit';
import { recordRefusal } from './record-refusal';
import { reportError } from './report-error';
import { sourceAddressOf } from './source-address';
import { demandRole, requireRollcall } from './who-is-asking';

/** A request whose asker is known and may ask. */
export type Asked<P> = {
	readonly request: Request;
	readonly params: P;
	readonly rollcall: Rollcall;
	readonly identity: Identity;
};

type Rule = { readonly roles: readonly Role[]; readonly write?: boolean };

/**
 * What every signed-in route does around its own few lines: who is asking, may he, is a write his own page's and
 * within the limits; a problem becomes problem+json, a refused write an audit entry, anything else a 500 that tells
 * the log and not the client.
 */
export function answering<P>(rule: Rule, handle: (asked: Asked<P>) => Promise<Response>) {
	return async (request: Request, context: { params: Promise<P> }): Promise<Response> => {
		let running: Rollcall | null = null;
		let identity: Identity | null = null;
		const sourceAddress = sourceAddressOf(request.headers);
		const params = await context.params;
		try {
			running = requireRollcall();
			identity = await running.auth.identify(request.headers, sourceAddress);
			const asker = admit(request, identity, rule, sourceAddress);
			return await handle({ request, params, rollcall: running, identity: asker });
		} catch (error) {
			if (error instanceof ProblemError && rule.write === true && running !== null) {
				const cluster = clusterName(params);
				return answerRefusal(running, { request, identity, sourceAddress, cluster }, error);
			}
			return answerError(request, error);
		}
	};
}

/**
 * The same for what strangers may ask (signing in): writes from foreign pages are refused, since they would sign
 * somebody in as somebody else.
 */
export function answeringStrangers(
	handle: (asked: { request: Request; rollcall: Rollcall }) => Promise<Response>,
): (request: Request) => Promise<Response> {
	return async (request) => {
		try {
			const running = requireRollcall();
			const foreign = request.method === 'GET' ? null : foreignOrigin(request.headers, baseUrl());
			if (foreign !== null) {
				const sourceAddress = sourceAddressOf(request.headers);
				return await answerRefusal(running, { request, identity: null, sourceAddress, cluster: null }, foreign);
			}
			return await handle({ request, rollcall: running });
		} catch (error) {
			return answerError(request, error);
		}
	};
}

function answerError(request: Request, error: unknown): Response {
	if (error instanceof ProblemError) {
		return problem(error);
	}
	if (isDatabaseAway(error)) {
		return problem(
			new ProblemError(
				'database-unavailable',
				`The database does not answer (${error.message}). Evidence and verdicts go on; a purge that is done meanwhile is recorded from ZooKeeper when it is back.`,
			),
		);
	}
	reportError(`${request.method} ${new URL(request.url).pathname}`, error);
	return problem(new ProblemError('internal', 'The log of the console says more.'));
}

function admit(request: Request, identity: Identity | null, rule: Rule, sourceAddress: string | null): Identity {
	if (rule.write === true) {
		// Before the sign-in check: the bucket of strangers is their address.
		limitWrites(identity === null ? `address:${sourceAddress}` : `${identity.actor.kind}:${identity.actor.name}`);
	}
	if (identity === null) {
		throw new ProblemError('sign-in-needed', 'Sign in, or send an API token as Authorization: Bearer.');
	}
	if (rule.write === true && identity.viaCookie) {
		const foreign = foreignOrigin(request.headers, baseUrl());
		if (foreign !== null) {
			throw foreign;
		}
	}
	return demandRole(identity, rule.roles);
}

/** The refusal is recorded; where it cannot be, that is said too, and nothing was done either way. */
async function answerRefusal(
	running: Rollcall,
	asked: Parameters<typeof recordRefusal>[1],
	refusal: ProblemError,
): Promise<Response> {
	try {
		await recordRefusal(running, asked, refusal);
	} catch (error) {
		reportError('recording a refused request', error);
	}
	return problem(refusal);
}

/** The console's own address behind a proxy; read at each request, because route modules run at build time too. */
function baseUrl(): string | null {
	return process.env.ROLLCALL_BASE_URL ?? null;
}

function clusterName(params: unknown): string | null {
	const named = params as { cluster?: unknown } | null;
	return typeof named?.cluster === 'string' ? named.cluster : null;
}

export function requireCluster(asked: Asked<{ cluster: string }>): ClusterHandle {
	const cluster = asked.rollcall.clusters.get(asked.params.cluster);
	if (cluster === undefined) {
		const known = [...asked.rollcall.clusters.keys()].join(', ');
		throw new ProblemError('cluster-unknown', `Configured are: ${known}.`, { field: 'cluster' });
	}
	return cluster;
}
