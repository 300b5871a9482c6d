import type { ServerConfig } from '../../core/config';
import type { Clock } from '../../core/ports';
import type { ServerReading } from '../../core/sweep';
import { createAdminSource } from './admin-source';
import type { HttpClient } from './http-command';
import { toGapCode, toProblem } from './problem';
import { createServerClock, type ServerClock, type UptimeReading } from './server-clock';
import { type ServerReport, type ServerSource, splitHostPort } from './server-source';
import type { PortAddress, SilenceWatch } from './silence-watch';
import { createWordsSource } from './words-source';

/** One configured server and what is remembered of it from sweep to sweep. */
export type SweptServer = {
	readonly label: string;
	readonly source: ServerSource;
	/** Its client port and, when one is configured, its admin port. */
	readonly ports: readonly PortAddress[];
	/** The clock of `last_response_time`. */
	readonly elapsed: ServerClock;
	/** The clock of the dump's expiry table, which is the same where the AdminServer is asked. */
	readonly dumpClock: ServerClock;
	serverIdBefore: number | null;
};

/** What a sweeper remembers from sweep to sweep, beside what is remembered of each server. */
export type SweepMemory = {
	sweepNumber: number;
	/** Who led in the last sweep: its dump is asked for at once, in the hope that it still does. */
	leader: SweptServer | null;
	/** When that leader last told that nobody follows it unnamed. */
	strangersAtMs: number | null;
	closed: boolean;
	/** Of the sweep that runs; `close` aborts them. */
	readonly deadlines: Set<AbortController>;
};

/** What one sweep got from one server. */
export type ServerVisit = {
	readonly server: SweptServer;
	readonly report: ServerReport | null;
	readonly reading: ServerReading;
	readonly problem: ReturnType<typeof toProblem> | null;
};

export function createSweptServer(config: ServerConfig, client: HttpClient, clock: Clock): SweptServer {
	const source =
		config.admin === null ? createWordsSource(config.client, clock) : createAdminSource(config.admin, client);
	const elapsed = createServerClock();
	return {
		label: config.client,
		source,
		ports: [splitHostPort(config.client), adminPort(config.admin)].flatMap((port) => port ?? []),
		elapsed,
		dumpClock: source.dumpClock === 'elapsed' ? elapsed : createServerClock(),
		serverIdBefore: null,
	};
}

function adminPort(admin: string | null): PortAddress | null {
	if (admin === null || !URL.canParse(admin)) return null;
	const { hostname, port, protocol } = new URL(admin);
	const host = hostname.replace(/^\[|\]$/g, '');
	return { host, port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port) };
}

/** Reads one server; of one that does not answer, looks whether its ports refuse. Never rejects. */
export async function visitServer(server: SweptServer, watch: SilenceWatch, signal: AbortSignal): Promise<ServerVisit> {
	const { label, source, serverIdBefore } = server;
	const result = await source.read(signal);
	if (result.ok) {
		const { answer, flaw } = result.value;
		learnResponses(server, result.value);
		const failure = flaw && { code: toGapCode(flaw, false), detail: flaw.detail };
		return {
			server,
			report: result.value,
			reading: { server: label, answer, failure, refusedForMs: null, serverIdBefore },
			problem: flaw && toProblem(source.kind, flaw, false),
		};
	}
	const refusedForMs = await watch.look(label);
	const refuses = refusedForMs !== null;
	const { failure } = result;
	return {
		server,
		report: null,
		reading: {
			server: label,
			answer: null,
			failure: { code: toGapCode(failure, refuses), detail: failure.detail },
			refusedForMs,
			serverIdBefore,
		},
		problem: toProblem(source.kind, failure, refuses),
	};
}

export function uptimeOf(report: ServerReport): UptimeReading | null {
	const { uptimeMs } = report.answer;
	if (uptimeMs === null) return null;
	return { uptimeMs, askedAtMs: report.uptimeAskedAtMs, heardAtMs: report.uptimeHeardAtMs };
}

/** Each connection's last response had passed on the server's clock when the listing was read. */
function learnResponses(server: SweptServer, report: ServerReport): void {
	const uptime = uptimeOf(report);
	if (uptime === null) return;
	const latest = report.connections.reduce<number | null>(
		(max, { lastResponseMs }) => (lastResponseMs === null ? max : Math.max(max ?? lastResponseMs, lastResponseMs)),
		null,
	);
	if (latest !== null) server.elapsed.learn(latest, report.listedAtMs, uptime);
}
