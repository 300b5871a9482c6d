import { expect } from 'vitest';
import type { DrillRequest, DrillStartView } from '@/lib/core/drill-view';
import type { ZooKeeperPort } from '@/lib/core/ports';
import { NO_SETTINGS, type Settings, toSettingsText } from '@/lib/core/settings';
import type { KeptReport } from '@/lib/runtime/drill-reports';
import { readSettings } from '@/lib/runtime/read-settings';
import { OPERATOR, type Scenario } from '@/test/support/scenario';
import { eventually } from '@/test/support/zookeeper';
import type { SupervisedAgent } from './supervised-agent';

const SETTINGS = '/rollcall/settings/turms';
/** The shortest interval that a schedule may have. */
const EVERY_MS = 60_000;

/** Ordered as soon as nothing stands in the way any more; gives its id. */
export async function ordered(scenario: Scenario, request: () => DrillRequest): Promise<string> {
	let last: DrillStartView | null = null;
	return eventually(
		'a drill is ordered',
		async () => {
			last = await scenario.cluster.drills.start(request(), OPERATOR);
			return last.outcome === 'ordered' ? last.drillId : null;
		},
		90_000,
	).catch((error: Error) => {
		throw new Error(`${error.message}; last answered ${JSON.stringify(last)}`);
	});
}

function reportOf(scenario: Scenario, drillId: string): Promise<KeptReport> {
	return eventually(
		'the report',
		async () => (await scenario.cluster.drills.reports()).find((each) => each.drillId === drillId) ?? null,
		150_000,
	);
}

/** All that a drill measures, in the order in which it must have come. */
export function expectWhole(report: KeptReport, group: string): void {
	expect(report).toMatchObject({ outcome: 'complete', group, purge: 'automatic', replaced: true });
	const marks = (['killed', 'proven', 'purged', 'replaced', 'alive'] as const).map((mark) => report.timeline[mark]);
	expect(marks).not.toContain(null);
	expect(marks).toEqual(marks.toSorted((a, b) => (a ?? 0) - (b ?? 0)));
	expect(report.timeline['tripwire-closed']).toBeLessThanOrEqual(report.timeline.proven ?? -1);
}

/** Changes what the settings say, as a console does. */
export async function settle(zk: ZooKeeperPort, change: Partial<Settings>): Promise<void> {
	const value = await zk.read(SETTINGS);
	const settings = (value && readSettings(value.data)) ?? NO_SETTINGS;
	await zk.set(SETTINGS, Buffer.from(toSettingsText({ ...settings, ...change })), value?.stat.version ?? -1);
}

/** Ends when somebody was drilled by this: on a machine too busy to prove a death within its session there is another. */
export async function drillWhole(
	scenario: Scenario,
	victim: SupervisedAgent,
	order: () => Promise<string>,
): Promise<KeptReport> {
	for (let tries = 1; ; tries += 1) {
		const agent = victim.present();
		const report = await reportOf(scenario, await order());
		expect(await agent.ended).toBe('SIGKILL');
		expect(agent.events().map(({ event }) => event)).toContain('drilled');
		if (report.outcome !== 'not-purged' || tries === 3) {
			return report;
		}
	}
}

/** A schedule orders a drill by itself, among the members of this group that may be drawn; gives its id. */
export async function orderedBySchedule(
	scenario: Scenario,
	zk: ZooKeeperPort,
	path: string,
	group: string,
): Promise<string> {
	await eventually(
		`${path} may be drawn`,
		async () => {
			const { eligible } = await scenario.cluster.drills.view();
			return eligible.find((each) => each.path === path)?.whyNot.length === 0 ? true : null;
		},
		90_000,
	);
	// Set so long ago that its first time has just come.
	const atMs = Date.now() - EVERY_MS;
	await settle(zk, { drills: { by: 'the-admin', reason: 'every minute', atMs, everyMs: EVERY_MS, group } });
	const drillId = await eventually(
		'a drill begins by itself',
		async () => {
			const { running } = await scenario.cluster.drills.view();
			return running?.scheduled === true ? running.drillId : null;
		},
		// A turn at which nobody could be drawn counts: the next one comes after the interval.
		4 * EVERY_MS,
	);
	await settle(zk, { drills: null });
	return drillId;
}
