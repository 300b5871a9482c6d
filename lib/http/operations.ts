import { z } from 'zod';
import { ACCOUNT_OPERATIONS } from './account-operations';
import * as archives from './archive-schemas';
import * as audit from './audit-view-schemas';
import * as drills from './drill-schemas';
import * as overrides from './override-schemas';
import * as purgeViews from './purge-view-schemas';
import * as recovery from './recovery-schemas';
import * as requests from './schemas';
import { takeoverRequestSchema, takeoverViewSchema } from './takeover-schemas';
import * as views from './view-schemas';
import { WEBHOOK_OPERATIONS } from './webhook-operations';

/** One route as the OpenAPI document describes it. */
export type Operation = {
	readonly method: 'get' | 'post' | 'put' | 'delete';
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

export const OPERATIONS: readonly Operation[] = [
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
	...ACCOUNT_OPERATIONS,
	...WEBHOOK_OPERATIONS,
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
		method: 'get',
		path: '/api/clusters/{cluster}/overrides',
		summary: 'Overrides that wait for a second administrator',
		roles: READERS,
		answer: overrides.overridesViewSchema,
	},
	{
		method: 'post',
		path: '/api/clusters/{cluster}/overrides/{id}',
		summary: 'Approve an override as the second administrator: the purge runs under all guards anew',
		roles: ['admin'],
		body: overrides.overrideApprovalSchema,
		answer: purgeViews.outcomesViewSchema,
	},
	{
		method: 'delete',
		path: '/api/clusters/{cluster}/overrides/{id}',
		summary: 'Withdraw an override that waits: any administrator, or whoever asked for it',
		roles: PURGERS,
		answer: overrides.overrideWithdrawnSchema,
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
		answer: audit.auditViewSchema,
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
		path: '/api/audit/exports/{id}',
		summary: 'How far an export is that was begun with `track`',
		roles: READERS,
		answer: audit.exportViewSchema,
	},
	{
		method: 'get',
		path: '/api/audit/verify',
		summary: 'Walks the chain of hashes, and compares it with the heads kept in ZooKeeper',
		roles: READERS,
		answer: audit.auditVerifyViewSchema,
	},
	{
		method: 'get',
		path: '/api/audit/archives',
		summary: 'Archive files of the log: signed off, waiting to be signed off, and what is old enough for the next',
		roles: READERS,
		answer: archives.archivesViewSchema,
	},
	{
		method: 'post',
		path: '/api/audit/archives/sign-offs',
		summary: 'Sign an archive file off by its SHA-256: its entries leave the database',
		roles: ['admin'],
		body: archives.signOffRequestSchema,
		answer: archives.signOffViewSchema,
	},
];
