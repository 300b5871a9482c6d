// Real ZooKeeper sessions for a benchmark, many of them in one process: each connected to one of the servers in turn, each
// with an ephemeral znode of its own. Prints one line once all of them are there; ends when its standard input ends.
import { parseArgs } from 'node:util';
import zooKeeper from 'node-zookeeper-client';

const { values } = parseArgs({
	options: {
		connect: { type: 'string', default: '' },
		count: { type: 'string', default: '10000' },
		parent: { type: 'string', default: '/members' },
		'session-timeout-ms': { type: 'string', default: '40000' },
	},
});
/** So many shake hands at once; more only wait for one another. */
const OPENING_MAX = 100;

const servers = values.connect.split(',');
const count = Number(values.count);

/** @param {number} index */
function open(index) {
	const client = zooKeeper.createClient(servers[index % servers.length] ?? '', {
		sessionTimeout: Number(values['session-timeout-ms']),
	});
	return new Promise((resolve, reject) => {
		client.once('connected', () => {
			const path = `${values.parent}/member-${index}`;
			client.create(path, Buffer.from('{}'), zooKeeper.CreateMode.EPHEMERAL, (error) =>
				error ? reject(error) : resolve(undefined),
			);
		});
		client.connect();
	});
}

let next = 0;
async function openNext() {
	while (next < count) {
		next += 1;
		await open(next - 1);
	}
}

process.stdin.on('end', () => process.exit(0)).resume();
await Promise.all(Array.from({ length: OPENING_MAX }, openNext));
process.stdout.write('ready\n');
