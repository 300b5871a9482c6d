'use client';

import { useCallback, useMemo, useState } from 'react';
import type { LiveMember } from '../live/live-cluster';
import { arrange, type Direction, keepOrder, type Order, type Sort } from './member-order';
import { useCalmResort } from './use-calm-resort';

function useGeneration() {
	const [generation, setGeneration] = useState(0);
	const resort = useCallback(() => setGeneration((count) => count + 1), []);
	return { generation, resort };
}

type Keeper = { order: Order | null; generation: number };

/**
 * `version`: LiveCluster.verdictsVersion, or anything else that is another when members came, went or changed verdict.
 *
 * The rows' order, kept while members change and made anew when the reader asks for it (another sort, or `resort`).
 * The keeper is written while rendering; that is safe, because keepOrder of its own result returns it unchanged.
 */
export function useMemberOrder(
	members: ReadonlyMap<string, LiveMember>,
	version: unknown,
	sort: Sort,
	direction: Direction,
) {
	const [keeper] = useState<Keeper>({ order: null, generation: 0 });
	const { generation, resort } = /*#__NOINLINE__*/ useGeneration();
	// biome-ignore lint/correctness/useExhaustiveDependencies: `version` stands for what matters in `members`
	const order = useMemo(() => {
		const before = keeper.order;
		const asked = before?.sort !== sort || before.direction !== direction || keeper.generation !== generation;
		// An order made of nothing is no order to keep: the first snapshot is sorted as a whole.
		const next =
			!before || asked || before.paths.length === 0 ? arrange(members, sort, direction) : keepOrder(before, members);
		keeper.order = next;
		keeper.generation = generation;
		return next;
	}, [keeper, version, sort, direction, generation]);
	/*#__NOINLINE__*/ useCalmResort(order.sort === 'attention' && order.unsorted, resort);
	return { order, generation, resort };
}
