import type { AuditQuery } from '../../core/ports';
import { benchEntry, FREQUENT, RARE } from './entries';

export type BenchQuery = {
	readonly name: string;
	readonly query: AuditQuery;
	/** Pages are read from behind this sequence on; null: from the newest entry. */
	readonly before: number | null;
};

/** Questions to a log of so many entries of this seed; what is called rare is one in 50,000. */
export function benchQueries(entries: number, seed: number): BenchQuery[] {
	const middle = benchEntry(Math.floor(entries / 2), seed);
	const old = benchEntry(Math.floor(entries / 20), seed).atMs;
	const of = (name: string, query: AuditQuery): BenchQuery => ({ name, query, before: null });
	const { cluster, actor, outcome } = FREQUENT;
	return [
		of('everything', {}),
		{ name: 'everything, a page in the middle', query: {}, before: Math.floor(entries / 2) },
		of('cluster, frequent', { cluster }),
		of('cluster, rare', { cluster: RARE.cluster }),
		of('actor, frequent', { actor }),
		of('actor, rare', { actor: RARE.actor }),
		of('action, frequent', { action: 'member.verdict' }),
		of('action, absent', { action: 'drill.start' }),
		of('outcome, frequent', { outcome }),
		of('outcome, rare', { outcome: RARE.outcome }),
		of('member, by path', { member: FREQUENT.member }),
		of('member, absent', { member: 'nobody' }),
		of('four filters, frequent', { cluster, actor, action: 'member.verdict', outcome }),
		of('four filters, rare', {
			cluster: RARE.cluster,
			actor: RARE.actor,
			action: 'member.purge',
			outcome: RARE.outcome,
		}),
		of('two frequent filters that never meet', { action: 'member.verdict', outcome: 'purged' }),
		of('member with two filters', { member: FREQUENT.member, cluster, outcome: 'purged' }),
		of('from and to, an old hour', { fromMs: old, toMs: old + 3_600_000 }),
		of('to, long ago', { toMs: old }),
		of('from, in the future', { fromMs: 8_000_000_000_000 }),
		of('from and to with a filter', { fromMs: old, toMs: old + 86_400_000, action: 'member.purge' }),
		of('word, frequent', { q: FREQUENT.word }),
		of('word, rare', { q: RARE.word }),
		of('word, absent', { q: 'xylophone' }),
		of('word, one letter from a frequent one', { q: 'connection-refuses' }),
		of('words, both frequent', { q: 'tripwire timed-out' }),
		of('words, one frequent and one rare', { q: `tripwire ${RARE.word}` }),
		of("a member's path", { q: FREQUENT.member }),
		of("an entry's czxid", { q: middle.czxid ?? middle.key }),
		of('2 letters', { q: 'ip' }),
		of('2 letters, absent', { q: 'qx' }),
		of('2 digits', { q: '07' }),
		of('2 Chinese characters, frequent', { q: FREQUENT.shortWord }),
		of('2 Chinese characters, rare', { q: RARE.shortWord }),
		of('2 Chinese characters, absent', { q: '海豚' }),
		of('1 Chinese character, rare', { q: RARE.shortWord.slice(0, 1) }),
		of('4 Chinese characters', { q: '强制关闭' }),
		of('word, frequent, with a frequent filter', { q: FREQUENT.word, cluster }),
		of('word, frequent, with a rare filter', { q: FREQUENT.word, cluster: RARE.cluster }),
		of('word, rare, with a frequent filter', { q: RARE.word, action: 'member.purge' }),
		of('word, frequent, with a member', { q: FREQUENT.word, member: FREQUENT.member }),
		of('word, frequent, in an old hour', { q: FREQUENT.word, fromMs: old, toMs: old + 3_600_000 }),
		of('2 Chinese characters with a filter', { q: FREQUENT.shortWord, action: 'member.purge' }),
	];
}
