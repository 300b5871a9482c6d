import { z } from 'zod';
import { DRILL_PURGES, type DrillOrder } from '../core/drill';
import { parseJsonData } from './parse-json-data';

/** What is read of such a znode; anybody may have written it. */
const BYTES_MAX = 32 * 1_024;
const PATH_MAX = 4_096;
/** Longer names than this are hard to bear for ZooKeeper's tools. */
const NAME_MAX = 1_000;
const TEXT_MAX = 2_000;

/** Where drills keep their znodes in an ensemble (docs/drills.md). */
export type DrillPaths = {
	/** Opt-ins: one ephemeral of the member's own session each, named after the registration's path. */
	readonly optIns: string;
	readonly runs: string;
	/** The drill under way; there is at most one a cluster. */
	readonly running: string;
	/** Ephemeral of the console that conducts the drill. */
	readonly runner: (drillId: string) => string;
};

export function drillPathsOf(rootPath: string, cluster: string): DrillPaths {
	const runs = `${rootPath}/drill-runs/${cluster}`;
	return {
		optIns: `${rootPath}/drills/${cluster}`,
		runs,
		running: `${runs}/running`,
		runner: (drillId) => `${runs}/runner-${drillId}`,
	};
}

/** The name of a member's opt-in; null where the path makes none (not well-formed, or too long). */
export function toOptInName(path: string): string | null {
	try {
		const name = encodeURIComponent(path);
		return name.length <= NAME_MAX ? name : null;
	} catch (error) {
		if (error instanceof URIError) {
			return null;
		}
		throw error;
	}
}

const drillId = z.uuid();
const path = z.string().startsWith('/').max(PATH_MAX);
const text = z.string().max(TEXT_MAX);

/** What a member is told to do, in its own opt-in. */
const commandSchema = z.object({ drillId, by: text, orderedAt: z.string().max(40) });

const optInSchema = z.object({
	path,
	/** Of the process: an order meant for another one is not obeyed. */
	startNonce: z.string().regex(/^[0-9a-zA-Z-]{8,64}$/),
	/** Somebody starts it again. */
	replaced: z.boolean(),
	order: commandSchema.optional(),
});

export type OptIn = z.infer<typeof optInSchema>;
export type DrillCommand = z.infer<typeof commandSchema>;

const orderSchema = z.object({
	drillId,
	path,
	czxid: z.string().regex(/^0x[0-9a-f]{1,16}$/),
	id: text,
	group: text,
	by: text,
	reason: text,
	scheduled: z.boolean(),
	purge: z.enum(DRILL_PURGES),
	orderedAtMs: z.int(),
	sessionTimeoutMs: z.number().positive().nullable(),
	replaced: z.boolean(),
}) satisfies z.ZodType<DrillOrder>;

/** null: no opt-in that anybody could rely on. */
export function parseOptIn(data: Uint8Array): OptIn | null {
	const parsed = optInSchema.safeParse(parseJsonData(data, BYTES_MAX));
	return parsed.success ? parsed.data : null;
}

export function toOptInData(optIn: OptIn): Buffer {
	return Buffer.from(JSON.stringify(optIn));
}

/** null: not what a console writes. */
export function parseDrillOrder(data: Uint8Array): DrillOrder | null {
	const parsed = orderSchema.safeParse(parseJsonData(data, BYTES_MAX));
	return parsed.success ? parsed.data : null;
}

export function toDrillOrderData(order: DrillOrder): Buffer {
	return Buffer.from(JSON.stringify(order));
}

export { orderSchema as drillOrderSchema };
