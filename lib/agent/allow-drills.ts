import type { Clock, WatchHandle, ZooKeeperPort } from '@/lib/core/ports';
import { type DrillCommand, drillPathsOf, parseOptIn, toOptInData, toOptInName } from '@/lib/runtime/drill-znodes';
import { keepRegistered } from './registration';

export type AllowedDrills = {
	/** Withdraws the opt-in. Never rejects. */
	close(): Promise<void>;
};

/**
 * Lets drills of the console end this member: an ephemeral of the registration's own session under drills/<cluster>, into
 * which a console may write an order (docs/drills.md). An order counts when it stands in this session's own znode and names
 * this very process; it is obeyed once.
 */
export function allowDrills(deps: {
	readonly zk: ZooKeeperPort;
	readonly clock: Clock;
	readonly rootPath: string;
	readonly cluster: string;
	/** Of the registration. */
	readonly path: string;
	readonly startNonce: string;
	/** Somebody starts the member again. */
	readonly replaced: boolean;
	readonly onEvent: (event: { readonly event: string } & Readonly<Record<string, unknown>>) => void;
	/** What obeys an order; unless given, the end of this process, which takes along what it has started (spawn-tied.ts). */
	readonly obey?: (command: DrillCommand) => void;
}): AllowedDrills {
	const { zk, path, startNonce } = deps;
	const name = toOptInName(path);
	const tell = (problem: string | null) =>
		deps.onEvent(problem === null ? { event: 'allows-drills' } : { event: 'no-drills', problem });
	const obey = deps.obey ?? (() => process.kill(process.pid, 'SIGKILL'));
	if (name === null) {
		tell('no opt-in can be named after the path of this member: it is too long');
		return { close: async () => undefined };
	}
	const znode = `${drillPathsOf(deps.rootPath, deps.cluster).optIns}/${name}`;
	let obeyed = false;

	const kept = keepRegistered({
		zk,
		path: znode,
		data: toOptInData({ path, startNonce, replaced: deps.replaced }),
		clock: deps.clock,
		onChange: (state) => {
			switch (state.kind) {
				case 'registered':
					return tell(null);
				case 'unregistered':
					return state.problem === null ? undefined : tell(state.problem);
				default:
					return tell(`the opt-in at ${znode} belongs to another session`);
			}
		},
	});
	const watch: WatchHandle = zk.watchData(znode, (value) => {
		const state = zk.state();
		const own = state.kind === 'connected' && value?.stat.ephemeralOwner === state.sessionId;
		const optIn = own && value.forbidden !== true ? parseOptIn(value.data) : null;
		if (!obeyed && optIn?.order !== undefined && optIn.path === path && optIn.startNonce === startNonce) {
			obeyed = true;
			// Written at once, to a pipe or a file: after SIGKILL nothing is.
			deps.onEvent({ event: 'drilled', ...optIn.order });
			obey(optIn.order);
		}
	});

	return {
		async close() {
			watch.close();
			await kept.close();
		},
	};
}
