import { AuditQueryError } from '@/lib/core/audit-query-error';

/** Opaque to clients: version and the sequence of the last entry that they were given. */
export function encodeCursor(sequence: number): string {
	return Buffer.from(`1:${sequence}`).toString('base64url');
}

/** The sequence in a cursor. Throws AuditQueryError 'cursor-invalid' on anything that `encodeCursor` does not give. */
export function decodeCursor(cursor: string): number {
	const text = cursor.length <= 32 ? Buffer.from(cursor, 'base64url').toString('latin1') : '';
	const sequence = Number(/^1:([1-9][0-9]{0,15})$/.exec(text)?.[1] ?? Number.NaN);
	if (!Number.isSafeInteger(sequence) || encodeCursor(sequence) !== cursor) {
		throw new AuditQueryError(
			'cursor-invalid',
			'This is no cursor of the audit log. Take nextCursor of the page before, or leave the cursor out to start at the newest entry.',
		);
	}
	return sequence;
}
