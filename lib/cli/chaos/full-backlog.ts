import net from 'node:net';
import { startLineProcess } from './line-process';

const PORT = 7_000;
const CONNECTIONS = 6;

/** Connections that a stopped process never takes; gives what ends them. */
export function fillBacklog(ip: string, port: number, connections: number): () => void {
	const sockets = Array.from({ length: connections }, () => {
		const socket = net.connect({ host: ip, port });
		socket.on('error', () => socket.destroy());
		return socket;
	});
	return () => {
		for (const socket of sockets) {
			socket.destroy();
		}
	};
}

/** Listens with an accept queue that is full for good: to whoever connects it looks like a host that drops packets. */
export async function startHanging(ip: string): Promise<{ ip: string; port: number }> {
	const listen = `require('net').createServer().listen({host:'${ip}',port:${PORT},backlog:1},()=>console.log('{}'))`;
	await new Promise<void>((resolve, reject) => {
		const holder = startLineProcess({
			command: process.execPath,
			args: ['-e', listen],
			onEvent: () => {
				holder.kill('SIGSTOP');
				resolve();
			},
		});
		void holder.exited.then(() => reject(new Error(`nothing could listen at ${ip}:${PORT}`)));
	});
	fillBacklog(ip, PORT, CONNECTIONS);
	return { ip, port: PORT };
}
