import { randomUUID } from 'node:crypto';
import type { Actor, AuditAction, Json } from '@/lib/core/audit-entry';
import type { AuditPort, Clock } from '@/lib/core/ports';
import type { Engine } from './engine';
import { AccountError, type OperatorRole, parsePassword, parseUsername, toOperatorRole } from './names';

export type Operator = {
	readonly username: string;
	readonly role: OperatorRole | null;
	readonly disabled: boolean;
	readonly createdAtMs: number;
	readonly lastSignInAtMs: number | null;
};

/**
 * The people who may sign in. Every change is recorded before it is made, with its reason where one is given: one that
 * cannot be recorded is not made.
 */
export type Operators = {
	list(): Promise<Operator[]>;
	find(username: string): Promise<Operator | null>;
	/** Throws an AccountError on a name that is taken or not allowed. */
	create(
		operator: { username: string; password: string; role: OperatorRole },
		by: Actor,
		reason?: string | null,
	): Promise<void>;
	hasPassword(username: string, password: string): Promise<boolean>;
	/** Ends all the operator's sessions. Throws an AccountError when there is no such operator. */
	setPassword(username: string, password: string, by: Actor, reason?: string | null): Promise<void>;
	/** Holds from the next request on: the role is read with each. */
	setRole(username: string, role: OperatorRole, by: Actor, reason?: string | null): Promise<void>;
	/** Disabling ends all the operator's sessions. */
	setDisabled(username: string, disabled: boolean, by: Actor, reason?: string | null): Promise<void>;
	/** Ends all the operator's sessions. */
	endSessions(username: string, by: Actor): Promise<void>;
	/** When somebody signed in last; the sign-in itself is recorded elsewhere. */
	noteSignIn(username: string): Promise<void>;
	/** Ends all the operator's sessions and forgets the account; what it did stays in the audit log. */
	remove(username: string, by: Actor, reason?: string | null): Promise<void>;
};

type Row = {
	id: string;
	username?: string | null;
	role?: string | null;
	createdAt: Date;
	disabled?: boolean | null;
	lastSignInAt?: Date | null;
};

export function openOperators(engine: Engine, audit: AuditPort, clock: Clock): Operators {
	const { internalAdapter, adapter, password: hasher } = engine.context;

	async function row(username: string): Promise<Row | null> {
		return adapter.findOne<Row>({ model: 'user', where: [{ field: 'username', value: username.toLowerCase() }] });
	}
	async function known(username: string): Promise<Row> {
		const found = await row(username);
		if (found === null) {
			throw new AccountError(`There is no operator '${username.slice(0, 64)}'.`, 'user-unknown');
		}
		return found;
	}
	async function record(
		action: AuditAction,
		username: string,
		by: Actor,
		change: Record<string, Json>,
		reason: string | null = null,
	): Promise<void> {
		await audit.append(toDraft(clock, action, by, { username, ...change }, 'ok', reason));
	}

	return {
		async list() {
			const rows = await adapter.findMany<Row>({
				model: 'user',
				limit: 10_000,
				sortBy: { field: 'username', direction: 'asc' },
			});
			return rows.map(toOperator);
		},
		async find(username) {
			const found = await row(username);
			return found === null ? null : toOperator(found);
		},
		async create(operator, by, reason) {
			const name = parseUsername(operator.username);
			const hash = await hasher.hash(parsePassword(operator.password, 'The password'));
			if ((await row(name)) !== null) {
				throw new AccountError(`There is an operator '${name}' already.`, 'name-taken');
			}
			await record('operator.create', name, by, { role: operator.role }, reason);
			const user = await internalAdapter.createUser(
				{
					// better-auth insists on an address; .invalid (RFC 2606) can never be anybody's.
					email: `${name}@operators.invalid`,
					emailVerified: true,
					name,
					username: name,
					role: operator.role,
				},
				{ method: 'email-password' },
			);
			await internalAdapter.linkAccount({
				userId: user.id,
				providerId: 'credential',
				accountId: user.id,
				password: hash,
			});
		},
		async hasPassword(username, password) {
			const found = await row(username);
			const account = found === null ? null : await internalAdapter.findCredentialAccount(found.id);
			const hash = account?.password ?? null;
			return hash !== null && (await hasher.verify({ hash, password }));
		},
		async setPassword(username, password, by, reason) {
			const user = await known(username);
			const hash = await hasher.hash(parsePassword(password, 'The password'));
			await record('operator.change', username, by, { changed: 'password' }, reason);
			if ((await internalAdapter.findCredentialAccount(user.id)) === null) {
				await internalAdapter.linkAccount({
					userId: user.id,
					providerId: 'credential',
					accountId: user.id,
					password: hash,
				});
			} else {
				await internalAdapter.updatePassword(user.id, hash);
			}
			await internalAdapter.deleteUserSessions(user.id);
		},
		async setRole(username, role, by, reason) {
			const user = await known(username);
			const change = { changed: 'role', from: user.role ?? null, to: role };
			await record('operator.change', username, by, change, reason);
			await internalAdapter.updateUser(user.id, { role });
		},
		async setDisabled(username, disabled, by, reason) {
			const user = await known(username);
			await record('operator.change', username, by, { changed: disabled ? 'disabled' : 'enabled' }, reason);
			await internalAdapter.updateUser(user.id, { disabled });
			if (disabled) {
				await internalAdapter.deleteUserSessions(user.id);
			}
		},
		async endSessions(username, by) {
			const user = await known(username);
			await record('operator.sign-out', username, by, { everywhere: true });
			await internalAdapter.deleteUserSessions(user.id);
		},
		async noteSignIn(username) {
			const user = await known(username);
			await internalAdapter.updateUser(user.id, { lastSignInAt: new Date(clock.wallMs()) });
		},
		async remove(username, by, reason) {
			const user = await known(username);
			await record('operator.change', username, by, { changed: 'removed', role: user.role ?? null }, reason);
			await internalAdapter.deleteUserSessions(user.id);
			await internalAdapter.deleteUser(user.id);
		},
	};
}

function toOperator(row: Row): Operator {
	return {
		username: row.username ?? '',
		role: toOperatorRole(row.role),
		disabled: row.disabled === true,
		createdAtMs: new Date(row.createdAt).getTime(),
		lastSignInAtMs: row.lastSignInAt == null ? null : new Date(row.lastSignInAt).getTime(),
	};
}

/** An entry about accounts, with everything that such entries leave out as null. */
export function toDraft(
	clock: Clock,
	action: AuditAction,
	actor: Actor,
	detail: Json,
	outcome = 'ok',
	reason: string | null = null,
) {
	return {
		key: randomUUID(),
		atMs: Math.round(clock.wallMs()),
		actor,
		action,
		outcome,
		cluster: null,
		member: null,
		memberId: null,
		czxid: null,
		reason,
		zxid: null,
		detail,
	};
}
