/** For each member whose session is gone: at most some 1,000 looks a second at all of them together. */
const PAUSE_MS_EACH = 1;
/** A proof needs two rounds while the session settles; of the proven, evidence stays younger than a purge demands. */
const PAUSE_MS_MAX = { suspect: 400, proven: 800 } as const;
/** An observer that is unwell itself asks that much less (Lifeguard). */
const STRETCH = 2;

/**
 * Pause between looks at one member, ms, where `gone` sessions are looked into at the same time: below some hundred of them
 * less than the pace of an investigation, above that what keeps the observer itself from stalling, which would end every proof.
 */
export function crowdPauseMs(gone: number, { proven, impaired }: { proven: boolean; impaired: boolean }): number {
	const eachMs = gone * PAUSE_MS_EACH * (impaired ? STRETCH : 1);
	return proven ? Math.min(2 * eachMs, PAUSE_MS_MAX.proven) : Math.min(eachMs, PAUSE_MS_MAX.suspect);
}
