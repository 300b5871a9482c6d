'use client';

import type { UserView } from '@/lib/core/accounts';
import { useRoleName } from './deed-inputs';
import type { AskProps } from './settings-dialogs';
import { CELL, WIDE } from './table-cells';
import { TableHead } from './table-head';
import { useSettingsMessages } from './use-settings-messages';
import { When } from './when';

type Props = AskProps & { users: readonly UserView[]; me: string; nowMs: number };

function Row({ user, me, nowMs, onAsk }: AskProps & { user: UserView; me: string; nowMs: number }) {
	const { t, f } = useSettingsMessages();
	const { settings } = t;
	const nameOf = useRoleName();
	const mine = user.username === me;
	return (
		<tr className="border-t border-line2" data-user={user.username} data-disabled={user.disabled}>
			<th scope="row" className={`${CELL} text-left font-semibold wrap-anywhere`}>
				{user.username}
				{mine ? <small className="ml-1.5 text-caption font-medium text-ink3">{settings.you}</small> : null}
				{user.disabled ? (
					<small className="ml-1.5 text-caption font-semibold text-suspect-ink">{settings.disabled}</small>
				) : null}
				{nowMs === 0 ? null : (
					<small className="block text-caption font-medium text-ink3 md:hidden">
						{settings.columns.lastSignIn}
						{f.colon}
						<When atMs={user.lastSignInAtMs} never={settings.never} nowMs={nowMs} />
					</small>
				)}
			</th>
			<td className={CELL}>{user.role === null ? settings.roleUnknown : nameOf(user.role)}</td>
			<td className={`${CELL} ${WIDE} text-ink2`}>
				<When atMs={user.createdAtMs} never={settings.never} nowMs={nowMs} />
			</td>
			<td className={`${CELL} ${WIDE} text-ink2`}>
				<When atMs={user.lastSignInAtMs} never={settings.never} nowMs={nowMs} />
			</td>
			<td className={`${CELL} text-right`}>
				{mine ? (
					<span className="text-small text-ink3" title={settings.ownRow}>
						–<span className="sr-only">{settings.ownRow}</span>
					</span>
				) : (
					<button
						type="button"
						className="btn min-h-7! px-2.5! py-0.5!"
						aria-label={settings.actionsOf(user.username)}
						onClick={() => onAsk({ kind: 'choose', user })}
					>
						{settings.actions}
					</button>
				)}
			</td>
		</tr>
	);
}

/** Everybody who may sign in. */
export function UsersTable({ users, me, nowMs, onAsk }: Props) {
	const { t } = useSettingsMessages();
	const { columns } = t.settings;
	return (
		<div className="panel">
			<table className="w-full border-collapse">
				<caption className="sr-only">{t.settings.users}</caption>
				<TableHead
					actions={columns.actions}
					columns={[
						{ text: columns.user },
						{ text: columns.role },
						{ text: columns.created, wide: true },
						{ text: columns.lastSignIn, wide: true },
					]}
				/>
				<tbody>
					{users.map((user) => (
						<Row key={user.username} user={user} me={me} nowMs={nowMs} onAsk={onAsk} />
					))}
				</tbody>
			</table>
			<div className="border-t border-line2 px-3.5 py-2.5">
				<button type="button" className="btn" onClick={() => onAsk({ kind: 'add-user' })}>
					{t.settings.addUser}
				</button>
			</div>
		</div>
	);
}
