import type { ClusterHeads } from '@/lib/core/chain-heads-view';
import type { ConfigView } from '@/lib/core/config-view';
import type { AuditPort, AuthPort, Identity } from '@/lib/core/ports';
import type { ExitReportRequest, ExitReportView, OutcomesView, PlanView, PurgeRequest } from '@/lib/core/purge-view';
import type { RecoveryView } from '@/lib/core/recovery-view';
import type { TakeoverRequest, TakeoverView } from '@/lib/core/takeover-view';
import type { ChangeEvent, ClusterView, EnsembleView, MemberDetail, MemberRow, SnapshotEvent } from '@/lib/core/view';

import type { ChangeSettingsResult, SettingsWish } from './change-settings';
import type { DrillsHandle } from './drills';
import type { ExportsUnderWay } from './exports-under-way';
import type { ArchivesHandle } from './keep-archives';
import type { Overrides } from './overrides';
import type { WebhookDesk } from './webhook-desk';

export type { AuthPort } from '@/lib/core/ports';

/** One server-sent event; `id` is an opaque position to resume from. */
export type LiveEvent = { readonly id: string } & (
	| { readonly kind: 'snapshot'; readonly data: SnapshotEvent }
	| { readonly kind: 'change'; readonly data: ChangeEvent }
);

export type ClusterHandle = {
	readonly id: string;
	view(): ClusterView;
	ensemble(): EnsembleView;
	/** Every registered member, without `left`. */
	members(): MemberRow[];
	/** Members that left within the last 10 minutes. */
	left(): MemberRow[];
	member(path: string): MemberDetail | null;
	/** Calls back with a snapshot (or the changes missed since `lastEventId`) at once, then with each change, until unsubscribed. */
	subscribe(lastEventId: string | null, listener: (event: LiveEvent) => void): () => void;
	/** Event streams that are open just now. */
	streams(): number;
	/** Dry run: writes nothing. */
	plan(request: PurgeRequest, identity: Identity): Promise<PlanView>;
	purge(request: PurgeRequest, identity: Identity): Promise<OutcomesView>;
	/** Rejects when the audit log cannot be read. */
	recovery(): Promise<RecoveryView>;
	changeSettings(wish: SettingsWish, identity: Identity): Promise<ChangeSettingsResult>;
	readonly drills: DrillsHandle;
	/** Overrides that wait for a second administrator. */
	readonly overrides: Omit<Overrides, 'keepWaiting' | 'close'>;
	/** Compares the heads of the audit log in this cluster's ensemble with the database. Never rejects. */
	checkHeads(): Promise<ClusterHeads>;
	/** Rejects when it cannot be recorded. */
	reportExit(request: ExitReportRequest, identity: Identity): Promise<ExitReportView>;
	/** `requesterIp`: whose socket the request came over, nobody in between; null: not known. Answers within 3 s. */
	takeOver(request: TakeoverRequest, identity: Identity, requesterIp: string | null): Promise<TakeoverView>;
};

/** The one running console of this process, shared between Next's module copies through globalThis. */
export type Rollcall = {
	phase(): 'starting' | 'running' | 'stopping';
	readonly clusters: ReadonlyMap<string, ClusterHandle>;
	/** The config in use, and what its file is by now. */
	config(): ConfigView;
	readonly audit: AuditPort;
	readonly archives: ArchivesHandle;
	readonly exports: ExportsUnderWay;
	readonly webhooks: WebhookDesk;
	readonly auth: AuthPort;
	/** Aborts when the console stops: ends every open stream. */
	readonly stopping: AbortSignal;
	stop(): Promise<void>;
};

const KEY = Symbol.for('rollcall');
type Holder = { [KEY]?: Rollcall };

/** The running console, or null while it starts. */
export function rollcall(): Rollcall | null {
	return (globalThis as Holder)[KEY] ?? null;
}

export function holdRollcall(value: Rollcall): void {
	(globalThis as Holder)[KEY] = value;
}
