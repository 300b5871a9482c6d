import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { makeSecret, signMessage } from '@/lib/adapters/webhooks/sign';

it('signs as Standard Webhooks does: its published example', () => {
	const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
	const signature = signMessage(secret, 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330, '{"test": 2432232314}');
	expect(signature).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});

it('covers the id, the time and the body', () => {
	const secret = makeSecret();
	const signature = signMessage(secret, 'a', 1, '{}');
	const changed = [
		signMessage(secret, 'b', 1, '{}'),
		signMessage(secret, 'a', 2, '{}'),
		signMessage(secret, 'a', 1, '{} '),
		signMessage(makeSecret(), 'a', 1, '{}'),
	];
	expect(changed).not.toContain(signature);
	expect(new Set(changed).size).toBe(4);
	const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
	expect(key).toHaveLength(32);
	expect(signature).toBe(`v1,${createHmac('sha256', key).update('a.1.{}').digest('base64')}`);
});
