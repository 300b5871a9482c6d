import { z } from 'zod';
import { DEFAULT_THRESHOLDS } from '@/lib/core/config';
import { DEFAULT_POLICY } from '@/lib/core/policy';
import { KNOB_BOUNDS, type RuntimeKnob } from '@/lib/core/settings';
import { POSTGRES_URL_ALLOWED, parsePostgresUrl } from '../database/postgres-url';
import { isJsonPointer } from '../registrations/json-pointer';
import { parseAdminUrl, parseConnectString, parseServer } from './connect-string';
import { isPathPattern, isRequestPath, isZnodePath } from './paths';

/** Every message here says what is allowed; the mapping to ConfigError adds the field and what was found. */

const CLUSTERS_MAX = 64;
const REGISTRATIONS_MAX = 64;
const SERVERS_MAX = 64;
const CLUSTER_ID_PATTERN = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?$/;
/** Upper case alone: a password put here by mistake is then hardly taken for a name, and never printed. */
const ENV_NAME_PATTERN = /^[A-Z][A-Z0-9_]{0,127}$/;

/** An object that knows its fields; zod reports the unknown ones apart (code unrecognized_keys). */
function object<T extends z.ZodRawShape>(shape: T) {
	return z.strictObject(shape, { error: `an object with ${Object.keys(shape).join(', ')}` });
}

function text(allowed: string, accept: (value: string) => boolean) {
	return z.string({ error: allowed }).refine(accept, { error: allowed });
}

/** Text that `parse` understands; it gives null for what it does not. */
function parsedText<T>(allowed: string, parse: (value: string) => T | null) {
	return z.string({ error: allowed }).transform((value, context): T => {
		const parsed = parse(value);
		if (parsed === null) {
			context.addIssue({ code: 'custom', message: allowed });
			return z.NEVER;
		}
		return parsed;
	});
}

function wholeNumber(min: number, max: number, unit: string) {
	const allowed = `a whole number from ${min} to ${max}${unit === '' ? '' : ` ${unit}`}`;
	return z.int({ error: allowed }).min(min, { error: allowed }).max(max, { error: allowed });
}

/** What the schema says, or `false`. A union would hide which field of an object is wrong. */
function orFalse<T extends z.ZodType>(schema: T) {
	return z.unknown().transform((value, context): z.output<T> | false => {
		const parsed = value === false ? null : schema.safeParse(value);
		if (parsed === null) {
			return false;
		}
		for (const { path, message, ...issue } of parsed.error?.issues ?? []) {
			// What makes an issue is its place, its message and, for unknown fields, their names (schema-problems.ts).
			if (issue.code === 'unrecognized_keys') {
				context.issues.push({ code: issue.code, keys: issue.keys, path, message, input: {} });
			} else {
				context.issues.push({ code: 'custom', path, message, input: value });
			}
		}
		return parsed.success ? parsed.data : z.NEVER;
	});
}

function number(min: number, max: number) {
	const allowed = `a number from ${min} to ${max}`;
	return z.number({ error: allowed }).min(min, { error: allowed }).max(max, { error: allowed });
}

function flag() {
	return z.boolean({ error: 'true or false' });
}

function bounded(lengthMax: number) {
	return text(`a text of 1 to ${lengthMax} characters`, (value) => value.trim() !== '' && value.length <= lengthMax);
}

const pointer = text("a JSON pointer (RFC 6901) such as '/endpoint/host'", isJsonPointer);

const tlsSchema = object({
	caFile: bounded(4_096),
	certFile: bounded(4_096).nullish(),
	keyFile: bounded(4_096).nullish(),
});

const zooKeeperSchema = object({
	connect: parsedText(
		"'host:port,host:port' with an optional '/chroot' at its end; names or IPv4 addresses, each server once",
		parseConnectString,
	),
	sessionTimeoutMs: wholeNumber(2_000, 120_000, 'ms').default(10_000),
	auth: object({
		scheme: z.literal('digest', { error: "'digest'" }),
		credentialsEnv: text('the name of an environment variable: upper-case letters, digits and _', (value) =>
			ENV_NAME_PATTERN.test(value),
		),
	}).nullish(),
	tls: tlsSchema.nullish(),
	servers: z
		.array(
			object({
				client: parsedText("'host:port' of a server's client port; a name or an IPv4 address", parseServer),
				admin: parsedText("'http://host:port/commands', without credentials", parseAdminUrl).nullish(),
			}),
			{ error: 'a list of {client, admin}' },
		)
		.max(SERVERS_MAX, { error: `at most ${SERVERS_MAX} servers` })
		.nullish(),
});

const settleMs = wholeNumber(150, 60_000, 'ms');

const healthSchema = object({
	path: text("an absolute path such as '/health', in printable ASCII, at most 1024 characters", isRequestPath),
	port: wholeNumber(1, 65_535, '').nullish(),
	pointer: pointer.nullish(),
	status: wholeNumber(100, 599, '').default(200),
});

const thresholdsSchema = object({
	phi: number(1, 20).default(DEFAULT_THRESHOLDS.phi),
	probeIntervalMs: wholeNumber(1_000, 60_000, 'ms').default(DEFAULT_THRESHOLDS.probeIntervalMs),
	probeTimeoutMs: wholeNumber(100, 10_000, 'ms').default(DEFAULT_THRESHOLDS.probeTimeoutMs),
});

const FORMATS = ['turms', 'curator', 'kafka', 'dubbo', 'solr', 'hbase', 'json', 'auto'] as const;

const registrationSchema = object({
	path: text("an absolute path such as '/services/*'; '*' stands for one whole segment", isPathPattern),
	format: z.enum(FORMATS, { error: `one of ${FORMATS.map((format) => `'${format}'`).join(', ')}` }),
	group: bounded(256).nullish(),
	fields: object({ host: pointer, port: pointer, id: pointer.optional(), group: pointer.optional() }).nullish(),
	settleMs: settleMs.nullish(),
	addressIsOwn: flag().nullish(),
	health: orFalse(healthSchema).nullish(),
	thresholds: thresholdsSchema.prefault({}),
	automaticRecovery: flag().default(true),
});

/** The bounds of settings.ts: a knob that may be changed at run time obeys the same ones there. */
function knob(name: RuntimeKnob) {
	const { min, max, whole, unit } = KNOB_BOUNDS[name];
	return (whole ? wholeNumber(min, max, unit) : number(min, max)).default(DEFAULT_POLICY[name]);
}

const policySchema = object({
	automaticRecovery: flag().default(DEFAULT_POLICY.automaticRecovery),
	observersMin: knob('observersMin'),
	observerDomainsMin: knob('observerDomainsMin'),
	settleMs: knob('settleMs'),
	addressIsOwn: flag().default(DEFAULT_POLICY.addressIsOwn),
	evidenceAgeMsMax: knob('evidenceAgeMsMax'),
	blastRadiusMin: knob('blastRadiusMin'),
	blastRadiusShare: knob('blastRadiusShare'),
	blastRadiusWindowMs: knob('blastRadiusWindowMs'),
	massFailureMin: knob('massFailureMin'),
	massFailureShare: knob('massFailureShare'),
	rateBurst: knob('rateBurst'),
	ratePerS: knob('ratePerS'),
	flappingPurgesMax: knob('flappingPurgesMax'),
	flappingWindowMs: knob('flappingWindowMs'),
	overrideSecondPerson: flag().default(DEFAULT_POLICY.overrideSecondPerson),
});

const clusterSchema = object({
	id: text("1 to 64 letters, digits, '.', '_' or '-', the first and last a letter or digit", (value) =>
		CLUSTER_ID_PATTERN.test(value),
	),
	name: bounded(100).nullish(),
	zookeeper: zooKeeperSchema,
	registrations: z
		.array(registrationSchema, { error: 'a list of {path, format, …}' })
		.min(1, { error: 'at least one registration: the parent path of the members and its format' })
		.max(REGISTRATIONS_MAX, { error: `at most ${REGISTRATIONS_MAX} registrations` }),
	policy: policySchema.prefault({}),
	failureDomain: bounded(64).default('default'),
});

export const configSchema = object({
	clusters: z
		.array(clusterSchema, { error: 'a list of clusters' })
		.min(1, { error: 'at least one cluster' })
		.max(CLUSTERS_MAX, { error: `at most ${CLUSTERS_MAX} clusters` }),
	database: text(
		`'sqlite:<file>' (not ':memory:', which would lose the audit log), or ${POSTGRES_URL_ALLOWED}`,
		(value) => (/^sqlite:(?!:memory:)\S/.test(value) && value.length <= 4_096) || parsePostgresUrl(value) !== null,
	).default('sqlite:data/rollcall.db'),
	audit: object({ retentionDays: wholeNumber(1, 36_500, 'days').nullish() }).prefault({}),
	rootPath: text(
		"an absolute path of Rollcall's own, such as '/rollcall', outside of /zookeeper and without '*'",
		(value) => isZnodePath(value) && !value.includes('*') && !/^\/zookeeper(\/|$)/.test(value),
	).default('/rollcall'),
});

/** The config file's content, checked field by field; to-config.ts checks what concerns several fields and the machine. */
export type ConfigFile = z.infer<typeof configSchema>;
export type ClusterFile = ConfigFile['clusters'][number];
