import type { Actor, AuditDraft, Json } from '../../core/audit-entry';
import { createRandom, type Random } from './random';

/**
 * Entries as a console writes them: mostly verdicts with 2 to 4 kB of evidence, some purges, sign-ins and refusals, of
 * several clusters, a thousand members and a few people, reasons in English and Chinese. Entry n is the same in every
 * run with the same seed, however many there are, and n counts from the oldest.
 */
export const RARE = {
	/** One entry in 50,000, in its reason. */
	word: 'quarantine',
	/** One in 50,000, in two characters. */
	shortWord: '隔离',
	cluster: 'staging',
	actor: 'zhang.wei',
	outcome: 'stale',
} as const;

export const FREQUENT = {
	word: 'connection-refused',
	shortWord: '网关',
	cluster: 'prod-east',
	actor: 'console-1',
	outcome: 'dead',
	member: '/turms/members/gateway-0042',
} as const;

const RARE_EVERY = 50_000;
const STARTED_AT_MS = 1_735_689_600_000;
const MS_BETWEEN = 20_000;
const CLUSTERS = [
	[55, FREQUENT.cluster],
	[30, 'prod-west'],
	[15, 'turms-北京'],
] as const;
const GROUPS = ['gateway', 'service', 'agent'] as const;
const PEOPLE = ['admin', 'vera', 'tomas', 'liu.fang'] as const;
const REASONS = [
	'killed by the kernel, the host is out of memory',
	'the host was replaced, its process is gone',
	'planned restart of the service',
	'网关节点被强制关闭，会话仍未过期',
	'服务进程已退出，等待替换',
	'机房断电，节点无法恢复',
] as const;
const SERVERS = ['10.0.0.1:2181', '10.0.0.2:2181', '10.0.0.3:2181'] as const;

type Subject = { cluster: string; member: string; memberId: string; czxid: string; host: string };

/** The draft of entry `index`, from 0 on. */
export function benchEntry(index: number, seed: number): AuditDraft {
	const random = createRandom(Math.imul(index + 1, 0x9e3779b1) ^ seed);
	const isRare = index % RARE_EVERY === RARE_EVERY / 10;
	const subject = subjectOf(random, isRare);
	const base = {
		key: `${random.hex(8)}-${random.hex(4)}-4${random.hex(3)}-a${random.hex(3)}-${random.hex(12)}`,
		// Clocks of several consoles, and records that waited in ZooKeeper: not quite in the order of the entries.
		atMs: STARTED_AT_MS + index * MS_BETWEEN + random.below(60_000),
	};
	return { ...base, ...deedOf(random, subject, isRare) };
}

function subjectOf(random: Random, isRare: boolean): Subject {
	const number = random.below(350);
	const memberId = `${random.pick(GROUPS)}-${String(number).padStart(4, '0')}`;
	return {
		cluster: isRare ? RARE.cluster : random.weighted(CLUSTERS),
		member: `/turms/members/${memberId}`,
		memberId,
		czxid: `0x1${random.hex(8)}`,
		host: `10.${random.below(4)}.${random.below(256)}.${random.below(256)}`,
	};
}

type Deed = Omit<AuditDraft, 'key' | 'atMs'>;

function deedOf(random: Random, subject: Subject, isRare: boolean): Deed {
	const { host, ...about } = subject;
	const nobody = { cluster: null, member: null, memberId: null, czxid: null, zxid: null };
	const person: Actor = {
		kind: 'operator',
		name: isRare ? RARE.actor : random.pick(PEOPLE),
		role: 'operator',
		sourceAddress: `192.0.2.${random.below(40)}`,
	};
	const kind = isRare
		? 'purge'
		: random.weighted([
				[84, 'verdict'],
				[8, 'purge'],
				[6, 'sign-in'],
				[2, 'refused'],
			] as const);
	if (kind === 'verdict') {
		const outcome = random.weighted([
			[60, FREQUENT.outcome],
			[40, 'alive'],
		] as const);
		const system: Actor = {
			kind: 'system',
			name: random.weighted([
				[70, FREQUENT.actor],
				[30, 'console-2'],
			] as const),
			role: null,
			sourceAddress: null,
		};
		return {
			actor: system,
			action: 'member.verdict',
			outcome,
			...about,
			reason: null,
			zxid: null,
			detail: evidenceOf(random, subject, outcome),
		};
	}
	if (kind === 'purge') {
		const outcome = isRare
			? RARE.outcome
			: random.weighted([
					[80, 'purged'],
					[20, 'refused'],
				] as const);
		const reason = isRare ? `${RARE.word} of a rack, 按规定${RARE.shortWord}主机` : random.pick(REASONS);
		return {
			actor: person,
			action: 'member.purge',
			outcome,
			...about,
			reason,
			zxid: `0x1${random.hex(8)}`,
			detail: evidenceOf(random, subject, outcome),
		};
	}
	if (kind === 'sign-in') {
		return { ...nobody, actor: person, action: 'operator.sign-in', outcome: 'ok', reason: null, detail: null };
	}
	return {
		...nobody,
		actor: person,
		action: 'request.refused',
		outcome: 'refused',
		reason: 'forbidden',
		detail: { method: 'POST', path: `/api/clusters/${subject.cluster}/purges` },
	};
}

/** 2 to 4 kB: what every server and every prober saw, and what the guards said. */
function evidenceOf(random: Random, subject: Subject, outcome: string): Json {
	const atMs = random.below(1_000_000_000);
	return {
		outcome,
		note: random.weighted([
			[3, null],
			[1, '网关会话仍在，端口已关闭'],
		] as const),
		input: {
			nowMs: atMs,
			member: {
				path: subject.member,
				czxid: subject.czxid,
				ephemeralOwner: `0x2${random.hex(15)}`,
				host: subject.host,
				port: 7_510,
			},
			probes: Array.from({ length: 6 + random.below(9) }, (_, probe) => ({
				kind: probe % 3 === 0 ? 'tripwire' : 'connect',
				result:
					outcome === 'alive'
						? 'connected'
						: random.weighted([
								[9, FREQUENT.word],
								[1, 'timed-out'],
							] as const),
				address: `${subject.host}:${7_510 + (probe % 2)}`,
				atMs: atMs - random.below(5_000),
				rttMs: random.below(4_000) / 1_000,
			})),
			sessions: SERVERS.map((server) => ({
				server,
				state: random.weighted([
					[8, 'gone'],
					[2, 'connected'],
				] as const),
				lastHeardMsAgo: random.below(30_000),
				sweepId: random.hex(16),
			})),
			policy: { settleMs: 1_200, observersMin: 1, evidenceAgeMsMax: 3_000 },
		},
		guards: ['verdict', 'evidence-age', 'session-registrations', 'blast-radius', 'latch', 'fence'].map((guard) => ({
			guard,
			result: 'passed',
			detail: { code: `${guard}-ok`, counted: random.below(20), limit: 20 },
		})),
	};
}
