import type { Identity, Role } from '@/lib/core/ports';
import { type Rollcall, rollcall } from '@/lib/runtime/rollcall';
import { ProblemError } from './problem';
import { sourceAddressOf } from './source-address';

/** Who may read what people see. `reporter` and `member` are machines with routes of their own. */
export const READERS: readonly Role[] = ['viewer', 'operator', 'admin'];
/** Who may purge what is proven. */
export const PURGERS: readonly Role[] = ['operator', 'admin'];
/** Who changes accounts and tokens, and lets entries of the audit log go into their archive. */
export const ADMINS: readonly Role[] = ['admin'];
/** Who may say that a process is gone: it makes an unreachable member purgeable, so no operator may on his own. */
export const REPORTERS: readonly Role[] = ['reporter', 'admin'];
/** Who may take over a predecessor's place: members themselves, under a token. */
export const MEMBERS: readonly Role[] = ['member', 'admin'];

/** The running console; while it starts or stops, a problem. */
export function requireRollcall(): Rollcall {
	const running = rollcall();
	if (running === null || running.phase() === 'starting') {
		throw new ProblemError('starting', 'Try again in a moment.', { retryAfterSeconds: 1 });
	}
	if (running.phase() === 'stopping') {
		throw new ProblemError('stopping', 'Try another console, or this one once it is back.', { retryAfterSeconds: 5 });
	}
	return running;
}

/** The session cookie's or bearer token's owner; null for a stranger. */
export function whoIsAsking(request: Request): Promise<Identity | null> {
	return requireRollcall().auth.identify(request.headers, sourceAddressOf(request.headers));
}

export async function requireRole(request: Request, roles: readonly Role[]): Promise<Identity> {
	const identity = await whoIsAsking(request);
	if (identity === null) {
		throw new ProblemError('sign-in-needed', 'Sign in, or send an API token as Authorization: Bearer.');
	}
	return demandRole(identity, roles);
}

/** For what only some of those who may use a route may ask of it. */
export function demandRole(identity: Identity, roles: readonly Role[]): Identity {
	if (!roles.includes(identity.role)) {
		throw new ProblemError(
			'forbidden',
			`${identity.actor.name} has the role ${identity.role}; this needs ${roles.join(' or ')}.`,
		);
	}
	return identity;
}
