'use client';

import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { SORTS } from './member-order';
import { VERDICT_FILTERS } from './member-query';

/** Everything that says what the page shows, kept in its address: a link shows a colleague the same. */
const PARSERS = {
	q: parseAsString.withDefault(''),
	verdict: parseAsStringLiteral(VERDICT_FILTERS),
	group: parseAsString,
	sort: parseAsStringLiteral(SORTS).withDefault('attention'),
	direction: parseAsStringLiteral(['asc', 'desc'] as const).withDefault('asc'),
	/** Path of the member whose drawer is open. */
	member: parseAsString,
};

export function useMemberFilters() {
	const [filters, setFilters] = useQueryStates(PARSERS, { history: 'replace', throttleMs: 150 });
	return { filters, setFilters };
}

export type MemberFilters = ReturnType<typeof useMemberFilters>['filters'];
export type SetMemberFilters = ReturnType<typeof useMemberFilters>['setFilters'];
