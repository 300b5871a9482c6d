import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '@/lib/adapters/config/read-config';
import { DEFAULT_THRESHOLDS } from '@/lib/core/config';
import { UNREADABLE_CODES } from '@/lib/core/member';
import { DEFAULT_POLICY } from '@/lib/core/policy';
import { FORMATS } from '@/test/unit/registrations/parse';

function doc(name: string): string {
	return readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');
}

test('the example of the config’s documentation is a config', () => {
	const example = /```json\n([\s\S]*?)```/.exec(doc('config.md'))?.[1] ?? '';
	const folder = mkdtempSync(join(tmpdir(), 'rollcall-docs-'));
	const file = join(folder, 'config.json');
	try {
		writeFileSync(file, example);
		const env = { NODE_ENV: 'test', ROLLCALL_CONFIG: file, ROLLCALL_ZK_AUTH: 'user:password' } as const;
		expect(readConfig(env).clusters).toMatchObject([{ id: 'prod', failureDomain: 'rack-7' }]);
	} finally {
		rmSync(folder, { recursive: true });
	}
});

test('every knob has a heading, with its formula, its unit and its trade-off', () => {
	// phiThreshold is what thresholds.phi of a registration comes to.
	const { phiThreshold: _, ...policy } = DEFAULT_POLICY;
	const thresholds = Object.keys(DEFAULT_THRESHOLDS).map((name) => `thresholds.${name}`);
	const sections = doc('policy.md').split(/^## /m).slice(1);
	for (const knob of [...Object.keys(policy), ...thresholds, 'health', 'failureDomain']) {
		const section = sections.find((text) => text.split('\n')[0]?.includes(`\`${knob}\``));
		expect(section, knob).toBeDefined();
		for (const part of ['*Formula*', '*Unit*', '*Trade-off*']) {
			expect(section, knob).toContain(part);
		}
	}
});

test('every format, and every reason why a registration cannot be read, is explained', () => {
	const text = doc('formats.md');
	for (const name of [...FORMATS, ...UNREADABLE_CODES]) {
		expect(text).toContain(`| \`${name}\` |`);
	}
});
