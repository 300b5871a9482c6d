/** ZooKeeper's 64-bit ids: unsigned bigint inside, lower-case 0x-hex outside. */

const MASK = 0xffff_ffff_ffff_ffffn;

/** Unsigned value of a possibly negative 64-bit id. */
export function unsigned64(value: bigint): bigint {
	return value & MASK;
}

export function toHex(id: bigint): string {
	return `0x${unsigned64(id).toString(16)}`;
}

/** Parses '0x…' (1 to 16 hex digits); null when it is anything else. */
export function parseHexId(text: string): bigint | null {
	return /^0x[0-9a-f]{1,16}$/i.test(text) ? BigInt(text) : null;
}

/** Id of the server that created a session: the top byte of the session's id (ZooKeeper's SessionTrackerImpl). */
export function creatingServerId(sessionId: bigint): number {
	return Number(unsigned64(sessionId) >> 56n);
}

/** Epoch of a zxid: its upper 32 bits. */
export function epochOf(zxid: bigint): number {
	return Number(unsigned64(zxid) >> 32n);
}
