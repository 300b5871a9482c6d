/**
 * Holds tripwires to the loopback port of argv[2] until no place is left, in a process whose file descriptors are limited.
 * Prints a line of JSON when all are taken, a second one after a place became free and was taken again.
 */
import { systemClock } from '@/lib/adapters/clock';
import { createProbes } from '@/lib/adapters/probes/probes';
import { descriptorLimit } from '@/lib/adapters/probes/tripwire-places';

const endpoint = { ip: '127.0.0.1', port: Number(process.argv[2]) };
const probes = createProbes({ clock: systemClock });
const { max } = probes.tripwires();
const keepers = Array.from({ length: max + 20 }, () => ({ abort: new AbortController(), states: [] as string[] }));
const open = () => keepers.filter(({ states }) => states.length === 1 && states[0] === 'open').length;
const results: string[] = [];

async function hold(keeper: (typeof keepers)[number]): Promise<void> {
	const { abort, states } = keeper;
	const onEvent = ({ state }: { state: string }) => states.push(state);
	const { result } = await probes.probe(endpoint, { timeoutMs: 20_000, keep: { signal: abort.signal, onEvent } });
	results.push(result);
}

for (const keeper of keepers) await hold(keeper);
const full = {
	limit: descriptorLimit(),
	max,
	open: probes.tripwires().open,
	told: open(),
	first: keepers.slice(0, max).every(({ states }) => states.length === 1),
	results: [...new Set(results)],
};
process.stdout.write(`${JSON.stringify(full)}\n`);

keepers[0]?.abort.abort();
const freed = probes.tripwires().open;
const next = keepers.at(-1);
if (next !== undefined) await hold(next);
process.stdout.write(`${JSON.stringify({ freed, open: probes.tripwires().open, next: next?.states })}\n`);
process.exit(0);
