import { fillBacklog } from '../full-backlog';
import { startLineProcess } from './line-process';

const PORT = 7_000;

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
	// Held until this process ends.
	await fillBacklog(ip, PORT);
	return { ip, port: PORT };
}
