import type {
	NewTokenView,
	OwnPasswordWish,
	PasswordView,
	TokenWish,
	UserChange,
	UserView,
	UserWish,
} from '@/lib/core/accounts';
import type {
	NewWebhookView,
	WebhookChangeWish,
	WebhookSecretView,
	WebhookTestView,
	WebhookView,
	WebhookWish,
} from '@/lib/core/webhook-view';
import { type Sent, sendJson } from '../live/send-json';

/** A change waits for its turn, for a password to be hashed and for its record. */
const TIMEOUT_MS = 20_000;

function send<T>(method: 'POST' | 'PUT' | 'DELETE', url: string, body: object, key: keyof T): Promise<Sent<T>> {
	return sendJson<T>(url, body, {
		method,
		timeoutMs: TIMEOUT_MS,
		isAnswer: (answer) => typeof answer[key] === 'string',
	});
}

const userUrl = (username: string, rest = '') => `/api/users/${encodeURIComponent(username)}${rest}`;

export const createUser = (wish: UserWish) => send<PasswordView>('POST', '/api/users', wish, 'password');
export const changeUser = (username: string, change: UserChange) =>
	send<UserView>('PUT', userUrl(username), change, 'username');
export const removeUser = (username: string, reason: string) =>
	send<{ username: string }>('DELETE', userUrl(username), { reason }, 'username');
export const resetPassword = (username: string, reason: string) =>
	send<PasswordView>('POST', userUrl(username, '/password'), { reason }, 'password');
export const createToken = (wish: TokenWish) => send<NewTokenView>('POST', '/api/tokens', wish, 'token');
export const revokeToken = (name: string, reason: string) =>
	send<{ name: string }>('DELETE', `/api/tokens/${encodeURIComponent(name)}`, { reason }, 'name');
export const changeOwnPassword = (wish: OwnPasswordWish) =>
	send<{ username: string }>('POST', '/api/me/password', wish, 'username');
export const signOutEverywhere = () =>
	send<{ username: string }>('POST', '/api/me/sign-out-everywhere', {}, 'username');

const webhookUrl = (id: string, rest = '') => `/api/webhooks/${encodeURIComponent(id)}${rest}`;

export const createWebhook = (wish: WebhookWish) => send<NewWebhookView>('POST', '/api/webhooks', wish, 'secret');
export const changeWebhook = (id: string, change: WebhookChangeWish) =>
	send<WebhookView>('PUT', webhookUrl(id), change, 'id');
export const removeWebhook = (id: string, reason: string) =>
	send<{ id: string }>('DELETE', webhookUrl(id), { reason }, 'id');
export const rollWebhookSecret = (id: string, reason: string) =>
	send<WebhookSecretView>('POST', webhookUrl(id, '/secret'), { reason }, 'secret');
export const testWebhook = (id: string, reason: string) =>
	sendJson<WebhookTestView>(
		webhookUrl(id, '/test'),
		{ reason },
		{ method: 'POST', timeoutMs: TIMEOUT_MS, isAnswer: ({ delivered }) => typeof delivered === 'boolean' },
	);
