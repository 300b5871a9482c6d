import type { Address, Endpoint } from '@/lib/core/member';
import type { ProbePort } from '@/lib/core/ports';

const RESOLVE_TIMEOUT_MS = 2_000;

/** What to probe for these addresses, in their order whichever name is answered first; a name may stand for several IPs. */
export async function resolveEndpoints(
	probes: ProbePort,
	addresses: readonly Address[],
): Promise<{ endpoint: Endpoint; name: string }[]> {
	const found = await Promise.all(
		addresses.map(async ({ host, port, name }) => {
			const ips = await probes.resolve(host, RESOLVE_TIMEOUT_MS);
			return ips.map((ip) => ({ endpoint: { ip, port }, name }));
		}),
	);
	return found.flat();
}
