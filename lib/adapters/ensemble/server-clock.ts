/** A server's uptime as it was read: between these two local monotonic times it was `uptimeMs`. */
export type UptimeReading = { readonly uptimeMs: number; readonly askedAtMs: number; readonly heardAtMs: number };

/**
 * What a server's own clock shows, although no answer tells it. Its listings carry times of that clock that lie in the past
 * (a connection's last response; an expiry bucket less timeout and tick, when the session was last touched), and beside them
 * its uptime, which runs at the same speed. Each such time gives a lower bound of the clock's reading at uptime 0, and the
 * highest bound seen since the server started to serve is kept. So the estimate is never ahead, and is behind by the
 * smallest age that any such time had when it was read: the ping interval of the busiest session at first, a few ms after
 * some sweeps.
 */
export type ServerClock = {
	/** `pastMs`, of the server's clock, had passed by the local time `seenAtMs`. */
	learn(pastMs: number, seenAtMs: number, uptime: UptimeReading): void;
	/** The server's clock at a local time; null when nothing was learned since it started. */
	nowMs(atMs: number, uptime: UptimeReading): number | null;
};

/** Network and scheduling noise between two readings of one uptime; a restart shifts it by seconds at least. */
const SAME_START_MS = 2_000;

export function createServerClock(): ServerClock {
	let startedAtMs: number | null = null;
	let originMs = Number.NEGATIVE_INFINITY;
	/** A new election or process starts the uptime again, perhaps on another machine: what was learned is void. */
	const follow = (uptime: UptimeReading): void => {
		const startMs = uptime.heardAtMs - uptime.uptimeMs;
		if (startedAtMs !== null && Math.abs(startMs - startedAtMs) <= SAME_START_MS) return;
		startedAtMs = startMs;
		originMs = Number.NEGATIVE_INFINITY;
	};
	return {
		learn(pastMs, seenAtMs, uptime) {
			follow(uptime);
			originMs = Math.max(originMs, pastMs - uptime.uptimeMs - (seenAtMs - uptime.askedAtMs));
		},
		nowMs(atMs, uptime) {
			follow(uptime);
			return Number.isFinite(originMs) ? originMs + uptime.uptimeMs + (atMs - uptime.heardAtMs) : null;
		},
	};
}
