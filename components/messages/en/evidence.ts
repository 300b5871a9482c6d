import type { HealthResult } from '@/lib/core/evidence';
import type { VoteStanding } from '@/lib/core/peers';
import type { HealthCheckView } from '@/lib/core/view';
import { FORMATS } from '../format';

const f = FORMATS.en;

/** The evidence on one member beside its addresses: health, session, reports, what others say, φ, and the quantiles. */
export const evidence = {
	health: 'Health check',
	healthNone: 'none has been made',
	healthResults: {
		answered: (status: number | null) => (status === null ? 'answers' : `answers ${status}`),
		'wrong-status': (status: number | null) =>
			status === null ? 'answers with the wrong status' : `answers ${status}, the wrong status`,
		'timed-out': () => 'no answer',
		refused: () => 'refused',
		failed: () => 'failed',
	} satisfies Record<HealthResult, (status: number | null) => string>,
	identities: {
		own: 'It names this session itself.',
		other: 'It names another session: the address belongs to somebody else.',
		none: 'The answer names nobody.',
	} satisfies Record<HealthCheckView['identity'], string>,
	otherIs: (sessionId: string, endpoint: string) => `Session ${sessionId} answers at ${endpoint}.`,
	failures: (n: number, ms: number | null) =>
		`${n === 1 ? 'one failure' : `${f.number(n)} failures in a row`}${ms === null ? '' : `, since ${f.duration(ms)}`}`,
	session: 'Session',
	progress: (ms: number) => `last progress ${f.ago(ms)}`,
	noProgress: 'no progress seen yet',
	latencyByServers: (ms: number) => `the servers answer it in ${f.latency(ms)} on average`,
	remote: (ip: string) => `from ${ip}`,
	expires: (ms: number) => (ms > 0 ? `expires in ${f.countdown(ms)} unless it is heard` : 'about to expire'),
	forgotten: 'Forgotten',
	forgottenExplained:
		'Whether ZooKeeper itself has forgotten the session: the dump of the only leader lacks it. It counts when it was read twice, a tick apart.',
	forgottenOnce: (ms: number, tickMs: number) =>
		`the leader’s dump lacked it ${f.ago(ms)}; a second reading, ${f.duration(tickMs)} later, has to confirm it`,
	forgottenTwice: (ms: number) => `the leader’s dump has lacked it for ${f.duration(ms)}, read twice`,
	exitReport: 'Exit report',
	exitBy: (reporter: string) => `reported gone by ${reporter}`,
	others: 'Other observers',
	othersColumns: { says: 'Says', read: 'Read', counts: 'Counts' },
	refusedAt: (n: number) => `${n === 1 ? '1 address refuses' : `${f.number(n)} addresses refuse`}`,
	timedOutAt: (n: number) => `${n === 1 ? '1 does not answer' : `${f.number(n)} do not answer`}`,
	suspects: 'suspects it',
	othersSay: (n: number, counting: number) =>
		`${n === 1 ? 'Another observer suspects' : `${f.number(n)} other observers suspect`} it too; ${counting === n ? (n === 1 ? 'its word counts.' : 'all of them count.') : counting === 0 ? (n === 1 ? 'its word does not count yet.' : 'none of them counts yet.') : `${f.number(counting)} of them count.`}`,
	exitSentence: (reporter: string, ms: number) => `${reporter} reported its exit ${f.ago(ms)}.`,
	raised: (ms: number) => `first said ${f.ago(ms)}`,
	standings: {
		counts: 'Yes.',
		'read-too-long-ago': 'No: it has not been read again within 2 s.',
		'observer-without-progress': 'No: the observer’s own session has made no progress since.',
		'tripwire-not-held': 'No: the observer held no connection to the member for 5 s before.',
		'before-last-sign-of-life': 'It has accused since before this console last saw the session connected.',
		'not-all-refused': 'No: not every address refuses the observer.',
	} satisfies Record<VoteStanding, string>,
	phi: 'Silence (φ)',
	phiExplained:
		'How surprising its silence is after its own history: 8 means one chance in a hundred million. Shown, never proof.',
	phiOf: (value: number, threshold: number) => `${value.toFixed(1)} of ${f.number(threshold)}`,
	phiNone: 'too little history yet',
	phiOver: 'above its threshold',
	quantiles: 'Answer times',
	quantileColumns: { p50: 'p50', p95: 'p95', p99: 'p99', max: 'Max' },
	recent: (rounds: number) => `Last ${f.number(rounds)}`,
	life: 'Since watched',
	answeredOf: (answered: number, rounds: number) => `${f.number(answered)} of ${f.number(rounds)} answered`,
	threshold: (ms: number) => `time-out ${f.latency(ms)}`,
	conflictIn: (cluster: string) => `in cluster ${cluster}`,
};
