import { z } from 'zod';
import { SWEEP_GAP_CODES } from '@/lib/core/evidence';
import { GUARDS, type GuardCode } from '@/lib/core/guard';
import { UNREADABLE_CODES } from '@/lib/core/member';
import { PROBLEM_STATUS, type ProblemCode } from '@/lib/core/problem';
import { type OutcomeReason, PURGE_OUTCOMES } from '@/lib/core/purge-plan';
import { REASON_CODES, VERDICTS } from '@/lib/core/reason';
import {
	type AuditVerifyView,
	type AuditView,
	type ClusterView,
	type ExitReportView,
	IMPAIRMENTS,
	type MemberDetail,
	type MemberRow,
	type MembersView,
	type MeView,
	type OutcomesView,
	type PlanView,
	type Problem,
} from '@/lib/core/view';

/** Schemas of what the API answers, for the OpenAPI document and the tests; the types are lib/core/view.ts. */

/** A closed union that exists as a type only. */
const code = <T extends string>(): z.ZodType<T> => z.string() as unknown as z.ZodType<T>;
const verdict = z.enum(VERDICTS);
const reasons = z.array(z.enum(REASON_CODES));
const text = z.string();
const ms = z.number();
const nullableMs = z.number().nullable();
const facts = z.record(z.string(), z.union([z.string(), z.number()]));
const counts = z.record(verdict, z.int());
const owned = z.array(z.object({ path: text, kind: z.enum(['registration', 'sequence', 'other', 'out-of-reach']) }));
const guards = z.array(
	z.object({
		guard: z.enum(GUARDS),
		result: z.enum(['pass', 'fail', 'unknown', 'inactive']),
		code: code<GuardCode>(),
		detail: text,
		facts,
	}),
);

export const memberRowSchema = z
	.object({
		path: text,
		id: text,
		group: text,
		host: text.nullable(),
		port: z.int().nullable(),
		addresses: z.array(z.object({ name: text, host: text, port: z.int() })),
		czxid: text,
		ephemeralOwner: text,
		verdict,
		reasons,
		sinceAtMs: ms,
		rttMs: nullableMs,
		recentRttMs: z.array(nullableMs),
		lastAnsweredAtMs: nullableMs,
		registeredAtMs: ms,
		session: z.object({
			state: z.enum(['connected', 'gone', 'orphaned', 'unknown']),
			server: text.nullable(),
			lastHeardMsAgo: nullableMs,
			expiresInMs: nullableMs,
		}),
		conflictsWith: z.array(text),
		unreadable: z.object({ code: z.enum(UNREADABLE_CODES), detail: text }).nullable(),
		selfReported: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
		provable: z.boolean(),
	})
	.meta({ id: 'MemberRow' }) satisfies z.ZodType<MemberRow>;

const evidenceCell = z.object({
	state: z.enum(['open', 'closed', 'silent', 'accepted', 'refused', 'timed-out', 'failed', 'none']),
	ageMs: nullableMs,
	rttMs: nullableMs,
});

export const memberDetailSchema = memberRowSchema
	.extend({
		evidence: z.object({
			rows: z.array(
				z.object({
					observer: text,
					endpoint: text,
					addressName: text,
					tripwire: evidenceCell,
					tripwireHeldMs: nullableMs,
					lastProbe: evidenceCell,
					refusalRounds: z.int(),
				}),
			),
			sweep: z.object({
				complete: z.boolean(),
				goneForMs: nullableMs,
				sweepsGone: z.int(),
				serversAnswered: z.int(),
				servers: z.int(),
				ageMs: nullableMs,
				gaps: z.array(z.enum(SWEEP_GAP_CODES)),
			}),
			vetoes: reasons,
			missing: reasons,
		}),
		transitions: z.array(z.object({ atMs: ms, from: verdict, to: verdict, reasons })),
		latency: z.array(
			z.object({ atMs: ms, rttMs: nullableMs, result: z.enum(['accepted', 'refused', 'timed-out', 'failed']) }),
		),
		sessionTimeoutMs: nullableMs,
		owned: owned.nullable(),
		rawText: text,
		dataVersion: z.int(),
	})
	.meta({ id: 'MemberDetail' }) satisfies z.ZodType<MemberDetail>;

export const membersViewSchema = z
	.object({ members: z.array(memberRowSchema), counts, observedAtMs: nullableMs, nextCursor: text.nullable() })
	.meta({ id: 'Members' }) satisfies z.ZodType<MembersView>;

export const clusterViewSchema = z
	.object({
		id: text,
		name: text,
		counts,
		ensemble: z.object({
			following: z.boolean(),
			servers: z.array(
				z.object({
					server: text,
					serverId: z.int().nullable(),
					role: z.enum(['leader', 'follower', 'observer', 'standalone']).nullable(),
					answered: z.boolean(),
					source: z.enum(['admin', 'four-letter-words']).nullable(),
					problem: z.object({ code: text, detail: text }).nullable(),
				}),
			),
			leader: text.nullable(),
			sweepComplete: z.boolean(),
			gaps: z.array(z.object({ code: z.enum(SWEEP_GAP_CODES), server: text.nullable(), detail: text })),
		}),
		automaticRecovery: z.boolean(),
		impairments: z.array(z.object({ code: z.enum(IMPAIRMENTS), detail: text, sinceAtMs: ms })),
		registrations: z.array(z.object({ path: text, format: text, members: z.int() })),
		observedAtMs: nullableMs,
		ready: z.boolean(),
	})
	.meta({ id: 'Cluster' }) satisfies z.ZodType<ClusterView>;

export const clustersViewSchema = z.object({ clusters: z.array(clusterViewSchema) }).meta({ id: 'Clusters' });

export const planViewSchema = z
	.object({
		plan: z.object({
			members: z.array(
				z.object({
					path: text,
					id: text,
					czxid: text,
					ephemeralOwner: text,
					verdict,
					reasons,
					owned,
					expiresInMs: nullableMs,
					guards,
				}),
			),
		}),
	})
	.meta({ id: 'PurgePlan' }) satisfies z.ZodType<PlanView>;

export const outcomesViewSchema = z
	.object({
		outcomes: z.array(
			z.object({
				path: text,
				id: text,
				czxid: text,
				outcome: z.enum(PURGE_OUTCOMES),
				reason: code<OutcomeReason>(),
				detail: text,
				guards,
				zxid: text.nullable(),
				auditId: text.nullable(),
				left: z.array(text),
			}),
		),
	})
	.meta({ id: 'PurgeOutcomes' }) satisfies z.ZodType<OutcomesView>;

const auditEntrySchema = z
	.object({
		id: text,
		key: text,
		at: text,
		actor: z.object({ kind: text, name: text, role: text.nullable(), sourceAddress: text.nullable() }),
		action: text,
		outcome: text,
		cluster: text.nullable(),
		member: text.nullable(),
		memberId: text.nullable(),
		czxid: text.nullable(),
		reason: text.nullable(),
		zxid: text.nullable(),
		detail: z.unknown(),
		hash: text,
		previousHash: text,
	})
	.meta({ id: 'AuditEntry' });

export const auditViewSchema = z
	.object({ entries: z.array(auditEntrySchema), nextCursor: text.nullable() })
	.meta({ id: 'Audit' }) satisfies z.ZodType<AuditView>;

export const exitReportViewSchema = z
	.object({
		path: text,
		czxid: text,
		result: z.enum(['accepted', 'stale', 'not-registered']),
		verdict: z.enum(VERDICTS).nullable(),
		auditId: text.nullable(),
	})
	.meta({ id: 'ExitReportAnswer' }) satisfies z.ZodType<ExitReportView>;

export const auditVerifyViewSchema = z
	.object({ ok: z.boolean(), entries: z.int(), head: text.nullable(), firstBroken: z.int().nullable() })
	.meta({ id: 'AuditVerify' }) satisfies z.ZodType<AuditVerifyView>;

export const meViewSchema = z
	.object({ username: text, role: z.enum(['viewer', 'operator', 'admin']) })
	.meta({ id: 'Me' }) satisfies z.ZodType<MeView>;

export const healthViewSchema = z
	.object({
		status: z.enum(['running', 'starting', 'stopping']),
		clusters: z.array(z.object({ id: text, following: z.boolean(), observedAtMs: nullableMs })),
	})
	.meta({ id: 'Health' });
export type HealthView = z.output<typeof healthViewSchema>;

const problemCodes = Object.keys(PROBLEM_STATUS) as [ProblemCode, ...ProblemCode[]];

export const problemSchema = z
	.object({
		type: text,
		title: text,
		status: z.int(),
		code: z.enum(problemCodes),
		detail: text,
		field: text.optional(),
	})
	.meta({ id: 'Problem' }) satisfies z.ZodType<Problem>;
