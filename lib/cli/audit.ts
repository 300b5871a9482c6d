import { createReadStream } from 'node:fs';
import { parseArgs } from 'node:util';
import type { ChainHead } from '@/lib/core/audit-chain';
import { archive, listArchives, OptionError, placeOf, signOff } from './audit-archive/command';
import { readLines } from './audit-file/read-lines';
import { replayFile } from './audit-file/replay-file';
import { replayText, verificationText } from './audit-file/report';
import { unpacked } from './audit-file/unpacked';
import { verifyFiles } from './audit-file/verify-file';

const HELP = `Checks an exported audit log (NDJSON, docs/audit.md), with nothing but the file.

  npm run audit -- verify FILE... [--head SEQUENCE:HASH]... [--json]
  npm run audit -- replay FILE [--json]

FILE '-' is standard input; a file that gzip has packed is read as it is. verify checks the chain of an export without
filters from its first entry on, of several files one after the other; each --head, as GET /api/audit/verify gave it and was
kept elsewhere, must be in it. replay decides every recorded verdict and purge once more, on the evidence that was recorded,
and reports each that does not come out the same.

Moves the oldest entries of the log whose config ROLLCALL_CONFIG names into a file, in two steps:

  npm run audit -- archive --out FILE --reason TEXT [--older-than 400d]
  npm run audit -- sign-off FILE --reason TEXT
  npm run audit -- archives [--json]

archive writes the file, reads it back and records it; nothing is removed. sign-off, by whoever has the file where it is
kept, records that and removes its entries from the database. Without --older-than, audit.retentionDays of the config counts.

Exit codes: 0 whole, done, or every decision that can be replayed comes out the same; 1 broken, or one that does not;
2 wrong arguments, a file that cannot be read, what is refused, or (replay) lines that hold no entry.`;

const HEADS_MAX = 10_000;

class UsageError extends Error {}

const say = (text: string) => process.stdout.write(`${text}\n`);

function parse() {
	try {
		return parseArgs({
			allowPositionals: true,
			options: {
				head: { type: 'string', multiple: true },
				'older-than': { type: 'string' },
				out: { type: 'string' },
				reason: { type: 'string' },
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

function open(file: string): AsyncIterable<Uint8Array> {
	return unpacked(file === '-' ? process.stdin : createReadStream(placeOf(file)));
}

type Values = ReturnType<typeof parse>['values'];

/** On the database; null: the command is none of these. */
async function runOnLog(command: string | undefined, files: readonly string[], values: Values): Promise<number | null> {
	const [file] = files;
	const { out, reason } = values;
	const olderThan = values['older-than'];
	if (command === 'archive' && file === undefined) {
		return archive({ olderThan, out, reason }, say);
	}
	if (out !== undefined || olderThan !== undefined) {
		throw new UsageError('--out and --older-than belong to archive.');
	}
	if (command === 'sign-off' && file !== undefined && files.length === 1) {
		return signOff(file, { reason }, say);
	}
	if (reason !== undefined) {
		throw new UsageError('--reason belongs to archive and sign-off.');
	}
	return command === 'archives' && file === undefined ? listArchives(values.json === true, say) : null;
}

async function run(): Promise<number> {
	const { values, positionals } = parse();
	const [command, ...files] = positionals;
	if (values.help === true) {
		say(HELP);
		return 0;
	}
	const heads = values.head ?? [];
	if (heads.length > (command === 'verify' ? HEADS_MAX : 0)) {
		throw new UsageError(`--head belongs to verify, at most ${HEADS_MAX} times.`);
	}
	const done = await runOnLog(command, files, values);
	if (done !== null) {
		return done;
	}
	const [file, ...more] = files;
	if ((command !== 'verify' && (command !== 'replay' || more.length > 0)) || file === undefined) {
		throw new UsageError('Say what to do with which file.');
	}
	if (command === 'verify') {
		const result = await verifyFiles(
			files.map((name) => ({ name, lines: readLines(open(name)) })),
			heads.map(parseHead),
		);
		say(values.json === true ? JSON.stringify(result) : verificationText(result));
		return result.ok ? 0 : 1;
	}
	const result = await replayFile(readLines(open(file)));
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
	if (error instanceof UsageError || error instanceof OptionError) {
		process.stderr.write(`${HELP}\n`);
	}
	process.exitCode = 2;
}
