import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OutcomesView } from '@/lib/core/purge-view';
import {
	decideRelayStep,
	fitAnswer,
	isLeftToNextHolder,
	RELAY_BOUNDS,
	type RelayedAnswer,
	type RelayedRequest,
} from '@/lib/core/relayed-request';
import { attemptOfRequest, encodeRequest, parseRequest, REQUEST_NAME } from '@/lib/runtime/request-znodes';

type Outcome = OutcomesView['outcomes'][number];

const REQUEST: RelayedRequest = {
	state: 'asked',
	kind: 'purge',
	askedBy: 'console-2',
	identity: { actor: { kind: 'operator', name: 'vera', role: 'operator', sourceAddress: '::1' }, role: 'operator' },
	request: { members: [{ path: '/m/1', czxid: '0x1' }], reason: 'dead', confirm: '1' },
	claims: {},
};

function outcome(more: Partial<Outcome> = {}): Outcome {
	return {
		path: '/m/1',
		id: '1',
		czxid: '0x1',
		outcome: 'purged',
		reason: 'committed',
		detail: '',
		guards: [{ guard: 'latch', result: 'pass', code: 'latch-held', detail: 'latch-held', facts: { path: '/l' } }],
		zxid: '0x2',
		auditId: null,
		left: [],
		...more,
	};
}

describe('what the holder of the latch does about a request', () => {
	const asked = { state: 'asked', firstSeenAtMs: 0, answeredAtMs: null, underWay: false } as const;
	const answered = { ...asked, state: 'answered', answeredAtMs: 1_000 } as const;

	it('carries it out while somebody may wait for it, and refuses it afterwards', () => {
		expect(decideRelayStep(asked, RELAY_BOUNDS.ageMsMax)).toBe('carry-out');
		expect(decideRelayStep(asked, RELAY_BOUNDS.ageMsMax + 1)).toBe('refuse');
		expect(decideRelayStep({ ...asked, underWay: true }, 0)).toBe('wait');
	});

	it('leaves an answer for a minute', () => {
		expect(decideRelayStep(answered, 1_000 + RELAY_BOUNDS.answerKeptMs - 1)).toBe('wait');
		expect(decideRelayStep(answered, 1_000 + RELAY_BOUNDS.answerKeptMs)).toBe('remove');
	});

	it('leaves the rest to the next holder when the latch or the connection was lost on the way', () => {
		const notHeld = { guard: 'latch', result: 'fail', code: 'latch-not-held', detail: '', facts: {} } as const;
		expect(isLeftToNextHolder([outcome(), outcome({ outcome: 'refused', reason: 'latch-lost' })])).toBe(true);
		expect(isLeftToNextHolder([outcome({ outcome: 'refused', reason: 'guard', guards: [notHeld] })])).toBe(true);
		expect(isLeftToNextHolder([outcome({ outcome: 'failed', reason: 'connection' })])).toBe(true);
		expect(isLeftToNextHolder([outcome(), outcome({ outcome: 'refused', reason: 'guard' })])).toBe(false);
	});

	it('answers within the bounds, and gives up what passed first', () => {
		const bytesOf = (answer: RelayedAnswer) => encodeRequest(answer).byteLength;
		const guards = Array.from({ length: 12 }, () => outcome().guards[0]).flatMap((guard) => guard ?? []);
		const all = Array.from({ length: 1_000 }, (_, n) => outcome({ path: `/m/${n}`, guards }));
		const fitted = fitAnswer('console-1', all, bytesOf);
		expect(bytesOf(fitted)).toBeLessThanOrEqual(RELAY_BOUNDS.bytesMax);
		expect(fitted.outcomes.map(({ path }) => path)).toEqual(all.map(({ path }) => path));
		expect(fitAnswer('console-1', [outcome()], bytesOf).outcomes).toEqual([outcome()]);
	});
});

describe('the znode of a request', () => {
	it('is read as it was written, request and answer', () => {
		expect(parseRequest(encodeRequest(REQUEST))).toEqual({ kind: 'document', document: REQUEST });
		const takeover: RelayedRequest = {
			...REQUEST,
			kind: 'takeover',
			claims: { '/m/1': { requesterIp: '10.0.0.1', held: ['10.0.0.1:1'], predecessorIp: null } },
		};
		expect(parseRequest(encodeRequest(takeover))).toEqual({ kind: 'document', document: takeover });
		const answer: RelayedAnswer = { state: 'answered', answeredBy: 'console-1', outcomes: [outcome()] };
		expect(parseRequest(encodeRequest(answer))).toEqual({ kind: 'document', document: answer });
	});

	it('is garbage when it is anything else, and never an exception', () => {
		const wrong = [
			'',
			'null',
			'{}',
			'"asked"',
			JSON.stringify({ ...REQUEST, kind: 'drop' }),
			JSON.stringify({ ...REQUEST, more: 1 }),
			JSON.stringify({ ...REQUEST, identity: { ...REQUEST.identity, role: 'root' } }),
			JSON.stringify({ ...REQUEST, request: { members: [] } }),
			JSON.stringify({ ...REQUEST, request: { members: [...REQUEST.request.members, ...REQUEST.request.members] } }),
			JSON.stringify({ ...REQUEST, request: { members: [{ path: 'm', czxid: '0x1' }] } }),
			'['.repeat(200_000),
			'x'.repeat(RELAY_BOUNDS.bytesMax + 1),
		];
		for (const text of wrong) {
			expect(parseRequest(Buffer.from(text)).kind, text.slice(0, 60)).toBe('garbage');
		}
		fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (data) => parseRequest(data).kind === 'garbage'));
	});

	it('names each attempt alike wherever it is carried out, and no two alike', () => {
		const name = 'r-00000000-0000-4000-8000-000000000000';
		expect(REQUEST_NAME.test(name)).toBe(true);
		expect(REQUEST_NAME.test(`${name}x`)).toBe(false);
		const ids = [
			attemptOfRequest(name)('/m/1', '0x1'),
			attemptOfRequest(name)('/m/1', '0x2'),
			attemptOfRequest(name)('/m/2', '0x1'),
			attemptOfRequest(name.replace('8', '9'))('/m/1', '0x1'),
		];
		expect(new Set(ids).size).toBe(4);
		expect(attemptOfRequest(name)('/m/1', '0x1')).toBe(ids[0]);
	});
});
