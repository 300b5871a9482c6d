import { lookup } from 'node:dns/promises';
import type { Clock } from '@/lib/core/ports';
import { Limiter } from './limiter';
import { canonicalIp, isWildcardIp } from './literal-ip';

const IPS_MAX = 8;
const CACHE_MS = 10_000;
const CACHE_ENTRIES_MAX = 4_096;
/** getaddrinfo blocks one of libuv's four threads while a name server hangs; the others stay free for files. */
const LOOKUPS_AT_ONCE_MAX = 2;
const LOOKUPS_WAITING_MAX = 10_000;
const HOST_PATTERN = /^[\p{L}\p{N}_](?:[\p{L}\p{N}._-]{0,251}[\p{L}\p{N}_.])?$/u;
/** getaddrinfo reads '127.1', '0x7f.1' and '2130706433' as IPv4 addresses: not names, and not literals either. */
const NUMERIC_LABEL_PATTERN = /^(?:\d+|0x[0-9a-f]*)$/i;

export type Lookup = (host: string) => Promise<readonly string[]>;

/** All addresses of a name, in the order of the system's resolver (hosts file, DNS). Rejects when there are none. */
export async function systemLookup(host: string): Promise<readonly string[]> {
	const answers = await lookup(host, { all: true, family: 0, verbatim: true });
	return answers.map((answer) => answer.address);
}

/**
 * Resolves hosts to literal IPs, apart from probing: at most 8, sorted, canonical, without wildcard addresses; [] when a
 * name does not resolve within the caller's time. Answers (also 'nothing') are kept for 10 s; callers asking for the same
 * name share one lookup, which goes on when they have given up and fills the cache.
 */
export class Resolver {
	readonly #clock: Clock;
	readonly #lookup: Lookup;
	readonly #limiter = new Limiter(LOOKUPS_AT_ONCE_MAX);
	/** In order of insertion, oldest first. */
	readonly #cache = new Map<string, { readonly ips: readonly string[]; readonly untilMs: number }>();
	readonly #underWay = new Map<string, Promise<readonly string[]>>();

	constructor(options: { readonly clock: Clock; readonly lookup?: Lookup | undefined }) {
		this.#clock = options.clock;
		this.#lookup = options.lookup ?? systemLookup;
	}

	async resolve(host: string, timeoutMs: number): Promise<string[]> {
		const literal = canonicalIp(host);
		if (literal !== null) {
			return isWildcardIp(literal) ? [] : [literal];
		}
		if (!isLookupName(host)) {
			return [];
		}
		const cached = this.#cache.get(host);
		if (cached !== undefined && cached.untilMs > this.#clock.nowMs()) {
			return [...cached.ips];
		}
		const answer = this.#underWay.get(host) ?? this.#begin(host);
		return answer === null ? [] : [...(await this.#within(answer, timeoutMs))];
	}

	#begin(host: string): Promise<readonly string[]> | null {
		if (this.#limiter.waiting >= LOOKUPS_WAITING_MAX) {
			return null;
		}
		const answer = this.#limiter
			.run(() => this.#lookup(host))
			// A name that does not resolve is an answer like any other here: nothing to probe.
			.catch((): readonly string[] => [])
			.then((found) => {
				const ips = provableIps(found);
				this.#underWay.delete(host);
				this.#remember(host, ips);
				return ips;
			});
		this.#underWay.set(host, answer);
		return answer;
	}

	#remember(host: string, ips: readonly string[]): void {
		this.#cache.delete(host);
		const oldest = this.#cache.keys().next();
		if (this.#cache.size >= CACHE_ENTRIES_MAX && oldest.done !== true) {
			this.#cache.delete(oldest.value);
		}
		this.#cache.set(host, { ips, untilMs: this.#clock.nowMs() + CACHE_MS });
	}

	async #within(answer: Promise<readonly string[]>, timeoutMs: number): Promise<readonly string[]> {
		const settled = new AbortController();
		const nothing = this.#clock.sleep(timeoutMs, settled.signal).then((): readonly string[] => []);
		const ips = await Promise.race([answer, nothing]);
		settled.abort();
		return ips;
	}
}

function isLookupName(host: string): boolean {
	const labels = host.split('.').filter((label) => label !== '');
	return HOST_PATTERN.test(host) && !NUMERIC_LABEL_PATTERN.test(labels.at(-1) ?? '0');
}

function provableIps(found: readonly string[]): readonly string[] {
	const ips = found.map(canonicalIp).filter((ip) => ip !== null && !isWildcardIp(ip));
	return [...new Set(ips.filter((ip): ip is string => ip !== null))].sort().slice(0, IPS_MAX);
}
