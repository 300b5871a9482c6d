import type { z } from 'zod';
import type { ServerConfig } from '../../core/config';
import { epochOf } from '../../core/ids';
import {
	configurationSchema,
	isRecord,
	leaderSchema,
	monitorSchema,
	observersSchema,
	parseDump,
	parseRole,
	parseRows,
	statsSchema,
	toNames,
	toObservers,
	votingViewSchema,
} from './admin-answer';
import type { HttpClient } from './http-command';
import { parseJsonWithIds } from './json-ids';
import { failure, type Result, type ServerReport, type ServerSource, type TimedText } from './server-source';

type Body = { readonly fields: Record<string, unknown>; readonly timed: TimedText };

/** Commands whose answers grow with the sessions; all others tell some facts. */
const LISTINGS: ReadonlySet<string> = new Set(['connections', 'dump']);
const FACTS_BYTES_MAX = 1024 * 1024;

/** Asks a server over its AdminServer, e.g. http://10.0.0.1:8080/commands. */
export function createAdminSource(admin: NonNullable<ServerConfig['admin']>, client: HttpClient): ServerSource {
	const base = admin.replace(/\/+$/, '');
	const command = async (name: string, signal: AbortSignal): Promise<Result<Body>> => {
		const answer = await client.get(`${base}/${name}`, signal, LISTINGS.has(name) ? undefined : FACTS_BYTES_MAX);
		return answer.ok ? toBody(answer.value) : answer;
	};
	return {
		kind: 'admin',
		dumpClock: 'elapsed',
		read: (signal) => readReport((name) => command(name, signal)),
		async dump(signal) {
			const body = await command('dump', signal);
			if (!body.ok) return body;
			const dump = parseDump(body.value.fields);
			return dump === null
				? failure('shape', 'dump: its maps cannot be read')
				: { ok: true, value: { ...dump, heardAtMs: body.value.timed.heardAtMs } };
		},
		async following(signal) {
			const monitor = take('monitor', monitorSchema, await command('monitor', signal));
			if (!monitor.ok) return monitor;
			const { synced_followers, synced_non_voting_followers } = monitor.value.data;
			const value = {
				syncedFollowers: synced_followers ?? null,
				nonVotingFollowers: synced_non_voting_followers ?? null,
			};
			return { ok: true, value };
		},
	};
}

/** An answer that says it failed ('This ZooKeeper instance is not currently serving requests') is none. */
function toBody(timed: TimedText): Result<Body> {
	let fields: unknown;
	try {
		fields = parseJsonWithIds(timed.text);
	} catch (error) {
		return failure('not-json', error instanceof Error ? error.message : String(error));
	}
	if (!isRecord(fields) || !('command' in fields)) return failure('shape', 'no answer of a ZooKeeper AdminServer');
	if (typeof fields.error === 'string') return failure('not-serving', fields.error);
	return { ok: true, value: { fields, timed } };
}

function take<T>(name: string, schema: z.ZodType<T>, body: Result<Body>): Result<{ data: T; timed: TimedText }> {
	if (!body.ok) return body;
	const parsed = schema.safeParse(body.value.fields);
	if (parsed.success) return { ok: true, value: { data: parsed.data, timed: body.value.timed } };
	const issue = parsed.error.issues[0];
	return failure('shape', `${name}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
}

/** All of it at once. Without a listing there is no report; whatever else is missing stays null, and `flaw` says why. */
async function readReport(command: (name: string) => Promise<Result<Body>>): Promise<Result<ServerReport>> {
	const names = ['connections', 'server_stats', 'configuration', 'observers', 'leader', 'voting_view'] as const;
	const none = failure('shape', 'not asked');
	const bodies = await Promise.all(names.map(command));
	const [
		listing = none,
		statsBody = none,
		configBody = none,
		observersBody = none,
		leaderBody = none,
		viewBody = none,
	] = bodies;
	if (!listing.ok) return listing;
	const rows = parseRows(listing.value.fields);
	if (rows === null) return failure('shape', 'connections: the listing cannot be read');
	const stats = take('server_stats', statsSchema, statsBody);
	const config = take('configuration', configurationSchema, configBody);
	const observers = take('observers', observersSchema, observersBody);
	const leader = take('leader', leaderSchema, leaderBody);
	const view = take('voting_view', votingViewSchema, viewBody);
	const server = stats.ok ? stats.value.data.server_stats : null;
	const standalone = server?.server_state === 'standalone';
	const { listed } = { listed: listing.value.timed };
	// A standalone server has neither a leader nor a voting view.
	const needed = standalone ? [stats, config] : [stats, config, observers, leader, view];
	const value: ServerReport = {
		answer: {
			serverId: config.ok ? config.value.data.server_id : null,
			role: server ? parseRole(server.server_state) : null,
			tlsSeen: rows.tlsSeen,
			uptimeMs: server?.uptime ?? null,
			epoch: server ? epochOf(server.last_processed_zxid) : null,
			leaderId: leader.ok ? leader.value.data.leader_id : null,
			observers: observers.ok ? toObservers(observers.value.data) : null,
			syncedFollowers: null,
			nonVotingFollowers: null,
			names: view.ok ? toNames(view.value.data) : null,
		},
		connections: rows.connections,
		listedAtMs: listed.heardAtMs,
		uptimeAskedAtMs: stats.ok ? stats.value.timed.askedAtMs : listed.askedAtMs,
		uptimeHeardAtMs: stats.ok ? stats.value.timed.heardAtMs : listed.heardAtMs,
		tickTimeMs: config.ok ? (config.value.data.tick_time ?? null) : null,
		latencyMsAvg: server?.avg_latency ?? null,
		version: stats.ok ? toVersion(stats.value.data.version ?? '') : null,
		flaw: needed.flatMap((one) => (one.ok ? [] : [one.failure]))[0] ?? null,
	};
	return { ok: true, value };
}

/** '3.8.0' of '3.8.0-${mvngit.commit.id}, built on …'. */
export function toVersion(text: string): string | null {
	return /^\s*(\d{1,5}(?:\.\d{1,5}){1,3})/.exec(text)?.[1] ?? null;
}
