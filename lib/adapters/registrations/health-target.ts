import type { HealthConfig, RegistrationConfig } from '@/lib/core/config';
import type { ParsedRegistration } from '@/lib/core/member';
import { type HostPort, parseHttpAddress, parsePort } from './host-port';
import { valueAt } from './json-pointer';
import { decodeJson, toUnreadable } from './payload';

/**
 * The registration with the health check that the config asks for: null leaves what the format knows, false removes it.
 * A check whose port cannot be made out is none, and the row says so (`health-invalid`): silence would look like health.
 */
export function withHealth(
	parsed: ParsedRegistration,
	data: Uint8Array,
	health: RegistrationConfig['health'],
): ParsedRegistration {
	if (health === null) {
		return parsed;
	}
	const address = health === false ? null : findAddress(parsed, data, health);
	if (health === false || address === null) {
		const lost = health !== false && parsed.addresses.length > 0;
		return { ...parsed, health: null, unreadable: parsed.unreadable ?? (lost ? notFound(health) : null) };
	}
	return { ...parsed, health: { ...address, path: health.path, status: health.status } };
}

/** Null when there is no main address to stand for what the config leaves out, or the pointer finds none. */
function findAddress(parsed: ParsedRegistration, data: Uint8Array, health: HealthConfig): HostPort | null {
	const [main] = parsed.addresses;
	if (health.pointer === null) {
		return main === undefined ? null : { host: main.host, port: health.port ?? main.port };
	}
	const json = decodeJson(data);
	const value = 'unreadable' in json ? undefined : valueAt(json.value, health.pointer);
	const port = parsePort(value);
	if (port === null) {
		return parseHttpAddress(value);
	}
	return main === undefined ? null : { host: main.host, port };
}

function notFound(health: HealthConfig): ParsedRegistration['unreadable'] {
	const detail = `no port, host:port or http:// address at the pointer ${health.pointer}, so its health is not checked`;
	return toUnreadable('health-invalid', detail);
}
