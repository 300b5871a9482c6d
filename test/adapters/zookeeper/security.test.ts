import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import type { WatchedData } from '@/lib/core/ports';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy';
import { connected, eventually, openClient, rejection } from '../../support/zookeeper';

const AUTH = { scheme: 'digest', credentials: 'rollcall:secret' };
/** Type of a ZooKeeper request header. */
const AUTH_OP = 100;
let folder: string;
let ensemble: Ensemble;
let proxy: TcpProxy;
let securePort: number;

/** One self-signed certificate for everything: server, client and authority. */
function makeCertificates(): void {
	const files = ['-keyout', 'key.pem', '-out', 'cert.pem', '-days', '2', '-subj', '/CN=rollcall-test'];
	const names = ['-addext', 'subjectAltName=IP:127.0.0.1'];
	const command = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...files, ...names];
	execFileSync('openssl', command, { cwd: folder, stdio: 'ignore' });
	const [key, cert] = ['key.pem', 'cert.pem'].map((file) => readFileSync(join(folder, file), 'utf8'));
	writeFileSync(join(folder, 'store.pem'), `${key}${cert}`);
}

function freePort(): Promise<number> {
	return new Promise((resolve) => {
		const listener = net.createServer().listen(0, '127.0.0.1', () => {
			const address = listener.address();
			listener.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
		});
	});
}

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'rollcall-tls-'));
	makeCertificates();
	securePort = await freePort();
	ensemble = await startEnsemble({
		servers: 1,
		tickTimeMs: 500,
		extraConfig: {
			serverCnxnFactory: 'org.apache.zookeeper.server.NettyServerCnxnFactory',
			secureClientPort: String(securePort),
			secureClientPortAddress: '127.0.0.1',
			'ssl.keyStore.location': join(folder, 'store.pem'),
			'ssl.keyStore.type': 'PEM',
			'ssl.trustStore.location': join(folder, 'cert.pem'),
			'ssl.trustStore.type': 'PEM',
		},
	});
	proxy = await startTcpProxy(ensemble.servers[0]?.clientPort ?? 0);
});

afterAll(async () => {
	await proxy?.close();
	await ensemble?.stop();
	rmSync(folder, { recursive: true, force: true });
});

/** Types of the requests in a recorded stream, without the handshake (which has no header). */
function requestTypes(stream: Buffer): number[] {
	const types: number[] = [];
	let offset = 4 + stream.readInt32BE(0);
	while (offset + 12 <= stream.length) {
		types.push(stream.readInt32BE(offset + 8));
		offset += 4 + stream.readInt32BE(offset);
	}
	return types;
}

describe('credentials', () => {
	it('go out before anything else on every connection, also with reads and watches that wait for it', async () => {
		const client = openClient(proxy.connect, { auth: AUTH });
		const before = proxy.accepted();
		await client.stat('/');
		await client.create('/guarded', Buffer.from('secret'), 'persistent');
		const told: (string | null)[] = [];
		client.watchData('/guarded', (value) => told.push(value?.data.toString() ?? null));
		await eventually('the first value', () => (told.length === 1 ? true : null));
		const { generation } = await connected(client);
		await proxy.stopAccepting();
		proxy.reset();
		await eventually('down', () => (client.state().kind === 'connecting' ? true : null));
		const waiting = client.read('/guarded');
		await proxy.acceptAgain();
		expect((await waiting)?.data.toString()).toBe('secret');
		await eventually('told again', () => (told.length > 1 ? true : null));
		expect(client.state()).toMatchObject({ kind: 'connected', generation: generation + 1 });
		for (const connection of [before, proxy.accepted() - 1]) {
			const types = requestTypes(proxy.sent(connection));
			expect(types.length).toBeGreaterThan(1);
			expect(types[0]).toBe(AUTH_OP);
		}
		await client.close();
	});

	it('own what the client creates: nobody else reads, changes or deletes it, alone or in a transaction', async () => {
		const [owner, stranger] = [openClient(ensemble.connect, { auth: AUTH }), openClient(ensemble.connect)];
		await Promise.all([connected(owner), connected(stranger)]);
		await owner.create('/owned', Buffer.from('1'), 'persistent');
		const multi = await owner.multi([
			{ kind: 'create', path: '/owned/child', data: Buffer.from('2'), mode: 'persistent' },
		]);
		expect(multi).toMatchObject({ kind: 'committed' });
		expect(await rejection(stranger.read('/owned'))).toMatchObject({ code: 'no-auth' });
		// A watch of what may not be read still tells that it is there, and whose.
		const told: (WatchedData | null)[] = [];
		const watch = stranger.watchData('/owned/child', (value) => told.push(value));
		const first = await eventually('the first reading', () => told[0] ?? null);
		expect(first).toMatchObject({ forbidden: true, data: Buffer.alloc(0), stat: { version: 0 } });
		await owner.remove('/owned/child', -1);
		await eventually('its end', () => (told.at(-1) === null ? true : null));
		watch.close();
		await owner.create('/owned/child', new Uint8Array(), 'persistent');
		expect(await rejection(stranger.read('/owned/child'))).toMatchObject({ code: 'no-auth' });
		expect(await rejection(stranger.remove('/owned/child', -1))).toMatchObject({ code: 'no-auth' });
		const attempt = await stranger.multi([{ kind: 'delete', path: '/owned/child', version: -1 }]);
		expect(attempt).toEqual({ kind: 'failed', index: 0, code: 'no-auth' });
		await owner.remove('/owned/child', 0);
		await Promise.all([owner.close(), stranger.close()]);
	});

	it('that the server refuses are a state with its reason, and no loop without pause', async () => {
		const before = proxy.accepted();
		const client = openClient(proxy.connect, { auth: { scheme: 'no-such-scheme', credentials: 'x' } });
		await eventually('the reason', () => {
			const state = client.state();
			return state.kind === 'connecting' && state.lastError?.includes('credentials') ? true : null;
		});
		await new Promise((resolve) => setTimeout(resolve, 2_000));
		expect(proxy.accepted() - before).toBeLessThan(10);
		await client.close();
	});
});

describe('TLS', () => {
	const file = (name: string): string => join(folder, name);

	it('carries a session over the secure port, and reconnects over it', async () => {
		const secure = await startTcpProxy(securePort);
		const tls = { caFile: file('cert.pem'), certFile: file('cert.pem'), keyFile: file('key.pem') };
		const client = openClient(secure.connect, { tls, auth: AUTH });
		const { sessionId, generation } = await connected(client);
		await client.create('/over-tls', Buffer.alloc(100_000, 'x'), 'ephemeral');
		expect((await client.read('/over-tls'))?.data.length).toBe(100_000);
		secure.reset();
		const again = await connected(client, (state) => state.generation > generation);
		expect(again.sessionId).toBe(sessionId);
		expect((await client.stat('/over-tls'))?.ephemeralOwner).toBe(sessionId);
		await client.close();
		await secure.close();
	});

	it('refuses a server whose certificate the authority did not sign', async () => {
		const other = ['-keyout', 'other-key.pem', '-out', 'other.pem', '-days', '2', '-subj', '/CN=other'];
		execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...other], {
			cwd: folder,
			stdio: 'ignore',
		});
		const tls = { caFile: file('other.pem'), certFile: file('cert.pem'), keyFile: file('key.pem') };
		const client = openClient(`127.0.0.1:${securePort}`, { tls });
		const reason = await eventually('the reason', () => {
			const state = client.state();
			return state.kind === 'connecting' ? state.lastError : null;
		});
		expect(reason).toMatch(/CERT|certificate|self.signed/i);
		await client.close();
	});

	it('names the file that it cannot read, and connects once it is there', async () => {
		const tls = { caFile: file('later.pem'), certFile: file('cert.pem'), keyFile: file('key.pem') };
		const client = openClient(`127.0.0.1:${securePort}`, { tls });
		const reason = await eventually('the reason', () => {
			const state = client.state();
			return state.kind === 'connecting' ? state.lastError : null;
		});
		expect(reason).toContain('later.pem');
		writeFileSync(file('later.pem'), readFileSync(file('cert.pem')));
		await connected(client);
		await client.close();
	});
});
