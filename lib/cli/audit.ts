import { createReadStream } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { ChainHead } from '@/lib/core/audit-chain';
import { readLines } from './audit-file/read-lines';
import { replayFile } from './audit-file/replay-file';
import { replayText, verificationText } from './audit-file/report';
import { verifyFile } from './audit-file/verify-file';

const HELP = `Checks an exported audit log (NDJSON, docs/audit.md), with nothing but the file.

  npm run audit -- verify FILE [--head SEQUENCE:HASH]... [--json]
  npm run audit -- replay FILE [--json]

FILE '-' is standard input. verify checks the chain of an export without filters from its first entry on; each --head,
as GET /api/audit/verify gave it and was kept elsewhere, must be in it. replay decides every recorded verdict and purge
once more, on the evidence that was recorded, and reports each that does not come out the same.

Exit codes: 0 whole, or every decision that can be replayed comes out the same; 1 broken, or one that does not;
2 wrong arguments, a file that cannot be read, or (replay) lines that hold no entry.`;

const HEADS_MAX = 10_000;

class UsageError extends Error {}

const say = (text: string) => process.stdout.write(`${text}\n`);

function parse() {
	try {
		return parseArgs({
			allowPositionals: true,
			options: {
				head: { type: 'string', multiple: true },
				json: { type: 'boolean' },
				help: { type: 'boolean', short: 'h' },
			},
		});
	} catch (error) {
		throw new UsageError(error instanceof Error ? error.message : String(error));
	}
}

function parseHead(text: string): ChainHead {
	const found = /^([1-9][0-9]{0,15}):([0-9a-f]{64})$/i.exec(text);
	const sequence = Number(found?.[1]);
	const hash = found?.[2]?.toLowerCase();
	if (hash === undefined || !Number.isSafeInteger(sequence)) {
		throw new UsageError(`--head is SEQUENCE:HASH, a number from 1 on and 64 hex digits; found '${text}'.`);
	}
	return { sequence, hash };
}

/** npm runs scripts in the package's folder, and tells where it was called. */
function open(file: string): AsyncIterable<Uint8Array> {
	if (file === '-') {
		return process.stdin;
	}
	return createReadStream(isAbsolute(file) ? file : resolve(process.env.INIT_CWD ?? process.cwd(), file));
}

async function run(): Promise<number> {
	const { values, positionals } = parse();
	const [command, file, ...more] = positionals;
	if (values.help === true) {
		say(HELP);
		return 0;
	}
	const heads = values.head ?? [];
	if ((command !== 'verify' && command !== 'replay') || file === undefined || more.length > 0) {
		throw new UsageError('Say what to do with which file.');
	}
	if (heads.length > (command === 'verify' ? HEADS_MAX : 0)) {
		throw new UsageError(`--head belongs to verify, at most ${HEADS_MAX} times.`);
	}
	const witnessed = heads.map(parseHead);
	const lines = readLines(open(file));
	if (command === 'verify') {
		const result = await verifyFile(lines, witnessed);
		say(values.json === true ? JSON.stringify(result) : verificationText(result));
		return result.ok ? 0 : 1;
	}
	const result = await replayFile(lines);
	say(values.json === true ? JSON.stringify(result) : replayText(result));
	if (result.differing > 0) {
		return 1;
	}
	return result.unreadableLines > 0 || result.entries === 0 ? 2 : 0;
}

try {
	process.exitCode = await run();
} catch (error) {
	process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
	if (error instanceof UsageError) {
		process.stderr.write(`${HELP}\n`);
	}
	process.exitCode = 2;
}
