import { createAuditStore } from '../../adapters/audit-store/create-audit-store';
import { openDatabase } from '../../adapters/database/open';
import { exportAudit } from '../../http/audit-export';
import { EXPORT_FORMATS } from '../../http/schemas';
import { watchPauses } from './pauses';

/**
 * A process of its own, so that the peak of its memory is the export's: `export-process.ts <database> <format>`. Prints
 * {bytes, ms, peakMb, pauseMsMax} as one line of JSON.
 */
async function main(): Promise<void> {
	const [url = '', asked = ''] = process.argv.slice(2);
	const format = EXPORT_FORMATS.find((each) => each === asked);
	if (format === undefined) {
		throw new Error(`the format is one of ${EXPORT_FORMATS.join(', ')}; found '${asked}'`);
	}
	const database = await openDatabase(url);
	const audit = createAuditStore(database);
	const pauses = watchPauses();
	const startedAtMs = performance.now();
	let bytes = 0;
	const { body } = exportAudit(audit.stream({}), {
		format,
		name: 'bench',
		isWhole: true,
		until: Number.MAX_SAFE_INTEGER,
	});
	for await (const chunk of body ?? []) {
		bytes += chunk.byteLength;
	}
	const ms = performance.now() - startedAtMs;
	const pauseMsMax = pauses.stop();
	await audit.close();
	await database.close();
	const peakMb = process.resourceUsage().maxRSS / 1_024;
	process.stdout.write(`${JSON.stringify({ bytes, ms, peakMb, pauseMsMax })}\n`);
}

await main();
