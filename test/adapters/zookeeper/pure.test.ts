import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs } from '@/lib/adapters/zookeeper/backoff';
import { toStat } from '@/lib/adapters/zookeeper/codec';
import { Framing } from '@/lib/adapters/zookeeper/framing';
import { formatServer, parseServers, shuffle } from '@/lib/adapters/zookeeper/servers';
import { judgeSilence } from '@/lib/adapters/zookeeper/watchdog';

function frame(body: Buffer): Buffer {
	const head = Buffer.alloc(4);
	head.writeInt32BE(body.length);
	return Buffer.concat([head, body]);
}

function long(value: bigint): Buffer {
	const bytes = Buffer.alloc(8);
	bytes.writeBigUInt64BE(value);
	return bytes;
}

function ownerOf(ephemeralOwner: bigint): bigint {
	const ids = { czxid: long(1n), mzxid: long(1n), pzxid: long(1n), ctime: long(0n), mtime: long(0n) };
	const counts = { version: 0, cversion: 0, aversion: 0, dataLength: 0, numChildren: 0 };
	return toStat({ ...ids, ...counts, ephemeralOwner: long(ephemeralOwner) }).ephemeralOwner;
}

describe('stat', () => {
	it.each([
		['a session of server 1', 0x0100_0017_f2a3_0000n, 0x0100_0017_f2a3_0000n],
		[
			'a session of server 200, whose id is negative as a signed number',
			0xc800_0017_f2a3_0001n,
			0xc800_0017_f2a3_0001n,
		],
		['a persistent znode', 0n, 0n],
		['a container', 0x8000_0000_0000_0000n, 0n],
		['a TTL znode', 0xff00_0000_0000_1388n, 0n],
	])('the owner of %s is an unsigned session id or nobody', (_what, wire, owner) => {
		expect(ownerOf(wire)).toBe(owner);
	});
});

describe('framing', () => {
	it('frames come out whole and in order however the bytes were cut', () => {
		const bodies = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 });
		const property = fc.property(bodies, fc.array(fc.nat(60), { maxLength: 30 }), (parts, cuts) => {
			const whole = parts.map((part) => frame(Buffer.from(part)));
			const stream = Buffer.concat(whole);
			const framing = new Framing();
			const out: Buffer[] = [];
			let from = 0;
			for (const size of [...cuts, stream.length]) {
				out.push(...framing.push(stream.subarray(from, from + size)));
				from += size;
			}
			expect(out).toEqual(whole);
		});
		fc.assert(property);
	});

	it('what a disconnect cut is forgotten', () => {
		const framing = new Framing();
		expect(framing.push(frame(Buffer.from('cut')).subarray(0, 5))).toEqual([]);
		framing.reset();
		expect(framing.push(frame(Buffer.from('next')))).toEqual([frame(Buffer.from('next'))]);
	});

	it.each([[-1], [64 * 1024 * 1024]])('a length of %i is refused before anything is kept for it', (size) => {
		const head = Buffer.alloc(4);
		head.writeInt32BE(size);
		expect(() => new Framing().push(head)).toThrow(RangeError);
	});
});

describe('silence', () => {
	const timeoutMs = 6_000;
	it.each([
		['heard just now', { nowMs: 500, heardAtMs: 0, pingedAtMs: null }, 'fine'],
		['silent for a sixth', { nowMs: 1_000, heardAtMs: 0, pingedAtMs: null }, 'ping'],
		['a ping is under way', { nowMs: 2_700, heardAtMs: 0, pingedAtMs: 1_000 }, 'fine'],
		['a ping had no answer for 0.3 T', { nowMs: 2_800, heardAtMs: 0, pingedAtMs: 1_000 }, 'dead'],
		['the ping was answered', { nowMs: 2_800, heardAtMs: 1_001, pingedAtMs: 1_000 }, 'ping'],
		['this process was paused and has asked nothing', { nowMs: 60_000, heardAtMs: 0, pingedAtMs: null }, 'ping'],
	] as const)('%s: %o is %s', (_what, silence, verdict) => {
		expect(judgeSilence(silence, timeoutMs)).toBe(verdict);
	});

	it('a server that falls silent at any moment is given up within two thirds of the session timeout', () => {
		const property = fc.property(fc.nat(6_000), (phaseMs) => {
			let pingedAtMs: number | null = null;
			for (let nowMs = phaseMs % (timeoutMs / 12); nowMs < timeoutMs; nowMs += timeoutMs / 12) {
				const verdict = judgeSilence({ nowMs, heardAtMs: 0, pingedAtMs }, timeoutMs);
				if (verdict === 'dead') return nowMs <= (timeoutMs * 2) / 3;
				if (verdict === 'ping') pingedAtMs = nowMs;
			}
			return false;
		});
		fc.assert(property);
	});
});

describe('back-off', () => {
	it('every server is tried at once before there is any pause', () => {
		expect([0, 1, 2].map((failures) => backoffMs(failures, 3, 0.5))).toEqual([0, 0, 0]);
		expect(backoffMs(3, 3, 0)).toBe(100);
	});

	it('pauses grow to 2 s and no further, and a random half is taken off', () => {
		const property = fc.property(
			fc.nat(100_000),
			fc.integer({ min: 1, max: 9 }),
			fc.double({ min: 0, max: 1, noNaN: true }),
			(failures, servers, random) => {
				const ms = backoffMs(failures, servers, random);
				expect(ms).toBeLessThanOrEqual(2_000);
				expect(ms).toBeLessThanOrEqual(backoffMs(failures, servers, 0));
				expect(ms).toBeGreaterThanOrEqual(backoffMs(failures, servers, 0) / 2);
				expect(backoffMs(failures + servers, servers, 0)).toBeGreaterThanOrEqual(backoffMs(failures, servers, 0));
			},
		);
		fc.assert(property);
	});
});

describe('servers', () => {
	it('names, IPv4, IPv6 and the default port are read', () => {
		const servers = parseServers('zk-1:2182, 10.0.0.2,[::1]:2183,,');
		expect(servers.map(formatServer)).toEqual(['zk-1:2182', '10.0.0.2:2181', '[::1]:2183']);
	});

	it.each([[''], [','], ['a:0'], ['a:65536'], ['a b:1'], ['::1:2181'], ['a:1/chroot']])('%o is refused', (connect) => {
		expect(() => parseServers(connect)).toThrow(RangeError);
	});

	it('a new order holds the same servers', () => {
		fc.assert(
			fc.property(fc.uniqueArray(fc.nat()), (items) => {
				expect(shuffle(items, Math.random).sort()).toEqual([...items].sort());
			}),
		);
	});
});
