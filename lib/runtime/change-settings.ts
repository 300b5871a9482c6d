import { randomUUID } from 'node:crypto';
import type { AuditAction } from '@/lib/core/audit-entry';
import { changeMaintenance, changeRecovery, type SettingsResult } from '@/lib/core/change-settings';
import type { ClusterConfig } from '@/lib/core/config';
import { toJson } from '@/lib/core/json';
import type { Clock, Identity, ZooKeeperPort } from '@/lib/core/ports';
import type { MaintenanceChange, RecoveryChange } from '@/lib/core/recovery-view';
import { type Settings, toSettingsText } from '@/lib/core/settings';
import { encodeOutboxEntry } from './drain-outbox';
import type { RootPaths } from './prepare-root';
import { readSettings } from './read-settings';

const ATTEMPTS_MAX = 5;
/** How long the answer waits until this console itself has heard of the change. */
const HEARD_MS_MAX = 2_000;
const HEARD_LOOK_MS = 10;

export type ChangeSettingsDeps = {
	readonly config: ClusterConfig;
	readonly observer: string;
	readonly zk: ZooKeeperPort;
	readonly clock: Clock;
	readonly paths: Pick<RootPaths, 'settings' | 'outbox'>;
	/** As this console last heard of them. */
	readonly settings: () => Settings | null;
};

export type ChangeSettingsResult =
	| { readonly kind: 'changed' }
	| Extract<SettingsResult, { kind: 'refused' }>
	/** Nothing is known to have changed; `detail` is for people. */
	| { readonly kind: 'failed'; readonly detail: string };

/** What is asked for: a change of recovery, or of maintenance. */
export type SettingsWish =
	| { readonly kind: 'recovery'; readonly change: RecoveryChange }
	| { readonly kind: 'maintenance'; readonly change: MaintenanceChange };

/**
 * Changes the cluster's settings in ZooKeeper, for every console and agent at once, in one transaction with its record: what
 * cannot be recorded is not changed. Somebody who changes them at the same time is not overwritten: this change is made
 * anew on theirs. Never rejects for what ZooKeeper says.
 */
export async function changeSettings(
	deps: ChangeSettingsDeps,
	wish: SettingsWish,
	identity: Identity,
): Promise<ChangeSettingsResult> {
	let detail = 'others changed the settings at the same time: try again';
	for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
		const tried = await tryOnce(deps, wish, identity);
		if (tried.kind !== 'again') {
			return tried;
		}
		detail = tried.detail ?? detail;
	}
	return { kind: 'failed', detail };
}

type Tried = ChangeSettingsResult | { readonly kind: 'again'; readonly detail: string | null };

async function tryOnce(deps: ChangeSettingsDeps, wish: SettingsWish, identity: Identity): Promise<Tried> {
	const { zk, paths, config, clock } = deps;
	try {
		const znode = await zk.read(paths.settings);
		if (znode === null) {
			return { kind: 'failed', detail: 'the settings do not exist yet: the console makes them once it is connected' };
		}
		const before = readSettings(znode.data);
		const ground = {
			configured: config.policy,
			registrations: config.registrations,
			by: identity.actor.name,
			wallMs: clock.wallMs(),
			id: randomUUID(),
		};
		const result =
			wish.kind === 'recovery'
				? changeRecovery(before, wish.change, ground)
				: changeMaintenance(before, wish.change, ground);
		if (result.kind === 'refused') {
			return result;
		}
		const record = encodeOutboxEntry(toDraft(deps, wish, identity, before, result.settings));
		const done = await zk.multi([
			{
				kind: 'set',
				path: paths.settings,
				data: Buffer.from(toSettingsText(result.settings)),
				version: znode.stat.version,
			},
			{ kind: 'create', path: `${paths.outbox}/e-`, data: record, mode: 'persistent-sequential' },
		]);
		switch (done.kind) {
			case 'committed':
				await heard(deps, result.settings);
				return { kind: 'changed' };
			case 'failed':
				return done.code === 'bad-version'
					? { kind: 'again', detail: null }
					: { kind: 'failed', detail: `ZooKeeper answered ${done.code}` };
			case 'unknown':
				return { kind: 'failed', detail: `${done.detail}: whether it changed shows on this page in a moment` };
		}
	} catch (error) {
		// The port's errors carry a code; anything else is a fault of this program.
		if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
			return { kind: 'failed', detail: error.message };
		}
		throw error;
	}
}

/** Whoever changed something is shown it. */
async function heard({ clock, settings }: ChangeSettingsDeps, wanted: Settings): Promise<void> {
	const untilMs = clock.nowMs() + HEARD_MS_MAX;
	const text = toSettingsText(wanted);
	for (;;) {
		const known = settings();
		if ((known !== null && toSettingsText(known) === text) || clock.nowMs() > untilMs) {
			return;
		}
		await clock.sleep(HEARD_LOOK_MS);
	}
}

function toDraft(
	deps: ChangeSettingsDeps,
	wish: SettingsWish,
	identity: Identity,
	before: Settings | null,
	after: Settings,
) {
	const action: AuditAction =
		wish.kind === 'recovery' ? 'recovery.change' : 'end' in wish.change ? 'maintenance.end' : 'maintenance.begin';
	const target = wish.kind === 'maintenance' && 'target' in wish.change ? wish.change.target : null;
	return {
		key: randomUUID(),
		atMs: Math.round(deps.clock.wallMs()),
		actor: identity.actor,
		action,
		outcome: 'ok',
		cluster: deps.config.id,
		member: target?.kind === 'member' ? target.path : null,
		memberId: null,
		czxid: null,
		reason: wish.change.reason,
		zxid: null,
		detail: { observer: deps.observer, change: toJson(wish.change), before: toJson(before), after: toJson(after) },
	};
}
