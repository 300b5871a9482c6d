import type { AuditPort, Clock } from '@/lib/core/ports';

/** The number of the entry with this key, once it is in the database; null when it is not within the time. */
export async function awaitRecord(
	audit: AuditPort,
	clock: Clock,
	key: string,
	withinMs: number,
): Promise<string | null> {
	const deadlineMs = clock.nowMs() + withinMs;
	while (clock.nowMs() < deadlineMs) {
		const entry = await audit.byKey(key);
		if (entry) {
			return String(entry.sequence);
		}
		await clock.sleep(20);
	}
	return null;
}
