import { afterAll, afterEach, beforeEach, describe, expect } from 'vitest';
import type { AuthOptions } from '@/lib/adapters/auth/create-auth';
import { openDatabase, type RollcallDatabase } from '@/lib/adapters/database/open';
import type { Actor } from '@/lib/core/audit-entry';
import type { AuthPort, Clock } from '@/lib/core/ports';
import { type DatabasePlace, DIALECTS, endPostgres, newDatabase } from '@/test/support/databases';
import { createMemoryAudit, type MemoryAudit } from '../../fakes/memory-audit';

export const PASSWORD = 'correct horse battery';
export const BY: Actor = { kind: 'system', name: 'test', role: null, sourceAddress: null };

export let place: DatabasePlace;
export let database: RollcallDatabase;
export let audit: MemoryAudit;
export let announced: string[];
let nowMs = 0;
export const clock: Clock = {
	nowMs: () => nowMs,
	wallMs: () => Date.now() + nowMs,
	sleep: () => Promise.resolve(),
};

export function options(more: Partial<AuthOptions> = {}): AuthOptions {
	return {
		database,
		audit,
		clock,
		adminPassword: PASSWORD,
		secret: null,
		baseUrl: null,
		announce: (line) => announced.push(line),
		onProblem: () => undefined,
		...more,
	};
}

export function signIn(auth: AuthPort, username: string, password: string, from = '10.0.0.1', headers = {}) {
	const request = new Request('http://console:3000/api/auth/sign-in/username', {
		method: 'POST',
		headers: { 'content-type': 'application/json', ...headers },
		body: JSON.stringify({ username, password }),
	});
	return auth.handle(request, from);
}

export async function cookieOf(response: Response): Promise<Headers> {
	expect(response.status, await response.clone().text()).toBe(200);
	return new Headers({
		cookie: response.headers
			.getSetCookie()
			.map((line) => line.split(';', 1)[0])
			.join('; '),
	});
}

export const actions = () => audit.drafts.map((draft) => draft.action);

/** Time goes by on the clock of `options`. */
export function pass(ms: number): void {
	nowMs += ms;
}

/** The tests of `body` on each database, with one of its own for each test. */
export function onEachDatabase(body: () => void): void {
	afterAll(endPostgres);
	describe.each(DIALECTS)('on %s', (dialect) => {
		beforeEach(async () => {
			place = await newDatabase(dialect);
			database = await openDatabase(place.url);
			audit = createMemoryAudit();
			announced = [];
			nowMs = 0;
		});

		afterEach(async () => {
			await database.close();
			await place.remove();
		});

		body();
	});
}
