import { z } from 'zod';
import { OPERATIONS, type Operation } from './operations';
import * as views from './view-schemas';

type Schema = z.core.JSONSchema.BaseSchema;
let document: object | undefined;

/** The OpenAPI 3.1 document, made once from the schemas that parse the requests. */
export function openApiDocument(): object {
	document ??= createDocument();
	return document;
}

function createDocument(): object {
	const components: Record<string, Schema> = {};
	const paths: Record<string, Record<string, unknown>> = {};
	for (const operation of OPERATIONS) {
		const item = paths[operation.path] ?? {};
		item[operation.method] = toOperation(operation, components);
		paths[operation.path] = item;
	}
	return {
		openapi: '3.1.0',
		info: { title: 'Rollcall', version: '1', license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
		paths,
		components: {
			schemas: components,
			securitySchemes: {
				session: { type: 'apiKey', in: 'cookie', name: 'rollcall.session_token' },
				token: { type: 'http', scheme: 'bearer', bearerFormat: 'rc_…' },
			},
		},
	};
}

function toOperation(operation: Operation, components: Record<string, Schema>): object {
	const { summary, roles, body, answer } = operation;
	const content =
		typeof answer === 'string'
			? { [answer]: { schema: { type: 'string' } } }
			: { 'application/json': { schema: toSchema(answer, 'output', components) } };
	const problem = { 'application/problem+json': { schema: toSchema(views.problemSchema, 'output', components) } };
	const parameters = [...pathParameters(operation.path), ...queryParameters(operation.query, components)];
	return {
		summary,
		...(roles.length === 0
			? { security: [] }
			: { description: `Roles: ${roles.join(', ')}.`, security: [{ session: [] }, { token: [] }] }),
		...(parameters.length === 0 ? {} : { parameters }),
		...(body === undefined
			? {}
			: {
					requestBody: {
						required: true,
						content: { 'application/json': { schema: toSchema(body, 'input', components) } },
					},
				}),
		responses: { '200': { description: 'OK', content }, default: { description: 'A problem', content: problem } },
	};
}

function pathParameters(path: string): object[] {
	const names = [...path.matchAll(/\{(\w+)\}/g)].flatMap(([, name]) => name ?? []);
	return names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
}

function queryParameters(query: z.ZodType | undefined, components: Record<string, Schema>): object[] {
	const schema = query === undefined ? {} : toSchema(query, 'input', components);
	return Object.entries(schema.properties ?? {}).map(([name, property]) => ({
		name,
		in: 'query',
		required: schema.required?.includes(name) === true,
		schema: property,
	}));
}

/** Schemas with an id become components; what refers to them does so there. */
function toSchema(schema: z.ZodType, io: 'input' | 'output', components: Record<string, Schema>): Schema {
	const made = z.toJSONSchema(schema, {
		io,
		reused: 'inline',
		override({ jsonSchema }) {
			// Answers may gain fields; readers must not refuse what they do not know.
			if (io === 'output' && jsonSchema.additionalProperties === false) {
				delete jsonSchema.additionalProperties;
			}
		},
	}) as Schema;
	const { $defs, $schema: _, ...rest } = relocate(made) as Schema;
	for (const [id, definition] of Object.entries($defs ?? {})) {
		components[id] = withoutId(definition as Schema);
	}
	if (rest.id === undefined) {
		return rest;
	}
	const id = String(rest.id);
	components[id] = withoutId(rest);
	return { $ref: `#/components/schemas/${id}` };
}

function withoutId({ id: _, ...rest }: Schema): Schema {
	return rest;
}

/** '#/$defs/X' becomes '#/components/schemas/X', everywhere below. */
function relocate(value: unknown): unknown {
	if (Array.isArray(value)) {
		return value.map(relocate);
	}
	if (typeof value !== 'object' || value === null) {
		return value;
	}
	return Object.fromEntries(
		Object.entries(value).map(([key, inner]) => [
			key,
			key === '$ref' && typeof inner === 'string'
				? inner.replace(/^#\/\$defs\//, '#/components/schemas/')
				: relocate(inner),
		]),
	);
}
