import type { ClusterView, EnsembleView, MemberRow } from '@/lib/core/view';

/** `waiting`: nothing is wrong, an earlier step comes first. `advice`: works without it, and better with it. */
export type StepState = 'done' | 'todo' | 'waiting' | 'advice';

/** What is said of a step, as the page needs it. */
export type Step =
	| { readonly id: 'config'; readonly state: 'done' }
	| { readonly id: 'zookeeper'; readonly state: 'done' | 'todo'; readonly problem: string | null }
	| { readonly id: 'root'; readonly state: 'done' | 'todo' | 'waiting' }
	| { readonly id: 'members'; readonly state: 'done' | 'todo' | 'waiting'; readonly registered: number }
	| { readonly id: 'readable' | 'answering'; readonly state: StepState; readonly of: Share }
	| { readonly id: 'sessions'; readonly state: 'done' | 'todo' | 'waiting' }
	| { readonly id: 'provable'; readonly state: 'done' | 'waiting'; readonly of: Share }
	| { readonly id: 'observers'; readonly state: 'done' | 'advice'; readonly observers: number }
	| { readonly id: 'recovery'; readonly state: 'done' | 'advice' };

/** How many of how many, and the first of those that are not. */
export type Share = { readonly good: number; readonly all: number; readonly others: readonly MemberRow[] };

const OTHERS_MAX = 3;

/** A second observer tells a dead member from a cut cable of this console's own. */
const OBSERVERS_WANTED = 2;

/** Steps from a config to a cluster whose deaths can be proven, in their order: each rests on those before it. */
export function toSteps(cluster: ClusterView, ensemble: EnsembleView, rows: readonly MemberRow[]): readonly Step[] {
	const isFollowing = cluster.ensemble.following;
	const broken = cluster.impairments.find(({ code }) => code.startsWith('zookeeper-'));
	const readable = shareOf(rows, (row) => row.unreadable === null);
	const addressed = rows.filter((row) => row.unreadable === null);
	const answering = shareOf(addressed, (row) => row.lastAnsweredAtMs !== null);
	const provable = shareOf(rows, (row) => row.provable);
	const observers = ensemble.reachability.observers.length;
	const isAllGood = ({ good, all }: Share) => all > 0 && good === all;
	const ofMembers = (share: Share): StepState => (share.all === 0 ? 'waiting' : isAllGood(share) ? 'done' : 'todo');
	return [
		{ id: 'config', state: 'done' },
		{ id: 'zookeeper', state: isFollowing ? 'done' : 'todo', problem: isFollowing ? null : (broken?.detail ?? null) },
		{ id: 'root', state: cluster.latch !== 'unknown' ? 'done' : isFollowing ? 'todo' : 'waiting' },
		{
			id: 'members',
			state: rows.length > 0 ? 'done' : isFollowing ? 'todo' : 'waiting',
			registered: rows.length,
		},
		{ id: 'readable', state: ofMembers(readable), of: readable },
		{
			id: 'sessions',
			state: ensemble.sweptAtMs === null ? 'waiting' : ensemble.sweepComplete && isFollowing ? 'done' : 'todo',
		},
		{ id: 'answering', state: ofMembers(answering), of: answering },
		{ id: 'provable', state: isAllGood(provable) ? 'done' : 'waiting', of: provable },
		{ id: 'observers', state: observers >= OBSERVERS_WANTED ? 'done' : 'advice', observers },
		{ id: 'recovery', state: cluster.automaticRecovery ? 'done' : 'advice' },
	];
}

function shareOf(rows: readonly MemberRow[], isGood: (row: MemberRow) => boolean): Share {
	const others = rows.filter((row) => !isGood(row));
	return { good: rows.length - others.length, all: rows.length, others: others.slice(0, OTHERS_MAX) };
}
