import { expect } from 'vitest';
import { parseRegistration } from '@/lib/adapters/registrations/parse-registration';
import { AUTO_FORMAT, type RegistrationConfig } from '@/lib/core/config';
import { type ParsedRegistration, UNREADABLE_CODES } from '@/lib/core/member';

export const FORMATS = ['turms', 'curator', 'kafka', 'dubbo', 'solr', 'hbase', 'json', 'auto'] as const;
/** Those that read the data; the others read the name alone. */
export const DATA_FORMATS = ['turms', 'curator', 'kafka', 'json', 'auto'] as const;
export const NAME_FORMATS = ['dubbo', 'solr', 'hbase', 'auto'] as const;

export function config(
	format: RegistrationConfig['format'],
	more: Partial<RegistrationConfig> = {},
): RegistrationConfig {
	return { ...AUTO_FORMAT, path: '/any', format, ...more };
}

/** What the format makes of a znode; an object stands for its JSON. */
export function parse(
	path: string,
	data: string | Uint8Array | object,
	registration: RegistrationConfig,
): ParsedRegistration {
	const text = typeof data === 'string' ? data : JSON.stringify(data);
	const bytes = data instanceof Uint8Array ? data : new TextEncoder().encode(text);
	return parseRegistration({ path, data: bytes, config: registration });
}

/** What every row keeps to, whatever was written. */
export function expectSoundRow(parsed: ParsedRegistration): void {
	expect(parsed.id.length).toBeLessThanOrEqual(512);
	expect(parsed.group.length).toBeLessThanOrEqual(256);
	expect(parsed.addresses.length).toBeLessThanOrEqual(32);
	for (const { name, host, port } of parsed.addresses) {
		expect(name).toMatch(/^[\w.+-]{1,64}$/);
		expectSoundTarget(host, port);
	}
	if (parsed.health !== null) {
		expectSoundTarget(parsed.health.host, parsed.health.port);
	}
	for (const text of [parsed.id, parsed.group, ...Object.values(parsed.selfReported)]) {
		expect(String(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
		expect(String(text).length).toBeLessThanOrEqual(512);
	}
	if (parsed.unreadable !== null) {
		expect(UNREADABLE_CODES).toContain(parsed.unreadable.code);
		expect(parsed.unreadable.detail.length).toBeLessThanOrEqual(300);
	}
	expect(parsed.addresses.length > 0 || parsed.unreadable !== null).toBe(true);
}

function expectSoundTarget(host: string, port: number): void {
	expect(host.length).toBeLessThanOrEqual(253);
	expect(host).not.toMatch(/[\s[\]/<>"=\p{Cc}\p{Cf}]/u);
	expect(Number.isInteger(port) && port >= 1 && port <= 65_535).toBe(true);
}
