import { createReadStream } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { createArchives } from '@/lib/adapters/audit-store/create-archives';
import { createAuditStore } from '@/lib/adapters/audit-store/create-audit-store';
import { systemClock } from '@/lib/adapters/clock';
import { readConfig } from '@/lib/adapters/config/read-config';
import { openDatabase } from '@/lib/adapters/database/open';
import type { ArchivePort } from '@/lib/core/archive-port';
import { AUDIT_BOUNDS } from '@/lib/core/audit-bounds';
import type { Actor } from '@/lib/core/audit-entry';
import type { AuditPort } from '@/lib/core/ports';
import { commandLineActor } from '../accounts';
import { readLines } from '../audit-file/read-lines';
import { unpacked } from '../audit-file/unpacked';
import { verifyFile } from '../audit-file/verify-file';
import { sealArchive } from './seal';
import { ArchiveFileError, measureFile } from './write-archive';

const DAY_MS = 86_400_000;
/** A log of less than a day is no archive: what happens right now must stay at hand. */
const DAYS_MAX = 36_500;

export type ArchiveOptions = {
	readonly olderThan: string | undefined;
	readonly out: string | undefined;
	readonly reason: string | undefined;
};

/** What the user got wrong, with its remedy. */
export class OptionError extends Error {}

type Say = (text: string) => void;
type Log = { readonly audit: AuditPort; readonly archives: ArchivePort; readonly retentionDays: number | null };

/** `archive`: seals the oldest entries into a file. Nothing leaves the database. */
export async function archive(options: ArchiveOptions, say: Say): Promise<number> {
	const { out } = options;
	if (out === undefined) {
		throw new OptionError('Say where the file goes: --out /mnt/archive/audit-2025.ndjson.gz');
	}
	const reason = requireReason(options.reason);
	return withLog(async (log) => {
		const days = requireDays(options.olderThan, log.retentionDays);
		const atMs = Math.round(systemClock.wallMs());
		const path = placeOf(out);
		const by: Actor = commandLineActor();
		const sealed = await sealArchive(log, { path, beforeMs: atMs - days * DAY_MS, reason, by, atMs });
		if (sealed === null) {
			say(`No entry is older than ${days} days: nothing was written.`);
			return 0;
		}
		const { manifest, entry } = sealed;
		say(
			[
				`${path}: entries ${manifest.first} to ${manifest.last}, ${manifest.bytes} bytes, read back and whole`,
				`sha256 ${manifest.sha256}`,
				`sealed as entry ${entry.sequence}; nothing was removed. Store the file where it is kept, and sign it off there:`,
				`  npm run audit -- sign-off FILE --reason '…'   (or an administrator: POST /api/audit/archives/sign-offs)`,
			].join('\n'),
		);
		return 0;
	});
}

/** `sign-off`: whoever has the file says that its entries may leave the database; then they do. */
export async function signOff(file: string, options: Pick<ArchiveOptions, 'reason'>, say: Say): Promise<number> {
	const reason = requireReason(options.reason);
	const path = placeOf(file);
	const { sha256 } = await measureFile(path);
	const read = await verifyFile(readLines(unpacked(createReadStream(path))));
	if (read.firstBroken !== null) {
		throw new ArchiveFileError(`${path} is broken, and is not signed off: ${read.firstBroken.text}`);
	}
	return withLog(async ({ archives }) => {
		const atMs = Math.round(systemClock.wallMs());
		const signed = await archives.signOff({ sha256, reason, actor: commandLineActor(), atMs });
		say(`${signed.file}: entries ${signed.first} to ${signed.last} signed off as entry ${signed.signedOff}`);
		let removed = 0;
		for (let some = await archives.removeSome(); some > 0; some = await archives.removeSome()) {
			removed += some;
		}
		say(`${removed} entries were removed from the database; the log there begins with entry ${signed.last + 1}`);
		return 0;
	});
}

/** `archives`: what is in files, and what waits. */
export async function listArchives(isJson: boolean, say: Say): Promise<number> {
	return withLog(async ({ archives }) => {
		const found = await archives.list();
		if (isJson) {
			say(JSON.stringify(found));
			return 0;
		}
		for (const each of found.signedOff) {
			say(`entries ${each.first} to ${each.last}  ${each.sha256}  ${each.file}  signed off by ${each.signedOffBy}`);
		}
		for (const each of found.sealed) {
			say(`entries ${each.first} to ${each.last}  ${each.sha256}  ${each.file}  sealed, not signed off`);
		}
		if (found.signedOff.length + found.sealed.length === 0) {
			say('Nothing was archived.');
		}
		return 0;
	});
}

async function withLog<T>(work: (log: Log) => Promise<T>): Promise<T> {
	const { database: url, auditRetentionDays } = readConfig(process.env);
	const database = await openDatabase(url, { onProgress: (line) => console.error(line) });
	const audit = createAuditStore(database);
	try {
		return await work({ audit, archives: createArchives(database), retentionDays: auditRetentionDays });
	} finally {
		await audit.close();
		await database.close();
	}
}

/** npm runs scripts in the package's folder, and tells where it was called. */
export function placeOf(file: string): string {
	return isAbsolute(file) ? file : resolve(process.env.INIT_CWD ?? process.cwd(), file);
}

function requireReason(reason: string | undefined): string {
	const text = reason?.trim() ?? '';
	if (text === '' || text.length > AUDIT_BOUNDS.reason) {
		throw new OptionError(
			`Say why, in 1 to ${AUDIT_BOUNDS.reason} characters: --reason 'yearly archive, kept in the vault'`,
		);
	}
	return text;
}

function requireDays(given: string | undefined, otherwise: number | null): number {
	if (given === undefined && otherwise !== null) {
		return otherwise;
	}
	const days = Number(/^([1-9]\d{0,4})d$/.exec(given ?? '')?.[1] ?? Number.NaN);
	if (!(days <= DAYS_MAX)) {
		throw new OptionError(
			`--older-than is a number of days from 1 to ${DAYS_MAX} with a d, such as 400d` +
				`${given === undefined ? ', or audit.retentionDays in the config' : `; found '${given.slice(0, 100)}'`}.`,
		);
	}
	return days;
}
