import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PICTURES = join(ROOT, 'docs/pictures');
/** A clone carries them for ever, and each change of theirs with them. */
const BYTES_MAX = 3_000_000;

const documents = [
	'README.md',
	...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
		.filter((name) => name.endsWith('.md'))
		.map((name) => join('docs', name)),
];

/** Pictures that a document shows, as paths from the root. */
function shownIn(document: string): string[] {
	const text = readFileSync(join(ROOT, document), 'utf8');
	const targets = [...text.matchAll(/(?:src|srcset)="([^"]+)"|!\[[^\]]+\]\(([^)]+)\)/g)];
	return targets.map(([, html, markdown]) => join(dirname(document), html ?? markdown ?? ''));
}

it('every picture of the documents is there, every picture that is there is shown, and all of them are small', () => {
	const shown = documents.flatMap(shownIn);
	const there = readdirSync(PICTURES)
		.filter((name) => name.endsWith('.webp'))
		.map((name) => relative(ROOT, join(PICTURES, name)));
	expect([...new Set(shown)].sort()).toEqual(there.sort());
	expect(there.length).toBeGreaterThan(0);
	const bytes = there.reduce((sum, name) => sum + statSync(join(ROOT, name)).size, 0);
	expect(bytes).toBeLessThan(BYTES_MAX);
});
