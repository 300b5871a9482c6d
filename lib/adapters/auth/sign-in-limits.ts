import { createTokenBuckets } from '@/lib/core/token-buckets';

/**
 * Wrong passwords: from one address 10 at once, then one every 6 s; for one username, from wherever, 20 at once, then
 * one every 10 s. A right password costs nothing. At most 8 passwords are being checked at a time (each takes 16 MB
 * and some 50 ms of a core), so that strangers cannot keep the console from its work.
 *
 * An address that is not known shares one bucket with all such. IPv6 counts by its /64, which is one customer's.
 */
export type SignInLimits = {
	/** Whether to check a password now; whoever was admitted must be released. */
	admit(sourceAddress: string | null, username: string): { admitted: true } | { admitted: false; waitMs: number };
	release(sourceAddress: string | null, username: string, wasRight: boolean): void;
	/** Whether a refusal by these limits is worth an audit entry: one a minute for each address. */
	worthRecording(sourceAddress: string | null): boolean;
};

const CHECKS_MAX = 8;

export function createSignInLimits(nowMs: () => number): SignInLimits {
	const byAddress = createTokenBuckets({ capacity: 10, refillPerSecond: 1 / 6, keysMax: 10_000 });
	const byUsername = createTokenBuckets({ capacity: 20, refillPerSecond: 1 / 10, keysMax: 10_000 });
	const records = createTokenBuckets({ capacity: 1, refillPerSecond: 1 / 60, keysMax: 1_000 });
	const recordsOfAll = createTokenBuckets({ capacity: 30, refillPerSecond: 0.1, keysMax: 1 });
	let checking = 0;

	return {
		admit(sourceAddress, username) {
			const address = addressKey(sourceAddress);
			if (checking >= CHECKS_MAX) {
				return { admitted: false, waitMs: 1_000 };
			}
			const first = byAddress.take(address, nowMs());
			if (!first.taken) {
				return { admitted: false, waitMs: first.waitMs };
			}
			const second = byUsername.take(username, nowMs());
			if (!second.taken) {
				return { admitted: false, waitMs: second.waitMs };
			}
			checking += 1;
			return { admitted: true };
		},
		release(sourceAddress, username, wasRight) {
			checking -= 1;
			if (wasRight) {
				byAddress.giveBack(addressKey(sourceAddress), nowMs());
				byUsername.giveBack(username, nowMs());
			}
		},
		worthRecording: (sourceAddress) =>
			records.take(addressKey(sourceAddress), nowMs()).taken && recordsOfAll.take('all', nowMs()).taken,
	};
}

/** IPv4 as it is; IPv6 as its first 64 bits. */
export function addressKey(address: string | null): string {
	if (address === null || !address.includes(':')) {
		return address ?? 'unknown';
	}
	const [head = '', tail] = address.split('::');
	const left = head === '' ? [] : head.split(':');
	const right = tail === undefined || tail === '' ? [] : tail.split(':');
	const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
	const groups = [...left, ...Array<string>(zeros).fill('0'), ...right];
	return `${groups
		.slice(0, 4)
		.map((group) => Number.parseInt(group, 16).toString(16))
		.join(':')}::/64`;
}
