/** @type {import('next').NextConfig} */
export default {
	serverExternalPackages: ['node-zookeeper-client', 'prom-client', 'better-sqlite3', 'pg', 'pino'],
	poweredByHeader: false,
	reactStrictMode: true,
	devIndicators: false,
};
