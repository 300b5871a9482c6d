/**
 * A member's TCP side, on a free loopback port printed as the first line. argv[2] says what it does with a connection:
 * hold | greet (sends argv[3] bytes at once) | reset | half-close | fin. On SIGUSR2 it closes its listener and keeps what
 * it accepted. argv[4] is the listen backlog, argv[5] the address to listen on.
 */
import { createServer } from 'node:net';

const [, , behaviour = 'hold', bytes = '0', backlog = '511', host = '127.0.0.1'] = process.argv;
const held = new Set();
const server = createServer({ allowHalfOpen: behaviour === 'half-close' }, (socket) => {
	held.add(socket);
	socket.on('error', () => held.delete(socket));
	if (behaviour === 'reset') {
		socket.resetAndDestroy();
	} else if (behaviour === 'fin' || behaviour === 'half-close') {
		socket.end();
	} else if (behaviour === 'greet') {
		socket.write(Buffer.alloc(Number(bytes), 'x'));
	}
});
server.listen({ port: 0, host, backlog: Number(backlog) }, () => {
	process.stdout.write(`${server.address().port}\n`);
});
process.on('SIGUSR2', () => {
	server.close();
	process.stdout.write('closed\n');
});
process.stdin.on('end', () => process.exit(0)).resume();
