const DEFAULT_PORT = 2181;

export type ServerAddress = { readonly host: string; readonly port: number };

export function formatServer(server: ServerAddress): string {
	return server.host.includes(':') ? `[${server.host}]:${server.port}` : `${server.host}:${server.port}`;
}

/** 'host:port,[::1]:port,host' without a chroot. Throws RangeError with the part that cannot be read. */
export function parseServers(connect: string): ServerAddress[] {
	const parts = connect.split(',').filter((part) => part.trim() !== '');
	const servers = parts.map((part) => {
		const match = /^(?:\[([0-9a-fA-F:.%]+)\]|([^\s[\]:/]+))(?::(\d{1,5}))?$/.exec(part.trim());
		const host = match?.[1] ?? match?.[2];
		const port = match?.[3] === undefined ? DEFAULT_PORT : Number(match[3]);
		if (host === undefined || port < 1 || port > 65_535)
			throw new RangeError(`'${part.slice(0, 200)}' is not a ZooKeeper server; write host:port.`);
		return { host, port };
	});
	if (servers.length === 0)
		throw new RangeError('The connect string names no ZooKeeper server; write host:port,host:port.');
	return servers;
}

/** A new order for each session, so that the clients of an ensemble spread over its servers (Fisher and Yates). */
export function shuffle<T>(items: readonly T[], random: () => number): T[] {
	const result = [...items];
	for (let i = result.length - 1; i > 0; i--) {
		const j = Math.floor(random() * (i + 1));
		const [a, b] = [result[i], result[j]];
		if (a === undefined || b === undefined) continue;
		result[i] = b;
		result[j] = a;
	}
	return result;
}
