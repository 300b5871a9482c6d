import { randomUUID } from 'node:crypto';
import type { Json } from '@/lib/core/audit-entry';
import type { Identity } from '@/lib/core/ports';
import type { Rollcall } from '@/lib/runtime/rollcall';
import { edgeClock } from './clock';
import { ProblemError } from './problem';

/**
 * Records who takes what out, before the first byte leaves. Throws ProblemError `audit-unavailable` when it cannot be
 * recorded: then nothing leaves. Resolves to the sequence of the record.
 */
export async function recordExport(
	rollcall: Rollcall,
	identity: Identity,
	told: {
		readonly action: 'audit.export' | 'drill.export';
		readonly cluster: string | null;
		readonly detail: { readonly [key: string]: Json };
	},
): Promise<number> {
	const draft = {
		...told,
		key: randomUUID(),
		atMs: edgeClock.wallMs(),
		actor: identity.actor,
		outcome: 'ok',
		member: null,
		memberId: null,
		czxid: null,
		reason: null,
		zxid: null,
	};
	const { sequence } = await rollcall.audit.append(draft).catch((error: unknown) => {
		throw new ProblemError('audit-unavailable', `An export is recorded first, and cannot be: ${String(error)}`);
	});
	return sequence;
}

/** Whose an export is. */
export function ownerOf({ actor }: Identity): string {
	return `${actor.kind}:${actor.name}`;
}

/** The name of an exported file, without its ending: `what` and the time. */
export function exportName(what: string): string {
	return `rollcall-${what}-${new Date(edgeClock.wallMs()).toISOString().replace(/[:.]/g, '-')}`;
}
