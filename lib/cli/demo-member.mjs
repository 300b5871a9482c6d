// One demo member: a real process with real listeners and a real ZooKeeper session, registered as Turms registers its
// nodes. Plain JavaScript, so that a dozen of them start in a moment. Ends when its standard input ends.
import { randomBytes } from 'node:crypto';
import { writeSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { parseArgs } from 'node:util';
import zooKeeper from 'node-zookeeper-client';

const { values } = parseArgs({
	options: {
		connect: { type: 'string' },
		id: { type: 'string' },
		type: { type: 'string', default: 'GATEWAY' },
		parent: { type: 'string', default: '/turms/members' },
		host: { type: 'string', default: '127.0.0.1' },
		/** 0: any free port. */
		port: { type: 'string', default: '0' },
		'session-timeout-ms': { type: 'string', default: '30000' },
		/** 0: the record is written once. */
		'heartbeat-ms': { type: 'string', default: '10000' },
		latch: { type: 'string', default: '/turms/leader' },
		/** Folder of the opt-ins to drills, such as /rollcall/drills/turms; without it nobody may order this member's end. */
		drills: { type: 'string' },
		/** Starts when nobody is registered in its place any more: its predecessor's address must not answer before. */
		'when-free': { type: 'boolean', default: false },
	},
});
const { connect, id, type, parent, host } = values;
if (!connect || !id) {
	process.stderr.write('usage: demo-member.mjs --connect HOST:PORT --id ID\n');
	process.exit(2);
}

/** Listens and gives the port. The RPC, ws and tcp listeners accept and wait, as Turms' do for a peer that says nothing. */
async function listen(server, port) {
	await new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, host, () => resolve(undefined));
	});
	return server.address().port;
}

function silentServer() {
	return net.createServer((socket) => {
		socket.resume();
		// A peer that resets is no matter for a server that only waits.
		socket.on('error', () => socket.destroy());
	});
}

const admin = http.createServer((request, response) => {
	const up = request.url === '/health';
	response.writeHead(up ? 200 : 404, { 'content-type': 'application/json' });
	response.end(up ? '{"status":"UP"}' : '{}');
});
// An idle connection to the admin port stays: what ends it is the process's own end.
admin.headersTimeout = 0;
admin.requestTimeout = 0;
admin.keepAliveTimeout = 0;

const client = zooKeeper.createClient(connect, {
	sessionTimeout: Number(values['session-timeout-ms']),
	spinDelay: 200,
});
const path = `${parent}/${id}`;

function call(method, ...args) {
	return new Promise((resolve, reject) => {
		client[method](...args, (error, result) => (error ? reject(error) : resolve(result)));
	});
}

function fail(text) {
	process.stderr.write(`${text}\n`);
	process.exit(1);
}

/** Resolves when the path has nobody at it; a watch tells when to look again. */
async function untilFree() {
	for (;;) {
		let changed = () => {};
		const change = new Promise((resolve) => {
			changed = () => resolve(undefined);
		});
		if ((await call('exists', path, () => changed())) === null) {
			return;
		}
		await change;
	}
}

const connected = new Promise((resolve) => client.once('connected', resolve));
client.on('expired', () => fail(`${id}: its ZooKeeper session expired`));
client.connect();
if (values['when-free']) {
	await connected;
	await untilFree().catch((error) => fail(`${id} cannot see whether ${path} is free: ${error.message}`));
}

const ports = {
	member: await listen(silentServer(), Number(values.port)),
	admin: await listen(admin, 0),
	ws: await listen(silentServer(), 0),
	tcp: await listen(silentServer(), 0),
};
const registeredAt = new Date().toISOString();

function record() {
	return Buffer.from(
		JSON.stringify({
			key: { clusterId: 'turms', nodeId: id },
			zone: 'z1',
			name: id,
			nodeType: type,
			nodeVersion: { version: '0.10.0' },
			isSeed: false,
			registrationDate: registeredAt,
			isLeaderEligible: type === 'SERVICE',
			priority: 0,
			memberHost: host,
			memberPort: ports.member,
			adminApiAddress: `http://${host}:${ports.admin}`,
			wsAddress: `ws://${host}:${ports.ws}`,
			tcpAddress: `${host}:${ports.tcp}`,
			udpAddress: `${host}:${ports.tcp}`,
			status: { hasJoinedCluster: true, isHealthy: true, isActive: true, lastHeartbeatDate: new Date().toISOString() },
		}),
	);
}

/**
 * Lets drills end this process: an ephemeral of the registration's own session, into which the order is written. The order
 * counts for this process alone, and is told before it is obeyed, so that whoever started this one starts it again.
 */
async function allowDrills(folder) {
	const optIn = { path, startNonce: randomBytes(16).toString('hex'), replaced: true };
	const znode = `${folder}/${encodeURIComponent(path)}`;
	await call('mkdirp', folder);
	await call('create', znode, Buffer.from(JSON.stringify(optIn)), zooKeeper.CreateMode.EPHEMERAL);
	const look = () => {
		client.getData(znode, look, (error, data) => {
			if (error) {
				// Asked again after the connection has come back; when it is gone there is nothing to obey.
				if (error.getCode() !== zooKeeper.Exception.NO_NODE) {
					setTimeout(look, 1_000);
				}
				return;
			}
			const { startNonce, order } = JSON.parse(data.toString());
			if (startNonce === optIn.startNonce && order) {
				writeSync(1, `${JSON.stringify({ drilled: order.drillId, id, pid: process.pid })}\n`);
				process.kill(process.pid, 'SIGKILL');
			}
		});
	};
	look();
}

async function register() {
	await call('mkdirp', parent);
	await call('mkdirp', values.latch);
	await call('create', path, record(), zooKeeper.CreateMode.EPHEMERAL);
	await call('create', `${values.latch}/latch-`, Buffer.from(id), zooKeeper.CreateMode.EPHEMERAL_SEQUENTIAL);
	if (values.drills) {
		await allowDrills(values.drills);
	}
	process.stdout.write(`${JSON.stringify({ registered: true, id, pid: process.pid, path, ports })}\n`);
}

connected.then(register).catch((error) => fail(`${id} could not register at ${path}: ${error.message}`));

const heartbeatMs = Number(values['heartbeat-ms']);
if (heartbeatMs > 0) {
	setInterval(() => {
		// A heartbeat that fails is told by the next one or by the session's end.
		client.setData(path, record(), -1, (error) => {
			if (error && error.getCode() !== zooKeeper.Exception.CONNECTION_LOSS) {
				process.stderr.write(`${id}: heartbeat failed: ${error.message}\n`);
			}
		});
	}, heartbeatMs);
}

function leave() {
	client.close();
	setTimeout(() => process.exit(0), 200);
}
process.on('SIGTERM', leave);
process.stdin.on('end', leave);
process.stdin.resume();
