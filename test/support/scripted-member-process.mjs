// A process with one ZooKeeper session that does what its parent says: one JSON command a line on standard input, one
// JSON answer a line on standard output. Arguments: connect string, session time-out in ms. Ends when its input ends.
import http from 'node:http';
import net from 'node:net';
import { createInterface } from 'node:readline';
import zooKeeper from 'node-zookeeper-client';

const [connect, sessionTimeoutMs] = process.argv.slice(2);
const client = zooKeeper.createClient(connect, { sessionTimeout: Number(sessionTimeoutMs), spinDelay: 200 });
const PORT_TAKEN_MS_MAX = 5_000;
/** By port: the server and the connections it accepted. */
const listeners = new Map();
/** What it does with its listeners while it has no connection to ZooKeeper: null, 'listener' or 'connections' (too). */
let closesWhenLost = null;
let lostAtMs = null;
/** How long each loss of ZooKeeper lasted, as this process saw it. */
const losses = [];

function call(target, method, ...args) {
	return new Promise((resolve, reject) => {
		target[method](...args, (error, result) => (error ? reject(error) : resolve(result)));
	});
}

function bind(server, options) {
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(options, () => {
			server.off('error', reject);
			resolve(undefined);
		});
	});
}

/** By port: what its HTTP server answers. */
const served = new Map();

const commands = {
	/** Accepts and waits on the port, 0 for any free one. */
	async listen({ port, host, backlog }) {
		const accepted = new Set();
		const server = net.createServer((socket) => {
			accepted.add(socket);
			socket.resume();
			socket.on('error', () => socket.destroy());
			socket.on('close', () => accepted.delete(socket));
		});
		const untilMs = performance.now() + PORT_TAKEN_MS_MAX;
		for (;;) {
			try {
				await bind(server, { port, host, backlog });
				break;
			} catch (error) {
				// An outgoing connection may have borrowed a port that was free for a while.
				if (error.code !== 'EADDRINUSE' || performance.now() > untilMs) throw error;
				await new Promise((resolve) => setTimeout(resolve, 100));
			}
		}
		listeners.set(server.address().port, { server, accepted, host });
		return { port: server.address().port };
	},
	/** Answers every GET on the port with this JSON, or with the status alone; the answer may be changed by asking again. */
	async serve({ port, status, body }) {
		const known = served.get(port);
		if (known) {
			Object.assign(known, { status, body });
			return { port };
		}
		const says = { status, body };
		const server = http.createServer((_, response) => {
			response.writeHead(says.status, { 'content-type': 'application/json' });
			response.end(JSON.stringify(says.body));
		});
		// An idle connection stays until the process ends.
		server.headersTimeout = 0;
		server.requestTimeout = 0;
		server.keepAliveTimeout = 0;
		await new Promise((resolve, reject) => {
			server.once('error', reject);
			server.listen(port, '127.0.0.1', () => resolve(undefined));
		});
		served.set(server.address().port, says);
		return { port: server.address().port };
	},
	/** Listens no longer; connections accepted before stay, unless they are to go too. */
	async unlisten({ port, connectionsToo }) {
		const { server, accepted } = listeners.get(port);
		server.close();
		for (const socket of connectionsToo ? accepted : []) {
			socket.destroy();
		}
		return {};
	},
	async register({ path, data }) {
		await call(client, 'mkdirp', path.slice(0, path.lastIndexOf('/')));
		await call(client, 'create', path, Buffer.from(data), zooKeeper.CreateMode.EPHEMERAL);
		return {};
	},
	/** Creates its znode as a broker does that starts: an error when one is there already. */
	async create({ path, data }) {
		await call(client, 'create', path, Buffer.from(data), zooKeeper.CreateMode.EPHEMERAL);
		return {};
	},
	/** Dubbo: deletes what an older session left there, then creates its own; two requests, no transaction. */
	async deleteAndCreate({ path, data }) {
		await call(client, 'remove', path, -1);
		return commands.create({ path, data });
	},
	/** Curator's PersistentNode: creates its znode now, or as soon as the one that is there has gone. */
	async persist({ path, data }) {
		createOnceFree(path, data);
		return {};
	},
	/** Asks ZooKeeper for something at this interval, as one with a heartbeat does. */
	async heartbeat({ intervalMs }) {
		// A question that fails is followed by the next one, or by the session's end.
		setInterval(() => client.exists('/', () => undefined), intervalMs);
		return {};
	},
	/** From now on it closes its listeners, or these and their connections, while it has no ZooKeeper. */
	async closeWhenLost({ what }) {
		closesWhenLost = what;
		return {};
	},
	async losses() {
		return { losses };
	},
	/** The wall clock as this process sees it jumps. */
	async shiftClock({ ms }) {
		shiftClock(ms);
		return {};
	},
	/** Removes whatever is registered at the path and registers there itself, in one transaction. */
	async replace({ path, data }) {
		const transaction = client.transaction().remove(path, -1);
		await call(transaction.create(path, Buffer.from(data), zooKeeper.CreateMode.EPHEMERAL), 'commit');
		return {};
	},
};

function createOnceFree(path, data) {
	const again = () => createOnceFree(path, data);
	client.create(path, Buffer.from(data), zooKeeper.CreateMode.EPHEMERAL, (error) => {
		if (error?.getCode() === zooKeeper.Exception.NODE_EXISTS) {
			// Its end is told by the watch; where it ended meanwhile there is none, and the znode is free at once.
			client.exists(path, again, (failure, stat) => (failure || !stat) && setTimeout(again, 100));
		} else if (error) {
			setTimeout(again, 200);
		}
	});
}

function shiftClock(ms) {
	const RealDate = Date;
	globalThis.Date = class extends RealDate {
		constructor(...args) {
			super(...(args.length === 0 ? [RealDate.now() + ms] : args));
		}
		static now() {
			return RealDate.now() + ms;
		}
	};
}

function closeListeners() {
	for (const port of closesWhenLost === null ? [] : listeners.keys()) {
		commands.unlisten({ port, connectionsToo: closesWhenLost === 'connections' });
	}
}

function openListeners() {
	for (const [port, { server, host }] of closesWhenLost === null ? [] : listeners) {
		if (!server.listening) {
			commands.listen({ port, host });
		}
	}
}

function say(answer) {
	process.stdout.write(`${JSON.stringify(answer)}\n`);
}

client.once('connected', () => {
	say({ sessionId: client.getSessionId().toString('hex') });
	const lines = createInterface({ input: process.stdin });
	lines.on('line', (line) => {
		const { command, ...request } = JSON.parse(line);
		commands[command](request).then(say, (error) => say({ error: error.message }));
	});
	lines.on('close', () => process.exit(0));
});
client.on('expired', () => process.exit(1));
client.on('disconnected', () => {
	lostAtMs ??= performance.now();
	closeListeners();
});
client.on('connected', () => {
	if (lostAtMs !== null) {
		losses.push(Math.round(performance.now() - lostAtMs));
		lostAtMs = null;
		openListeners();
	}
});
client.connect();
