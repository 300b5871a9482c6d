import { setTimeout as pause } from 'node:timers/promises';
import { toHex } from '@/lib/core/ids';
import { openWatchClient } from '../watch-client';
import type { ChaosMember } from './chaos-member';
import { monotonicMs } from './monotonic';
import type { Life, LostRegistration } from './truth';

/** A registration may be on its way: its member is asked again, this often at most. */
const LOOKS = 4;
const LOOK_AGAIN_MS = 1_000;

/** The harness' own look into ZooKeeper, past console and members. */
export type RegistryAudit = {
	/** Whether the incarnation is there still, however often one looks: a server may be behind for a while. */
	isStillThere(life: Pick<Life, 'path' | 'czxid'>): Promise<boolean>;
	/** Incarnations that a living, connected member holds to be its own and that are not there. */
	findLost(members: readonly ChaosMember[]): Promise<LostRegistration[]>;
	close(): Promise<void>;
};

export function openRegistryAudit(connect: string): RegistryAudit {
	const zk = openWatchClient(connect);

	/** undefined: cannot be told. */
	async function look(path: string): Promise<string | null | undefined> {
		// The ensemble may be in the middle of an election.
		const stat = await zk.stat(path).catch(() => undefined);
		return stat ? toHex(stat.czxid) : stat;
	}

	async function lostOf(member: ChaosMember): Promise<LostRegistration[]> {
		for (let looks = 1; ; looks++) {
			const lives = member.well() ? member.lives() : [];
			const found = await Promise.all(lives.map(({ path }) => look(path)));
			const lost = lives.filter(({ czxid }, index) => found[index] !== undefined && found[index] !== czxid);
			if (lost.length === 0 || looks === LOOKS) {
				return lost.map(({ czxid, path }) => ({ czxid, path, atMs: monotonicMs() }));
			}
			await pause(LOOK_AGAIN_MS);
		}
	}

	return {
		async isStillThere({ path, czxid }) {
			for (let looks = 1; (await look(path)) === czxid; looks++) {
				if (looks === LOOKS) {
					return true;
				}
				await pause(LOOK_AGAIN_MS);
			}
			return false;
		},
		findLost: async (members) => (await Promise.all(members.map(lostOf))).flat(),
		close: () => zk.close(),
	};
}
