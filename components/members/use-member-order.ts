'use client';

import { useMemo, useState } from 'react';
import type { LiveMember } from '../live/live-cluster';
import { arrange, type Direction, keepOrder, type Order, type Sort } from './member-order';

type Keeper = { order: Order | null; generation: number };

/**
 * The rows' order, kept while members change and made anew when the reader asks for it (another sort, or `resort`).
 * The keeper is written while rendering; that is safe, because keepOrder of its own result returns it unchanged.
 */
export function useMemberOrder(members: ReadonlyMap<string, LiveMember>, sort: Sort, direction: Direction) {
	const [keeper] = useState<Keeper>({ order: null, generation: 0 });
	const [generation, setGeneration] = useState(0);
	const order = useMemo(() => {
		const before = keeper.order;
		const asked = before?.sort !== sort || before.direction !== direction || keeper.generation !== generation;
		// An order made of nothing is no order to keep: the first snapshot is sorted as a whole.
		const next =
			!before || asked || before.paths.length === 0 ? arrange(members, sort, direction) : keepOrder(before, members);
		keeper.order = next;
		keeper.generation = generation;
		return next;
	}, [keeper, members, sort, direction, generation]);
	return { order, resort: () => setGeneration((count) => count + 1) };
}
