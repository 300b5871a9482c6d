import type { HeadsJudgement } from './chain-heads';

/** How the database stands to the heads that are kept in the clusters' ensembles. */
export type ChainHeadsView = {
	/** Heads that were compared, over all ensembles. */
	checked: number;
	agreeing: number;
	/** The first entry that a head contradicts; what was changed lies after `agreesUpTo` and not after `sequence`. */
	contradicted: { sequence: number; agreesUpTo: number; cluster: string } | null;
	/** Ensembles whose heads are gone, older than they were, unreadable, or of another database. */
	lost: { cluster: string; detail: string }[];
	/** Clusters whose ensembles could not be asked. */
	unreachable: string[];
	/** The newest head of all. */
	newest: { sequence: number; atMs: number; cluster: string } | null;
};

/** One ensemble's answer; `judgement` null: it could not be asked. `detail`: the finding in words, '' without one. */
export type ClusterHeads = {
	readonly cluster: string;
	readonly judgement: HeadsJudgement | null;
	readonly detail: string;
};

/** Nothing contradicts and nothing is lost. An ensemble that does not answer says neither. */
export function headsHold(view: ChainHeadsView): boolean {
	return view.contradicted === null && view.lost.length === 0;
}

/** Each ensemble holds heads of its own: together they name the narrowest range. */
export function toChainHeadsView(answers: readonly ClusterHeads[]): ChainHeadsView {
	const view: ChainHeadsView = {
		checked: 0,
		agreeing: 0,
		contradicted: null,
		lost: [],
		unreachable: [],
		newest: null,
	};
	let agreesUpTo = 0;
	for (const { cluster, judgement, detail } of answers) {
		if (judgement === null) {
			view.unreachable.push(cluster);
			continue;
		}
		const { finding, newest } = judgement;
		view.checked += judgement.checked;
		view.agreeing += judgement.agreeing;
		if (newest !== null && newest.sequence > (view.newest?.sequence ?? 0)) {
			view.newest = { sequence: newest.sequence, atMs: newest.atMs, cluster };
		}
		if (finding?.kind === 'contradicted') {
			agreesUpTo = Math.max(agreesUpTo, finding.agreesUpTo);
			if (view.contradicted === null || finding.sequence < view.contradicted.sequence) {
				view.contradicted = { sequence: finding.sequence, agreesUpTo: finding.agreesUpTo, cluster };
			}
		} else if (finding !== null) {
			view.lost.push({ cluster, detail });
		} else {
			agreesUpTo = Math.max(agreesUpTo, newest?.sequence ?? 0);
		}
	}
	if (view.contradicted !== null && agreesUpTo < view.contradicted.sequence) {
		view.contradicted.agreesUpTo = agreesUpTo;
	}
	return view;
}
