import { describe, expect, it } from 'vitest';
import { toFindings, toReading, toRemedies } from '@/components/ensemble/findings';
import { en } from '@/components/messages/en';
import { toProblem } from '@/lib/adapters/ensemble/problem';
import type { FailureCode } from '@/lib/adapters/ensemble/server-source';
import { SWEEP_GAP_CODES } from '@/lib/core/evidence';
import type { EnsembleServerView, EnsembleView } from '@/lib/core/view';

function server(name: string, problem: EnsembleServerView['problem'] = null): EnsembleServerView {
	return {
		server: name,
		serverId: 1,
		role: 'follower',
		answered: problem === null,
		source: 'admin',
		problem,
		version: '3.8.0',
		uptimeMs: 60_000,
		latencyMsAvg: 1,
		connections: 3,
	};
}

const gap = (code: EnsembleView['gaps'][number]['code'], at: string | null) => ({
	code,
	server: at,
	detail: `${code}!`,
});

describe('what is wrong with what can be seen of an ensemble', () => {
	it('is said once: a server’s own problem in place of the bare fact that it was not seen', () => {
		const servers = [server('a:2181', { code: 'admin-refused', detail: 'no listener' }), server('b:2181')];
		expect(toFindings({ servers, gaps: [gap('no-source', 'a:2181')] })).toEqual([
			{ kind: 'problem', code: 'admin-refused', server: 'a:2181', detail: 'no listener' },
		]);
	});

	it('loses nothing: further gaps of a server, gaps of a server without a problem, and those of the whole', () => {
		const servers = [server('a:2181', { code: 'tls-port-unseen', detail: 'with a remedy' }), server('b:2181')];
		const gaps = [
			gap('tls-port-unseen', 'a:2181'),
			gap('observers-unseen', 'a:2181'),
			gap('server-silent', 'b:2181'),
			gap('no-leader', null),
			gap('two-leaders', 'not-configured:2181'),
		];
		expect(toFindings({ servers, gaps }).map(({ kind, code, server: at }) => [kind, code, at])).toEqual([
			['gap', 'tls-port-unseen', 'a:2181'],
			['gap', 'observers-unseen', 'a:2181'],
			['gap', 'server-silent', 'b:2181'],
			['gap', 'no-leader', null],
			['gap', 'two-leaders', 'not-configured:2181'],
		]);
	});

	it('is told as it was read, without the advice that the page gives in its own words', () => {
		const [finding] = toFindings({
			servers: [server('a:2181', toProblem('admin', { code: 'not-serving', detail: 'HTTP 500' }, false))],
			gaps: [],
		});
		expect(finding && toReading(finding)).toBe('HTTP 500');
		const down = toFindings({ servers: [server('a:2181', { code: 'server-down', detail: 'start it' })], gaps: [] })[0];
		expect(down && toReading(down)).toBe('');
		expect(toFindings({ servers: [], gaps: [gap('two-leaders', null)] }).map(toReading)).toEqual(['two-leaders!']);
	});

	it('is nothing when all is well', () => {
		expect(toFindings({ servers: [server('a:2181')], gaps: [] })).toEqual([]);
	});
});

describe('what to write where', () => {
	it('is the exact line for a server that shows nothing', () => {
		const lines = toRemedies({ code: 'words-word-not-allowed', server: 'zk-1:2181' }).flatMap((remedy) => remedy.lines);
		expect(lines).toContain('4lw.commands.whitelist=cons,conf,mntr,dump,srvr');
		expect(lines).toContain('admin.enableServer=true');
		expect(lines.at(-1)).toContain('"admin": "http://zk-1:8080/commands"');
		expect(toRemedies({ code: 'admin-refused', server: 'zk-1:2181' }).map(({ file }) => file)).toEqual(['zoo']);
	});

	it('names the server itself where it is its own AdminServer that is missing, and no server where another one is', () => {
		const [zoo, config] = toRemedies({ code: 'tls-port-unseen', server: '[::1]:2181' });
		expect(zoo?.file).toBe('zoo');
		expect(config?.lines.join()).toContain('{ "client": "[::1]:2181", "admin": "http://[::1]:8080/commands" }');
		expect(toRemedies({ code: 'observers-unconfigured', server: 'zk-1:2181' })[0]?.lines.join()).not.toContain('zk-1');
	});

	it('is nothing where no line mends it', () => {
		expect(toRemedies({ code: 'two-leaders', server: null })).toEqual([]);
	});
});

describe('every problem that a server can have', () => {
	const failures: Record<FailureCode, true> = {
		refused: true,
		'timed-out': true,
		network: true,
		interrupted: true,
		'not-serving': true,
		'address-invalid': true,
		'http-status': true,
		redirected: true,
		'too-large': true,
		truncated: true,
		'not-json': true,
		shape: true,
		'word-not-allowed': true,
	};
	const codes = (Object.keys(failures) as FailureCode[]).flatMap((code) =>
		(['admin', 'four-letter-words'] as const).flatMap((kind) =>
			[true, false].map((portsRefuse) => toProblem(kind, { code, detail: '' }, portsRefuse).code),
		),
	);

	it.each([...new Set(codes), 'internal'])('has a sentence and a remedy: %s', (code) => {
		expect(en.ensemble.problems).toHaveProperty([code]);
		expect(en.ensemble.problemRemedies).toHaveProperty([code]);
	});

	it.each(SWEEP_GAP_CODES)('has a remedy as a gap: %s', (code) => {
		expect(en.ensemble.gapRemedies[code].length).toBeGreaterThan(10);
	});
});
