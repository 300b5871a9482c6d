import { type FenceTarget, type SurveyInput, surveyFence } from '@/lib/core/fence';
import { type FencePlan, type FencePlanInput, planFence } from '@/lib/core/fence-plan';
import type { ZnodeStat } from '@/lib/core/ports';

export const RANDOM = '0123456789abcdef';

export function stat(extra: Partial<ZnodeStat> = {}): ZnodeStat {
	return {
		czxid: 1n,
		mzxid: 1n,
		pzxid: 1n,
		ctimeMs: 0,
		mtimeMs: 0,
		version: 0,
		cversion: 0,
		aversion: 0,
		ephemeralOwner: 0n,
		dataLength: 0,
		numChildren: 0,
		...extra,
	};
}

/** What ZooKeeper's DataNode.copyStat reports for a count of creates and children, in its 32-bit arithmetic. */
export function reported(count: number, numChildren: number) {
	return { cversion: (Math.imul(count, 2) - numChildren) | 0, numChildren };
}

export const counted = (count: number, children = 1) => stat(reported(count, children));

export function target(path: string, kind: FenceTarget['kind'] = 'registration', version = 0): FenceTarget {
	return { path, kind, stat: stat({ version, ephemeralOwner: 7n }) };
}

export const tree = new Map<string, ZnodeStat>([
	['/', counted(3, 2)],
	['/app', counted(9)],
	['/app/members', counted(41)],
	['/app/locks', counted(2)],
	['/app/locks/x', counted(5_000)],
	['/other', counted(6)],
]);

export function survey(extra: Partial<SurveyInput> = {}) {
	const input = {
		victim: target('/app/members/m'),
		owned: [],
		ancestors: tree,
		unguardable: new Set<string>(),
		...extra,
	};
	return surveyFence(input);
}

export function ready(extra: Partial<SurveyInput> = {}) {
	const found = survey(extra);
	if (found.kind !== 'ready') {
		throw new Error(`expected a survey, got ${found.kind}`);
	}
	return found;
}

export function plan(extra: Partial<SurveyInput> = {}, counters: Uint8Array | null = new Uint8Array(2)): FencePlan {
	const planned = planFence(planInput(extra, counters));
	if (planned.kind !== 'planned') {
		throw new Error(planned.detail);
	}
	return planned;
}

export function planInput(extra: Partial<SurveyInput>, counters: Uint8Array | null): FencePlanInput {
	return {
		survey: ready(extra),
		latch: { path: '/rollcall/leader/c/n-1', version: 0 },
		settings: { path: '/rollcall/settings/c', version: 4 },
		counters: { path: '/rollcall/counters/c', version: 12, data: counters },
		outbox: { path: '/rollcall/outbox/e-', data: new Uint8Array(3) },
		random: RANDOM,
	};
}
