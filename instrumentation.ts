/**
 * Runs once in the server's process, before it answers its first request. Next compiles this file for its edge runtime
 * too: what needs Node is imported within the condition, which lets it be left out there.
 */
export async function register(): Promise<void> {
	if (process.env.NEXT_RUNTIME === 'nodejs') {
		const { tagSourceAddresses } = await import('./lib/http/source-address');
		tagSourceAddresses();
		const { boot } = await import('./lib/runtime/start');
		try {
			await boot();
		} catch (error) {
			// A throw would leave a server that answers 500 to everything.
			process.stderr.write(`Rollcall cannot start: ${error instanceof Error ? error.message : String(error)}\n`);
			process.exit(1);
		}
	}
}
