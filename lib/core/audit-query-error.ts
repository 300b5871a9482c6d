export const AUDIT_QUERY_ERROR_CODES = ['cursor-invalid', 'search-too-long'] as const;
export type AuditQueryErrorCode = (typeof AUDIT_QUERY_ERROR_CODES)[number];

/** A question to the audit log that cannot be answered as it was put: the asker's mistake, not the log's. */
export class AuditQueryError extends Error {
	override readonly name = 'AuditQueryError';
	readonly code: AuditQueryErrorCode;

	constructor(code: AuditQueryErrorCode, message: string) {
		super(message);
		this.code = code;
	}
}
