import { z } from 'zod';
import type { OverrideApproval, OverridesView, OverrideWithdrawnView } from '@/lib/core/override-view';
import { ms, text } from './schema-atoms';

/** Schemas of what is asked and answered about pending overrides; the types are lib/core/override-view.ts. */

/** Bytes of an approval's body. */
export const OVERRIDE_BYTES_MAX = 16 * 1_024;

export const overrideApprovalSchema = z
	.strictObject({
		confirm: z.string().max(512).meta({ description: "The member's id, typed out." }),
		reason: z
			.string()
			.trim()
			.min(1)
			.max(2_000)
			.meta({ description: 'Why the second person approves; it goes into the audit log beside the first one’s.' }),
		approval: z
			.strictObject({ members: z.int().min(1).max(1_000) })
			.optional()
			.meta({ description: 'How many members may exceed the blast radius in this one action.' }),
	})
	.meta({ id: 'OverrideApproval' }) satisfies z.ZodType<OverrideApproval>;

export const overridesViewSchema = z
	.object({
		secondPerson: z.boolean().meta({ description: 'The policy demands a second administrator for an override.' }),
		known: z.boolean().meta({ description: 'False: they cannot be read from ZooKeeper just now.' }),
		overrides: z.array(
			z.object({
				id: text,
				path: text,
				czxid: text,
				memberId: text,
				requester: text,
				reason: text,
				requestedAtMs: ms,
				expiresAtMs: ms,
				mine: z.boolean(),
			}),
		),
	})
	.meta({ id: 'Overrides' }) satisfies z.ZodType<OverridesView>;

export const overrideWithdrawnSchema = z
	.object({ withdrawn: text })
	.meta({ id: 'OverrideWithdrawn' }) satisfies z.ZodType<OverrideWithdrawnView>;
