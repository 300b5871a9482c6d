import { z } from 'zod';
import { REASON_CODES, VERDICTS } from '@/lib/core/reason';

/** What the schemas of several answers are made of. */

/** A closed union that exists as a type only. */
export const code = <T extends string>(): z.ZodType<T> => z.string() as unknown as z.ZodType<T>;
export const verdict = z.enum(VERDICTS);
export const reasons = z.array(z.enum(REASON_CODES));
export const text = z.string();
/** Of a change: why it is made. */
export const reason = z
	.string()
	.trim()
	.min(1, 'expected why it is done')
	.max(2_000)
	.meta({ description: 'Why; it goes into the audit log.' });
export const ms = z.number();
export const nullableMs = z.number().nullable();
export const owned = z.array(
	z.object({ path: text, kind: z.enum(['registration', 'sequence', 'other', 'out-of-reach']) }),
);
