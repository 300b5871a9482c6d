import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { parseArgs } from 'node:util';
import { parseConnectString } from '@/lib/adapters/config/connect-string';
import { isZnodePath } from '@/lib/adapters/config/paths';
import { parseHost, parseHostPort } from '@/lib/adapters/registrations/host-port';
import type { AgentOptions } from '@/lib/agent/agent';
import type { AgentConnection } from '@/lib/agent/start';
import {
	AgentOptionError,
	shown,
	toDrills,
	toNumber,
	toPath,
	toStartUp,
	toWrapped,
	type WrappedCommand,
} from './agent-start-options';

export { AgentOptionError } from './agent-start-options';

const DATA_BYTES_MAX = 64 * 1_024;
const NAME_LENGTH_MAX = 128;
/** As the console's config has it (lib/adapters/config): one plain path segment. */
const CLUSTER_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

const OPTIONS = {
	connect: { type: 'string' },
	path: { type: 'string' },
	id: { type: 'string' },
	host: { type: 'string' },
	port: { type: 'string' },
	format: { type: 'string', default: 'json' },
	data: { type: 'string' },
	'ping-host': { type: 'string' },
	'ping-port': { type: 'string', default: '0' },
	'failure-domain': { type: 'string', default: 'default' },
	cluster: { type: 'string', default: 'prod' },
	root: { type: 'string', default: '/rollcall' },
	'session-timeout-ms': { type: 'string', default: '10000' },
	peers: { type: 'string', default: '3' },
	takeover: { type: 'string', default: 'on' },
	'takeover-wait-ms': { type: 'string' },
	'settle-ms': { type: 'string', default: '1200' },
	admin: { type: 'string' },
	parents: { type: 'string' },
	'holds-address': { type: 'boolean', default: false },
	'allow-drills': { type: 'boolean', default: false },
	'drills-replaced': { type: 'boolean', default: false },
	'ready-timeout-ms': { type: 'string', default: '60000' },
	'stop-timeout-ms': { type: 'string', default: '10000' },
	help: { type: 'boolean', short: 'h', default: false },
} as const;

export type ParsedAgentOptions = AgentOptions & AgentConnection & { readonly wrapped: WrappedCommand | null };

/**
 * Null: help was asked for. Throws AgentOptionError. `environment`: ROLLCALL_ZK_AUTH is read from it. What follows the first
 * `--` is the member's own command, with its arguments as they are.
 */
export function parseAgentOptions(
	all: readonly string[],
	environment: Readonly<Record<string, string | undefined>>,
): ParsedAgentOptions | null {
	const cut = all.indexOf('--');
	const args = cut === -1 ? all : all.slice(0, cut);
	const values = parseValues(args);
	if (values.help) {
		return null;
	}
	const connection = toConnection(values.connect, environment.ROLLCALL_ZK_AUTH);
	const parent = toPath('--path', required('--path', values.path));
	const id = toId(required('--id', values.id));
	const host = toHost('--host', required('--host', values.host));
	const port = toNumber('--port', required('--port', values.port), 1, 65_535);
	return {
		...connection,
		parent,
		id,
		data: toData({ format: values.format, file: values.data, parent, id, host, port }),
		ping: {
			host: values['ping-host'] === undefined ? host : toHost('--ping-host', values['ping-host']),
			port: toNumber('--ping-port', values['ping-port'], 0, 65_535),
		},
		failureDomain: toName('--failure-domain', values['failure-domain'], 64),
		cluster: toCluster(values.cluster),
		rootPath: toPath('--root', values.root),
		sessionTimeoutMs: toNumber('--session-timeout-ms', values['session-timeout-ms'], 1_000, 600_000),
		peers: toNumber('--peers', values.peers, 0, 16),
		startUp: toStartUp(values, connection.servers),
		drills: toDrills(values, cut !== -1),
		wrapped: cut === -1 ? null : toWrapped(all.slice(cut + 1), values, { host, port }),
	};
}

function parseValues(args: readonly string[]) {
	try {
		return parseArgs({ args: [...args], options: OPTIONS }).values;
	} catch (error) {
		throw new AgentOptionError(error instanceof Error ? error.message : String(error));
	}
}

function required(option: string, value: string | undefined): string {
	if (value === undefined || value === '') {
		throw new AgentOptionError(`${option} is missing: --connect, --path, --id, --host and --port are needed.`);
	}
	return value;
}

function toConnection(text: string | undefined, credentials: string | undefined) {
	const value = required('--connect', text);
	const parsed = parseConnectString(value);
	if (parsed === null) {
		throw new AgentOptionError(
			`--connect is ${shown(value)}; give the client ports of ZooKeeper: host:port,host:port, with /chroot at the end where there is one.`,
		);
	}
	if (credentials !== undefined && !/^[^:\s]+:.+$/.test(credentials)) {
		throw new AgentOptionError('ROLLCALL_ZK_AUTH is not user:password: unset it, or set both, as for the console.');
	}
	return {
		connect: parsed.servers.join(','),
		chroot: parsed.chroot,
		servers: parsed.servers.flatMap((server) => parseHostPort(server) ?? []),
		auth: credentials === undefined ? null : { scheme: 'digest', credentials },
	};
}

function toId(text: string): string {
	if (text.length > NAME_LENGTH_MAX || text.includes('/') || !isZnodePath(`/${text}`)) {
		throw new AgentOptionError(
			`--id is ${shown(text)}; it becomes the name of the znode: 1 to ${NAME_LENGTH_MAX} characters without a slash or control character, not . or ..`,
		);
	}
	return text;
}

function toHost(option: string, text: string): string {
	const host = parseHost(text);
	if (host === null) {
		throw new AgentOptionError(`${option} is ${shown(text)}; give an IP address or a host name.`);
	}
	return host;
}

function toName(option: string, text: string, lengthMax: number): string {
	if (text.length === 0 || text.length > lengthMax || /\p{Cc}/u.test(text)) {
		throw new AgentOptionError(
			`${option} is ${shown(text)}; give 1 to ${lengthMax} characters without control characters, such as rack-1.`,
		);
	}
	return text;
}

function toCluster(text: string): string {
	if (!CLUSTER_PATTERN.test(text)) {
		throw new AgentOptionError(`--cluster is ${shown(text)}; give the cluster's id as the console's config has it.`);
	}
	return text;
}

type Registered = {
	readonly format: string;
	readonly file: string | undefined;
	readonly parent: string;
	readonly id: string;
	readonly host: string;
	readonly port: number;
};

/** `rollcallPort` tells a console where the ping is: `health: {path: '/.well-known/rollcall', pointer: '/rollcallPort'}`. */
function toData({ format, file, parent, id, host, port }: Registered): AgentOptions['data'] {
	if (file !== undefined) {
		const data = readData(file);
		return () => data;
	}
	if (format === 'json') {
		return (rollcallPort) => Buffer.from(JSON.stringify({ id, host, port, rollcallPort }));
	}
	if (format === 'curator') {
		const name = parent.slice(parent.lastIndexOf('/') + 1);
		return (rollcallPort) =>
			Buffer.from(
				JSON.stringify({
					name,
					id,
					address: isIP(host) === 6 ? `[${host}]` : host,
					port,
					sslPort: null,
					payload: { rollcallPort },
					registrationTimeUTC: Date.now(),
					serviceType: 'DYNAMIC',
					uriSpec: null,
				}),
			);
	}
	throw new AgentOptionError(
		`--format is ${shown(format)}; allowed are json and curator. For any other give the znode's content: --data FILE.`,
	);
}

function readData(file: string): Buffer {
	let data: Buffer;
	try {
		data = readFileSync(file);
	} catch (error) {
		const detail = error instanceof Error ? error.message : String(error);
		throw new AgentOptionError(`--data names a file that cannot be read: ${detail}`);
	}
	if (data.length === 0 || data.length > DATA_BYTES_MAX) {
		throw new AgentOptionError(`--data has ${data.length} bytes; give a file of 1 to ${DATA_BYTES_MAX}.`);
	}
	return data;
}
