import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import zooKeeper, { type Client } from 'node-zookeeper-client';
import { markerId, memberId, PARENT, payloadOf } from './registrations';

/**
 * Registers ephemeral members from a few sessions and answers for all of them with one listener. Then, from its standard
 * input: `churn` changes registrations at the rate asked for, `rest` ends that, `mark N` and `unmark N` register and end the
 * marker N behind the member at `--anchor`. Prints {ready}, and for each marker {marked|unmarked: N, atMs} with the wall
 * clock at which it was asked of ZooKeeper. Ends with its standard input.
 */
const { values } = parseArgs({
	options: {
		connect: { type: 'string', default: '' },
		members: { type: 'string', default: '' },
		sessions: { type: 'string', default: '' },
		changes: { type: 'string', default: '' },
		anchor: { type: 'string', default: '' },
	},
});
const [members, sessions, changes, anchor] = [values.members, values.sessions, values.changes, values.anchor].map(
	Number,
) as [number, number, number, number];
/** So many requests are under way at once; more only wait for one another. */
const REQUESTS_MAX = 200;
const SESSION_TIMEOUT_MS = 30_000;
/** A registration that was ended comes back after this. */
const AWAY_MS = 3_000;
const TICK_MS = 50;
/** Coprime to any number of members that is no multiple of it: the walk meets each member once. */
const STRIDE = 7_919;
const MARKER_ADDRESS_FIRST = 60_000;

const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);

function connect(): Promise<Client> {
	const client = zooKeeper.createClient(values.connect, { sessionTimeout: SESSION_TIMEOUT_MS });
	return new Promise((resolve) => {
		client.once('connected', () => resolve(client));
		client.connect();
	});
}

function create(client: Client, id: string, index: number, port: number): Promise<void> {
	return new Promise((resolve, reject) => {
		client.create(`${PARENT}/${id}`, payloadOf(id, index, port), zooKeeper.CreateMode.EPHEMERAL, (error) =>
			error ? reject(error) : resolve(),
		);
	});
}

function remove(client: Client, id: string): Promise<void> {
	return new Promise((resolve, reject) => {
		client.remove(`${PARENT}/${id}`, -1, (error) => (error ? reject(error) : resolve()));
	});
}

function fail(error: unknown): never {
	console.error(error);
	process.exit(1);
}

/** One listener for every loopback address; whoever comes from elsewhere is turned away. */
function listen(): Promise<number> {
	const server = createServer((socket) => {
		if (!(socket.remoteAddress ?? '').startsWith('127.')) {
			socket.destroy();
			return;
		}
		socket.on('error', () => socket.destroy()).resume();
	});
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(0, '0.0.0.0', () => {
			const address = server.address();
			resolve(typeof address === 'object' && address !== null ? address.port : 0);
		});
	});
}

async function main(): Promise<void> {
	const port = await listen();
	const clients = await Promise.all(Array.from({ length: sessions }, connect));
	const clientOf = (index: number): Client => clients[index % clients.length] ?? fail(new Error('no session'));
	const [first] = clients;
	if (!first) {
		return;
	}
	await new Promise<void>((resolve, reject) => first.mkdirp(PARENT, (error) => (error ? reject(error) : resolve())));
	let next = 0;
	const registerNext = async () => {
		while (next < members) {
			const index = next;
			next += 1;
			await create(clientOf(index), memberId(index, members), index, port);
		}
	};
	await Promise.all(Array.from({ length: REQUESTS_MAX }, registerNext));
	say({ ready: true });

	let position = 0;
	let owed = 0;
	let changing = false;
	const away = new Set<number>();

	function changeOne(): void {
		position = (position + STRIDE) % members;
		const index = position;
		if (index === anchor || away.has(index)) {
			return;
		}
		const id = memberId(index, members);
		away.add(index);
		remove(clientOf(index), id).catch(fail);
		setTimeout(() => {
			create(clientOf(index), id, index, port).then(() => away.delete(index), fail);
		}, AWAY_MS);
	}
	setInterval(() => {
		// Each is a delete now and a create later: two changes.
		owed = changing ? owed + (changes * TICK_MS) / 2_000 : 0;
		for (; owed >= 1; owed -= 1) {
			changeOne();
		}
	}, TICK_MS);

	createInterface({ input: process.stdin })
		.on('line', (line) => {
			const [word, given] = line.split(' ');
			const count = Number(given);
			const id = markerId(anchor, members, count);
			const atMs = performance.timeOrigin + performance.now();
			if (word === 'churn' || word === 'rest') {
				changing = word === 'churn';
			} else if (word === 'mark') {
				create(clientOf(0), id, MARKER_ADDRESS_FIRST + (count % 5_000), port).then(
					() => say({ marked: count, atMs }),
					fail,
				);
			} else if (word === 'unmark') {
				remove(clientOf(0), id).then(() => say({ unmarked: count, atMs }), fail);
			}
		})
		.on('close', () => process.exit(0));
}

await main();
