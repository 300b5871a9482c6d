'use client';

import { useState } from 'react';
import type { TokenView } from '@/lib/core/accounts';
import { useRoleName } from './deed-inputs';
import type { AskProps } from './settings-dialogs';
import { CELL, WIDE } from './table-cells';
import { TableHead } from './table-head';
import { useSettingsMessages } from './use-settings-messages';
import { When } from './when';

type Props = AskProps & { tokens: readonly TokenView[]; nowMs: number };

function Row({ token, nowMs, onAsk }: AskProps & { token: TokenView; nowMs: number }) {
	const { t, f } = useSettingsMessages();
	const { settings } = t;
	const nameOf = useRoleName();
	const revoked = token.revokedAtMs !== null;
	const expired = token.expiresAtMs !== null && nowMs !== 0 && token.expiresAtMs <= nowMs;
	return (
		<tr className="border-t border-line2" data-token={token.name} data-revoked={revoked}>
			<th scope="row" className={`${CELL} text-left font-semibold wrap-anywhere ${revoked ? 'text-ink3' : ''}`}>
				{token.name}
				{nowMs === 0 ? null : (
					<small className="block text-caption font-medium text-ink3 md:hidden">
						{settings.columns.lastUsed}
						{f.colon}
						<When atMs={token.lastUsedAtMs} never={settings.never} nowMs={nowMs} />
						<br />
						{settings.columns.expires}
						{f.colon}
						<When atMs={token.expiresAtMs} never={settings.noExpiry} nowMs={nowMs} />
					</small>
				)}
			</th>
			<td className={CELL}>{nameOf(token.role)}</td>
			<td className={`${CELL} ${WIDE} text-ink2`}>
				<When atMs={token.createdAtMs} never={settings.never} nowMs={nowMs} />
			</td>
			<td className={`${CELL} ${WIDE} text-ink2`}>
				<When atMs={token.lastUsedAtMs} never={settings.never} nowMs={nowMs} />
			</td>
			<td className={`${CELL} ${WIDE} text-ink2`}>
				<When atMs={token.expiresAtMs} never={settings.noExpiry} nowMs={nowMs} />
				{expired ? <small className="block text-caption text-suspect-ink">{settings.expired}</small> : null}
			</td>
			<td className={`${CELL} text-right`}>
				{revoked ? (
					<span className="text-ink3">{settings.revoked}</span>
				) : (
					<button
						type="button"
						className="btn min-h-7! px-2.5! py-0.5!"
						aria-label={settings.revokeOf(token.name)}
						onClick={() => onAsk({ kind: 'revoke', token })}
					>
						{settings.revoke}
					</button>
				)}
			</td>
		</tr>
	);
}

/** Tokens in use, and on demand those that were revoked. */
export function TokensTable({ tokens, nowMs, onAsk }: Props) {
	const { settings } = useSettingsMessages().t;
	const [all, setAll] = useState(false);
	const { columns } = settings;
	const inUse = tokens.filter(({ revokedAtMs }) => revokedAtMs === null);
	const revoked = tokens.length - inUse.length;
	const shown = all ? tokens : inUse;
	return (
		<div className="panel">
			{shown.length === 0 ? (
				<p className="px-3.5 py-3 text-ink2">{settings.noTokens}</p>
			) : (
				<table className="w-full border-collapse">
					<caption className="sr-only">{settings.tokens}</caption>
					<TableHead
						actions={columns.actions}
						columns={[
							{ text: columns.token },
							{ text: columns.role },
							{ text: columns.created, wide: true },
							{ text: columns.lastUsed, wide: true },
							{ text: columns.expires, wide: true },
						]}
					/>
					<tbody>
						{shown.map((token) => (
							<Row key={`${token.name} ${token.createdAtMs}`} token={token} nowMs={nowMs} onAsk={onAsk} />
						))}
					</tbody>
				</table>
			)}
			<div className="flex flex-wrap items-center gap-3 border-t border-line2 px-3.5 py-2.5">
				<button type="button" className="btn" onClick={() => onAsk({ kind: 'add-token' })}>
					{settings.addToken}
				</button>
				{revoked === 0 ? null : (
					<button
						type="button"
						className="text-small text-ink2 underline-offset-2 hover:underline"
						onClick={() => setAll(!all)}
					>
						{all ? settings.revokedHidden : settings.revokedShown(revoked)}
					</button>
				)}
			</div>
		</div>
	);
}
