import { readFile } from 'node:fs/promises';

/** Clock ticks a second of /proc/PID/stat (USER_HZ, 100 on every Linux that Node runs on). */
const TICKS_A_SECOND = 100;

/** Resident memory (MB) and processor share (1 is one whole core) of a process over some seconds, from /proc. */
export async function measureRest(
	pid: number,
	seconds: number,
): Promise<{ residentMb: number; processorShare: number }> {
	const before = await processorTicks(pid);
	const startedAtMs = performance.now();
	await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
	const ticks = (await processorTicks(pid)) - before;
	const elapsedS = (performance.now() - startedAtMs) / 1_000;
	const status = await readFile(`/proc/${pid}/status`, 'utf8');
	const residentKb = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? Number.NaN);
	return { residentMb: residentKb / 1_024, processorShare: ticks / TICKS_A_SECOND / elapsedS };
}

async function processorTicks(pid: number): Promise<number> {
	const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
	// The command's name may hold spaces: fields are counted from behind its closing parenthesis.
	const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
	return Number(fields[11]) + Number(fields[12]);
}
