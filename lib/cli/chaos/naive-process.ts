import { fileURLToPath } from 'node:url';
import type { History } from './history';
import { type LineProcess, startLineProcess } from './line-process';
import { naiveEventSchema } from './messages';
import type { Network } from './network';
import type { Life } from './truth';

const PROGRAM = fileURLToPath(new URL('./naive.ts', import.meta.url));

export type NaiveObservers = {
	watch(life: Life, announced: { readonly ip: string; readonly port: number }): void;
	forget(life: Pick<Life, 'czxid'>): void;
	close(): void;
};

/** Starts the naive detectors where the console is; what they claim goes into the history. */
export function startNaive(network: Network, admins: readonly string[], history: History): NaiveObservers {
	const child: LineProcess = startLineProcess({
		...network.asObserver(process.execPath, ['--import', 'tsx', PROGRAM, JSON.stringify({ admins })]),
		onEvent: (message) => history.naivelyClaimed(naiveEventSchema.parse(message)),
	});
	let closing = false;

	function tell(command: string, request: object): void {
		child.tell(command, request).catch((error: Error) => {
			// Without them the run goes on; its tally then lacks what they would have said.
			if (!closing) {
				process.stderr.write(`naive detectors: ${error.message}\n`);
			}
		});
	}

	return {
		watch: ({ czxid, owner }, announced) => tell('watch', { czxid, owner, ...announced }),
		forget: ({ czxid }) => tell('forget', { czxid }),
		close() {
			closing = true;
			child.kill('SIGKILL');
		},
	};
}
