import type { ChaosMember, MemberOptions, MemberRegistration, OnLoss, Semantics } from './chaos-member';
import type { Trial } from './draw-trials';
import type { FaultName } from './faults';
import { monotonicMs } from './monotonic';
import { type Relay, startRelay } from './relay';
import type { World } from './world';

const PORT = 7_000;
const REGISTERED_MS_MAX = 60_000;
const PROVABLE_MS_MAX = 90_000;
/** Where a proof is never to be had, a member is old enough for one after this. */
const OLD_ENOUGH_MS = 12_000;

/** Who plays in a trial. */
export type Cast = {
	readonly subject: ChaosMember;
	readonly companion: ChaosMember | null;
	/** A booted process that takes over later. */
	readonly standby: ChaosMember | null;
	readonly relay: Relay | null;
};

/** Members that came well through their trials and are like any other; they serve again. */
export type Pool = Map<string, ChaosMember[]>;

const ON_LOSS: Partial<Record<FaultName, OnLoss>> = {
	'listener-closed-on-loss': 'close-listeners',
	'all-closed-on-short-loss': 'close-all',
	'all-closed-on-long-loss': 'close-all',
};
const SEMANTICS: Partial<Record<FaultName, Semantics>> = {
	'restart-curator': 'curator',
	'restart-dubbo': 'dubbo',
	'restart-kafka': 'kafka',
};
const NEEDS_STANDBY: readonly FaultName[] = [
	'restart-new-id',
	'restart-curator',
	'restart-dubbo',
	'restart-kafka',
	'address-reused',
];
const PARTICULAR: readonly FaultName[] = [
	'full-backlog',
	'registrar-killed',
	'registrar-listener-closed',
	'hanging-address-killed',
	'hanging-address-reset',
	'nat-killed',
	'nat-restarted',
	'address-shared-killed',
	'address-shared-reset',
	'id-reused',
];

export function isOrdinary(fault: FaultName): boolean {
	return ON_LOSS[fault] === undefined && SEMANTICS[fault] === undefined && !PARTICULAR.includes(fault);
}

/** After its connections were reset a server counts as one that closes idle ones, and is trusted less for a while. */
const NOT_REUSED_AFTER: readonly FaultName[] = ['tripwires-reset', 'session-and-tripwires-reset'];

export function isReusableAfter(fault: FaultName): boolean {
	return isOrdinary(fault) && !NOT_REUSED_AFTER.includes(fault);
}

export function poolKey({ addresses, sessionTimeoutMs }: Pick<Trial, 'addresses' | 'sessionTimeoutMs'>): string {
	return `${addresses} ${sessionTimeoutMs}`;
}

/** Turms' record of a member; `admin` makes the console ask for its health. */
export function turmsRecord(
	id: string,
	member: { ip: string; port: number },
	more: { admin?: number; ws?: { ip: string; port: number } } = {},
): string {
	return JSON.stringify({
		key: { clusterId: 'chaos', nodeId: id },
		name: id,
		nodeType: 'SERVICE',
		memberHost: member.ip,
		memberPort: member.port,
		...(more.admin ? { adminApiAddress: `http://${member.ip}:${more.admin}` } : {}),
		...(more.ws ? { wsAddress: `ws://${more.ws.ip}:${more.ws.port}` } : {}),
	});
}

function registrationOf(
	id: string,
	announced: { ip: string; port: number },
	more: Parameters<typeof turmsRecord>[2] = {},
	path = `/turms/members/${id}`,
): MemberRegistration {
	return { path, data: turmsRecord(id, announced, more), announced };
}

function optionsFor(world: World, trial: Trial): MemberOptions {
	const ip = world.nextIp();
	const three = trial.addresses === 3;
	const more = three ? { admin: PORT + 1, ws: { ip, port: PORT + 2 } } : {};
	const others = three
		? [
				{ ip, port: PORT + 1, http: true },
				{ ip, port: PORT + 2 },
			]
		: [];
	return {
		connect: shuffledConnect(world.connect, trial.number),
		sessionIp: ip,
		sessionTimeoutMs: trial.sessionTimeoutMs,
		listeners: [{ ip, port: PORT }, ...others],
		registrations: [registrationOf(world.nextId(), { ip, port: PORT }, more)],
		semantics: SEMANTICS[trial.fault] ?? 'plain',
		onLoss: ON_LOSS[trial.fault] ?? 'nothing',
		...(trial.fault === 'full-backlog' ? { backlog: 1 } : {}),
	};
}

/** Its client takes the servers in the order given: each member begins with another one. */
function shuffledConnect(connect: string, number: number): string {
	const servers = connect.split(',');
	const first = number % servers.length;
	return [...servers.slice(first), ...servers.slice(0, first)].join(',');
}

/** The same process life over again: same address, same path and data unless another id is given. */
export function restartOf(world: World, options: MemberOptions, withNewId: boolean): MemberOptions {
	if (!withNewId) {
		return options;
	}
	const [first] = options.registrations;
	if (!first) {
		return options;
	}
	const id = world.nextId();
	const record = JSON.parse(first.data) as { key: { nodeId: string } };
	const data = JSON.stringify({ ...record, name: id, key: { ...record.key, nodeId: id } });
	return { ...options, registrations: [{ ...first, path: `/turms/members/${id}`, data }] };
}

async function start(world: World, options: MemberOptions): Promise<ChaosMember> {
	const member = await world.takeMember();
	await member.start(options);
	return member;
}

type Starter = (world: World, trial: Trial, base: MemberOptions) => Promise<Pick<Cast, 'subject'> & Partial<Cast>>;

const registrar: Starter = async (world, _trial, base) => {
	const ip = base.sessionIp;
	const ports = [PORT, PORT + 1, PORT + 2];
	const listeners = ports.map((port) => ({ ip, port }));
	const registrations = ports.map((port) => registrationOf(world.nextId(), { ip, port }));
	return { subject: await start(world, { ...base, listeners, registrations }) };
};

const withHangingAddress: Starter = async (world, _trial, base) => {
	const announced = { ip: base.sessionIp, port: PORT };
	const registrations = [registrationOf(world.nextId(), announced, { ws: world.hanging })];
	return { subject: await start(world, { ...base, listeners: [announced], registrations }) };
};

const behindNat: Starter = async (world, _trial, base) => {
	const announced = { ip: world.nextIp(), port: PORT };
	const target = { host: base.sessionIp, port: PORT };
	const relay = await startRelay({ ...announced, target: () => target });
	const listeners = [{ ip: base.sessionIp, port: PORT }];
	const registrations = [registrationOf(world.nextId(), announced)];
	return { relay, subject: await start(world, { ...base, listeners, registrations }) };
};

/** Two processes behind one address, from which both their sessions come too. */
const sharingAddress: Starter = async (world, _trial, base) => {
	const announced = { ip: base.sessionIp, port: PORT };
	const backends: ChaosMember[] = [];
	const relay = await startRelay({
		...announced,
		target: () => {
			const backend = backends.find((member) => member.alive())?.options.listeners[0];
			return backend ? { host: backend.ip, port: backend.port } : null;
		},
	});
	for (let count = 0; count < 2; count++) {
		const listeners = [{ ip: world.nextIp(), port: PORT }];
		const registrations = [registrationOf(world.nextId(), announced)];
		backends.push(await start(world, { ...base, listeners, registrations }));
	}
	const [subject, companion] = backends;
	if (!subject || !companion) {
		throw new Error('two members were to share an address');
	}
	return { relay, subject, companion };
};

const sharingId: Starter = async (world, trial, base) => {
	const subject = await start(world, base);
	const other = optionsFor(world, trial);
	const [mine] = base.registrations;
	const [theirs] = other.registrations;
	if (!mine || !theirs) {
		throw new Error('both were to register');
	}
	const { key } = JSON.parse(mine.data) as { key: object };
	const data = JSON.stringify({ ...(JSON.parse(theirs.data) as object), key });
	const companion = await start(world, { ...other, registrations: [{ ...theirs, data }] });
	return { subject, companion };
};

const STARTERS: Partial<Record<FaultName, Starter>> = {
	'registrar-killed': registrar,
	'registrar-listener-closed': registrar,
	'hanging-address-killed': withHangingAddress,
	'hanging-address-reset': withHangingAddress,
	'nat-killed': behindNat,
	'nat-restarted': behindNat,
	'address-shared-killed': sharingAddress,
	'address-shared-reset': sharingAddress,
	'id-reused': sharingId,
};

/** Brings a trial's members on stage and waits until they could be proven dead. Rejects when they cannot be in 90 s. */
export async function assemble(world: World, pool: Pool, trial: Trial): Promise<Cast> {
	const standby = NEEDS_STANDBY.includes(trial.fault) ? await world.takeMember() : null;
	const reused = isOrdinary(trial.fault) ? takeWell(pool, poolKey(trial)) : null;
	const starter: Starter = STARTERS[trial.fault] ?? (async (_, __, base) => ({ subject: await start(world, base) }));
	const started = reused ? { subject: reused } : await starter(world, trial, optionsFor(world, trial));
	const cast: Cast = { companion: null, relay: null, ...started, standby };
	await provable(world, cast, trial.fault);
	return cast;
}

function takeWell(pool: Pool, key: string): ChaosMember | null {
	const waiting = pool.get(key) ?? [];
	while (waiting.length > 0) {
		const member = waiting.shift();
		if (member?.well()) {
			return member;
		}
	}
	return null;
}

async function provable(world: World, cast: Cast, fault: FaultName): Promise<void> {
	const members = [cast.subject, ...(cast.companion ? [cast.companion] : [])];
	for (const member of members) {
		for (const { path } of member.options.registrations) {
			await member.registered(path, REGISTERED_MS_MAX);
		}
	}
	const neverProvable = fault.startsWith('nat-');
	const untilMs = monotonicMs() + PROVABLE_MS_MAX;
	const unready = () =>
		members
			.flatMap((member) => member.lives())
			.filter(({ czxid, registeredAtMs }) =>
				neverProvable ? monotonicMs() - registeredAtMs <= OLD_ENOUGH_MS : !world.history.standing(czxid).provable,
			);
	while (unready().length > 0 || !members.every((member) => member.well())) {
		if (monotonicMs() > untilMs) {
			const found = unready().map(({ path, czxid }) => `${path} ${world.history.standing(czxid).verdict}`);
			throw new Error(`not provable within ${PROVABLE_MS_MAX / 1_000} s: ${found.join(', ') || 'not well'}`);
		}
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
}
