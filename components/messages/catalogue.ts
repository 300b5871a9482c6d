import type { en } from './en';

/** Every text of the console: plain strings, or functions of raw values (ms, counts, names) that format by themselves. */
export type Catalogue = typeof en;
