import { readdir, readFile } from 'node:fs/promises';
import { type Browser, type BrowserServer, chromium } from '@playwright/test';
import { CHROMIUM } from '../chromium';

export type MeasuredBrowser = {
	readonly browser: Browser;
	/** Memory of all of its processes, each shared page counted once, MB. */
	memoryMb(): Promise<number>;
	stop(): Promise<void>;
};

export async function startBrowser(): Promise<MeasuredBrowser> {
	const server: BrowserServer = await chromium.launchServer(CHROMIUM);
	const browser = await chromium.connect(server.wsEndpoint());
	return {
		browser,
		async memoryMb() {
			const pids = await familyOf(server.process().pid ?? 0);
			const shares = await Promise.all(pids.map(proportionalKb));
			return shares.reduce((sum, kb) => sum + kb, 0) / 1_024;
		},
		async stop() {
			await browser.close();
			await server.close();
		},
	};
}

/** A process and all that descend from it, by /proc. */
async function familyOf(pid: number): Promise<number[]> {
	const parents = new Map<number, number>();
	for (const name of (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))) {
		const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => null);
		// The command's name may hold spaces: fields are counted from behind its closing parenthesis.
		const parent = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
		if (parent !== undefined) {
			parents.set(Number(name), Number(parent));
		}
	}
	const family = new Set([pid]);
	// Children may have lower ids than their parents: until nobody is added.
	for (let before = 0; before < family.size; ) {
		before = family.size;
		for (const [child, parent] of parents) {
			if (family.has(parent)) family.add(child);
		}
	}
	return [...family];
}

/** Zero for a process that has ended meanwhile. */
async function proportionalKb(pid: number): Promise<number> {
	const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
	return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0);
}
