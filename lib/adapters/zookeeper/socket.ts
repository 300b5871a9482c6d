import { readFile } from 'node:fs/promises';
import net from 'node:net';
import tls from 'node:tls';
import type { ServerAddress } from './servers';

export type TlsFiles = { readonly caFile: string; readonly certFile: string | null; readonly keyFile: string | null };

/** The event after which a socket of `openSocket` carries ZooKeeper's bytes. */
export function readyEvent(tlsFiles: TlsFiles | null): 'connect' | 'secureConnect' {
	return tlsFiles === null ? 'connect' : 'secureConnect';
}

/**
 * Begins to connect. The library knows no TLS; a TLS socket in place of the plain one is all that it takes. The files are
 * read at each attempt, so a renewed certificate needs no restart. The server's certificate must bear its host's name.
 */
export async function openSocket(server: ServerAddress, tlsFiles: TlsFiles | null): Promise<net.Socket> {
	const { host, port } = server;
	if (tlsFiles === null) return net.connect({ host, port, noDelay: true });
	const [ca, cert, key] = await Promise.all(
		[tlsFiles.caFile, tlsFiles.certFile, tlsFiles.keyFile].map((file) => (file === null ? undefined : readFile(file))),
	);
	const name = net.isIP(host) === 0 ? { servername: host } : {};
	const socket = tls.connect({ host, port, ca, cert, key, minVersion: 'TLSv1.2', ...name });
	return socket.setNoDelay(true);
}
