import { type ConsoleClient, signIn } from '../console-client';
import { startEnsemble } from '../ensemble';
import { startConsole } from '../stack';
import { type MeasuredBrowser, startBrowser } from './browser';
import type { ChurnBenchOptions } from './options';
import { type Registrar, startRegistrar } from './registrar';
import { CLUSTER, REGISTRATION } from './registrations';
import { printChurnReport } from './report';
import { measureRounds } from './rounds';

const JOINED_MS_MAX = 180_000;
const CALM_MS = 20_000;

/**
 * The members page under churn: real registrations from a few ZooKeeper sessions, a real console and a real browser, in
 * which a reader searches, clicks and walks while registrations end and come back around it.
 */
export async function benchChurn(options: ChurnBenchOptions): Promise<void> {
	const say = (line: string) => console.error(line);
	say('Starting ZooKeeper');
	const ensemble = await startEnsemble({ servers: 1 });
	const stops: (() => Promise<void>)[] = [() => ensemble.stop()];
	try {
		say(`Registering ${options.members} members from ${options.sessions} sessions`);
		const anchor = Math.floor(options.members / 2);
		const registrar: Registrar = await startRegistrar({
			connect: ensemble.connect,
			members: options.members,
			sessions: options.sessions,
			changes: options.changes,
			anchor,
		});
		stops.push(() => registrar.stop());
		say('Starting the console');
		const started = await startConsole({ ensemble, registrations: [REGISTRATION] });
		stops.push(() => started.stop());
		const client = await signIn(started.url, started.username, started.password);
		await waitUntilJoined(client, options.members);
		const browser: MeasuredBrowser = await startBrowser();
		stops.push(() => browser.stop());
		say(`${options.members} members are on the roll; ${CALM_MS / 1_000} s of calm first`);
		await new Promise((resolve) => setTimeout(resolve, CALM_MS));
		const figures = await measureRounds({ options, anchor, registrar, started, client, browser, say });
		printChurnReport(options, figures);
	} finally {
		for (const stop of stops.reverse()) {
			await stop();
		}
	}
}

async function waitUntilJoined(client: ConsoleClient, members: number): Promise<void> {
	const deadlineMs = performance.now() + JOINED_MS_MAX;
	while (performance.now() < deadlineMs) {
		const { counts } = await client.get<{ counts: Record<string, number> }>(`/api/clusters/${CLUSTER}/members?limit=1`);
		if ((counts.alive ?? 0) >= members) {
			return;
		}
		await new Promise((resolve) => setTimeout(resolve, 500));
	}
	throw new Error(`not every member was found alive within ${JOINED_MS_MAX / 1_000} s`);
}
