import { createInterface } from 'node:readline';
import { parseReplicaOptions, type ReplicaCommand, type ReplicaEvent } from './replica';
import { MEMBER, OPERATOR, openScenario, type Scenario } from './scenario';

/**
 * One of several consoles, in a process of its own, so that it can be killed or stopped. Its argument: the options as JSON.
 * It prints a line for each event, takes a line for each command, and ends with its input.
 */
const LOOK_EVERY_MS = 20;

function say(event: ReplicaEvent): void {
	process.stdout.write(`${JSON.stringify(event)}\n`);
}

/** What is new since the last look. */
function look(scenario: Scenario, told: Set<string>): void {
	const tell = (key: string, event: ReplicaEvent) => {
		if (!told.has(key)) {
			told.add(key);
			say(event);
		}
	};
	for (const row of [...scenario.cluster.members(), ...scenario.cluster.left()]) {
		const { path, czxid, provable, verdict, reasons, sinceAtMs } = row;
		if (provable) {
			tell(`provable ${path} ${czxid}`, { event: 'provable', path });
		}
		tell(`${verdict} ${path} ${czxid} ${sinceAtMs}`, { event: 'verdict', path, verdict, reasons, atMs: sinceAtMs });
	}
}

async function carryOut(scenario: Scenario, { id, command, request, requesterIp }: ReplicaCommand): Promise<void> {
	const { cluster } = scenario;
	switch (command) {
		case 'purge':
			return say({ event: 'answer', id, value: await cluster.purge(request, OPERATOR) });
		case 'plan':
			return say({ event: 'answer', id, value: await cluster.plan(request, OPERATOR) });
		case 'takeover': {
			const path = request.members[0]?.path ?? '';
			const value = await cluster.takeOver({ path, holdsAddress: true }, MEMBER, requesterIp ?? null);
			return say({ event: 'answer', id, value });
		}
		case 'missing': {
			const detail = cluster.member(request.members[0]?.path ?? '');
			const { verdict, reasons, evidence } = detail ?? {};
			return say({
				event: 'answer',
				id,
				value: { verdict, reasons, missing: evidence?.missing, sweep: evidence?.sweep },
			});
		}
		case 'recovery': {
			const { heldBack, settingsKnown, killSwitch } = await cluster.recovery();
			return say({ event: 'answer', id, value: { heldBack, settingsKnown, killSwitch } });
		}
	}
}

async function main(): Promise<void> {
	const scenario = await openScenario(parseReplicaOptions(process.argv[2] ?? ''));
	scenario.zk.onState((state) => {
		if (state.kind === 'connected') {
			say({ event: 'session', id: state.sessionId.toString() });
		}
	});
	const told = new Set<string>();
	const timer = setInterval(() => look(scenario, told), LOOK_EVERY_MS);
	const input = createInterface({ input: process.stdin });
	input.on('line', (line) => {
		void carryOut(scenario, JSON.parse(line) as ReplicaCommand).catch((error: unknown) => {
			process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
			process.exit(1);
		});
	});
	await new Promise<void>((resolve) => input.once('close', resolve));
	clearInterval(timer);
	await scenario.close();
}

main().then(
	() => process.exit(0),
	(error: unknown) => {
		process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
		process.exit(1);
	},
);
