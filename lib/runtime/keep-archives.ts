import type { ArchivePort } from '../core/archive-port';
import type { ArchivesView, SignedOffArchiveView } from '../core/archives-view';
import type { Actor } from '../core/audit-entry';
import type { Clock } from '../core/ports';

const DAY_MS = 86_400_000;
/** How often is looked whether something that was signed off is stored still: another process may have left it. */
const LOOK_MS = 60_000;
/** Between two pieces, so that appends and probes never wait for long. */
const PIECE_PAUSE_MS = 5;

export type ArchivesHandle = {
	/** Rejects when the database cannot be read. */
	view(): Promise<ArchivesView>;
	/** Recorded, and no longer part of the log, when it resolves. Rejects with ArchiveError, or when it cannot be recorded. */
	signOff(order: { readonly sha256: string; readonly reason: string }, actor: Actor): Promise<SignedOffArchiveView>;
};

export type KeepArchivesDeps = {
	readonly archives: ArchivePort;
	readonly retentionDays: number | null;
	readonly clock: Clock;
	readonly log: (level: 'info' | 'warn', message: string, detail: Readonly<Record<string, unknown>>) => void;
	readonly lookMs?: number | undefined;
};

/** Tells what is archived, and takes entries that were signed off out of the database. Nothing is sealed or signed off by itself. */
export function keepArchives(deps: KeepArchivesDeps): { readonly handle: ArchivesHandle; close(): Promise<void> } {
	const { archives, retentionDays, clock } = deps;
	const stop = new AbortController();
	let hasty = new AbortController();
	/** Up to here entries were found old enough: they stay so. */
	let oldUpTo = 0;

	async function removeAll(): Promise<void> {
		let removed = 0;
		for (let some = 1; some > 0 && !stop.signal.aborted; removed += some) {
			some = await archives.removeSome();
			await clock.sleep(PIECE_PAUSE_MS);
		}
		if (removed > 0) {
			deps.log('info', 'archived entries were removed from the database', { entries: removed });
		}
	}

	async function run(): Promise<void> {
		while (!stop.signal.aborted) {
			try {
				await removeAll();
			} catch (error) {
				deps.log('warn', 'archived entries cannot be removed from the database; tried again', { error: String(error) });
			}
			await clock.sleep(deps.lookMs ?? LOOK_MS, AbortSignal.any([stop.signal, hasty.signal]));
			hasty = hasty.signal.aborted ? new AbortController() : hasty;
		}
	}
	const running = run();

	async function waiting(): Promise<ArchivesView['waiting']> {
		if (retentionDays === null) {
			return null;
		}
		const found = await archives.olderThan(clock.wallMs() - retentionDays * DAY_MS, oldUpTo);
		oldUpTo = Math.max(oldUpTo, found?.last ?? 0);
		return found;
	}

	return {
		handle: {
			async view() {
				const { signedOff, sealed } = await archives.list();
				return {
					upTo: signedOff.at(-1)?.last ?? 0,
					signedOff: signedOff.map((each) => ({ ...each })),
					sealed: sealed.map(({ first, last, sha256, bytes, file, olderThan, ...rest }) => {
						const { sealed: entry, sealedBy, sealedAtMs, reason } = rest;
						return { first, last, sha256, bytes, file, olderThan, sealed: entry, sealedBy, sealedAtMs, reason };
					}),
					retentionDays,
					waiting: await waiting(),
				};
			},
			async signOff(order, actor) {
				const archive = await archives.signOff({ ...order, actor, atMs: Math.round(clock.wallMs()) });
				hasty.abort();
				return archive;
			},
		},
		async close() {
			stop.abort();
			await running;
		},
	};
}
