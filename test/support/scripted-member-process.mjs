// A process with one ZooKeeper session that does what its parent says: one JSON command a line on standard input, one
// JSON answer a line on standard output. Arguments: connect string, session time-out in ms. Ends when its input ends.
import net from 'node:net';
import { createInterface } from 'node:readline';
import zooKeeper from 'node-zookeeper-client';

const [connect, sessionTimeoutMs] = process.argv.slice(2);
const client = zooKeeper.createClient(connect, { sessionTimeout: Number(sessionTimeoutMs), spinDelay: 200 });
/** By port: the server and the connections it accepted. */
const listeners = new Map();

function call(target, method, ...args) {
	return new Promise((resolve, reject) => {
		target[method](...args, (error, result) => (error ? reject(error) : resolve(result)));
	});
}

const commands = {
	/** Accepts and waits on the port, 0 for any free one. */
	async listen({ port }) {
		const accepted = new Set();
		const server = net.createServer((socket) => {
			accepted.add(socket);
			socket.resume();
			socket.on('error', () => socket.destroy());
			socket.on('close', () => accepted.delete(socket));
		});
		await new Promise((resolve, reject) => {
			server.once('error', reject);
			server.listen(port, '127.0.0.1', () => resolve(undefined));
		});
		listeners.set(server.address().port, { server, accepted });
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
	/** Removes whatever is registered at the path and registers there itself, in one transaction. */
	async replace({ path, data }) {
		const transaction = client.transaction().remove(path, -1);
		await call(transaction.create(path, Buffer.from(data), zooKeeper.CreateMode.EPHEMERAL), 'commit');
		return {};
	},
};

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
client.connect();
