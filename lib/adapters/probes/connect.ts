import { connect, isIP, type Socket } from 'node:net';
import type { ProbeAnswer } from '@/lib/core/evidence';
import type { Endpoint } from '@/lib/core/member';

export type ConnectResult = {
	readonly answer: ProbeAnswer;
	/** The open connection and when it opened; the caller owns it. Null unless accepted. */
	readonly accepted: { readonly socket: Socket; readonly openedAtMs: number } | null;
};

/**
 * One TCP connect to a literal IP and port: no name, no second address family, no retry. Never rejects.
 * Only ECONNREFUSED is `refused`. A connection to oneself is `failed` (see isConnectedToItself).
 */
export function connectOnce(endpoint: Endpoint, timeoutMs: number, nowMs: () => number): Promise<ConnectResult> {
	return new Promise((resolve) => {
		let settled = false;
		let startedAtMs = nowMs();
		const socket = connect({ host: endpoint.ip, port: endpoint.port, autoSelectFamily: false });

		const settle = (answer: Omit<ProbeAnswer, 'endpoint'>, openedAtMs: number | null) => {
			settled = true;
			clearTimeout(timer);
			if (openedAtMs === null) {
				socket.destroy();
			}
			resolve({
				answer: { endpoint, ...answer },
				accepted: openedAtMs === null ? null : { socket, openedAtMs },
			});
		};
		const giveUp = () => {
			if (!settled) {
				settle({ result: 'timed-out', rttMs: null, errorCode: null }, null);
			}
		};
		// After a pause of ours timers run before sockets are looked at: let the kernel's answer, if there is one, come first.
		const timer = setTimeout(() => setImmediate(giveUp), timeoutMs);

		// Node starts the connect on the next tick and tells when (20.12 and later); before, the start above serves.
		socket.once('connectionAttempt', () => {
			startedAtMs = nowMs();
		});
		socket.once('connect', () => {
			const openedAtMs = nowMs();
			if (settled) {
				return;
			}
			// Only where it could be: each look at an address is a system call.
			if (socket.localPort === endpoint.port && isConnectedToItself(socket)) {
				settle({ result: 'failed', rttMs: null, errorCode: 'SELF_CONNECT' }, null);
				return;
			}
			settle({ result: 'accepted', rttMs: openedAtMs - startedAtMs, errorCode: null }, openedAtMs);
		});
		// Stays for the socket's life: a reset after the answer is no news here, and an error without a listener ends the process.
		socket.on('error', (error: NodeJS.ErrnoException) => {
			if (!settled) {
				settle(failure(error.code ?? 'UNKNOWN', nowMs() - startedAtMs), null);
			}
		});
	});
}

function failure(errorCode: string, afterMs: number): Omit<ProbeAnswer, 'endpoint'> {
	if (errorCode === 'ECONNREFUSED') {
		return { result: 'refused', rttMs: afterMs, errorCode };
	}
	return { result: errorCode === 'ETIMEDOUT' ? 'timed-out' : 'failed', rttMs: null, errorCode };
}

/**
 * Where nobody listens on a loopback port of the ephemeral range, the kernel may pick that very port as the source, and
 * TCP's simultaneous open connects the socket to itself (about once in 28,000 tries). Read as life, it would be a veto
 * for ever; it is nobody's answer.
 */
export function isConnectedToItself(socket: Socket): boolean {
	return (
		socket.localPort !== undefined &&
		socket.localPort === socket.remotePort &&
		socket.localAddress === socket.remoteAddress
	);
}

/** node:net would look a name up, and throw for a port out of range. */
export function isProbeable(endpoint: Endpoint): boolean {
	return isIP(endpoint.ip) !== 0 && Number.isInteger(endpoint.port) && endpoint.port >= 1 && endpoint.port <= 65_535;
}
