import { z } from 'zod';
import { REASON_CODES, VERDICTS } from '@/lib/core/reason';
import { NAIVE_DETECTORS } from './truth';

/** What the processes of a run tell each other, one JSON object a line. A line that does not fit is a fault of the run. */
const hex = z.string().regex(/^0x[0-9a-f]+$/);
const path = z.string().max(1_024);
/** CLOCK_MONOTONIC. */
const atMs = z.number();
const verdict = z.enum(VERDICTS);
const codes = z.array(z.enum(REASON_CODES)).max(REASON_CODES.length);

export const consoleEventSchema = z.discriminatedUnion('event', [
	z.object({ event: z.literal('up') }),
	z.object({ event: z.literal('verdict'), path, czxid: hex, verdict, reasons: codes, atMs, input: z.unknown() }),
	z.object({ event: z.literal('row'), path, czxid: hex, verdict, provable: z.boolean(), missing: codes }),
	z.object({ event: z.literal('left'), path, czxid: hex, atMs }),
	z.object({ event: z.literal('ensemble'), atMs, gaps: z.array(z.string()), impairments: z.array(z.string()) }),
	/** Automatic recovery did it, or did not. */
	z.object({ event: z.literal('recovered'), path, czxid: hex, outcome: z.string(), detail: z.string(), atMs }),
	z.object({ event: z.literal('alarm'), action: z.string(), path }),
]);
export type ConsoleEvent = z.infer<typeof consoleEventSchema>;

export const purgeAnswerSchema = z.object({ outcome: z.string(), detail: z.string(), answeredAtMs: atMs });

export const memberEventSchema = z.discriminatedUnion('event', [
	z.object({ event: z.literal('up') }),
	z.object({ event: z.literal('registered'), path, czxid: hex, owner: hex, atMs }),
	/** Its registration vanished without its doing. */
	z.object({ event: z.literal('lost'), path, czxid: hex, atMs }),
	z.object({ event: z.literal('connected'), atMs }),
	z.object({ event: z.literal('disconnected'), atMs }),
	z.object({ event: z.literal('expired'), atMs }),
]);
export type MemberEvent = z.infer<typeof memberEventSchema>;

export const acknowledgementSchema = z.object({ atMs });

export const naiveEventSchema = z.object({
	event: z.literal('condemned'),
	detector: z.enum(NAIVE_DETECTORS),
	czxid: hex,
	atMs,
});

export const naiveArgumentsSchema = z.object({ admins: z.array(z.url()).max(16) });

export const naiveCommandSchema = z.discriminatedUnion('command', [
	z.object({
		id: z.number(),
		command: z.literal('watch'),
		czxid: hex,
		owner: hex,
		ip: z.string(),
		port: z.number(),
	}),
	z.object({ id: z.number(), command: z.literal('forget'), czxid: hex }),
]);
export type Watched = Omit<Extract<z.infer<typeof naiveCommandSchema>, { command: 'watch' }>, 'command'>;

export const consoleCommandSchema = z.discriminatedUnion('command', [
	z.object({ id: z.number(), command: z.literal('purge'), path, czxid: hex }),
	z.object({ id: z.number(), command: z.literal('jumpClock'), ms: z.number() }),
	z.object({ id: z.number(), command: z.literal('explain'), path }),
]);
export type ConsoleCommand = z.infer<typeof consoleCommandSchema>;
