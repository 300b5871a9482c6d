import { audit } from './audit';
import { drills } from './drills';
import { ensemble } from './ensemble';
import { evidence } from './evidence';
import { failure } from './failure';
import { guide } from './guide';
import { latency } from './latency';
import { overrides } from './overrides';
import { clusters, member, members, signIn, suspects } from './pages';
import { palette } from './palette';
import { purge } from './purge';
import { recovery } from './recovery';
import { shell } from './shell';
import { verdicts } from './verdicts';

/** What every page brings along. English is the measure: every other language has exactly these keys, and the compiler says so. */
export const common = {
	shell,
	verdicts,
	signIn,
	clusters,
	members,
	member,
	suspects,
	purge,
	overrides,
	recovery,
	drills,
	audit,
	latency,
	evidence,
	failure,
	ensemble,
	guide,
	palette,
};
