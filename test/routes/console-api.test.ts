import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import type { AuditView } from '@/lib/core/view';
import { auditVerifyViewSchema, auditViewSchema } from '@/lib/http/audit-view-schemas';
import { takeoverViewSchema } from '@/lib/http/takeover-schemas';
import {
	clustersViewSchema,
	ensembleViewSchema,
	healthViewSchema,
	membersViewSchema,
	problemSchema,
} from '@/lib/http/view-schemas';
import { type Console, startConsole } from '../support/console';
import { type Asker, asker, createToken, createTokens, signInCookie } from './ask';

let ensemble: Ensemble | undefined;
let running: Console | undefined;
let viewerToken = '';
let url = '';
let cluster = '';
let stranger: Asker;
let admin: Asker;
let viewer: Asker;
let operator: Asker;
let reporter: Asker;
let member: Asker;

beforeAll(async () => {
	ensemble = await startEnsemble({ servers: 1 });
	running = await startConsole({ ensemble });
	url = running.url;
	const made = await createTokens(`sqlite:${join(running.folder, 'rollcall.db')}`, ['operator', 'reporter', 'member']);
	const [operatorToken = '', reporterToken = '', memberToken = ''] = made;
	viewerToken = await createToken(join(running.folder, 'config.json'), 'viewer', 'viewer');
	const bearer = (token: string) => asker(url, { authorization: `Bearer ${token}` });
	stranger = asker(url, {});
	admin = asker(url, { cookie: await signInCookie(url, 'admin', running.password) });
	viewer = bearer(viewerToken);
	operator = bearer(operatorToken);
	reporter = bearer(reporterToken);
	member = bearer(memberToken);
	const { clusters } = clustersViewSchema.parse((await admin('/api/clusters')).body);
	cluster = `/api/clusters/${clusters[0]?.id}`;
});

afterAll(async () => {
	await running?.stop();
	await ensemble?.stop();
});

function shaped(schema: z.ZodType, body: unknown): void {
	const result = schema.safeParse(body);
	expect(result.error?.issues).toBeUndefined();
}

const purge = (more: object = {}) => ({ members: [{ path: '/nobody/here', czxid: '0x1' }], ...more });

async function audit(query: string): Promise<AuditView['entries']> {
	return ((await admin(`/api/audit?${query}`)).body as AuditView).entries;
}

describe('a stranger', () => {
	it('learns that the console runs, and nothing else', async () => {
		const health = await stranger('/api/health');
		expect(health.status).toBe(200);
		shaped(healthViewSchema, health.body);
		for (const path of ['/api/clusters', '/api/me', '/api/audit', '/api/openapi.json', '/api/audit/export']) {
			const answer = await stranger(path);
			expect([path, answer.status, answer.code]).toEqual([path, 401, 'sign-in-needed']);
			shaped(problemSchema, answer.body);
		}
		for (const path of ['/members', '/member?path=/a', '/ensemble', '/events']) {
			expect([path, (await stranger(cluster + path)).status]).toEqual([path, 401]);
		}
	});

	it('is sent from every page to sign in, and back to where he was going', async () => {
		const page = await stranger('/audit?action=member.purge');
		expect(page.status).toBe(307);
		expect(page.headers.get('location')).toBe('/sign-in?next=%2Faudit%3Faction%3Dmember.purge');
		expect((await stranger('/sign-in')).status).toBe(200);
	});

	it('is refused a purge, and that is recorded with the address of his socket whatever he says it is', async () => {
		const lie = { 'x-forwarded-for': '10.9.9.9', 'x-rollcall-source-address': 'guess 10.9.9.9' };
		expect((await stranger(`${cluster}/purges`, { json: purge(), headers: lie })).status).toBe(401);
		const [entry] = await audit('action=request.refused&limit=1');
		expect(entry).toMatchObject({
			outcome: 'refused',
			reason: 'sign-in-needed',
			actor: { name: 'stranger', sourceAddress: '127.0.0.1' },
		});
	});
});

describe('roles', () => {
	it('let a viewer read and purge nothing, not even as a dry run', async () => {
		expect((await viewer('/api/clusters')).status).toBe(200);
		for (const dryRun of [true, false]) {
			const answer = await viewer(`${cluster}/purges`, { json: purge({ dryRun }) });
			expect([answer.status, answer.code]).toEqual([403, 'forbidden']);
		}
		expect((await audit('action=request.refused&actor=viewer&limit=1'))[0]?.reason).toBe('forbidden');
	});

	it('let an operator plan, and neither override nor approve', async () => {
		expect((await operator(`${cluster}/purges`, { json: purge({ dryRun: true }) })).status).toBe(200);
		for (const more of [{ override: true }, { approval: { members: 2 } }]) {
			expect((await operator(`${cluster}/purges`, { json: purge({ ...more, dryRun: true }) })).code).toBe('forbidden');
		}
	});

	it('let a machine with the role reporter read nothing', async () => {
		for (const path of [
			'/api/clusters',
			`${cluster}/members`,
			`${cluster}/ensemble`,
			'/api/audit',
			'/api/me',
			'/api/metrics',
		]) {
			expect([path, (await reporter(path)).code]).toEqual([path, 'forbidden']);
		}
	});
});

describe('an exit report', () => {
	const report = { path: '/nobody/here', czxid: '0x1', reporter: 'supervisor' };

	it('is taken from machines and administrators alone: it makes an unreachable member purgeable', async () => {
		for (const ask of [viewer, operator]) {
			expect(await ask(`${cluster}/exit-reports`, { json: report })).toMatchObject({ status: 403, code: 'forbidden' });
		}
		expect(await stranger(`${cluster}/exit-reports`, { json: report })).toMatchObject({ status: 401 });
		for (const ask of [reporter, admin]) {
			const headers = { origin: url };
			expect(await ask(`${cluster}/exit-reports`, { json: report, headers })).toMatchObject({
				status: 404,
				code: 'member-unknown',
			});
		}
	});

	it('is named where it is wrong', async () => {
		const answer = await reporter(`${cluster}/exit-reports`, { json: { ...report, czxid: 'seven' } });
		expect(answer).toMatchObject({ status: 400, code: 'field-invalid', body: { field: 'czxid' } });
	});

	it('needs a name behind it', async () => {
		const answer = await reporter(`${cluster}/exit-reports`, { json: { ...report, reporter: ' ' } });
		expect(answer).toMatchObject({ status: 400, body: { field: 'reporter' } });
	});
});

describe('a takeover', () => {
	const wanted = { path: '/nobody/here', holdsAddress: true };

	it('is asked for by members and administrators alone', async () => {
		for (const ask of [viewer, operator, reporter]) {
			expect(await ask(`${cluster}/takeovers`, { json: wanted })).toMatchObject({ status: 403, code: 'forbidden' });
		}
		expect(await stranger(`${cluster}/takeovers`, { json: wanted })).toMatchObject({ status: 401 });
	});

	it('is answered with where it came from, and recorded', async () => {
		const answer = await member(`${cluster}/takeovers`, { json: wanted });
		expect(answer).toMatchObject({ status: 200, body: { result: 'not-registered', requesterIp: '127.0.0.1' } });
		shaped(takeoverViewSchema, answer.body);
		const [entry] = await audit('action=member.takeover');
		expect(entry).toMatchObject({ actor: { name: 'member' }, outcome: 'not-registered', member: '/nobody/here' });
	});

	it('comes from nobody knows where when a proxy is on its way', async () => {
		for (const [name, value] of [
			['x-forwarded-for', '10.0.0.7'],
			['via', '1.1 proxy'],
		] as const) {
			const answer = await member(`${cluster}/takeovers`, { json: wanted, headers: { [name]: value } });
			expect(answer.body).toMatchObject({ requesterIp: null });
		}
	});

	it('states that the address is held, and is named where it is wrong', async () => {
		for (const json of [{ path: '/nobody/here' }, { ...wanted, holdsAddress: false }, { host: '127.0.0.1' }]) {
			expect(await member(`${cluster}/takeovers`, { json })).toMatchObject({ status: 400, code: 'field-invalid' });
		}
	});
});

describe('a write by cookie', () => {
	const plan = { json: purge({ dryRun: true }) };

	it("goes through from the console's own pages and from scripts", async () => {
		expect((await admin(`${cluster}/purges`, plan)).status).toBe(200);
		expect((await admin(`${cluster}/purges`, { ...plan, headers: { origin: url } })).status).toBe(200);
	});

	it('is refused from another site and recorded', async () => {
		const foreign: Record<string, string>[] = [{ origin: 'http://evil.example' }, { 'sec-fetch-site': 'cross-site' }];
		for (const headers of foreign) {
			expect((await admin(`${cluster}/purges`, { ...plan, headers })).code).toBe('origin-foreign');
		}
		expect((await audit('action=request.refused&actor=admin&limit=1'))[0]?.reason).toBe('origin-foreign');
		const password = 'not used, refused before';
		const signIn = { json: { username: 'admin', password }, headers: { origin: 'http://evil.example' } };
		expect((await stranger('/api/auth/sign-in/username', signIn)).code).toBe('origin-foreign');
	});
});

describe('answers', () => {
	it('have the shapes that the OpenAPI document promises', async () => {
		shaped(clustersViewSchema, (await viewer('/api/clusters')).body);
		shaped(membersViewSchema, (await viewer(`${cluster}/members`)).body);
		shaped(ensembleViewSchema, (await viewer(`${cluster}/ensemble`)).body);
		shaped(auditViewSchema, (await viewer('/api/audit')).body);
		shaped(auditVerifyViewSchema, (await viewer('/api/audit/verify')).body);
		expect((await viewer('/api/openapi.json')).body).toMatchObject({ openapi: '3.1.0' });
		const metrics = await viewer('/api/metrics');
		expect(metrics.body).toMatch(/^rollcall_members\{cluster="[^"]+",verdict="alive"\} \d+$/m);
	});

	it.each([
		['/members?limit=1001', 400, 'field-invalid'],
		['/members?verdit=dead', 400, 'field-invalid'],
		['/members?cursor=garbage', 400, 'field-invalid'],
		['/member?path=relative', 400, 'field-invalid'],
		['/member?path=/nobody/here', 404, 'member-unknown'],
		['/nothing', 404, 'not-found'],
	])('to a wrong question say what is wrong: %s', async (path, status, code) => {
		const answer = await viewer(cluster + path);
		expect([answer.status, answer.code]).toEqual([status, code]);
		expect(answer.headers.get('content-type')).toBe('application/problem+json');
	});

	it('to a wrong cluster or a wrong cursor of the log do too', async () => {
		expect((await viewer('/api/clusters/nope/members')).code).toBe('cluster-unknown');
		expect((await viewer('/api/audit?cursor=garbage')).code).toBe('field-invalid');
	});
});

describe('the audit log', () => {
	it('is exported in three formats with the same entries, each export recorded', async () => {
		const query = 'action=operator.sign-in&to=2100-01-01';
		const listed = (await audit(`${query}&limit=1000`)).map(({ id }) => id).reverse();
		expect(listed.length).toBeGreaterThan(0);
		const csv = await viewer(`/api/audit/export?format=csv&${query}`);
		expect(csv.headers.get('content-disposition')).toMatch(/^attachment; filename="rollcall-audit-.*\.csv"$/);
		expect([...String(csv.body).matchAll(/^"(\d+)",/gm)].map(([, id]) => id)).toEqual(listed);
		const json = (await viewer(`/api/audit/export?format=json&${query}`)).body as AuditView['entries'];
		expect(json.map(({ id }) => id)).toEqual(listed);
		const response = await viewer(`/api/audit/export?format=ndjson&${query}`);
		const lines = String(response.body).trimEnd().split('\n');
		expect(lines.map((line) => (JSON.parse(line) as { id: string }).id)).toEqual(listed);
		const exports = await audit('action=audit.export&limit=3');
		expect(exports.map(({ detail }) => (detail as { format: string }).format)).toEqual(['ndjson', 'json', 'csv']);
	});
});

describe('the event stream', () => {
	it('begins with a snapshot that has an id to resume from', async () => {
		const response = await fetch(`${url}${cluster}/events`, {
			headers: { authorization: `Bearer ${viewerToken}` },
			signal: AbortSignal.timeout(20_000),
		});
		expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
		const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
		let text = '';
		while (!/^data: .*\n\n/m.test(text)) {
			const part = await reader?.read();
			expect(part?.done).toBe(false);
			text += part?.value ?? '';
		}
		expect(text).toMatch(/^id: \S+\nevent: snapshot\ndata: \{/m);
		await reader?.cancel();
	});
});
