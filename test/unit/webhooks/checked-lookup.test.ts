import type { LookupAddress } from 'node:dns';
import { describe, expect, it } from 'vitest';
import { createCheckedLookup, isRefusedIp } from '@/lib/adapters/webhooks/checked-lookup';

type Answers = readonly { readonly address: string; readonly family: number }[];

function look(answers: Answers, all: boolean): Promise<string | LookupAddress[]> {
	const lookup = createCheckedLookup(async () => answers);
	return new Promise((resolve, reject) => {
		lookup('name', { all }, (error, address) => (error === null ? resolve(address) : reject(error)));
	});
}

describe('addresses that nothing is sent to', () => {
	it.each([
		'169.254.169.254',
		'169.254.0.1',
		'::ffff:169.254.169.254',
		'[::ffff:a9fe:a9fe]',
		'fe80::1',
		'[fe80::1]',
		'fe80::1%eth0',
		'febf::1',
		'fd00:ec2::254',
		'64:ff9b::a9fe:a9fe',
	])('%s', (ip) => {
		expect(isRefusedIp(ip)).toBe(true);
	});

	it.each([
		'127.0.0.1',
		'10.0.0.1',
		'169.253.255.255',
		'169.255.0.0',
		'::1',
		'[::1]',
		'fec0::1',
		'2001:db8::1',
		'name',
		'',
	])('not %s', (ip) => {
		expect(isRefusedIp(ip)).toBe(false);
	});

	it.each(['http://2852039166/', 'http://0xa9fea9fe/', 'http://169.254.43518/', 'http://0251.0376.0251.0376/'])(
		'however they are spelt in a URL: %s',
		(url) => {
			expect(isRefusedIp(new URL(url).hostname)).toBe(true);
		},
	);
});

describe('the lookup of a connection', () => {
	const good = { address: '192.0.2.1', family: 4 };
	const bad = { address: '169.254.169.254', family: 4 };

	it('gives what was found, one or all', async () => {
		expect(await look([good, { address: '::1', family: 6 }], false)).toBe('192.0.2.1');
		expect(await look([good, { address: '::1', family: 6 }], true)).toEqual([good, { address: '::1', family: 6 }]);
	});

	it('refuses a name of which any address is refused, wherever it stands', async () => {
		for (const answers of [[bad], [good, bad], [bad, good]]) {
			for (const all of [true, false]) {
				await expect(look(answers, all)).rejects.toThrow('link-local');
			}
		}
	});

	it('fails for a name without an address, and when the system does', async () => {
		await expect(look([], true)).rejects.toMatchObject({ code: 'ENOTFOUND' });
		const lookup = createCheckedLookup(() => Promise.reject(Object.assign(new Error('no'), { code: 'EAI_AGAIN' })));
		const failed = new Promise((resolve) => lookup('name', {}, (error) => resolve(error)));
		expect(await failed).toMatchObject({ code: 'EAI_AGAIN' });
	});
});
