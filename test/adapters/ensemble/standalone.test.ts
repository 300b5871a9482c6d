import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import type { ServerConfig } from '@/lib/core/config';
import { sessionStateOf } from '@/lib/core/sweep';
import { openSession, type Session, startMember, sweeperOf, sweepUntil } from './setting';

let server: Ensemble;
let own: Session;

beforeAll(async () => {
	server = await startEnsemble({ servers: 1, extraConfig: { '4lw.commands.whitelist': 'cons,conf,mntr,dump,srvr' } });
	own = await openSession(server.connect);
});

afterAll(async () => {
	own?.close();
	await server?.stop();
});

it.each([
	['its AdminServer', (config: ServerConfig) => config],
	['the documented four-letter words', (config: ServerConfig) => ({ ...config, admin: null })],
])('a standalone server is the whole ensemble, by %s', async (name, choose) => {
	const sweeper = sweeperOf(server.config.map(choose), async () => null);
	const member = await startMember(server.connect, `/${name}`, 30_000);
	const request = { ownSessionId: own.id, withEphemerals: true };
	const sweep = await sweeper.sweep(request);
	expect(sweep.summary).toMatchObject({ complete: true, gaps: [], standalone: true, serverIds: [0], leaderId: null });
	expect(sweep.servers).toMatchObject([{ role: 'standalone', answered: true, problem: null }]);
	expect(sessionStateOf(sweep, member.sessionId)).toBe('connected');
	expect(sweep.ephemerals?.get(member.sessionId)).toEqual([`/${name}`]);
	expect(sweep.sessions.get(member.sessionId)?.expiresInMs).toBeGreaterThan(20_000);
	await member.kill();
	const gone = await sweepUntil(sweeper, request, (s) => sessionStateOf(s, member.sessionId) === 'gone');
	expect(sessionStateOf(gone, member.sessionId)).toBe('gone');
	await sweeper.close();
});

it('without our own session listed, a standalone server proves nothing', async () => {
	const sweeper = sweeperOf(server.config, async () => null);
	const sweep = await sweeper.sweep({ ownSessionId: null, withEphemerals: false });
	expect(sweep.summary.gaps.map(({ code }) => code)).toEqual(['own-session-not-listed']);
	await sweeper.close();
});
