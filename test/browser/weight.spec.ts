import { en } from '@/components/messages/en';
import { expect, signIn, test } from './fixtures';
import { open, PAGES } from './pages';
import { chunksOf, chunksWith, frameworkChunks, gzipBytes } from './weight';

/** On top of what Next and React bring. */
const PAGE_BYTES_MAX = 90_000;

function kB(bytes: number): string {
	return (bytes / 1_000).toFixed(1).padStart(7);
}

test('each page loads at most 90 kB of compressed code beside the framework, and asks for neither chart nor dialog', async ({
	page,
	world,
}) => {
	const framework = frameworkChunks();
	const chart = chunksWith('u-cursor-pt');
	const heavy = [...chart, ...chunksWith('data-base-ui-portal')];
	const lines = [`${'page'.padEnd(10)} framework    page   total  kB, gzip`];
	const measure = async (name: string, address: string, load: () => Promise<void>) => {
		const chunks = await chunksOf(page, load);
		// The first load: a chart is fetched once there are figures to draw, and is no part of the document (below).
		const own = [...chunks].filter((chunk) => !framework.has(chunk) && !chart.has(chunk));
		const [frameworkBytes, bytes] = [gzipBytes(framework), gzipBytes(own)];
		lines.push(`${name.padEnd(10)}   ${kB(frameworkBytes)} ${kB(bytes)} ${kB(frameworkBytes + bytes)}`);
		expect.soft(bytes, `${name}, bytes`).toBeLessThanOrEqual(PAGE_BYTES_MAX);
		expect.soft(bytes, `${name}: its chunks were seen at all`).toBeGreaterThan(5_000);
		// The document names what a page cannot do without. The chart of a member's own page is fetched once there are figures.
		const document = await (await page.request.get(address)).text();
		expect
			.soft(
				heavy.filter((chunk) => document.includes(chunk)),
				`${name}: charts and dialogs in its document`,
			)
			.toEqual([]);
	};

	await measure('sign-in', '/sign-in', async () => {
		await page.goto('/sign-in');
		await expect(page.getByRole('button', { name: en.signIn.submit })).toBeEnabled();
	});
	await signIn(page, world);
	for (const each of PAGES) {
		await measure(each.name, each.address(world), () => open(page, each, world, en));
	}
	process.stdout.write(`${lines.join('\n')}\n\n`);
});
