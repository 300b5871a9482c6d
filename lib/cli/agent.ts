import { startAgent } from '@/lib/agent/start';
import { AgentOptionError, type ParsedAgentOptions, parseAgentOptions } from './agent-options';

const HELP = `The node-side agent: registers one member in ZooKeeper, answers who it is, and checks its neighbours.

  npm run agent -- --connect zk1:2181,zk2:2181 --path /services/orders --id a --host 10.0.0.1 --port 8080

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

Environment
  ROLLCALL_ZK_AUTH           user:password of the digest scheme; what the agent makes is readable to them alone

Each event is one line of JSON on standard output: registered, unregistered, foreign (somebody else's znode is in its
place: never deleted), expiring, accuses, withdraws, observing, not-observing, fault. SIGTERM and SIGINT remove the
registration first.

Exit codes: 0 stopped by a signal; 1 the ping cannot listen, or another failure; 2 wrong arguments.`;

function parse(): ParsedAgentOptions | null {
	try {
		return parseAgentOptions(process.argv.slice(2), process.env);
	} catch (error) {
		if (!(error instanceof AgentOptionError)) {
			throw error;
		}
		console.error(`${error.message}\nnpm run agent -- --help tells all options.`);
		process.exit(2);
	}
}

/** Resolves with the first request to stop: a signal, or the end of the command that started it. */
function stopRequested(): Promise<void> {
	return new Promise((resolve) => {
		for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
			process.on(signal, () => resolve());
		}
		process.once('disconnect', () => resolve());
		for (const stream of [process.stdout, process.stderr]) {
			stream.on('error', () => stream.destroy());
		}
	});
}

async function main(options: ParsedAgentOptions): Promise<number> {
	const stop = stopRequested();
	try {
		const agent = await startAgent(options, (event) => console.log(JSON.stringify(event)));
		await stop;
		await agent.close();
		return 0;
	} catch (error) {
		const { host, port } = options.ping;
		const detail = error instanceof Error ? error.message : String(error);
		console.error(
			`The agent cannot start: ${detail}. The ping listens on ${host}, port ${port}: choose another with --ping-host and --ping-port.`,
		);
		return 1;
	}
}

const options = parse();
if (options === null) {
	console.log(HELP);
} else {
	process.exit(await main(options));
}
