import type { Catalogue } from '../catalogue';
import { audit } from './audit';
import { drills } from './drills';
import { ensemble } from './ensemble';
import { evidence } from './evidence';
import { guide } from './guide';
import { latency } from './latency';
import { overrides } from './overrides';
import { clusters, member, members, signIn, suspects } from './pages';
import { palette } from './palette';
import { purge } from './purge';
import { recovery } from './recovery';
import { settings } from './settings';
import { shell } from './shell';
import { verdicts } from './verdicts';

export const zh: Catalogue = {
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
	ensemble,
	guide,
	settings,
	palette,
};
