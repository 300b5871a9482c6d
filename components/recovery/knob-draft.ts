import type { KnobView } from '@/lib/core/recovery-view';
import { RUNTIME_KNOBS, type RuntimeKnob } from '@/lib/core/settings';

/** What was typed, by knob; those not named were not touched. */
export type KnobDrafts = Readonly<Partial<Record<RuntimeKnob, string>>>;

export type KnobProblem =
	| { readonly code: 'number' }
	| { readonly code: 'whole' }
	| { readonly code: 'range' }
	/** More failure domains than observers. */
	| { readonly code: 'domains'; readonly max: number };

export type KnobDraft =
	| { readonly kind: 'same' }
	/** `sent` null: what the config says, so that nothing is kept beside it. */
	| { readonly kind: 'changed'; readonly value: number; readonly sent: number | null }
	| { readonly kind: 'invalid'; readonly problem: KnobProblem };

/** Plain decimals alone: '1,200' and '0,5' mean different things to different people. */
const NUMBER = /^\d{1,9}(\.\d{1,9})?$/;

/** What a typed value of one knob means. */
export function readDraft(knob: KnobView, text: string): KnobDraft {
	const typed = text.trim();
	if (!NUMBER.test(typed)) {
		return { kind: 'invalid', problem: { code: 'number' } };
	}
	const value = Number(typed);
	if (knob.whole && !Number.isInteger(value)) {
		return { kind: 'invalid', problem: { code: 'whole' } };
	}
	if (value < knob.min || value > knob.max) {
		return { kind: 'invalid', problem: { code: 'range' } };
	}
	return value === knob.value
		? { kind: 'same' }
		: { kind: 'changed', value, sent: value === knob.configured ? null : value };
}

/** All drafts together: failure domains are bound by the observers as they would be. */
export function readDrafts(knobs: readonly KnobView[], drafts: KnobDrafts): ReadonlyMap<RuntimeKnob, KnobDraft> {
	const read = new Map<RuntimeKnob, KnobDraft>();
	for (const knob of knobs) {
		const text = drafts[knob.name];
		if (text !== undefined) {
			read.set(knob.name, readDraft(knob, text));
		}
	}
	const asItWouldBe = (name: RuntimeKnob) => {
		const draft = read.get(name);
		return draft?.kind === 'changed' ? draft.value : knobs.find((knob) => knob.name === name)?.value;
	};
	const [observers, domains] = [asItWouldBe('observersMin'), asItWouldBe('observerDomainsMin')];
	if (observers !== undefined && domains !== undefined && domains > observers && read.size > 0) {
		read.set('observerDomainsMin', { kind: 'invalid', problem: { code: 'domains', max: observers } });
	}
	return read;
}

export type KnobChange = {
	readonly name: RuntimeKnob;
	readonly from: number;
	readonly to: number;
	readonly sent: number | null;
};

export function toChanges(knobs: readonly KnobView[], read: ReadonlyMap<RuntimeKnob, KnobDraft>): KnobChange[] {
	return RUNTIME_KNOBS.flatMap((name) => {
		const draft = read.get(name);
		const knob = knobs.find((each) => each.name === name);
		return draft?.kind === 'changed' && knob ? [{ name, from: knob.value, to: draft.value, sent: draft.sent }] : [];
	});
}

export function countInvalid(read: ReadonlyMap<RuntimeKnob, KnobDraft>): number {
	return [...read.values()].filter((draft) => draft.kind === 'invalid').length;
}

/** Below this a living member that is slow to reconnect can be taken for dead (docs/policy.md). */
export const SETTLE_MS_SAFE = 1_200;
