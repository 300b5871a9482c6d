import type { SweepSummary } from './evidence';
import type { Completeness, ServerReading } from './sweep';

export type OrphanGround = NonNullable<SweepSummary['orphanGround']>;

export type OrphanGroundInput = {
	readonly completeness: Pick<Completeness, 'complete' | 'standalone' | 'serverIds'>;
	readonly readings: readonly ServerReading[];
	/** Ids of the voting members that /zookeeper/config names; null when unreadable, or when quorums are no majorities. */
	readonly voters: ReadonlySet<number> | null;
	/** Epoch of a zxid that this observer obtained by a write just before the sweep; null without one. */
	readonly confirmedEpoch: number | null;
	/** The expiry table of the only leader's dump holds this observer's own session. */
	readonly ownSessionInDump: boolean;
	/** The leader's tickTime, ms; null when it does not tell. */
	readonly tickMs: number | null;
};

/**
 * Whether a session that the leader's dump lacks has been forgotten by ZooKeeper itself (verdicts.md, 'session orphaned'):
 * all of
 * 1. the sweep is complete, and not of a standalone server;
 * 2. exactly one server says that it leads (after a partition two did for 9 s, and the old one's dump lacked living sessions);
 * 3. a majority of all voters, not of those that answered, proved who they are and name it as their leader, itself included;
 * 4. its epoch is that of a zxid just obtained by a write, so that nobody has been elected in its place;
 * 5. its dump holds our own session: the table of a follower is empty, and a leader's that has just begun may be;
 * 6. its tick is known, for a second reading has to be a tick apart (a session that moves between two buckets of the table
 *    while it is read can be missing from one reading).
 * null: there is no ground, and a session's absence from the dump means nothing.
 */
export function decideOrphanGround(input: OrphanGroundInput): OrphanGround | null {
	const { completeness, readings, voters, confirmedEpoch, ownSessionInDump, tickMs } = input;
	if (!completeness.complete || completeness.standalone || !ownSessionInDump) return null;
	const answers = readings.flatMap(({ answer }) => answer ?? []);
	const [leader, ...others] = answers.filter(({ role }) => role === 'leader');
	if (leader === undefined || others.length > 0) return null;
	const { serverId: leaderId, epoch } = leader;
	if (leaderId === null || voters === null || tickMs === null) return null;
	if (epoch === null || epoch !== confirmedEpoch) return null;
	const naming = new Set(answers.flatMap((one) => (one.leaderId === leaderId ? (one.serverId ?? []) : [])));
	const proven = new Set(completeness.serverIds.filter((id) => voters.has(id) && naming.has(id)));
	const quorum = proven.has(leaderId) && proven.size * 2 > voters.size;
	return quorum ? { leaderId, epoch, tickMs } : null;
}
