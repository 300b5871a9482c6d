/**
 * The parts of node-zookeeper-client 1.1.3 that its published types leave out, as far as this folder uses them.
 * The version is pinned exactly: these are internals, and test/adapters/zookeeper meets every one of them.
 */
declare module 'node-zookeeper-client/lib/jute/index.js' {
	namespace jute {
		/** The library's own copy of a packet's part; `long`s are 8-byte Buffers. */
		class Record {
			setChrootPath(path: string | undefined): void;
			byteLength(): number;
		}
		type Stat = {
			czxid: Buffer;
			mzxid: Buffer;
			pzxid: Buffer;
			ctime: Buffer;
			mtime: Buffer;
			version: number;
			cversion: number;
			aversion: number;
			ephemeralOwner: Buffer;
			dataLength: number;
			numChildren: number;
		};
		type OpRecord = {
			type: number;
			path: string;
			version?: number;
			data?: Buffer;
			acls?: readonly { toRecord(): Record }[];
			mode?: number;
		};
		type TransactionResult = { type: number; path?: string; stat?: Stat; err?: number };

		class Request {
			constructor(header: protocol.RequestHeader | null, payload: Record | TransactionRequest | null);
			header: protocol.RequestHeader | null;
			payload: Record | TransactionRequest | null;
			toBuffer(): Buffer;
		}
		class Response {
			header: { xid: number; zxid: Buffer; err: number };
			payload: unknown;
		}
		class TransactionRequest {
			constructor(ops: readonly OpRecord[]);
			setChrootPath(path: string | undefined): void;
			byteLength(): number;
		}
		class TransactionResponse {
			results: TransactionResult[];
		}
		const OP_CODES: {
			CREATE: number;
			DELETE: number;
			EXISTS: number;
			GET_DATA: number;
			SET_DATA: number;
			PING: number;
			GET_CHILDREN2: number;
			CHECK: number;
			MULTI: number;
			AUTH: number;
			CLOSE_SESSION: number;
			ERROR: number;
		};
		const XID_PING: number;
		namespace protocol {
			class RequestHeader extends Record {
				constructor(xid?: number, type?: number);
				xid: number;
				type: number;
			}
			class ExistsRequest extends Record {
				constructor(path: string, watch: boolean);
			}
			class GetDataRequest extends Record {
				constructor(path: string, watch: boolean);
			}
			class GetChildren2Request extends Record {
				constructor(path: string, watch: boolean);
			}
			class CreateRequest extends Record {
				constructor(path: string, data: Buffer, acl: readonly Record[], flags: number);
			}
			class SetDataRequest extends Record {
				constructor(path: string, data: Buffer, version: number);
			}
			class DeleteRequest extends Record {
				constructor(path: string, version: number);
			}
			class ExistsResponse extends Record {
				stat: Stat;
			}
			class SetDataResponse extends Record {
				stat: Stat;
			}
			class GetDataResponse extends Record {
				data: Buffer | undefined;
				stat: Stat;
			}
			class GetChildren2Response extends Record {
				children: string[] | undefined;
				stat: Stat;
			}
			class CreateResponse extends Record {
				path: string;
			}
		}
	}
	export = jute;
}

declare module 'node-zookeeper-client/lib/Exception.js' {
	const exceptions: { create(code: number, path?: string): Error & { code: number; getCode(): number } };
	export = exceptions;
}

declare module 'node-zookeeper-client/lib/ACL.js' {
	import type { Record } from 'node-zookeeper-client/lib/jute/index.js';

	type Acl = { toRecord(): Record };
	const acls: { OPEN_ACL_UNSAFE: readonly Acl[]; CREATOR_ALL_ACL: readonly Acl[] };
	export = acls;
}

declare module 'node-zookeeper-client/lib/ConnectionManager.js' {
	import type { EventEmitter } from 'node:events';
	import type { Socket } from 'node:net';
	import type { Request, Response } from 'node-zookeeper-client/lib/jute/index.js';

	namespace ConnectionManager {
		/** `response` is there exactly when the server itself answered. */
		type PacketCallback = (error: (Error & { code?: number }) | null, response?: Response) => void;
		type Packet = { request: Request; callback: PacketCallback };
		type WatcherEvent = { type: number; state: number; path: string };
	}
	class ConnectionManager extends EventEmitter {
		static readonly STATES: {
			readonly DISCONNECTED: number;
			readonly CONNECTING: number;
			readonly CONNECTED: number;
			readonly CONNECTED_READ_ONLY: number;
			readonly CLOSING: number;
			readonly CLOSED: number;
			readonly SESSION_EXPIRED: number;
			readonly AUTHENTICATION_FAILED: number;
		};
		constructor(
			connect: string,
			options: { sessionTimeout: number; spinDelay: number; retries: number },
			stateListener: (state: number) => void,
		);
		state: number;
		socket: Socket | undefined;
		sessionId: Buffer;
		/** As negotiated, once connected. */
		sessionTimeout: number;
		pendingBuffer: Buffer | null;
		/** Written to the socket, not answered yet. */
		pendingQueue: ConnectionManager.Packet[];
		/** Not written yet. */
		packetQueue: { queue: ConnectionManager.Packet[] };
		watcherManager: { isEmpty(): boolean; emit(event: ConnectionManager.WatcherEvent): void };
		connect(): void;
		close(): void;
		queue(request: Request, callback?: ConnectionManager.PacketCallback): void;
		addAuthInfo(scheme: string, auth: Buffer): void;
		setState(state: number): void;
		onSocketConnected(): void;
		onSocketData(chunk: Buffer): void;
		onSocketDrain(): void;
		onPacketQueueReadable(): void;
		onSocketTimeout(): void;
		onSocketClosed(hadError: boolean): void;
	}
	export = ConnectionManager;
}
