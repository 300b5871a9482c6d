import { shell } from './shell';

/** English is the measure: every other language has exactly these keys, and the compiler says so (zh/index.ts). */
export const en = { shell };
