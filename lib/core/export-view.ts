/**
 * How far an export of the audit log is. `cut-off`: whoever took it, or the connection, ended it before its end. `failed`: the
 * log could not be read to its end. `unknown`: whoever asks has none of that id; it has not begun yet, or ended more than a
 * minute ago.
 */
export type ExportState = 'unknown' | 'running' | 'done' | 'cut-off' | 'failed';

export type ExportView = {
	readonly state: ExportState;
	/** Written so far; what is written may still be on its way. */
	readonly entries: number;
	/** Of the log's entries between the first that matched and the last that can, how many lie behind it: 0 to 1. */
	readonly share: number;
};
