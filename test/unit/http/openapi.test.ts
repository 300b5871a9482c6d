import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openApiDocument } from '@/lib/http/openapi';

type Document = { paths: Record<string, object>; components: { schemas: Record<string, object> } };

/** Routes as the folders of app/api have them: '/api/clusters/{cluster}/members'. */
function routes(): string[] {
	return readdirSync('app/api', { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('route.ts') && !file.includes('[...'))
		.map(
			(file) =>
				`/api/${file
					.replace(/\/route\.ts$/, '')
					.replaceAll('[', '{')
					.replaceAll(']', '}')}`,
		)
		.filter((path) => path !== '/api/openapi.json');
}

describe('the OpenAPI document', () => {
	const document = openApiDocument() as Document;

	it('describes every route that there is, and none that there is not', () => {
		const described = Object.keys(document.paths).filter((path) => !path.startsWith('/api/auth/'));
		expect(described.toSorted()).toEqual(routes().toSorted());
	});

	it('refers only to schemas that it has', () => {
		const text = JSON.stringify(document);
		const references = [...text.matchAll(/"\$ref":"([^"]*)"/g)].map(([, target]) => target);
		expect(references.length).toBeGreaterThan(20);
		for (const target of references) {
			const name = target?.replace('#/components/schemas/', '') ?? '';
			expect(Object.keys(document.components.schemas), target).toContain(name);
		}
		expect(text).not.toContain('$defs');
	});
});
