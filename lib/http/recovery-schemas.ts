import { z } from 'zod';
import { GUARDS, type GuardCode } from '@/lib/core/guard';
import type { MaintenanceChange, RecoveryChange, RecoveryView } from '@/lib/core/recovery-view';
import { RUNTIME_KNOBS, type RuntimeKnob } from '@/lib/core/settings';
import { knobSchema } from '@/lib/runtime/read-settings';
import { code, ms, nullableMs, text } from './schema-atoms';

/** Schemas of what is asked and answered about automatic recovery and maintenance; the types are lib/core/recovery-view.ts. */

/** Bytes of a change's body. */
export const SETTINGS_BYTES_MAX = 64 * 1_024;

const reason = z.string().trim().min(1).max(1_000).meta({ description: 'Why; it goes into the audit log.' });
const path = z.string().min(2).max(4_096);

const knobs = Object.fromEntries(
	RUNTIME_KNOBS.map((name) => [name, knobSchema(name).nullable().optional()]),
) as unknown as Record<RuntimeKnob, z.ZodOptional<z.ZodNullable<z.ZodNumber>>>;

export const recoveryChangeSchema = z
	.strictObject({
		enabled: z
			.boolean()
			.nullable()
			.optional()
			.meta({ description: 'Automatic recovery of the cluster; null: as the config says.' }),
		killSwitch: z
			.boolean()
			.optional()
			.meta({ description: 'True stops automatic recovery and takeovers of every console and agent at once.' }),
		registrations: z
			.record(path, z.boolean().nullable())
			.optional()
			.meta({ description: 'Automatic recovery by the registration’s path as configured; null: as the config says.' }),
		policy: z
			.strictObject(knobs)
			.optional()
			.meta({ description: 'Knobs of docs/policy.md; null: as the config says.' }),
		drills: z
			.strictObject({
				everyMs: z
					.int()
					.min(60_000)
					.max(30 * 86_400_000),
				group: z.string().max(256).nullable(),
			})
			.nullable()
			.optional()
			.meta({ description: 'A drill at regular times; null: none.' }),
		reason,
	})
	.meta({ id: 'RecoveryChange' }) satisfies z.ZodType<RecoveryChange>;

/** As the contract has it: `{path}`, `{group}` or `{cluster: true}`. */
const target = z.union(
	[
		z.strictObject({ path }).transform((given) => ({ kind: 'member' as const, path: given.path })),
		z
			.strictObject({ group: z.string().max(256) })
			.transform((given) => ({ kind: 'group' as const, group: given.group })),
		z.strictObject({ cluster: z.literal(true) }).transform(() => ({ kind: 'cluster' as const })),
	],
	{ error: 'expected {path}, {group} or {cluster: true}' },
);

const until = z
	.string()
	.max(40)
	.transform((given, context) => {
		const atMs = /^\d{1,15}$/.test(given) ? Number(given) : Date.parse(given);
		if (Number.isNaN(atMs)) {
			context.addIssue('expected 2026-01-31T12:00:00Z or milliseconds since the epoch');
			return z.NEVER;
		}
		return atMs;
	});

export const maintenanceChangeSchema = z
	.union(
		[
			z
				.strictObject({ target, until: z.union([until, z.int().min(0)]), reason })
				.transform(({ until: untilMs, ...rest }) => ({ ...rest, untilMs })),
			z.strictObject({ end: z.string().min(1).max(100), reason }),
		],
		{
			error:
				'expected {target, until, reason} with a target of {path}, {group} or {cluster: true}, or {end, reason} with the id of one to end',
		},
	)
	.meta({ id: 'MaintenanceChange' }) satisfies z.ZodType<MaintenanceChange>;

const change = { by: text, reason: text, atMs: ms };
const facts = z.record(z.string(), z.union([z.string(), z.number()]));

export const recoveryViewSchema = z
	.object({
		automaticRecovery: z.boolean(),
		configured: z.boolean(),
		settingsKnown: z.boolean(),
		killSwitch: z.object(change).nullable(),
		latch: z.object({ state: z.enum(['held', 'waiting', 'unknown']), holder: text.nullable() }),
		heldBack: z.array(z.object({ guard: z.enum(GUARDS), code: code<GuardCode>(), facts, members: z.int() })),
		registrations: z.array(
			z.object({ path: text, format: text, automaticRecovery: z.boolean(), configured: z.boolean() }),
		),
		knobs: z.array(
			z.object({
				name: z.enum(RUNTIME_KNOBS),
				value: z.number(),
				configured: z.number(),
				standard: z.number(),
				min: z.number(),
				max: z.number(),
				whole: z.boolean(),
				unit: text,
			}),
		),
		maintenance: z.array(
			z.object({
				...change,
				id: text,
				target: z.discriminatedUnion('kind', [
					z.object({ kind: z.literal('member'), path: text }),
					z.object({ kind: z.literal('group'), group: text }),
					z.object({ kind: z.literal('cluster') }),
				]),
				untilMs: ms,
			}),
		),
		blastRadius: z.object({ used: z.int(), allowed: z.int(), windowMs: ms }).nullable(),
		drills: z.object({ ...change, everyMs: ms, group: text.nullable() }).nullable(),
		outcomes: z.object({
			purged: z.int(),
			automatic: z.int(),
			replaced: z.int(),
			ghosts: z.int(),
			failovers: z.array(
				z.object({
					atMs: ms,
					member: text,
					memberId: text.nullable(),
					afterMs: ms,
					sessionTimeoutMs: nullableMs,
				}),
			),
		}),
	})
	.meta({ id: 'Recovery' }) satisfies z.ZodType<RecoveryView>;
