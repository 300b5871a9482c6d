'use client';

import dynamic from 'next/dynamic';
import { useState } from 'react';
import type { TokenView, UserView } from '@/lib/core/accounts';
import type { WebhookView } from '@/lib/core/webhook-view';
import { loadLater } from '../shell/load-later';
import type { ClusterName } from './webhook-fields';

/** What somebody wants to do; each has its dialog. */
export type SettingsRequest =
	| { readonly kind: 'add-user' | 'add-token' | 'add-webhook' | 'own-password' | 'sign-out-everywhere' }
	/** `choose`: which of the deeds. */
	| { readonly kind: UserDeed | 'choose'; readonly user: UserView }
	| { readonly kind: 'revoke'; readonly token: TokenView }
	| { readonly kind: WebhookDeed | 'choose-webhook'; readonly webhook: WebhookView };

export type UserDeed = 'role' | 'disable' | 'enable' | 'reset' | 'remove';
export type WebhookDeed = `${'test' | 'edit' | 'pause' | 'resume' | 'secret' | 'remove'}-webhook`;

export type AskProps = { readonly onAsk: (request: SettingsRequest) => void };

export type DialogsProps = {
	/** Null: closed. */
	request: SettingsRequest | null;
	/** That a webhook can be narrowed to. */
	clusters: readonly ClusterName[];
	onClose: () => void;
	/** One dialog leads to another. */
	onAsk: (request: SettingsRequest) => void;
	/** Something changed: the lists are asked for anew. */
	onChanged: () => void;
};

const SettingsWindow = dynamic(
	loadLater(() => import('./settings-window').then((module) => module.SettingsWindow)),
	{
		ssr: false,
	},
);

/** The page's dialogs. Their code is loaded when the first one is opened. */
export function SettingsDialogs(props: DialogsProps) {
	const [wanted, setWanted] = useState(false);
	if (props.request !== null && !wanted) setWanted(true);
	return wanted ? <SettingsWindow {...props} /> : null;
}
