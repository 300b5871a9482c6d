import { parseHexId, unsigned64 } from '../../core/ids';
import { parseRemoteIp } from './remote-address';
import type { ListedConnection } from './server-source';

/** ZooKeeper 3.8's answers to four-letter words. Paths hold no control characters, so lines can be trusted as lines. */

const CONS_ROW = /^ (\/\S{1,300}:\d{1,5})\[\d+\]\(([^()]{0,1000})\)$/;

/** ` /127.0.0.1:35258[1](queued=0,recved=2,sent=2,sid=0x1…,to=30000,lresp=1254855,avglat=11)` rows, then an empty line. */
export function parseCons(text: string): ListedConnection[] | null {
	if (!text.endsWith('\n\n')) return null;
	const connections: ListedConnection[] = [];
	for (const line of text.split('\n')) {
		if (line === '') continue;
		const [, address, fields] = CONS_ROW.exec(line) ?? [];
		if (address === undefined || fields === undefined) return null;
		const row = new Map(fields.split(',').map((field) => split(field, '=')));
		const packetsReceived = toNumber(row.get('recved'));
		const sessionId = row.has('sid') ? parseHexId(row.get('sid') ?? '') : 0n;
		if (packetsReceived === null || sessionId === null) return null;
		// Without a session: a connection shaking hands, or the one that asks.
		if (sessionId === 0n) continue;
		connections.push({
			sessionId: unsigned64(sessionId),
			remoteIp: parseRemoteIp(address),
			connectionKey: address.slice(1),
			packetsReceived,
			sessionTimeoutMs: toNumber(row.get('to')),
			lastResponseMs: toNumber(row.get('lresp')),
			latencyMsAvg: toNumber(row.get('avglat')),
		});
	}
	return connections;
}

/** `key=value` (conf), `zk_key<TAB>value` (mntr) or `Key: value` (srvr) lines. */
export function parseFields(text: string, separator: '=' | '\t' | ': '): ReadonlyMap<string, string> {
	return new Map(text.split('\n', 5_000).map((line) => split(line, separator)));
}

export function toNumber(text: string | undefined): number | null {
	return text !== undefined && /^\d{1,16}(\.\d{1,20})?$/.test(text.trim()) ? Number(text) : null;
}

/** True when `conf` says that there is no TLS port; a server that does not say may have one. */
export function hasNoTlsPort(conf: ReadonlyMap<string, string>): boolean {
	return conf.get('secureClientPort')?.trim() === '-1';
}

/**
 * The expiry table and the ephemerals of `dump`; null when it does not reach its last section. Expiry times are the
 * leader's wall clock in whole seconds, whose zone the text does not tell reliably: they are read as if it were UTC and can
 * be compared only with one another.
 */
export function parseWordDump(
	text: string,
): { buckets: Map<bigint, number>; ephemerals: Map<bigint, string[]> } | null {
	const buckets = new Map<bigint, number>();
	const ephemerals = new Map<bigint, string[]>();
	let section = '';
	let bucketMs: number | null = null;
	let paths: string[] | null = null;
	for (const line of text.split('\n')) {
		// Paths are indented, so that none can pose as a heading.
		if (/^\S.* dump:$/.test(line)) {
			section = line;
		} else if (section.startsWith('SessionTracker')) {
			const time = /^\d+ expire at (.{10,60}):$/.exec(line)?.[1];
			if (time !== undefined) bucketMs = parseJavaDate(time);
			const session = line.startsWith('\t') ? parseHexId(line.slice(1)) : null;
			if (session !== null && bucketMs !== null) buckets.set(unsigned64(session), bucketMs);
		} else if (section.startsWith('ephemeral')) {
			if (line.startsWith('\t')) paths?.push(line.slice(1));
			const owner = parseHexId(/^(0x[0-9a-f]+):$/.exec(line)?.[1] ?? '');
			if (owner === null) continue;
			paths = [];
			ephemerals.set(unsigned64(owner), paths);
		}
	}
	return section.startsWith('Connections') ? { buckets, ephemerals } : null;
}

/** 'Tue Nov 24 08:20:48 UTC 2026', its zone left out; null when it is none. */
function parseJavaDate(text: string): number | null {
	const match = /^\w{3} (\w{3} \d{2}) (\d{2}:\d{2}:\d{2}) .{1,20} (\d{4})$/.exec(text);
	const ms = match ? Date.parse(`${match[1]} ${match[3]} ${match[2]} UTC`) : Number.NaN;
	return Number.isFinite(ms) ? ms : null;
}

function split(line: string, separator: string): [string, string] {
	const at = line.indexOf(separator);
	return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + separator.length)];
}
