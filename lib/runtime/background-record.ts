import type { AuditDraft } from '@/lib/core/audit-entry';
import type { AuditPort } from '@/lib/core/ports';

/** For what happens by itself: recorded in the background; what cannot be recorded is shown as an impairment. */
export function recordInBackground(
	audit: AuditPort,
	log: (level: 'error', message: string, detail: Readonly<Record<string, unknown>>) => void,
): { record(draft: AuditDraft): void; problem(): string | null } {
	let problem: string | null = null;
	return {
		record(draft) {
			audit.append(draft).then(
				() => {
					problem = null;
				},
				(error: unknown) => {
					problem = error instanceof Error ? error.message : String(error);
					log('error', 'the audit log cannot be written', { action: draft.action, error: problem });
				},
			);
		},
		problem: () => problem,
	};
}
