import type { Catalogue } from '../catalogue';
import { shell } from './shell';

export const zh: Catalogue = { shell };
