import type { AuditAction } from '@/lib/core/audit-entry';
import type { WebhookFilter } from '@/lib/core/webhook';

/** What people choose from; everything between is `chosen` by action and outcome. */
export const TOLD_KINDS = ['deaths', 'everything', 'chosen'] as const;
export type ToldKind = (typeof TOLD_KINDS)[number];

/** Who is proven dead, what was purged, and what went wrong with it. */
const DEATHS: Pick<WebhookFilter, 'actions' | 'outcomes'> = {
	actions: ['member.verdict', 'member.purge', 'member.takeover', 'member.late-purge', 'member.ghost'],
	outcomes: ['dead', 'superseded', 'purged', 'partial', 'failed'],
};

/** What the form of a webhook holds. */
export type ToldDraft = {
	readonly kind: ToldKind;
	readonly actions: readonly AuditAction[];
	/** As typed, with commas. */
	readonly outcomes: string;
	readonly clusters: readonly string[];
};

export const TOLD_AT_FIRST: ToldDraft = { kind: 'deaths', actions: [], outcomes: '', clusters: [] };

const same = (one: readonly string[], other: readonly string[]) =>
	one.length === other.length && one.every((each) => other.includes(each));

export function toldKind({ actions, outcomes }: Pick<WebhookFilter, 'actions' | 'outcomes'>): ToldKind {
	if (actions.length === 0 && outcomes.length === 0) return 'everything';
	return same(actions, DEATHS.actions) && same(outcomes, DEATHS.outcomes) ? 'deaths' : 'chosen';
}

export function toDraft(filter: WebhookFilter): ToldDraft {
	const kind = toldKind(filter);
	const { clusters } = filter;
	return kind === 'chosen'
		? { kind, actions: filter.actions, outcomes: filter.outcomes.join(', '), clusters }
		: { ...TOLD_AT_FIRST, kind, clusters };
}

export function toFilter({ kind, actions, outcomes, clusters }: ToldDraft): WebhookFilter {
	switch (kind) {
		case 'everything':
			return { actions: [], outcomes: [], clusters };
		case 'deaths':
			return { ...DEATHS, clusters };
		case 'chosen': {
			const words = outcomes.split(/[,，、\s]+/).filter((word) => word !== '');
			return { actions, outcomes: [...new Set(words)], clusters };
		}
	}
}

/** Whether the API would refuse the address; its own check is finer (link-local addresses). */
export function isUrlBad(text: string): boolean {
	const url = URL.canParse(text) ? new URL(text) : null;
	const isWeb = url !== null && (url.protocol === 'http:' || url.protocol === 'https:');
	return !isWeb || url.username !== '' || url.password !== '' || url.hash !== '';
}

/** What a webhook is called where its whole address is too long. */
export function hostOf(url: string): string {
	return URL.canParse(url) ? new URL(url).host : url;
}
