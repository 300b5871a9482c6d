import ACL from 'node-zookeeper-client/lib/ACL.js';
import ConnectionManager from 'node-zookeeper-client/lib/ConnectionManager.js';
import exceptions from 'node-zookeeper-client/lib/Exception.js';
import jute from 'node-zookeeper-client/lib/jute/index.js';

export { ACL, ConnectionManager, jute };

const PATCHED = Symbol.for('rollcall.zookeeper.exceptions');

/**
 * The library throws on an error code that it does not know (a quota's -125, for one), and throws it from the socket's
 * handler, which ends the process. Every code gets an exception here. One process may hold several copies of this module
 * but one of the library, so the mark sits on the library's object.
 */
function acceptEveryErrorCode(): void {
	if (Object.hasOwn(exceptions, PATCHED)) return;
	const create = exceptions.create;
	exceptions.create = (code, path) => {
		try {
			return create(code, path);
		} catch {
			// 'Unknown code' is the one thing it throws for a number: the code itself says all there is.
			return Object.assign(new Error(`ZooKeeper error ${code}`), { code, getCode: () => code });
		}
	};
	Object.defineProperty(exceptions, PATCHED, { value: true });
}

acceptEveryErrorCode();
