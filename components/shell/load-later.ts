/** The console may be down or starting just now. */
const RETRY_MS = 2_000;
/** It answers, and yet will not give this part of the page: it has become another version meanwhile. */
const REFUSED_MAX = 3;
/** A page that is younger is of the present version: to load it anew would change nothing, again and again. */
const OLD_MS = 60_000;

export type LoadLaterDeps = {
	readonly sleep: (ms: number) => Promise<void>;
	/** Whether the console answers. Never rejects. */
	readonly answers: () => Promise<boolean>;
	/** Age of the page, ms. */
	readonly ageMs: () => number;
	/** Loads the page anew; everything that it shows is in its address. */
	readonly reload: () => void;
};

const BROWSER: LoadLaterDeps = {
	sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
	answers: () =>
		fetch('/api/health', { cache: 'no-store' }).then(
			() => true,
			() => false,
		),
	ageMs: () => performance.now(),
	reload: () => window.location.reload(),
};

/**
 * A part of the page that is loaded when it is opened. Where that fails, it is tried again until it comes: rejected, it would
 * take the whole page down, and with it what was last known of the members. Never rejects.
 */
export function loadLater<T>(load: () => Promise<T>, deps: LoadLaterDeps = BROWSER): () => Promise<T> {
	return async () => {
		for (let refused = 0; ; ) {
			try {
				return await load();
			} catch {
				// Only said by the browser's own console, which names what could not be loaded.
				refused = (await deps.answers()) ? refused + 1 : 0;
				if (refused >= REFUSED_MAX && deps.ageMs() > OLD_MS) deps.reload();
				await deps.sleep(RETRY_MS);
			}
		}
	};
}
