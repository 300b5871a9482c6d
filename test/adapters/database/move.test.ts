import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import { createChainStore } from '@/lib/adapters/audit-store/chain-store';
import { createArchives } from '@/lib/adapters/audit-store/create-archives';
import { createAuditStore } from '@/lib/adapters/audit-store/create-audit-store';
import { createAuth, openAccounts } from '@/lib/adapters/auth/create-auth';
import { systemClock } from '@/lib/adapters/clock';
import type { RollcallDatabase } from '@/lib/adapters/database/database';
import { openDatabase } from '@/lib/adapters/database/open';
import { makeSecret } from '@/lib/adapters/webhooks/sign';
import { openWebhookStore } from '@/lib/adapters/webhooks/webhook-store';
import { sealArchive } from '@/lib/cli/audit-archive/seal';
import { moveDatabase } from '@/lib/cli/move-database';
import type { Actor } from '@/lib/core/audit-entry';
import type { Webhook } from '@/lib/core/webhook';
import { auditDraft, streamed } from '@/test/adapters/audit-store/temporary-store';
import { type DatabasePlace, endPostgres, newDatabase } from '@/test/support/databases';

const BY: Actor = { kind: 'system', name: 'test', role: null, sourceAddress: null };
const PASSWORD = 'correct horse battery';
const OLD = 100;
const SECRET = makeSecret();
const WEBHOOK: Webhook = {
	id: 'pager',
	url: 'https://hooks.example/rollcall',
	filter: { actions: ['member.purge'], outcomes: [], clusters: ['生产'] },
	revision: 3,
	settled: 150,
	createdAtMs: 1,
	createdBy: 'grace',
	paused: { cause: 'gone', atMs: 2 },
	trouble: { attempts: 1, failingMs: 0, sinceAtMs: 2, problem: { code: 'gone', detail: '410' } },
	lastDeliveredAtMs: null,
};
const NOW_MS = Date.parse('2026-01-01T00:00:00.000Z');

let from: DatabasePlace;
let to: DatabasePlace;
beforeEach(async () => {
	[from, to] = await Promise.all([newDatabase('sqlite'), newDatabase('postgres')]);
});
afterEach(async () => {
	await from.remove();
	await to.remove();
});
afterAll(endPostgres);

const options = (database: RollcallDatabase, adminPassword: string | null) => ({
	database,
	audit: createAuditStore(database),
	clock: systemClock,
	adminPassword,
	secret: null,
	baseUrl: null,
	announce: () => undefined,
	onProblem: () => undefined,
});

/** Sealed and signed off; one piece of them has left already. */
async function archiveOldest(database: RollcallDatabase): Promise<void> {
	const archives = createArchives(database);
	const folder = await mkdtemp(join(tmpdir(), 'rollcall-move-'));
	try {
		const order = { path: join(folder, 'a.ndjson'), beforeMs: NOW_MS, reason: 'year closed', by: BY, atMs: NOW_MS };
		const sealed = await sealArchive({ audit: createAuditStore(database), archives }, order);
		expect(sealed?.manifest).toMatchObject({ first: 1, last: OLD });
		const sha256 = sealed?.manifest.sha256 ?? '';
		await archives.signOff({ sha256, reason: 'kept in the vault', actor: BY, atMs: NOW_MS });
		expect(await archives.removeSome()).toBeGreaterThan(0);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

/** A log of 200 entries whose first 100 are in a file and partly gone, a person who has signed in, and a token; what they hold. */
async function used(): Promise<{ cookie: string; token: string }> {
	const database = await openDatabase(from.url);
	const { audit } = options(database, null);
	await Promise.all(
		Array.from({ length: 200 }, (_, index) =>
			audit.append(auditDraft({ key: `k-${index}`, atMs: index < OLD ? index : NOW_MS })),
		),
	);
	await archiveOldest(database);
	const auth = await createAuth(options(database, PASSWORD));
	const request = new Request('http://console/api/auth/sign-in/username', {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ username: 'admin', password: PASSWORD }),
	});
	const cookie = (await auth.handle(request, '10.0.0.1')).headers
		.getSetCookie()
		.map((line) => line.split(';', 1)[0])
		.join('; ');
	const { tokens } = await openAccounts(options(database, null));
	const token = await tokens.create({ name: 'ci', role: 'viewer', expiresAtMs: null }, BY);
	await openWebhookStore(database).create(WEBHOOK, SECRET);
	const chain = createChainStore(database);
	await chain.remember('prod', (await chain.end()).head, { anew: false });
	await audit.close();
	await database.close();
	return { cookie, token };
}

it('what is moved goes on: the chain, its id and heads, the sessions, the people, the tokens and the webhooks', async () => {
	const { cookie, token } = await used();
	const before = await openDatabase(from.url);
	const entries = await streamed(createAuditStore(before));
	const archives = await createArchives(before).list();
	const chainBefore = createChainStore(before);
	const end = await chainBefore.end();
	const remembered = await chainBefore.remembered('prod');
	await before.close();

	const moved = await moveDatabase(from.url, to.url, () => undefined);
	expect(moved).toMatchObject({ head: end.head.hash });
	const index = "select 1 from pg_indexes where indexname = 'audit_entries_search'";
	expect(await to.sql(index)).toHaveLength(1);

	const database = await openDatabase(to.url);
	try {
		const { audit } = options(database, null);
		expect(await streamed(audit)).toEqual(entries);
		expect(await createArchives(database).list()).toEqual(archives);
		const chain = createChainStore(database);
		expect(await chain.end()).toEqual(end);
		expect(await chain.remembered('prod')).toEqual(remembered);
		const webhooks = openWebhookStore(database);
		expect(await webhooks.list()).toEqual([WEBHOOK]);
		expect(await webhooks.secret('pager')).toBe(SECRET);
		const auth = await createAuth(options(database, null));
		expect(await auth.identify(new Headers({ cookie }), '10.0.0.1')).toMatchObject({
			actor: { name: 'admin' },
			role: 'admin',
		});
		expect(await auth.identify(new Headers({ authorization: `Bearer ${token}` }), null)).toMatchObject({
			role: 'viewer',
		});
		const { operators } = await openAccounts(options(database, null));
		expect(await operators.hasPassword('admin', PASSWORD)).toBe(true);
		const next = await audit.append(auditDraft());
		expect(next).toMatchObject({ sequence: end.head.sequence + 1, previousHash: end.head.hash });
		expect(await audit.verify()).toMatchObject({ ok: true, entries: end.head.sequence + 1 });
	} finally {
		await database.close();
	}
	await expect(to.sql("update audit_entries set reason = 'forged'")).rejects.toThrow(/never changed/);
	await expect(to.sql('delete from audit_chain_heads')).rejects.toThrow(/not forgotten/);
});

it('a target that holds anything is refused, and stays as it is', async () => {
	await used();
	const database = await openDatabase(to.url);
	await createAuditStore(database).append(auditDraft({ key: 'was here' }));
	await database.close();
	await expect(moveDatabase(from.url, to.url, () => undefined)).rejects.toThrow(/not empty: audit_entries/);
	expect(await to.sql('select key from audit_entries')).toEqual([{ key: 'was here' }]);
});

it('a broken chain is not moved; a move that failed is simply started again', async () => {
	await used();
	await from.sql(
		"drop trigger audit_entries_no_update; update audit_entries set reason = 'forged' where key = 'k-150'",
	);
	await expect(moveDatabase(from.url, to.url, () => undefined)).rejects.toThrow(/broken at entry/);
	await from.sql("update audit_entries set reason = 'killed by the kernel' where key = 'k-150'");
	const stop = () => {
		throw new Error('the terminal was closed');
	};
	await expect(moveDatabase(from.url, to.url, stop)).rejects.toThrow('terminal');
	expect(await to.sql('select key from audit_entries')).toEqual([]);
	expect((await moveDatabase(from.url, to.url, () => undefined)).entries).toBeGreaterThan(200);
});

it.each([
	['postgres://h/db', 'postgres://h/other', /--from/],
	['sqlite:a.db', 'sqlite:b.db', /--to/],
])('from %s to %s is refused', async (source, target, message) => {
	const isFile = source.startsWith('sqlite:');
	const work = moveDatabase(isFile ? from.url : source, isFile ? `${from.url}.other` : target, () => undefined);
	await expect(work).rejects.toThrow(message);
});
