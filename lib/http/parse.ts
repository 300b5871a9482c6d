import type { z } from 'zod';
import { ProblemError } from './problem';

/** Query parameters, each at most once. Throws a ProblemError that names the parameter. */
export function parseQuery<S extends z.ZodType>(request: Request, schema: S): z.output<S> {
	const given = new Map<string, string>();
	for (const [name, value] of new URL(request.url).searchParams) {
		if (given.has(name)) {
			throw new ProblemError('field-invalid', `'${bounded(name)}' is given twice.`, { field: bounded(name) });
		}
		given.set(name, value);
	}
	// fromEntries makes own properties, so that a parameter named __proto__ is one like any other.
	return parsed(schema, Object.fromEntries(given));
}

/**
 * A JSON body of at most `bytesMax` bytes, read no further than that. Throws a ProblemError: body-not-json,
 * body-too-large, or field-invalid with the field's path ('members.0.czxid').
 */
export async function parseBody<S extends z.ZodType>(
	request: Request,
	schema: S,
	bytesMax: number,
): Promise<z.output<S>> {
	const type = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
	if (type !== 'application/json') {
		throw new ProblemError('body-not-json', 'Send the header Content-Type: application/json.');
	}
	const text = await readBounded(request, bytesMax);
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (error) {
		throw new ProblemError('body-not-json', `The body cannot be read as JSON: ${bounded(String(error))}`);
	}
	return parsed(schema, value);
}

function parsed<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
	const result = schema.safeParse(value);
	if (result.success) {
		return result.data;
	}
	const issue = result.error.issues[0];
	const unknownName = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
	const field = bounded([...(issue?.path ?? []), ...unknownName].join('.'));
	throw new ProblemError('field-invalid', `${field === '' ? 'The request' : `'${field}'`}: ${issue?.message}`, {
		field,
	});
}

async function readBounded(request: Request, bytesMax: number): Promise<string> {
	const reader = request.body?.getReader();
	const decoder = new TextDecoder('utf-8', { fatal: true });
	let bytes = 0;
	let text = '';
	try {
		for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
			bytes += part.value.byteLength;
			if (bytes > bytesMax) {
				await reader?.cancel();
				throw new ProblemError('body-too-large', `At most ${bytesMax} bytes are read.`);
			}
			text += decoder.decode(part.value, { stream: true });
		}
		return text + decoder.decode();
	} catch (error) {
		throw error instanceof TypeError ? new ProblemError('body-not-json', 'The body is not UTF-8 text.') : error;
	}
}

function bounded(text: string): string {
	return text.slice(0, 200);
}
