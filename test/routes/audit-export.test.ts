import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createAuditStore } from '@/lib/adapters/audit-store/create-audit-store';
import { openDatabase } from '@/lib/adapters/database/open';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import type { ExportView } from '@/lib/core/export-view';
import { exportViewSchema } from '@/lib/http/audit-view-schemas';
import { auditDraft } from '../adapters/audit-store/temporary-store';
import { type Console, startConsole } from '../support/console';
import { createToken } from './ask';

/** Together far more than sockets and streams hold by themselves. */
const ENTRIES = 1_200;
const DETAIL_LENGTH = 30_000;

let ensemble: Ensemble | undefined;
let running: Console | undefined;
let token = '';
let url = '';
let folder = '';

beforeAll(async () => {
	ensemble = await startEnsemble({ servers: 1 });
	running = await startConsole({ ensemble });
	({ url, folder } = running);
	token = await createToken(join(folder, 'config.json'), 'viewer', 'viewer');
	const database = await openDatabase(`sqlite:${join(folder, 'rollcall.db')}`);
	const audit = createAuditStore(database);
	// One character over and over: what is searched for is not the matter here, and the index has little to do.
	const drafts = Array.from({ length: ENTRIES }, (_, index) =>
		auditDraft({ key: `bulk-${index}`, reason: '=1+1,"\r\n"', detail: `${index} ${'长'.repeat(DETAIL_LENGTH / 3)}` }),
	);
	await Promise.all(drafts.map((draft) => audit.append(draft)));
	await audit.close();
	await database.close();
});

afterAll(async () => {
	await running?.stop();
	await ensemble?.stop();
});

function ask(query: string): Promise<IncomingMessage> {
	return new Promise((resolve, reject) => {
		const headers = { authorization: `Bearer ${token}` };
		get(`${url}/api/audit/export?${query}`, { headers }, resolve).on('error', reject);
	});
}

/** What arrives, at most about `bytesMax`: the connection is cut then. */
async function read(response: IncomingMessage, bytesMax = Number.POSITIVE_INFINITY): Promise<string> {
	const chunks: Buffer[] = [];
	let bytes = 0;
	for await (const chunk of response) {
		chunks.push(chunk);
		bytes += chunk.length;
		if (bytes >= bytesMax) {
			response.destroy();
			break;
		}
	}
	return Buffer.concat(chunks).toString();
}

/** Up to the end of the last row: the last CRLF that is not within quotes. */
function wholeRows(csv: string): string {
	const end = csv.lastIndexOf('"\r\n"');
	const rows = csv.slice(0, end + 3);
	return (rows.split('"').length - 1) % 2 === 0 ? rows : wholeRows(csv.slice(0, end + 1));
}

const LAST_ID = { ndjson: /\{"id":"(\d+)".*\n$/, csv: /(?:^|\r\n)"(\d+)",(?:"(?:[^"]|"")*",?)*\r\n$/ };

it('an NDJSON export that was cut off goes on where it stopped: together they are the whole, and its chain holds', async () => {
	const first = await ask('format=ndjson');
	const until = first.headers['rollcall-export-until'];
	const cut = await read(first, 5_000_000);
	const kept = cut.slice(0, cut.lastIndexOf('\n') + 1);
	const after = LAST_ID.ndjson.exec(kept)?.[1];
	expect(Number(after)).toBeLessThan(ENTRIES);
	const rest = await read(await ask(`format=ndjson&after=${after}&until=${until}`));
	const together = kept + rest;
	expect(together).toBe(await read(await ask(`format=ndjson&until=${until}`)));
	const file = join(folder, 'together.ndjson');
	writeFileSync(file, together);
	const { stdout } = await promisify(execFile)(process.execPath, [
		...['--import', 'tsx', 'lib/cli/audit.ts', 'verify', file, '--json'],
	]);
	expect(JSON.parse(stdout)).toMatchObject({ ok: true, first: 1, entries: Number(until), part: false });
});

it('so does a CSV export, without a second header and with its formulas neutralised', async () => {
	const first = await ask('format=csv');
	const until = first.headers['rollcall-export-until'];
	const kept = wholeRows(await read(first, 3_000_000));
	const after = [...kept.matchAll(/(?:^|\r\n)"(\d+)","\d{4}-/g)].at(-1)?.[1];
	expect(Number(after)).toBeLessThan(ENTRIES);
	const rest = await read(await ask(`format=csv&after=${after}&until=${until}`));
	expect(rest).toContain(`"'=1+1,""\r\n"""`);
	expect(kept + rest).toBe(await read(await ask(`format=csv&until=${until}`)));
});

it('a continuation is recorded with where it went on, and JSON cannot be continued', async () => {
	const refused = await ask('format=json&after=3');
	expect(refused.statusCode).toBe(400);
	expect(JSON.parse(await read(refused))).toMatchObject({ code: 'field-invalid', field: 'after' });
	await read(await ask('format=ndjson&after=3&until=5'));
	const records = (await read(await ask('format=ndjson&action=audit.export'))).trimEnd().split('\n');
	expect(JSON.parse(records.at(-2) ?? '')).toMatchObject({ detail: { format: 'ndjson', after: 3 } });
});

it('a reader who stops reading stops the console from reading the log, however large that is', async () => {
	/** Bytes that the console has read from files and sockets since it started (Linux, proc(5)). */
	const bytesRead = () => Number(/^rchar: (\d+)/.exec(readFileSync(`/proc/${running?.pid}/io`, 'utf8'))?.[1]);
	const before = bytesRead();
	const response = await ask('format=ndjson');
	response.pause();
	// Until it stands still: ten looks in a row at which hardly anything was read.
	for (let still = 0, last = bytesRead(); still < 10; ) {
		await new Promise((resolve) => setTimeout(resolve, 100));
		const now = bytesRead();
		still = now - last < 500_000 ? still + 1 : 0;
		last = now;
	}
	const stalledAt = bytesRead() - before;
	const whole = (await read(response)).length;
	expect(bytesRead() - before - stalledAt).toBeGreaterThan(whole / 2);
});

/** How far the export of this id is, to whoever holds the token. */
async function progressOf(id: string, bearer = token): Promise<ExportView> {
	const answer = await fetch(`${url}/api/audit/exports/${id}`, { headers: { authorization: `Bearer ${bearer}` } });
	expect(answer.status).toBe(200);
	return exportViewSchema.strict().parse(await answer.json());
}

it('who gave an export an id can ask how far it is, and how it ended; nobody else can', async () => {
	const track = '00112233445566778899aabbccddeeff';
	expect(await progressOf(track)).toEqual({ state: 'unknown', entries: 0, share: 0 });
	const response = await ask(`format=ndjson&track=${track}`);
	response.pause();
	await vi.waitFor(async () => expect((await progressOf(track)).entries).toBeGreaterThan(0), 10_000);
	const half = await progressOf(track);
	expect(half).toMatchObject({ state: 'running' });
	expect(half.entries).toBeLessThan(ENTRIES);
	expect(half.share).toBeGreaterThan(0);
	expect(half.share).toBeLessThan(1);
	const other = await createToken(join(folder, 'config.json'), 'someone-else', 'admin');
	expect(await progressOf(track, other)).toMatchObject({ state: 'unknown' });
	const lines = (await read(response)).trimEnd().split('\n').length;
	expect(await progressOf(track)).toEqual({ state: 'done', entries: lines, share: 1 });
});

it('an export whose reader goes away is known as cut off, and an id that is none is refused', async () => {
	const track = 'ffeeddccbbaa99887766554433221100';
	await read(await ask(`format=csv&track=${track}`), 1_000_000);
	await vi.waitFor(async () => expect((await progressOf(track)).state).toBe('cut-off'), 10_000);
	const refused = await ask('track=../../etc');
	expect(refused.statusCode).toBe(400);
	expect(JSON.parse(await read(refused))).toMatchObject({ code: 'field-invalid', field: 'track' });
});
