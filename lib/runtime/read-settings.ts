import { z } from 'zod';
import {
	KNOB_BOUNDS,
	NO_SETTINGS,
	RUNTIME_KNOBS,
	type RuntimeKnob,
	SETTINGS_BOUNDS,
	type Settings,
} from '../core/settings';
import { parseJsonData } from './parse-json-data';

const text = z.string().min(1).max(SETTINGS_BOUNDS.textMax);
const change = { by: text, reason: text, atMs: z.int() };

const target = z.discriminatedUnion('kind', [
	z.strictObject({ kind: z.literal('member'), path: z.string().min(1).max(SETTINGS_BOUNDS.pathMax) }),
	z.strictObject({ kind: z.literal('group'), group: z.string().max(SETTINGS_BOUNDS.textMax) }),
	z.strictObject({ kind: z.literal('cluster') }),
]);

/** One knob within its bounds; messages say what is allowed. */
export function knobSchema(name: RuntimeKnob) {
	const { min, max, whole, unit } = KNOB_BOUNDS[name];
	const error = `a ${whole ? 'whole number' : 'number'} from ${min} to ${max}${unit === '' ? '' : ` ${unit}`}`;
	const base = z.number({ error }).min(min, { error }).max(max, { error });
	return whole ? base.refine(Number.isInteger, { error }) : base;
}

/** Any of the knobs that may be changed at run time. */
export const knobsSchema = z.strictObject(
	Object.fromEntries(RUNTIME_KNOBS.map((name) => [name, knobSchema(name).optional()])) as Record<
		RuntimeKnob,
		z.ZodOptional<z.ZodNumber>
	>,
);

const settingsSchema = z.strictObject({
	automaticRecovery: z.boolean().nullable().default(NO_SETTINGS.automaticRecovery),
	killSwitch: z.strictObject(change).nullable().default(null),
	registrations: z
		.record(z.string().max(SETTINGS_BOUNDS.pathMax), z.strictObject({ automaticRecovery: z.boolean() }))
		.refine((all) => Object.keys(all).length <= SETTINGS_BOUNDS.registrationsMax)
		.default({}),
	policy: knobsSchema.default({}),
	maintenance: z
		.array(z.strictObject({ ...change, id: text, target, untilMs: z.int() }))
		.max(SETTINGS_BOUNDS.maintenanceMax)
		.default([]),
	drills: z
		.strictObject({
			...change,
			everyMs: z.int().min(60_000),
			group: z.string().max(SETTINGS_BOUNDS.textMax).nullable(),
		})
		.nullable()
		.default(null),
});

/**
 * Parses the data of the znode settings/<cluster>. Empty data or `{}` is NO_SETTINGS. null when it is anything else than
 * toSettingsText wrote, within its bounds: what the operators want is then unknown, and unknown lets nothing through.
 */
export function readSettings(data: Uint8Array): Settings | null {
	if (data.byteLength === 0) {
		return NO_SETTINGS;
	}
	const parsed = settingsSchema.safeParse(parseJsonData(data, SETTINGS_BOUNDS.bytesMax));
	return parsed.success ? parsed.data : null;
}
