import { describe, expect, it } from 'vitest';
import type { AuditEntry } from '@/lib/core/audit-entry';
import { exportAudit } from '@/lib/http/audit-export';
import { auditExportQuerySchema } from '@/lib/http/schemas';

const DETAIL_LENGTH = 10_000;

function entry(sequence: number): AuditEntry {
	return {
		sequence,
		key: `key-${sequence}`,
		atMs: sequence,
		actor: { kind: 'system', name: 'console', role: null, sourceAddress: null },
		action: 'member.verdict',
		outcome: 'dead',
		cluster: 'prod',
		member: '/m/a',
		memberId: 'a',
		czxid: '0x1',
		reason: '=1+1',
		zxid: null,
		previousHash: '',
		hash: '',
		detail: 'x'.repeat(DETAIL_LENGTH),
	};
}

async function* entries(from: number, to: number, onTaken: (sequence: number) => void = () => undefined) {
	for (let sequence = from; sequence <= to; sequence += 1) {
		onTaken(sequence);
		yield entry(sequence);
	}
}

const file = (format: 'csv' | 'ndjson' | 'json', isWhole = true) => ({ format, name: 'audit', isWhole, until: 9 });

describe('an export', () => {
	it('takes no more entries than its reader takes bytes, but for what fills its buffers', async () => {
		let taken = 0;
		const { body } = exportAudit(
			entries(1, 10_000, () => {
				taken += 1;
			}),
			file('ndjson'),
		);
		const reader = body?.getReader();
		let bytes = 0;
		for (let chunk = 0; chunk < 50; chunk += 1) {
			bytes += (await reader?.read())?.value?.byteLength ?? 0;
			// Whatever would run ahead of the reader, runs now.
			for (let turn = 0; turn < 20; turn += 1) {
				await new Promise((resolve) => setImmediate(resolve));
			}
			// Two chunks of 64 kB and the entry that made each full.
			expect(taken * DETAIL_LENGTH - bytes).toBeLessThan(2 * (64 * 1_024 + 2 * DETAIL_LENGTH));
		}
		expect(bytes).toBeGreaterThan(50 * 64 * 1_024);
		await reader?.cancel();
		const takenThen = taken;
		await new Promise((resolve) => setImmediate(resolve));
		expect(taken).toBe(takenThen);
	});

	it.each(['csv', 'ndjson'] as const)('as %s goes on behind any entry where the whole went on', async (format) => {
		const text = (from: number, isWhole: boolean) => exportAudit(entries(from, 9), file(format, isWhole)).text();
		const whole = await text(1, true);
		for (const after of [1, 5, 8]) {
			const rest = await text(after + 1, false);
			expect(whole.endsWith(rest)).toBe(true);
			expect(whole.slice(0, -rest.length)).toContain(`key-${after}`);
			expect(whole.slice(0, -rest.length)).not.toContain(`key-${after + 1}`);
		}
		expect(await exportAudit(entries(10, 9), file(format, false)).text()).toBe('');
	});

	it('keeps formulas from being run also in what continues it', async () => {
		expect(await exportAudit(entries(2, 2), file('csv', false)).text()).toContain(`"'=1+1"`);
	});

	it('says where it ends', () => {
		expect(exportAudit(entries(1, 9), file('csv')).headers.get('rollcall-export-until')).toBe('9');
	});
});

describe('the parameters of an export', () => {
	it('may name where to go on and where to end', () => {
		expect(auditExportQuerySchema.parse({ format: 'csv', after: '7', until: '900' })).toMatchObject({
			format: 'csv',
			bounds: { after: 7, until: 900 },
		});
		expect(auditExportQuerySchema.parse({})).toMatchObject({ format: 'csv', bounds: {} });
	});

	it.each(['-1', '1.5', 'x', '', '1234567890123456'])('refuse %j for an id', (after) => {
		expect(auditExportQuerySchema.safeParse({ format: 'csv', after }).success).toBe(false);
	});

	it('refuse to continue an array of JSON, and say what to do', () => {
		const { error } = auditExportQuerySchema.safeParse({ format: 'json', after: '7' });
		expect(error?.issues[0]).toMatchObject({ path: ['after'], message: expect.stringContaining('ndjson') });
	});
});
