import type { ZooKeeperPort } from '@/lib/core/ports';
import { type AgentProcess, startAgentProcess } from '@/test/scenarios/agent/agent-process';
import { freePort } from '@/test/support/free-port';
import { eventually } from '@/test/support/zookeeper';

/** Longer than any session here: a place that nobody purges becomes free by expiry. */
const FREE_MS = 180_000;

/** An agent around a member that listens, kept up by a supervisor: whenever it has ended it is started again. */
export type SupervisedAgent = {
	readonly path: string;
	/** The one that was started last. */
	present(): AgentProcess;
	close(): Promise<void>;
};

export async function superviseAgent(
	zk: ZooKeeperPort,
	options: { readonly connect: string; readonly path: string; readonly id: string; readonly cluster: string },
	drills: Record<string, true>,
	sessionTimeoutMs: number,
): Promise<SupervisedAgent> {
	const port = await freePort();
	const path = `${options.path}/${options.id}`;
	const member = `require('node:net').createServer((s) => s.on('error', () => {})).listen(${port}, '127.0.0.1')`;
	const start = () =>
		startAgentProcess(
			// Whoever purges is not what is looked at: it starts when its place is free, as the demo's members do.
			{ ...options, host: '127.0.0.1', port, takeover: 'off', 'session-timeout-ms': sessionTimeoutMs, ...drills },
			[],
			[process.execPath, '-e', member],
		);
	let agent = start();
	let closed = false;

	async function keepUp(): Promise<void> {
		for (;;) {
			await agent.ended;
			await eventually(
				`the place of ${options.id} is free`,
				async () => (closed || (await zk.stat(path)) === null ? true : null),
				FREE_MS,
			);
			if (closed) {
				return;
			}
			agent = start();
		}
	}
	const keptUp = keepUp();
	// Told by close at the latest; a test that waits for the next one fails before.
	keptUp.catch(() => undefined);
	await agent.tells('registered');
	return {
		path,
		present: () => agent,
		async close() {
			closed = true;
			agent.kill('SIGKILL');
			await keptUp;
		},
	};
}
