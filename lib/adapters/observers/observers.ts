import type { ObserversFactory } from '@/lib/core/observers';
import { ZooKeeperError } from '../zookeeper/client';
import { Announcer } from './announcer';
import { Follower } from './follower';

/**
 * Joins the observers of one cluster, in ZooKeeper:
 *
 *   <observers>/<observer>               ephemeral: `{kind, failureDomain, watches}`
 *   <suspicions>/<member>/<observer>     ephemeral: `{czxid, ephemeralOwner, refused, timedOut, tripwireHeldMs, failureDomain}`
 *
 * `<member>` is the URL-encoded path (names.ts). The two parents are made by consoles; until they are there this one is
 * not announced and says so. A suspicion counts only with the presence of the same name and session.
 */
export const joinObservers: ObserversFactory = (options) => {
	const announcer = new Announcer(options);
	const isOwn = (sessionId: bigint) => announcer.isOwn(sessionId);
	const follower = options.follow ? new Follower({ ...options, isOwn }) : null;
	return {
		name: () => announcer.name,
		announce: (self) => announcer.announce(self),
		accuse: (accusation) => announcer.accuse(accusation),
		withdraw: (memberPath) => announcer.withdraw(memberPath),
		presences: () => follower?.presences() ?? [],
		suspicionsOf: (memberPath) => follower?.suspicionsOf(memberPath) ?? [],
		suspected: () => follower?.suspected() ?? [],
		async reread(memberPaths) {
			try {
				await follower?.reread(memberPaths);
			} catch (error) {
				// Without an answer nothing was confirmed: it grows old, and does not count.
				if (!(error instanceof ZooKeeperError)) {
					throw error;
				}
			}
		},
		trouble: () => announcer.trouble ?? follower?.trouble ?? null,
		async close() {
			follower?.close();
			await announcer.close();
		},
	};
};
