import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const MESSAGES = fileURLToPath(new URL('../../../components/messages', import.meta.url));

/** Every line of a language's catalogue that has a form, as 'file: line'. Comments are not shown to anybody. */
function linesWith(language: string, form: RegExp): string[] {
	return readdirSync(join(MESSAGES, language)).flatMap((name) =>
		readFileSync(join(MESSAGES, language, name), 'utf8')
			.split('\n')
			.filter((line) => form.test(line) && !/^\s*(\/\/|\/?\*)/.test(line))
			.map((line) => `${name}: ${line.trim()}`),
	);
}

it('English has no contractions, no exclamations, and neither pleads nor boasts', () => {
	expect(linesWith('en', /n['’]t\b|\b(please|successful(ly)?|sorry|oops)\b|\w!(?=['"`])/i)).toEqual([]);
});

/** 主机:端口 is a format, not a sentence. */
it('Chinese has full-width punctuation after its signs, and no exclamations', () => {
	expect(linesWith('zh', /！|[\u4e00-\u9fff](?!:端口)[,;:?]|[，。；：？] (?=[\u4e00-\u9fff\w$])/)).toEqual([]);
});

it('lines with a form are found at all', () => {
	expect(linesWith('en', /ZooKeeper/).length).toBeGreaterThan(20);
	expect(linesWith('zh', /[\u4e00-\u9fff]/).length).toBeGreaterThan(500);
});
