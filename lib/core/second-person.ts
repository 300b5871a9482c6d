import type { Actor } from './audit-entry';
import type { GuardCheck, GuardCode } from './guard';
import { toHex } from './ids';
import type { Incarnation } from './member';
import type { Role } from './ports';
import type { PurgeRequest } from './purge-view';

/** An override that an administrator asked for, which waits for a second one: what is kept of it in ZooKeeper. */
export type PendingOverride = {
	/** UUID. */
	readonly id: string;
	/** The incarnation, and no other one; `czxid` as 0x-hex, lower case. */
	readonly path: string;
	readonly czxid: string;
	readonly memberId: string;
	readonly requester: Actor;
	/** Of the requester, when it was asked for. */
	readonly role: Role;
	readonly reason: string;
	/** ms since the epoch by the requester's console, for display: its age is told by ZooKeeper's own stamps. */
	readonly requestedAtMs: number;
};

/** A purge request on its way inside Rollcall, with what no client can state. */
export type CarriedRequest = PurgeRequest & {
	/** The console that was asked demands a second person, whatever the policy says of the one that carries it out. */
	readonly secondPersonNeeded?: boolean | undefined;
	/** What whoever asks for this purge approves; it has been claimed, so that nobody else can. */
	readonly approved?: PendingOverride | undefined;
};

export const OVERRIDE_BOUNDS = {
	/** Pending at a time in one cluster. */
	pendingMax: 50,
	/** By ZooKeeper's clock, and by that of any console that has seen it for so long. */
	ageMsMax: 600_000,
	/** One that is this much younger than now is of a clock that was set back: nobody knows its age. */
	clockBackMsMax: 60_000,
	/** Of the znode's data. */
	bytesMax: 32 * 1024,
	pathMax: 4_096,
	textMax: 2_000,
} as const;

/** Neither provably young enough nor of any use. Both in ms since the epoch by the same clock. */
export function isExpired(createdAtMs: number, nowMs: number): boolean {
	const ageMs = nowMs - createdAtMs;
	return !(ageMs >= -OVERRIDE_BOUNDS.clockBackMsMax && ageMs <= OVERRIDE_BOUNDS.ageMsMax);
}

/** A person who signed in: what a token does is done by whoever holds it, which may be the other person. */
export function isPerson(actor: Pick<Actor, 'kind'>): boolean {
	return actor.kind === 'operator';
}

/** Accounts are told apart by their names, which no two accounts of a console share, whatever their case. */
export function isSamePerson(one: Pick<Actor, 'name'>, other: Pick<Actor, 'name'>): boolean {
	return toAccount(one.name) === toAccount(other.name);
}

function toAccount(name: string): string {
	return name.normalize('NFKC').trim().toLowerCase();
}

export type SecondPersonInput = {
	readonly incarnation: Pick<Incarnation, 'path' | 'czxid'>;
	/** Whoever asks for the purge: with an approval, the second person. Null: nobody who could be named. */
	readonly asker: Actor | null;
	readonly role: Role;
	readonly approved: PendingOverride | null;
};

/** Whether two different administrators stand behind the override of this very incarnation. Pure; what is missing fails. */
export function decideSecondPerson({ incarnation, asker, role, approved }: SecondPersonInput): GuardCheck {
	const check = (result: GuardCheck['result'], code: GuardCode): GuardCheck => ({
		guard: 'second-person',
		result,
		code,
		facts: { ...(approved && { requester: approved.requester.name }), ...(asker && { asker: asker.name }) },
	});
	if (asker === null || !isPerson(asker) || (approved !== null && !isPerson(approved.requester))) {
		return check('fail', 'second-person-no-token');
	}
	if (approved === null) {
		return check('fail', 'second-person-needed');
	}
	if (approved.path !== incarnation.path || approved.czxid !== toHex(incarnation.czxid)) {
		return check('fail', 'approval-of-another');
	}
	if (role !== 'admin' || approved.role !== 'admin') {
		return check('fail', 'second-person-no-admin');
	}
	return isSamePerson(approved.requester, asker)
		? check('fail', 'second-person-same')
		: check('pass', 'second-person-approved');
}
