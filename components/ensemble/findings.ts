import type { SweepGapCode } from '@/lib/core/evidence';
import type { EnsembleView } from '@/lib/core/view';

/** Something that is wrong with what can be seen: of one server (host:port) or of the ensemble. */
export type Finding =
	| { readonly kind: 'gap'; readonly code: SweepGapCode; readonly server: string | null; readonly detail: string }
	| { readonly kind: 'problem'; readonly code: string; readonly server: string; readonly detail: string };

/** These gaps only say that a server was not seen; its problem says why. */
const SAID_BY_PROBLEM = new Set<SweepGapCode>(['server-silent', 'no-source', 'answer-invalid', 'interrupted']);

/** Each thing once, in its exactest words: servers in their order, then what concerns the ensemble as a whole. */
export function toFindings({ servers, gaps }: Pick<EnsembleView, 'servers' | 'gaps'>): Finding[] {
	const ofServers = servers.flatMap(({ server, problem }): Finding[] => {
		const same = gaps.find((gap) => gap.server === server && gap.code === problem?.code);
		const own = gaps.filter((gap) => gap.server === server && gap.code !== problem?.code);
		const rest = own.filter(({ code }) => problem === null || !SAID_BY_PROBLEM.has(code));
		const first: Finding[] = same
			? [{ kind: 'gap', ...same }]
			: problem
				? [{ kind: 'problem', code: problem.code, server, detail: problem.detail }]
				: [];
		return [...first, ...rest.map((gap): Finding => ({ kind: 'gap', ...gap }))];
	});
	const known = new Set(servers.map(({ server }) => server));
	const ofAll = gaps.filter(({ server }) => server === null || !known.has(server));
	return [...ofServers, ...ofAll.map((gap): Finding => ({ kind: 'gap', ...gap }))];
}

/** Their details only repeat the code. */
const SAYS_NO_MORE = new Set<SweepGapCode>(['no-leader', 'own-session-not-listed', 'config-unreadable']);

/** What was read, without the advice around it, which the page gives in its own words; '' when nothing more is known. */
export function toReading(finding: Finding): string {
	if (finding.kind === 'gap') {
		return SAYS_NO_MORE.has(finding.code) ? '' : finding.detail;
	}
	// '<advice> (<what was read>)', see lib/adapters/ensemble/problem.ts
	const from = finding.detail.lastIndexOf(' (');
	return from >= 0 && finding.detail.endsWith(')') ? finding.detail.slice(from + 2, -1) : '';
}

/** Lines to be written into a file, as they are. */
export type Remedy = { readonly file: 'zoo' | 'config'; readonly lines: readonly string[] };

const ADMIN_LINES = ['admin.enableServer=true', 'admin.serverPort=8080'];
/** Those that are asked (lib/adapters/ensemble/words-source.ts). */
const WORDS_LINE = '4lw.commands.whitelist=cons,conf,mntr,dump,srvr';

const NEEDS_SOURCE = new Set(['no-source', 'admin-refused', 'admin-word-not-allowed', 'words-word-not-allowed']);
const NEEDS_ADMIN = new Set(['tls-port-unseen', 'observers-unseen', 'words-too-large', 'words-truncated']);
const NEEDS_NAMING = new Set(['server-unconfigured', 'observers-unconfigured', 'own-session-not-listed']);

function serverLine(server: string | null): string {
	const client = server ?? 'HOST:2181';
	const host = client.replace(/:\d+$/, '');
	return `"servers": [ …, { "client": "${client}", "admin": "http://${host}:8080/commands" } ]`;
}

/** What to write where; empty where no line mends it. */
export function toRemedies({ code, server }: Pick<Finding, 'code' | 'server'>): Remedy[] {
	if (NEEDS_SOURCE.has(code)) {
		const zoo: Remedy = { file: 'zoo', lines: [...ADMIN_LINES, '# or', WORDS_LINE] };
		// Where `admin` is named already, it is only to be enabled.
		return code.startsWith('admin-') ? [zoo] : [zoo, { file: 'config', lines: [serverLine(server)] }];
	}
	if (NEEDS_ADMIN.has(code)) {
		return [
			{ file: 'zoo', lines: ADMIN_LINES },
			{ file: 'config', lines: [serverLine(server)] },
		];
	}
	// The server that tells of the unknown ones is not the one to be named.
	return NEEDS_NAMING.has(code) ? [{ file: 'config', lines: [serverLine(null)] }] : [];
}
