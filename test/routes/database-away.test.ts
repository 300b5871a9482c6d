import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import { type Console, startConsole } from '../support/console';
import { type PostgresServer, startPostgres } from '../support/postgres';
import { eventually } from '../support/zookeeper';
import { asker, createTokens, signInCookie } from './ask';

let ensemble: Ensemble | undefined;
let server: PostgresServer | undefined;
let running: Console | undefined;

beforeAll(async () => {
	[ensemble, server] = await Promise.all([startEnsemble({ servers: 1 }), startPostgres()]);
});

afterAll(async () => {
	await running?.stop();
	await Promise.all([ensemble?.stop(), server?.stop()]);
});

it('while PostgreSQL is away, questions are told so with 503 and nobody is signed out', async () => {
	if (ensemble === undefined || server === undefined) {
		throw new Error('no servers');
	}
	const database = await server.createDatabase();
	running = await startConsole({ ensemble, database });
	const { url, username, password } = running;
	const [token] = await createTokens(database, ['admin']);
	const people = [
		asker(url, { cookie: await signInCookie(url, username, password), origin: url }),
		asker(url, { authorization: `Bearer ${token}` }),
	];
	for (const ask of people) {
		expect((await ask('/api/clusters')).status).toBe(200);
	}
	await server.crash();
	for (const ask of people) {
		for (const path of ['/api/clusters', '/api/audit?limit=1', '/api/me']) {
			expect(await ask(path)).toMatchObject({ status: 503, code: 'database-unavailable' });
		}
		const wish = { json: { reason: 'nothing can be recorded' }, method: 'PUT' };
		expect(await ask('/api/clusters/turms/maintenance', wish)).toMatchObject({ code: 'database-unavailable' });
	}
	expect((await fetch(`${url}/api/health`)).status).toBe(200);
	await server.start();
	for (const ask of people) {
		await eventually('it answers again', async () => ((await ask('/api/audit?limit=1')).status === 200 ? true : null));
	}
});
