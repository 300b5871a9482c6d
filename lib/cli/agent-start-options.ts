import { isZnodePath } from '@/lib/adapters/config/paths';
import type { AgentOptions } from '@/lib/agent/agent';
import type { ServerConfig } from '@/lib/core/config';

/** A wrong argument: names it, says what was found and what is allowed. */
export class AgentOptionError extends Error {
	override readonly name = 'AgentOptionError';
}

/** The member's own start command, which the agent runs. */
export type WrappedCommand = {
	readonly command: string;
	readonly args: readonly string[];
	/** Where the member answers once it is ready. */
	readonly host: string;
	readonly port: number;
	readonly readyTimeoutMs: number;
	/** From SIGTERM to SIGKILL. */
	readonly stopTimeoutMs: number;
};

type Values = {
	readonly takeover: string;
	readonly 'takeover-wait-ms'?: string | undefined;
	readonly 'settle-ms': string;
	readonly admin?: string | undefined;
	readonly parents?: string | undefined;
	readonly 'holds-address': boolean;
	readonly 'allow-drills': boolean;
	readonly 'drills-replaced': boolean;
	readonly 'ready-timeout-ms': string;
	readonly 'stop-timeout-ms': string;
};

/** How the place is cleared before the registration; null: not at all. Throws AgentOptionError. */
export function toStartUp(values: Values, servers: AgentOptions['servers']): AgentOptions['startUp'] {
	const { takeover } = values;
	if (takeover !== 'on' && takeover !== 'off') {
		throw new AgentOptionError(`--takeover is ${shown(takeover)}; allowed are on and off.`);
	}
	const wait = values['takeover-wait-ms'];
	const scan = {
		parents: (values.parents?.split(',') ?? []).map((parent) => toPath('--parents', parent)),
		holdsAddress: values['holds-address'],
		waitMs: wait === undefined ? null : toNumber('--takeover-wait-ms', wait, 0, 3_600_000),
		settleMs: toNumber('--settle-ms', values['settle-ms'], 150, 60_000),
		sweeps: toSweeps(values.admin, servers),
	};
	return takeover === 'on' ? scan : null;
}

/** A drill that killed the agent alone would leave a member without its registration. */
export function toDrills(values: Values, hasCommand: boolean): AgentOptions['drills'] {
	if (values['allow-drills'] && !hasCommand) {
		throw new AgentOptionError(
			'--allow-drills needs the command that starts the member, after a --: a drill kills both.',
		);
	}
	if (values['drills-replaced'] && !values['allow-drills']) {
		throw new AgentOptionError('--drills-replaced says what follows a drill: give --allow-drills too.');
	}
	return values['allow-drills'] ? { replaced: values['drills-replaced'] } : null;
}

/** One admin address a server, in the order of --connect. */
function toSweeps(text: string | undefined, servers: AgentOptions['servers']): ServerConfig[] {
	const admins = text?.split(',') ?? servers.map(() => null);
	if (admins.length !== servers.length) {
		throw new AgentOptionError(
			`--admin names ${admins.length} servers and --connect ${servers.length}; give one http://host:port/commands for each, in the same order.`,
		);
	}
	return servers.map(({ host, port }, index) => ({
		client: host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`,
		admin: toAdmin(admins[index] ?? null),
	}));
}

function toAdmin(text: string | null): string | null {
	if (text === null) {
		return null;
	}
	const url = URL.canParse(text) ? new URL(text) : null;
	if (url === null || !/^https?:$/.test(url.protocol)) {
		throw new AgentOptionError(`--admin is ${shown(text)}; give http://host:port/commands, one for each server.`);
	}
	return text.replace(/\/+$/, '');
}

/** The command after the `--`. Throws AgentOptionError. */
export function toWrapped(
	line: readonly string[],
	values: Values,
	{ host, port }: { host: string; port: number },
): WrappedCommand {
	const [command, ...args] = line;
	if (command === undefined || command === '') {
		throw new AgentOptionError('Nothing follows the --; give the command that starts the member, or leave the -- out.');
	}
	return {
		command,
		args,
		host,
		port,
		readyTimeoutMs: toNumber('--ready-timeout-ms', values['ready-timeout-ms'], 100, 3_600_000),
		stopTimeoutMs: toNumber('--stop-timeout-ms', values['stop-timeout-ms'], 0, 3_600_000),
	};
}

export function shown(text: string): string {
	return `'${text.slice(0, 200)}'`;
}

export function toPath(option: string, text: string): string {
	if (!isZnodePath(text)) {
		throw new AgentOptionError(
			`${option} is ${shown(text)}; give an absolute path of ZooKeeper without a slash at its end, such as /services/orders.`,
		);
	}
	return text;
}

export function toNumber(option: string, text: string, min: number, max: number): number {
	const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
	if (!(value >= min && value <= max)) {
		throw new AgentOptionError(`${option} is ${shown(text)}; give a whole number from ${min} to ${max}.`);
	}
	return value;
}
