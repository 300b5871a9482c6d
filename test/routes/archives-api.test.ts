import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createArchives } from '@/lib/adapters/audit-store/create-archives';
import { createAuditStore } from '@/lib/adapters/audit-store/create-audit-store';
import { openDatabase } from '@/lib/adapters/database/open';
import { sealArchive } from '@/lib/cli/audit-archive/seal';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import type { ArchivesView } from '@/lib/core/archives-view';
import type { ArchiveManifest } from '@/lib/core/audit-archive';
import type { AuditEntryView, AuditVerifyView, AuditView } from '@/lib/core/view';
import { type Console, startConsole } from '../support/console';
import { onDatabase } from '../support/databases';
import { needed } from '../support/needed';
import { eventually } from '../support/zookeeper';
import { type Asker, asker, createTokens } from './ask';

/** The log of a running console: sealed from the command line's side, signed off over HTTP. */
const WAIT_MS = 60_000;
const SIGN_OFFS = '/api/audit/archives/sign-offs';
const BY = { kind: 'system', name: 'command line (test)', role: null, sourceAddress: null } as const;

let ensemble: Ensemble | undefined;
let running: Console | undefined;
let url = '';
const tokens = new Map<string, Asker>();
const who = (role: string): Asker => needed(tokens, role);

beforeAll(async () => {
	ensemble = await startEnsemble({ servers: 1 });
	running = await startConsole({ ensemble, registrations: [{ path: '/services', format: 'auto' }] });
	url = `sqlite:${join(running.folder, 'rollcall.db')}`;
	const roles = ['admin', 'operator', 'viewer'] as const;
	const made = await createTokens(url, roles);
	for (const [index, role] of roles.entries()) {
		tokens.set(role, asker(running.url, { authorization: `Bearer ${made[index]}` }));
	}
}, 180_000);

afterAll(async () => {
	await running?.stop();
	await ensemble?.stop();
});

/** All that was recorded so far. */
async function seal(): Promise<ArchiveManifest> {
	const database = await openDatabase(url);
	const audit = createAuditStore(database);
	try {
		const path = join(running?.folder ?? '', 'a.ndjson.gz');
		const atMs = Date.now() + 1;
		const order = { path, beforeMs: atMs, reason: 'year closed', by: BY, atMs };
		const sealed = await sealArchive({ audit, archives: createArchives(database) }, order);
		return sealed?.manifest ?? expect.fail('nothing was sealed');
	} finally {
		await audit.close();
		await database.close();
	}
}

it('a sealed file is signed off by an administrator alone; then its entries leave the database, and the chain holds', async () => {
	const { sha256, last } = await seal();
	const before = (await who('viewer')('/api/audit/archives')).body as ArchivesView;
	expect(before).toMatchObject({ upTo: 0, signedOff: [], sealed: [{ sha256, last, sealedBy: BY.name }] });

	const json = { sha256, reason: 'kept in the vault' };
	expect((await who('operator')(SIGN_OFFS, { json })).status).toBe(403);
	expect(await who('admin')(SIGN_OFFS, { json: { ...json, sha256: 'a'.repeat(64) } })).toMatchObject({
		status: 404,
		code: 'archive-unknown',
	});
	expect((await who('admin')(SIGN_OFFS, { json: { sha256 } })).code).toBe('field-invalid');
	expect((await who('viewer')('/api/audit/archives')).body).toMatchObject({ upTo: 0 });

	const signed = await who('admin')(SIGN_OFFS, { json });
	expect(signed).toMatchObject({ status: 200, body: { archive: { first: 1, last, sha256, signedOffBy: 'admin' } } });
	await eventually(
		'the entries leave the database',
		async () => {
			const [row] = await onDatabase(url, 'select min(sequence) as first from audit_entries');
			return row?.first === last + 1 ? true : null;
		},
		WAIT_MS,
	);

	expect((await who('viewer')('/api/audit/archives')).body).toMatchObject({ upTo: last, sealed: [] });
	const verified = (await who('viewer')('/api/audit/verify')).body as AuditVerifyView;
	expect(verified).toMatchObject({
		ok: true,
		archived: { upTo: last, files: [{ first: 1, last, file: 'a.ndjson.gz', sha256 }] },
		heads: { contradicted: null, lost: [] },
	});
	const { entries } = (await who('viewer')('/api/audit?limit=1000')).body as AuditView;
	expect(entries.at(-1)?.id).toBe(String(last + 1));
	expect(entries.find(({ action }) => action === 'audit.sign-off')).toMatchObject({
		reason: 'kept in the vault',
		actor: { kind: 'token', name: 'admin', role: 'admin', sourceAddress: '127.0.0.1' },
	} satisfies Partial<AuditEntryView>);
	expect(entries.filter(({ action }) => action === 'request.refused').map(({ reason }) => reason)).toEqual([
		'archive-unknown',
		'forbidden',
	]);
}, 120_000);
