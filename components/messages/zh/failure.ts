import type { failure as english } from '../en/failure';

export const failure: typeof english = {
	title: '页面无法显示',
	onServer: '问题出在控制台，不在您的集群，成员仍在持续监测。请重试；若仍然失败，可在控制台日志中查看原因。',
	inBrowser:
		'问题出在浏览器或控制台，不在您的集群，成员仍在持续监测。请重试；若仍然失败，可在浏览器的开发者工具中查看原因。',
	reference: (digest) => `日志检索编号：${digest}`,
	retry: '重试',
};
