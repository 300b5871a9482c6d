import { randomUUID } from 'node:crypto';
import { followEntries } from '@/lib/adapters/audit-store/follow-entries';
import type { DatabaseDialect, RollcallDatabase } from '@/lib/adapters/database/database';
import { isRefusedIp } from '@/lib/adapters/webhooks/checked-lookup';
import { createSender } from '@/lib/adapters/webhooks/send-webhook';
import { makeSecret } from '@/lib/adapters/webhooks/sign';
import { openWebhookStore } from '@/lib/adapters/webhooks/webhook-store';
import type { Actor, AuditDraft, AuditEntry } from '@/lib/core/audit-entry';
import type { AuditPort } from '@/lib/core/ports';
import type { WebhookResult, WebhookView, WebhookWish } from '@/lib/core/webhook-view';
import { keepWebhooks } from '@/lib/runtime/keep-webhooks';
import { auditDraft, type TemporaryStore, temporaryStore } from '@/test/adapters/audit-store/temporary-store';
import { type Receiver, startReceiver } from '@/test/support/webhook-receiver';
import { eventually } from '@/test/support/zookeeper';
import { type HastyClock, hastyClock } from './hasty-clock';

export const ADMIN: Actor = { kind: 'operator', name: 'grace', role: 'admin', sourceAddress: '127.0.0.1' };
export const WHY = 'the pager listens there';
/** Longest wait for what happens at some time; machines are busy. */
export const WAIT_MS = 60_000;
/** How often an attempt of a test's console ends before an answer. */
const ATTEMPT_MS = 1_000;

export type Keeper = ReturnType<typeof keepWebhooks> & { readonly problems: string[] };

/** A console's webhooks over a real database, with its own clock. */
export function keepOn(database: RollcallDatabase, audit: AuditPort, clock: HastyClock, name = 'console'): Keeper {
	const problems: string[] = [];
	const keeper = keepWebhooks({
		store: openWebhookStore(database),
		log: followEntries(database),
		audit,
		send: createSender({ clock, attemptMs: ATTEMPT_MS }),
		makeSecret,
		isRefusedHost: isRefusedIp,
		clock,
		observer: name,
		owner: randomUUID(),
		baseUrl: `https://${name}.example`,
		onProblem: (message, detail) => problems.push(`${message} ${JSON.stringify(detail)}`),
	});
	return { ...keeper, problems };
}

export type World = {
	readonly store: TemporaryStore;
	readonly clock: HastyClock;
	readonly keeper: Keeper;
	readonly receiver: Receiver;
	append(count: number, overrides?: Partial<AuditDraft>): Promise<AuditEntry[]>;
	add(wish?: Partial<WebhookWish>): Promise<{ webhook: WebhookView; secret: string }>;
	view(id: string): Promise<WebhookView>;
	/** Until the receiver has this many, and then what it has. */
	until(count: number): Promise<string[]>;
	/** Until its view is as wanted. */
	untilView(id: string, what: string, is: (view: WebhookView) => boolean): Promise<WebhookView>;
	close(): Promise<void>;
};

/** One console, one receiver, one database. */
export async function startWorld(dialect: DatabaseDialect, factor = 20): Promise<World> {
	const store = await temporaryStore(dialect);
	const receiver = await startReceiver();
	const clock = hastyClock(factor);
	const keeper = keepOn(store.database, store.audit, clock);
	async function view(id: string): Promise<WebhookView> {
		const { webhooks } = await keeper.handle.list();
		const found = webhooks.find((each) => each.id === id);
		if (found === undefined) {
			throw new Error(`there is no webhook ${id}`);
		}
		return found;
	}
	return {
		store,
		clock,
		keeper,
		receiver,
		view,
		append: (count, overrides) => append(store, count, overrides),
		add: async (wish) => done(await keeper.handle.create(toWish(receiver.url, wish), ADMIN)),
		until: (count) =>
			eventually(`${count} deliveries`, () => (receiver.received.length >= count ? receiver.ids() : null), WAIT_MS),
		untilView: (id, what, is) =>
			eventually(
				what,
				async () => {
					const found = await view(id);
					return is(found) ? found : null;
				},
				WAIT_MS,
			),
		async close() {
			await keeper.close();
			await receiver.close();
			await store.remove();
		},
	};
}

export function toWish(url: string, wish: Partial<WebhookWish> = {}): WebhookWish {
	return { url, actions: [], outcomes: [], clusters: [], reason: WHY, ...wish };
}

/** One after the other, so that their order is known. */
export async function append(
	{ audit }: Pick<TemporaryStore, 'audit'>,
	count: number,
	overrides: Partial<AuditDraft> = {},
): Promise<AuditEntry[]> {
	const entries: AuditEntry[] = [];
	for (let index = 0; index < count; index += 1) {
		entries.push(await audit.append(auditDraft(overrides)));
	}
	return entries;
}

export function done<T>(result: WebhookResult<T>): T {
	if (result.kind === 'refused') {
		throw new Error(`${result.code}: ${result.detail}`);
	}
	return result.value;
}

export const keysOf = (entries: readonly AuditEntry[]) => entries.map(({ key }) => key);
