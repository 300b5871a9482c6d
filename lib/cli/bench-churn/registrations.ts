/** What the members of the bench are called and say of themselves. */
export const PARENT = '/churn/members';
/** As startConsole's config names it. */
export const CLUSTER = 'turms';
const GROUPS = 4;

/** As a config of the console reads them. */
export const REGISTRATION = {
	path: PARENT,
	format: 'json',
	fields: { host: '/host', port: '/port', id: '/id', group: '/group' },
} as const;

/** Ids in the order of the table: a member's group is the first thing that it is sorted by. */
export function memberId(index: number, members: number): string {
	return `${groupOf(index, members)}-${String(index).padStart(5, '0')}`;
}

function groupOf(index: number, members: number): string {
	return `group-${Math.floor((index * GROUPS) / members) + 1}`;
}

/** A member with a place of its own in the table: right behind the one of this index. */
export function markerId(index: number, members: number, count: number): string {
	return `${memberId(index, members)}-m${String(count).padStart(4, '0')}`;
}

/** A loopback address of its own for each, of which one listener serves all: 127.1.0.0 onwards. */
export function addressOf(index: number): string {
	return `127.${1 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`;
}

export function payloadOf(id: string, index: number, port: number): Buffer {
	return Buffer.from(JSON.stringify({ id, group: id.slice(0, 'group-1'.length), host: addressOf(index), port }));
}
