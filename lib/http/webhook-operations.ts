import { reasonSchema } from './account-schemas';
import type { Operation } from './operations';
import * as webhooks from './webhook-schemas';

const ADMINS = ['admin'];

export const WEBHOOK_OPERATIONS: readonly Operation[] = [
	{
		method: 'get',
		path: '/api/webhooks',
		summary: 'Webhooks with how their deliveries stand; never their secrets',
		roles: ADMINS,
		answer: webhooks.webhooksViewSchema,
	},
	{
		method: 'post',
		path: '/api/webhooks',
		summary: 'Add a webhook: it is told what is recorded from now on; its secret is answered once',
		roles: ADMINS,
		body: webhooks.webhookWishSchema,
		answer: webhooks.newWebhookViewSchema,
	},
	{
		method: 'put',
		path: '/api/webhooks/{id}',
		summary: 'Change where it leads or what it is told; pause it, or go on',
		roles: ADMINS,
		body: webhooks.webhookChangeSchema,
		answer: webhooks.webhookViewSchema,
	},
	{
		method: 'delete',
		path: '/api/webhooks/{id}',
		summary: 'Remove a webhook; what waits for it is not delivered',
		roles: ADMINS,
		body: reasonSchema,
		answer: webhooks.webhookIdViewSchema,
	},
	{
		method: 'post',
		path: '/api/webhooks/{id}/test',
		summary: 'Send a signed test event at once, and say what came of it',
		roles: ADMINS,
		body: reasonSchema,
		answer: webhooks.webhookTestViewSchema,
	},
	{
		method: 'post',
		path: '/api/webhooks/{id}/secret',
		summary: 'Give a new secret, answered once; it signs from the next delivery on',
		roles: ADMINS,
		body: reasonSchema,
		answer: webhooks.webhookSecretViewSchema,
	},
];
