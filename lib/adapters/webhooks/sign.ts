import { createHmac, randomBytes } from 'node:crypto';

/** Standard Webhooks 1.0: symmetric signatures. */

const PREFIX = 'whsec_';
/** Of the 24 to 64 that the convention allows. */
const SECRET_BYTES = 32;

/** 'whsec_' and 256 random bits in base64. */
export function makeSecret(): string {
	return PREFIX + randomBytes(SECRET_BYTES).toString('base64');
}

/** 'v1,' and the base64 of HMAC-SHA-256 over 'id.timestamp.body'; the key is what the secret's base64 stands for. */
export function signMessage(secret: string, id: string, timestamp: number, body: string): string {
	const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
	return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}
