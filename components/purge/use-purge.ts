'use client';

import { useCallback, useRef, useState } from 'react';
import type { LiveCluster } from '@/components/live/live-cluster';
import { useCluster } from '@/components/live/use-cluster';
import { sendPurge } from './purge-client';
import type { OutcomeView } from './purge-result';
import type { PurgeForm, PurgeTarget } from './readiness';
import { indexRows, type Purged } from './replacement';
import { type Consent, toRequest } from './use-plan';

/** Known of each target, by path, when the purge was sent: afterwards its row is gone. */
export type Known = ReadonlyMap<
	string,
	{
		readonly purged: Purged;
		/** A successor was registered already. */
		readonly replacedBefore: boolean;
		/** After which ZooKeeper would have removed it by itself; null: not known. */
		readonly expiresInMs: number | null;
	}
>;

export type PurgePhase =
	/** `refusal`: the server turned the last attempt down and did nothing. */
	| { readonly kind: 'asking'; readonly refusal: string | null }
	| { readonly kind: 'going' }
	| {
			readonly kind: 'done';
			readonly outcomes: readonly OutcomeView[];
			readonly answeredAtMs: number;
			readonly known: Known;
			/** Another console holds the latch, and carried it out. */
			readonly elsewhere: boolean;
	  }
	| { readonly kind: 'unknown'; readonly detail: string };

function toKnown(live: LiveCluster, targets: readonly PurgeTarget[], nowMs: number): Known {
	const find = indexRows(live.members.values());
	return new Map(
		targets.map((target) => {
			const row = live.members.get(target.path);
			const same = row !== undefined && row.czxid === target.czxid;
			const purged = { ...target, host: same ? row.host : null, port: same ? row.port : null };
			const expiresInMs = same ? row.session.expiresInMs : null;
			const agedMs = same ? nowMs + live.clockOffsetMs - row.sentAtMs : 0;
			return [
				target.path,
				{
					purged,
					replacedBefore: find(purged) !== null,
					expiresInMs: expiresInMs === null ? null : Math.max(0, expiresInMs - Math.max(0, agedMs)),
				},
			];
		}),
	);
}

/** The purge itself: sent at most once at a time, and never again after an answer that did not come. */
export function usePurge(cluster: string, targets: readonly PurgeTarget[]) {
	const live = useCluster(cluster);
	const liveRef = useRef(live);
	liveRef.current = live;
	const sending = useRef(false);
	const [phase, setPhase] = useState<PurgePhase>({ kind: 'asking', refusal: null });
	const send = useCallback(
		async (form: PurgeForm, consent: Consent): Promise<void> => {
			if (sending.current) {
				return;
			}
			sending.current = true;
			const known = toKnown(liveRef.current, targets, Date.now());
			const elsewhere = liveRef.current.cluster?.latch === 'elsewhere';
			setPhase({ kind: 'going' });
			const answer = await sendPurge(cluster, {
				members: targets.map(({ path, czxid }) => ({ path, czxid })),
				reason: form.reason.trim(),
				confirm: form.confirm.trim(),
				...toRequest(consent),
			});
			if (answer.kind === 'ok') {
				setPhase({ kind: 'done', outcomes: answer.value.outcomes, answeredAtMs: Date.now(), known, elsewhere });
			} else if (answer.kind === 'refused') {
				sending.current = false;
				setPhase({ kind: 'asking', refusal: answer.detail });
			} else {
				setPhase({ kind: 'unknown', detail: answer.detail });
			}
		},
		[cluster, targets],
	);
	return { phase, send };
}
