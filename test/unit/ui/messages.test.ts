import { describe, expect, it } from 'vitest';
import type { Catalogue } from '@/components/messages/catalogue';
import { en } from '@/components/messages/en';
import { guideSteps as enGuide } from '@/components/messages/en/guide-steps';
import { knobs as enKnobs } from '@/components/messages/en/recovery-knobs';
import { webhooks as enWebhooks } from '@/components/messages/en/webhooks';
import { zh } from '@/components/messages/zh';
import { guideSteps as zhGuide } from '@/components/messages/zh/guide-steps';
import { knobs as zhKnobs } from '@/components/messages/zh/recovery-knobs';
import { webhooks as zhWebhooks } from '@/components/messages/zh/webhooks';
import { SWEEP_GAP_CODES } from '@/lib/core/evidence';
import { GUARDS } from '@/lib/core/guard';
import { UNREADABLE_CODES } from '@/lib/core/member';
import { VOTE_STANDINGS } from '@/lib/core/peers';
import { PURGE_OUTCOMES } from '@/lib/core/purge-plan';
import { REASON_CODES, VERDICTS } from '@/lib/core/reason';
import { IMPAIRMENTS } from '@/lib/core/view';

type Leaf = { path: string; value: unknown };

function leaves(value: unknown, path: string): Leaf[] {
	if (typeof value !== 'object' || value === null) return [{ path, value }];
	return Object.entries(value).flatMap(([key, each]) => leaves(each, path === '' ? key : `${path}.${key}`));
}

/** The same in both languages, on purpose. */
const SAME = new Set(['shell.product']);
const CHINESE = /[\u4e00-\u9fff]/;

describe('message catalogues', () => {
	// With those that a single page brings along.
	const english = leaves({ ...en, webhooks: enWebhooks, knobs: enKnobs, guideSteps: enGuide }, '');
	const chinese = new Map(
		leaves({ ...zh, webhooks: zhWebhooks, knobs: zhKnobs, guideSteps: zhGuide }, '').map((leaf) => [
			leaf.path,
			leaf.value,
		]),
	);

	it('have exactly the same keys, of the same kind', () => {
		expect([...chinese.keys()].sort()).toEqual(english.map((leaf) => leaf.path).sort());
		for (const leaf of english) expect(typeof chinese.get(leaf.path), leaf.path).toBe(typeof leaf.value);
	});

	it('leave no text empty in one language alone', () => {
		for (const { path, value } of english) {
			if (typeof value !== 'string') continue;
			expect(chinese.get(path) === '', path).toBe(value === '');
		}
	});

	it('are translated: no English text stands in the Chinese catalogue, and no Chinese one in the English', () => {
		for (const { path, value } of english) {
			const other = chinese.get(path);
			if (typeof value !== 'string' || typeof other !== 'string' || value === '' || SAME.has(path)) continue;
			if (path === 'shell.switchLanguage') continue; // says the other language in the other language
			// Paths, formats and ZooKeeper's own names are the same in every language.
			if (/^\/|^[\d\W]*$|^(CSV|NDJSON|JSON|zxid|czxid|SQLite|PostgreSQL)$/i.test(value)) continue;
			expect(other, path).not.toBe(value);
			expect(value, path).not.toMatch(CHINESE);
			expect(other, path).toMatch(CHINESE);
		}
	});
});

describe.each([
	['English', en],
	['Chinese', zh],
] as [string, Catalogue][])('%s has a sentence for', (_name, t) => {
	it('every verdict', () => {
		for (const verdict of VERDICTS) {
			expect(t.verdicts.names[verdict], verdict).not.toBe('');
			expect(t.verdicts.inline[verdict], verdict).not.toBe('');
			expect(t.verdicts.headlines[verdict](3_400, 1_400), verdict).not.toBe('');
		}
	});

	it('every reason, each its own', () => {
		const texts = REASON_CODES.map((code) => t.verdicts.reasons[code]);
		expect(texts.every((text) => text.length > 3)).toBe(true);
		expect(new Set(texts).size).toBe(REASON_CODES.length);
	});

	it('everything that cannot be read, seen or done', () => {
		for (const code of UNREADABLE_CODES) expect(t.verdicts.unreadable[code], code).toBeTruthy();
		for (const code of SWEEP_GAP_CODES) expect(t.verdicts.gaps[code], code).toBeTruthy();
		for (const code of IMPAIRMENTS) expect(t.shell.impairments[code], code).toBeTruthy();
	});

	it('everything that is evidence, with and without the figures that may be missing', () => {
		for (const standing of VOTE_STANDINGS) expect(t.evidence.standings[standing], standing).toBeTruthy();
		for (const [result, say] of Object.entries(t.evidence.healthResults)) {
			expect(say(200), result).toBeTruthy();
			expect(say(null), result).not.toMatch(/null/);
		}
		expect(t.evidence.failures(2, null)).not.toMatch(/null|NaN/);
		for (const counting of [0, 1, 2]) expect(t.evidence.othersSay(2, counting)).toMatch(/[.。]$/);
	});

	it('every guard, guard result and outcome', () => {
		// The unions without a list of values are held complete by Record<GuardCode, …> and Record<OutcomeReason, …> in en/purge.ts.
		for (const guard of GUARDS) expect(t.purge.guardNames[guard], guard).toBeTruthy();
		for (const kind of PURGE_OUTCOMES) expect(t.purge.outcomeKinds[kind]('gateway-07'), kind).toBeTruthy();
		for (const [code, say] of Object.entries(t.purge.guardCodes)) expect(say({}), code).toBeTruthy();
		for (const [code, text] of Object.entries(t.purge.outcomeReasons)) expect(text, code).toBeTruthy();
	});
});
