import type { ChangeSettingsResult } from '@/lib/runtime/change-settings';
import { ProblemError } from './problem';

/** Throws the ProblemError of a change of the settings that was not made. */
export function changedOrThrow(result: ChangeSettingsResult): void {
	switch (result.kind) {
		case 'changed':
			return;
		case 'refused':
			throw new ProblemError('field-invalid', `'${result.field}': expected ${result.problem}.`, {
				field: result.field,
			});
		case 'failed':
			throw new ProblemError('settings-unavailable', `${result.detail}. Nothing is known to have changed.`, {
				retryAfterSeconds: 1,
			});
	}
}
