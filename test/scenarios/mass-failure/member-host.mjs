// Many members in one process, as the processes of one host are that loses power: each has a ZooKeeper session of its own, a
// listener of its own and a registration as Turms writes it, and stands for a latch. Prints one line once all of them are
// registered; ends when its standard input ends.
import net from 'node:net';
import { parseArgs } from 'node:util';
import zooKeeper from 'node-zookeeper-client';

const { values } = parseArgs({
	options: {
		connect: { type: 'string', default: '' },
		/** Number of the first. */
		first: { type: 'string', default: '0' },
		count: { type: 'string', default: '1' },
		parent: { type: 'string', default: '/turms/members' },
		latch: { type: 'string', default: '/turms/leader' },
		'session-timeout-ms': { type: 'string', default: '300000' },
	},
});
const servers = values.connect.split(',');
/** So many shake hands at once. */
const OPENING_MAX = 50;
const PROGRESS_MS = 5_000;

async function listen() {
	const server = net.createServer((socket) => {
		socket.resume();
		socket.on('error', () => socket.destroy());
	});
	await new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen({ port: 0, host: '127.0.0.1' }, () => resolve(undefined));
	});
	return server.address().port;
}

function call(client, method, ...args) {
	return new Promise((resolve, reject) => {
		client[method](...args, (error, result) => (error ? reject(error) : resolve(result)));
	});
}

/** @param {number} index */
async function open(index) {
	const port = await listen();
	const client = zooKeeper.createClient(servers[index % servers.length] ?? '', {
		sessionTimeout: Number(values['session-timeout-ms']),
	});
	await new Promise((resolve) => {
		client.once('connected', () => resolve(undefined));
		client.connect();
	});
	await call(client, 'mkdirp', values.parent);
	await call(client, 'mkdirp', values.latch);
	const id = `member-${index}`;
	const record = {
		key: { clusterId: 'turms', nodeId: id },
		name: id,
		nodeType: 'GATEWAY',
		memberHost: '127.0.0.1',
		memberPort: port,
	};
	const { EPHEMERAL, EPHEMERAL_SEQUENTIAL } = zooKeeper.CreateMode;
	await call(client, 'create', `${values.parent}/${id}`, Buffer.from(JSON.stringify(record)), EPHEMERAL);
	await call(client, 'create', `${values.latch}/latch-`, Buffer.from(id), EPHEMERAL_SEQUENTIAL);
	// A client of so long a session would ping every 100 s only, and seem to stand still.
	setInterval(() => client.exists(`${values.parent}/${id}`, () => undefined), PROGRESS_MS);
}

const first = Number(values.first);
const end = first + Number(values.count);
let next = first;
async function openNext() {
	while (next < end) {
		next += 1;
		await open(next - 1);
	}
}

process.stdin.on('end', () => process.exit(0)).resume();
await Promise.all(Array.from({ length: OPENING_MAX }, openNext));
process.stdout.write('ready\n');
