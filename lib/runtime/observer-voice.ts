import { type Accusation, sameAccusation, toAccusation } from '@/lib/core/accusation';
import type { ObserversPort } from '@/lib/core/observers';
import type { RollEntry } from './roll';

export type ObserverVoice = {
	/** What this observer knows of the member changed. */
	changed(entry: RollEntry): void;
	left(path: string): void;
};

/** Tells the others what this observer's own probes found, and takes it back; on change only. */
export function createVoice(deps: {
	readonly port: Pick<ObserversPort, 'accuse' | 'withdraw'>;
	/** It stumbled lately: its own time-outs say more about itself than about others. */
	readonly isImpaired: () => boolean;
	readonly onAccused?: ((accusation: Accusation) => void) | undefined;
	readonly onWithdrawn?: ((path: string) => void) | undefined;
}): ObserverVoice {
	const accused = new Map<string, Accusation>();

	function withdraw(path: string): void {
		if (accused.delete(path)) {
			deps.port.withdraw(path);
			deps.onWithdrawn?.(path);
		}
	}

	return {
		changed({ registration, state }) {
			const { path } = registration.incarnation;
			const before = accused.get(path) ?? null;
			const now = toAccusation(state, before, deps.isImpaired());
			if (now === null) {
				withdraw(path);
			} else if (!sameAccusation(now, before)) {
				accused.set(path, now);
				deps.port.accuse(now);
				deps.onAccused?.(now);
			}
		},
		left: withdraw,
	};
}
