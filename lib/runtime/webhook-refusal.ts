import type { WebhookRefusal } from '../core/webhook-view';

/** Thrown within the verbs about webhooks; becomes their refusal. */
export class RefusedError extends Error {
	constructor(
		readonly code: WebhookRefusal['code'],
		message: string,
		readonly field?: string,
	) {
		super(message);
	}
}

/** Throws whatever else it is. */
export function toRefusal(error: unknown): WebhookRefusal {
	if (!(error instanceof RefusedError)) {
		throw error;
	}
	const { code, message, field } = error;
	return { kind: 'refused', code, detail: message, ...(field === undefined ? {} : { field }) };
}

export function done<T>(value: T): { kind: 'done'; value: T } {
	return { kind: 'done', value };
}
