// One demo member: a real process with real listeners and a real ZooKeeper session, registered as Turms registers its
// nodes. Plain JavaScript, so that a dozen of them start in a moment. Ends when its standard input ends.
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

async function register() {
	await call('mkdirp', parent);
	await call('mkdirp', values.latch);
	await call('create', path, record(), zooKeeper.CreateMode.EPHEMERAL);
	await call('create', `${values.latch}/latch-`, Buffer.from(id), zooKeeper.CreateMode.EPHEMERAL_SEQUENTIAL);
	process.stdout.write(`${JSON.stringify({ registered: true, id, pid: process.pid, path, ports })}\n`);
}

client.once('connected', () => {
	register().catch((error) => {
		process.stderr.write(`${id} could not register at ${path}: ${error.message}\n`);
		process.exit(1);
	});
});
client.on('expired', () => {
	process.stderr.write(`${id}: its ZooKeeper session expired\n`);
	process.exit(1);
});
client.connect();

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
