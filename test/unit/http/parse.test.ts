import { describe, expect, it } from 'vitest';
import { parseBody, parseQuery } from '@/lib/http/parse';
import { ProblemError } from '@/lib/http/problem';
import { auditQuerySchema, membersQuerySchema, purgeRequestSchema } from '@/lib/http/schemas';

function post(body: BodyInit, type = 'application/json'): Request {
	return new Request('http://c/', { method: 'POST', headers: { 'content-type': type }, body });
}
const get = (query: string) => new Request(`http://c/?${query}`);

async function problemOf(work: () => unknown): Promise<{ code: string; field: string | undefined }> {
	try {
		await work();
	} catch (error) {
		if (error instanceof ProblemError) {
			return { code: error.code, field: error.field };
		}
		throw error;
	}
	throw new Error('nothing was refused');
}

describe('a purge request', () => {
	const good = { members: [{ path: '/turms/members/7', czxid: '0x1f' }], dryRun: true };

	it('is read as it was sent', async () => {
		expect(await parseBody(post(JSON.stringify(good)), purgeRequestSchema, 1_000)).toEqual(good);
	});

	it.each([
		[{ ...good, members: [] }, 'members'],
		[{ ...good, members: [{ path: 'no/slash', czxid: '0x1' }] }, 'members.0.path'],
		[{ ...good, members: [{ path: '/a', czxid: 31 }] }, 'members.0.czxid'],
		[{ ...good, members: [{ path: '/a', czxid: '0x11111111111111111' }] }, 'members.0.czxid'],
		[{ ...good, members: [good.members[0], good.members[0]] }, 'members'],
		[{ ...good, dryrun: true }, 'dryrun'],
		[{ ...good, dryRun: 'yes' }, 'dryRun'],
		[{ ...good, approval: { members: 0 } }, 'approval.members'],
	])('that is not valid names the field: %j', async (body, field) => {
		const refused = await problemOf(() => parseBody(post(JSON.stringify(body)), purgeRequestSchema, 10_000));
		expect(refused).toEqual({ code: 'field-invalid', field });
	});

	it.each([
		['text/plain', '{}', 'body-not-json'],
		['application/json', '{', 'body-not-json'],
		['application/json', '', 'body-not-json'],
		['application/json', new Uint8Array([0x22, 0xff, 0x22]), 'body-not-json'],
		['application/json', `"${'x'.repeat(2_000)}"`, 'body-too-large'],
	])('that is no JSON of a reasonable size is told so: %s', async (type, body, code) => {
		expect((await problemOf(() => parseBody(post(body, type), purgeRequestSchema, 1_000))).code).toBe(code);
	});

	it('that never ends is read no further than its bound', async () => {
		let pulls = 0;
		const endless = new ReadableStream<Uint8Array>({
			pull(controller) {
				pulls += 1;
				controller.enqueue(new Uint8Array(100).fill(0x20));
			},
		});
		const request = new Request('http://c/', {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: endless,
			duplex: 'half',
		} as RequestInit);
		expect((await problemOf(() => parseBody(request, purgeRequestSchema, 1_000))).code).toBe('body-too-large');
		expect(pulls).toBeLessThan(20);
	});
});

describe('a query', () => {
	it('of members has its defaults and its lists', () => {
		expect(parseQuery(get(''), membersQuerySchema)).toEqual({
			verdicts: null,
			group: null,
			q: null,
			cursor: null,
			limit: 1_000,
		});
		expect(parseQuery(get('verdict=dead,suspect&limit=5'), membersQuerySchema)).toMatchObject({
			verdicts: ['dead', 'suspect'],
			limit: 5,
		});
	});

	it('of the audit log takes moments in three ways', () => {
		const at = Date.UTC(2026, 0, 31);
		for (const from of ['2026-01-31', '2026-01-31T01:00:00%2B01:00', String(at)]) {
			expect(parseQuery(get(`from=${from}`), auditQuerySchema).filters.fromMs).toBe(at);
		}
	});

	it.each([
		['verdict=deda', 'verdict.0'],
		['limit=0', 'limit'],
		['limit=1001', 'limit'],
		['limit=-1', 'limit'],
		['limit=1e2', 'limit'],
		['limit=5&limit=6', 'limit'],
		['verdit=dead', 'verdit'],
		['__proto__=1', '__proto__'],
	])('of members that is not valid names the parameter: %s', async (query, field) => {
		expect(await problemOf(() => parseQuery(get(query), membersQuerySchema))).toEqual({ code: 'field-invalid', field });
	});

	it.each(['from=yesterday', 'from=2026-13-01', 'to=2026-01-31T00:00:00', 'action=member.purged'])(
		'of the audit log that is not valid is refused: %s',
		async (query) => {
			expect((await problemOf(() => parseQuery(get(query), auditQuerySchema))).code).toBe('field-invalid');
		},
	);
});
