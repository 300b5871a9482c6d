// Listens with the shortest accept queue there is, says on which port, and leaves the rest to full-backlog.ts.
import net from 'node:net';

const [host, port] = process.argv.slice(2);
const server = net.createServer((socket) => socket.on('error', () => socket.destroy()));
server.listen({ host, port: Number(port), backlog: 1 }, () => {
	process.stdout.write(`${server.address().port}\n`);
});
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
