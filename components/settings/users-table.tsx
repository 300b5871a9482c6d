'use client';

import { Menu } from '@base-ui/react/menu';
import type { UserView } from '@/lib/core/accounts';
import { useMessages } from '../messages/use-messages';
import { useRoleName } from './deed-inputs';
import type { AskProps, UserDeed } from './settings-dialogs';
import { CELL, HEAD, WIDE } from './table-cells';
import { When } from './when';

type Props = AskProps & { users: readonly UserView[]; me: string; nowMs: number };

const ITEM = 'cursor-default rounded-md px-2.5 py-1.5 outline-none data-highlighted:bg-hover';

/** What can be done to one account. */
function Actions({ user, onAsk }: AskProps & { user: UserView }) {
	const { t } = useMessages();
	const deeds: UserDeed[] = ['role', 'reset', user.disabled ? 'enable' : 'disable', 'remove'];
	return (
		<Menu.Root modal={false}>
			<Menu.Trigger className="btn min-h-7! px-2.5! py-0.5!" aria-label={t.settings.actionsOf(user.username)}>
				{t.settings.actions}
			</Menu.Trigger>
			<Menu.Portal>
				<Menu.Positioner align="end" sideOffset={4} className="z-40 outline-none">
					<Menu.Popup className="panel min-w-44 p-1 shadow-panel outline-none">
						{deeds.map((kind) => (
							<Menu.Item
								key={kind}
								className={`${ITEM} ${kind === 'remove' ? 'text-dead-ink' : ''}`}
								onClick={() => onAsk({ kind, user })}
							>
								{t.settings.change[kind]}
							</Menu.Item>
						))}
					</Menu.Popup>
				</Menu.Positioner>
			</Menu.Portal>
		</Menu.Root>
	);
}

function Row({ user, me, nowMs, onAsk }: AskProps & { user: UserView; me: string; nowMs: number }) {
	const { t } = useMessages();
	const { settings } = t;
	const nameOf = useRoleName();
	const mine = user.username === me;
	return (
		<tr className="border-t border-line2" data-user={user.username} data-disabled={user.disabled}>
			<th scope="row" className={`${CELL} text-left font-[540] [overflow-wrap:anywhere]`}>
				{user.username}
				{mine ? <small className="ml-1.5 text-[11.5px] font-[450] text-ink3">{settings.you}</small> : null}
				{user.disabled ? (
					<small className="ml-1.5 text-[11.5px] font-[540] text-suspect-ink">{settings.disabled}</small>
				) : null}
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
					<span className="text-[12px] text-ink3" title={settings.ownRow}>
						–<span className="sr-only">{settings.ownRow}</span>
					</span>
				) : (
					<Actions user={user} onAsk={onAsk} />
				)}
			</td>
		</tr>
	);
}

/** Everybody who may sign in. */
export function UsersTable({ users, me, nowMs, onAsk }: Props) {
	const { t } = useMessages();
	const { columns } = t.settings;
	return (
		<div className="panel">
			<table className="w-full border-collapse">
				<caption className="sr-only">{t.settings.users}</caption>
				<thead>
					<tr>
						<th scope="col" className={`${HEAD} text-left`}>
							{columns.user}
						</th>
						<th scope="col" className={`${HEAD} text-left`}>
							{columns.role}
						</th>
						<th scope="col" className={`${HEAD} ${WIDE} text-left`}>
							{columns.created}
						</th>
						<th scope="col" className={`${HEAD} ${WIDE} text-left`}>
							{columns.lastSignIn}
						</th>
						<th scope="col" className={`${HEAD} text-right`}>
							<span className="sr-only">{columns.actions}</span>
						</th>
					</tr>
				</thead>
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
