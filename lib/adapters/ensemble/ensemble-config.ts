import type { EnsembleNames } from '../../core/sweep';

const SERVER_LINE = /^server\.(\d{1,10})=([^;\r\n]{1,1000})/gm;
const TEXT_CHARS_MAX = 256 * 1024;

/**
 * Reads `server.N=host:quorum:election[:role][;client]` lines, as /zookeeper/config and the four-letter word `conf` write
 * them, into id -> 'host:quorum'. Of several addresses ('a:1:2|b:1:2') the first counts. null when no line is readable.
 */
export function parseEnsembleNames(text: string): EnsembleNames | null {
	const names = new Map<number, string>();
	for (const [, id, rest] of text.slice(0, TEXT_CHARS_MAX).matchAll(SERVER_LINE)) {
		const address = /^(\[[^\]]+\]|[^:|[\]]+):(\d{1,5})(?=[:|]|$)/.exec(rest ?? '');
		if (address === null) return null;
		names.set(Number(id), address[0]);
	}
	return names.size > 0 ? names : null;
}

/**
 * Ids of the voting members of /zookeeper/config. null when it names none, or when it weighs them or puts them into groups:
 * a quorum is then no plain majority.
 */
export function parseVoters(text: string): ReadonlySet<number> | null {
	const config = text.slice(0, TEXT_CHARS_MAX);
	if (/^(?:group|weight)\./m.test(config)) return null;
	const lines = [...config.matchAll(SERVER_LINE)];
	const voters = lines.flatMap(([, id, rest]) => (/:observer\s*$/.test(rest ?? '') ? [] : Number(id)));
	return voters.length > 0 ? new Set(voters) : null;
}
