import type { MaintenanceTarget } from '@/lib/core/settings';

export type Registered = { readonly path: string; readonly id: string };

/** What was typed for a member: an id that one member has, or a path, registered just now or not. */
export type MemberChoice =
	| { readonly kind: 'missing' }
	| { readonly kind: 'found'; readonly path: string; readonly registered: boolean }
	| { readonly kind: 'ambiguous'; readonly count: number }
	| { readonly kind: 'unknown' };

const PATH_LENGTH_MAX = 4_096;
/** Offered while typing; more would only be scrolled. */
const OFFERED_MAX = 30;
/** One for all: 'gateway-9' before 'gateway-10', and ten thousand of them in a few milliseconds. */
const BY_NAME = new Intl.Collator('en', { numeric: true });

export function chooseMember(text: string, roll: Iterable<Registered>): MemberChoice {
	const typed = text.trim();
	if (typed === '') {
		return { kind: 'missing' };
	}
	const sameId: string[] = [];
	for (const member of roll) {
		if (member.path === typed) {
			return { kind: 'found', path: typed, registered: true };
		}
		if (member.id === typed) {
			sameId.push(member.path);
		}
	}
	const only = sameId.length === 1 ? sameId[0] : undefined;
	if (only !== undefined) {
		return { kind: 'found', path: only, registered: true };
	}
	if (sameId.length > 1) {
		return { kind: 'ambiguous', count: sameId.length };
	}
	const isPath = typed.startsWith('/') && typed.length > 1 && !typed.endsWith('/') && typed.length <= PATH_LENGTH_MAX;
	return isPath ? { kind: 'found', path: typed, registered: false } : { kind: 'unknown' };
}

/** Members whose id or path holds what was typed, those whose id begins with it first. */
export function offerMembers(text: string, roll: Iterable<Registered>): Registered[] {
	const typed = text.trim().toLowerCase();
	const first: Registered[] = [];
	const rest: Registered[] = [];
	for (const member of roll) {
		if (member.id.toLowerCase().startsWith(typed)) {
			first.push(member);
		} else if (member.path.toLowerCase().includes(typed)) {
			rest.push(member);
		}
	}
	const byId = (a: Registered, b: Registered) => BY_NAME.compare(a.id, b.id);
	return [...first.sort(byId), ...rest.sort(byId)].slice(0, OFFERED_MAX);
}

/** As the API takes it. */
export function toWireTarget(target: MaintenanceTarget): { path: string } | { group: string } | { cluster: true } {
	switch (target.kind) {
		case 'member':
			return { path: target.path };
		case 'group':
			return { group: target.group };
		case 'cluster':
			return { cluster: true };
	}
}

const UNTIL_MS_MAX = 30 * 86_400_000;

/** A date and time as <input type="datetime-local"> gives it, in the viewer's zone; null when it is not within 30 days. */
export function parseUntil(text: string, nowMs: number): number | null {
	const atMs = text === '' ? Number.NaN : new Date(text).getTime();
	return Number.isFinite(atMs) && atMs > nowMs && atMs <= nowMs + UNTIL_MS_MAX ? atMs : null;
}
