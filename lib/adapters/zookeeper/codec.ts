import { unsigned64 } from '@/lib/core/ids';
import type { CreateMode, WatchedData, ZnodeStat, ZooKeeperOp } from '@/lib/core/ports';
import { ZooKeeperError } from './error';
import { ACL, jute } from './library';

/** A server with the default jute.maxbuffer (1,048,575) drops the connection of whoever sends more. */
const REQUEST_BYTES_MAX = 1_000_000;
const CREATE_FLAGS: Record<CreateMode, number> = {
	persistent: 0,
	ephemeral: 1,
	'persistent-sequential': 2,
	'ephemeral-sequential': 3,
};
/** EphemeralType of 3.8: a container's owner, and the top byte of a TTL znode's. */
const CONTAINER_OWNER = 0x8000_0000_0000_0000n;
const TTL_TOP_BYTE = 0xffn;

/** Null: there is no such znode. */
export type Listing = { names: string[]; stat: ZnodeStat } | null;
/** Null: there is no such znode. */
export type Value = WatchedData | null;

/** A packet to send, with what its answer means. `path` is for errors only. */
export type Call<T> = {
	readonly request: jute.Request;
	readonly path: string | null;
	readonly isWrite: boolean;
	/**
	 * `payload` of a successful answer; of a read it is null when there is no such znode, which is an answer and no error.
	 * Throws when it is of another kind, which would be the library's fault.
	 */
	decode(payload: unknown): T;
};

function toMs(bytes: Buffer): number {
	return Number(bytes.readBigInt64BE());
}

function toOwner(bytes: Buffer): bigint {
	const owner = unsigned64(bytes.readBigUInt64BE());
	return owner === CONTAINER_OWNER || owner >> 56n === TTL_TOP_BYTE ? 0n : owner;
}

export function toStat(stat: jute.Stat): ZnodeStat {
	return {
		czxid: stat.czxid.readBigUInt64BE(),
		mzxid: stat.mzxid.readBigUInt64BE(),
		pzxid: stat.pzxid.readBigUInt64BE(),
		ctimeMs: toMs(stat.ctime),
		mtimeMs: toMs(stat.mtime),
		version: stat.version,
		cversion: stat.cversion,
		aversion: stat.aversion,
		ephemeralOwner: toOwner(stat.ephemeralOwner),
		dataLength: stat.dataLength,
		numChildren: stat.numChildren,
	};
}

function isPath(path: string): boolean {
	return path === '/' || (/^(\/[^/\0]+)+$/.test(path) && !/\/\.\.?(\/|$)/.test(path));
}

function requirePath(path: string): void {
	if (!isPath(path)) throw new ZooKeeperError('bad-arguments', path, { detail: 'Not an absolute znode path.' });
}

function expectKind<T>(kind: new (...args: never[]) => T, payload: unknown): T {
	if (payload instanceof kind) return payload;
	throw new TypeError('The answer is not of the kind that was asked for.');
}

function call<T>(
	type: number,
	payload: jute.Record | jute.TransactionRequest,
	rest: Pick<Call<T>, 'path' | 'isWrite' | 'decode'>,
): Call<T> {
	const size = payload.byteLength();
	if (size > REQUEST_BYTES_MAX)
		throw new ZooKeeperError('bad-arguments', rest.path, {
			detail: `The request has ${size} bytes; at most ${REQUEST_BYTES_MAX} are sent.`,
		});
	return { request: new jute.Request(new jute.protocol.RequestHeader(0, type), payload), ...rest };
}

// A read with `watch` leaves a one-shot watch on the server.

export function existsCall(path: string, watch: boolean): Call<ZnodeStat | null> {
	requirePath(path);
	return call(jute.OP_CODES.EXISTS, new jute.protocol.ExistsRequest(path, watch), {
		path,
		isWrite: false,
		decode: (payload) => (payload === null ? null : toStat(expectKind(jute.protocol.ExistsResponse, payload).stat)),
	});
}

export function getDataCall(path: string, watch: boolean): Call<Value> {
	requirePath(path);
	return call(jute.OP_CODES.GET_DATA, new jute.protocol.GetDataRequest(path, watch), {
		path,
		isWrite: false,
		decode: (payload) => {
			if (payload === null) return null;
			const { data, stat } = expectKind(jute.protocol.GetDataResponse, payload);
			return { data: data ?? Buffer.alloc(0), stat: toStat(stat) };
		},
	});
}

export function getChildrenCall(path: string, watch: boolean): Call<Listing> {
	requirePath(path);
	return call(jute.OP_CODES.GET_CHILDREN2, new jute.protocol.GetChildren2Request(path, watch), {
		path,
		isWrite: false,
		decode: (payload) => {
			if (payload === null) return null;
			const { children, stat } = expectKind(jute.protocol.GetChildren2Response, payload);
			return { names: children ?? [], stat: toStat(stat) };
		},
	});
}

/** `owned`: the znode belongs to the session's credentials, and nobody else may touch it; else it is open to all. */
function acls(owned: boolean): typeof ACL.OPEN_ACL_UNSAFE {
	return owned ? ACL.CREATOR_ALL_ACL : ACL.OPEN_ACL_UNSAFE;
}

export function createCall(path: string, data: Uint8Array, mode: CreateMode, owned: boolean): Call<string> {
	requirePath(path);
	const records = acls(owned).map((acl) => acl.toRecord());
	const payload = new jute.protocol.CreateRequest(path, Buffer.from(data), records, CREATE_FLAGS[mode]);
	return call(jute.OP_CODES.CREATE, payload, {
		path,
		isWrite: true,
		decode: (answer) => expectKind(jute.protocol.CreateResponse, answer).path,
	});
}

export function setDataCall(path: string, data: Uint8Array, version: number): Call<ZnodeStat> {
	requirePath(path);
	return call(jute.OP_CODES.SET_DATA, new jute.protocol.SetDataRequest(path, Buffer.from(data), version), {
		path,
		isWrite: true,
		decode: (payload) => toStat(expectKind(jute.protocol.SetDataResponse, payload).stat),
	});
}

export function deleteCall(path: string, version: number): Call<void> {
	requirePath(path);
	return call(jute.OP_CODES.DELETE, new jute.protocol.DeleteRequest(path, version), {
		path,
		isWrite: true,
		decode: () => undefined,
	});
}

/** The version goes as given: the library's own Transaction makes -1, any version, of a 0. */
function toRecord(op: ZooKeeperOp, owned: boolean): jute.OpRecord {
	requirePath(op.path);
	switch (op.kind) {
		case 'check':
			return { type: jute.OP_CODES.CHECK, path: op.path, version: op.version };
		case 'delete':
			return { type: jute.OP_CODES.DELETE, path: op.path, version: op.version };
		case 'set':
			return { type: jute.OP_CODES.SET_DATA, path: op.path, version: op.version, data: Buffer.from(op.data) };
		case 'create': {
			const data = Buffer.from(op.data);
			return { type: jute.OP_CODES.CREATE, path: op.path, data, acls: acls(owned), mode: CREATE_FLAGS[op.mode] };
		}
	}
}

export function multiCall(ops: readonly ZooKeeperOp[], owned: boolean): Call<jute.TransactionResult[]> {
	// The server commits an empty transaction: its 'success' would prove nothing.
	if (ops.length === 0)
		throw new ZooKeeperError('bad-arguments', null, { detail: 'A transaction needs at least one operation.' });
	const payload = new jute.TransactionRequest(ops.map((op) => toRecord(op, owned)));
	return call(jute.OP_CODES.MULTI, payload, {
		path: null,
		isWrite: true,
		decode: (answer) => expectKind(jute.TransactionResponse, answer).results,
	});
}
