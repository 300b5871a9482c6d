import type { SignOffOrder } from '@/lib/core/archive-port';
import {
	ArchiveError,
	anchorAfter,
	follows,
	NO_ANCHOR,
	type SealedArchive,
	type SignedOffArchive,
	sealKey,
	signOffKey,
} from '@/lib/core/audit-archive';
import { boundDraft } from '@/lib/core/audit-bounds';
import { linkEntry } from '@/lib/core/audit-chain';
import type { RollcallDatabase, TransactionSteps } from '../database/open';
import { rowsOf } from '../database/rows-of';
import type { Queries } from '../database/tables';
import { readHead } from './append-queue';
import { archivesOf, toArchive, toArchiveRow, toSealed } from './archive-rows';
import { toEntry, toRow } from './entry-rows';
import { sha256Hex } from './sha256-hex';

/** Records the sign-off and moves the anchor in one transaction. Throws ArchiveError; nothing is recorded then. */
export function signOff(database: RollcallDatabase, order: SignOffOrder): Promise<SignedOffArchive> {
	return database.transact(() => signOffSteps(database.db, order));
}

function* signOffSteps(db: Queries, order: SignOffOrder): TransactionSteps<SignedOffArchive> {
	const archives = (yield* rowsOf(archivesOf(db))).map(toArchive);
	const known = archives.find(({ sha256 }) => sha256 === order.sha256);
	if (known !== undefined) {
		return known;
	}
	const sealed = yield* readSealed(db, order.sha256);
	const anchor = archives.reduce((before, each) => anchorAfter(before, each, sha256Hex), NO_ANCHOR);
	if (!follows(anchor, sealed)) {
		throw new ArchiveError(
			'archive-out-of-order',
			`this file holds entries ${sealed.first} to ${sealed.last}, and the archives end with entry ${anchor.head.sequence}: ` +
				`sign off the file that begins with entry ${anchor.head.sequence + 1}, or seal anew`,
		);
	}
	yield* demandSame(db, sealed);
	const unsigned = {
		first: sealed.first,
		last: sealed.last,
		previousHash: sealed.previousHash,
		lastHash: sealed.lastHash,
		sha256: sealed.sha256,
		file: sealed.file,
		sealed: sealed.sealed,
		sealedBy: sealed.sealedBy,
		sealedAtMs: sealed.sealedAtMs,
		signedOffBy: order.actor.name,
		signedOffAtMs: order.atMs,
	};
	const { digest } = anchorAfter(anchor, unsigned, sha256Hex);
	const { first, last, lastHash, sha256 } = sealed;
	const draft = boundDraft(
		{
			key: signOffKey(sha256),
			atMs: order.atMs,
			actor: order.actor,
			action: 'audit.sign-off',
			outcome: 'ok',
			cluster: null,
			member: null,
			memberId: null,
			czxid: null,
			reason: order.reason,
			zxid: null,
			detail: { first, last, lastHash, sha256, file: sealed.file, sealed: sealed.sealed, digest },
		},
		sha256Hex,
	);
	const entry = linkEntry(draft, yield* readHead(db), sha256Hex);
	yield* rowsOf(db.insertInto('audit_entries').values(toRow(entry)));
	const archive = { ...unsigned, signedOff: entry.sequence };
	yield* rowsOf(db.insertInto('audit_archives').values(toArchiveRow(archive)));
	return archive;
}

function* readSealed(db: Queries, sha256: string): TransactionSteps<SealedArchive> {
	const [row] = yield* rowsOf(db.selectFrom('audit_entries').selectAll().where('key', '=', sealKey(sha256)));
	const sealed = row === undefined ? null : toSealed(toEntry(row));
	if (sealed === null || sealed.sha256 !== sha256) {
		throw new ArchiveError(
			'archive-unknown',
			'no archive file with this SHA-256 was sealed in this log: compare it with what sha256sum says of the file',
		);
	}
	return sealed;
}

/** Whether the database holds, in number and at the ends, what was sealed; that all between is sound, the seal has shown. */
function* demandSame(db: Queries, sealed: SealedArchive): TransactionSteps<void> {
	const [last] = yield* rowsOf(db.selectFrom('audit_entries').select('hash').where('sequence', '=', sealed.last));
	const [first] = yield* rowsOf(
		db.selectFrom('audit_entries').select('previous_hash').where('sequence', '=', sealed.first),
	);
	if (last?.hash !== sealed.lastHash || first?.previous_hash !== sealed.previousHash) {
		throw new ArchiveError(
			'archive-differs',
			`entries ${sealed.first} to ${sealed.last} of the database are not those in the file: verify the log before anything is removed`,
		);
	}
}
