import fc from 'fast-check';
import { parse } from 'lossless-json';
import { describe, expect, it } from 'vitest';
import { parseDump, parseRows } from '@/lib/adapters/ensemble/admin-answer';
import { parseEnsembleNames } from '@/lib/adapters/ensemble/ensemble-config';
import { parseJsonWithIds } from '@/lib/adapters/ensemble/json-ids';
import { parseRemoteIp } from '@/lib/adapters/ensemble/remote-address';
import { createServerClock } from '@/lib/adapters/ensemble/server-clock';
import { hasNoTlsPort, parseCons, parseFields, parseWordDump } from '@/lib/adapters/ensemble/word-answer';

describe('JSON with 64-bit ids', () => {
	it('keeps every digit of an id, and leaves strings and fractions alone', () => {
		const text =
			'{"a" : 72057615854272512, "b":-7205761585427251,"c":0.4444444444444444,\n"d":"/x: 72057615854272512,","e":[216172851802996736]}';
		expect(parseJsonWithIds(text)).toEqual({
			a: '72057615854272512',
			b: '-7205761585427251',
			c: 0.4444444444444444,
			d: '/x: 72057615854272512,',
			e: ['216172851802996736'],
		});
	});

	it('reads whatever JSON there is as a lossless parser does', () => {
		const plain = (value: unknown): unknown => {
			if (typeof value === 'object' && value !== null && 'isLosslessNumber' in value) {
				const digits = String(value);
				return /^-?\d{16,}$/.test(digits) ? digits : Number(digits);
			}
			if (Array.isArray(value)) return value.map(plain);
			if (typeof value !== 'object' || value === null) return value;
			return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
		};
		const number = fc.oneof(
			fc.bigInt(-(2n ** 63n), 2n ** 64n).map(String),
			fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
		);
		const nasty = fc.stringMatching(/^[\\"\d,:.{}[\] e+-]{0,60}$/).map((text) => JSON.stringify(text));
		const scalar = fc.oneof(number, nasty, fc.constantFrom('true', 'null', '"1234567890123456"'));
		const { value: json } = fc.letrec<{ value: string }>((tie) => ({
			value: fc.oneof(
				{ depthSize: 'small', withCrossShrink: true },
				scalar,
				fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join(' , ')}]`),
				fc
					.array(fc.tuple(fc.uniqueArray(nasty, { minLength: 1, maxLength: 1 }), tie('value')), { maxLength: 1 })
					.map((members) => `{\n ${members.map(([[key], value]) => `${key} : ${value}`).join(',\n')}}`),
			),
		}));
		fc.assert(
			fc.property(json, (text) => {
				expect(parseJsonWithIds(text)).toEqual(plain(parse(text)));
			}),
			{ numRuns: 500 },
		);
	});

	it('takes time in proportion to the length, also for ids and keys on one long line', () => {
		const ids = Array.from({ length: 60_000 }, (_, i) => String(72057615854272512n + BigInt(i)));
		const text = `{"a":[${ids.join(',')}],"b":{${ids.map((id) => `"${id}":1`).join(',')}}}`;
		const startedAtMs = performance.now();
		const parsed = parseJsonWithIds(text);
		// Looking back to the beginning of the line for each id reads 70 GB.
		expect(performance.now() - startedAtMs).toBeLessThan(4_000);
		expect(parsed).toMatchObject({ a: { length: ids.length } });
	});

	it('throws on more lists than a listing of that length has, and not on names full of brackets', () => {
		const deep = `${'['.repeat(2_000_000)}${']'.repeat(2_000_000)}`;
		expect(() => parseJsonWithIds(deep)).toThrow(/lists and objects/);
		expect(() => parseJsonWithIds(`{"a":[${'{},'.repeat(100_000)}{}]}`)).toThrow(/lists and objects/);
		const named = { dump: Array.from({ length: 1_000 }, () => `/m/\\"${'[{'.repeat(100)}`) };
		expect(parseJsonWithIds(JSON.stringify(named))).toEqual(named);
	});

	it('throws on what is no JSON', () => {
		expect(() => parseJsonWithIds('{"session_id" : 72057615854272512')).toThrow(SyntaxError);
	});
});

describe('answers of an AdminServer', () => {
	const row = {
		session_id: '-4035225266123964416',
		packets_received: 3,
		remote_socket_address: '[0:0:0:0:0:0:0:1]:4444',
	};

	it('are read with unsigned ids, plain and TLS connections alike, and connections without a session left out', () => {
		const rows = parseRows({
			connections: [row, { packets_received: 0, remote_socket_address: '10.0.0.1:1' }],
			secure_connections: [{ ...row, session_id: 5 }],
		});
		expect(rows?.tlsSeen).toBe(true);
		expect(rows?.connections.map(({ sessionId, remoteIp }) => [sessionId, remoteIp])).toEqual([
			[0xc800_0000_0000_0000n, '::1'],
			[5n, '::1'],
		]);
	});

	it.each([
		[{ connections: [{ ...row, session_id: 1.5 }] }],
		[{ connections: [{ ...row, session_id: 2 ** 60 }] }],
		[{ connections: [{ ...row, session_id: '18446744073709551616' }] }],
		[{ connections: [{ ...row, session_id: '-9223372036854775809' }] }],
		[{ connections: [{ ...row, packets_received: 'many' }] }],
		[{ connections: [null] }],
		[{ connections: {} }],
		[{ connections: [], secure_connections: 'none' }],
		[{}],
	])('that cannot be read whole are not read at all: %j', (body) => {
		expect(parseRows(body)).toBeNull();
	});

	it.each([
		[{ expiry_time_to_session_ids: {} }],
		[{ expiry_time_to_session_ids: { soon: [1] }, session_id_to_ephemeral_paths: {} }],
		[{ expiry_time_to_session_ids: {}, session_id_to_ephemeral_paths: { 1: [2] } }],
		[{ expiry_time_to_session_ids: { 1000: ['x'] }, session_id_to_ephemeral_paths: {} }],
	])('nor a dump: %j', (body) => {
		expect(parseDump(body)).toBeNull();
	});
});

describe('answers to four-letter words', () => {
	const cons =
		' /127.0.0.1:35258[1](queued=0,recved=2,sent=2,sid=0xc800001039850003,lop=CREA,est=1795508443530,to=30000,lcxid=0x0,lzxid=0x100000010,lresp=1254855,llat=12,minlat=0,avglat=11,maxlat=12)\n /127.0.0.1:35280[0](queued=0,recved=1,sent=0)\n\n';

	it('cons gives sessions, and is refused when it breaks off', () => {
		expect(parseCons(cons)).toEqual([
			{
				sessionId: 0xc800_0010_3985_0003n,
				remoteIp: '127.0.0.1',
				connectionKey: '127.0.0.1:35258',
				packetsReceived: 2,
				sessionTimeoutMs: 30_000,
				lastResponseMs: 1_254_855,
				latencyMsAvg: 11,
			},
		]);
		for (let end = 0; end < cons.length; end += 1) expect(parseCons(cons.slice(0, end))).toBeNull();
	});

	it.each([
		['secureClientPort=-1', true],
		['secureClientPort=2281', false],
		['clientPort=2181', false],
	])('conf with %s: surely no TLS port is %s', (line, none) => {
		expect(hasNoTlsPort(parseFields(`${line}\nserverId=1\n`, '='))).toBe(none);
	});

	it('dump gives the expiry table and the ephemerals, and is refused when it breaks off', () => {
		const dump = `SessionTracker dump:
Session Sets (1)/(1):
1 expire at Tue Nov 24 08:20:46 UTC 2026:
	0x100001039850000
ephemeral nodes dump:
Sessions with Ephemerals (1):
0x100001039850000:
	/m: 1 dump:x
	/second
Connections dump:
Connections Sets (3)/(1):
1 expire at Tue Nov 24 08:20:58 UTC 2026:
	ip: /127.0.0.1:35322 sessionId: 0x0
`;
		const whole = parseWordDump(dump);
		expect(whole?.buckets).toEqual(new Map([[0x100001039850000n, Date.UTC(2026, 10, 24, 8, 20, 46)]]));
		expect(whole?.ephemerals).toEqual(new Map([[0x100001039850000n, ['/m: 1 dump:x', '/second']]]));
		expect(parseWordDump(dump.slice(0, dump.indexOf('Connections')))).toBeNull();
	});

	it('an ephemeral named like a section does not end its section', () => {
		const dump = 'ephemeral nodes dump:\n0x1:\n\t/Connections dump:\n\t/b\nConnections dump:\n';
		expect(parseWordDump(dump)?.ephemerals.get(1n)).toEqual(['/Connections dump:', '/b']);
	});
});

describe('the text of /zookeeper/config', () => {
	it('names each server by its quorum address', () => {
		const text =
			'server.1=zk1:2888:3888:participant;0.0.0.0:2181\nserver.2=[::1]:2888:3888:observer\nserver.3=a:1:2|b:1:2:participant\nversion=0';
		expect(parseEnsembleNames(text)).toEqual(
			new Map([
				[1, 'zk1:2888'],
				[2, '[::1]:2888'],
				[3, 'a:1'],
			]),
		);
	});
	it.each(['', 'version=0', 'server.1=garbage'])('is unreadable when it is %j', (text) => {
		expect(parseEnsembleNames(text)).toBeNull();
	});
});

describe('a remote address', () => {
	it.each([
		['127.0.0.1:48724', '127.0.0.1'],
		['/0:0:0:0:0:0:0:1:4444', '::1'],
		['[fe80:0:0:0:0:0:0:1%2]:4444', 'fe80::1'],
		['[0:0:0:0:0:ffff:a00:1]:4444', '10.0.0.1'],
		['host.example:4444', null],
		['', null],
	])('%s is the IP %s', (address, ip) => {
		expect(parseRemoteIp(address)).toBe(ip);
	});
});

describe("the estimate of a server's clock", () => {
	it('is never ahead of it, comes close with the freshest time seen, and starts anew after an election', () => {
		fc.assert(
			fc.property(
				fc.nat(1_000_000),
				fc.array(fc.record({ waitMs: fc.nat(5_000), askMs: fc.nat(300), ageMs: fc.nat(10_000) }), { minLength: 1 }),
				(originMs, sweeps) => {
					const clock = createServerClock();
					let atMs = 50;
					let freshest = Number.POSITIVE_INFINITY;
					for (const { waitMs, askMs, ageMs } of sweeps) {
						atMs += waitMs;
						const uptime = { uptimeMs: atMs, askedAtMs: atMs - askMs, heardAtMs: atMs + askMs };
						clock.learn(originMs + atMs - ageMs, atMs + askMs, uptime);
						freshest = Math.min(freshest, ageMs + 2 * askMs);
						const late = originMs + atMs + askMs - (clock.nowMs(atMs + askMs, uptime) ?? Number.NaN);
						expect(late).toBeGreaterThanOrEqual(0);
						expect(late).toBeLessThanOrEqual(freshest + 2 * askMs);
					}
					const restarted = { uptimeMs: 10, askedAtMs: atMs + 9_000, heardAtMs: atMs + 9_000 };
					expect(clock.nowMs(atMs + 9_000, restarted)).toBeNull();
				},
			),
		);
	});
});
