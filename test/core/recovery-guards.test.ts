import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StampedEntry } from '@/lib/core/counters';
import { REQUESTERS } from '@/lib/core/guard';
import { guardsPass } from '@/lib/core/guards';
import { DEFAULT_POLICY } from '@/lib/core/policy';
import { decideRecoveryGuards, type RecoveryInput } from '@/lib/core/recovery-guards';
import { effectivePolicy, type Maintenance, NO_SETTINGS, toSettingsText } from '@/lib/core/settings';
import { readSettings } from '@/lib/runtime/read-settings';

const POLICY = { ...DEFAULT_POLICY, automaticRecovery: true };
const NOW = 10_000_000;

function input(more: Partial<RecoveryInput> = {}): RecoveryInput {
	return {
		requester: 'automatic',
		settings: NO_SETTINGS,
		policy: POLICY,
		registrationSwitchedOn: true,
		going: [{ path: '/m/1', group: 'gateway', addresses: ['10.0.0.1:1'] }],
		planned: 1,
		entries: [],
		registered: [],
		groups: new Map([['gateway', { members: 10, notAlive: 1 }]]),
		nowMs: NOW,
		wallMs: 1_000_000,
		...more,
	};
}

function entry(n: number, more: Partial<StampedEntry> = {}): StampedEntry {
	return {
		attempt: `a${n}`,
		path: `/m/${n}`,
		czxid: BigInt(n),
		id: `id-${n}`,
		group: 'gateway',
		addresses: [`10.0.0.${n}:1`],
		ephemeralOwner: BigInt(n),
		sessionTimeoutMs: 30_000,
		by: 'automatic',
		firstSeenAtMs: NOW - 1,
		...more,
	};
}

const codeOf = (guard: string, more: Partial<RecoveryInput> = {}) =>
	decideRecoveryGuards(input(more)).find((check) => check.guard === guard)?.code;
const passes = (more: Partial<RecoveryInput> = {}) => guardsPass(decideRecoveryGuards(input(more)));

describe('automatic recovery', () => {
	it('goes on when nothing speaks against it', () => {
		expect(passes()).toBe(true);
	});

	it('is off until the cluster and the registration are switched on', () => {
		expect(codeOf('recovery-enabled', { policy: DEFAULT_POLICY })).toBe('recovery-off');
		expect(codeOf('recovery-enabled', { registrationSwitchedOn: false })).toBe('recovery-off');
		const on = effectivePolicy(DEFAULT_POLICY, { ...NO_SETTINGS, automaticRecovery: true });
		expect(codeOf('recovery-enabled', { policy: on })).toBe('recovery-on');
		expect(effectivePolicy(POLICY, { ...NO_SETTINGS, automaticRecovery: false }).automaticRecovery).toBe(false);
	});

	it('does nothing on what it cannot know: settings, counters, members or groups', () => {
		for (const more of [{ settings: null }, { entries: null }, { registered: null }, { groups: null }]) {
			expect(passes(more)).toBe(false);
		}
	});
});

describe('a mass failure', () => {
	const groups = (members: number, notAlive: number) => new Map([['gateway', { members, notAlive }]]);

	it('is more than two, and 55 % or more, of a group not alive', () => {
		expect(codeOf('mass-failure', { groups: groups(2, 2) })).toBe('group-stands');
		expect(codeOf('mass-failure', { groups: groups(20, 10) })).toBe('group-stands');
		expect(codeOf('mass-failure', { groups: groups(20, 11) })).toBe('mass-failure');
		expect(codeOf('mass-failure', { groups: groups(3, 3) })).toBe('mass-failure');
	});

	it('is not lifted by purging: those purged and not replaced count as not alive', () => {
		const purged = [1, 2, 3, 4].map((n) => entry(n, { by: 'human' }));
		expect(codeOf('mass-failure', { groups: groups(8, 3), entries: purged })).toBe('mass-failure');
		const replacements = purged.map(({ path, id, group, addresses }) => ({ path, id, group, addresses, czxid: 99n }));
		expect(codeOf('mass-failure', { groups: groups(8, 3), entries: purged, registered: replacements })).toBe(
			'group-stands',
		);
	});

	it('is that of any group of which something would go', () => {
		const both = [
			{ path: '/m/1', group: 'gateway', addresses: [] },
			{ path: '/s/1', group: 'service', addresses: [] },
		];
		const standings = new Map([
			['gateway', { members: 10, notAlive: 1 }],
			['service', { members: 5, notAlive: 5 }],
		]);
		expect(codeOf('mass-failure', { going: both, groups: standings })).toBe('mass-failure');
	});
});

describe('the rate', () => {
	const burst = (count: number, agoMs: number, by: StampedEntry['by'] = 'automatic') =>
		Array.from({ length: count }, (_, n) => entry(n + 1, { firstSeenAtMs: NOW - agoMs, by }));

	it('allows ten at once, then one a second', () => {
		expect(codeOf('rate', { entries: burst(9, 0) })).toBe('within-rate');
		expect(codeOf('rate', { entries: burst(10, 0) })).toBe('rate-exceeded');
		expect(codeOf('rate', { entries: burst(10, 1_000) })).toBe('within-rate');
		expect(codeOf('rate', { entries: [...burst(10, 1_000), entry(50, { firstSeenAtMs: NOW })] })).toBe('rate-exceeded');
	});

	it('is that of all that go together, and a session with more than the burst needs a full bucket', () => {
		expect(codeOf('rate', { planned: 10 })).toBe('within-rate');
		expect(codeOf('rate', { planned: 11 })).toBe('rate-exceeded');
		expect(codeOf('rate', { planned: 10, entries: burst(1, 0) })).toBe('rate-exceeded');
		const many = Array.from({ length: 30 }, (_, n) => ({ path: `/m/${n}`, group: 'gateway', addresses: [] }));
		expect(codeOf('rate', { going: many, planned: 30 })).toBe('within-rate');
		expect(codeOf('rate', { going: many, planned: 30, entries: burst(1, 0) })).toBe('rate-exceeded');
	});

	it('does not hold up what is left of a purge that has been counted', () => {
		const own = burst(10, 0).map((each) => ({ ...each, path: '/m/1' }));
		expect(codeOf('rate', { planned: 0, entries: own })).toBe('within-rate');
		expect(codeOf('flapping', { planned: 0, entries: own })).toBe('not-flapping');
	});

	it('counts what automatic recovery did, whoever did it, and no person', () => {
		expect(codeOf('rate', { entries: burst(50, 0, 'human') })).toBe('within-rate');
	});

	it('never lets more than burst + seconds x rate through', () => {
		fc.assert(
			fc.property(fc.array(fc.nat({ max: 2_000 }), { maxLength: 80 }), (gaps) => {
				const done: StampedEntry[] = [];
				let nowMs = NOW;
				for (const gap of gaps) {
					nowMs += gap;
					if (codeOf('rate', { entries: done, nowMs }) === 'within-rate') {
						done.push(entry(done.length + 1, { firstSeenAtMs: nowMs }));
					}
				}
				const seconds = (nowMs - NOW) / 1_000;
				expect(done.length).toBeLessThanOrEqual(POLICY.rateBurst + seconds * POLICY.ratePerS);
			}),
		);
	});
});

describe('flapping', () => {
	const again = (n: number, more: Partial<StampedEntry> = {}) => entry(n, { path: '/m/1', ...more });

	it('the third purge of a path or an address within an hour needs a person', () => {
		expect(codeOf('flapping', { entries: [again(2)] })).toBe('not-flapping');
		expect(codeOf('flapping', { entries: [again(2), again(3)] })).toBe('flapping');
		const byAddress = [2, 3].map((n) => entry(n, { addresses: ['10.0.0.1:1'] }));
		expect(codeOf('flapping', { entries: byAddress })).toBe('flapping');
		const longAgo = [again(2, { firstSeenAtMs: NOW - POLICY.flappingWindowMs }), again(3)];
		expect(codeOf('flapping', { entries: longAgo })).toBe('not-flapping');
	});

	it('a person’s purge of it acknowledges what was before', () => {
		const entries = [again(2), again(3), again(4, { by: 'human' }), again(5)];
		expect(codeOf('flapping', { entries })).toBe('not-flapping');
		expect(codeOf('flapping', { entries: [...entries, again(6)] })).toBe('flapping');
	});

	it('a session with several registrations at one address is one purge', () => {
		const together = [again(2, { attempt: 'one' }), entry(3, { attempt: 'one', addresses: ['10.0.0.1:1'] })];
		expect(codeOf('flapping', { entries: together })).toBe('not-flapping');
	});
});

describe('maintenance and the kill switch', () => {
	const maintenance = (target: Maintenance['target'], untilMs = 2_000_000): Maintenance => ({
		id: 'm',
		target,
		untilMs,
		by: 'ada',
		reason: 'upgrade',
		atMs: 0,
	});
	const under = (target: Maintenance['target'], untilMs?: number) =>
		codeOf('maintenance', { settings: { ...NO_SETTINGS, maintenance: [maintenance(target, untilMs)] } });

	it('leaves a member, a group or a cluster alone until its end', () => {
		expect(under({ kind: 'member', path: '/m/1' })).toBe('maintenance');
		expect(under({ kind: 'member', path: '/m/2' })).toBe('no-maintenance');
		expect(under({ kind: 'group', group: 'gateway' })).toBe('maintenance');
		expect(under({ kind: 'group', group: 'service' })).toBe('no-maintenance');
		expect(under({ kind: 'cluster' })).toBe('maintenance');
		expect(under({ kind: 'cluster' }, 1_000_000)).toBe('no-maintenance');
	});

	it('leaves all alone when another registration of the session is under it', () => {
		const going = ['/m/1', '/m/2'].map((path) => ({ path, group: 'gateway', addresses: [] }));
		const settings = { ...NO_SETTINGS, maintenance: [maintenance({ kind: 'member', path: '/m/2' })] };
		expect(codeOf('maintenance', { settings, going })).toBe('maintenance');
	});

	it('the kill switch stops automatic recovery and takeovers, and no person', () => {
		const settings = { ...NO_SETTINGS, killSwitch: { by: 'ada', reason: 'storm', atMs: 0 } };
		expect(codeOf('kill-switch', { settings })).toBe('kill-switch-on');
		expect(codeOf('kill-switch', { settings, requester: 'takeover' })).toBe('kill-switch-on');
		expect(passes({ settings, requester: 'human' })).toBe(true);
	});

	it('a takeover is bound by those two alone: a cluster that restarts as a whole needs it most', () => {
		const groups = new Map([['gateway', { members: 10, notAlive: 10 }]]);
		const entries = Array.from({ length: 30 }, (_, n) => entry(n, { path: '/m/1' }));
		expect(passes({ requester: 'takeover', policy: DEFAULT_POLICY, groups, entries })).toBe(true);
		expect(passes({ requester: 'takeover', settings: null })).toBe(false);
	});
});

describe('the settings document', () => {
	it('survives writing and reading, and is unknown when it is anything else', () => {
		const settings = {
			...NO_SETTINGS,
			automaticRecovery: true,
			killSwitch: { by: 'ada', reason: 'storm', atMs: 5 },
			registrations: { '/services/*': { automaticRecovery: false } },
			policy: { settleMs: 150, massFailureShare: 0.7 },
		};
		const bytes = (text: string) => new TextEncoder().encode(text);
		expect(readSettings(bytes(toSettingsText(settings)))).toEqual(settings);
		expect(readSettings(bytes(''))).toEqual(NO_SETTINGS);
		expect(readSettings(bytes('{}'))).toEqual(NO_SETTINGS);
		const wrong = ['{', 'null', '[]', '{"killSwitch":true}', '{"policy":{"settleMs":149}}', '{"other":1}'];
		for (const text of [...wrong, '{"policy":{"rateBurst":1.5}}', ' '.repeat(200_000)]) {
			expect(readSettings(bytes(text))).toBeNull();
		}
	});

	it('every guard is named for every requester', () => {
		const names = REQUESTERS.map((requester) => decideRecoveryGuards(input({ requester })).map(({ guard }) => guard));
		expect(new Set(names.map((each) => each.join()))).toHaveLength(1);
	});
});
