import { connect, createServer, type Socket } from 'node:net';
import pg from 'pg';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAuditStore } from '@/lib/adapters/audit-store/create-audit-store';
import { openDatabase } from '@/lib/adapters/database/open';
import { auditDraft, streamed, type TemporaryStore, temporaryStore } from '@/test/adapters/audit-store/temporary-store';
import { endPostgres, newDatabase, onDatabase, postgresOfFile } from '@/test/support/databases';
import { freePort } from '@/test/support/free-port';
import { startPostgres } from '@/test/support/postgres';
import { eventually } from '@/test/support/zookeeper';

let store: TemporaryStore;
beforeEach(async () => {
	store = await temporaryStore('postgres');
});
afterEach(() => store.remove());
afterAll(endPostgres);

const messageOf = (work: Promise<unknown>) =>
	work.then(
		() => 'it resolved',
		(error: unknown) => String(error),
	);

describe('a PostgreSQL server that goes away', () => {
	it('in the middle of appends and comes back: nothing that was told as recorded is lost, nothing is there twice', async () => {
		const server = await postgresOfFile();
		const told: string[] = [];
		let stopping = false;
		async function recordUntilStopped(writer: number): Promise<void> {
			for (let index = 0; !stopping; index++) {
				const key = `w${writer}-${index}`;
				// As the outbox does: whatever was not told as recorded is appended again, under its key.
				await eventually(
					'recorded',
					() =>
						store.audit.append(auditDraft({ key })).then(
							() => true,
							() => null,
						),
					60_000,
				);
				told.push(key);
			}
		}
		const writers = [0, 1, 2, 3].map(recordUntilStopped);
		for (let crash = 1; crash <= 3; crash++) {
			const before = told.length;
			await eventually('more are recorded', () => (told.length >= before + 40 ? true : null), 60_000);
			await server.crash();
			await server.start();
		}
		const before = told.length;
		await eventually('they are recorded again', () => (told.length >= before + 10 ? true : null), 60_000);
		stopping = true;
		await Promise.all(writers);
		const keys = (await streamed(store.audit)).map(({ key }) => key);
		expect(new Set(keys).size).toBe(keys.length);
		expect(keys.toSorted()).toEqual(told.toSorted());
		expect(await store.audit.verify()).toMatchObject({ ok: true, entries: keys.length });
	});

	it('is not answered for ever: an append ends with what is in the way, and without the password', async () => {
		const server = await startPostgres();
		try {
			const url = await server.createDatabase();
			const database = await openDatabase(url);
			const audit = createAuditStore(database);
			await audit.append(auditDraft());
			await server.crash();
			const message = await messageOf(audit.append(auditDraft()));
			expect(message).toMatch(/ECONNREFUSED|terminated|57P0/);
			expect(message).not.toContain('unused');
			await server.start();
			expect((await audit.append(auditDraft())).sequence).toBe(2);
			await audit.close();
			await database.close();
			await database.close();
		} finally {
			await server.stop();
		}
	});

	it('after the commit, so that its answer is lost: the entry is there once, and told as recorded', async () => {
		// A relay that swallows the answer to one commit and cuts the connection.
		const server = new URL(store.url);
		let isArmed = false;
		let swallowed = 0;
		const sockets = new Set<Socket>();
		const relay = createServer((client) => {
			const upstream = connect(Number(server.port), '127.0.0.1');
			for (const socket of [client, upstream]) {
				sockets.add(socket);
				socket.on('error', () => socket.destroy());
			}
			let isCommitting = false;
			client.on('data', (chunk: Buffer) => {
				isCommitting ||= isArmed && swallowed === 0 && chunk.includes('commit\0');
				upstream.write(chunk);
			});
			upstream.on('data', (chunk: Buffer) => {
				if (isCommitting) {
					swallowed += 1;
					client.destroy();
					upstream.destroy();
				} else {
					client.write(chunk);
				}
			});
			client.on('close', () => upstream.destroy());
			upstream.on('close', () => client.destroy());
		});
		const port = await freePort();
		await new Promise<void>((resolve) => relay.listen(port, '127.0.0.1', resolve));
		const relayed = new URL(store.url);
		relayed.port = String(port);
		const database = await openDatabase(relayed.href);
		try {
			isArmed = true;
			const audit = createAuditStore(database);
			const entry = await audit.append(auditDraft({ key: 'once' }));
			expect(swallowed).toBe(1);
			expect(entry).toMatchObject({ key: 'once', sequence: 1 });
			expect((await streamed(store.audit)).map(({ key }) => key)).toEqual(['once']);
		} finally {
			await database.close();
			for (const socket of sockets) {
				socket.destroy();
			}
			relay.close();
		}
	});

	it('ends the idle connections of a console, which notices and goes on', async () => {
		await store.audit.append(auditDraft());
		await onDatabase(
			store.url,
			"select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'rollcall' and datname = current_database()",
		);
		expect((await store.audit.append(auditDraft())).sequence).toBe(2);
		expect(await store.audit.verify()).toMatchObject({ ok: true, entries: 2 });
	});
});

describe('consoles of one PostgreSQL database', () => {
	it('a writer that stands still holds the others up for seconds, and then has lost its turn', async () => {
		const still = new pg.Client({ connectionString: store.url, idle_in_transaction_session_timeout: 1_000 });
		still.on('error', () => undefined);
		await still.connect();
		await still.query('begin; select pg_advisory_xact_lock(1919904876, 1)');
		const appended = store.audit.append(auditDraft());
		expect((await appended).sequence).toBe(1);
		await still.end();
	});
});

describe('a PostgreSQL database that will not do', () => {
	it('is refused with what is wrong and the remedy, and without the password', async () => {
		const wrong = new URL(store.url);
		wrong.password = 'hunter2';
		wrong.pathname = '/nobody';
		const message = await messageOf(openDatabase(wrong.href));
		expect(message).toMatch(/database "nobody" does not exist.*Remedy: correct the config field database/s);
		expect(message).not.toContain('hunter2');
	});

	it('with another encoding than UTF-8 is refused', async () => {
		await onDatabase(store.url, "create database latin encoding 'LATIN1' locale 'C' template template0");
		const url = new URL(store.url);
		url.pathname = '/latin';
		expect(await messageOf(openDatabase(url.href))).toContain('encoding UTF8');
	});

	it('that loses commits in a crash is refused', async () => {
		const { url } = await newDatabase('postgres');
		const name = new URL(url).pathname.slice(1);
		await onDatabase(url, `alter database ${name} set synchronous_commit = off`);
		expect(await messageOf(openDatabase(url))).toContain('synchronous_commit = on');
	});

	it('whose user may not make the extension is refused with what an administrator must run', async () => {
		const { url } = await newDatabase('postgres');
		const name = new URL(url).pathname.slice(1);
		await onDatabase(
			url,
			`create role plain login; grant create on schema public to plain; revoke create on database ${name} from public`,
		);
		const plain = new URL(url);
		plain.username = 'plain';
		expect(await messageOf(openDatabase(plain.href))).toContain('create extension pg_trgm');
		await onDatabase(url, 'create extension pg_trgm');
		await (await openDatabase(plain.href)).close();
	});
});

it('a number beyond what JavaScript holds exactly is refused, and not rounded', async () => {
	await store.audit.append(auditDraft());
	await store.sql('alter table audit_entries disable trigger user; update audit_entries set at_ms = 9007199254740993');
	expect(await messageOf(streamed(store.audit))).toContain('9007199254740993');
});

it('nothing of the place where it is gives the password away', () => {
	expect(store.database.place).toMatch(/^postgres:\/\/127\.0\.0\.1:\d+\/test_\w+$/);
});
