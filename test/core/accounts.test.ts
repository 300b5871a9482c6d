import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OPERATOR_ROLES, refuseUserChange } from '@/lib/core/accounts';

const user = (username: string, role: (typeof OPERATOR_ROLES)[number] = 'admin', disabled = false) => ({
	username,
	role,
	disabled,
});
const by = (name: string) => ({ kind: 'operator', name }) as const;

describe('changes of accounts', () => {
	it('leave an administrator who can sign in: a disabled one does not count', () => {
		const ann = user('ann');
		const everybody = [ann, user('bob', 'admin', true), user('cyd', 'operator')];
		for (const after of [null, { ...ann, role: 'operator' as const }, { ...ann, disabled: true }]) {
			expect(refuseUserChange(everybody, ann, after, by('zoe'))?.code).toBe('last-administrator');
		}
		expect(refuseUserChange([...everybody, user('dan')], ann, null, by('zoe'))).toBeNull();
	});

	it('are never made to the own account, not even upwards', () => {
		const ann = user('ann', 'operator');
		expect(refuseUserChange([ann, user('bob')], ann, { ...ann, role: 'admin' }, by('ann'))?.code).toBe('own-account');
	});

	it('take no notice of the name of a token or of the command line', () => {
		const ann = user('ann');
		expect(refuseUserChange([ann, user('bob')], ann, null, { kind: 'system', name: 'ann' })).toBeNull();
	});

	it('whatever they are, never leave nobody to administer', () => {
		const someone = fc.record({
			username: fc.constantFrom('a', 'b', 'c', 'd'),
			role: fc.constantFrom(...OPERATOR_ROLES),
			disabled: fc.boolean(),
		});
		const able = (all: readonly ReturnType<typeof user>[]) =>
			all.some((each) => each.role === 'admin' && !each.disabled);
		fc.assert(
			fc.property(
				fc.uniqueArray(someone, { selector: ({ username }) => username, minLength: 1 }),
				fc.option(someone, { nil: null }),
				(all, wish) => {
					fc.pre(able(all));
					const [target] = all;
					if (target === undefined) return;
					const after = wish === null ? null : { ...wish, username: target.username };
					if (refuseUserChange(all, target, after, by('zoe')) !== null) return;
					expect(able([...all.slice(1), ...(after === null ? [] : [after])])).toBe(true);
				},
			),
		);
	});
});
