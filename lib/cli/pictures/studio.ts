import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from '@playwright/test';
import { en } from '@/components/messages/en';
import { zh } from '@/components/messages/zh';
import type { Console } from '../stack';

export const LOOKS = [
	{ language: 'en', theme: 'light' },
	{ language: 'en', theme: 'dark' },
	{ language: 'zh', theme: 'light' },
	{ language: 'zh', theme: 'dark' },
] as const;
export type Look = (typeof LOOKS)[number];

export const TEXTS = { en, zh } as const;

const DESKTOP = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
/** Of WebP; text stays sharp, and a picture has some 50 kB. */
const QUALITY = 0.92;
/** A console that stalls on a busy machine says so in a banner, which belongs in no picture of it. */
const CALM_MS_MAX = 20_000;

export type Studio = {
	page: Page;
	/** Writes the page as it is as `<scene>-<language>-<theme>.webp`. */
	take(scene: string): Promise<void>;
	close(): Promise<void>;
};

/** A browser window in one language and theme, signed in. `folder`: where its pictures go. */
export async function openStudio(
	browser: Browser,
	console: Console,
	{ language, theme }: Look,
	folder: string,
	phone = false,
): Promise<Studio> {
	const context = await browser.newContext({
		baseURL: console.url,
		viewport: phone ? PHONE : DESKTOP,
		deviceScaleFactor: phone ? 2 : 1,
		reducedMotion: 'reduce',
		locale: language === 'zh' ? 'zh-CN' : 'en-US',
	});
	const answer = await context.request.post('/api/auth/sign-in/username', {
		data: { username: console.username, password: console.password },
		headers: { origin: console.url },
	});
	if (!answer.ok()) throw new Error(`sign-in answered ${answer.status()}: ${await answer.text()}`);
	await context.addCookies([
		{ name: 'rc-lang', value: language, url: console.url },
		{ name: 'rc-theme', value: theme, url: console.url },
	]);
	const page = await context.newPage();
	return {
		page,
		close: () => context.close(),
		async take(scene) {
			const stalls = page.locator('[data-impairment="loop-pauses"]');
			await stalls.waitFor({ state: 'detached', timeout: CALM_MS_MAX }).catch(() => {
				process.stderr.write(`${scene}: taken with the banner of a stalling console: this machine is busy\n`);
			});
			await page.evaluate(() => document.fonts.ready);
			const png = await page.screenshot({ animations: 'disabled', caret: 'hide' });
			mkdirSync(folder, { recursive: true });
			writeFileSync(join(folder, `${scene}-${language}-${theme}.webp`), await toWebp(browser, png));
		},
	};
}

/** Encoded by the browser itself: no package has to be installed for it. */
async function toWebp(browser: Browser, png: Buffer): Promise<Buffer> {
	const page = await browser.newPage();
	try {
		const url = await page.evaluate(
			async ([source = '', quality = 1]) => {
				const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${source}`)).blob());
				const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
				canvas.getContext('2d')?.drawImage(image, 0, 0);
				return canvas.toDataURL('image/webp', quality);
			},
			[png.toString('base64'), QUALITY] as const,
		);
		return Buffer.from(url.replace(/^data:image\/webp;base64,/, ''), 'base64');
	} finally {
		await page.close();
	}
}
