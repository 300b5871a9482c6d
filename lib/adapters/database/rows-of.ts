import type { Compilable, CompiledQuery } from 'kysely';

/** Inside of transaction steps: `const rows = yield* rowsOf(query)`. */
export function* rowsOf<Row>(query: Compilable<Row>): Generator<CompiledQuery, Row[], readonly unknown[]> {
	// The driver answers a query with the rows that the query's own type promises.
	return (yield query.compile()) as Row[];
}
