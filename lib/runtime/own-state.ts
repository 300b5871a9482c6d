import { RULES } from '@/lib/core/policy';
import type { Clock, OwnHealthPort, ZooKeeperPort } from '@/lib/core/ports';

/** Share of the session time-out within which ZooKeeper must have been heard for the own session to be fine. */
const HEARD_SHARE = 2 / 3;
/** So long after an event-loop pause this observer's own time-outs say more about itself than about others. */
const IMPAIRED_FOR_MS = 5_000;
const IMPAIRED_KEPT_MS = 50;
/** Reference checks are made on suspicion; an answer older than this says nothing of now. */
const REFERENCE_KEPT_MS = 15_000;

export type OwnState = {
	zooKeeperSessionFine(): boolean;
	/** It stumbled lately: it must not take its own silence for anybody else's. */
	isImpaired(): boolean;
	/** How the latest question to a known-good address ended. */
	noteReference(accepted: boolean): void;
	/** No known-good address accepted when one was last asked for, lately. */
	isCutOff(): boolean;
};

/** How this observer itself is, for its evidence, its votes and the banner on every page (condition 6 of a proof). */
export function watchOwnState(deps: {
	readonly clock: Clock;
	readonly zk: ZooKeeperPort;
	readonly ownHealth: OwnHealthPort;
	readonly sessionTimeoutMs: number;
}): OwnState {
	const { clock, zk } = deps;
	let impaired = { value: false, atMs: Number.NEGATIVE_INFINITY };
	let reference = { accepted: true, atMs: Number.NEGATIVE_INFINITY };

	function zooKeeperSessionFine(): boolean {
		const heardAtMs = zk.lastHeardAtMs();
		return (
			zk.state().kind === 'connected' &&
			heardAtMs !== null &&
			clock.nowMs() - heardAtMs < deps.sessionTimeoutMs * HEARD_SHARE
		);
	}

	return {
		zooKeeperSessionFine,
		// Asked for each atom of evidence, so the answer is kept a moment.
		isImpaired() {
			const nowMs = clock.nowMs();
			if (nowMs - impaired.atMs > IMPAIRED_KEPT_MS) {
				const pausedMs = deps.ownHealth.loopPauseMsMax(nowMs - IMPAIRED_FOR_MS, nowMs);
				impaired = { value: pausedMs > RULES.loopPauseMsMax || !zooKeeperSessionFine(), atMs: nowMs };
			}
			return impaired.value;
		},
		noteReference(accepted) {
			reference = { accepted, atMs: clock.nowMs() };
		},
		isCutOff: () => !reference.accepted && clock.nowMs() - reference.atMs < REFERENCE_KEPT_MS,
	};
}
