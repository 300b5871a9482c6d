import { epochOf, parseHexId } from '../../core/ids';
import type { Clock } from '../../core/ports';
import type { ServerAnswer } from '../../core/sweep';
import { parseRole } from './admin-answer';
import { toVersion } from './admin-source';
import { parseEnsembleNames } from './ensemble-config';
import { askWord } from './four-letter-words';
import {
	failure,
	type Result,
	type ServerReport,
	type ServerSource,
	splitHostPort,
	type TimedText,
} from './server-source';
import { hasNoTlsPort, parseCons, parseFields, parseWordDump, toNumber } from './word-answer';

/** Asks a server by four-letter words on its client port, which lists the connections of that port and no other. */
export function createWordsSource(client: string, clock: Clock): ServerSource {
	const address = splitHostPort(client);
	const invalid = failure('address-invalid', `'${client}' is no host:port`);
	return {
		kind: 'four-letter-words',
		dumpClock: 'wall',
		async read(signal) {
			if (address === null) return invalid;
			const words = ['cons', 'conf', 'mntr', 'srvr'] as const;
			const answers = await Promise.all(words.map((word) => askWord(address, word, { clock, signal })));
			const [cons = invalid, conf = invalid, mntr = invalid, srvr = invalid] = answers;
			return toReport({ cons, conf, mntr, srvr });
		},
		async dump(signal) {
			if (address === null) return invalid;
			const answer = await askWord(address, 'dump', { clock, signal });
			if (!answer.ok) return answer;
			const dump = parseWordDump(answer.value.text);
			return dump === null
				? failure('truncated', 'dump: the answer breaks off')
				: { ok: true, value: { ...dump, heardAtMs: answer.value.heardAtMs } };
		},
		following: null,
	};
}

type Answers = Record<'cons' | 'conf' | 'mntr' | 'srvr', Result<TimedText>>;

function toReport(answers: Answers): Result<ServerReport> {
	const { cons, conf, mntr, srvr } = answers;
	if (!cons.ok) return cons;
	const connections = parseCons(cons.value.text);
	if (connections === null) return failure('shape', 'cons: the listing cannot be read to its end');
	const config = parseFields(conf.ok ? conf.value.text : '', '=');
	const monitor = parseFields(mntr.ok ? mntr.value.text : '', '\t');
	const server = parseFields(srvr.ok ? srvr.value.text : '', ': ');
	const zxid = parseHexId(server.get('Zxid')?.trim() ?? '');
	const role = parseRole(monitor.get('zk_server_state')?.trim() ?? '');
	const value: ServerReport = {
		answer: {
			serverId: toNumber(config.get('serverId')),
			role,
			tlsSeen: hasNoTlsPort(config),
			uptimeMs: toNumber(monitor.get('zk_uptime')),
			epoch: zxid === null ? null : epochOf(zxid),
			leaderId: null,
			observers: mntr.ok ? toObservers(monitor, mntr.value.text) : null,
			syncedFollowers: toNumber(monitor.get('zk_synced_followers')),
			nonVotingFollowers: toNumber(monitor.get('zk_synced_non_voting_followers')),
			names: conf.ok ? voters(conf.value.text) : null,
		},
		connections,
		listedAtMs: cons.value.heardAtMs,
		uptimeAskedAtMs: mntr.ok ? mntr.value.askedAtMs : cons.value.askedAtMs,
		uptimeHeardAtMs: mntr.ok ? mntr.value.heardAtMs : cons.value.heardAtMs,
		tickTimeMs: toNumber(config.get('tickTime')),
		latencyMsAvg: toNumber(monitor.get('zk_avg_latency')),
		version: toVersion(monitor.get('zk_version') ?? ''),
		flaw: [conf, mntr, srvr].flatMap((one) => (one.ok ? [] : [one.failure]))[0] ?? null,
	};
	return { ok: true, value };
}

/** `conf` names observers too; every server names the same voters, but only some of them the observers. */
function voters(conf: string): ReturnType<typeof parseEnsembleNames> {
	return parseEnsembleNames(conf.replace(/^server\..*:observer(;.*)?$/gm, ''));
}

/**
 * Only a leader, and a follower that is an observer master (observerMasterPort), writes zk_synced_observers: a follower
 * whose whole answer lacks it has none (seen on 3.8.0 with and without that port).
 */
function toObservers(monitor: ReadonlyMap<string, string>, text: string): ServerAnswer['observers'] {
	const count = toNumber(monitor.get('zk_synced_observers'));
	const follower = monitor.get('zk_server_state')?.trim() === 'follower';
	const none = follower && !monitor.has('zk_synced_observers') && text.endsWith('\n');
	return count === null && !none ? null : { count: count ?? 0, serverIds: null };
}
