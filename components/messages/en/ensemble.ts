import type { SweepGapCode } from '@/lib/core/evidence';
import type { EnsembleServerView, ReachabilityCell } from '@/lib/core/view';
import { FORMATS } from '../format';

const f = FORMATS.en;
const count = (n: number, one: string, many: string) => `${f.number(n)} ${n === 1 ? one : many}`;

/** The ensemble page: what is seen of the servers, what is not and how to mend it, and who reaches whom. */
export const ensemble = {
	title: 'Ensemble',
	summary: (answered: number, all: number, leader: string | null) =>
		`${f.number(answered)} of ${count(all, 'server', 'servers')} seen${leader === null ? '' : `, leader ${leader}`}`,
	swept: (ms: number) => `seen ${f.ago(ms)}`,
	neverSwept: 'The servers have not been looked at yet. That takes a few seconds after the start.',
	servers: 'Servers',
	columns: {
		server: 'Server',
		role: 'Role',
		id: 'Id',
		version: 'Version',
		uptime: 'Up since election',
		latency: 'Latency',
		connections: 'Connections',
		source: 'Seen through',
	},
	roles: {
		leader: 'leader',
		follower: 'follower',
		observer: 'observer',
		standalone: 'standalone',
	} satisfies Record<NonNullable<EnsembleServerView['role']>, string>,
	sources: {
		admin: 'AdminServer',
		'four-letter-words': 'four-letter words',
	} satisfies Record<NonNullable<EnsembleServerView['source']>, string>,
	noAnswer: 'no answer',
	notSeen: 'not seen yet',
	sight: 'What Rollcall can see',
	sightWell: 'Every server was seen, with every connection it holds. A death can be proven.',
	sightWellDown:
		'Every server that can hold a connection was seen; those that do not answer are down and hold none. A death can be proven.',
	sightGaps: 'Something cannot be seen, so no session can be said to be gone, and no death can be proven.',
	sightOld: 'ZooKeeper does not answer this console. What stands here is from before.',
	remedyIn: { zoo: 'In its zoo.cfg', config: 'In Rollcall’s config' },
	/** What to do about a gap of the whole ensemble. */
	gapRemedies: {
		'own-session-not-listed':
			'It may be on a server that cannot be seen. Otherwise name every server that `connect` names under `servers` too.',
		'server-silent': 'Start the server, or check its addresses in the config.',
		'server-unnamed': 'Check that `client` and `admin` name a server of this ensemble, or add it to the ensemble.',
		'server-id-unproven': 'Check that `client` and `admin` name the same server, and each server once.',
		'server-unconfigured': 'Name it under `servers`, with its client port and its AdminServer.',
		'tls-port-unseen': 'Four-letter words list no TLS connections: name its AdminServer as `admin`.',
		'config-unreadable':
			'Rollcall has to be allowed to read /zookeeper/config: grant its user the permission, or leave the znode readable to all.',
		'observers-unseen': 'Name its AdminServer as `admin` (ZooKeeper 3.6 or later).',
		'observers-unconfigured': 'Name these observers under `servers` too.',
		'no-leader':
			'The leader may be a server that cannot be seen. Otherwise the ensemble is electing or has lost its quorum: if that lasts, start the missing servers.',
		'two-leaders':
			'An election has just ended, or the network is split. If it lasts, look at the network between them.',
		'no-source': 'Enable its AdminServer, or allow the four-letter words.',
		'answer-invalid': 'Check its addresses in the config and its version (3.6 or later).',
		interrupted: 'Nothing: the next look comes by itself.',
	} satisfies Record<SweepGapCode, string>,
	/** What is wrong with one server; `words`: it is asked by four-letter words on its client port. */
	problems: {
		'server-down': 'Nothing listens on its ports.',
		'admin-refused': 'Nothing listens on its AdminServer’s port.',
		'admin-timed-out': 'Its AdminServer does not answer in time.',
		'admin-network': 'Its AdminServer cannot be reached.',
		'admin-interrupted': 'The look at it was stopped.',
		'admin-not-serving': 'It serves no clients at present: an election, or no quorum.',
		'admin-address-invalid': '`admin` in the config is no address of an AdminServer.',
		'admin-http-status': 'Its AdminServer answers with an error.',
		'admin-redirected': 'Its AdminServer’s address redirects, and redirects are not followed.',
		'admin-too-large': 'Its answer is larger than is read.',
		'admin-truncated': 'Its answer breaks off.',
		'admin-not-json': 'What answers there is not ZooKeeper.',
		'admin-shape': 'What answers there is no ZooKeeper AdminServer known here.',
		'admin-word-not-allowed': 'It allows neither its AdminServer nor the four-letter words.',
		'words-refused': 'Nothing listens on its client port.',
		'words-timed-out': 'Its client port does not answer in time.',
		'words-network': 'Its client port cannot be reached.',
		'words-interrupted': 'The look at it was stopped.',
		'words-not-serving': 'It serves no clients at present: an election, or no quorum.',
		'words-address-invalid': '`client` in the config is not host:port.',
		'words-http-status': 'It answers with an error.',
		'words-redirected': 'Its address redirects, and redirects are not followed.',
		'words-too-large': 'Its answer is larger than is read.',
		'words-truncated': 'Its answer to a four-letter word breaks off.',
		'words-not-json': 'What answers there is not ZooKeeper.',
		'words-shape': 'Its answer to a four-letter word cannot be read.',
		'words-word-not-allowed': 'It does not allow the four-letter words.',
		internal: 'Looking at it failed within Rollcall itself.',
	},
	problemRemedies: {
		'server-down': 'Start the server, or check its addresses in the config.',
		'admin-refused': 'Enable it, or leave `admin` out and allow the four-letter words.',
		'admin-timed-out': 'Look at the load of the server and at the network.',
		'admin-network': 'Check `admin` in the config, and the network.',
		'admin-interrupted': 'Nothing: the next look comes by itself.',
		'admin-not-serving': 'Look at its log, and at the other servers.',
		'admin-address-invalid': 'It must be an address such as http://10.0.0.1:8080/commands.',
		'admin-http-status': 'Check that `admin` ends with /commands and needs no sign-in.',
		'admin-redirected': 'Let `admin` name the AdminServer itself.',
		'admin-too-large': 'Tell the makers of Rollcall: no known ensemble is that large.',
		'admin-truncated': 'Check what stands between here and the AdminServer.',
		'admin-not-json': 'Check `admin` in the config.',
		'admin-shape': 'Check `admin` and the server’s version (3.6 or later).',
		'admin-word-not-allowed': 'Enable the one or the other.',
		'words-refused': 'Start the server, or check `client` in the config.',
		'words-timed-out': 'Look at the load of the server and at the network.',
		'words-network': 'Check `client` in the config, and the network.',
		'words-interrupted': 'Nothing: the next look comes by itself.',
		'words-not-serving': 'Look at its log, and at the other servers.',
		'words-address-invalid': 'Write it as host:port.',
		'words-http-status': 'Check `client` in the config.',
		'words-redirected': 'Check `client` in the config.',
		'words-too-large': 'Name its AdminServer as `admin` instead.',
		'words-truncated': 'Look at its log, or name its AdminServer as `admin` instead.',
		'words-not-json': 'Check `client` in the config.',
		'words-shape': 'Check `client` and the server’s version (3.6 or later).',
		'words-word-not-allowed': 'Allow them, or enable its AdminServer and name it as `admin`.',
		internal: 'The console’s log says more.',
	},
	detail: 'As read',
	tripwires: 'Tripwires',
	tripwiresExplained:
		'One idle connection is held to each address of each member: its end is noticed within milliseconds. Each needs a file descriptor.',
	tripwiresHeld: (open: number, max: number) => `${f.number(open)} held, ${f.number(max)} allowed`,
	tripwiresAtLimit:
		'The limit is reached: further members are probed every few seconds only, and their deaths take longer to prove. Raise the limit of open files of the console, then start it again.',
	reach: 'Who reaches whom',
	reachExplained: 'Each observer and each group of members: how many of those it watches it cannot reach.',
	reachAlone:
		'This console is the only observer. Further consoles or agents, in other failure domains, tell a dead member from a cut network.',
	observersWanted: (min: number, domains: number) =>
		`The policy asks ${count(min, 'observer', 'observers')} in ${count(domains, 'failure domain', 'failure domains')} to agree before a refusal counts.`,
	observer: 'Observer',
	kinds: { console: 'console', agent: 'agent' },
	self: 'this console',
	silent: 'its session makes no progress',
	liveUnknown: 'not known whether it lives',
	members: (n: number) => count(n, 'member', 'members'),
	cells: {
		reachable: 'reached',
		partly: 'in part',
		unreachable: 'not reached',
		unknown: 'not known',
	} satisfies Record<ReachabilityCell['state'], string>,
	cellTimedOut: (n: number, watched: number) => `${f.number(n)} of ${f.number(watched)} do not answer`,
	cellAll: (watched: number) => `all ${f.number(watched)}`,
	cellRefused: (n: number) => `${f.number(n)} refuse`,
	leftOut: (observers: number, groups: number) =>
		[
			observers > 0 ? `${count(observers, 'more observer', 'more observers')}` : '',
			groups > 0 ? `${count(groups, 'more group', 'more groups')}` : '',
		]
			.filter((part) => part !== '')
			.join(', '),
	noMembers: 'No member with an address is registered, so there is nobody to reach.',
	failedTitle: 'The ensemble could not be read',
	failedText: 'The console did not answer this question. It is asked again every few seconds.',
};
