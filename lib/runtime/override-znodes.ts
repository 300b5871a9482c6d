import { z } from 'zod';
import { AUDIT_BOUNDS, boundText } from '../core/audit-bounds';
import { ROLES } from '../core/ports';
import { OVERRIDE_BOUNDS, type PendingOverride } from '../core/second-person';
import { parseJsonData } from './parse-json-data';

const { bytesMax, pathMax, textMax } = OVERRIDE_BOUNDS;

/** What a pending override says, in its znode and in a request that is handed on; anybody may have written either. */
export const pendingOverrideSchema = z.strictObject({
	id: z.uuid(),
	path: z.string().min(2).max(pathMax).startsWith('/'),
	czxid: z.string().regex(/^0x[0-9a-f]{1,16}$/),
	memberId: z.string().max(AUDIT_BOUNDS.memberId),
	requester: z.strictObject({
		kind: z.enum(['operator', 'token', 'system']),
		name: z.string().min(1).max(AUDIT_BOUNDS.actorName),
		role: z.string().max(AUDIT_BOUNDS.actorRole).nullable(),
		sourceAddress: z.string().max(AUDIT_BOUNDS.sourceAddress).nullable(),
	}),
	role: z.enum(ROLES),
	reason: z.string().min(1).max(textMax),
	requestedAtMs: z.int().min(0),
}) satisfies z.ZodType<PendingOverride>;

const PREFIX = 'o-';

const NAME = /^o-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Nothing else belongs there. */
export function isOverrideName(name: string): boolean {
	return NAME.test(name);
}

export function toOverrideName(id: string): string {
	return `${PREFIX}${id}`;
}

/** null: no override could have this id, and nothing may be looked for under it. */
export function parseOverrideId(text: string): string | null {
	return z.uuid().safeParse(text).success ? text.toLowerCase() : null;
}

/** The override of a znode overrides/<cluster>/<name>; null: not what a console writes under that name. Total. */
export function parseOverride(name: string, data: Uint8Array): PendingOverride | null {
	const parsed = pendingOverrideSchema.safeParse(parseJsonData(data, bytesMax));
	return parsed.success && toOverrideName(parsed.data.id) === name ? parsed.data : null;
}

/** Within the bounds of its reader, or null where it cannot be (a path that long). */
export function encodeOverride(override: PendingOverride): Buffer | null {
	const bounded = {
		...override,
		memberId: boundText(override.memberId, AUDIT_BOUNDS.memberId),
		reason: boundText(override.reason, textMax),
	};
	const data = Buffer.from(JSON.stringify(bounded), 'utf8');
	return parseOverride(toOverrideName(override.id), data) === null ? null : data;
}
