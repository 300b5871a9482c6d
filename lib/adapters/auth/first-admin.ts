import { randomBytes } from 'node:crypto';
import type { Actor } from '@/lib/core/audit-entry';
import { parsePassword } from './names';
import type { Operators } from './operators';

const ADMIN = 'admin';
const BY: Actor = { kind: 'system', name: 'first administrator', role: null, sourceAddress: null };

/**
 * Sees to it that somebody can sign in.
 *
 * - `adminPassword` given (ROLLCALL_ADMIN_PASSWORD): whoever sets the console's environment owns it, so `admin` then
 *   exists, is enabled, has the role admin and this password; where any of that was otherwise it is put right, recorded, and
 *   (for a password) all of admin's sessions end. It is the way back in for somebody who lost the password.
 * - none given and there is no administrator: `admin` is made with a generated password, announced once.
 * - none given and there is one, or somebody else bears that name: nothing happens.
 */
export async function ensureAdmin(options: {
	operators: Operators;
	adminPassword: string | null;
	announce: (line: string) => void;
}): Promise<void> {
	const { operators, adminPassword, announce } = options;
	if (adminPassword === null) {
		const known = await operators.list();
		if (!known.some(({ role, username }) => role === 'admin' || username === ADMIN)) {
			const password = randomBytes(15).toString('base64url');
			await operators.create({ username: ADMIN, password, role: 'admin' }, BY);
			announce(`Sign in as '${ADMIN}' with the password ${password} (made just now, not shown again).`);
		}
		return;
	}
	const password = parsePassword(adminPassword, 'ROLLCALL_ADMIN_PASSWORD');
	const admin = await operators.find(ADMIN);
	if (admin === null) {
		await operators.create({ username: ADMIN, password, role: 'admin' }, BY);
		return;
	}
	if (admin.role !== 'admin') {
		await operators.setRole(ADMIN, 'admin', BY);
		announce(`The operator '${ADMIN}' has the role admin again, because ROLLCALL_ADMIN_PASSWORD is set.`);
	}
	if (admin.disabled) {
		await operators.setDisabled(ADMIN, false, BY);
		announce(`The operator '${ADMIN}' is enabled again, because ROLLCALL_ADMIN_PASSWORD is set.`);
	}
	if (!(await operators.hasPassword(ADMIN, password))) {
		await operators.setPassword(ADMIN, password, BY);
		announce(`The password of '${ADMIN}' is now the one in ROLLCALL_ADMIN_PASSWORD; its sessions have ended.`);
	}
}
