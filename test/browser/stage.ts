import { type BrowserContext, test as base, expect, request } from '@playwright/test';
import { z } from 'zod';
import { type ConsoleClient, signIn } from '@/lib/cli/console-client';
import { startEnsemble } from '@/lib/cli/ensemble';
import { type DemoMember, startMember } from '@/lib/cli/members';
import { replaceDrilled } from '@/lib/cli/replace-drilled';
import type { DrillStartView, DrillsView } from '@/lib/core/drill-view';
import type { OutcomesView } from '@/lib/core/purge-view';
import type { ClusterView, MemberRow, MembersView } from '@/lib/core/view';
import { type Console, startConsole } from '../support/console';
import { openFullBacklog } from '../support/full-backlog';
import { type ScriptedMember, startScriptedMember } from '../support/scripted-member';
import { CLUSTER, fetchSession } from './fixtures';

const PARENT = '/services';
/** Members that live, by group. Where a state is looked at, it is of a member beside these. */
const CREW = { api: 14, worker: 9 } as const;
/** Long enough for all that is looked at before ZooKeeper expires a session; with a tick of 15 s the longest there is. */
const SESSION_MS = 300_000;
const TICK_MS = 15_000;
const HEARTBEAT_MS = 1_000;
const WAIT_MS = 90_000;
/** The member that is drilled, and who stays meanwhile: a group keeps one that lives. */
const DRILLED = 'gateway-01';
const STAYS = 'gateway-02';

/** In which a member stays as long as nobody does anything about it. */
export type State = 'dead' | 'unreachable' | 'suspect' | 'unresponsive' | 'unknown';

/** A cluster whose members are put into a state that lasts, on servers of their own. Overrides take two administrators there. */
export type Stage = {
	readonly console: Console;
	readonly client: ConsoleClient;
	/** Members that live. */
	readonly living: number;
	/** Members by verdict. */
	counts(): Promise<Partial<ClusterView['counts']>>;
	/** Brings a new member into a state and gives its row once the console says so. */
	put(id: string, group: keyof typeof CREW, state: State): Promise<MemberRow>;
	/** Asks for the override of an unreachable member as the first administrator, until it waits for a second one. */
	override(member: MemberRow, reason: string): Promise<void>;
	/** Orders a drill, purges its victim by hand and waits for the report. */
	drill(): Promise<void>;
	/** Signs the first administrator in. */
	enterAsFirst(context: BrowserContext): Promise<void>;
	/** Signs somebody in who has just been made. */
	enter(context: BrowserContext, username: string, role: 'admin' | 'viewer'): Promise<void>;
};

const secretSchema = z.object({ username: z.string(), password: z.string() });

async function openStage(): Promise<{ stage: Stage; stop(): Promise<void> }> {
	const ensemble = await startEnsemble({ servers: 1, tickTimeMs: TICK_MS });
	const closing: (() => Promise<unknown> | undefined)[] = [() => ensemble.stop()];
	const stop = async () => {
		for (const close of closing.toReversed()) await close();
	};
	try {
		const console = await startConsole({
			ensemble,
			registrations: [
				{ path: PARENT, format: 'auto' },
				{ path: '/turms/members', format: 'turms' },
			],
			policy: { overrideSecondPerson: true },
		});
		closing.push(() => console.stop());
		const client = await signIn(console.url, console.username, console.password);
		const start = async (): Promise<ScriptedMember> => {
			const member = await startScriptedMember(ensemble.connect, SESSION_MS);
			closing.push(async () => member.kill());
			return member;
		};
		const register = (member: ScriptedMember, id: string, group: string, port: number | null) =>
			member.register(
				`${PARENT}/${id}`,
				JSON.stringify({ group, ...(port === null ? {} : { host: '127.0.0.1', port }) }),
			);

		const crew = await start();
		// The others' sessions say nothing between two pings, of which there is one in a hundred seconds.
		await crew.heartbeat(HEARTBEAT_MS);
		let living = 0;
		for (const [group, count] of Object.entries(CREW)) {
			for (let index = 1; index <= count; index += 1) {
				await register(crew, `${group}-${String(index).padStart(2, '0')}`, group, await crew.listen());
				living += 1;
			}
		}
		const demo = { connect: ensemble.connect, sessionTimeoutMs: SESSION_MS, type: 'GATEWAY' };
		const options = [DRILLED, STAYS].map((id) => ({ ...demo, id, drills: `/rollcall/drills/${CLUSTER}` }));
		const drilled: DemoMember[] = await Promise.all(options.map(startMember));
		living += drilled.length;
		let stopping = false;
		const problems: string[] = [];
		replaceDrilled(drilled, options, {
			isStopping: () => stopping,
			onReplaced: () => undefined,
			onFailed: (id, error) => problems.push(`${id} could not be started again: ${String(error)}`),
		});
		closing.push(async () => {
			stopping = true;
			for (const member of drilled) member.kill('SIGKILL');
		});

		const rows = async () => (await client.get<MembersView>(`/api/clusters/${CLUSTER}/members?limit=200`)).members;
		const rowOf = async (id: string, verdict: string): Promise<MemberRow> => {
			const look = async () => (await rows()).find((row) => row.id === id && row.verdict === verdict) ?? null;
			await expect.poll(look, { message: `${id} is ${verdict}`, timeout: WAIT_MS }).not.toBeNull();
			const row = await look();
			if (row === null) throw new Error(`${id} was ${verdict} and is not any more`);
			return row;
		};
		const alive = async () => (await rows()).filter((row) => row.verdict === 'alive').length;
		await expect.poll(alive, { message: 'all of the crew are known to live', timeout: WAIT_MS }).toBe(living);

		const cluster = async () => (await client.get<{ clusters: ClusterView[] }>('/api/clusters')).clusters[0];
		const isReady = async () => (await cluster())?.ready;
		const drills = () => client.get<DrillsView>(`/api/clusters/${CLUSTER}/drills`);
		const stage: Stage = {
			console,
			client,
			living,
			counts: async () => (await cluster())?.counts ?? {},
			async put(id, group, state) {
				const member = await start();
				if (state === 'unreachable') {
					const backlog = await openFullBacklog('127.0.0.1');
					closing.push(() => backlog.close());
					await register(member, id, group, backlog.port);
					member.kill();
				} else if (state === 'unknown') {
					await register(member, id, group, null);
				} else {
					const port = await member.listen();
					await register(member, id, group, port);
					await rowOf(id, 'alive');
					if (state === 'dead')
						await expect.poll(isReady, { message: `the death of ${id} could be proven`, timeout: WAIT_MS }).toBe(true);
					if (state === 'dead') member.kill();
					if (state === 'suspect') await member.unlisten(port, true);
				}
				return await rowOf(id, state);
			},
			async override({ path, czxid, id }, reason) {
				const ask = { members: [{ path, czxid }], reason, confirm: id, override: true };
				const waits = async () => {
					const { outcomes } = (await client.post<OutcomesView>(`/api/clusters/${CLUSTER}/purges`, ask)).body;
					return outcomes[0]?.overrideId ?? outcomes[0]?.guards.map(({ code }) => code).join();
				};
				// Its session has to be found gone, and evidence to be fresh.
				await expect.poll(waits, { timeout: WAIT_MS }).toMatch(/^[0-9a-f]{8}-/);
			},
			async drill() {
				const { path, czxid } = await rowOf(DRILLED, 'alive');
				const order = { path, czxid, reason: 'how long does it take?', confirm: DRILLED, purge: 'by-hand' };
				const ordered = async () =>
					(await client.post<DrillStartView>(`/api/clusters/${CLUSTER}/drills`, order)).body.refusals?.join() ??
					'failed';
				await expect.poll(ordered, { message: 'the drill is ordered', timeout: WAIT_MS }).toBe('');
				const dead = await rowOf(DRILLED, 'dead');
				const purge = { members: [{ path, czxid: dead.czxid }], reason: 'a drill', confirm: DRILLED };
				const purged = async () => (await client.purge(CLUSTER, purge)).outcomes[0]?.outcome;
				await expect.poll(purged, { message: 'the drilled member is purged', timeout: WAIT_MS }).toBe('purged');
				const reported = async () => [(await drills()).reports.length, ...problems];
				await expect.poll(reported, { message: 'the drill has its report', timeout: WAIT_MS }).toEqual([1]);
			},
			async enterAsFirst(context) {
				await context.addCookies(await fetchSession(console));
			},
			async enter(context, username, role) {
				const asking = await request.newContext({ baseURL: console.url, extraHTTPHeaders: { cookie: client.cookie } });
				const answer = await asking.post('/api/users', {
					data: { username, role, reason: 'looks at the stage' },
					headers: { origin: console.url },
				});
				expect(answer.status(), await answer.text()).toBe(200);
				await context.addCookies(await fetchSession(console, secretSchema.parse(await answer.json())));
				await asking.dispose();
			},
		};
		return { stage, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

/** With the stage alone. */
export const test = base.extend<object, { stage: Stage }>({
	stage: [
		// biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures it must provide from this pattern
		async ({}, use) => {
			const { stage, stop } = await openStage();
			try {
				await use(stage);
			} finally {
				await stop();
			}
		},
		{ scope: 'worker', timeout: 240_000 },
	],
});

export { expect };
