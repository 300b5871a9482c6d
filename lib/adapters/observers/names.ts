import { createHash } from 'node:crypto';

/** Names longer than this are hard to bear for ZooKeeper's tools, and thousands of them for its packets. */
const FOLDER_LENGTH_MAX = 1_000;
const OBSERVER_LENGTH_MAX = 64;
const HASHED_PATTERN = /^sha256-[0-9a-f]{64}$/;

/** The znode name of an observer: URL-encoded, cut to 64 characters before that; never '.', '..' or empty. */
export function toObserverName(wished: string): string {
	const encoded = encode(wished.slice(0, OBSERVER_LENGTH_MAX)) ?? '';
	return /^\.{1,2}$/.test(encoded) ? encoded.replaceAll('.', '%2E') : encoded || 'observer';
}

/** The folder of a member's suspicions: its URL-encoded path, or a hash of it where that would be too long. */
export function toFolder(memberPath: string): string {
	const encoded = encode(memberPath);
	return encoded !== null && encoded.length <= FOLDER_LENGTH_MAX ? encoded : hashed(memberPath);
}

/** Whether the folder's name is a hash, so that only the suspicions in it tell the member's path. */
export function isHashed(folder: string): boolean {
	return HASHED_PATTERN.test(folder);
}

/** Whose folder it is, given the path that a suspicion in it names (null: none); null when it is nobody's. */
export function memberPathOf(folder: string, named: string | null): string | null {
	const path = isHashed(folder) ? named : decode(folder);
	return path?.startsWith('/') && toFolder(path) === folder ? path : null;
}

function hashed(text: string): string {
	return `sha256-${createHash('sha256').update(text, 'utf8').digest('hex')}`;
}

/** null for text that is not well-formed (a lone surrogate). */
function encode(text: string): string | null {
	try {
		return encodeURIComponent(text);
	} catch {
		return null;
	}
}

/** null for what no encoding gives. */
function decode(text: string): string | null {
	try {
		return decodeURIComponent(text);
	} catch {
		return null;
	}
}
