'use client';

import { useState } from 'react';
import type { MeView } from '@/lib/core/view';
import { Part } from '../ensemble/part';
import { useNow } from '../live/use-now';
import { PageHeader } from '../shell/page-header';
import { Refusal } from '../shell/refusal';
import type { Room } from '../shell/room';
import type { Theme } from '../shell/theme';
import { Appearance } from './appearance';
import { ConfigPanel } from './config-panel';
import { LoadedPart } from './loaded-part';
import { type AskProps, SettingsDialogs, type SettingsRequest } from './settings-dialogs';
import { TokensTable } from './tokens-table';
import { useSettings } from './use-settings';
import { useSettingsMessages } from './use-settings-messages';
import { UsersTable } from './users-table';
import { WebhooksTable } from './webhooks-table';

function Account({ me, onAsk }: AskProps & { me: MeView }) {
	const { t } = useSettingsMessages();
	const { settings } = t;
	return (
		<Part title={settings.account} note={settings.accountNote(me.username, t.shell.roles[me.role])}>
			<div className="panel px-3.5 py-3">
				<p className="mb-2.5 text-ink2">{settings.roleTexts[me.role]}</p>
				<div className="flex flex-wrap gap-2.5">
					<button type="button" className="btn" onClick={() => onAsk({ kind: 'own-password' })}>
						{settings.changePassword}
					</button>
					<button type="button" className="btn" onClick={() => onAsk({ kind: 'sign-out-everywhere' })}>
						{settings.signOutEverywhere}
					</button>
				</div>
			</div>
		</Part>
	);
}

/** What is not for this role, and whom to ask. */
function OnlyAdmins({ me }: { me: MeView }) {
	const { t } = useSettingsMessages();
	return (
		<section className="panel px-3.5 py-3" data-testid="only-admins">
			<h2 className="font-bold">{t.settings.onlyAdminTitle}</h2>
			<p className="mt-0.5 max-w-text text-ink2">{t.settings.onlyAdminText(t.shell.roles[me.role])}</p>
		</section>
	);
}

function AdminParts({ me, settings, onAsk }: AskProps & { me: MeView; settings: ReturnType<typeof useSettings> }) {
	const { t } = useSettingsMessages();
	const webhooks = useSettingsMessages().t.webhooks;
	const nowMs = useNow(1000);
	return (
		<>
			<LoadedPart title={t.settings.users} note={t.settings.usersNote} part={settings.users}>
				{({ users }) => <UsersTable users={users} me={me.username} nowMs={nowMs} onAsk={onAsk} />}
			</LoadedPart>
			<LoadedPart title={t.settings.tokens} note={t.settings.tokensNote} part={settings.tokens}>
				{({ tokens }) => <TokensTable tokens={tokens} nowMs={nowMs} onAsk={onAsk} />}
			</LoadedPart>
			<LoadedPart title={webhooks.title} note={webhooks.note} part={settings.webhooks}>
				{(view) => <WebhooksTable view={view} onAsk={onAsk} />}
			</LoadedPart>
			<LoadedPart title={t.settings.clusters} note={t.settings.clustersNote} part={settings.config}>
				{(config) => <ConfigPanel config={config} />}
			</LoadedPart>
		</>
	);
}

/** One's own account and preferences for everybody; users, tokens and the config for administrators. */
export function SettingsPage({ me, theme, room }: { me: MeView; theme: Theme; room: Room }) {
	const { t } = useSettingsMessages();
	const [request, setRequest] = useState<SettingsRequest | null>(null);
	const isAdmin = me.role === 'admin';
	const settings = useSettings(isAdmin);
	if (Object.values(settings).some(({ refusal }) => refusal === 'signed-out')) return <Refusal refusal="signed-out" />;
	return (
		<>
			<PageHeader title={t.settings.title} summary={t.settings.summary} />
			<div className="flex max-w-270 flex-col gap-7 px-4 pb-12 nav:px-6">
				<div className="grid gap-x-8 gap-y-7 side:grid-cols-2">
					<Account me={me} onAsk={setRequest} />
					<Appearance theme={theme} room={room} />
				</div>
				{isAdmin ? <AdminParts me={me} settings={settings} onAsk={setRequest} /> : <OnlyAdmins me={me} />}
			</div>
			<SettingsDialogs
				request={request}
				clusters={settings.config.view?.clusters ?? []}
				onClose={() => setRequest(null)}
				onAsk={setRequest}
				onChanged={() => {
					settings.users.retry();
					settings.tokens.retry();
					settings.webhooks.retry();
				}}
			/>
		</>
	);
}
