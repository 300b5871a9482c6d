import type { HeadsFinding } from '../core/chain-heads';
import type { ChainPaths } from './chain-heads-znode';

/** What was found, and what to do when it is as it should be, for people; docs/audit.md says more. */
export function describeHeads(finding: HeadsFinding, paths: ChainPaths): string {
	switch (finding.kind) {
		case 'contradicted': {
			const { sequence, agreesUpTo, how } = finding;
			const what =
				how === 'missing'
					? `entry ${sequence} is missing: the log was cut off, or its database replaced by an older one`
					: `entry ${sequence} is not the one that was there: it, or one before it, was rewritten`;
			const since = agreesUpTo === 0 ? 'no earlier head agrees' : `the log agrees up to entry ${agreesUpTo}`;
			return `${paths.document}: ${what}; ${since}`;
		}
		case 'replaced':
			return `${paths.place}: this console wrote heads of the chain ${finding.chain} from a database at this place: it was replaced; if that was meant, delete this znode`;
		case 'unreadable':
			return `${paths.document}: it does not hold heads of this chain; if that is explained, empty it`;
		case 'lost': {
			const found = finding.found === null ? 'there is none' : `the newest there is ${finding.found}`;
			return `${paths.document}: a head at entry ${finding.remembered} was written and ${found}; if that is explained, make it an empty znode`;
		}
	}
}
