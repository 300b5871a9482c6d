import ACL from 'node-zookeeper-client/lib/ACL.js';
import ConnectionManager from 'node-zookeeper-client/lib/ConnectionManager.js';
import exceptions from 'node-zookeeper-client/lib/Exception.js';
import jute from 'node-zookeeper-client/lib/jute/index.js';

export { ACL, ConnectionManager, jute };

const PATCHED = Symbol.for('rollcall.zookeeper.exceptions');

/**
 * The library throws on an error code that it does not know (a quota's -125, for one), and throws it from the socket's
 * handler, which ends the process. Here every code has an exception; one object a code serves, since only its code is read
 * (a stack for each znode that does not exist costs more than the request). One process may hold several copies of this
 * module but one of the library, so the mark sits on the library's object.
 */
function acceptEveryErrorCode(): void {
	if (Object.hasOwn(exceptions, PATCHED)) return;
	const byCode = new Map<number, Error & { code: number; getCode(): number }>();
	exceptions.create = (code) => {
		const known = byCode.get(code);
		if (known) return known;
		const created = Object.assign(new Error(`ZooKeeper error ${code}`), { code, getCode: () => code });
		byCode.set(code, created);
		return created;
	};
	Object.defineProperty(exceptions, PATCHED, { value: true });
}

acceptEveryErrorCode();
