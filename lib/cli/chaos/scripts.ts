import { setTimeout as pause } from 'node:timers/promises';
import { fillBacklog } from '../full-backlog';
import { type Cast, restartOf } from './cast';
import type { ChaosMember } from './chaos-member';
import type { Trial } from './draw-trials';
import type { FaultName } from './faults';
import { monotonicMs } from './monotonic';
import type { Direction } from './network';
import { createRandom } from './random';
import type { World } from './world';

const LOSS_SLOT_MS = 150;
const LOSS_SHARE = 0.8;
const CLOCK_JUMP_MS = 3_600_000;
/** Between the moment at which packets are dropped and the death that they hide. */
const DROPPED_BEFORE_DEATH_MS = 100;

/** Does the fault to the members, from beginning to end. Rejects when it could not be done. */
type Script = (world: World, cast: Cast, trial: Trial) => Promise<void>;

/** The standby takes the dead one's place, as its framework does it. */
const restart: Script = async (world, { subject, standby }, trial) => {
	subject.killNow();
	await pause(trial.delayMs);
	await standby?.start(restartOf(world, subject.options, trial.fault === 'restart-new-id'));
};

const stopFor: Script = async (_world, { subject }, { forMs }) => {
	subject.stop();
	await pause(forMs);
	subject.goOn();
};

const loseSession: Script = async (_world, { subject }, { forMs }) => {
	await subject.tell('loseZooKeeper', { forMs });
	await pause(forMs);
};

const loseSessionAndTripwires: Script = async (_world, { subject }, { forMs }) => {
	await Promise.all([subject.tell('loseZooKeeper', { forMs }), subject.tell('resetConnections')]);
	await pause(forMs);
};

const kill: Script = async (_world, { subject }) => subject.killNow();

function dropFor(direction: Direction): Script {
	return async ({ network }, { subject }, { forMs }) => {
		await network.drop(subject.ip, direction);
		await pause(forMs);
		await network.heal(subject.ip);
	};
}

const loseMostPackets: Script = async ({ network }, { subject }, trial) => {
	const random = createRandom(trial.number);
	const untilMs = monotonicMs() + trial.forMs;
	let dropping = false;
	while (monotonicMs() < untilMs) {
		const drop = random.chance(LOSS_SHARE);
		if (drop !== dropping) {
			await (drop ? network.drop(subject.ip, 'both') : network.heal(subject.ip));
			dropping = drop;
		}
		await pause(LOSS_SLOT_MS);
	}
	await network.heal(subject.ip);
};

const flipFlop: Script = async ({ network }, { subject }, trial) => {
	const random = createRandom(trial.number);
	const untilMs = monotonicMs() + trial.forMs;
	while (monotonicMs() < untilMs) {
		await network.drop(subject.ip, 'both');
		await pause(random.between(500, 3_000));
		await network.heal(subject.ip);
		await pause(random.between(300, 2_000));
	}
};

const SCRIPTS: Record<FaultName, Script> = {
	untouched: async () => undefined,
	sigkill: kill,
	'clean-exit': (_world, { subject }) => subject.exit(),
	'sigstop-5s': stopFor,
	'sigstop-15s': stopFor,
	'sigstop-25s': stopFor,
	async 'full-backlog'(_world, { subject }, { forMs }) {
		subject.stop();
		const empty = await fillBacklog(subject.ip, subject.options.listeners[0]?.port ?? 0);
		await pause(forMs);
		subject.goOn();
		empty();
	},
	async 'listener-reopened'(_world, { subject }, { forMs }) {
		await subject.tell('closeListeners', { connectionsToo: false });
		await pause(forMs);
		await subject.tell('openListeners');
	},
	'listener-closed-on-loss': loseSession,
	'all-closed-on-short-loss': loseSession,
	'all-closed-on-long-loss': loseSession,
	'session-reset': loseSession,
	async 'tripwires-reset'(_world, { subject }) {
		await subject.tell('resetConnections');
	},
	'session-and-tripwires-reset': loseSessionAndTripwires,
	async 'member-clock-jump'(_world, { subject }, { number }) {
		await subject.tell('jumpClock', { ms: number % 2 === 0 ? CLOCK_JUMP_MS : -CLOCK_JUMP_MS });
	},
	'restart-new-id': restart,
	'restart-curator': restart,
	'restart-dubbo': restart,
	'restart-kafka': restart,
	async 'address-shared-reset'(world, cast, trial) {
		cast.relay?.reset();
		await loseSession(world, cast, trial);
	},
	async 'address-shared-killed'(_world, { subject, relay }) {
		subject.killNow();
		relay?.reset();
	},
	'registrar-killed': kill,
	async 'registrar-listener-closed'(_world, { subject }, { forMs }) {
		const [port] = subject.options.listeners.map((listener) => listener.port);
		await subject.tell('closeListeners', { ports: [port], connectionsToo: true });
		await pause(forMs);
		await subject.tell('openListeners');
	},
	'hanging-address-killed': kill,
	'hanging-address-reset': loseSessionAndTripwires,
	'nat-killed': kill,
	async 'nat-restarted'(world, cast, trial) {
		await cast.relay?.stop();
		await loseSession(world, cast, trial);
		await cast.relay?.startAgain();
	},
	'id-reused': loseSessionAndTripwires,
	async 'address-reused'(_world, { subject, standby }, { delayMs }) {
		const { ip } = subject;
		const ports = subject.options.listeners.map(({ port }) => port);
		subject.killNow();
		await pause(delayMs);
		for (const port of ports) {
			await standby?.tell('occupy', { ip, port });
		}
	},
	unreachable: dropFor('both'),
	'requests-dropped': dropFor('requests'),
	'answers-dropped': dropFor('answers'),
	'loss-80': loseMostPackets,
	'flip-flop': flipFlop,
	async 'killed-in-outage'({ network }, { subject }, { forMs }) {
		await network.drop(subject.ip, 'both');
		await pause(forMs / 2);
		subject.killNow();
		await pause(forMs / 2);
		await network.heal(subject.ip);
	},
	async 'power-lost'({ network }, { subject }) {
		await network.silence(subject.ip);
		await pause(DROPPED_BEFORE_DEATH_MS);
		subject.killNow();
	},
};

/** Runs the trial's fault; also when it fails half-way, nothing of it stays behind. */
export async function act(world: World, cast: Cast, trial: Trial): Promise<void> {
	try {
		await SCRIPTS[trial.fault](world, cast, trial);
	} catch (error) {
		await undo(world, cast.subject);
		throw error;
	}
}

async function undo({ network }: World, subject: ChaosMember): Promise<void> {
	subject.goOn();
	await network.heal(subject.ip);
}
