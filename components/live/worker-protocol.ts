/** What a tab says to the worker; the first is `watch`. What it is sent is HubMessage. */
export type TabMessage =
	| { readonly kind: 'watch'; readonly cluster: string }
	| { readonly kind: 'confirm' | 'rest' | 'resume' | 'retry' | 'leave' | 'sign-out' };

/** Tabs take a worker that is silent for longer than some of these for dead. */
export const WORKER_TICK_MS = 3_000;
