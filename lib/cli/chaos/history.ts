import { isProven } from '@/lib/core/detector';
import type { ReasonCode, Verdict } from '@/lib/core/reason';
import { isAliveAt } from './judge';
import { monotonicMs } from './monotonic';
import type {
	Claim,
	Expiry,
	Life,
	LostRegistration,
	NaiveClaim,
	Observations,
	Outage,
	Pause,
	PurgeRecord,
	TrialRecord,
} from './truth';

type Endpoint = { readonly ip: string; readonly port: number };

/** What the console says of one incarnation at present. */
export type Standing = {
	readonly verdict: Verdict;
	readonly provable: boolean;
	/** First time that it was called dead or superseded. */
	condemnedAtMs: number | null;
	leftAtMs: number | null;
};

const LOOP_CHECK_MS = 50;
const PAUSE_MS = 300;

/** Everything that happened, as the members, the console and the naive detectors told it, in one place. */
export class History {
	readonly #lives: Life[] = [];
	readonly #outages: Outage[] = [];
	readonly #claims: Claim[] = [];
	readonly #missing: Record<string, readonly ReasonCode[]> = {};
	readonly #standings = new Map<string, Standing>();
	readonly #purges: PurgeRecord[] = [];
	readonly #lost: LostRegistration[] = [];
	readonly #expiries: Expiry[] = [];
	readonly #naive: NaiveClaim[] = [];
	readonly #trials: TrialRecord[] = [];
	readonly #pauses: Pause[] = [];
	readonly #onLife: (life: Life, announced: Endpoint) => void;

	/** Takes whatever happens, as it happens. */
	readonly log: (event: object) => void;

	constructor(onLife: (life: Life, announced: Endpoint) => void, log: (event: object) => void) {
		this.#onLife = onLife;
		this.log = log;
		this.#watchOwnPauses();
	}

	lived(life: Life, announced: Endpoint): void {
		this.log({ event: 'lived', ...life, ...announced });
		this.#lives.push(life);
		this.#onLife(life, announced);
	}

	connectionLost(pid: number, fromMs: number): void {
		this.connectionRestored(pid, fromMs);
		this.#outages.push({ pid, fromMs, toMs: null });
	}

	connectionRestored(pid: number, toMs: number): void {
		const open = this.#outages.findLast((outage) => outage.pid === pid);
		if (open) {
			open.toMs ??= toMs;
		}
	}

	sessionExpired(expiry: Expiry): void {
		this.log({ event: 'expired', ...expiry });
		this.#expiries.push(expiry);
	}

	registrationLost(lost: LostRegistration): void {
		// Its process tells it, and the harness' own look may find it too.
		if (!this.#lost.some((known) => known.czxid === lost.czxid)) {
			this.#lost.push(lost);
		}
	}

	claimed(claim: Claim): void {
		const condemned = isProven(claim.verdict);
		const life = this.lifeOf(claim.czxid);
		// Only what may be false has to be explained: a long run would keep hundreds of megabytes.
		const kept = condemned && life !== null && isAliveAt(life, claim.atMs);
		this.#claims.push(kept ? claim : { ...claim, input: null });
		if (condemned) {
			this.#standing(claim.czxid).condemnedAtMs ??= claim.atMs;
		}
	}

	seen(czxid: string, verdict: Verdict, provable: boolean, missing: readonly ReasonCode[]): void {
		this.#standings.set(czxid, { ...this.#standing(czxid), verdict, provable });
		this.#missing[czxid] = missing;
	}

	left(czxid: string, atMs: number): void {
		this.#standing(czxid).leftAtMs ??= atMs;
	}

	standing(czxid: string): Standing {
		return this.#standing(czxid);
	}

	purged(record: PurgeRecord): void {
		this.log({ event: 'purged', ...record });
		this.#purges.push(record);
	}

	naivelyClaimed(claim: NaiveClaim): void {
		this.#naive.push(claim);
	}

	tried(record: TrialRecord): void {
		this.log({ event: 'tried', ...record });
		this.#trials.push(record);
	}

	lifeOf(czxid: string): Life | null {
		return this.#lives.findLast((life) => life.czxid === czxid) ?? null;
	}

	trialsRun(): number {
		return this.#trials.length;
	}

	observations(settleMs: number): Observations {
		const leftAtMs: Record<string, number> = {};
		for (const [czxid, standing] of this.#standings) {
			if (standing.leftAtMs !== null) {
				leftAtMs[czxid] = standing.leftAtMs;
			}
		}
		return {
			lives: this.#lives,
			outages: this.#outages,
			claims: this.#claims,
			missing: this.#missing,
			leftAtMs,
			purges: this.#purges,
			lost: this.#lost,
			expiries: this.#expiries,
			naive: this.#naive,
			trials: this.#trials,
			pauses: this.#pauses,
			settleMs,
		};
	}

	#standing(czxid: string): Standing {
		const known = this.#standings.get(czxid);
		if (known) {
			return known;
		}
		const fresh: Standing = { verdict: 'unknown', provable: false, condemnedAtMs: null, leftAtMs: null };
		this.#standings.set(czxid, fresh);
		return fresh;
	}

	/** A machine or a harness that stands still for a while measures nothing well. */
	#watchOwnPauses(): void {
		let lastMs = monotonicMs();
		setInterval(() => {
			const nowMs = monotonicMs();
			if (nowMs - lastMs > LOOP_CHECK_MS + PAUSE_MS) {
				this.#pauses.push({ fromMs: lastMs, toMs: nowMs });
				this.log({ event: 'paused', fromMs: lastMs, toMs: nowMs });
			}
			lastMs = nowMs;
		}, LOOP_CHECK_MS).unref();
	}
}
