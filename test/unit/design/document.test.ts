import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { withTables } from './document';

const FILE = fileURLToPath(new URL('../../../docs/design.md', import.meta.url));

/** After a change of tokens: `npx vitest run --project unit test/unit/design -u` writes the tables. */
it('docs/design.md states the tokens and the measured contrasts as they are', async () => {
	await expect(withTables(readFileSync(FILE, 'utf8'))).toMatchFileSnapshot(FILE);
});
