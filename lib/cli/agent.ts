import { systemClock } from '@/lib/adapters/clock';
import { StartRefusedError } from '@/lib/agent/agent';
import { startAgent } from '@/lib/agent/start';
import { AgentOptionError, type ParsedAgentOptions, parseAgentOptions } from './agent-options';
import { CommandError, type RunningCommand, runCommand } from './wrapped-command';

const HELP = `The node-side agent: clears its member's place of a dead predecessor, registers it in ZooKeeper, answers who it is,
and checks its neighbours.

  rollcall-agent.mjs --connect zk1:2181,zk2:2181 --path /services/orders --id a --host 10.0.0.1 --port 8080
  rollcall-agent.mjs --connect … --path … --id a --host … --port 8080 -- node server.js --port 8080

From a clone: npm run agent -- --connect … (and the command after a second --). npm run agent -- --build makes the one file
rollcall-agent.mjs, which needs nothing but Node 20.9 or newer.

What follows -- starts the member: after the place is clear. It is registered once its address accepts, and ends with the
agent, as the agent ends with it. Wrap the member's process itself, no shell that would leave it behind.

Registration (needed)
  --connect HOSTS            client ports of ZooKeeper, host:port,host:port; /chroot at the end where there is one
  --path PATH                parent of the members; made where it is missing
  --id ID                    name of the znode and id of the member
  --host HOST --port PORT    where the member answers
  --format json|curator      what is registered: {id, host, port, rollcallPort}, or Curator's ServiceInstance; json
  --data FILE                the znode's content as it is, instead (a Turms record, for one); up to 64 kB
  --session-timeout-ms MS    1000 to 600000; 10000. A dead agent's znode stays that long

Ping
  --ping-port PORT           GET /.well-known/rollcall answers {sessionId, startNonce, path}; 0, any free one
  --ping-host HOST           address to listen on; that of --host

Peers
  --peers N                  how many members after its own in the sorted list are checked, 0 to 16; 3
  --cluster ID               the cluster's id in the console's config; prod
  --root PATH                Rollcall's own folder, as rootPath in that config; /rollcall
  --failure-domain NAME      where this host is: a rack, a zone; default

Start-up
  --takeover on|off          look for predecessors (same id, same address) before registering; on
  --admin URLS               http://host:port/commands of each server, in the order of --connect; four-letter words otherwise
  --settle-ms MS             how long a predecessor's session must have been gone, 150 to 60000; 1200
  --takeover-wait-ms MS      how long one that can neither be cleared nor shown to live is waited for; until it would expire
  --parents PATHS            other parents whose members may have the same address, /a,/b
  --holds-address            the member listens already: take it at that, instead of binding its address
  --ready-timeout-ms MS      how long the command may take until its address accepts; 60000
  --stop-timeout-ms MS       from SIGTERM to SIGKILL of the command; 10000

Drills
  --allow-drills             a drill of the console may kill this agent and its command, on purpose; off
  --drills-replaced          a supervisor starts them again after that

Environment
  ROLLCALL_ZK_AUTH           user:password of the digest scheme; what the agent makes is readable to them alone

Each event is one line of JSON on standard output (with a command: on standard error): took-over, waits-for-predecessor,
registered, unregistered, foreign (somebody else's znode is in its place), expiring, accuses, withdraws, observing,
not-observing, allows-drills, no-drills, drilled, fault. SIGTERM and SIGINT remove the registration first.

Exit codes: 0 stopped by a signal; 1 the ping cannot listen, or another failure; 2 wrong arguments; 3 a first copy lives: one
line on standard error says what proves it; 4 a znode that is not ephemeral is in its place. With a command: its own.`;

function parse(): ParsedAgentOptions | null {
	try {
		return parseAgentOptions(process.argv.slice(2), process.env);
	} catch (error) {
		if (!(error instanceof AgentOptionError)) {
			throw error;
		}
		console.error(`${error.message}\n--help tells all options.`);
		process.exit(2);
	}
}

type Stop = { readonly signal: AbortSignal; readonly requested: Promise<NodeJS.Signals> };

/** The first request to stop: a signal, or the end of the command that started it. */
function listenForStop(): Stop {
	const stop = new AbortController();
	const requested = new Promise<NodeJS.Signals>((resolve) => {
		const ask = (signal: NodeJS.Signals) => {
			stop.abort();
			resolve(signal);
		};
		for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
			process.on(signal, () => ask(signal));
		}
		process.once('disconnect', () => ask('SIGTERM'));
		for (const stream of [process.stdout, process.stderr]) {
			stream.on('error', () => stream.destroy());
		}
	});
	return { signal: stop.signal, requested };
}

/** The registration goes before the member: nobody is sent to one that is about to end. */
const CLOSE_FIRST_MS = 3_000;

async function main(options: ParsedAgentOptions): Promise<number> {
	const { signal, requested } = listenForStop();
	// The member's output is its own: what the agent tells goes beside it.
	const tell = options.wrapped === null ? console.log : console.error;
	let command: RunningCommand | null = null;
	try {
		const agent = await startAgent(options, {
			signal,
			onEvent: (event) => tell(JSON.stringify(event)),
			async startMember() {
				if (options.wrapped !== null) {
					command = runCommand(options.wrapped);
					await command.ready(signal);
				}
			},
		});
		const running = command as RunningCommand | null;
		const stopSignal = await Promise.race([requested, ...(running === null ? [] : [running.ended])]);
		const closed = agent.close();
		await Promise.race([closed, systemClock.sleep(CLOSE_FIRST_MS)]);
		const exitCode = (await running?.stop(typeof stopSignal === 'string' ? stopSignal : 'SIGTERM')) ?? 0;
		await closed;
		return exitCode;
	} catch (error) {
		return explain(error, options, command);
	}
}

async function explain(error: unknown, options: ParsedAgentOptions, command: RunningCommand | null): Promise<number> {
	const message = error instanceof Error ? error.message : String(error);
	const exitCode = (await command?.stop('SIGTERM')) ?? 0;
	if (error instanceof StartRefusedError) {
		if (error.kind === 'stopped') {
			return exitCode;
		}
		console.error(`Not started: ${message}`);
		return error.kind === 'alive' ? 3 : 4;
	}
	if (error instanceof CommandError) {
		console.error(`Not registered: ${message}.`);
		return exitCode === 0 ? 1 : exitCode;
	}
	const { host, port } = options.ping;
	console.error(
		`The agent cannot start: ${message}. The ping listens on ${host}, port ${port}: choose another with --ping-host and --ping-port.`,
	);
	return 1;
}

const options = parse();
if (options === null) {
	console.log(HELP);
} else {
	process.exit(await main(options));
}
