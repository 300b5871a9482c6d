/**
 * A member's HTTP side, on a free loopback port printed as the first line. argv[2] says how it answers:
 * status:<code>[:<body>] | redirect:<location> | late (a head at once, its body never) | endless | long (20 kB of JSON) |
 * headers (64 kB of them) | many-headers | garbage | reset | silent | identity:<json> | cut (breaks off in its body) |
 * upgrade | dribble (a head byte by byte, never whole).
 * Prints each request it gets as a line of JSON.
 */
import { createServer } from 'node:net';

const [, , behaviour = 'status:200'] = process.argv;
const [kind, first = '', ...rest] = behaviour.split(':');
const argument = [first, ...rest].join(':');
const page = (status, body, headers = '') =>
	`HTTP/1.1 ${status} X\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
const chunked = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';

const answers = {
	status: (socket) => socket.end(page(first, rest.join(':'))),
	identity: (socket) => socket.end(page(200, argument, 'content-type: application/json\r\n')),
	redirect: (socket) => socket.end(page(302, '', `location: ${argument}\r\n`)),
	late: (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc'),
	long: (socket) =>
		socket.end(page(200, JSON.stringify({ sessionId: '0x1', startNonce: 'n', path: '/a', pad: 'x'.repeat(20_000) }))),
	endless: (socket) => {
		socket.write(chunked);
		const chunk = `4000\r\n${'x'.repeat(16_384)}\r\n`;
		const more = () => {
			while (!socket.destroyed && socket.write(chunk));
		};
		socket.on('drain', more);
		more();
	},
	headers: (socket) => socket.end(page(200, 'ok', `x-long: ${'y'.repeat(65_536)}\r\n`)),
	'many-headers': (socket) => socket.end(page(200, 'ok', 'a: b\r\n'.repeat(20_000))),
	garbage: (socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'),
	reset: (socket) => socket.resetAndDestroy(),
	silent: () => undefined,
	cut: (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"sessionId":"0x1",'),
	upgrade: (socket) => socket.end('HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'),
	dribble: (socket) => {
		socket.write('HTTP/1.1 200 OK\r\n');
		const timer = setInterval(() => socket.write('x-more: y\r\n'), 20);
		socket.on('close', () => clearInterval(timer));
	},
};

const server = createServer((socket) => {
	let head = '';
	socket.on('error', () => socket.destroy());
	socket.on('data', (chunk) => {
		if (head.includes('\r\n\r\n')) return;
		head += chunk.toString('latin1');
		if (!head.includes('\r\n\r\n')) return;
		process.stdout.write(`${JSON.stringify(head)}\n`);
		answers[kind](socket);
	});
});
server.listen({ port: 0, host: '127.0.0.1' }, () => process.stdout.write(`${server.address().port}\n`));
process.stdin.on('end', () => process.exit(0)).resume();
