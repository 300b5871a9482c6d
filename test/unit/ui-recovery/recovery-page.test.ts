import { describe, expect, it } from 'vitest';
import { toFailoverStats } from '@/components/recovery/failover-bins';
import { chooseMember, offerMembers, parseUntil, toWireTarget } from '@/components/recovery/maintenance-target';
import { toRecoveryState } from '@/components/recovery/recovery-state';
import { maintenanceChangeSchema } from '@/lib/http/recovery-schemas';

const NOW = 1_000_000;
const ON: Parameters<typeof toRecoveryState>[0] = {
	settingsKnown: true,
	killSwitch: null,
	automaticRecovery: true,
	registrations: [{ path: '/m', format: 'turms', automaticRecovery: true, configured: true }],
	maintenance: [],
	heldBack: [],
};
const stamp = { by: 'vera', reason: 'works', atMs: 0 };
const held = { guard: 'rate', code: 'rate-exceeded', facts: {}, members: 2 } as const;

describe('what automatic recovery does just now', () => {
	it('is on only when nothing stands in its way', () => {
		expect(toRecoveryState(ON, NOW)).toBe('on');
		expect(toRecoveryState({ ...ON, heldBack: [held] }, NOW)).toBe('held-back');
	});

	it('names what cannot be read before everything else, and the kill switch before the switches', () => {
		const killed = { ...ON, killSwitch: stamp, automaticRecovery: false };
		expect(toRecoveryState({ ...killed, settingsKnown: false }, NOW)).toBe('settings-unknown');
		expect(toRecoveryState(killed, NOW)).toBe('kill-switch');
		expect(toRecoveryState({ ...killed, killSwitch: null }, NOW)).toBe('off');
	});

	it('is off in effect when every registration is', () => {
		const [one] = ON.registrations;
		const off = { ...(one as (typeof ON.registrations)[number]), automaticRecovery: false };
		expect(toRecoveryState({ ...ON, registrations: [off] }, NOW)).toBe('all-off');
	});

	it('leaves the cluster alone while a maintenance of all of it lasts, not one of a member', () => {
		const all = { ...stamp, id: 'a', target: { kind: 'cluster' }, untilMs: NOW + 1 } as const;
		expect(toRecoveryState({ ...ON, maintenance: [all] }, NOW)).toBe('maintenance');
		expect(toRecoveryState({ ...ON, maintenance: [{ ...all, untilMs: NOW }] }, NOW)).toBe('on');
		const one = { ...all, target: { kind: 'member', path: '/m/a' } } as const;
		expect(toRecoveryState({ ...ON, maintenance: [one] }, NOW)).toBe('on');
	});
});

describe('the distribution of failover times', () => {
	const took = (afterMs: number, sessionTimeoutMs: number | null = 30_000) => ({
		atMs: 0,
		member: '/m/a',
		memberId: 'a',
		afterMs,
		sessionTimeoutMs,
	});

	it('is nothing without a replacement', () => {
		expect(toFailoverStats([])).toBeNull();
	});

	it('counts each failover once, and holds the session time-out on its axis', () => {
		const stats = toFailoverStats([took(400), took(800), took(900), took(5_000)]);
		expect(stats).toMatchObject({ n: 4, medianMs: 800, p95Ms: 5_000, worstMs: 5_000, sessionTimeoutMs: 30_000 });
		expect(stats?.bins.reduce((sum, bin) => sum + bin.count, 0)).toBe(4);
		expect(stats?.endMs).toBeGreaterThan(30_000);
	});

	it('holds the slowest, though it took longer than the session time-out, and one that took no time at all', () => {
		const stats = toFailoverStats([took(0), took(47_000, null)]);
		expect(stats?.endMs).toBeGreaterThanOrEqual(47_000);
		expect(stats?.bins.reduce((sum, bin) => sum + bin.count, 0)).toBe(2);
		expect(toFailoverStats([took(0, null)])).toMatchObject({ n: 1, worstMs: 0 });
	});

	it('takes the session time-out that most of them had', () => {
		expect(toFailoverStats([took(1, 20_000), took(1), took(1), took(1, null)])?.sessionTimeoutMs).toBe(30_000);
	});
});

describe('the member that a maintenance is for', () => {
	const roll = [
		{ path: '/m/x-1', id: 'gateway-1' },
		{ path: '/m/x-2', id: 'gateway-2' },
		{ path: '/n/x-2', id: 'gateway-2' },
	];

	it('is found by its id when one member has it, else by its path', () => {
		expect(chooseMember('gateway-1', roll)).toEqual({ kind: 'found', path: '/m/x-1', registered: true });
		expect(chooseMember('gateway-2', roll)).toEqual({ kind: 'ambiguous', count: 2 });
		expect(chooseMember('/n/x-2', roll)).toEqual({ kind: 'found', path: '/n/x-2', registered: true });
	});

	it('may be one that is not registered just now, by its path alone', () => {
		expect(chooseMember('/m/later', roll)).toEqual({ kind: 'found', path: '/m/later', registered: false });
		expect(chooseMember('gateway-9', roll)).toEqual({ kind: 'unknown' });
		expect(chooseMember(' ', roll)).toEqual({ kind: 'missing' });
		expect(chooseMember('/', roll)).toEqual({ kind: 'unknown' });
	});

	it('is offered from a roll of any size, a few at a time', () => {
		const many = Array.from({ length: 10_000 }, (_, i) => ({ path: `/m/${i}`, id: `service-${i}` }));
		expect(offerMembers('service-77', many)[0]).toEqual({ path: '/m/77', id: 'service-77' });
		expect(offerMembers('', many).length).toBeLessThan(100);
	});
});

describe('a maintenance as it is sent', () => {
	it('is what the server takes, for every kind of target', () => {
		for (const target of [
			{ kind: 'member', path: '/m/a' },
			{ kind: 'group', group: '' },
			{ kind: 'cluster' },
		] as const) {
			const body = { target: toWireTarget(target), until: NOW, reason: 'works' };
			expect(maintenanceChangeSchema.parse(body)).toEqual({ target, untilMs: NOW, reason: 'works' });
		}
	});

	it('ends within 30 days, and not in the past', () => {
		const nowMs = new Date('2026-05-01T12:00').getTime();
		expect(parseUntil('2026-05-02T12:00', nowMs)).toBe(nowMs + 86_400_000);
		for (const text of ['', '2026-05-01T11:59', '2026-06-30T12:00', 'soon'])
			expect(parseUntil(text, nowMs), text).toBeNull();
	});
});
