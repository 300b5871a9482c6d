import { z } from 'zod';
import * as drills from './drill-schemas';
import * as purgeViews from './purge-view-schemas';
import * as recovery from './recovery-schemas';
import * as requests from './schemas';
import { takeoverRequestSchema, takeoverViewSchema } from './takeover-schemas';
import * as views from './view-schemas';

type Schema = z.core.JSONSchema.BaseSchema;
type Operation = {
	readonly method: 'get' | 'post' | 'put';
	readonly path: string;
	readonly summary: string;
	/** Empty: no sign-in. */
	readonly roles: readonly string[];
	readonly query?: z.ZodType;
	readonly body?: z.ZodType;
	/** A schema for JSON; a media type for anything else. */
	readonly answer: z.ZodType | string;
};

const READERS = ['viewer', 'operator', 'admin'];
const PURGERS = ['operator', 'admin'];
const REPORTERS = ['reporter', 'admin'];
const MEMBERS = ['member', 'admin'];

const OPERATIONS: readonly Operation[] = [
	{
		method: 'get',
		path: '/api/health',
		summary: 'Whether the console runs; 503 while it starts or stops',
		roles: [],
		answer: views.healthViewSchema,
	},
	{
		method: 'get',
		path: '/api/metrics',
		summary: 'Prometheus metrics; bearer token ROLLCALL_METRICS_TOKEN or a sign-in',
		roles: READERS,
		answer: 'text/plain',
	},
	{
		method: 'post',
		path: '/api/auth/sign-in/username',
		summary: 'Sign in; sets the session cookie',
		roles: [],
		body: requests.signInSchema,
		answer: views.meViewSchema,
	},
	{
		method: 'post',
		path: '/api/auth/sign-out',
		summary: 'Sign out',
		roles: [],
		answer: z.object({ signedOut: z.boolean() }),
	},
	{ method: 'get', path: '/api/me', summary: 'Who is asking', roles: READERS, answer: views.meViewSchema },
	{
		method: 'get',
		path: '/api/clusters',
		summary: 'All clusters with their counts',
		roles: READERS,
		answer: views.clustersViewSchema,
	},
	{
		method: 'get',
		path: '/api/clusters/{cluster}/members',
		summary: 'Members, filtered, page by page',
		roles: READERS,
		query: requests.membersQuerySchema,
		answer: views.membersViewSchema,
	},
	{
		method: 'get',
		path: '/api/clusters/{cluster}/member',
		summary: 'One member with its evidence',
		roles: READERS,
		query: requests.memberQuerySchema,
		answer: views.memberDetailSchema,
	},
	{
		method: 'get',
		path: '/api/clusters/{cluster}/ensemble',
		summary: 'What can and cannot be seen of the ensemble, and who reaches whom',
		roles: READERS,
		answer: views.ensembleViewSchema,
	},
	{
		method: 'get',
		path: '/api/clusters/{cluster}/events',
		summary: 'Server-sent events: snapshot, then change; resumes by Last-Event-ID',
		roles: READERS,
		query: requests.eventsQuerySchema,
		answer: 'text/event-stream',
	},
	{
		method: 'post',
		path: '/api/clusters/{cluster}/purges',
		summary: 'Plan (dryRun) or carry out a purge of exact incarnations',
		roles: PURGERS,
		body: requests.purgeRequestSchema,
		answer: z.union([purgeViews.outcomesViewSchema, purgeViews.planViewSchema]),
	},
	{
		method: 'post',
		path: '/api/clusters/{cluster}/exit-reports',
		summary: "Report that an incarnation's process or host is gone: one part of a proof",
		roles: REPORTERS,
		body: requests.exitReportSchema,
		answer: purgeViews.exitReportViewSchema,
	},
	{
		method: 'post',
		path: '/api/clusters/{cluster}/takeovers',
		summary: "A member that starts clears its own place of its predecessor; sent from the member's own host",
		roles: MEMBERS,
		body: takeoverRequestSchema,
		answer: takeoverViewSchema,
	},
	{
		method: 'get',
		path: '/api/clusters/{cluster}/recovery',
		summary: 'Automatic recovery: switches, knobs, maintenance, what it holds back, what came of the purges',
		roles: READERS,
		answer: recovery.recoveryViewSchema,
	},
	{
		method: 'put',
		path: '/api/clusters/{cluster}/recovery',
		summary: 'Change switches and knobs for every console at once; an operator may only pull the kill switch',
		roles: PURGERS,
		body: recovery.recoveryChangeSchema,
		answer: recovery.recoveryViewSchema,
	},
	{
		method: 'put',
		path: '/api/clusters/{cluster}/maintenance',
		summary: 'Begin or end a maintenance, which automatic recovery and takeovers leave alone',
		roles: PURGERS,
		body: recovery.maintenanceChangeSchema,
		answer: recovery.recoveryViewSchema,
	},
	{
		method: 'get',
		path: '/api/clusters/{cluster}/drills',
		summary: 'Who allows drills, the one under way, reports and trend; with format, the reports as a file',
		roles: READERS,
		query: drills.drillsQuerySchema,
		answer: drills.drillsViewSchema,
	},
	{
		method: 'post',
		path: '/api/clusters/{cluster}/drills',
		summary: 'Kill a member that allows it, and measure what follows',
		roles: PURGERS,
		body: drills.drillRequestSchema,
		answer: drills.drillStartSchema,
	},
	{
		method: 'get',
		path: '/api/audit',
		summary: 'Audit entries, newest first',
		roles: READERS,
		query: requests.auditQuerySchema,
		answer: views.auditViewSchema,
	},
	{
		method: 'get',
		path: '/api/audit/export',
		summary: 'Audit entries as a file, oldest first',
		roles: READERS,
		query: requests.auditExportQuerySchema,
		answer: 'text/csv',
	},
	{
		method: 'get',
		path: '/api/audit/verify',
		summary: 'Walks the chain of hashes',
		roles: READERS,
		answer: views.auditVerifyViewSchema,
	},
];

let document: object | undefined;

/** The OpenAPI 3.1 document, made once from the schemas that parse the requests. */
export function openApiDocument(): object {
	document ??= createDocument();
	return document;
}

function createDocument(): object {
	const components: Record<string, Schema> = {};
	const paths: Record<string, Record<string, unknown>> = {};
	for (const operation of OPERATIONS) {
		const item = paths[operation.path] ?? {};
		item[operation.method] = toOperation(operation, components);
		paths[operation.path] = item;
	}
	return {
		openapi: '3.1.0',
		info: { title: 'Rollcall', version: '1', license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
		paths,
		components: {
			schemas: components,
			securitySchemes: {
				session: { type: 'apiKey', in: 'cookie', name: 'rollcall.session_token' },
				token: { type: 'http', scheme: 'bearer', bearerFormat: 'rc_…' },
			},
		},
	};
}

function toOperation(operation: Operation, components: Record<string, Schema>): object {
	const { summary, roles, body, answer } = operation;
	const content =
		typeof answer === 'string'
			? { [answer]: { schema: { type: 'string' } } }
			: { 'application/json': { schema: toSchema(answer, 'output', components) } };
	const problem = { 'application/problem+json': { schema: toSchema(views.problemSchema, 'output', components) } };
	const parameters = [...pathParameters(operation.path), ...queryParameters(operation.query, components)];
	return {
		summary,
		...(roles.length === 0
			? { security: [] }
			: { description: `Roles: ${roles.join(', ')}.`, security: [{ session: [] }, { token: [] }] }),
		...(parameters.length === 0 ? {} : { parameters }),
		...(body === undefined
			? {}
			: {
					requestBody: {
						required: true,
						content: { 'application/json': { schema: toSchema(body, 'input', components) } },
					},
				}),
		responses: { '200': { description: 'OK', content }, default: { description: 'A problem', content: problem } },
	};
}

function pathParameters(path: string): object[] {
	return path.includes('{cluster}')
		? [{ name: 'cluster', in: 'path', required: true, schema: { type: 'string' } }]
		: [];
}

function queryParameters(query: z.ZodType | undefined, components: Record<string, Schema>): object[] {
	const schema = query === undefined ? {} : toSchema(query, 'input', components);
	return Object.entries(schema.properties ?? {}).map(([name, property]) => ({
		name,
		in: 'query',
		required: schema.required?.includes(name) === true,
		schema: property,
	}));
}

/** Schemas with an id become components; what refers to them does so there. */
function toSchema(schema: z.ZodType, io: 'input' | 'output', components: Record<string, Schema>): Schema {
	const made = z.toJSONSchema(schema, {
		io,
		reused: 'inline',
		override({ jsonSchema }) {
			// Answers may gain fields; readers must not refuse what they do not know.
			if (io === 'output' && jsonSchema.additionalProperties === false) {
				delete jsonSchema.additionalProperties;
			}
		},
	}) as Schema;
	const { $defs, $schema: _, ...rest } = relocate(made) as Schema;
	for (const [id, definition] of Object.entries($defs ?? {})) {
		components[id] = withoutId(definition as Schema);
	}
	if (rest.id === undefined) {
		return rest;
	}
	const id = String(rest.id);
	components[id] = withoutId(rest);
	return { $ref: `#/components/schemas/${id}` };
}

function withoutId({ id: _, ...rest }: Schema): Schema {
	return rest;
}

/** '#/$defs/X' becomes '#/components/schemas/X', everywhere below. */
function relocate(value: unknown): unknown {
	if (Array.isArray(value)) {
		return value.map(relocate);
	}
	if (typeof value !== 'object' || value === null) {
		return value;
	}
	return Object.fromEntries(
		Object.entries(value).map(([key, inner]) => [
			key,
			key === '$ref' && typeof inner === 'string'
				? inner.replace(/^#\/\$defs\//, '#/components/schemas/')
				: relocate(inner),
		]),
	);
}
