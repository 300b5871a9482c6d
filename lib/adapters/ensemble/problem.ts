import type { SweepGap, SweepGapCode } from '../../core/evidence';
import type { SweepServerView } from '../../core/ports';
import type { FailureCode, ServerSource, SourceFailure } from './server-source';

type Problem = NonNullable<SweepServerView['problem']>;

const ENABLE_ADMIN = 'set admin.enableServer=true in its zoo.cfg and name its address as `admin`';
const ALLOW_WORDS = 'allow 4lw.commands.whitelist=cons,conf,mntr,dump,srvr and leave `admin` out';
const ENABLE_ANY = `${ENABLE_ADMIN}, or ${ALLOW_WORDS}`;

const ADMIN_REMEDY: Record<FailureCode, string> = {
	refused: `nothing listens on its AdminServer's port: ${ENABLE_ANY}`,
	'timed-out': 'its AdminServer does not answer in time: look at the load of the server and the network',
	network: 'its AdminServer cannot be reached: check `admin` and the network',
	interrupted: 'the sweep was stopped',
	'not-serving': 'it serves no clients at present (an election, or no quorum): look at its log',
	'address-invalid': '`admin` must be an address such as http://10.0.0.1:8080/commands',
	'http-status': 'its AdminServer answers with an error: check that `admin` ends with /commands and needs no sign-in',
	redirected: '`admin` must name the AdminServer itself: redirects are not followed',
	'too-large': 'its answer is larger than is read',
	truncated: 'its answer breaks off: check what stands between here and the AdminServer',
	'not-json': 'what answers there is not ZooKeeper: check `admin`',
	shape: 'what answers there is not a ZooKeeper AdminServer known here (3.6 or later): check `admin` and the version',
	'word-not-allowed': ENABLE_ANY,
};

const WORDS_REMEDY: Record<FailureCode, string> = {
	...ADMIN_REMEDY,
	refused: 'nothing listens on its client port: start the server, or check `client`',
	'timed-out': 'its client port does not answer in time: look at the load of the server and the network',
	network: 'its client port cannot be reached: check `client` and the network',
	'address-invalid': '`client` must be host:port',
	truncated: 'its answer to a four-letter word breaks off',
	shape: 'its answer to a four-letter word cannot be read: check `client` and the version (3.6 or later)',
};

/** These say that no source is there at all; the others that one is there and cannot be used. */
const GAP_OF: Partial<Record<FailureCode, SweepGapCode>> = {
	refused: 'server-silent',
	'timed-out': 'server-silent',
	network: 'server-silent',
	'not-serving': 'server-silent',
	interrupted: 'interrupted',
	'word-not-allowed': 'no-source',
	'address-invalid': 'no-source',
};

export function toGapCode(failure: SourceFailure, portsRefuse: boolean): SweepGapCode {
	// A refusing AdminServer beside a client port that serves is missing, not silent.
	if (failure.code === 'refused' && !portsRefuse) return 'no-source';
	return GAP_OF[failure.code] ?? 'answer-invalid';
}

/** What is wrong and how to mend it. */
export function toProblem(kind: ServerSource['kind'], failure: SourceFailure, portsRefuse: boolean): Problem {
	if (failure.code === 'refused' && portsRefuse)
		return { code: 'server-down', detail: 'nothing listens on its ports: start the server, or check its addresses' };
	const remedy = kind === 'admin' ? ADMIN_REMEDY[failure.code] : WORDS_REMEDY[failure.code];
	const prefix = kind === 'admin' ? 'admin' : 'words';
	return { code: `${prefix}-${failure.code}`, detail: `${remedy} (${failure.detail.trim()})`.slice(0, 600) };
}

const GAP_REMEDY: Partial<Record<SweepGapCode, string>> = {
	'tls-port-unseen': 'four-letter words list no TLS connections: name its AdminServer as `admin`',
	'server-id-unproven': 'check that `client` and `admin` name the same server, and each server once',
	'server-unnamed': 'check that `client` and `admin` name a server of this ensemble',
	'observers-unseen': 'name its AdminServer as `admin` (ZooKeeper 3.6 or later)',
	'observers-unconfigured': 'name these observers under `servers` too',
};

/** A gap of one server that answered well, seen only beside the others' answers. */
export function gapProblem(gap: SweepGap): Problem {
	const remedy = GAP_REMEDY[gap.code];
	return { code: gap.code, detail: remedy === undefined ? gap.detail : `${gap.detail}: ${remedy}` };
}
