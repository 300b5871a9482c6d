import { readFileSync, statSync } from 'node:fs';
import { parse } from 'lossless-json';
import { ConfigError } from './config-error';

const BYTES_MAX = 1_048_576;
const VARIABLE = 'ROLLCALL_CONFIG';

/** The JSON value in the file that ROLLCALL_CONFIG names. Throws ConfigError: no variable, no file, no JSON (with line and column). */
export function readConfigFile(env: Readonly<Record<string, string | undefined>>): unknown {
	const file = env[VARIABLE];
	if (file === undefined || file.trim() === '') {
		throw problem('not set', 'the path of a JSON file; docs/config.md describes it');
	}
	const text = readText(file);
	try {
		return parse(text, undefined, { parseNumber: Number });
	} catch (error) {
		const message = error instanceof Error ? error.message : String(error);
		const { line, column } = positionOf(message, text);
		const what = message.replace(/ at position \d+$/, '').slice(0, 200);
		throw problem(`${file}, line ${line}, column ${column}: ${what}`, 'valid JSON, each key once');
	}
}

function readText(file: string): string {
	try {
		const { size } = statSync(file);
		if (size > BYTES_MAX) {
			throw problem(`${file}, ${size} bytes`, `a JSON file of at most ${BYTES_MAX} bytes`);
		}
		// A byte order mark is no part of the text.
		return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
	} catch (error) {
		if (error instanceof ConfigError) {
			throw error;
		}
		const reason = error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error);
		throw problem(`${file}, which cannot be read as text (${reason})`, 'the path of a readable JSON file in UTF-8');
	}
}

function problem(found: string, allowed: string): ConfigError {
	return new ConfigError([{ field: VARIABLE, found, allowed }]);
}

/** The parser names an offset at the end of its message; without one the fault is at the end of the text. */
function positionOf(message: string, text: string): { line: number; column: number } {
	const offset = Number(/ at position (\d+)$/.exec(message)?.[1] ?? text.length);
	const before = text.slice(0, offset).split('\n');
	return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}
