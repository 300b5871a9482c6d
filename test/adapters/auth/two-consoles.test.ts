import { afterAll, expect, it } from 'vitest';
import { createAuth } from '@/lib/adapters/auth/create-auth';
import { systemClock } from '@/lib/adapters/clock';
import { openDatabase } from '@/lib/adapters/database/open';
import type { Actor } from '@/lib/core/audit-entry';
import { createMemoryAudit } from '@/test/fakes/memory-audit';
import { endPostgres, newDatabase } from '@/test/support/databases';

afterAll(endPostgres);

const ROUNDS = 10;

it('two administrators on two consoles cannot take the role from each other', async () => {
	const place = await newDatabase('postgres');
	const databases = await Promise.all([openDatabase(place.url), openDatabase(place.url)]);
	try {
		const audit = createMemoryAudit();
		const consoles = [];
		for (const database of databases) {
			const auth = await createAuth({
				database,
				audit,
				clock: systemClock,
				adminPassword: 'correct horse battery',
				secret: null,
				baseUrl: null,
				announce: () => undefined,
				onProblem: () => undefined,
			});
			consoles.push(auth.accounts);
		}
		const [one, two] = consoles;
		if (one === undefined || two === undefined) {
			throw new Error('two consoles were asked for');
		}
		const by = (name: string): Actor => ({ kind: 'operator', name, role: 'admin', sourceAddress: null });
		await one.createUser({ username: 'ben', role: 'admin', reason: 'a second one' }, by('admin'));
		const demote = { role: 'viewer', reason: 'no longer needed' } as const;
		const promote = { role: 'admin', reason: 'needed again' } as const;
		for (let round = 0; round < ROUNDS; round += 1) {
			const results = await Promise.all([
				one.changeUser('ben', demote, by('admin')),
				two.changeUser('admin', demote, by('ben')),
			]);
			expect(results.filter(({ kind }) => kind === 'done')).toHaveLength(1);
			const { users } = await one.users();
			const left = users.filter(({ role }) => role === 'admin').map(({ username }) => username);
			expect(left).toHaveLength(1);
			const other = left[0] === 'ben' ? 'admin' : 'ben';
			await one.changeUser(other, promote, by(left[0] ?? ''));
		}
	} finally {
		await Promise.all(databases.map((database) => database.close()));
		await place.remove();
	}
});
