import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { thaw } from './frozen';

/** Of the probe's pixels, those that may differ: nobody sees them, and another font or version of Chromium differs in far more. */
const DIFFERENT_SHARE_MAX = 0.0005;

/**
 * Whether this machine draws letters and controls as the one did that took the baselines: a probe is drawn and compared with
 * the picture in `file`, which is written when there is none. Null: it does. Else why not, for whoever reads that the
 * comparison was left out.
 */
export async function drawingDiffers(page: Page, origin: string, file: string): Promise<string | null> {
	// Fonts as the console has them; sizes and colours of its own, so that no change of the console changes the probe.
	const { head, fonts } = await page.evaluate(() => ({
		head: [...document.head.querySelectorAll('link[rel="stylesheet"]')].map((link) => link.outerHTML).join(''),
		fonts: document.documentElement.className,
	}));
	const line = 'Hamburgefonstiv 0123456789 Rollcall, gateway-07';
	const style = 'position:fixed;inset:0;padding:8px;background:#fff;color:#111;letter-spacing:0;line-height:24px;';
	const probe = `<!doctype html><html class="${fonts}" data-theme="light"><head>${head}</head><body><div style="${style}">
		<p style="font:400 12px var(--font-geist-sans)">${line}</p><p style="font:620 20px var(--font-geist-sans)">${line}</p>
		<p style="font:400 12px var(--font-geist-mono)">${line}</p>
		<select style="border:1px solid #111;height:32px"><option>Option</option></select>
		<input type="checkbox" checked><input type="radio" checked></div></body></html>`;
	const size = page.viewportSize();
	await page.setViewportSize({ width: 600, height: 200 });
	await thaw(page, origin, probe);
	const now = await page.screenshot();
	if (size !== null) await page.setViewportSize(size);
	if (!existsSync(file)) {
		writeFileSync(file, now);
		return null;
	}
	const share = await page.evaluate(
		async (pictures) => {
			const [one, other] = await Promise.all(
				pictures.map(async (base64) => {
					const image = new Image();
					image.src = `data:image/png;base64,${base64}`;
					await image.decode();
					const canvas = Object.assign(document.createElement('canvas'), { width: 600, height: 200 });
					const context = canvas.getContext('2d');
					context?.drawImage(image, 0, 0);
					return context?.getImageData(0, 0, 600, 200).data ?? new Uint8ClampedArray();
				}),
			);
			if (one === undefined || other === undefined || one.length === 0 || one.length !== other.length) return 1;
			let different = 0;
			for (let at = 0; at < one.length; at += 4) {
				if ([0, 1, 2].some((channel) => Math.abs((one[at + channel] ?? 0) - (other[at + channel] ?? 0)) > 16))
					different += 1;
			}
			return different / (one.length / 4);
		},
		[now, readFileSync(file)].map((picture) => picture.toString('base64')),
	);
	return share <= DIFFERENT_SHARE_MAX
		? null
		: `this machine draws letters or controls otherwise: ${(share * 100).toFixed(2)} % of the probe differ`;
}
