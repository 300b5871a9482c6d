import { allProvable, openScenario, registration, type Scenario, type ScenarioOptions } from './scenario';
import { type ScriptedMember, startScriptedMember } from './scripted-member';
import { startTcpProxy } from './tcp-proxy';

export const WELL = '/services/well';

/** A console and two members under /services. */
export type Forwarded = {
	readonly scenario: Scenario;
	/** Its address is a forwarder's and so cannot be tied to its session: a refusal there is only a hint. */
	readonly hidden: ScriptedMember;
	/** At WELL, with an address of its own. */
	readonly well: ScriptedMember;
	/** Ends all of it, the ensemble excepted. */
	close(): Promise<void>;
};

/** `path`: where the hidden member registers; `ip`: the forwarder's, of loopback. Nothing is left when it rejects. */
export async function openForwarded(
	options: Pick<ScenarioOptions, 'ensemble' | 'servers'>,
	{ path, ip }: { readonly path: string; readonly ip: string },
): Promise<Forwarded> {
	const ends: (() => unknown)[] = [];
	async function close(): Promise<void> {
		for (const end of ends.splice(0)) {
			await end();
		}
	}
	async function member(): Promise<ScriptedMember> {
		const started = await startScriptedMember(options.ensemble.connect, 40_000);
		ends.push(() => started.kill());
		return started;
	}
	try {
		const scenario = await openScenario({ ...options, registrations: [registration('/services', 'auto')] });
		ends.push(() => scenario.close());
		const hidden = await member();
		const well = await member();
		const forwarder = await startTcpProxy(await hidden.listen(), ip);
		ends.push(() => forwarder.close());
		await hidden.register(path, JSON.stringify({ host: ip, port: forwarder.port }));
		await well.register(WELL, JSON.stringify({ host: '127.0.0.1', port: await well.listen() }));
		await allProvable(scenario, 1);
		return { scenario, hidden, well, close };
	} catch (error) {
		await close();
		throw error;
	}
}
