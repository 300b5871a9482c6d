import type { Endpoint } from '@/lib/core/member';
import type { ProbePort } from '@/lib/core/ports';

const RESOLVE_MS_MAX = 1_000;

/** Client ports of the ensemble as literal endpoints, the first address of each; those that do not resolve are left out. */
export async function resolveServers(
	probes: ProbePort,
	servers: readonly { readonly host: string; readonly port: number }[],
): Promise<Endpoint[]> {
	const found = await Promise.all(
		servers.map(async ({ host, port }) => {
			const ips = await probes.resolve(host, RESOLVE_MS_MAX);
			return ips.slice(0, 1).map((ip) => ({ ip, port }));
		}),
	);
	return found.flat();
}
