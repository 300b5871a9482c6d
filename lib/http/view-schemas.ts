import { z } from 'zod';
import { SWEEP_GAP_CODES } from '@/lib/core/evidence';
import { UNREADABLE_CODES } from '@/lib/core/member';
import { VOTE_STANDINGS } from '@/lib/core/peers';
import { PROBLEM_STATUS, type ProblemCode } from '@/lib/core/problem';
import {
	type ClusterView,
	type EnsembleView,
	IMPAIRMENTS,
	type MemberDetail,
	type MemberRow,
	type MembersView,
	type MeView,
	type Problem,
} from '@/lib/core/view';
import { ms, nullableMs, owned, reasons, text, verdict } from './schema-atoms';

/** Schemas of what the API answers, for the OpenAPI document and the tests; the types are lib/core/view.ts. */

const counts = z.record(verdict, z.int());
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
		conflictsElsewhere: z.array(z.object({ cluster: text, path: text })),
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

const quantiles = z.object({
	rounds: z.int(),
	answered: z.int(),
	p50Ms: nullableMs,
	p95Ms: nullableMs,
	p99Ms: nullableMs,
	maxMs: nullableMs,
});

const healthCheck = z.object({
	endpoint: text,
	result: z.enum(['answered', 'wrong-status', 'timed-out', 'refused', 'failed']),
	status: z.int().nullable(),
	latencyMs: nullableMs,
	ageMs: ms,
	identity: z.enum(['own', 'other', 'none']),
	failuresInARow: z.int(),
	failingForMs: nullableMs,
	other: z.object({ sessionId: text, endpoint: text }).nullable(),
});

const sessionEvidence = z.object({
	progressAgeMs: nullableMs,
	remoteIp: text.nullable(),
	latencyMsAvg: nullableMs,
	orphan: z.object({ firstAgeMs: ms, lastAgeMs: ms, tickMs: ms, confirmed: z.boolean() }).nullable(),
});

const suspicion = z.object({
	observer: text,
	failureDomain: text,
	refused: z.array(text),
	timedOut: z.array(text),
	tripwireHeldMs: nullableMs,
	raisedAgeMs: ms,
	readAgeMs: ms,
	standing: z.enum(VOTE_STANDINGS),
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
			health: healthCheck.nullable(),
			session: sessionEvidence,
			exitReport: z.object({ reporter: text, detail: text, ageMs: ms }).nullable(),
			suspicions: z.array(suspicion),
			phi: z.object({ value: z.number().nullable(), threshold: z.number() }),
			vetoes: reasons,
			missing: reasons,
		}),
		transitions: z.array(z.object({ atMs: ms, from: verdict, to: verdict, reasons })),
		latency: z.array(
			z.object({ atMs: ms, rttMs: nullableMs, result: z.enum(['accepted', 'refused', 'timed-out', 'failed']) }),
		),
		latencyQuantiles: z.object({ recent: quantiles, life: quantiles }),
		probeTimeoutMs: ms,
		sessionTimeoutMs: nullableMs,
		owned: owned.nullable(),
		rawText: text,
		dataVersion: z.int(),
	})
	.meta({ id: 'MemberDetail' }) satisfies z.ZodType<MemberDetail>;

export const membersViewSchema = z
	.object({ members: z.array(memberRowSchema), counts, observedAtMs: nullableMs, nextCursor: text.nullable() })
	.meta({ id: 'Members' }) satisfies z.ZodType<MembersView>;

const server = z.object({
	server: text,
	serverId: z.int().nullable(),
	role: z.enum(['leader', 'follower', 'observer', 'standalone']).nullable(),
	answered: z.boolean(),
	source: z.enum(['admin', 'four-letter-words']).nullable(),
	problem: z.object({ code: text, detail: text }).nullable(),
});
const gaps = z.array(z.object({ code: z.enum(SWEEP_GAP_CODES), server: text.nullable(), detail: text }));

export const clusterViewSchema = z
	.object({
		id: text,
		name: text,
		counts,
		ensemble: z.object({
			following: z.boolean(),
			servers: z.array(server),
			leader: text.nullable(),
			sweepComplete: z.boolean(),
			gaps,
		}),
		automaticRecovery: z.boolean(),
		killSwitch: z.boolean(),
		latch: z.enum(['here', 'elsewhere', 'unknown']),
		impairments: z.array(z.object({ code: z.enum(IMPAIRMENTS), detail: text, sinceAtMs: ms })),
		registrations: z.array(z.object({ path: text, format: text, members: z.int() })),
		observedAtMs: nullableMs,
		ready: z.boolean(),
	})
	.meta({ id: 'Cluster' }) satisfies z.ZodType<ClusterView>;

export const clustersViewSchema = z.object({ clusters: z.array(clusterViewSchema) }).meta({ id: 'Clusters' });

export const ensembleViewSchema = z
	.object({
		following: z.boolean(),
		servers: z.array(
			server.extend({
				version: text.nullable(),
				uptimeMs: nullableMs,
				latencyMsAvg: nullableMs,
				connections: z.int().nullable(),
			}),
		),
		leader: text.nullable(),
		sweptAtMs: nullableMs,
		sweepComplete: z.boolean(),
		gaps,
		tripwires: z.object({ open: z.int(), max: z.int() }),
		observersMin: z.int(),
		observerDomainsMin: z.int(),
		reachability: z.object({
			observers: z.array(
				z.object({
					name: text,
					kind: z.enum(['console', 'agent']),
					failureDomain: text,
					self: z.boolean(),
					live: z.boolean().nullable(),
				}),
			),
			groups: z.array(z.object({ group: text, members: z.int() })),
			cells: z.array(
				z.array(
					z.object({
						watched: z.int(),
						suspected: z.int(),
						timedOut: z.int(),
						refused: z.int(),
						state: z.enum(['reachable', 'partly', 'unreachable', 'unknown']),
					}),
				),
			),
			observersLeftOut: z.int(),
			groupsLeftOut: z.int(),
		}),
	})
	.meta({ id: 'Ensemble' }) satisfies z.ZodType<EnsembleView>;

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
