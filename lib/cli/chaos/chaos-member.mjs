// A member of the chaos run: a real process with a real ZooKeeper session and real listeners, on an IP address of its own.
// One JSON command a line on standard input, `{id, command, …}`; answers `{id, atMs, …}` and events `{event, atMs, …}` on
// standard output; times are CLOCK_MONOTONIC in ms. Ends when its input ends.
import http from 'node:http';
import net from 'node:net';
import { createInterface } from 'node:readline';
import zooKeeper from 'node-zookeeper-client';

const RETRY_MS = 200;
const KAFKA_RETRY_MS = 1_000;

/** @type {any} */
let options = null;
let client = null;
/** Until then no ZooKeeper server can be reached. */
let cutOffUntilMs = 0;
/** By port. */
const listeners = new Map();
const lastCzxid = new Map();

const nowMs = () => Number(process.hrtime.bigint() / 1_000n) / 1_000;
const say = (message) => process.stdout.write(`${JSON.stringify({ atMs: nowMs(), ...message })}\n`);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// The session comes from the member's own address, as it does on a host of its own; a member that is cut off finds a
// port on which nobody listens in place of a server.
const connectSocket = net.connect;
net.connect = (target, ...rest) => {
	const port = nowMs() < cutOffUntilMs ? 1 : target.port;
	return connectSocket({ ...target, port, localAddress: options.sessionIp }, ...rest);
};

// What this process takes for the wall clock can be set forwards and back.
let clockOffsetMs = 0;
const WallDate = Date;
globalThis.Date = class extends WallDate {
	constructor(...args) {
		super(...(args.length === 0 ? [WallDate.now() + clockOffsetMs] : args));
	}
	static now() {
		return WallDate.now() + clockOffsetMs;
	}
};

function call(target, method, ...args) {
	return new Promise((resolve, reject) => {
		target[method](...args, (error, result) => (error ? reject(error) : resolve(result)));
	});
}

const health = http.createServer((request, response) => {
	response.writeHead(request.url === '/health' ? 200 : 404, { 'content-type': 'application/json' });
	response.end(request.url === '/health' ? '{"status":"UP"}' : '{}');
});
// An idle connection stays: what ends it is the process's own end, or a command.
health.headersTimeout = 0;
health.requestTimeout = 0;
health.keepAliveTimeout = 0;

async function openListener(listener) {
	const server = net.createServer((socket) => {
		listener.accepted.add(socket);
		socket.on('error', () => socket.destroy());
		socket.on('close', () => listener.accepted.delete(socket));
		if (listener.http) {
			health.emit('connection', socket);
		} else {
			socket.resume();
		}
	});
	await new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen({ host: listener.ip, port: listener.port, backlog: options.backlog ?? 511 }, () =>
			resolve(undefined),
		);
	});
	listener.server = server;
}

/** A port that its predecessor has just left may take a moment. */
async function openListenerSurely(listener) {
	for (let attempts = 1; ; attempts++) {
		try {
			return await openListener(listener);
		} catch (error) {
			if (attempts === 100) {
				throw error;
			}
			await pause(20);
		}
	}
}

function closeListener(listener, connectionsToo) {
	listener.server?.close();
	listener.server = null;
	for (const socket of connectionsToo ? listener.accepted : []) {
		socket.destroy();
	}
}

async function reopenAll() {
	for (const listener of listeners.values()) {
		if (listener.server === null) {
			await openListenerSurely(listener);
		}
	}
}

/** Tells which incarnation is its own, and when it vanishes; Curator's PersistentNode makes it anew then. */
async function follow(session, registration) {
	const stat = await call(session, 'exists', registration.path, (event) => {
		if (event.getType() === zooKeeper.Event.NODE_DELETED && session === client) {
			say({ event: 'lost', path: registration.path, czxid: lastCzxid.get(registration.path) });
			if (options.semantics === 'curator') {
				void register(session, registration);
			}
		} else if (session === client) {
			void follow(session, registration).catch(() => undefined);
		}
	});
	const czxid = stat === null ? null : `0x${BigInt(`0x${stat.czxid.toString('hex')}`).toString(16)}`;
	if (czxid !== null && lastCzxid.get(registration.path) !== czxid && isOwn(session, stat)) {
		lastCzxid.set(registration.path, czxid);
		const owner = `0x${BigInt(`0x${stat.ephemeralOwner.toString('hex')}`).toString(16)}`;
		say({ event: 'registered', path: registration.path, czxid, owner });
	}
}

function isOwn(session, stat) {
	return stat.ephemeralOwner.equals(session.getSessionId());
}

/**
 * What to do when somebody is registered there already, a predecessor in all likelihood. Curator's PersistentNode deletes
 * what another session owns and creates its own; Dubbo deletes whatever is there; Kafka fails with NodeExists and is
 * started again until the predecessor's session has expired. `plain` never meets one and tries again.
 */
async function resolveExisting(session, registration) {
	if (options.semantics === 'kafka' || options.semantics === 'plain') {
		const stat = await call(session, 'exists', registration.path);
		if (stat === null || !isOwn(session, stat)) {
			await pause(options.semantics === 'kafka' ? KAFKA_RETRY_MS : RETRY_MS);
		}
		return stat !== null && isOwn(session, stat);
	}
	const stat = await call(session, 'exists', registration.path);
	if (stat !== null && options.semantics === 'curator' && isOwn(session, stat)) {
		return true;
	}
	if (stat !== null) {
		await call(session, 'remove', registration.path, -1);
	}
	return false;
}

async function createOwn(session, registration) {
	await call(session, 'mkdirp', registration.path.slice(0, registration.path.lastIndexOf('/')));
	await call(session, 'create', registration.path, Buffer.from(registration.data), zooKeeper.CreateMode.EPHEMERAL);
}

/** Never rejects: goes on until it is registered, or its session is another one. */
async function register(session, registration) {
	while (session === client) {
		try {
			await createOwn(session, registration);
			await follow(session, registration);
			return;
		} catch (error) {
			const exists = error.getCode?.() === zooKeeper.Exception.NODE_EXISTS;
			const own = exists && (await resolveExisting(session, registration).catch(() => false));
			if (own) {
				await follow(session, registration).catch(() => undefined);
				return;
			}
			await pause(exists ? 0 : RETRY_MS);
		}
	}
}

function onDisconnected() {
	say({ event: 'disconnected' });
	if (options.onLoss !== 'nothing') {
		for (const listener of listeners.values()) {
			closeListener(listener, options.onLoss === 'close-all');
		}
	}
}

function openSession() {
	const session = zooKeeper.createClient(options.connect, { sessionTimeout: options.sessionTimeoutMs, spinDelay: 100 });
	client = session;
	let registered = false;
	session.on('connected', () => {
		say({ event: 'connected', sessionId: `0x${BigInt(`0x${session.getSessionId().toString('hex')}`).toString(16)}` });
		if (options.onLoss !== 'nothing') {
			void reopenAll();
		}
		if (!registered) {
			registered = true;
			for (const registration of options.registrations) {
				void register(session, registration);
			}
		}
	});
	session.on('disconnected', onDisconnected);
	session.on('expired', () => {
		say({ event: 'expired' });
		session.close();
		openSession();
	});
	session.connect();
}

const commands = {
	/** Listens, opens its session and registers; what came of it is told by events. */
	async start({ options: given }) {
		options = given;
		for (const { ip, port, http: speaksHttp } of options.listeners) {
			const listener = { ip, port, http: speaksHttp === true, accepted: new Set(), server: null };
			listeners.set(port, listener);
			await openListenerSurely(listener);
		}
		openSession();
		return {};
	},
	/** A stranger: listens where somebody else did, and has nothing to do with ZooKeeper. */
	async occupy({ ip, port }) {
		options = { backlog: 511 };
		const listener = { ip, port, http: false, accepted: new Set(), server: null };
		listeners.set(port, listener);
		await openListenerSurely(listener);
		return {};
	},
	async closeListeners({ ports, connectionsToo }) {
		for (const [port, listener] of listeners) {
			if (ports === undefined || ports.includes(port)) {
				closeListener(listener, connectionsToo);
			}
		}
		return {};
	},
	async openListeners() {
		await reopenAll();
		return {};
	},
	/** As a firewall does: RST, which the peer sees at once. */
	async resetConnections() {
		for (const { accepted } of listeners.values()) {
			for (const socket of accepted) {
				socket.resetAndDestroy();
			}
		}
		return {};
	},
	/** Its ZooKeeper connection is reset, and no server can be reached for a while. */
	async loseZooKeeper({ forMs }) {
		cutOffUntilMs = nowMs() + forMs;
		client.connectionManager.socket?.resetAndDestroy();
		return {};
	},
	async jumpClock({ ms }) {
		clockOffsetMs += ms;
		return {};
	},
	/** The answer comes first: from then on it is leaving. */
	async exit() {
		setTimeout(() => {
			client?.close();
			setTimeout(() => process.exit(0), 100);
		}, 0);
		return {};
	},
};

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
	const { id, command, ...request } = JSON.parse(line);
	commands[command](request).then(
		(answer) => say({ id, ...answer }),
		(error) => say({ id, error: error.message }),
	);
});
lines.on('close', () => process.exit(0));
say({ event: 'up' });
