'use client';

import { useMemo, useState } from 'react';
import type { LiveMember } from '../live/live-cluster';
import { keepPlaces, NO_PLACES, type Places, placeAll } from './board-places';

/**
 * The board's places, kept while members come and go. `version`: LiveCluster.verdictsVersion. The keeper is written while
 * rendering; that is safe, because keepPlaces of its own result returns it unchanged.
 */
export function useBoardPlaces(members: ReadonlyMap<string, LiveMember>, version: number): Places {
	const [keeper] = useState<{ places: Places }>({ places: NO_PLACES });
	// biome-ignore lint/correctness/useExhaustiveDependencies: `version` stands for who is there
	return useMemo(() => {
		keeper.places = keeper.places.paths.length === 0 ? placeAll(members) : keepPlaces(keeper.places, members);
		return keeper.places;
	}, [keeper, version]);
}
