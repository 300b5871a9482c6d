import type { ParsedRegistration } from '@/lib/core/member';
import { AddressList } from './address-list';
import { parseHttpAddress } from './host-port';
import { decodeObject, type JsonObject, ownValue } from './payload';
import { type FormatInput, parseLabel, toRegistration, toUnreadableRegistration } from './record';

const OWN_FIELDS = [
	'name',
	'zone',
	'nodeType',
	'isSeed',
	'isLeaderEligible',
	'priority',
	'registrationDate',
	'udpAddress',
];
const STATUS_FIELDS = ['hasJoinedCluster', 'isHealthy', 'isActive', 'lastHeartbeatDate'];

/** What Turms' admin API answers without a sign-in while the server is well. */
const HEALTH = { path: '/health', status: 200 };

/** Turms' Member record (im.turms.server.common.infra.cluster.service.config.entity.discovery.Member) as JSON. */
export function parseTurms(input: FormatInput): ParsedRegistration {
	const record = decodeObject(input.data);
	return 'unreadable' in record
		? toUnreadableRegistration(input, 'turms', record.unreadable)
		: toTurms(input, record.value);
}

export function looksLikeTurms(record: JsonObject): boolean {
	return Object.hasOwn(record, 'memberHost') && Object.hasOwn(record, 'memberPort');
}

/** udpAddress is shown and never probed: a datagram socket refuses nothing. */
export function toTurms(input: FormatInput, record: JsonObject): ParsedRegistration {
	const addresses = new AddressList();
	addresses.addParts('member', ownValue(record, 'memberHost'), ownValue(record, 'memberPort'), 'required');
	addresses.addText('admin', ownValue(record, 'adminApiAddress'));
	addresses.addText('ws', ownValue(record, 'wsAddress'));
	addresses.addText('tcp', ownValue(record, 'tcpAddress'));
	const key = ownValue(record, 'key');
	const admin = parseHttpAddress(ownValue(record, 'adminApiAddress'));
	return toRegistration(input, {
		format: 'turms',
		id: parseLabel(ownValue(key, 'nodeId')) ?? parseLabel(ownValue(record, 'nodeId')),
		group: parseLabel(ownValue(record, 'nodeType')),
		...addresses.result(),
		health: admin === null ? null : { ...admin, ...HEALTH },
		selfReported: toSelfReported(record),
	});
}

function toSelfReported(record: JsonObject): Record<string, unknown> {
	const status = ownValue(record, 'status');
	const version = ownValue(record, 'nodeVersion');
	return {
		...Object.fromEntries(OWN_FIELDS.map((field) => [field, ownValue(record, field)])),
		...Object.fromEntries(STATUS_FIELDS.map((field) => [field, ownValue(status, field)])),
		nodeVersion: ownValue(version, 'version') ?? version,
		clusterId: ownValue(ownValue(record, 'key'), 'clusterId'),
	};
}
