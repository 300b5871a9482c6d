import type { Catalogue } from '../catalogue';
import { clusters, member, members, signIn, suspects } from './pages';
import { shell } from './shell';
import { verdicts } from './verdicts';

export const zh: Catalogue = { shell, verdicts, signIn, clusters, members, member, suspects };
