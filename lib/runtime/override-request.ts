import type { OverrideApproval, PendingOverrideView } from '../core/override-view';
import type { Identity } from '../core/ports';
import {
	type CarriedRequest,
	isPerson,
	isSamePerson,
	OVERRIDE_BOUNDS,
	type PendingOverride,
} from '../core/second-person';

/** Why an approval does not count, for people, by the guard's code. */
export const FORBIDDEN: Readonly<Record<string, string>> = {
	'second-person-no-token': 'a person who signed in must approve, not an API token',
	'second-person-no-admin': 'both persons must be administrators',
	'second-person-same': 'whoever asked for it cannot approve it: another administrator must',
};

/** The purge that the second person asks for by approving: of this one incarnation, with both persons in its record. */
export function toRequest(override: PendingOverride, approval: OverrideApproval): CarriedRequest {
	const { path, czxid } = override;
	return {
		members: [{ path, czxid }],
		reason: approval.reason.trim(),
		confirm: approval.confirm,
		override: true,
		...(approval.approval && { approval: approval.approval }),
		approved: override,
	};
}

/** Asked before it is claimed: a slip of the fingers does not use it up. */
export function formallyWrong(request: CarriedRequest, id: string): 'reason-missing' | 'confirm-mismatch' | null {
	if (!request.reason) {
		return 'reason-missing';
	}
	return request.confirm === id ? null : 'confirm-mismatch';
}

export function isMine(override: PendingOverride, { actor }: Identity): boolean {
	return isPerson(actor) && isSamePerson(override.requester, actor);
}

export function toView(
	override: PendingOverride,
	stat: { readonly ctimeMs: number },
	identity: Identity,
): PendingOverrideView {
	const { id, path, czxid, memberId, requester, reason, requestedAtMs } = override;
	return {
		id,
		path,
		czxid,
		memberId,
		requester: requester.name,
		reason,
		requestedAtMs,
		expiresAtMs: stat.ctimeMs + OVERRIDE_BOUNDS.ageMsMax,
		mine: isMine(override, identity),
	};
}
