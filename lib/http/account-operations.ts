import * as accounts from './account-schemas';
import type { Operation } from './operations';

const READERS = ['viewer', 'operator', 'admin'];
const ADMINS = ['admin'];

/** The routes behind the page Settings. */
export const ACCOUNT_OPERATIONS: readonly Operation[] = [
	{
		method: 'post',
		path: '/api/me/password',
		summary: 'Change the own password; ends every own session',
		roles: READERS,
		body: accounts.ownPasswordSchema,
		answer: accounts.usernameViewSchema,
	},
	{
		method: 'post',
		path: '/api/me/sign-out-everywhere',
		summary: 'End every own session',
		roles: READERS,
		answer: accounts.usernameViewSchema,
	},
	{
		method: 'get',
		path: '/api/users',
		summary: 'Everybody who may sign in',
		roles: ADMINS,
		answer: accounts.usersViewSchema,
	},
	{
		method: 'post',
		path: '/api/users',
		summary: 'Add somebody; the generated password is answered once',
		roles: ADMINS,
		body: accounts.userWishSchema,
		answer: accounts.passwordViewSchema,
	},
	{
		method: 'put',
		path: '/api/users/{name}',
		summary: 'Change a role, disable or enable an account',
		roles: ADMINS,
		body: accounts.userChangeSchema,
		answer: accounts.userViewSchema,
	},
	{
		method: 'delete',
		path: '/api/users/{name}',
		summary: 'Remove an account',
		roles: ADMINS,
		body: accounts.reasonSchema,
		answer: accounts.usernameViewSchema,
	},
	{
		method: 'post',
		path: '/api/users/{name}/password',
		summary: 'Give a new generated password, answered once; ends the sessions',
		roles: ADMINS,
		body: accounts.reasonSchema,
		answer: accounts.passwordViewSchema,
	},
	{
		method: 'get',
		path: '/api/tokens',
		summary: 'API tokens, newest first; never the tokens themselves',
		roles: ADMINS,
		answer: accounts.tokensViewSchema,
	},
	{
		method: 'post',
		path: '/api/tokens',
		summary: 'Make an API token, answered once',
		roles: ADMINS,
		body: accounts.tokenWishSchema,
		answer: accounts.newTokenViewSchema,
	},
	{
		method: 'delete',
		path: '/api/tokens/{name}',
		summary: 'Revoke an API token',
		roles: ADMINS,
		body: accounts.reasonSchema,
		answer: accounts.tokenNameViewSchema,
	},
	{
		method: 'get',
		path: '/api/config',
		summary: 'The config in use without credentials, and whether its file still holds',
		roles: ADMINS,
		answer: accounts.configViewSchema,
	},
];
