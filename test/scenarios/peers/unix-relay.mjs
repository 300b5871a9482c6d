// Listens on a loopback port of the network namespace it runs in, and passes what comes to a unix socket, which reaches out
// of that namespace whatever becomes of its packets. Prints the port; ends with its standard input.
import net from 'node:net';

const [path] = process.argv.slice(2);
const server = net.createServer((client) => {
	const out = net.connect({ path });
	for (const [socket, other] of [
		[client, out],
		[out, client],
	]) {
		socket.pipe(other);
		// 'close' follows every error.
		socket.on('error', () => socket.destroy());
		socket.on('close', () => other.destroy());
	}
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
process.stdin.on('end', () => process.exit(0));
process.stdin.resume();
