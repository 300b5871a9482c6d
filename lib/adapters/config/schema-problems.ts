import type { z } from 'zod';
import type { ConfigProblem } from './config-error';

const FOUND_LENGTH_MAX = 120;

type Path = readonly PropertyKey[];

/** 'clusters[0].zookeeper.connect'; '(the whole file)' for the root. */
export function fieldName(path: Path): string {
	const name = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key).slice(0, 80)}`)).join('');
	return name === '' ? '(the whole file)' : name.replace(/^\./, '');
}

/** zod's issues as problems with field, value and what is allowed; an unknown field is named, its value never shown. */
export function schemaProblems(issues: readonly z.core.$ZodIssue[], root: unknown): ConfigProblem[] {
	return issues.flatMap((issue) => {
		if (issue.code !== 'unrecognized_keys') {
			return [
				{
					field: fieldName(issue.path),
					found: describe(valueAt(root, issue.path), issue.path),
					allowed: issue.message,
				},
			];
		}
		const known = issue.message.replace(/^an object with /, '').split(', ');
		return issue.keys.map((key) => ({
			field: fieldName([...issue.path, key]),
			found: 'an unknown field',
			allowed: `${suggestion(key, known)}one of ${known.join(', ')}`,
		}));
	});
}

function valueAt(root: unknown, path: Path): unknown {
	return path.reduce<unknown>((value, key) => {
		return typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined;
	}, root);
}

function describe(value: unknown, path: Path): string {
	if (value === undefined) {
		return 'nothing';
	}
	if (path.includes('auth') && typeof value !== 'object') {
		return 'a value that is not shown';
	}
	if (Array.isArray(value)) {
		return `a list of ${value.length}`;
	}
	return typeof value === 'object' && value !== null ? 'an object' : showValue(value);
}

/** Bounded, on one line, without credentials that an address may carry. */
function showValue(value: unknown): string {
	const shown = JSON.stringify(typeof value === 'string' ? withoutCredentials(value) : value);
	return shown.length > FOUND_LENGTH_MAX ? `${shown.slice(0, FOUND_LENGTH_MAX)}…` : shown;
}

function withoutCredentials(text: string): string {
	return text
		.slice(0, 2_000)
		.replace(/\/\/.*@/, '//…@')
		.replace(/(password|passwd|pwd|secret|token)=[^&;\s]*/gi, '$1=…');
}

function suggestion(key: string, known: readonly string[]): string {
	const [nearest] = known
		.map((name) => ({ name, distance: editDistance(key.slice(0, 64).toLowerCase(), name.toLowerCase()) }))
		.sort((a, b) => a.distance - b.distance);
	return nearest !== undefined && nearest.distance <= 3 ? `did you mean '${nearest.name}'? ` : '';
}

/** Levenshtein distance, one row at a time. */
function editDistance(a: string, b: string): number {
	let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
	for (let i = 1; i <= a.length; i += 1) {
		const current = [i];
		for (let j = 1; j <= b.length; j += 1) {
			const swap = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
			current.push(Math.min(swap, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
		}
		previous = current;
	}
	return previous[b.length] ?? 0;
}
